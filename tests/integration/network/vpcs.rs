//! Tiers, zones and NAT gateways of VPCs.

use hfscan::inventory::Value;
use hfscan::inventory::aws::ec2::{Subnet, Vpc};
use serde_json::json;

use super::{Builder, IGW, VPC, everywhere, facts};

fn nat(builder: Builder, name: &str, subnet: &str) -> Builder {
    builder.resource(
        &format!("aws_nat_gateway.{name}"),
        json!({"connectivity_type": "public"}),
        &[("subnet_id", &[&format!("aws_subnet.{subnet}.id"), &format!("aws_subnet.{subnet}")])],
    )
}

/// A public and two private subnets; both private ones leave through the only NAT gateway.
fn single_nat() -> Builder {
    let target = ("nat_gateway_id", &["aws_nat_gateway.a.id", "aws_nat_gateway.a"][..]);
    let builder = Builder::default().vpc().subnet("public", "us-east-1a").table("public", &everywhere(), IGW);
    nat(builder, "a", "public")
        .subnet("private_a", "us-east-1a")
        .table("private_a", &everywhere(), target)
        .subnet("private_b", "us-east-1b")
        .table("private_b", &everywhere(), target)
}

#[test]
fn a_single_nat_gateway_leaves_the_other_zone_without() {
    let inventory = single_nat().inventory();
    let vpc = facts::<Vpc>(&inventory, "aws_vpc.main");
    let zones: Vec<_> =
        vpc.nat_zones.iter().map(|zone| (zone.zone.as_str(), zone.needs_nat.clone(), zone.has_nat.clone())).collect();
    assert_eq!(
        zones,
        [
            ("us-east-1a", Value::Known(true), Value::Known(true)),
            ("us-east-1b", Value::Known(true), Value::Known(false)),
        ]
    );
    let route = |subnet: &str| facts::<Subnet>(&inventory, subnet).default_routes.known().unwrap()[0].same_zone.clone();
    assert_eq!(route("aws_subnet.private_a"), Value::Known(true));
    assert_eq!(route("aws_subnet.private_b"), Value::Known(false));
    assert_eq!((vpc.tiers.public.at_most, vpc.tiers.private.at_least), (1, 2));
    assert_eq!(
        vpc.private_zones.iter().map(|zone| zone.has_public.clone()).collect::<Vec<_>>(),
        [Value::Known(true), Value::Known(false)]
    );
}

#[test]
fn a_regional_nat_gateway_serves_all_zones() {
    let target = ("nat_gateway_id", &["aws_nat_gateway.all.id", "aws_nat_gateway.all"][..]);
    let inventory = Builder::default()
        .vpc()
        .resource(
            "aws_nat_gateway.all",
            json!({"connectivity_type": "public", "availability_mode": "regional"}),
            &[VPC],
        )
        .subnet("private_b", "us-east-1b")
        .table("private_b", &everywhere(), target)
        .inventory();
    assert_eq!(facts::<Vpc>(&inventory, "aws_vpc.main").nat_zones[0].has_nat, Value::Known(true));
    let routes = &facts::<Subnet>(&inventory, "aws_subnet.private_b").default_routes;
    assert_eq!(routes.known().unwrap()[0].same_zone, Value::Known(true));
}

#[test]
fn subnets_that_leave_through_a_transit_gateway_need_no_nat() {
    let inventory = Builder::default()
        .vpc()
        .subnet("private", "us-east-1a")
        .table("private", &everywhere(), ("transit_gateway_id", &["var.gateway"]))
        .inventory();
    assert!(facts::<Vpc>(&inventory, "aws_vpc.main").nat_zones.is_empty());
}

#[test]
fn a_private_nat_gateway_does_not_count() {
    let target = ("nat_gateway_id", &["aws_nat_gateway.a.id", "aws_nat_gateway.a"][..]);
    let inventory = Builder::default()
        .vpc()
        .subnet("public", "us-east-1a")
        .table("public", &everywhere(), IGW)
        .resource(
            "aws_nat_gateway.a",
            json!({"connectivity_type": "private"}),
            &[("subnet_id", &["aws_subnet.public.id", "aws_subnet.public"])],
        )
        .subnet("private", "us-east-1a")
        .table("private", &everywhere(), target)
        .inventory();
    assert_eq!(facts::<Vpc>(&inventory, "aws_vpc.main").nat_zones[0].has_nat, Value::Known(false));
}

#[test]
fn zones_that_aws_chooses_widen_the_count() {
    let inventory = Builder::default()
        .vpc()
        .subnet("private_a", "us-east-1a")
        .resource("aws_subnet.private_x", json!({"map_public_ip_on_launch": false}), &[VPC])
        .inventory();
    let zones = &facts::<Vpc>(&inventory, "aws_vpc.main").tiers.private.zones;
    assert_eq!((zones.at_least, zones.at_most), (1, 2));
}

#[test]
fn a_vpc_hosts_what_stands_in_its_subnets() {
    let inventory = single_nat()
        .resource("aws_instance.web", json!({}), &[("subnet_id", &["aws_subnet.private_a.id", "aws_subnet.private_a"])])
        .inventory();
    let vpc = facts::<Vpc>(&inventory, "aws_vpc.main");
    assert_eq!(vpc.workloads, ["aws_instance.web"]);
    assert_eq!(vpc.hosts_workloads, Value::Known(true));
    assert_eq!(vpc.internet_gateways, ["aws_internet_gateway.igw"]);
}
