//! Effective rules, roles and doors.

use hfscan::inventory::aws::ec2::{
    EffectiveRule, InterfaceSpecification, LaunchTemplate, PrefixList, SecurityGroup, SecurityGroupRule, Vpc,
};
use hfscan::inventory::aws::{efs, eks, elb, rds};
use hfscan::inventory::{Inventory, Kind as _, Linked, Links, Resource, Target, Value};

use super::{facts, later, related, resource, some_of, to};

fn known(text: &str) -> Value<String> {
    Value::Known(text.to_owned())
}

fn rule(protocol: &str, from: i64, to: i64) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: known(protocol),
        from_port: Value::Known(Some(from)),
        to_port: Value::Known(Some(to)),
        ..SecurityGroupRule::default()
    }
}

fn from_range(range: &str, rule: SecurityGroupRule) -> SecurityGroupRule {
    SecurityGroupRule { ipv4_ranges: Value::Known(vec![known(range)]), ..rule }
}

fn from_groups(groups: Linked, rule: SecurityGroupRule) -> SecurityGroupRule {
    SecurityGroupRule { security_groups: groups, ..rule }
}

fn group(id: &str, ingress: Vec<SecurityGroupRule>) -> Resource {
    let group = SecurityGroup { vpc: to(&["vpc"]), ingress: Value::Known(ingress), ..SecurityGroup::default() };
    resource(id, group.into_attributes())
}

fn vpc() -> Resource {
    let vpc = Vpc { cidr_block: Value::Known(Some("10.0.0.0/16".to_owned())), ..Vpc::default() };
    resource("vpc", vpc.into_attributes())
}

fn template(id: &str, security_groups: Linked) -> Resource {
    let template = LaunchTemplate {
        network_interfaces: Value::Known(vec![InterfaceSpecification { security_groups, ..Default::default() }]),
        ..LaunchTemplate::default()
    };
    resource(id, template.into_attributes())
}

fn cluster() -> Resource {
    resource(
        "cluster",
        eks::Cluster { cluster_name: Value::Known(Some("main".to_owned())), ..Default::default() }.into_attributes(),
    )
}

fn node_group(launch_template: Linked) -> Resource {
    let group = eks::NodeGroup { cluster: to(&["cluster"]), launch_template, ..Default::default() };
    resource("nodes", group.into_attributes())
}

fn database(security_groups: Linked) -> Resource {
    let database =
        rds::Instance { engine: Value::Known(Some("postgres".to_owned())), security_groups, ..Default::default() };
    resource("db", database.into_attributes())
}

fn ingress<'a>(inventory: &'a Inventory, id: &str) -> &'a [EffectiveRule] {
    facts::<SecurityGroup>(inventory, id).ingress.known().unwrap()
}

fn tags(rules: &[EffectiveRule]) -> Vec<&str> {
    rules.iter().map(|rule| rule.tag.as_str()).collect()
}

#[test]
fn a_rule_is_one_element_per_peer() {
    let several = SecurityGroupRule {
        ipv4_ranges: Value::Known(vec![known("0.0.0.0/0"), known("10.0.1.0/24")]),
        ipv6_ranges: Value::Known(vec![known("::/0")]),
        security_groups: to(&["other"]),
        self_reference: Value::Known(true),
        ..rule("6", 443, 443)
    };
    let inventory = related(vec![vpc(), group("other", Vec::new()), group("sg", vec![several])]);
    let rules = ingress(&inventory, "sg");
    assert_eq!(
        tags(rules),
        [
            "ingress[443/tcp/0.0.0.0/0]",
            "ingress[443/tcp/10.0.1.0/24]",
            "ingress[443/tcp/::/0]",
            "ingress[443/tcp/other]",
            "ingress[443/tcp/self]",
        ]
    );
    let widths: Vec<_> = rules.iter().map(|rule| *rule.public_prefix_length.known().unwrap()).collect();
    assert_eq!(widths, [0, 33, 0, 33, 33]);
    assert!(rules[1].vpc_internal.is(&true));
    assert!(rules[0].vpc_internal.is(&false));
    assert!(rules[4].peer_roles.itself.is(&true));
}

