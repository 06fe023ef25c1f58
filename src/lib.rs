//! hfscan judges planned and live cloud resources against a written architecture.
//!
//! The data flows one way: collect → inventory → relate → evaluate → finding → locate → report. [`pipeline`]
//! is that way on one page; the commands in [`cli`] call it and nothing else.

pub mod cli;
pub mod clock;
pub mod collect;
pub mod config;
pub mod evaluate;
pub mod failure;
pub mod finding;
pub mod inventory;
pub mod locate;
pub mod pipeline;
pub mod policy;
pub mod publish;
pub mod relate;
pub mod report;
pub mod source;
pub mod testing;
pub mod waive;

pub use pipeline::{Accepted, Candidate, Request, Selection, rule, rules, scan, test};
