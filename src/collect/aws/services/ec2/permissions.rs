//! Permissions of a security group → rules. EC2 pools all peers of one protocol and port range in one
//! permission, and gives each peer a description of its own: each peer becomes a rule.

use aws_sdk_ec2::types::IpPermission;

use crate::collect::aws::context::{known_list, links};
use crate::inventory::Value;
use crate::inventory::aws::ec2::SecurityGroupRule;

/// Returns the rules of one direction of a group in an order that does not hang on EC2's. `own_group` is
/// the group's id: it is how a rule about the group itself is told.
pub(crate) fn rules(permissions: &[IpPermission], own_group: &str) -> Vec<SecurityGroupRule> {
    let mut rules: Vec<SecurityGroupRule> =
        permissions.iter().flat_map(|permission| of_permission(permission, own_group)).collect();
    rules.sort_by_cached_key(|rule| format!("{rule:?}"));
    rules.dedup();
    rules
}

fn of_permission(permission: &IpPermission, own_group: &str) -> Vec<SecurityGroupRule> {
    let base = base(permission);
    let with = |description: &Option<String>, rule: SecurityGroupRule| SecurityGroupRule {
        description: Value::Known(description.clone().filter(|text| !text.is_empty())),
        ..rule
    };
    let mut rules = Vec::new();
    for range in permission.ip_ranges() {
        let ipv4_ranges = known_list(range.cidr_ip.clone());
        rules.push(with(&range.description, SecurityGroupRule { ipv4_ranges, ..base.clone() }));
    }
    for range in permission.ipv6_ranges() {
        let ipv6_ranges = known_list(range.cidr_ipv6.clone());
        rules.push(with(&range.description, SecurityGroupRule { ipv6_ranges, ..base.clone() }));
    }
    for list in permission.prefix_list_ids() {
        let prefix_lists = links(list.prefix_list_id.clone());
        rules.push(with(&list.description, SecurityGroupRule { prefix_lists, ..base.clone() }));
    }
    for pair in permission.user_id_group_pairs() {
        let group = pair.group_id.as_ref().or(pair.group_name.as_ref());
        let rule = if group.is_some_and(|group| group == own_group) {
            SecurityGroupRule { self_reference: Value::Known(true), ..base.clone() }
        } else {
            SecurityGroupRule { security_groups: links(group.cloned()), ..base.clone() }
        };
        rules.push(with(&pair.description, rule));
    }
    rules
}

/// Protocol and ports, without peers.
fn base(permission: &IpPermission) -> SecurityGroupRule {
    let protocol = match permission.ip_protocol().unwrap_or("-1") {
        "-1" => "all",
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        other => other,
    };
    // -1 stands for all ports and for all types of ICMP messages.
    let port = |port: Option<i32>| Value::Known(port.filter(|port| *port >= 0).map(i64::from));
    SecurityGroupRule {
        protocol: Value::Known(protocol.to_owned()),
        from_port: port(permission.from_port()),
        to_port: port(permission.to_port()),
        ..SecurityGroupRule::default()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IpRange, Ipv6Range, PrefixListId, UserIdGroupPair};

    use super::*;
    use crate::inventory::{Links, Target};

    fn known(list: &[&str]) -> Value<Vec<Value<String>>> {
        known_list(list.iter().copied())
    }

    fn web() -> IpPermission {
        IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/8").description("inside").build())
            .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
            .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
            .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").build())
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-own").user_id("111111111111").build())
            .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-other").user_id("222222222222").build())
            .build()
    }

    #[test]
    fn each_peer_of_a_pooled_permission_is_a_rule_with_its_own_description() {
        let rules = rules(&[web()], "sg-own");
        assert_eq!(rules.len(), 6);
        let inside = rules.iter().find(|rule| rule.ipv4_ranges == known(&["10.0.0.0/8"])).expect("the private range");
        assert_eq!(inside.description, Value::Known(Some("inside".to_owned())));
        let world = rules.iter().find(|rule| rule.ipv4_ranges == known(&["0.0.0.0/0"])).expect("the internet");
        assert_eq!(world.description, Value::Known(None));
        assert!(rules.iter().all(|rule| rule.from_port.is(&Some(443)) && rule.protocol.is(&"tcp".to_owned())));
        let itself: Vec<_> = rules.iter().filter(|rule| rule.self_reference.is(&true)).collect();
        assert_eq!(itself.len(), 1);
        assert!(itself.iter().all(|rule| rule.security_groups.is(&Links::default())));
        let other = Links::all([Target::Literal("sg-other".to_owned())]);
        assert_eq!(rules.iter().filter(|rule| rule.security_groups.is(&other)).count(), 1);
    }

    #[test]
    fn the_order_of_permissions_and_peers_does_not_matter() {
        let ssh = IpPermission::builder()
            .ip_protocol("6")
            .from_port(22)
            .to_port(22)
            .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/8").build())
            .build();
        let mut turned = web();
        turned.ip_ranges.as_mut().expect("two ranges").reverse();
        assert_eq!(rules(&[web(), ssh.clone()], "sg-own"), rules(&[ssh, turned], "sg-own"));
    }

    #[test]
    fn all_traffic_and_all_messages_have_no_ports() {
        for (protocol, from, to, expected) in [
            ("-1", None, None, ("all", None, None)),
            ("icmp", Some(-1), Some(-1), ("icmp", None, None)),
            ("icmp", Some(8), Some(-1), ("icmp", Some(8), None)),
            ("58", Some(-1), Some(-1), ("icmpv6", None, None)),
            ("50", None, None, ("50", None, None)),
            ("17", Some(0), Some(65_535), ("udp", Some(0), Some(65_535))),
        ] {
            let permission = IpPermission::builder()
                .ip_protocol(protocol)
                .set_from_port(from)
                .set_to_port(to)
                .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
                .build();
            let rule = rules(&[permission], "sg-own").pop().expect("one rule");
            assert_eq!(rule.protocol, Value::Known(expected.0.to_owned()));
            assert_eq!((rule.from_port, rule.to_port), (Value::Known(expected.1), Value::Known(expected.2)));
        }
    }
}
