//! Which route table is in force, and where its default routes lead.

use hfscan::inventory::Value;
use hfscan::inventory::aws::ec2::{Subnet, SubnetFacts};
use serde_json::json;

use super::{Builder, IGW, VPC, everywhere, facts};

fn private(inventory: &hfscan::inventory::Inventory) -> &SubnetFacts {
    facts::<Subnet>(inventory, "aws_subnet.private")
}

#[test]
fn a_subnet_named_private_with_an_internet_gateway_is_public_but_meant_to_be_private() {
    let inventory =
        Builder::default().vpc().subnet("private", "us-east-1a").table("private", &everywhere(), IGW).inventory();
    let facts = private(&inventory);
    assert_eq!(facts.public, Value::Known(true));
    assert_eq!(facts.tier, Value::Known("public".into()));
    assert_eq!(facts.intended_tier, Value::Known("private".into()));
    assert_eq!(facts.via, ["aws_route_table.private", "aws_internet_gateway.igw"]);
}

#[test]
fn without_an_association_the_main_table_holds() {
    let start = || Builder::default().vpc().subnet("private", "us-east-1a");
    // The main table that AWS makes has the local route only.
    assert_eq!(private(&start().inventory()).public, Value::Known(false));

    let table = |builder: Builder| {
        builder.resource("aws_route_table.main", json!({}), &[VPC]).resource(
            "aws_route.main",
            everywhere(),
            &[("route_table_id", &["aws_route_table.main.id", "aws_route_table.main"]), IGW],
        )
    };
    // Another table of the VPC is not the main one ...
    assert_eq!(private(&table(start()).inventory()).public, Value::Known(false));
    // ... until an association makes it so.
    let associated = table(start()).resource(
        "aws_main_route_table_association.main",
        json!({}),
        &[VPC, ("route_table_id", &["aws_route_table.main.id", "aws_route_table.main"])],
    );
    assert_eq!(private(&associated.inventory()).public, Value::Known(true));

    let adopted = start().resource(
        "aws_default_route_table.main",
        json!({"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]}),
        &[("default_route_table_id", &["aws_vpc.main.default_route_table_id", "aws_vpc.main"])],
    );
    assert_eq!(private(&adopted.inventory()).public, Value::Known(true));

    let by_vpc = start().resource(
        "aws_route.main",
        everywhere(),
        &[("route_table_id", &["aws_vpc.main.main_route_table_id", "aws_vpc.main"]), IGW],
    );
    assert_eq!(private(&by_vpc.inventory()).public, Value::Known(true));
}

#[test]
fn only_internet_gateways_make_a_subnet_public() {
    let leads = |destination: serde_json::Value, target: (&str, &[&str])| {
        let inventory = Builder::default()
            .vpc()
            .resource("aws_vpn_gateway.vgw", json!({}), &[VPC])
            .resource("aws_egress_only_internet_gateway.out", json!({}), &[VPC])
            .subnet("private", "us-east-1a")
            .table("private", &destination, target)
            .inventory();
        private(&inventory).public.clone()
    };
    let vgw = &["aws_vpn_gateway.vgw.id", "aws_vpn_gateway.vgw"][..];
    let out = &["aws_egress_only_internet_gateway.out.id", "aws_egress_only_internet_gateway.out"][..];
    let ipv6 = json!({"destination_ipv6_cidr_block": "::/0"});
    assert_eq!(leads(everywhere(), ("gateway_id", vgw)), Value::Known(false));
    assert_eq!(leads(ipv6.clone(), ("egress_only_gateway_id", out)), Value::Known(false));
    assert_eq!(leads(ipv6, IGW), Value::Known(true));
    assert_eq!(leads(json!({"destination_cidr_block": "10.1.0.0/16"}), IGW), Value::Known(false));
    // What a variable holds is not told.
    assert!(leads(everywhere(), ("gateway_id", &["var.gateway"])).known().is_none());
}

#[test]
fn an_unknown_destination_is_no_pass_unless_the_target_is_harmless() {
    let leads = |target: (&str, &[&str])| {
        let inventory = Builder::default()
            .vpc()
            .subnet("private", "us-east-1a")
            .resource("aws_route_table.private", json!({}), &[VPC])
            .resource(
                "aws_route.private",
                json!({}),
                &[
                    ("route_table_id", &["aws_route_table.private.id", "aws_route_table.private"]),
                    ("destination_cidr_block", &["var.destination"]),
                    target,
                ],
            )
            .associate("private", "private")
            .inventory();
        private(&inventory).public.clone()
    };
    assert!(leads(IGW).known().is_none());
    assert_eq!(leads(("transit_gateway_id", &["var.gateway"])), Value::Known(false));
}

#[test]
fn two_halves_are_a_default_route_and_one_is_not() {
    let half = |builder: Builder, name: &str, range: &str| {
        builder.resource(
            &format!("aws_route.{name}"),
            json!({"destination_cidr_block": range}),
            &[("route_table_id", &["aws_route_table.private.id", "aws_route_table.private"]), IGW],
        )
    };
    let start = || {
        Builder::default()
            .vpc()
            .subnet("private", "us-east-1a")
            .resource("aws_route_table.private", json!({}), &[VPC])
            .associate("private", "private")
    };
    let one = half(start(), "low", "0.0.0.0/1").inventory();
    assert_eq!(private(&one).public, Value::Known(false));
    let both = half(half(start(), "low", "0.0.0.0/1"), "high", "128.0.0.0/1").inventory();
    assert_eq!(private(&both).public, Value::Known(true));
}

#[test]
fn a_default_route_may_hide_in_a_prefix_list() {
    let list = |entry: &str| {
        let inventory = Builder::default()
            .vpc()
            .resource(
                "aws_ec2_managed_prefix_list.all",
                json!({"name": "all", "address_family": "IPv4", "entry": [{"cidr": entry}]}),
                &[],
            )
            .subnet("private", "us-east-1a")
            .resource("aws_route_table.private", json!({}), &[VPC])
            .resource(
                "aws_route.private",
                json!({}),
                &[
                    ("route_table_id", &["aws_route_table.private.id", "aws_route_table.private"]),
                    (
                        "destination_prefix_list_id",
                        &["aws_ec2_managed_prefix_list.all.id", "aws_ec2_managed_prefix_list.all"],
                    ),
                    IGW,
                ],
            )
            .associate("private", "private")
            .inventory();
        private(&inventory).public.clone()
    };
    assert_eq!(list("0.0.0.0/0"), Value::Known(true));
    assert_eq!(list("10.0.0.0/8"), Value::Known(false));
}

#[test]
fn an_association_with_one_of_several_tables_keeps_what_they_share() {
    let inventory = Builder::default()
        .vpc()
        .subnet("private", "us-east-1a")
        .resource("aws_route_table.t[0]", json!({}), &[VPC])
        .resource("aws_route_table.t[1]", json!({}), &[VPC])
        .resource(
            "aws_route_table_association.private",
            json!({}),
            &[
                ("subnet_id", &["aws_subnet.private.id", "aws_subnet.private"]),
                ("route_table_id", &["aws_route_table.t", "var.index"]),
            ],
        )
        .inventory();
    let facts = private(&inventory);
    assert_eq!(facts.public, Value::Known(false));
    assert!(facts.route_table.known().is_none());
}

#[test]
fn subnets_of_another_run_have_routes_that_are_not_told() {
    let inventory = Builder::default()
        .data(
            "data.aws_subnet.private",
            &json!({"id": "subnet-1", "vpc_id": "vpc-1", "availability_zone": "us-east-1a", "map_public_ip_on_launch": false, "default_for_az": false}),
        )
        .inventory();
    let facts = facts::<Subnet>(&inventory, "data.aws_subnet.private");
    assert!(facts.public.known().is_none());
    assert_eq!(facts.zone, Value::Known("us-east-1a".into()));
}
