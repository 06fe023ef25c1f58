//! Reading plans: texts, addresses, documents, the resolver and blocks.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

#[path = "terraform/address.rs"]
mod address;
#[path = "terraform/block.rs"]
mod block;
#[path = "terraform/corpus.rs"]
mod corpus;
#[path = "terraform/document.rs"]
mod document;
#[path = "terraform/resolver.rs"]
mod resolver;
#[path = "terraform/source.rs"]
mod source;

use hfscan::collect::terraform::{Failure, Plan};
use hfscan::source::Source;

/// Reads a plan out of JSON.
fn plan(json: &serde_json::Value) -> Plan {
    parse(json.to_string().as_bytes()).unwrap()
}

fn parse(bytes: &[u8]) -> Result<Plan, Failure> {
    Plan::parse(Source::from_bytes("plan.json".into(), bytes.to_vec()))
}
