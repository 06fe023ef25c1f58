//! Roles, users, groups, policies, instance profiles and OIDC providers.

use super::{identifiers, name, policy};
use crate::collect::terraform::Block;
use crate::collect::terraform::aws::Mapped;
use crate::inventory::aws::iam::{
    Group, InlinePolicy, InstanceProfile, OidcProvider, Policy, PolicyDocument, Role, User,
};
use crate::inventory::{Attributes, Kind as _, Linked, Links, Reason, Value};

pub(super) fn role(block: &Block<'_>) -> Mapped {
    let role_name = name(block, "name");
    mapped(
        role_name.clone(),
        Role {
            role_name,
            path: block.string_or("path", "/"),
            trust_policy: document(block, "assume_role_policy"),
            inline_policies: inline_policies(block),
            attached_policies: block.links_at_least("managed_policy_arns"),
            permissions_boundary: block.link("permissions_boundary"),
        }
        .into_attributes(),
    )
}

pub(super) fn customer_policy(block: &Block<'_>) -> Mapped {
    let policy_name = name(block, "name");
    mapped(
        policy_name.clone(),
        Policy { policy_name, path: block.string_or("path", "/"), document: document(block, "policy") }
            .into_attributes(),
    )
}

pub(super) fn user(block: &Block<'_>) -> Mapped {
    let user_name = name(block, "name");
    mapped(
        user_name.clone(),
        User {
            user_name,
            inline_policies: Value::Known(Vec::new()),
            attached_policies: Linked::default(),
            permissions_boundary: block.link("permissions_boundary"),
            groups: Linked::default(),
        }
        .into_attributes(),
    )
}

pub(super) fn group(block: &Block<'_>) -> Mapped {
    let group_name = name(block, "name");
    mapped(
        group_name.clone(),
        Group { group_name, inline_policies: Value::Known(Vec::new()), attached_policies: Linked::default() }
            .into_attributes(),
    )
}

pub(super) fn instance_profile(block: &Block<'_>) -> Mapped {
    let profile_name = name(block, "name");
    mapped(profile_name.clone(), InstanceProfile { profile_name, role: block.link("role") }.into_attributes())
}

pub(super) fn oidc_provider(block: &Block<'_>) -> Mapped {
    let url = block
        .string("url")
        .map(|url| url.map(|url| url.trim_start_matches("https://").trim_end_matches('/').to_owned()));
    Mapped {
        identifiers: identifiers([url.clone()]),
        name: url.clone(),
        attributes: OidcProvider { cluster: cluster_of(block), url, client_ids: block.strings("client_id_list") }
            .into_attributes(),
    }
}

/// The cluster whose issuer the URL is, also when it takes the way over `data.tls_certificate`.
fn cluster_of(block: &Block<'_>) -> Linked {
    let through = block.references("url").and_then(|resolution| {
        let [only] = resolution.targets.as_slice() else {
            return None;
        };
        let resource = block.plan().resource(only.position)?;
        (resource.parsed.type_name == "tls_certificate").then_some(only.position)
    });
    match through.and_then(|position| block.plan().open(position).ok()) {
        Some(certificate) => certificate.block(block.plan()).link_to("url", &["aws_eks_cluster"]),
        None => block.link_to("url", &["aws_eks_cluster"]),
    }
}

fn document(block: &Block<'_>, attribute: &str) -> Value<PolicyDocument> {
    policy(block, attribute).and_then(|document| match document {
        Some(document) => Value::Known(document),
        None => Value::Unknown(Reason::Opaque(format!("{attribute} is empty"))),
    })
}

fn inline_policies(block: &Block<'_>) -> Value<Vec<InlinePolicy>> {
    block.blocks("inline_policy").map(|blocks| {
        blocks
            .iter()
            // An empty block says that no inline policy may exist.
            .filter(|inline| inline.configured("policy") || inline.raw("policy").is_some())
            .map(|inline| InlinePolicy {
                name: name(inline, "name"),
                document: document(inline, "policy"),
                address: None,
            })
            .collect()
    })
}

fn mapped(name: Value<Option<String>>, attributes: Attributes) -> Mapped {
    Mapped { identifiers: identifiers([name.clone()]), name, attributes }
}

/// The rest of a principal that is not in the plan: policies that it may have besides.
fn rest(reason: &Reason) -> Value<Vec<InlinePolicy>> {
    Value::Known(vec![InlinePolicy {
        name: Value::Unknown(reason.clone()),
        document: Value::Unknown(reason.clone()),
        address: None,
    }])
}

/// What the plan attaches is attached, whatever else is.
fn more() -> Linked {
    Value::Known(Links::default().and_perhaps_more())
}

fn outside(block: &Block<'_>, attributes: &[&str]) -> Reason {
    let told = attributes.iter().find_map(|attribute| block.string(attribute).known().cloned().flatten());
    Reason::NotInInput(told.unwrap_or_else(|| format!("what {} belongs to", block.address())))
}

pub(super) fn role_outside(block: &Block<'_>) -> Attributes {
    let reason = outside(block, &["role", "role_name"]);
    Role {
        role_name: Value::Unknown(reason.clone()),
        path: Value::Unknown(reason.clone()),
        trust_policy: Value::Unknown(reason.clone()),
        inline_policies: rest(&reason),
        attached_policies: more(),
        permissions_boundary: Value::Unknown(reason),
    }
    .into_attributes()
}

pub(super) fn user_outside(block: &Block<'_>) -> Attributes {
    let reason = outside(block, &["user", "user_name"]);
    User {
        user_name: Value::Unknown(reason.clone()),
        inline_policies: rest(&reason),
        attached_policies: more(),
        permissions_boundary: Value::Unknown(reason),
        groups: more(),
    }
    .into_attributes()
}

pub(super) fn group_outside(block: &Block<'_>) -> Attributes {
    let reason = outside(block, &["group", "group_name"]);
    Group { group_name: Value::Unknown(reason.clone()), inline_policies: rest(&reason), attached_policies: more() }
        .into_attributes()
}