#[test]
fn an_unknown_list_of_ranges_may_be_empty() {
    let list =
        SecurityGroupRule { ipv6_ranges: Value::Unknown(later()), ..from_range("10.0.1.0/24", rule("tcp", 443, 443)) };
    let item = SecurityGroupRule { ipv6_ranges: Value::Known(vec![Value::Unknown(later())]), ..rule("tcp", 80, 80) };
    let inventory = related(vec![vpc(), group("sg", vec![list, item])]);
    let rules = ingress(&inventory, "sg");
    assert_eq!(tags(rules), ["ingress[443/tcp/10.0.1.0/24]", "ingress[443/tcp/?]", "ingress[80/tcp/?]"]);
    let present: Vec<_> = rules.iter().map(|rule| rule.present.known().copied()).collect();
    assert_eq!(present, [Some(true), None, Some(true)]);
}

#[test]
fn tags_do_not_depend_on_the_order_of_rules() {
    let rules = || vec![from_range("10.0.0.0/8", rule("tcp", 1, 2)), from_range("10.0.0.0/8", rule("udp", 1, 2))];
    let reversed = || rules().into_iter().rev().collect();
    let one = related(vec![vpc(), group("sg", rules())]);
    let other = related(vec![vpc(), group("sg", reversed())]);
    assert_eq!(ingress(&one, "sg"), ingress(&other, "sg"));
}

#[test]
fn prefix_lists_count_by_their_widest_entry_unless_they_are_of_aws() {
    let list = |id: &str, name: &str, entries: Vec<Value<String>>| {
        let list = PrefixList { name: Value::Known(Some(name.to_owned())), entries: Value::Known(entries) };
        resource(id, list.into_attributes())
    };
    let through =
        SecurityGroupRule { prefix_lists: to(&["office", "world", "cloudfront", "half"]), ..rule("tcp", 443, 443) };
    let inventory = related(vec![
        vpc(),
        list("office", "office", vec![known("198.51.100.0/28")]),
        list("world", "world", vec![known("10.0.0.0/8"), known("0.0.0.0/0")]),
        list("cloudfront", "com.amazonaws.global.cloudfront.origin-facing", vec![known("120.52.0.0/15")]),
        list("half", "half", vec![known("10.0.0.0/8"), Value::Unknown(later())]),
        group("sg", vec![through]),
    ]);
    let width = |id: &str| {
        let rule = ingress(&inventory, "sg").iter().find(|rule| rule.peer_ids == [id]).unwrap();
        rule.public_prefix_length.known().copied()
    };
    assert_eq!(width("office"), Some(28));
    assert_eq!(width("world"), Some(0));
    assert_eq!(width("cloudfront"), Some(33));
    assert_eq!(width("half"), None);
}

#[test]
fn pooled_references_keep_what_all_candidates_agree_on() {
    let balancer = elb::LoadBalancer {
        load_balancer_type: known("application"),
        security_groups: to(&["alb", "alb2"]),
        ..Default::default()
    };
    let inventory = related(vec![
        vpc(),
        resource("lb", balancer.into_attributes()),
        group("alb", Vec::new()),
        group("alb2", Vec::new()),
        group("other", Vec::new()),
        group("agree", vec![from_groups(some_of(&["alb", "alb2"]), rule("tcp", 1, 1))]),
        group("differ", vec![from_groups(some_of(&["alb", "other"]), rule("tcp", 1, 1))]),
    ]);
    let agree = &ingress(&inventory, "agree")[0];
    assert_eq!(agree.tag, "ingress[1/tcp/alb|alb2]");
    assert_eq!(agree.confidence, "pooled");
    assert!(agree.peer_roles.load_balancer.is(&true));
    assert!(agree.peer_roles.node.is(&false));
    let differ = &ingress(&inventory, "differ")[0];
    assert!(differ.peer_roles.load_balancer.reason().is_some());
    assert!(differ.peer_roles.node.is(&false));
}

