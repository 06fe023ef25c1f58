//! The evaluation of a whole inventory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::inventory::aws::ec2::{Subnet, SubnetFacts};
use crate::inventory::value::{Reason, Value};
use crate::inventory::{Edges, Facts, Kind as _, Origin, Resource};
use crate::policy::load::{Policies, builtin};
use crate::policy::metadata;
use crate::policy::select::{Selection, select};

const RULE: &str = "# METADATA
# title: t
# description: d
# custom:
#   kind: aws.ec2.subnet
#   severity: low
#   remediation: r
package hfscan.rules.aws.ec2.sample

import data.hfscan.lib.finding
";

fn subnet(id: &str, public: Value<bool>) -> Resource {
    let origin =
        Origin { file: "plan.json".into(), address: id.into(), type_name: "aws_subnet".into(), line: 1, column: 1 };
    Resource {
        id: id.into(),
        name: Value::Known(None),
        provider: "aws",
        account: Value::Known(None),
        region: Value::Known(None),
        tags: Value::Known(BTreeMap::new()),
        identifiers: Vec::new(),
        origin,
        parts: Vec::new(),
        attributes: Subnet { map_public_ip_on_launch: public, ..Subnet::default() }.into_attributes(),
    }
}

fn inventory(subnets: Vec<Resource>) -> Inventory {
    let mut inventory = Inventory { complete: true, ..Inventory::default() };
    for (index, subnet) in subnets.into_iter().enumerate() {
        inventory.by_id.insert(Arc::clone(&subnet.id), index);
        inventory.by_kind.entry("aws.ec2.subnet").or_default().push(index);
        let facts = SubnetFacts { intended_tier: Value::Known("private".into()), ..SubnetFacts::default() };
        inventory.facts.push(Facts::AwsEc2Subnet(Box::new(facts)));
        let vpc = Edges { outside: vec!["vpc-1".into()], ..Edges::default() };
        inventory.edges.push(BTreeMap::from([("vpc", vpc)]));
        inventory.resources.push(subnet);
    }
    inventory
}

fn with_rule(body: &str) -> Result<RuleSet, PolicyFailure> {
    let rule =
        metadata::parse("aws/ec2/sample.rego", &format!("{RULE}\n{body}\n"), true).map_err(PolicyFailure::Invalid)?;
    let mut policies = Policies { libraries: builtin()?.libraries, ..Policies::default() };
    policies.rules.insert(Arc::clone(&rule.id), rule);
    RuleSet::compile_with_limit(&select(&policies, &Selection::default())?, Duration::from_millis(50))
}

fn outcomes(rules: &RuleSet, inventory: &Inventory) -> Vec<Outcome> {
    rules.evaluate(inventory).iter().map(|verdict| verdict.outcome).collect()
}

#[test]
fn every_rule_gives_one_verdict_for_every_resource_of_its_kind() {
    let policies = builtin().unwrap();
    let selection =
        Selection { rules: vec!["aws-ec2-private-subnet-no-auto-public-ip".into()], ..Selection::default() };
    let rules = RuleSet::compile(&select(&policies, &selection).unwrap()).unwrap();
    let unknown = Value::Unknown(Reason::KnownAfterApply(None));
    let inventory = inventory(vec![subnet("a", true.into()), subnet("b", false.into()), subnet("c", unknown)]);
    let verdicts = rules.evaluate(&inventory);
    let found: Vec<_> = verdicts.iter().map(|v| (v.rule, v.resource, v.outcome)).collect();
    assert_eq!(found, [(0, 0, Outcome::Fail), (0, 1, Outcome::Pass), (0, 2, Outcome::Unknown)]);
    assert_eq!(verdicts[0].denials[0].value, Some(serde_json::json!(true)));
    assert_eq!(verdicts[2].doubts[0].path, "attributes.map_public_ip_on_launch");
    assert_eq!(verdicts[2].doubts[0].reason, "known after apply");
}

#[test]
fn a_relation_that_leads_outside_is_unknown() {
    let rules =
        with_rule("deny contains finding.at([\"relations\", \"vpc\"], \"m\") if count(input.relations.vpc) == 0")
            .unwrap();
    let verdicts = rules.evaluate(&inventory(vec![subnet("a", true.into())]));
    assert_eq!(verdicts[0].outcome, Outcome::Unknown);
    assert_eq!(verdicts[0].doubts[0].path, "relations.vpc");
}

#[test]
fn other_resources_are_looked_up_with_what_is_unknown_of_them() {
    let body =
        "deny contains finding.at([\"id\"], \"m\") if data.hfscan.inventory[\"b\"].attributes.map_public_ip_on_launch";
    let rules = with_rule(body).unwrap();
    let known = inventory(vec![subnet("a", false.into()), subnet("b", true.into())]);
    assert_eq!(outcomes(&rules, &known), [Outcome::Fail, Outcome::Fail]);
    let unknown = Value::Unknown(Reason::KnownAfterApply(None));
    let doubtful = inventory(vec![subnet("a", false.into()), subnet("b", unknown)]);
    let verdicts = rules.evaluate(&doubtful);
    assert_eq!(verdicts[0].outcome, Outcome::Unknown);
    assert_eq!(verdicts[0].doubts[0].path, "inventory[\"b\"].attributes.map_public_ip_on_launch");
}

