//! Reading plans: texts, addresses, documents, the resolver and blocks.

mod address;
mod block;
mod corpus;
mod document;
mod resolver;
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
