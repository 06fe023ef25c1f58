//! What existed before, of plans that other programs cut down or wrote in their own way.

use hfscan::collect::terraform::Plan;
use hfscan::collect::terraform::prior::Prior;
use hfscan::pipeline::{Candidate, Request};
use hfscan::source::Source;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{failures, scan};

fn read(document: &Json) -> Prior {
    let source = Source::from_bytes("plan.json".into(), document.to_string().into_bytes());
    Prior::read(&[("plan.json".to_owned(), Plan::parse(source).unwrap())]).unwrap()
}

fn addresses(prior: &Prior) -> Vec<&str> {
    prior.plans.iter().flat_map(Plan::resources).map(|resource| &*resource.address).collect()
}

fn change(address: &str, actions: &[&str], before: Json) -> Json {
    json!({"address": address, "mode": "managed", "type": "aws_x", "name": "y",
        "change": {"actions": actions, "before": before, "after": {"a": 2}, "after_unknown": {}}})
}

#[test]
fn actions_decide_what_existed() {
    let values = || json!({"a": 1});
    let mut deposed = change("aws_x.f", &["delete"], values());
    deposed["deposed"] = json!("abc");
    let mut imported = change("aws_x.imported", &["create"], values());
    imported["change"]["importing"] = json!({"id": "x"});
    let mut nothing = change("aws_x.nothing", &["no-op"], Json::Null);
    nothing["change"]["after"] = Json::Null;
    let mut moved = change("aws_x.new", &["no-op"], values());
    moved["previous_address"] = json!("aws_x.old");
    let prior = read(&json!({"resource_changes": [
        change("aws_x.a", &["create"], Json::Null), change("aws_x.b", &["delete"], values()),
        change("aws_x.c", &["forget"], values()), change("aws_x.d", &["delete", "create"], values()),
        change("aws_x.e", &["create", "delete"], values()), change("aws_x.f", &["no-op"], values()),
        change("aws_x.g", &["update"], values()), change("data.aws_x.h", &["read"], Json::Null),
        deposed, imported, moved, nothing,
    ], "prior_state": {"values": {"root_module": {"resources": [
        {"address": "aws_x.old", "mode": "managed", "values": {}},
        {"address": "aws_x.f", "mode": "managed", "deposed_key": "abc", "values": {}},
        {"address": "aws_x.untargeted", "mode": "managed", "values": {}},
    ]}}}}));
    assert!(prior.is_told());
    assert_eq!(
        addresses(&prior),
        [
            "aws_x.b",
            "aws_x.c",
            "aws_x.d",
            "aws_x.e",
            "aws_x.f",
            "aws_x.g",
            "aws_x.imported",
            "aws_x.new",
            "aws_x.untargeted",
        ]
    );
}

#[test]
fn the_prior_state_stands_in_for_values_that_a_change_lacks() {
    let state = |address: &str| json!({"values": {"root_module": {"resources": [{"address": address, "mode": "managed", "values": {"a": 1}}]}}});
    let mut moved = change("aws_x.a", &["update"], Json::Null);
    moved["previous_address"] = json!("aws_x.old");
    for address in ["aws_x.a", "aws_x.old"] {
        let prior = read(&json!({"resource_changes": [moved], "prior_state": state(address)}));
        assert!(prior.is_told());
        assert_eq!(addresses(&prior), ["aws_x.a"]);
        assert_eq!(prior.plans[0].open(0).unwrap().block(&prior.plans[0]).integer("a"), Some(1).into());
    }
    let prior = read(&json!({"resource_changes": [moved]}));
    assert!(!prior.is_told());
    assert!(prior.notes()[0][0].contains("1 resources were before, such as aws_x.a"), "{:?}", prior.notes());
}

