//! Where things stand, also when they name no subnet.

use hfscan::inventory::Value;
use hfscan::inventory::aws::{ec2, elb, lambda, rds};
use serde_json::json;

use super::{Builder, IGW, everywhere, facts};

#[test]
fn what_names_no_subnet_lands_in_the_default_vpc() {
    let inventory = Builder::default()
        .resource("aws_instance.web", json!({"instance_type": "t3.micro"}), &[])
        .resource("aws_db_instance.db", json!({"engine": "postgres"}), &[])
        .inventory();
    for placement in [
        &facts::<ec2::Instance>(&inventory, "aws_instance.web").placement,
        &facts::<rds::Instance>(&inventory, "aws_db_instance.db").placement,
    ] {
        assert_eq!(placement.vpc_default, Value::Known(true));
        assert!(placement.fallback.is_some());
        assert_eq!(placement.subnets.known().unwrap()[0].public, Value::Known(true));
    }
}

#[test]
fn a_default_subnet_is_public() {
    let inventory = Builder::default()
        .resource("aws_default_subnet.a", json!({"availability_zone": "us-east-1a"}), &[])
        .resource("aws_instance.web", json!({}), &[("subnet_id", &["aws_default_subnet.a.id", "aws_default_subnet.a"])])
        .inventory();
    let placement = &facts::<ec2::Instance>(&inventory, "aws_instance.web").placement;
    let subnet = &placement.subnets.known().unwrap()[0];
    assert_eq!((&subnet.public, &placement.vpc_default), (&Value::Known(true), &Value::Known(true)));
    assert_eq!(subnet.map_public_ip_on_launch, Value::Known(true));
}

#[test]
fn subnets_that_are_read_from_the_default_vpc_tell_that() {
    let inventory = Builder::default()
        .data("data.aws_vpc.default", &json!({"id": "vpc-1", "default": true, "cidr_block": "172.31.0.0/16"}))
        .data(
            "data.aws_subnets.all",
            &json!({"ids": ["subnet-1", "subnet-2"], "filter": [{"name": "vpc-id", "values": ["vpc-1"]}]}),
        )
        .resource("aws_instance.web", json!({"subnet_id": "subnet-2"}), &[])
        .resource("aws_lb.web", json!({"subnets": ["subnet-1", "subnet-2"], "load_balancer_type": "application"}), &[])
        .inventory();
    let placement = &facts::<ec2::Instance>(&inventory, "aws_instance.web").placement;
    assert_eq!(placement.vpc_default, Value::Known(true));
    // Two ids lead to the one data source; how many zones they cover is not told.
    let zones = &facts::<elb::LoadBalancer>(&inventory, "aws_lb.web").placement.zones;
    assert!(zones.at_least <= 1 && zones.at_most > 2);
}

#[test]
fn a_subnet_that_is_not_in_the_plan_is_listed_and_unknown() {
    let inventory = Builder::default().resource("aws_instance.web", json!({"subnet_id": "subnet-9"}), &[]).inventory();
    let placement = &facts::<ec2::Instance>(&inventory, "aws_instance.web").placement;
    let subnet = &placement.subnets.known().unwrap()[0];
    assert_eq!(subnet.id, "subnet-9");
    assert!(subnet.public.known().is_none() && placement.vpc_default.known().is_none());
}

#[test]
fn one_of_several_subnets_keeps_what_they_share() {
    let inventory = Builder::default()
        .vpc()
        .subnet("one", "us-east-1a")
        .table("one", &everywhere(), IGW)
        .subnet("two", "us-east-1b")
        .table("two", &everywhere(), IGW)
        .resource("aws_instance.web", json!({}), &[("subnet_id", &["aws_subnet.one", "aws_subnet.two"])])
        .inventory();
    let placement = &facts::<ec2::Instance>(&inventory, "aws_instance.web").placement;
    let subnets = placement.subnets.known().unwrap();
    assert_eq!(subnets.len(), 2);
    assert!(subnets.iter().all(|subnet| subnet.public == Value::Known(true)));
    assert!(subnets.iter().all(|subnet| subnet.zone.known().is_none()));
    assert_eq!((placement.zones.at_least, placement.zones.at_most), (1, 2));
}

#[test]
fn beside_a_reference_that_the_plan_does_not_follow_anything_may_stand() {
    let inventory = Builder::default()
        .vpc()
        .subnet("one", "us-east-1a")
        .subnet("two", "us-east-1b")
        .resource(
            "aws_lb.web",
            json!({"load_balancer_type": "application"}),
            &[("subnets", &["aws_subnet.one", "aws_subnet.two", "local.more"])],
        )
        .inventory();
    let placement = &facts::<elb::LoadBalancer>(&inventory, "aws_lb.web").placement;
    let subnets = placement.subnets.known().unwrap();
    assert!(subnets.iter().any(|subnet| subnet.id == "a subnet that the plan does not tell"));
    assert!(placement.zones.at_least <= 1 && placement.zones.at_most > 2);
}

#[test]
fn a_member_stands_where_its_cluster_stands() {
    let inventory = Builder::default()
        .vpc()
        .subnet("private", "us-east-1a")
        .resource(
            "aws_db_subnet_group.db",
            json!({"name": "db"}),
            &[("subnet_ids", &["aws_subnet.private.id", "aws_subnet.private"])],
        )
        .resource("aws_rds_cluster.db", json!({"db_subnet_group_name": "db", "engine": "aurora-postgresql"}), &[])
        .resource(
            "aws_rds_cluster_instance.one",
            json!({"engine": "aurora-postgresql"}),
            &[("cluster_identifier", &["aws_rds_cluster.db.id", "aws_rds_cluster.db"])],
        )
        .inventory();
    let member = &facts::<rds::Instance>(&inventory, "aws_rds_cluster_instance.one").placement;
    assert!(member.inherited && member.fallback.is_none());
    assert_eq!(member.subnets.known().unwrap()[0].id, "aws_subnet.private");
}

#[test]
fn a_function_without_subnets_stands_outside_of_vpcs() {
    let inventory =
        Builder::default().resource("aws_lambda_function.f", json!({"function_name": "f"}), &[]).inventory();
    let placement = &facts::<lambda::Function>(&inventory, "aws_lambda_function.f").placement;
    assert_eq!(placement.in_vpc, Value::Known(false));
    assert!(placement.subnets.known().unwrap().is_empty());
}
