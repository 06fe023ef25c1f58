//! IAM: Terraform types → kinds, and policy documents wherever an attribute holds one.

mod attachments;
mod document;
mod principals;
mod resource_policies;

use super::{OwnerType, PartType, Types};
use crate::collect::terraform::Block;
use crate::inventory::{Reason, Value};

pub(crate) use document::policy;

pub(super) const TYPES: Types = Types { owners: OWNERS, parts: PARTS, aliases: &[] };

const OWNERS: &[OwnerType] = &[
    OwnerType { types: &["aws_iam_role"], map: principals::role },
    OwnerType { types: &["aws_iam_policy"], map: principals::customer_policy },
    OwnerType { types: &["aws_iam_user"], map: principals::user },
    OwnerType { types: &["aws_iam_group"], map: principals::group },
    OwnerType { types: &["aws_iam_instance_profile"], map: principals::instance_profile },
    OwnerType { types: &["aws_iam_openid_connect_provider"], map: principals::oidc_provider },
    OwnerType { types: &["aws_sqs_queue"], map: resource_policies::queue },
    OwnerType { types: &["aws_ecr_repository"], map: resource_policies::repository },
    OwnerType { types: &["aws_secretsmanager_secret"], map: resource_policies::secret },
    OwnerType { types: &["aws_dynamodb_table"], map: resource_policies::table },
];

const PARTS: &[PartType] = &[
    PartType {
        types: &["aws_iam_role_policy"],
        owners: &["aws.iam.role"],
        owner: "role",
        path: &["inline_policies"],
        join: attachments::inline,
        outside: Some(principals::role_outside),
    },
    PartType {
        types: &["aws_iam_user_policy"],
        owners: &["aws.iam.user"],
        owner: "user",
        path: &["inline_policies"],
        join: attachments::inline,
        outside: Some(principals::user_outside),
    },
    PartType {
        types: &["aws_iam_group_policy"],
        owners: &["aws.iam.group"],
        owner: "group",
        path: &["inline_policies"],
        join: attachments::inline,
        outside: Some(principals::group_outside),
    },
    PartType {
        types: &["aws_iam_role_policy_attachment"],
        owners: &["aws.iam.role"],
        owner: "role",
        path: &["attached_policies"],
        join: attachments::attach,
        outside: Some(principals::role_outside),
    },
    PartType {
        types: &["aws_iam_user_policy_attachment"],
        owners: &["aws.iam.user"],
        owner: "user",
        path: &["attached_policies"],
        join: attachments::attach,
        outside: Some(principals::user_outside),
    },
    PartType {
        types: &["aws_iam_group_policy_attachment"],
        owners: &["aws.iam.group"],
        owner: "group",
        path: &["attached_policies"],
        join: attachments::attach,
        outside: Some(principals::group_outside),
    },
    PartType {
        types: &["aws_iam_role_policy_attachments_exclusive"],
        owners: &["aws.iam.role"],
        owner: "role_name",
        path: &["attached_policies"],
        join: attachments::attach_all,
        outside: Some(principals::role_outside),
    },
    PartType {
        types: &["aws_iam_user_policy_attachments_exclusive"],
        owners: &["aws.iam.user"],
        owner: "user_name",
        path: &["attached_policies"],
        join: attachments::attach_all,
        outside: Some(principals::user_outside),
    },
    PartType {
        types: &["aws_iam_group_policy_attachments_exclusive"],
        owners: &["aws.iam.group"],
        owner: "group_name",
        path: &["attached_policies"],
        join: attachments::attach_all,
        outside: Some(principals::group_outside),
    },
    PartType {
        types: &["aws_iam_policy_attachment"],
        owners: &["aws.iam.role"],
        owner: "roles",
        path: &["attached_policies"],
        join: attachments::attach,
        outside: Some(principals::role_outside),
    },
    PartType {
        types: &["aws_iam_policy_attachment"],
        owners: &["aws.iam.user"],
        owner: "users",
        path: &["attached_policies"],
        join: attachments::attach,
        outside: Some(principals::user_outside),
    },
    PartType {
        types: &["aws_iam_policy_attachment"],
        owners: &["aws.iam.group"],
        owner: "groups",
        path: &["attached_policies"],
        join: attachments::attach,
        outside: Some(principals::group_outside),
    },
    PartType {
        types: &["aws_iam_group_membership"],
        owners: &["aws.iam.user"],
        owner: "users",
        path: &["groups"],
        join: attachments::member_of_group,
        outside: Some(principals::user_outside),
    },
    PartType {
        types: &["aws_iam_user_group_membership"],
        owners: &["aws.iam.user"],
        owner: "user",
        path: &["groups"],
        join: attachments::member_of_groups,
        outside: Some(principals::user_outside),
    },
    PartType {
        types: &["aws_sqs_queue_policy"],
        owners: &["aws.sqs.queue"],
        owner: "queue_url",
        path: &["policy"],
        join: resource_policies::join,
        outside: Some(resource_policies::queue_outside),
    },
    PartType {
        types: &["aws_ecr_repository_policy"],
        owners: &["aws.ecr.repository"],
        owner: "repository",
        path: &["policy"],
        join: resource_policies::join,
        outside: Some(resource_policies::repository_outside),
    },
    PartType {
        types: &["aws_secretsmanager_secret_policy"],
        owners: &["aws.secretsmanager.secret"],
        owner: "secret_arn",
        path: &["policy"],
        join: resource_policies::join,
        outside: Some(resource_policies::secret_outside),
    },
    PartType {
        types: &["aws_dynamodb_resource_policy"],
        owners: &["aws.dynamodb.table"],
        owner: "resource_arn",
        path: &["policy"],
        join: resource_policies::join,
        outside: Some(resource_policies::table_outside),
    },
];

/// Returns a name; one that the author left to Terraform is made during apply.
fn name(block: &Block<'_>, attribute: &str) -> Value<Option<String>> {
    match block.string(attribute) {
        Value::Known(None) => {
            Value::Unknown(Reason::KnownAfterApply(Some(crate::inventory::aws::iam::GENERATED.to_owned())))
        }
        told => told,
    }
}

/// Returns the names by which others may call it, as far as they are told.
fn identifiers(names: impl IntoIterator<Item = Value<Option<String>>>) -> Vec<String> {
    names.into_iter().filter_map(|name| name.known().cloned().flatten()).collect()
}
