//! Roles with their instance profiles, users, groups and policies, as Config records them. The documents
//! are those of the account's report in another casing, so that they are read as that one is.

use aws_sdk_iam::types;

use super::row::{Node, left_out};
use super::rows::Rows;
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::services::iam::{policies, principals};
use crate::inventory::Value;
use crate::inventory::aws::iam::InstanceProfile;

pub(super) fn collect(context: &Context, rows: &Rows) {
    for row in rows.of("AWS::IAM::Group") {
        let document = row.configuration();
        let Some(mut read) = principals::group(group(document)) else { continue };
        let attributes = &mut read.attributes;
        attributes.inline_policies = document.if_list("groupPolicyList", attributes.inline_policies.clone());
        attributes.attached_policies = document.if_list(ATTACHED, attributes.attached_policies.clone());
        context.add(read);
    }
    for row in rows.of("AWS::IAM::Policy") {
        if let Some(read) = policies::policy(policy(row.configuration())) {
            context.add(Described { tags: row.tags(), ..read });
        }
    }
    for row in rows.of("AWS::IAM::User") {
        let document = row.configuration();
        let Some(mut read) = principals::user(user(document)) else { continue };
        let attributes = &mut read.attributes;
        attributes.inline_policies = document.if_list("userPolicyList", attributes.inline_policies.clone());
        attributes.attached_policies = document.if_list(ATTACHED, attributes.attached_policies.clone());
        attributes.groups = document.told_links("groupList");
        context.add(Described { tags: row.tags(), ..read });
    }
    for row in rows.of("AWS::IAM::Role") {
        let document = row.configuration();
        let told = role(document);
        if principals::of_aws(&told) {
            continue;
        }
        profiles(context, document, told.arn());
        let Some(mut read) = principals::role(told) else { continue };
        let attributes = &mut read.attributes;
        attributes.path = document.told_text("path");
        attributes.inline_policies = document.if_list("rolePolicyList", attributes.inline_policies.clone());
        attributes.attached_policies = document.if_list(ATTACHED, attributes.attached_policies.clone());
        context.add(Described { tags: row.tags(), ..read });
    }
}

const ATTACHED: &str = "attachedManagedPolicies";

fn attached(document: Node<'_>) -> Vec<types::AttachedPolicy> {
    let policies = document.list(ATTACHED);
    policies.map(|one| types::AttachedPolicy::builder().set_policy_arn(one.text("policyArn")).build()).collect()
}

fn inline(document: Node<'_>, path: &str) -> Vec<types::PolicyDetail> {
    let policies = document.list(path).map(|one| {
        types::PolicyDetail::builder()
            .set_policy_name(one.text("policyName"))
            .set_policy_document(one.document("policyDocument"))
            .build()
    });
    policies.collect()
}

/// The boundary, which is null where there is none, of users as of roles; the schema lists it for roles only.
fn boundary(document: Node<'_>) -> Option<types::AttachedPermissionsBoundary> {
    let arn = document.text("permissionsBoundary.permissionsBoundaryArn")?;
    Some(types::AttachedPermissionsBoundary::builder().permissions_boundary_arn(arn).build())
}

fn role(document: Node<'_>) -> types::RoleDetail {
    types::RoleDetail::builder()
        .set_arn(document.text("arn"))
        .set_role_name(document.text("roleName"))
        .set_path(document.text("path"))
        .set_assume_role_policy_document(document.document("assumeRolePolicyDocument"))
        .set_role_policy_list(Some(inline(document, "rolePolicyList")))
        .set_attached_managed_policies(Some(attached(document)))
        .set_permissions_boundary(boundary(document))
        .build()
}

fn user(document: Node<'_>) -> types::UserDetail {
    types::UserDetail::builder()
        .set_arn(document.text("arn"))
        .set_user_name(document.text("userName"))
        .set_user_policy_list(Some(inline(document, "userPolicyList")))
        .set_attached_managed_policies(Some(attached(document)))
        .set_permissions_boundary(boundary(document))
        .set_group_list(Some(document.texts("groupList")))
        .build()
}

fn group(document: Node<'_>) -> types::GroupDetail {
    types::GroupDetail::builder()
        .set_arn(document.text("arn"))
        .set_group_name(document.text("groupName"))
        .set_group_policy_list(Some(inline(document, "groupPolicyList")))
        .set_attached_managed_policies(Some(attached(document)))
        .build()
}

fn policy(document: Node<'_>) -> types::ManagedPolicyDetail {
    let versions = document.list("policyVersionList").map(|one| {
        types::PolicyVersion::builder()
            .set_document(one.document("document"))
            .set_version_id(one.text("versionId"))
            .is_default_version(one.flag("isDefaultVersion").unwrap_or(false))
            .build()
    });
    types::ManagedPolicyDetail::builder()
        .set_arn(document.text("arn"))
        .set_policy_name(document.text("policyName"))
        .set_path(document.text("path"))
        .set_default_version_id(document.text("defaultVersionId"))
        .set_policy_version_list(Some(versions.collect()))
        .build()
}

/// The instance profiles that carry a role, which stand at the role.
fn profiles(context: &Context, document: Node<'_>, role: Option<&str>) {
    for profile in document.list("instanceProfileList") {
        let (Some(arn), Some(name)) = (profile.text("arn"), profile.text("instanceProfileName")) else { continue };
        context.add(Described {
            arn,
            type_name: "AWS::IAM::InstanceProfile",
            name: Some(name.clone()),
            identifiers: vec![name.clone()],
            tags: left_out("the tags of an instance profile"),
            attributes: InstanceProfile { profile_name: Value::Known(Some(name)), role: links(role) },
        });
    }
}
