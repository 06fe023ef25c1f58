//! Where references lead.

use hfscan::collect::terraform::Plan;
use hfscan::collect::terraform::address::{Key, ModuleStep};
use hfscan::inventory::{Certainty, Linked, Target, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{parse, plan};

/// The links of an attribute as one line: `All a b`.
fn shown(linked: &Linked) -> String {
    match linked {
        Value::Unknown(reason) => format!("Unknown: {reason}"),
        Value::Known(links) => {
            let targets = links.targets.iter().map(|target| match target {
                Target::Resource(address) => address.clone(),
                Target::Literal(text) => format!("'{text}'"),
            });
            let certainty = if links.certainty == Certainty::All { "All" } else { "Some" };
            std::iter::once(certainty.to_owned()).chain(targets).collect::<Vec<_>>().join(" ")
        }
    }
}

fn link(plan: &Plan, address: &str, name: &str) -> String {
    let opened = plan.open(plan.position_of(address).unwrap_or_else(|| panic!("{address} is not there"))).unwrap();
    shown(&opened.block(plan).link(name))
}

fn links(plan: &Plan, address: &str, name: &str) -> String {
    let opened = plan.open(plan.position_of(address).unwrap()).unwrap();
    shown(&opened.block(plan).links(name))
}

fn hard() -> Plan {
    parse(include_bytes!("../../data/terraform/hard.json")).unwrap()
}

#[test]
fn two_nested_modules_with_keys_and_counts() {
    let plan = hard();
    let inner = r#"module.outer["a.b"].module.inner[1].aws_subnet.this"#;
    assert_eq!(link(&plan, inner, "vpc_id"), r#"All aws_vpc.two["a.b"]"#);
    let strange = r#"module.outer["c[\"0\"]é"].module.inner[0].aws_subnet.this"#;
    assert_eq!(link(&plan, strange, "vpc_id"), r#"All aws_vpc.two["c[\"0\"]é"]"#);
    assert_eq!(link(&plan, "module.cnt[1].module.inner[0].aws_subnet.this", "vpc_id"), "All aws_vpc.main");
    let back = r#"aws_route_table_association.rb["a.b"]"#;
    assert_eq!(link(&plan, back, "subnet_id"), r#"All module.outer["a.b"].module.inner[0].aws_subnet.this"#);
    assert_eq!(link(&plan, back, "route_table_id"), r#"All aws_route_table.rt["a.b"]"#);
}

#[test]
fn a_lost_output_leaves_all_outputs_of_the_instance() {
    let both = r#"Some module.outer["a.b"].module.inner[0].aws_subnet.this module.outer["a.b"].module.inner[1].aws_subnet.this"#;
    assert_eq!(link(&hard(), r#"aws_route_table_association.rc["a.b"]"#, "subnet_id"), both);
}

#[test]
fn counts_choose_their_instance() {
    let plan = hard();
    for index in 0..3 {
        assert_eq!(
            link(&plan, &format!("aws_nat_gateway.n[{index}]"), "subnet_id"),
            format!("All aws_subnet.s[{index}]")
        );
        assert_eq!(
            link(&plan, &format!("aws_route_table_association.ra[{index}]"), "subnet_id"),
            format!("All aws_subnet.s[{index}]")
        );
    }
}

#[test]
fn each_value_looks_into_constants_and_collections() {
    let plan = hard();
    assert_eq!(link(&plan, r#"aws_subnet.ev["x"]"#, "vpc_id"), r#"All aws_vpc.two["a.b"]"#);
    assert_eq!(link(&plan, r#"aws_subnet.ev["y"]"#, "vpc_id"), r#"All aws_vpc.two["c[\"0\"]é"]"#);
    assert_eq!(
        link(&plan, r#"aws_route_table_association.rc["a.b"]"#, "route_table_id"),
        r#"All aws_route_table.rt["a.b"]"#
    );
    // What a local holds, a plan does not tell.
    assert_eq!(
        link(&plan, r#"aws_s3_bucket_public_access_block.p2["a.b"]"#, "bucket"),
        r#"Some aws_s3_bucket.b["a"] aws_s3_bucket.b["b"]"#
    );
}

#[test]
fn known_names_lead_to_their_resource() {
    let plan = hard();
    assert_eq!(link(&plan, r#"aws_s3_bucket_public_access_block.p["a"]"#, "bucket"), r#"All aws_s3_bucket.b["a"]"#);
    assert_eq!(link(&plan, r#"aws_iam_role_policy_attachment.at["x"]"#, "role"), "All aws_iam_role.r2");
    assert_eq!(
        link(&plan, r#"aws_iam_role_policy_attachment.at["x"]"#, "policy_arn"),
        "All 'arn:aws:iam::aws:policy/x'"
    );
}

#[test]
fn alternatives_are_doubtful_and_collections_are_not() {
    let plan = hard();
    let either = r#"Some aws_vpc.main aws_vpc.two["a.b"]"#;
    assert_eq!(link(&plan, "aws_subnet.tern", "vpc_id"), either);
    assert_eq!(link(&plan, "aws_subnet.try", "vpc_id"), either);
    let subnets = links(&plan, "aws_lb.lb", "subnets");
    assert!(subnets.starts_with("All aws_subnet.s[0]") && subnets.split(' ').count() == 6, "{subnets}");
    assert_eq!(links(&plan, "aws_lb.lb", "security_groups"), r#"All aws_security_group.sg["x"]"#);
}

#[test]
fn left_out_is_absent() {
    assert_eq!(links(&hard(), "aws_vpc.main", "default_security_group_id"), "All");
}

#[test]
fn locals_are_said_to_be_unresolved() {
    let plan = parse(include_bytes!("../../data/terraform/blocks.json")).unwrap();
    assert_eq!(link(&plan, "aws_subnet.l", "vpc_id"), "Unknown: cannot be resolved: local.v");
}

#[test]
fn cycles_end() {
    let call = |references: Json| {
        json!({"expressions": {"v": {"references": references}}, "module": {
        "variables": {"v": {}}, "outputs": {"o": {"expression": {"references": ["var.v"]}}},
        "resources": [{"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y", "expressions": {"k_id": {"references": ["var.v"]}}}]}})
    };
    let plan = plan(&json!({
        "resource_changes": [{"address": "module.a.aws_x.y", "change": {"actions": ["create"], "after": {}, "after_unknown": {"k_id": true}}}],
        "configuration": {"root_module": {"module_calls": {
            "a": call(json!(["module.b.o", "module.b"])), "b": call(json!(["module.a.o", "module.a"])),
        }}},
    }));
    assert!(link(&plan, "module.a.aws_x.y", "k_id").starts_with("Unknown"));
}

/// How a block is repeated.
#[derive(Debug, Clone)]
enum Repeat {
    Once,
    Count(u64),
    Each(Vec<String>),
}

impl Repeat {
    fn keys(&self) -> Vec<Option<Key>> {
        match self {
            Self::Once => vec![None],
            Self::Count(count) => (0..*count).map(|index| Some(Key::Integer(index))).collect(),
            Self::Each(keys) => keys.iter().map(|key| Some(Key::String(key.clone()))).collect(),
        }
    }

    /// References to the instance of `base` with the same key.
    fn same(&self, base: &str) -> Json {
        match self {
            Self::Once => json!([format!("{base}.id"), base]),
            Self::Count(_) => json!([base, "count.index"]),
            Self::Each(_) => json!([base, "each.key"]),
        }
    }

    fn put(&self, block: &mut Json) {
        match self {
            Self::Once => {}
            Self::Count(count) => block["count_expression"] = json!({"constant_value": count}),
            Self::Each(_) => block["for_each_expression"] = json!({"references": ["local.keys"]}),
        }
    }
}

fn repeat() -> impl Strategy<Value = Repeat> {
    let keys = proptest::collection::btree_set("[a.\\[\\]\"\\\\$%{}é ]{1,6}|[0-9]{1,2}", 1..4);
    prop_oneof![
        Just(Repeat::Once),
        (1u64..4).prop_map(Repeat::Count),
        keys.prop_map(|keys| Repeat::Each(keys.into_iter().collect()))
    ]
}

fn key_text(key: Option<&Key>) -> String {
    key.map(ToString::to_string).unwrap_or_default()
}

fn change(address: &str, unknown: &[&str]) -> Json {
    let unknown: serde_json::Map<String, Json> = unknown.iter().map(|name| ((*name).to_owned(), json!(true))).collect();
    json!({"address": address, "change": {"actions": ["create"], "after": {}, "after_unknown": unknown}})
}

/// A target in the root goes down through modules as a variable; what the innermost module makes
/// comes back up as an output.
fn tower(levels: &[Repeat]) -> (Json, Vec<(String, String, String)>) {
    let leaf = |name: &str, expressions: &Json| {
        json!({"address": name, "mode": "managed",
        "type": name.split('.').next(), "name": name.split('.').nth(1), "expressions": expressions})
    };
    let mut module = json!({
        "variables": {"down": {}},
        "outputs": {"up": {"expression": {"references": ["aws_leaf.l.id", "aws_leaf.l"]}}},
        "resources": [leaf("aws_leaf.l", &json!({"down_id": {"references": ["var.down"]}}))],
    });
    let outer = &levels[0];
    for level in levels.iter().skip(1).rev() {
        let mut call = json!({"expressions": {"down": {"references": ["var.down"]}}, "module": module});
        level.put(&mut call);
        let first = key_text(level.keys()[0].as_ref());
        module = json!({
            "variables": {"down": {}}, "module_calls": {"m": call},
            "outputs": {"up": {"expression": {"references": [format!("module.m{first}.up"), format!("module.m{first}")]}}},
        });
    }
    let mut call = json!({"expressions": {"down": {"references": outer.same("aws_target.t")}}, "module": module});
    outer.put(&mut call);
    let mut top = leaf("aws_top.t", &json!({"up_id": {"references": ["each.value.up", "each.value"]}}));
    top["for_each_expression"] = json!({"references": ["module.m"]});
    if matches!(outer, Repeat::Once) {
        top = leaf("aws_top.t", &json!({"up_id": {"references": ["module.m.up", "module.m"]}}));
    }
    let mut changes = Vec::new();
    let mut expected = Vec::new();
    for key in outer.keys() {
        let text = key_text(key.as_ref());
        changes.push(change(&format!("aws_target.t{text}"), &["id"]));
        let mut paths = vec![vec![ModuleStep { name: "m".into(), key: key.clone() }]];
        for level in &levels[1..] {
            paths = paths
                .into_iter()
                .flat_map(|path| {
                    level.keys().into_iter().map(move |key| {
                        let mut path = path.clone();
                        path.push(ModuleStep { name: "m".into(), key });
                        path
                    })
                })
                .collect();
        }
        let leaves: Vec<String> = paths
            .iter()
            .map(|path| path.iter().map(|step| format!("{step}.")).collect::<String>() + "aws_leaf.l")
            .collect();
        for leaf in &leaves {
            changes.push(change(leaf, &["id", "down_id"]));
            expected.push((leaf.clone(), "down_id".to_owned(), format!("All aws_target.t{text}")));
        }
        let top = format!("aws_top.t{text}");
        changes.push(change(&top, &["up_id"]));
        expected.push((top, "up_id".to_owned(), format!("All {}", leaves[0])));
    }
    let mut target = leaf("aws_target.t", &json!({}));
    outer.put(&mut target);
    let configuration = json!({"root_module": {"resources": [target, top], "module_calls": {"m": call}}});
    (json!({"resource_changes": changes, "configuration": configuration}), expected)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn targets_are_found_through_any_tower_of_modules(levels in proptest::collection::vec(repeat(), 1..4)) {
        let (json, expected) = tower(&levels);
        let plan = plan(&json);
        for (address, name, links) in expected {
            prop_assert_eq!(link(&plan, &address, &name), links, "{} of {}", name, address);
        }
    }

    #[test]
    fn holed_plans_are_read_or_refused(start in 0usize..86_000, length in 1usize..400, fill in "[{}\\[\\]\",:0a]{0,3}") {
        let mut bytes = include_bytes!("../../data/terraform/hard.json").to_vec();
        let start = start.min(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, fill.into_bytes());
        if let Ok(plan) = parse(&bytes) {
            for position in 0..plan.resources().len() {
                let Ok(opened) = plan.open(position) else { continue };
                let block = opened.block(&plan);
                for name in block.names() {
                    let _ = (block.link(&name), block.links(&name), block.blocks(&name), block.strings(&name));
                }
            }
        }
    }
}

#[test]
fn constants_beside_references_are_told() {
    let plan = plan(&json!({
        "variables": {"extra": {"value": ["sg-1"]}, "none": {"value": []}},
        "resource_changes": [change("aws_sg.a", &["id"]), change("aws_x.y", &["group_ids", "other_ids"])],
        "configuration": {"root_module": {"variables": {"extra": {}, "none": {}}, "resources": [
            {"mode": "managed", "type": "aws_x", "name": "y", "expressions": {
                "group_ids": {"references": ["aws_sg.a.id", "aws_sg.a", "var.extra"]},
                "other_ids": {"references": ["aws_sg.a.id", "aws_sg.a", "var.none"]},
            }},
        ]}},
    }));
    assert_eq!(links(&plan, "aws_x.y", "group_ids"), "Some aws_sg.a");
    assert_eq!(links(&plan, "aws_x.y", "other_ids"), "All aws_sg.a");
}

#[test]
fn inherited_providers_lead_to_the_root() {
    let plan = hard();
    let configuration = &plan.document().configuration;
    let found = |key: &str| configuration.provider(key).map(|(key, _)| key.to_owned());
    assert_eq!(found("module.outer.module.inner:aws"), Some("aws".to_owned()));
    assert_eq!(found("inner:aws"), Some("aws".to_owned()));
    assert_eq!(found("aws.dr"), None);
    let provider = configuration.provider("aws").unwrap().1;
    let region = plan.resolve_constant(plan.scope(0), &provider.expressions["region"]);
    assert_eq!(region, Some(json!("us-east-1")));
}
