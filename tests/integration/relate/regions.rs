//! One account with several regions, or several accounts: what is of one says nothing of the others.

use hfscan::inventory::aws::ec2::{
    Instance, InstanceMetadataDefaults, LaunchTemplate, NatGateway, SecurityGroup, Subnet, Vpc,
};
use hfscan::inventory::aws::eks::{Cluster, NodeGroup};
use hfscan::inventory::aws::elb::{Listener, LoadBalancer};
use hfscan::inventory::aws::{autoscaling, iam, rds};
use hfscan::inventory::environment::Environment;
use hfscan::inventory::{Inventory, Kind as _, Linked, Links, Origin, Resource, Target, Value};

use super::{facts, later, related, resource, tagged, to};

const ACCOUNT: &str = "111122223333";

/// A live resource: its id is an ARN, and it stands in no file.
fn live(mut resource: Resource, region: &str) -> Resource {
    resource.account = Value::Known(Some(ACCOUNT.to_owned()));
    resource.region = Value::Known(Some(region.to_owned()));
    resource.origin = Origin::live(&resource.id, "aws_thing");
    resource
}

fn of_account(mut resource: Resource, account: &str) -> Resource {
    resource.account = Value::Known(Some(account.to_owned()));
    resource
}

fn named(mut resource: Resource, names: &[&str]) -> Resource {
    resource.identifiers = names.iter().map(|name| (*name).to_owned()).collect();
    resource
}

/// A link as an API tells it: by id, ARN or name.
fn literal(name: &str) -> Linked {
    Value::Known(Links::all([Target::Literal(name.to_owned())]))
}

fn targets(inventory: &Inventory, id: &str, relation: &str) -> Vec<String> {
    let edges = inventory.edges(inventory.index_of(id).unwrap(), relation);
    assert!(edges.doubt.is_none(), "{edges:?}");
    edges.targets.iter().map(|&target| inventory.id(target).to_owned()).collect()
}

fn subnet_group(id: &str) -> Resource {
    named(resource(id, rds::SubnetGroup { subnets: to(&[]) }.into_attributes()), &["main"])
}

fn database(id: &str) -> Resource {
    resource(id, rds::Instance { subnet_group: literal("main"), ..Default::default() }.into_attributes())
}

#[test]
fn a_name_means_the_resource_of_the_same_region_and_account() {
    let inventory = related(vec![
        live(subnet_group("group-a"), "us-east-1"),
        live(subnet_group("group-b"), "eu-west-1"),
        of_account(live(subnet_group("group-c"), "us-east-1"), "444455556666"),
        live(database("db-a"), "us-east-1"),
        live(database("db-b"), "eu-west-1"),
        of_account(live(database("db-c"), "us-east-1"), "444455556666"),
    ]);
    assert_eq!(targets(&inventory, "db-a", "subnet_group"), ["group-a"]);
    assert_eq!(targets(&inventory, "db-b", "subnet_group"), ["group-b"]);
    assert_eq!(targets(&inventory, "db-c", "subnet_group"), ["group-c"]);
}

#[test]
fn a_name_that_is_only_elsewhere_is_taken_from_there() {
    let inventory = related(vec![live(subnet_group("group-b"), "eu-west-1"), live(database("db-a"), "us-east-1")]);
    assert_eq!(targets(&inventory, "db-a", "subnet_group"), ["group-b"]);
}

#[test]
fn where_regions_are_not_told_a_name_of_several_stays_in_doubt() {
    let inventory = related(vec![subnet_group("group-a"), subnet_group("group-b"), database("db")]);
    assert!(inventory.edges(inventory.index_of("db").unwrap(), "subnet_group").doubt.is_some());
}

#[test]
fn what_is_global_is_near_every_region() {
    let role = |id: &str| named(resource(id, iam::Role::default().into_attributes()), &["nodes"]);
    let nodes = |id: &str| resource(id, NodeGroup { role: literal("nodes"), ..Default::default() }.into_attributes());
    let inventory = related(vec![
        live(role("role-a"), "global"),
        of_account(live(role("role-b"), "global"), "444455556666"),
        live(nodes("nodes-a"), "us-east-1"),
        live(nodes("nodes-b"), "eu-west-1"),
    ]);
    assert_eq!(targets(&inventory, "nodes-a", "role"), ["role-a"]);
    assert_eq!(targets(&inventory, "nodes-b", "role"), ["role-a"]);
    assert!(facts::<iam::Role>(&inventory, "role-a").node_role.is(&true));
    assert!(facts::<iam::Role>(&inventory, "role-b").node_role.is(&false));
}

