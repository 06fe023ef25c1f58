//! What blocks tell of their attributes.

use hfscan::collect::terraform::{Block, Opened, Plan};
use hfscan::inventory::{Certainty, Links, Reason, Target, Value};
use serde_json::json;

use super::{parse, plan};

fn blocks() -> Plan {
    parse(include_bytes!("../../data/terraform/blocks.json")).unwrap()
}

fn open(plan: &Plan, address: &str) -> Opened {
    plan.open(plan.position_of(address).unwrap()).unwrap()
}

fn resource(address: &str) -> Target {
    Target::Resource(address.into())
}

#[test]
fn left_out_and_computed_is_the_default() {
    let plan = blocks();
    let opened = open(&plan, "aws_lb.lb");
    let lb = opened.block(&plan);
    assert_eq!(lb.boolean_or("internal", false), Value::Known(false));
    assert_eq!(lb.string("name"), Value::Known(None));
    assert!(!lb.configured("internal") && lb.is_unknown("internal").is_none());
    let opened = open(&plan, "aws_launch_template.t");
    assert_eq!(opened.block(&plan).blocks("metadata_options").map(|blocks| blocks.len()), Value::Known(0));
}

#[test]
fn written_and_unknown_names_what_feeds_it() {
    let plan = blocks();
    let opened = open(&plan, "aws_subnet.s[1]");
    let reason = Reason::KnownAfterApply(Some("aws_vpc.main.id".into()));
    assert_eq!(opened.block(&plan).string("vpc_id"), Value::Unknown(reason));
}

#[test]
fn nested_blocks_keep_their_expressions() {
    let plan = blocks();
    let opened = open(&plan, "aws_lb.lb");
    let Value::Known(mappings) = opened.block(&plan).blocks("subnet_mapping") else { panic!("unknown") };
    let links = mappings.iter().map(|mapping| mapping.link("subnet_id")).collect::<Vec<_>>();
    assert_eq!(links, [0, 1].map(|index| Value::Known(Links::all([resource(&format!("aws_subnet.s[{index}]"))]))));
}

#[test]
fn sets_are_matched_by_what_the_author_wrote() {
    let plan = plan(&json!({
        "resource_changes": [
            {"address": "aws_k.a", "change": {"actions": ["create"], "after": {}}},
            {"address": "aws_k.b", "change": {"actions": ["create"], "after": {}}},
            {"address": "aws_x.y", "change": {"actions": ["create"],
                "after": {"set": [{"port": 1}, {"port": 2}]}, "after_unknown": {"set": [{"k_id": true}, {"k_id": true}]}}},
        ],
        "configuration": {"root_module": {"resources": [
            {"mode": "managed", "type": "aws_x", "name": "y", "expressions": {"set": [
                {"port": {"constant_value": 2}, "k_id": {"references": ["aws_k.b.id", "aws_k.b"]}},
                {"port": {"constant_value": 1}, "k_id": {"references": ["aws_k.a.id", "aws_k.a"]}},
            ]}},
        ]}},
    }));
    let opened = open(&plan, "aws_x.y");
    let Value::Known(set) = opened.block(&plan).blocks("set") else { panic!("unknown") };
    let links = set.iter().map(|block| block.link("k_id")).collect::<Vec<_>>();
    assert_eq!(links, ["aws_k.a", "aws_k.b"].map(|address| Value::Known(Links::all([resource(address)]))));
}

#[test]
fn pooled_references_are_doubtful_until_types_tell() {
    let plan = parse(include_bytes!("../../data/terraform/hard.json")).unwrap();
    let opened = open(&plan, r#"aws_route_table.rt["a.b"]"#);
    let Value::Known(routes) = opened.block(&plan).blocks("route") else { panic!("unknown") };
    let Value::Known(links) = routes[0].link("gateway_id") else { panic!("unknown") };
    assert_eq!((links.certainty, links.targets.len()), (Certainty::Some, 2));
    let sure = Value::Known(Links::all([resource("aws_internet_gateway.g")]));
    assert_eq!(routes[0].link_to("gateway_id", &["aws_internet_gateway"]), sure);
    assert_eq!(routes[0].link("nat_gateway_id"), Value::Known(Links::default()));
}

#[test]
fn dynamic_blocks_are_never_mistaken() {
    let plan = blocks();
    // Its for_each is unknown: whether there is a block cannot be told.
    let opened = open(&plan, "aws_eks_cluster.e");
    assert!(opened.block(&plan).blocks("encryption_config").reason().is_some());
    assert_eq!(opened.block(&plan).blocks("access_config").map(|blocks| blocks.len()), Value::Known(0));
    // Its content refers to something that the plan does not name.
    let opened = open(&plan, "aws_security_group.dyn");
    let Value::Known(rules) = opened.block(&plan).blocks("ingress") else { panic!("unknown") };
    let unknown = |rule: &Block<'_>| rule.links("security_groups").reason().is_some();
    assert_eq!(rules.iter().map(unknown).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(rules[0].integer("to_port"), Value::Known(Some(443)));
}

#[test]
fn elements_are_unknown_one_by_one() {
    let plan = plan(&json!({
        "resource_changes": [
            {"address": "aws_k.a", "change": {"actions": ["create"], "after": {}}},
            {"address": "aws_k.b", "change": {"actions": ["create"], "after": {}}},
            {"address": "aws_x.y", "change": {"actions": ["update"],
                "after": {"k_ids": ["k-1", null], "tags": {"a": "1"}, "flag": "true", "size": "12", "empty": "", "big": 1e6},
                "after_unknown": {"k_ids": [false, true], "tags": {"b": true}}, "after_sensitive": {"tags": {"a": true}}}},
        ],
        "configuration": {"root_module": {"resources": [{"mode": "managed", "type": "aws_x", "name": "y", "expressions": {
            "k_ids": {"references": ["aws_k.a.id", "aws_k.a"]}, "tags": {"references": ["aws_k.b.arn", "aws_k.b"]},
        }}]}},
    }));
    let opened = open(&plan, "aws_x.y");
    let block = opened.block(&plan);
    let reason = Reason::KnownAfterApply(Some("aws_k.a.id".into()));
    assert_eq!(block.strings("k_ids"), Value::Known(vec![Value::Known("k-1".into()), Value::Unknown(reason)]));
    assert_eq!(block.links("k_ids"), Value::Known(Links::all([resource("aws_k.a"), Target::Literal("k-1".into())])));
    let Value::Known(tags) = block.map("tags") else { panic!("unknown") };
    assert!(tags["a"].is(&"1".to_owned()) && tags["b"].reason().is_some());
    assert!(block.sensitive("tags") && !block.sensitive("flag"));
    assert_eq!(block.boolean("flag"), Value::Known(Some(true)));
    assert_eq!(block.integer("size"), Value::Known(Some(12)));
    assert_eq!(block.integer("big"), Value::Known(Some(1_000_000)));
    assert_eq!(block.string("empty"), Value::Known(Some(String::new())));
    assert_eq!(block.boolean_or("empty", true), Value::Known(true));
    assert_eq!(block.links("empty"), Value::Known(Links::default()));
}

#[test]
fn without_configuration_unknown_stays_unknown() {
    let plan = plan(&json!({"resource_changes": [
        {"address": "aws_x.y", "change": {"actions": ["create"], "after": {"a": "1"}, "after_unknown": {"k_id": true}}},
    ]}));
    let opened = open(&plan, "aws_x.y");
    let block = opened.block(&plan);
    assert_eq!(block.string("a"), Value::Known(Some("1".into())));
    assert_eq!(block.link("k_id"), Value::Unknown(Reason::KnownAfterApply(None)));
}