#[test]
fn an_error_touches_one_resource_and_names_the_place() {
    let body = "deny contains finding.at([\"id\"], \"m\") if {\n\tinput.id == \"a\"\n\tto_number(input.id) > 1\n}";
    let verdicts =
        with_rule(body).unwrap().evaluate(&inventory(vec![subnet("a", true.into()), subnet("b", true.into())]));
    assert_eq!(verdicts[0].outcome, Outcome::Error);
    assert!(verdicts[0].error.as_deref().unwrap().starts_with("aws/ec2/sample.rego:14:"), "{verdicts:?}");
    assert_eq!(verdicts[1].outcome, Outcome::Pass);
}

#[test]
fn a_malformed_finding_is_an_error() {
    for element in ["\"text\"", "{\"path\": [\"id\"]}", "{\"path\": [\"id\"], \"message\": \"m\", \"colour\": 1}"] {
        let verdicts = with_rule(&format!("deny contains {element} if input.id"))
            .unwrap()
            .evaluate(&inventory(vec![subnet("a", true.into())]));
        assert_eq!(verdicts[0].outcome, Outcome::Error, "{element}");
    }
}

#[test]
fn a_rule_that_takes_too_long_is_stopped() {
    let digits = "{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}";
    let loops = (0..8).map(|n| format!("\tsome a{n} in {digits}")).collect::<Vec<_>>().join("\n");
    let sum = (0..8).map(|n| format!("a{n}")).collect::<Vec<_>>().join(" + ");
    let body = format!("deny contains finding.at([\"id\"], \"m\") if {{\n{loops}\n\t{sum} == 1000\n}}");
    let verdicts = with_rule(&body).unwrap().evaluate(&inventory(vec![subnet("a", true.into())]));
    assert_eq!(verdicts[0].outcome, Outcome::Error);
    assert!(verdicts[0].error.as_deref().unwrap().contains("longer than 50 ms"), "{verdicts:?}");
}

#[test]
fn the_lint_refuses_what_the_engine_would_swallow() {
    for (body, expected) in [
        (
            "deny contains finding.at([\"id\"], \"m\") if input.attributes.map_public_ip",
            "did you mean `map_public_ip_on_launch`?",
        ),
        (
            "deny contains finding.at([\"id\"], \"m\") if {\n\tx := input.attributes\n\tx.nothing\n}",
            "`input.attributes.nothing` does not exist",
        ),
        ("f(x) := f(x)\ndeny contains finding.at([\"id\"], \"m\") if f(1)", "calls itself"),
        ("deny contains finding.at([\"id\"], \"m\") if http.send({})", "reaches the network"),
        ("deny contains finding.at([\"id\"], \"m\") if time.now_ns() > 1", "asks for the time"),
        ("deny contains finding.at([\"id\"], \"m\") if data.hfscan.params.least > 1", "unknown parameter `least`"),
        ("refuse contains 1 if input.id", "no `deny`"),
        ("deny contains finding.att([\"id\"], \"m\") if input.id", "finding.att"),
        ("deny contains finding.at([\"id\"]) if input.id", "arguments"),
        ("deny contains finding.at([\"id\"], \"m\") if not input.tags[_] == \"x\"", "stands under `not`"),
    ] {
        let message = with_rule(body).err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(message.contains(expected), "{body}\n{message}");
        assert!(message.starts_with("aws/ec2/sample.rego:"), "{message}");
    }
}

/// Prints the time of one evaluation: `cargo test --release -- --ignored --nocapture microseconds`.
#[test]
#[ignore = "a measurement"]
fn microseconds_per_evaluation() {
    let rules = with_rule("applies if input.facts.intended_tier in {\"private\"}\ndeny contains finding.at([\"attributes\", \"map_public_ip_on_launch\"], \"m\") if input.attributes.map_public_ip_on_launch").unwrap();
    let known = inventory((0..20_000).map(|n| subnet(&n.to_string(), (n % 2 == 0).into())).collect());
    let unknown = || Value::Unknown(Reason::KnownAfterApply(None));
    let doubtful = inventory((0..20_000).map(|n| subnet(&n.to_string(), unknown())).collect());
    for (name, inventory) in [("known", known), ("unknown", doubtful)] {
        let mut worker = rules.worker();
        let start = std::time::Instant::now();
        let count: usize = (0..inventory.resources.len())
            .map(|index| rules.resource(&mut worker, &inventory, None, &BTreeMap::new(), index).len())
            .sum();
        let each = start.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap());
        println!("{name}: {each:.1} µs for a view and an evaluation");
    }
}
