//! The integration tests, in one binary; its modules mirror `src`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::too_many_lines,
    reason = "a test that panics has failed, and says so"
)]

mod architecture;
mod cli;
mod corpus;
mod docs;
mod environments;
mod finding;
mod harness;
mod mutation;
mod parts;
mod relate;
mod report;
mod sample;
