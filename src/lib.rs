//! hfscan judges planned and live cloud resources against a written architecture.
//!
//! The data flows one way: collect → inventory → relate → evaluate → finding → report.

pub mod collect;
pub mod evaluate;
pub mod finding;
pub mod inventory;
pub mod policy;
pub mod relate;
pub mod report;
pub mod source;
pub mod testing;
