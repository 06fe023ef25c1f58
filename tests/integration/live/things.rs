//! Things that the server's accounts have, as the APIs tell them. Each is small, and links to the others
//! of its region.

mod balancing;
mod databases;
mod ec2;
mod eks;
mod iam;
mod kms;
mod s3;
mod small;

pub(super) use ec2::subnet;
pub(super) use iam::role;
pub(super) use kms::keys;

use serde_json::{Value, json};

use super::server::state::State;

/// Stands wherever a service tells something that must not be kept.
pub(super) const MARKER: &str = "MARKER-of-user-data-or-environment-5d2e";

/// Fills an account with one thing of everything, in each region of the state.
pub(super) fn everything(state: &mut State, account: &str) {
    let regions: Vec<String> = state.regions.iter().map(|(region, _)| region.clone()).collect();
    iam::all(state, account);
    s3::all(state, account, &regions);
    for region in &regions {
        keys(state, account, region, 2);
        ec2::all(state, account, region);
        eks::all(state, account, region);
        databases::all(state, account, region);
        balancing::all(state, account, region);
        small::all(state, account, region);
    }
}

/// A policy that lets the account's own root do everything.
fn policy(account: &str) -> String {
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"AWS": format!("arn:aws:iam::{account}:root")},
        "Action": "*",
        "Resource": "*",
    });
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn tags() -> Value {
    json!([{"Key": "team", "Value": "data"}])
}
