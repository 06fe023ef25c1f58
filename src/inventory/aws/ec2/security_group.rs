//! Security groups with all of their rules, inline or separate.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// One rule of a security group as its source writes it: a port range and its sources.
    pub struct SecurityGroupRule {
        /// `tcp`, `udp`, `icmp`, `icmpv6`, `all` or a protocol number.
        pub protocol: Value<String>,
        /// First port; null means all ports (or all ICMP types).
        pub from_port: Value<Option<i64>>,
        /// Last port; null means all ports.
        pub to_port: Value<Option<i64>>,
        /// IPv4 ranges.
        pub ipv4_ranges: Value<Vec<Value<String>>>,
        /// IPv6 ranges.
        pub ipv6_ranges: Value<Vec<Value<String>>>,
        /// Managed prefix lists.
        pub prefix_lists: Linked,
        /// Referenced security groups.
        pub security_groups: Linked,
        /// Whether the group itself is a source.
        pub self_reference: Value<bool>,
        /// Its description.
        pub description: Value<Option<String>>,
        /// Address of the source's own resource for this rule, when it has one.
        pub address: Option<String>,
    }

    /// A security group.
    pub struct SecurityGroup {
        /// Its name.
        pub group_name: Value<Option<String>>,
        /// Its description.
        pub description: Value<Option<String>>,
        /// The VPC it belongs to; absent means the default VPC.
        pub vpc: Linked,
        /// Whether it is the default group of its VPC.
        pub default: Value<bool>,
        /// Rules for traffic that comes in.
        pub ingress: Value<Vec<SecurityGroupRule>>,
        /// Rules for traffic that goes out.
        pub egress: Value<Vec<SecurityGroupRule>>,
    }

    /// What is derived for a security group.
    pub struct SecurityGroupFacts {}
}

relations!(SecurityGroup { vpc => "aws.ec2.vpc" });
