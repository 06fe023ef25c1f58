//! The integration tests, in one binary; its modules mirror `src`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::items_after_statements,
    clippy::needless_for_each,
    clippy::needless_pass_by_value,
    clippy::too_many_lines,
    clippy::format_collect,
    reason = "a test that panics has failed, and says so"
)]

mod architecture;
mod baseline;
mod cli;
mod config;
mod corpus;
mod delta;
mod docs;
mod edge_and_data;
mod environments;
mod finding;
mod gaps;
mod harness;
mod kubernetes;
mod lane;
#[cfg(feature = "aws")]
mod live;
mod locate;
mod mutation;
mod network;
mod parts;
mod permissions;
mod policies;
mod publish;
mod readme;
mod relate;
mod report;
mod sample;
#[cfg(feature = "aws")]
mod securityhub;
mod snapshots;
mod stability;
mod terraform;
mod verdicts;
mod waivers;
mod workflows;
