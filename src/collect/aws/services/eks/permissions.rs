//! Permissions of security groups as rules.

use aws_sdk_ec2::types::IpPermission;

use crate::collect::aws::context::{known_list, links};
use crate::inventory::Value;
use crate::inventory::aws::ec2::SecurityGroupRule;

/// Returns the rules of a group. `own_group` is its id: as a peer it is the group itself.
pub(super) fn rules(permissions: &[IpPermission], own_group: &str) -> Vec<SecurityGroupRule> {
    permissions.iter().map(|permission| rule(permission, own_group)).collect()
}

fn rule(permission: &IpPermission, own_group: &str) -> SecurityGroupRule {
    let groups = || permission.user_id_group_pairs().iter().filter_map(|pair| pair.group_id.as_deref());
    SecurityGroupRule {
        protocol: Value::Known(permission.ip_protocol.clone().unwrap_or_else(|| "-1".to_owned())),
        from_port: Value::Known(permission.from_port.map(i64::from)),
        to_port: Value::Known(permission.to_port.map(i64::from)),
        ipv4_ranges: known_list(permission.ip_ranges().iter().filter_map(|range| range.cidr_ip.clone())),
        ipv6_ranges: known_list(permission.ipv6_ranges().iter().filter_map(|range| range.cidr_ipv6.clone())),
        prefix_lists: links(permission.prefix_list_ids().iter().filter_map(|list| list.prefix_list_id.clone())),
        security_groups: links(groups().filter(|group| *group != own_group)),
        self_reference: Value::Known(groups().any(|group| group == own_group)),
        ..SecurityGroupRule::default()
    }
}
