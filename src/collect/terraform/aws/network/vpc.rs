//! VPCs and subnets, made, adopted or read.

use super::super::{Belongs, Mapped};
use super::{add_links, elsewhere, mapped, read_or_unknown, unnamed};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::ec2::{Subnet, Vpc};
use crate::inventory::{Attributes, Certainty, Kind as _, Linked, Links, Value};

const VPCS: &[&str] = &["aws_vpc", "aws_default_vpc"];

pub(super) fn vpc(block: &Block<'_>) -> Mapped {
    map_vpc(block, Vpc { cidr_block: block.string("cidr_block"), ..Vpc::default() })
}

pub(super) fn default_vpc(block: &Block<'_>) -> Mapped {
    map_vpc(
        block,
        Vpc {
            default: Value::Known(true),
            adopted: true,
            cidr_block: block.string("cidr_block"),
            removed_on_destroy: block.boolean_or("force_destroy", false),
            ..Vpc::default()
        },
    )
}

pub(super) fn read_vpc(block: &Block<'_>) -> Mapped {
    map_vpc(
        block,
        Vpc {
            default: read_or_unknown(block, "default", block.boolean("default")),
            cidr_block: read_or_unknown(block, "cidr_block", block.string("cidr_block")).map(Some),
            managed_elsewhere: true,
            ..Vpc::default()
        },
    )
}

fn map_vpc(block: &Block<'_>, vpc: Vpc) -> Mapped {
    // Default route tables and routes name the VPC by its tables' ids once they exist.
    let tables = ["main_route_table_id", "default_route_table_id"];
    mapped(vpc, unnamed(), tables.into_iter().map(|name| block.string(name)).collect())
}

pub(super) fn subnet(block: &Block<'_>) -> Mapped {
    mapped(Subnet { vpc: block.link_to("vpc_id", VPCS), ..common(block) }, unnamed(), Vec::new())
}

pub(super) fn default_subnet(block: &Block<'_>) -> Mapped {
    mapped(
        Subnet {
            vpc: block.link_to("vpc_id", VPCS),
            default: Value::Known(true),
            adopted: true,
            // Default subnets give public addresses unless told otherwise.
            map_public_ip_on_launch: block.boolean_or("map_public_ip_on_launch", true),
            ..common(block)
        },
        unnamed(),
        Vec::new(),
    )
}

fn common(block: &Block<'_>) -> Subnet {
    Subnet {
        cidr_block: block.string("cidr_block"),
        availability_zone: block.string("availability_zone").map(not_empty),
        availability_zone_id: block.string("availability_zone_id").map(not_empty),
        map_public_ip_on_launch: block.boolean_or("map_public_ip_on_launch", false),
        assign_ipv6_address_on_creation: block.boolean_or("assign_ipv6_address_on_creation", false),
        ..Subnet::default()
    }
}

fn not_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

pub(super) fn read_subnet(block: &Block<'_>) -> Mapped {
    mapped(
        Subnet {
            vpc: link_or_unknown(block, "vpc_id"),
            default: read_or_unknown(block, "default_for_az", block.boolean("default_for_az")),
            cidr_block: read_or_unknown(block, "cidr_block", block.string("cidr_block")).map(Some),
            availability_zone: read_or_unknown(block, "availability_zone", block.string("availability_zone")).map(Some),
            availability_zone_id: block.string("availability_zone_id"),
            map_public_ip_on_launch: read_or_unknown(
                block,
                "map_public_ip_on_launch",
                block.boolean("map_public_ip_on_launch"),
            ),
            assign_ipv6_address_on_creation: read_or_unknown(
                block,
                "assign_ipv6_address_on_creation",
                block.boolean("assign_ipv6_address_on_creation"),
            ),
            // An association in this plan replaces the doubt.
            route_tables: elsewhere(&format!("route table of {}", block.address())),
            managed_elsewhere: true,
            ..Subnet::default()
        },
        unnamed(),
        Vec::new(),
    )
}

/// Several subnets that are read at once: one resource that all of their ids lead to.
pub(super) fn read_subnets(block: &Block<'_>) -> Mapped {
    let what = format!("subnets of {}", block.address());
    let mut vpc = block.link_to("vpc_id", VPCS);
    if let Value::Known(filters) = block.blocks("filter") {
        for filter in filters {
            if filter.string("name").is(&Some("vpc-id".to_owned())) {
                vpc = filter.links_to("values", VPCS);
            }
        }
    }
    if vpc.known().is_some_and(Links::is_absent) {
        vpc = elsewhere(&what);
    }
    let ids = block.strings("ids");
    let subnet = Subnet {
        vpc,
        default: elsewhere(&what),
        cidr_block: elsewhere(&what),
        availability_zone: elsewhere(&what),
        availability_zone_id: elsewhere(&what),
        map_public_ip_on_launch: elsewhere(&what),
        assign_ipv6_address_on_creation: elsewhere(&what),
        route_tables: elsewhere(&what),
        managed_elsewhere: true,
        several: true,
        ..Subnet::default()
    };
    let ids = ids.known().into_iter().flatten().map(|id| id.clone().map(Some)).collect();
    mapped(subnet, unnamed(), ids)
}

fn link_or_unknown(block: &Block<'_>, name: &str) -> Linked {
    match block.link_to(name, VPCS) {
        Value::Known(links) if links.is_absent() => elsewhere(&format!("{name} of {}", block.address())),
        links => links,
    }
}

pub(super) fn join_route_table(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(subnet) = Subnet::attributes_mut(owner) else {
        return;
    };
    let table = block.link("route_table_id");
    match belongs {
        // A subnet that is only read has an unknown table until the plan gives it one.
        Belongs::Certainly if subnet.route_tables.known().is_none() => subnet.route_tables = table,
        Belongs::Certainly => add_links(&mut subnet.route_tables, table, belongs),
        Belongs::Perhaps(_) => {
            let possible = table.map(|mut links| {
                links.certainty = Certainty::Some;
                links
            });
            add_links(&mut subnet.possible_route_tables, possible, &Belongs::Certainly);
        }
    }
}

pub(super) fn join_main_route_table(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(vpc) = Vpc::attributes_mut(owner) else { return };
    add_links(&mut vpc.main_route_table, block.link("route_table_id"), belongs);
}
