//! From verdicts to the report.

use std::collections::BTreeMap;

use hfscan::evaluate::outcome::{Denial, Doubt, Outcome, Verdict};
use hfscan::finding::judge::{Context, judge};
use hfscan::inventory::aws::ec2::Subnet;
use hfscan::inventory::{Inventory, Kind as _, Origin, Part, Resource, Value};
use hfscan::policy::severity::Severity;
use serde_json::json;

use crate::sample::selected as rule;

fn origin(address: &str, line: u32) -> Origin {
    Origin { file: "plan.json".into(), address: address.into(), type_name: "aws_subnet".into(), line, column: 5 }
}

fn resource(id: &str, line: u32) -> Resource {
    Resource {
        id: id.into(),
        name: Value::Known(Some("private-a".to_owned())),
        provider: "aws",
        account: Value::Known(None),
        region: Value::Known(Some("eu-central-1".to_owned())),
        tags: Value::Known(BTreeMap::new()),
        identifiers: Vec::new(),
        origin: origin(id, line),
        parts: vec![Part {
            path: vec!["routes".to_owned()],
            adds: Vec::new(),
            origin: origin("aws_route_table.a", 99),
        }],
        attributes: Subnet::default().into_attributes(),
    }
}

fn inventory(count: usize) -> Inventory {
    let resources = (0..count).map(|number| resource(&format!("aws_subnet.a[{number}]"), 10)).collect();
    let mut inventory = Inventory::default();
    inventory.resources = resources;
    inventory
}

fn verdict(rule: usize, resource: usize, outcome: Outcome) -> Verdict {
    Verdict { rule, resource, outcome, denials: Vec::new(), doubts: Vec::new(), error: None }
}

fn denial(path: &[&str], message: &str, tag: Option<&str>) -> Denial {
    Denial {
        path: path.iter().map(|step| (*step).to_owned()).collect(),
        message: message.to_owned(),
        tag: tag.map(str::to_owned),
        related: Vec::new(),
        severity: None,
        value: None,
    }
}

#[test]
fn every_denial_is_a_finding_at_the_part_that_proves_it() {
    let mut first = denial(&["attributes", "routes", "0"], "leads out", Some("route[0.0.0.0/0]"));
    first.value = Some(json!({"gateway": "igw-1", "auth_token": "x"}));
    first.related = vec!["igw-1".to_owned()];
    let second = denial(&["attributes", "map_public_ip_on_launch"], "gives public addresses", None);
    let mut failed = verdict(0, 0, Outcome::Fail);
    failed.denials = vec![first, second];
    let rules = [rule("r", Severity::High, true)];
    let report = judge([failed], &inventory(1), &rules, Context::default());

    assert_eq!(report.findings.len(), 2);
    assert_eq!(report.summary.outcomes.fail, 1);
    assert_eq!(report.summary.severities.high, 1);
    let [second, first] = &report.findings[..] else { panic!() };
    assert_eq!(first.place.as_ref().map(|place| place.line), Some(99));
    assert_eq!(first.value, Some(json!({"gateway": "igw-1", "auth_token": "(sensitive)"})));
    assert_eq!(first.related[0].kind, None);
    assert_eq!(second.place.as_ref().map(|place| place.line), Some(10));
    assert_ne!(first.id, second.id);
}

#[test]
fn untagged_denials_of_one_resource_keep_apart_and_equal_ones_are_one() {
    let mut failed = verdict(0, 0, Outcome::Fail);
    failed.denials = vec![
        denial(&["attributes", "a"], "one", None),
        denial(&["attributes", "b"], "two", None),
        denial(&["attributes", "b"], "two", None),
    ];
    let rules = [rule("r", Severity::High, true)];
    let report = judge([failed], &inventory(1), &rules, Context::default());
    assert_eq!(report.findings.len(), 2);
    assert_ne!(report.findings[0].id, report.findings[1].id);
}