#[test]
fn the_configuration_speaks_only_for_what_does_not_change() {
    let document = |before: Json, after: Json, unknown: Json| {
        json!({"resource_changes": [{"address": "aws_x.y", "mode": "managed", "type": "aws_x", "name": "y",
                "change": {"actions": ["update"], "before": before, "after": after, "after_unknown": unknown}}],
            "configuration": {"root_module": {"resources": [{"address": "aws_x.y", "mode": "managed", "type": "aws_x",
                "name": "y", "expressions": {"kept": {"constant_value": "k"}, "changed": {"constant_value": "n"}}}]}}})
    };
    let configured = |before: Json, after: Json, unknown: Json| {
        let prior = read(&document(before, after, unknown));
        let plan = &prior.plans[0];
        let opened = plan.open(0).unwrap();
        let block = opened.block(plan);
        ["kept", "changed", "computed", "dropped"].map(|name| block.configured(name))
    };
    let before = json!({"kept": "k", "changed": "o", "computed": "c", "dropped": "d"});
    // What the author no longer writes and apply takes away may have been written before.
    let after = json!({"kept": "k", "changed": "n", "computed": "c", "dropped": null});
    assert_eq!(configured(before.clone(), after, json!({})), [true, true, false, true]);
    // What apply computes anew is told by its value only.
    let after = json!({"kept": "k", "changed": "o", "dropped": "d"});
    assert_eq!(configured(before, after, json!({"computed": true})), [true, true, true, false]);
}

#[test]
fn a_replaced_object_that_is_forgotten_stays() {
    let prior = read(&json!({"resource_changes": [change("aws_x.y", &["create", "forget"], json!({"a": 1}))]}));
    assert_eq!(prior.lingering(), ["aws_x.y".to_owned()].into());
    assert!(prior.notes()[0][0].contains("forgets the old object"));
}

/// Judges a document that is written to a file.
fn judged(name: &str, document: &Json) -> hfscan::finding::Report {
    let folder = std::env::temp_dir().join(format!("hfscan-delta-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("plan.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let report = scan(&[], |request: &mut Request| {
        request.inputs = vec![Candidate { path: path.clone(), named: true }];
    });
    std::fs::remove_dir_all(&folder).unwrap();
    report
}

#[test]
fn a_plan_that_does_not_tell_the_state_before_says_so() {
    let group = |name: &str, actions: &[&str]| {
        json!({"address": format!("aws_security_group.{name}"), "mode": "managed", "type": "aws_security_group",
            "name": name, "change": {"actions": actions, "after_unknown": {}, "after": {"name": name,
            "ingress": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]}}})
    };
    let changes = json!({"resource_changes": [group("made", &["create"]), group("old", &["no-op"])]});
    let report = judged("untold", &changes);
    let forbidden: Vec<String> =
        failures(&report).into_iter().filter(|line| line.contains("forbidden-ports")).collect();
    assert_eq!(
        forbidden,
        [
            "new aws-ec2-security-group-forbidden-ports aws_security_group.made ingress[22/tcp/0.0.0.0/0]",
            "untold aws-ec2-security-group-forbidden-ports aws_security_group.old ingress[22/tcp/0.0.0.0/0]",
        ]
    );
    assert!(
        report.inputs[0].warnings.iter().any(|warning| warning.contains("such as aws_security_group.old")),
        "{:?}",
        report.inputs[0].warnings
    );
    let gate = hfscan::finding::gate::Gate { new_only: true, ..Default::default() };
    assert_eq!(gate.count(&report), report.delta.unwrap().new + report.delta.unwrap().untold);
}

fn json_tree() -> impl Strategy<Value = Json> {
    let leaf =
        prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), "[a-z.\\[\\]\"]{0,8}".prop_map(Json::from)];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-z_]{1,6}", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_in_a_plan_makes_the_prior_side_panic(
        [before, after, unknown, actions, state, address] in prop::array::uniform6(json_tree()),
    ) {
        let document = json!({"resource_changes": [
            {"address": "aws_x.y", "previous_address": address, "mode": "managed", "type": "aws_x", "name": "y",
                "change": {"actions": actions, "before": before, "after": after, "after_unknown": unknown}},
            {"address": address, "change": {"actions": ["update"], "before": after}},
        ], "prior_state": {"values": {"root_module": {"resources": [{"address": "aws_x.y", "values": state}]}}}});
        let source = Source::from_bytes("plan.json".into(), document.to_string().into_bytes());
        if let Ok(plan) = Plan::parse(source) {
            let _ = Prior::read(&[("plan.json".to_owned(), plan)]);
        }
    }
}
