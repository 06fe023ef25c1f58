//! Security groups with all of their rules.

use std::collections::BTreeSet;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types;

use super::{PREFIX_LIST, SECURITY_GROUP, permissions, tags, wants_any};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::Value;
use crate::inventory::aws::ec2::SecurityGroup;

pub(super) const DESCRIBE_SECURITY_GROUPS: Operation =
    Operation::listing("EC2.DescribeSecurityGroups", "ec2:DescribeSecurityGroups", &[SECURITY_GROUP]);

/// Reads all groups and returns the prefix lists that their rules name. The groups that EKS makes are
/// among them; where a cluster stands for its group, [`crate::collect::aws::settle`] takes it out.
pub(super) async fn collect(context: &Context, client: &Client) -> BTreeSet<String> {
    let mut lists = BTreeSet::new();
    if !wants_any(context, &[SECURITY_GROUP, PREFIX_LIST]) {
        return lists;
    }
    let pages = client.describe_security_groups().into_paginator().page_size(1000).send();
    let read = context.pages(&DESCRIBE_SECURITY_GROUPS, "", pages, |page| {
        for described in page.security_groups.unwrap_or_default() {
            let Some(id) = described.group_id.clone() else { continue };
            lists.extend(prefix_lists(&described));
            context.add(Described {
                arn: context.arn("ec2", &format!("security-group/{id}")),
                type_name: "AWS::EC2::SecurityGroup",
                name: described.group_name.clone(),
                attributes: security_group(&described, &id),
                identifiers: described.security_group_arn.into_iter().chain([id]).collect(),
                tags: tags(described.tags),
            });
        }
    });
    // A broken listing is a gap already.
    let _ = read.await;
    lists
}

fn prefix_lists(group: &types::SecurityGroup) -> impl Iterator<Item = String> {
    let permissions = group.ip_permissions().iter().chain(group.ip_permissions_egress());
    permissions.flat_map(types::IpPermission::prefix_list_ids).filter_map(|list| list.prefix_list_id.clone())
}

fn security_group(group: &types::SecurityGroup, id: &str) -> SecurityGroup {
    SecurityGroup {
        group_name: Value::Known(group.group_name.clone()),
        description: Value::Known(group.description.clone()),
        vpc: links(group.vpc_id.clone()),
        // EC2 keeps this name for the group that it makes with a VPC.
        default: Value::Known(group.group_name() == Some("default")),
        mentioned_only: false,
        ingress: Value::Known(permissions::rules(group.ip_permissions(), id)),
        egress: Value::Known(permissions::rules(group.ip_permissions_egress(), id)),
    }
}