#[test]
fn a_denial_weighs_no_more_than_its_rule() {
    let weighing = |severity| {
        let mut failed = verdict(0, 0, Outcome::Fail);
        failed.denials = vec![Denial { severity: Some(severity), ..denial(&[], "wrong", None) }];
        let report = judge([failed], &inventory(1), &[rule("r", Severity::Medium, true)], Context::default());
        report.findings[0].severity
    };
    assert_eq!(weighing(Severity::Low), Severity::Low);
    assert_eq!(weighing(Severity::Critical), Severity::Medium);
}

#[test]
fn unknown_says_what_is_not_told() {
    let doubt = |path: &str, reason: &str| Doubt { path: path.to_owned(), reason: reason.to_owned() };
    let message = |doubts: Vec<Doubt>| {
        let mut unknown = verdict(0, 0, Outcome::Unknown);
        unknown.doubts = doubts;
        let report = judge([unknown], &inventory(1), &[rule("r", Severity::Low, true)], Context::default());
        report.findings[0].message.clone()
    };
    assert_eq!(
        message(vec![doubt("facts.public", "known after apply (from aws_route.a)")]),
        "cannot tell: facts.public is known after apply (from aws_route.a)"
    );
    assert_eq!(
        message(vec![doubt("facts.public", "cannot be resolved: each.value"), doubt("tags.a", "known after apply")]),
        "cannot tell: facts.public cannot be resolved: each.value; one more value is unknown"
    );
    assert_eq!(message(Vec::new()), "cannot tell from this input");
}

#[test]
fn what_needs_no_attention_is_counted_and_listed_only_when_asked() {
    let verdicts = || {
        (0..100_000)
            .map(|number| verdict(0, number, if number % 2 == 0 { Outcome::Pass } else { Outcome::NotApplicable }))
    };
    let rules = [rule("r", Severity::Low, false)];
    let inventory = inventory(100_000);
    let report = judge(verdicts(), &inventory, &rules, Context::default());
    assert!(report.findings.is_empty());
    assert_eq!(report.summary.resources, 100_000);
    assert_eq!(report.summary.advisory.outcomes.pass, 50_000);
    assert_eq!(report.rules[0].outcomes.not_applicable, 50_000);
    let report = judge(verdicts().take(10), &inventory, &rules, Context { all: true, ..Context::default() });
    assert_eq!(report.findings.len(), 10);
}

#[test]
fn findings_below_the_least_severity_are_counted_not_listed_and_errors_always_are() {
    let mut failed = verdict(0, 0, Outcome::Fail);
    failed.denials = vec![denial(&[], "wrong", None)];
    let mut broken = verdict(0, 1, Outcome::Error);
    broken.error = Some("policies/a.rego:3: type error".into());
    let rules = [rule("r", Severity::Low, true)];
    let mut report = judge([failed, broken], &inventory(2), &rules, Context::default());
    report.leave_out(Severity::High);
    assert_eq!(report.summary.hidden, 1);
    assert_eq!(report.summary.outcomes.fail, 1);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].message, "the rule could not be evaluated: policies/a.rego:3: type error");
}

#[test]
fn order_of_verdicts_does_not_show() {
    let rules = [rule("b", Severity::Low, true), rule("a", Severity::Critical, false), rule("c", Severity::High, true)];
    let mut verdicts: Vec<Verdict> =
        (0..3).flat_map(|rule| (0..4).map(move |resource| verdict(rule, resource, Outcome::Unknown))).collect();
    let forwards = judge(verdicts.clone(), &inventory(4), &rules, Context::default());
    verdicts.reverse();
    let backwards = judge(verdicts, &inventory(4), &rules, Context::default());
    assert_eq!(forwards, backwards);
    let order: Vec<&str> = forwards.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert_eq!(order, ["c", "c", "c", "c", "b", "b", "b", "b", "a", "a", "a", "a"]);
}
