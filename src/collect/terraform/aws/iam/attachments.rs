//! Parts of roles, users and groups: inline policies, attachments, memberships.

use super::{name, policy};
use crate::collect::terraform::Block;
use crate::collect::terraform::aws::Belongs;
use crate::inventory::aws::iam::{Group, InlinePolicy, Role, User};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Certainty, Kind as _, Linked, Reason, Value};

/// An inline policy that is a resource of its own in Terraform.
pub(super) fn inline(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let document = match belongs {
        Belongs::Certainly => policy(block, "policy").and_then(|document| match document {
            Some(document) => Value::Known(document),
            None => Value::Unknown(Reason::Opaque("policy is empty".to_owned())),
        }),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    let inline = InlinePolicy { name: name(block, "name"), document, address: Some(block.address().to_owned()) };
    let policies = if let Some(role) = Role::attributes_mut(owner) {
        &mut role.inline_policies
    } else if let Some(user) = User::attributes_mut(owner) {
        &mut user.inline_policies
    } else if let Some(group) = Group::attributes_mut(owner) {
        &mut group.inline_policies
    } else {
        return;
    };
    if let Value::Known(policies) = policies {
        policies.push(inline);
    }
}

/// An attachment of one managed policy.
pub(super) fn attach(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    add(owner, block.link("policy_arn"), belongs);
}

/// An attachment of all managed policies of a list.
pub(super) fn attach_all(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    add(owner, block.links_at_least("policy_arns"), belongs);
}

fn add(owner: &mut Attributes, links: Linked, belongs: &Belongs) {
    let attached = if let Some(role) = Role::attributes_mut(owner) {
        &mut role.attached_policies
    } else if let Some(user) = User::attributes_mut(owner) {
        &mut user.attached_policies
    } else if let Some(group) = Group::attributes_mut(owner) {
        &mut group.attached_policies
    } else {
        return;
    };
    extend(attached, links, belongs);
}

/// The membership of users in one group.
pub(super) fn member_of_group(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    if let Some(user) = User::attributes_mut(owner) {
        extend(&mut user.groups, block.link("group"), belongs);
    }
}

/// The membership of one user in groups.
pub(super) fn member_of_groups(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    if let Some(user) = User::attributes_mut(owner) {
        extend(&mut user.groups, block.links_to("groups", &["aws_iam_group"]), belongs);
    }
}

fn extend(field: &mut Linked, links: Linked, belongs: &Belongs) {
    let links = match belongs {
        Belongs::Certainly => links,
        Belongs::Perhaps(_) => links.map(|mut links| {
            links.certainty = Certainty::Some;
            links
        }),
    };
    *field = join(std::mem::take(field), links);
}
