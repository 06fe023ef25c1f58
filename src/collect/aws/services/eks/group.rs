//! The group that EKS makes for a cluster: rules that others put there. In: EC2's security groups.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{Filter, SecurityGroup};

use super::CLUSTER;
use crate::collect::aws::context::{Context, client};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::ec2::permissions::rules;
use crate::inventory::aws::ec2::SecurityGroupRule;
use crate::inventory::{Linked, Reason, Value};

pub(super) const DESCRIBE_SECURITY_GROUPS: Operation =
    Operation::detail("EC2.DescribeSecurityGroups", "ec2:DescribeSecurityGroups", &[CLUSTER], &[]);

/// How many values a filter takes.
const AT_ONCE: usize = 200;

/// Rules that others put into the group of a cluster.
pub(crate) struct Group {
    pub(crate) ingress: Vec<SecurityGroupRule>,
    pub(crate) egress: Vec<SecurityGroupRule>,
}

/// Reads the rules of groups by their ids; a group that is gone is not among them.
pub(super) async fn read(
    context: &Context,
    ids: impl Iterator<Item = String>,
) -> BTreeMap<String, Result<Group, Reason>> {
    let ids: Vec<String> = ids.collect();
    let client = client!(context, aws_sdk_ec2);
    let mut groups = BTreeMap::new();
    // A filter forgives ids that are gone; naming them outright does not.
    for some in ids.chunks(AT_ONCE) {
        let filter = Filter::builder().name("group-id").set_values(Some(some.to_vec())).build();
        let pages = client.describe_security_groups().filters(filter).into_paginator().send();
        let subject = some.first().map_or("", String::as_str);
        let read = context.pages(&DESCRIBE_SECURITY_GROUPS, subject, pages, |page| {
            groups.extend(
                page.security_groups
                    .unwrap_or_default()
                    .iter()
                    .map(|group| (group.group_id.clone().unwrap_or_default(), Ok(of(group)))),
            );
        });
        if let Err(reason) = read.await {
            for id in some {
                groups.entry(id.clone()).or_insert_with(|| Err(reason.clone()));
            }
        }
    }
    groups
}

pub(crate) fn of(group: &SecurityGroup) -> Group {
    let id = group.group_id.as_deref().unwrap_or_default();
    let mut ingress = rules(group.ip_permissions(), id);
    for rule in ingress.iter_mut().filter(|rule| is_everything(rule)) {
        rule.self_reference = Value::Known(false);
    }
    let mut egress = rules(group.ip_permissions_egress(), id);
    for rule in egress.iter_mut().filter(|rule| is_everything(rule)) {
        for ranges in [&mut rule.ipv4_ranges, &mut rule.ipv6_ranges] {
            if let Value::Known(ranges) = ranges {
                ranges.retain(|range| {
                    !EVERYWHERE.iter().any(|everywhere| range.known().is_some_and(|range| range == everywhere))
                });
            }
        }
    }
    ingress.retain(names_someone);
    egress.retain(names_someone);
    Group { ingress, egress }
}

/// Where EKS lets the members of its group send traffic.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

fn is_everything(rule: &SecurityGroupRule) -> bool {
    rule.protocol.known().is_some_and(|protocol| protocol == "-1" || protocol == "all")
}

/// Whether a rule has any peer left.
fn names_someone(rule: &SecurityGroupRule) -> bool {
    let ranges = |ranges: &Value<Vec<Value<String>>>| ranges.known().is_none_or(|ranges| !ranges.is_empty());
    let linked = |links: &Linked| links.known().is_none_or(|links| !links.is_absent());
    ranges(&rule.ipv4_ranges)
        || ranges(&rule.ipv6_ranges)
        || linked(&rule.prefix_lists)
        || linked(&rule.security_groups)
        || !rule.self_reference.is(&false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{IpPermission, IpRange, Ipv6Range, UserIdGroupPair};

    fn all() -> aws_sdk_ec2::types::builders::IpPermissionBuilder {
        IpPermission::builder().ip_protocol("-1")
    }

    fn peer(id: &str) -> UserIdGroupPair {
        UserIdGroupPair::builder().group_id(id).user_id("111122223333").build()
    }

    fn anywhere() -> IpRange {
        IpRange::builder().cidr_ip("0.0.0.0/0").build()
    }

    #[test]
    fn what_eks_puts_into_its_group_is_not_listed() {
        let everything_out = all().ip_ranges(anywhere()).ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build());
        let group = SecurityGroup::builder()
            .group_id("sg-own")
            .ip_permissions(all().user_id_group_pairs(peer("sg-own")).build())
            .ip_permissions_egress(everything_out.build())
            .build();
        let group = of(&group);
        assert!(group.ingress.is_empty() && group.egress.is_empty());
    }

    #[test]
    fn what_others_put_there_is_listed_also_beside_the_rules_of_eks() {
        let tcp = IpPermission::builder().ip_protocol("tcp").from_port(443).to_port(443);
        let group = SecurityGroup::builder()
            .group_id("sg-own")
            .ip_permissions(all().user_id_group_pairs(peer("sg-own")).user_id_group_pairs(peer("sg-other")).build())
            .ip_permissions(all().ip_ranges(anywhere()).build())
            .ip_permissions(tcp.clone().user_id_group_pairs(peer("sg-own")).build())
            .ip_permissions_egress(all().user_id_group_pairs(peer("sg-own")).build())
            .ip_permissions_egress(tcp.ip_ranges(anywhere()).build())
            .build();
        let group = of(&group);
        let said = format!("{:?}", group.ingress);
        assert_eq!(group.ingress.len(), 3, "{said}");
        assert!(said.contains("sg-other") && said.contains("0.0.0.0/0"), "{said}");
        // All traffic inside of the group is EKS's own, one port inside of it is not.
        let inside: Vec<bool> = group.ingress.iter().map(|rule| rule.self_reference.is(&true)).collect();
        assert_eq!(inside.iter().filter(|inside| **inside).count(), 1, "{said}");
        assert_eq!(group.egress.len(), 2);
    }
}