#[test]
fn a_group_that_is_not_in_the_input_may_be_anybody() {
    let outside = Value::Known(Links::all([Target::Literal("sg-0123".to_owned())]));
    let inventory = related(vec![vpc(), group("sg", vec![from_groups(outside, rule("tcp", 1, 1))])]);
    let rule = &ingress(&inventory, "sg")[0];
    assert_eq!(rule.peer.known().map(String::as_str), Some("sg-0123"));
    assert!(rule.peer_roles.node.reason().is_some());
}

#[test]
fn what_only_the_state_shows_gives_way_to_resources_of_its_own() {
    let seen = |port| SecurityGroupRule { observed: true, ..from_range("0.0.0.0/0", rule("tcp", port, port)) };
    let own = SecurityGroupRule { address: Some("rule".to_owned()), ..from_range("0.0.0.0/0", rule("tcp", 443, 443)) };
    let inventory = related(vec![vpc(), group("sg", vec![seen(443), seen(22), own]), group("alone", vec![seen(22)])]);
    let rules = ingress(&inventory, "sg");
    assert_eq!(tags(rules), ["ingress[22/tcp/0.0.0.0/0]", "ingress[443/tcp/0.0.0.0/0]"]);
    assert!(rules[0].present.reason().is_some(), "this plan may remove it");
    assert!(rules[1].present.is(&true));
    assert!(ingress(&inventory, "alone")[0].present.is(&true), "without such resources it is inline");
}

#[test]
fn nodes_have_the_groups_of_their_launch_template_else_that_of_the_cluster() {
    let with =
        related(vec![vpc(), cluster(), node_group(to(&["lt"])), template("lt", to(&["sg"])), group("sg", Vec::new())]);
    assert!(facts::<SecurityGroup>(&with, "sg").roles.node.is(&true));
    assert!(facts::<eks::Cluster>(&with, "cluster").roles.node.is(&false));
    assert!(facts::<eks::Cluster>(&with, "cluster").roles.cluster.is(&true));

    let without = related(vec![vpc(), cluster(), node_group(Value::Known(Links::default())), group("sg", Vec::new())]);
    assert!(facts::<SecurityGroup>(&without, "sg").roles.node.is(&false));
    assert!(facts::<eks::Cluster>(&without, "cluster").roles.node.is(&true));

    let empty =
        related(vec![vpc(), cluster(), node_group(to(&["lt"])), template("lt", Value::Known(Links::default()))]);
    assert!(facts::<eks::Cluster>(&empty, "cluster").roles.node.is(&true));

    let untold = related(vec![
        vpc(),
        cluster(),
        node_group(to(&["lt"])),
        template("lt", Value::Unknown(later())),
        group("sg", Vec::new()),
    ]);
    assert!(facts::<SecurityGroup>(&untold, "sg").roles.node.reason().is_some());
    assert!(facts::<eks::Cluster>(&untold, "cluster").roles.node.reason().is_some());
}

#[test]
fn a_balancer_whose_groups_are_unknown_may_use_any() {
    let balancer = elb::LoadBalancer {
        load_balancer_type: known("network"),
        security_groups: Value::Unknown(later()),
        ..Default::default()
    };
    let inventory = related(vec![vpc(), resource("lb", balancer.into_attributes()), group("sg", Vec::new())]);
    let roles = &facts::<SecurityGroup>(&inventory, "sg").roles;
    assert!(roles.edge.reason().is_some());
    assert!(roles.load_balancer.reason().is_some());
    assert!(roles.alb.is(&false), "it is no application load balancer");
    assert!(roles.database.is(&false));
}

#[test]
fn a_rule_may_name_the_group_that_eks_makes() {
    let inventory =
        related(vec![vpc(), cluster(), group("sg", vec![from_groups(to(&["cluster"]), rule("tcp", 10250, 10250))])]);
    assert!(ingress(&inventory, "sg")[0].peer_roles.cluster.is(&true));
    let cluster = facts::<eks::Cluster>(&inventory, "cluster");
    assert_eq!(tags(cluster.ingress.known().unwrap()), ["ingress[all/self]"]);
    assert_eq!(tags(cluster.egress.known().unwrap()), ["egress[all/0.0.0.0/0]"]);
}

