//! The least IAM policy that an audit needs, made of the operations that the collectors may call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::operation::Operation;
use super::via::ByConfig;
use super::{SERVICES, accounts, regions, via};

/// Returns the operations that an audit of these kinds may call, sorted.
pub fn operations(kinds: &BTreeSet<&str>) -> Vec<&'static Operation> {
    let services = SERVICES.iter().filter(|service| service.kinds.iter().any(|kind| kinds.contains(kind)));
    let of_services = services
        .flat_map(|service| service.operations.iter().copied())
        .filter(|operation| operation.kinds.is_empty() || operation.kinds.iter().any(|kind| kinds.contains(kind)));
    let mut operations: Vec<_> =
        of_services.chain(regions::OPERATIONS.iter().copied()).chain(accounts::OPERATIONS.iter().copied()).collect();
    operations.sort_by_key(|operation| operation.api);
    operations.dedup_by_key(|operation| operation.api);
    operations
}

/// Returns the policy as JSON: one statement for each service. Listing the accounts of an organization and
/// assuming the role in them is only for the caller's own account, and stands in statements of its own.
pub fn read_policy(kinds: &BTreeSet<&str>) -> String {
    policy_of(operations(kinds))
}

/// Returns the policy of an audit that asks AWS Config. With an aggregator it is for the aggregator's
/// account alone.
pub fn config_policy(kinds: &BTreeSet<&str>, by: &ByConfig) -> String {
    let regions = regions::OPERATIONS.iter().copied().filter(|_| by.aggregator.is_none());
    policy_of(via::operations(kinds, by).into_iter().chain(regions))
}

fn policy_of(operations: impl IntoIterator<Item = &'static Operation>) -> String {
    let mut actions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for operation in operations {
        // Everybody may ask who they are; the policy says nothing of it.
        if operation.action == "sts:GetCallerIdentity" || operation.action == "organizations:ListAccounts" {
            continue;
        }
        let service = operation.action.split(':').next().unwrap_or_default();
        actions.entry(service).or_default().insert(operation.action);
    }
    let statements: Vec<serde_json::Value> = actions
        .into_iter()
        .map(|(service, actions)| {
            let letters: String = service.chars().filter(char::is_ascii_alphanumeric).collect();
            json!({"Sid": format!("Read{}", capitalized(&letters)), "Effect": "Allow", "Action": actions, "Resource": "*"})
        })
        .collect();
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    serde_json::to_string_pretty(&policy).unwrap_or_default()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
