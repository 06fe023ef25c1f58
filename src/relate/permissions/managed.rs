//! The table of AWS managed policies. The file has one policy a line, so that an index of lines is
//! enough: only the policies that somebody has are parsed.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::inventory::aws::iam::{Condition, PolicyDocument, Statement};
use crate::inventory::{Reason, Value};

const TEXT: &str = include_str!("../../../policies/data/aws_managed_policies.json");

/// Lines by the part of the ARN after `:policy/`.
static LINES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    TEXT.lines()
        .skip_while(|line| !line.starts_with("\"policies\":"))
        .skip(1)
        .filter_map(|line| {
            let (name, body) = line.strip_prefix('"')?.split_once("\":")?;
            Some((name, body.trim_end_matches(',')))
        })
        .collect()
});

#[derive(Deserialize)]
struct Entry {
    statements: Vec<EntryStatement>,
}

#[derive(Deserialize)]
struct EntryStatement {
    effect: String,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    not_actions: Vec<String>,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    not_resources: Vec<String>,
    #[serde(default)]
    condition_keys: Vec<String>,
    #[serde(default)]
    passed_to_service: Vec<String>,
}

/// Returns the part after `:policy/` if an ARN is that of a policy of AWS itself, in any partition.
pub(super) fn path_of_aws_policy(arn: &str) -> Option<&str> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    match fields.as_slice() {
        ["arn", _, "iam", "", "aws", resource] => resource.strip_prefix("policy/"),
        _ => None,
    }
}

/// Returns the document of a policy of AWS by the part of its ARN after `:policy/`.
pub(super) fn document(path: &str) -> Value<PolicyDocument> {
    let entry = LINES.get(path).and_then(|line| serde_json::from_str::<Entry>(line).ok());
    let Some(entry) = entry else {
        return Value::Unknown(Reason::NotInTable(format!("AWS managed policy {path}")));
    };
    let statements = entry.statements.into_iter().map(statement).collect();
    Value::Known(PolicyDocument { statements: Value::Known(statements) })
}

fn statement(entry: EntryStatement) -> Statement {
    let list = |names: Vec<String>| Value::Known(names.into_iter().map(Value::Known).collect());
    let mut conditions: Vec<Condition> = entry
        .condition_keys
        .iter()
        .map(|key| key.to_ascii_lowercase())
        .filter(|key| key != "iam:passedtoservice" || entry.passed_to_service.is_empty())
        .map(|key| {
            // The table keeps the keys only; a condition that AWS wrote demands something.
            let value = Value::Known(vec![Value::Known("(see the policy)".to_owned())]);
            Condition::new("StringLike", Value::Known(key), value)
        })
        .collect();
    if !entry.passed_to_service.is_empty() {
        let key = Value::Known("iam:passedtoservice".to_owned());
        conditions.push(Condition::new("StringLike", key, list(entry.passed_to_service)));
    }
    Statement {
        sid: Value::Known(None),
        effect: Value::Known(entry.effect),
        actions: list(entry.actions),
        not_actions: list(entry.not_actions),
        resources: list(entry.resources),
        not_resources: list(entry.not_resources),
        principals: Value::Known(None),
        not_principals: Value::Known(false),
        conditions: Value::Known(conditions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_can_be_read() {
        assert!(LINES.len() > 900);
        assert!(LINES.keys().all(|path| document(path).known().is_some()));
    }

    #[test]
    fn only_policies_of_aws_itself_are_looked_up() {
        assert_eq!(
            path_of_aws_policy("arn:aws-cn:iam::aws:policy/job-function/ViewOnlyAccess"),
            Some("job-function/ViewOnlyAccess")
        );
        assert_eq!(path_of_aws_policy("arn:aws:iam::111122223333:policy/AdministratorAccess"), None);
    }
}