#[test]
fn the_port_of_a_database_is_its_own_or_that_of_its_engine() {
    let rules =
        || vec![from_range("10.0.0.0/16", rule("tcp", 5432, 5432)), from_range("10.0.0.0/16", rule("tcp", 5433, 5433))];
    let ports = |database: rds::Instance| {
        let inventory = related(vec![vpc(), resource("db", database.into_attributes()), group("sg", rules())]);
        ingress(&inventory, "sg").iter().map(|rule| rule.database_port.known().copied()).collect::<Vec<_>>()
    };
    let database = rds::Instance {
        engine: Value::Known(Some("postgres".to_owned())),
        security_groups: to(&["sg"]),
        ..Default::default()
    };
    assert_eq!(ports(database.clone()), [Some(true), Some(false)]);
    assert_eq!(ports(rds::Instance { port: Value::Known(Some(5433)), ..database.clone() }), [Some(false), Some(true)]);
    assert_eq!(ports(rds::Instance { port: Value::Unknown(later()), ..database.clone() }), [None, None]);
    assert_eq!(ports(rds::Instance { engine: Value::Unknown(later()), ..database }), [None, None]);
}

#[test]
fn databases_and_mount_targets_without_a_group_have_the_default_one() {
    let shared =
        |security_groups| resource("mt", efs::MountTarget { security_groups, ..Default::default() }.into_attributes());
    let default = |groups: Linked| {
        let inventory = related(vec![vpc(), group("sg", Vec::new()), shared(groups.clone()), database(groups)]);
        let of_database = facts::<rds::Instance>(&inventory, "db").firewall.default_group.known().copied();
        let of_target = facts::<efs::MountTarget>(&inventory, "mt").firewall.default_group.known().copied();
        assert_eq!(of_database, of_target);
        of_target
    };
    assert_eq!(default(Value::Known(Links::default())), Some(true));
    assert_eq!(default(to(&["sg"])), Some(false));
    assert_eq!(default(Value::Known(Links::all([Target::Literal("sg-1".to_owned())]))), Some(false));
    assert_eq!(default(Value::Unknown(later())), None);
}

#[test]
fn nodes_are_shut_out_when_either_side_has_no_door() {
    let everywhere = || SecurityGroupRule { ipv4_ranges: Value::Known(vec![known("0.0.0.0/0")]), ..rule("-1", 0, 0) };
    let shut_out = |door: Vec<SecurityGroupRule>, egress: Vec<SecurityGroupRule>, nodes: bool| {
        let node = SecurityGroup { vpc: to(&["vpc"]), egress: Value::Known(egress), ..Default::default() };
        let mut resources =
            vec![vpc(), resource("node", node.into_attributes()), group("door", door), database(to(&["door"]))];
        if nodes {
            resources.extend([cluster(), node_group(to(&["lt"])), template("lt", to(&["node"]))]);
        }
        let inventory = related(resources);
        facts::<rds::Instance>(&inventory, "db").firewall.nodes_shut_out.known().copied()
    };
    let open = || from_groups(to(&["node"]), rule("tcp", 5432, 5432));
    let out = || from_groups(to(&["door"]), rule("tcp", 5432, 5432));
    assert_eq!(shut_out(vec![open()], vec![out()], true), Some(false));
    assert_eq!(shut_out(vec![open()], vec![everywhere()], true), Some(false));
    assert_eq!(shut_out(Vec::new(), vec![everywhere()], true), Some(true));
    assert_eq!(shut_out(vec![open()], Vec::new(), true), Some(true));
    assert_eq!(
        shut_out(vec![from_groups(to(&["node"]), rule("tcp", 3306, 3306))], vec![everywhere()], true),
        Some(true)
    );
    assert_eq!(
        shut_out(vec![from_range("10.0.0.0/8", rule("tcp", 5432, 5432))], vec![everywhere()], true),
        Some(false)
    );
    assert_eq!(shut_out(vec![from_range("10.0.1.0/24", rule("tcp", 5432, 5432))], vec![everywhere()], true), None);
    assert_eq!(
        shut_out(vec![from_groups(Value::Unknown(later()), rule("tcp", 5432, 5432))], vec![everywhere()], true),
        None
    );
    assert_eq!(shut_out(Vec::new(), Vec::new(), false), Some(false), "without nodes nobody is shut out");
}
