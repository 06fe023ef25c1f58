//! What an owner repeats of its parts: a role its attachments, a security group its rules. A plan that takes a
//! part away or changes it keeps the old text in an owner that it does not touch.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

/// Owner types with the attributes that repeat, and the types of the parts that they repeat.
const ECHOES: &[(&str, &str, &[&str])] = &[
    ("aws_default_route_table", "route", &["aws_route"]),
    ("aws_default_security_group", "egress", GROUP_RULES),
    ("aws_default_security_group", "ingress", GROUP_RULES),
    ("aws_iam_role", "inline_policy", &["aws_iam_role_policies_exclusive", "aws_iam_role_policy"]),
    (
        "aws_iam_role",
        "managed_policy_arns",
        &["aws_iam_policy_attachment", "aws_iam_role_policy_attachment", "aws_iam_role_policy_attachments_exclusive"],
    ),
    ("aws_kms_key", "policy", &["aws_kms_key_policy"]),
    ("aws_route_table", "route", &["aws_route"]),
    ("aws_s3_bucket", "policy", &["aws_s3_bucket_policy"]),
    ("aws_s3_bucket", "server_side_encryption_configuration", &["aws_s3_bucket_server_side_encryption_configuration"]),
    ("aws_s3_bucket", "versioning", &["aws_s3_bucket_versioning"]),
    ("aws_secretsmanager_secret", "policy", &["aws_secretsmanager_secret_policy"]),
    ("aws_security_group", "egress", GROUP_RULES),
    ("aws_security_group", "ingress", GROUP_RULES),
    ("aws_sns_topic", "policy", &["aws_sns_topic_policy"]),
    ("aws_sqs_queue", "policy", &["aws_sqs_queue_policy"]),
];

const GROUP_RULES: &[&str] =
    &["aws_security_group_rule", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"];

/// Attributes by which a part names its owner.
const OWNERS: &[&str] = &[
    "arn",
    "bucket",
    "key_id",
    "queue_url",
    "role",
    "role_name",
    "roles",
    "route_table_id",
    "secret_arn",
    "security_group_id",
];

/// Attributes by which an owner is named.
const NAMES: &[&str] = &["arn", "bucket", "id", "key_id", "name", "url"];

/// Parts that a plan takes away or changes: by their type, the names of their owners before.
#[derive(Debug, Clone, Default)]
pub struct Touched(BTreeMap<String, BTreeSet<String>>);

impl Touched {
    /// Notes a part, with what it was before, and whether the plan takes it away. Of rules of a security group that
    /// stay, those that their group repeats are told apart one by one.
    pub(super) fn note(&mut self, type_name: &str, before: &str, deleted: bool) {
        if !deleted && GROUP_RULES.contains(&type_name) {
            return;
        }
        if !ECHOES.iter().any(|(_, _, parts)| parts.contains(&type_name)) {
            return;
        }
        let before: Map<String, Json> = serde_json::from_str(before).unwrap_or_default();
        let values = OWNERS.iter().filter_map(|name| before.get(*name));
        let texts = values.flat_map(|value| match value {
            Json::String(text) => vec![text.clone()],
            Json::Array(items) => items.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        });
        self.0.entry(type_name.to_owned()).or_default().extend(texts);
    }

    /// Returns whether an attribute of an owner repeats a part that is no longer as it was.
    pub(super) fn is_stale(&self, type_name: &str, attribute: &str, owner: Option<&Json>) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let echo = ECHOES.iter().find(|(owner, name, _)| *owner == type_name && *name == attribute);
        let Some((_, _, parts)) = echo else { return false };
        let names: Vec<&str> =
            NAMES.iter().filter_map(|name| owner?.get(*name)?.as_str()).filter(|name| !name.is_empty()).collect();
        parts.iter().filter_map(|part| self.0.get(*part)).any(|owners| names.iter().any(|name| owners.contains(*name)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_owner_repeats_what_its_parts_were() {
        let mut touched = Touched::default();
        touched.note(
            "aws_iam_role_policy_attachment",
            r#"{"role": "app", "policy_arn": "arn:aws:iam::aws:policy/X"}"#,
            true,
        );
        touched.note("aws_s3_bucket_policy", r#"{"bucket": "data"}"#, false);
        touched.note("aws_vpc_security_group_ingress_rule", r#"{"security_group_id": "sg-1"}"#, false);
        touched.note("aws_iam_policy_attachment", "not JSON", true);
        let stale = |type_name, attribute, owner| touched.is_stale(type_name, attribute, Some(&owner));
        assert!(stale("aws_iam_role", "managed_policy_arns", json!({"id": "app", "name": "app"})));
        assert!(!stale("aws_iam_role", "managed_policy_arns", json!({"id": "other"})));
        assert!(!stale("aws_iam_role", "inline_policy", json!({"id": "app"})));
        assert!(!stale("aws_iam_role", "assume_role_policy", json!({"id": "app"})));
        assert!(stale("aws_s3_bucket", "policy", json!({"bucket": "data"})));
        // Of a rule that stays, the group repeats what can be told apart.
        assert!(!stale("aws_security_group", "ingress", json!({"id": "sg-1"})));
        assert!(!touched.is_stale("aws_iam_role", "managed_policy_arns", None));
        assert!(!Touched::default().is_stale("aws_s3_bucket", "policy", Some(&json!({"bucket": "data"}))));
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(ECHOES.is_sorted_by_key(|(owner, attribute, _)| (owner, attribute)));
    }
}