#[test]
fn an_arn_leads_to_another_region() {
    let arn = "arn:aws:rds:eu-west-1:111122223333:db:main";
    let source = named(resource(arn, rds::Instance::default().into_attributes()), &[arn, "main"]);
    let near = named(resource("near", rds::Instance::default().into_attributes()), &["main"]);
    let replica = rds::Instance { replica_of: literal(arn), ..Default::default() };
    let inventory = related(vec![
        live(source, "eu-west-1"),
        live(near, "us-east-1"),
        live(resource("replica", replica.into_attributes()), "us-east-1"),
    ]);
    assert_eq!(targets(&inventory, "replica", "replica_of"), [arn]);
}

fn cluster(id: &str, name: &str) -> Resource {
    resource(id, Cluster { cluster_name: Value::Known(Some(name.to_owned())), ..Default::default() }.into_attributes())
}

#[test]
fn a_tag_joins_a_cluster_of_the_same_region() {
    let group =
        || tagged("group", autoscaling::Group::default().into_attributes(), "kubernetes.io/cluster/one", "owned");
    let joined = |region: &str| {
        let inventory = relate_all(vec![live(cluster("cluster", "one"), "us-east-1"), live(group(), region)]);
        let members = facts::<Cluster>(&inventory, "cluster").self_managed_groups.len();
        (members, facts::<Environment>(&inventory, "environment").self_managed_kubernetes.len())
    };
    assert_eq!(joined("us-east-1"), (1, 0));
    // There is no such cluster in its region: it runs Kubernetes by itself.
    assert_eq!(joined("eu-west-1"), (0, 1));
}

fn relate_all(resources: Vec<Resource>) -> Inventory {
    hfscan::relate::relate(resources, Vec::new(), true)
}

#[test]
fn a_cluster_whose_name_is_not_told_says_nothing_of_other_regions() {
    let nameless = || {
        resource("nameless", Cluster { cluster_name: Value::Unknown(later()), ..Default::default() }.into_attributes())
    };
    let machine = || tagged("machine", Instance::default().into_attributes(), "kubernetes.io/cluster/one", "owned");
    let control_plane = |region: &str| {
        let inventory = relate_all(vec![live(nameless(), region), live(machine(), "us-east-1")]);
        facts::<Environment>(&inventory, "environment").self_managed_kubernetes[0].control_plane.known().copied()
    };
    assert_eq!(control_plane("us-east-1"), None);
    assert_eq!(control_plane("eu-west-1"), Some(true));
}

#[test]
fn nodes_whose_cluster_is_not_told_are_of_their_own_region() {
    let nodes =
        || resource("nodes", NodeGroup { cluster: Value::Unknown(later()), ..Default::default() }.into_attributes());
    let inventory = related(vec![
        live(cluster("here", "one"), "us-east-1"),
        live(cluster("there", "one"), "eu-west-1"),
        live(nodes(), "us-east-1"),
    ]);
    let of = |id: &str| facts::<Cluster>(&inventory, id);
    assert_eq!((of("here").node_groups.len(), of("here").nodes.groups_at_most), (1, 1));
    assert_eq!((of("there").node_groups.len(), of("there").nodes.groups_at_most), (0, 0));
    assert!(of("there").managed_capacity.is(&false));
}

#[test]
fn metadata_defaults_are_of_one_account_and_region() {
    let defaults = || {
        let defaults =
            InstanceMetadataDefaults { http_tokens: Value::Known(Some("required".to_owned())), ..Default::default() };
        resource("defaults", defaults.into_attributes())
    };
    let template = |id: &str| resource(id, LaunchTemplate::default().into_attributes());
    let inventory = related(vec![
        live(defaults(), "us-east-1"),
        live(template("here"), "us-east-1"),
        live(template("there"), "eu-west-1"),
        of_account(live(template("other"), "us-east-1"), "444455556666"),
    ]);
    let tokens = |id: &str| facts::<LaunchTemplate>(&inventory, id).metadata[0].http_tokens.known().cloned();
    assert_eq!(tokens("here").as_deref(), Some("required"));
    assert_eq!(tokens("there"), None);
    assert_eq!(tokens("other"), None);
}

