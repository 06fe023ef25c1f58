//! VPCs and subnets. What another account shares is listed too, but told in part only: its routing and
//! its other subnets belong to its owner.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types;

use super::routes::Tables;
use super::{SUBNET, VPC, is_foreign, tags};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::ec2::{Subnet, Vpc};
use crate::inventory::{Linked, Value};

pub(super) const DESCRIBE_VPCS: Operation = Operation::listing("EC2.DescribeVpcs", "ec2:DescribeVpcs", &[VPC]);
pub(super) const DESCRIBE_SUBNETS: Operation =
    Operation::listing("EC2.DescribeSubnets", "ec2:DescribeSubnets", &[SUBNET]);

pub(super) async fn collect_vpcs(context: &Context, client: &Client, tables: &Tables) {
    if !context.wants(VPC) {
        return;
    }
    let pages = client.describe_vpcs().into_paginator().page_size(1000).send();
    let read = context.pages(&DESCRIBE_VPCS, "", pages, |page| {
        for described in page.vpcs.unwrap_or_default() {
            let Some(id) = described.vpc_id.clone() else { continue };
            let attributes = vpc(&described, context.account(), tables.main_of(&id));
            context.add(Described {
                arn: context.arn("ec2", &format!("vpc/{id}")),
                type_name: "AWS::EC2::VPC",
                name: None,
                identifiers: vec![id],
                tags: tags(described.tags),
                attributes,
            });
        }
    });
    // A broken listing is a gap already.
    let _ = read.await;
}

fn vpc(vpc: &types::Vpc, account: &str, main_route_table: Linked) -> Vpc {
    Vpc {
        default: Value::Known(vpc.is_default.unwrap_or(false)),
        cidr_block: Value::Known(vpc.cidr_block.clone()),
        removed_on_destroy: Value::Known(false),
        main_route_table,
        managed_elsewhere: is_foreign(account, vpc.owner_id()),
        adopted: false,
        main_routes: Value::Known(Vec::new()),
    }
}

pub(super) async fn collect_subnets(context: &Context, client: &Client, tables: &Tables) {
    if !context.wants(SUBNET) {
        return;
    }
    let pages = client.describe_subnets().into_paginator().page_size(1000).send();
    let read = context.pages(&DESCRIBE_SUBNETS, "", pages, |page| {
        for described in page.subnets.unwrap_or_default() {
            let Some(id) = described.subnet_id.clone() else { continue };
            let attributes = subnet(&described, context.account(), tables.of_subnet(&id));
            context.add(Described {
                // The account that it is shared with stands here for the owner: both may be audited.
                arn: context.arn("ec2", &format!("subnet/{id}")),
                type_name: "AWS::EC2::Subnet",
                name: None,
                identifiers: described.subnet_arn.into_iter().chain([id]).collect(),
                tags: tags(described.tags),
                attributes,
            });
        }
    });
    let _ = read.await;
}

fn subnet(subnet: &types::Subnet, account: &str, route_tables: Linked) -> Subnet {
    Subnet {
        vpc: links(subnet.vpc_id.clone()),
        default: Value::Known(subnet.default_for_az.unwrap_or(false)),
        cidr_block: Value::Known(subnet.cidr_block.clone()),
        availability_zone: Value::Known(subnet.availability_zone.clone()),
        availability_zone_id: Value::Known(subnet.availability_zone_id.clone()),
        map_public_ip_on_launch: Value::Known(subnet.map_public_ip_on_launch.unwrap_or(false)),
        assign_ipv6_address_on_creation: Value::Known(subnet.assign_ipv6_address_on_creation.unwrap_or(false)),
        route_tables,
        possible_route_tables: Linked::default(),
        adopted: false,
        managed_elsewhere: is_foreign(account, subnet.owner_id()),
        several: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_account_shares_is_managed_elsewhere() {
        let own = types::Vpc::builder().owner_id("111111111111").is_default(true).cidr_block("172.31.0.0/16").build();
        let own = vpc(&own, "111111111111", links(["rtb-1"]));
        assert!(!own.managed_elsewhere);
        assert_eq!((own.default, own.main_route_table), (Value::Known(true), links(["rtb-1"])));
        let shared = types::Subnet::builder().owner_id("222222222222").vpc_id("vpc-1").build();
        let shared = subnet(&shared, "111111111111", Linked::default());
        assert!(shared.managed_elsewhere);
        assert_eq!(shared.map_public_ip_on_launch, Value::Known(false));
    }
}
