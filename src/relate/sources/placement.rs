//! What the placement of each kind is derived from: its subnets, and what leads to them.

use super::table::{ROUTE_TABLE, SUBNET, SUBNET_USERS, TIER_USERS, VPC};
use super::{Kinds, Source, source};

const PREFIX_LIST: Kinds = &["aws.ec2.prefix_list"];
const TEMPLATE: Kinds = &["aws.ec2.launch_template"];
const INTERFACE: Kinds = &["aws.ec2.network_interface"];
const NONE: Kinds = &[];

/// Kinds that stand in subnets, with the kinds that lead to their subnets.
pub(super) const PLACED: &[(&str, Kinds, Kinds)] = &[
    ("aws.autoscaling.group", TEMPLATE, NONE),
    ("aws.ec2.instance", TEMPLATE, INTERFACE),
    ("aws.ec2.nat_gateway", NONE, NONE),
    ("aws.ec2.network_interface", NONE, NONE),
    ("aws.efs.mount_target", NONE, NONE),
    ("aws.eks.cluster", NONE, NONE),
    ("aws.eks.fargate_profile", NONE, NONE),
    ("aws.eks.node_group", NONE, NONE),
    ("aws.elasticache.cluster", &["aws.elasticache.subnet_group"], &["aws.elasticache.replication_group"]),
    ("aws.elasticache.replication_group", &["aws.elasticache.subnet_group"], NONE),
    ("aws.elb.classic_load_balancer", NONE, NONE),
    ("aws.elb.load_balancer", NONE, NONE),
    ("aws.lambda.function", NONE, NONE),
    ("aws.rds.cluster", &["aws.rds.subnet_group"], &["aws.rds.cluster", "aws.rds.instance"]),
    ("aws.rds.instance", &["aws.rds.subnet_group"], &["aws.rds.cluster", "aws.rds.instance"]),
    ("aws.rds.proxy", NONE, NONE),
];

pub(super) fn sources() -> Vec<Source> {
    PLACED.iter().flat_map(|&(kind, one, other)| of(kind, [one, other])).collect()
}

fn of(kind: &'static str, ways: [Kinds; 2]) -> Vec<Source> {
    let [one, other] = ways;
    // A list of subnets that is reached by way of something else is shorter without it.
    vec![
        source(kind, "placement.in_vpc", &[one, other], &[SUBNET]),
        source(kind, "placement.subnets", &[one, other], &[]),
        source(kind, "placement.subnets.*.id", &[], &[SUBNET]),
        source(kind, "placement.subnets.*.public", &[ROUTE_TABLE], &[SUBNET, VPC, PREFIX_LIST]),
        source(kind, "placement.subnets.*.tier", &[ROUTE_TABLE, TIER_USERS], &[SUBNET, VPC, PREFIX_LIST]),
        source(kind, "placement.subnets.*.intended_tier", &[SUBNET_USERS], &[SUBNET]),
        source(kind, "placement.subnets.*.zone", &[], &[SUBNET]),
        source(kind, "placement.subnets.*.vpc", &[], &[SUBNET, VPC]),
        source(kind, "placement.subnets.*.vpc_default", &[], &[SUBNET, VPC]),
        source(kind, "placement.subnets.*.map_public_ip_on_launch", &[], &[SUBNET]),
        source(kind, "placement.subnets.*.via", &[ROUTE_TABLE], &[SUBNET, VPC, super::table::ROUTE_TARGETS]),
        source(kind, "placement.zones", &[one, other], &[SUBNET]),
        source(kind, "placement.vpc_default", &[one, other], &[SUBNET, VPC]),
        source(kind, "placement.fallback", &[one, other], &[]),
        source(kind, "placement.inherited", &[other], &[]),
    ]
}