#[test]
fn what_may_be_anywhere_is_in_its_own_region() {
    let vpc = |id: &str| resource(id, Vpc::default().into_attributes());
    let subnet = |id: &str, vpc: &str| resource(id, Subnet { vpc: to(&[vpc]), ..Default::default() }.into_attributes());
    let lost = || Value::Unknown(later());
    let inventory = related(vec![
        live(vpc("vpc-a"), "us-east-1"),
        live(vpc("vpc-b"), "eu-west-1"),
        live(subnet("subnet-a", "vpc-a"), "us-east-1"),
        live(subnet("subnet-b", "vpc-b"), "eu-west-1"),
        live(resource("stray", Subnet { vpc: lost(), ..Default::default() }.into_attributes()), "us-east-1"),
        live(resource("nat", NatGateway { subnet: lost(), ..Default::default() }.into_attributes()), "us-east-1"),
        live(resource("nodes", NodeGroup { subnets: lost(), ..Default::default() }.into_attributes()), "us-east-1"),
    ]);
    let vpc = |id: &str| facts::<Vpc>(&inventory, id);
    assert_eq!((vpc("vpc-a").subnet_count, vpc("vpc-b").subnet_count), (2, 1));
    assert_eq!(vpc("vpc-a").hosts_workloads.known(), None);
    assert!(vpc("vpc-b").hosts_workloads.is(&false));
    assert_eq!(facts::<Subnet>(&inventory, "subnet-a").hosts_eks_nodes.known(), None);
    assert!(facts::<Subnet>(&inventory, "subnet-b").hosts_eks_nodes.is(&false));
}

#[test]
fn a_load_balancer_that_may_use_any_group_uses_one_of_its_region() {
    let group = |id: &str| resource(id, SecurityGroup::default().into_attributes());
    let balancer = |id: &str, kind: &str, groups: Linked| {
        let kind = Value::Known(kind.to_owned());
        resource(
            id,
            LoadBalancer { load_balancer_type: kind, security_groups: groups, ..Default::default() }.into_attributes(),
        )
    };
    let listener = Listener { load_balancer: Value::Unknown(later()), ..Default::default() };
    let inventory = related(vec![
        live(group("group-a"), "us-east-1"),
        live(group("group-b"), "eu-west-1"),
        live(balancer("alb", "application", Value::Unknown(later())), "us-east-1"),
        live(balancer("nlb", "network", to(&[])), "eu-west-1"),
        live(resource("listener", listener.into_attributes()), "us-east-1"),
    ]);
    let group = |id: &str| facts::<SecurityGroup>(&inventory, id);
    assert_eq!(group("group-a").roles.load_balancer.known(), None);
    assert!(group("group-b").roles.load_balancer.is(&false));
    assert!(group("group-a").open_network_load_balancer.is(&false));
    assert!(group("group-b").open_network_load_balancer.is(&true));
    assert_eq!(facts::<LoadBalancer>(&inventory, "alb").listeners.len(), 1);
    assert_eq!(facts::<LoadBalancer>(&inventory, "nlb").listeners.len(), 0);
}

#[test]
fn nodes_of_another_region_need_no_way_to_a_database() {
    let group = |id: &str| resource(id, SecurityGroup { vpc: to(&["vpc"]), ..Default::default() }.into_attributes());
    let shut_out = |region: &str| {
        let database =
            rds::Instance { security_groups: to(&["doors"]), port: Value::Known(Some(5432)), ..Default::default() };
        let template = LaunchTemplate { security_groups: to(&["nodes"]), ..Default::default() };
        let nodes = NodeGroup { launch_template: to(&["template"]), cluster: to(&["cluster"]), ..Default::default() };
        let inventory = related(vec![
            live(resource("vpc", Vpc::default().into_attributes()), region),
            live(group("doors"), region),
            live(resource("database", database.into_attributes()), region),
            live(group("nodes"), "us-east-1"),
            live(cluster("cluster", "one"), "us-east-1"),
            live(resource("template", template.into_attributes()), "us-east-1"),
            live(resource("group", nodes.into_attributes()), "us-east-1"),
        ]);
        facts::<rds::Instance>(&inventory, "database").firewall.nodes_shut_out.known().copied()
    };
    assert_eq!(shut_out("us-east-1"), Some(true));
    assert_eq!(shut_out("eu-west-1"), Some(false));
}
