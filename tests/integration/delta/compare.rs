//! Labels for what plans seldom show: doubt on a side, weights that differ, failures without a tag.

use hfscan::evaluate::outcome::{Denial, Doubt, Outcome, Verdict};
use hfscan::finding::delta::{Before, Open, compare};
use hfscan::finding::gate::{Gate, Standing};
use hfscan::finding::judge::{Context, judge};
use hfscan::finding::{Change, Report};
use hfscan::inventory::aws::ec2::Subnet;
use hfscan::inventory::{Inventory, Kind as _, Origin, Resource, Value};
use hfscan::policy::severity::Severity;

use crate::sample::selected;

const A: &str = "aws_subnet.a";

fn inventory(ids: &[&str]) -> Inventory {
    let resource = |id: &&str| Resource {
        id: (*id).into(),
        name: Value::default(),
        provider: "aws",
        account: Value::default(),
        region: Value::default(),
        tags: Value::default(),
        identifiers: Vec::new(),
        origin: Origin {
            file: "plan.json".into(),
            address: (*id).into(),
            type_name: "aws_subnet".into(),
            line: 1,
            column: 1,
        },
        parts: Vec::new(),
        attributes: Subnet::default().into_attributes(),
    };
    let mut inventory = Inventory::default();
    inventory.resources = ids.iter().map(resource).collect();
    inventory
}

fn verdict(outcome: Outcome) -> Verdict {
    Verdict { rule: 0, resource: 0, outcome, denials: Vec::new(), doubts: Vec::new(), error: None }
}

fn fail(denials: &[(&str, &str, Option<&str>)]) -> Verdict {
    let denials = denials.iter().map(|(path, message, tag)| Denial {
        path: path.split('.').map(str::to_owned).collect(),
        message: (*message).to_owned(),
        tag: tag.map(str::to_owned),
        related: Vec::new(),
        severity: None,
        value: None,
    });
    Verdict { denials: denials.collect(), ..verdict(Outcome::Fail) }
}

fn doubtful(verdict: Verdict) -> Verdict {
    let doubts = vec![Doubt { path: "attributes.cidr_block".to_owned(), reason: "known after apply".to_owned() }];
    Verdict { doubts, ..verdict }
}

/// Judges one subnet before and after; without a verdict it is not there.
fn judged(before: Option<Verdict>, after: Option<Verdict>) -> Report {
    let rules = [selected("r", Severity::High, true)];
    let side = |verdict: &Option<Verdict>| inventory(if verdict.is_some() { &[A] } else { &[] });
    let (old, new) = (side(&before), side(&after));
    let before = Before::judge(before.into_iter().collect(), &old, &rules, true);
    let after: Vec<Verdict> = after.into_iter().collect();
    let open = Open::of(&after, &new, &rules);
    let mut report = judge(after, &new, &rules, Context::default());
    compare(&mut report, &open, before);
    report
}

fn labels(report: &Report) -> Vec<(String, Option<Change>)> {
    let all = report.findings.iter().chain(&report.fixed);
    all.map(|finding| (finding.message.clone(), finding.change)).collect()
}

fn stops(report: &Report) -> bool {
    let gate = Gate { new_only: true, ..Gate::default() };
    gate.standing(report) == Standing::Findings
}

const OPEN: &[(&str, &str, Option<&str>)] = &[("attributes.routes", "open", Some("a"))];

#[test]
fn a_failure_is_new_where_its_rule_found_nothing_before() {
    for before in [None, Some(verdict(Outcome::Pass)), Some(verdict(Outcome::NotApplicable))] {
        let report = judged(before, Some(fail(OPEN)));
        assert_eq!(labels(&report), [("open".to_owned(), Some(Change::New))]);
        assert!(stops(&report));
    }
}

#[test]
fn a_failure_has_no_label_where_its_rule_could_not_tell_before_and_stops_the_run() {
    for before in [verdict(Outcome::Unknown), verdict(Outcome::Error)] {
        let report = judged(Some(before), Some(fail(OPEN)));
        assert_eq!(labels(&report), [("open".to_owned(), None)]);
        assert_eq!(
            report.delta.unwrap().to_string(),
            "0 fixed, 0 new, 0 unchanged, 1 new or unchanged: the state before cannot be told"
        );
        assert!(stops(&report));
    }
    // It failed for something else for sure, and perhaps for this too.
    let before = doubtful(fail(&[("attributes.routes", "other", Some("b"))]));
    let report = judged(Some(before), Some(fail(OPEN)));
    assert_eq!(labels(&report), [("open".to_owned(), None), ("other".to_owned(), Some(Change::Fixed))]);
}

#[test]
fn nothing_is_fixed_that_cannot_be_told_after() {
    for after in [verdict(Outcome::Unknown), verdict(Outcome::Error)] {
        let report = judged(Some(fail(OPEN)), Some(after));
        assert!(report.fixed.is_empty(), "{:#?}", report.fixed);
        assert_eq!(report.findings[0].change, None);
    }
    let after = doubtful(fail(&[("attributes.routes", "other", Some("b"))]));
    let report = judged(Some(fail(OPEN)), Some(after));
    assert_eq!(labels(&report), [("other".to_owned(), Some(Change::New))]);
}

#[test]
fn what_is_in_order_or_gone_is_fixed() {
    for after in [None, Some(verdict(Outcome::Pass)), Some(verdict(Outcome::NotApplicable))] {
        let report = judged(Some(fail(OPEN)), after);
        assert_eq!(labels(&report), [("open".to_owned(), Some(Change::Fixed))]);
        assert_eq!(report.delta.unwrap().fixed, 1);
        assert!(!stops(&report));
    }
}

#[test]
fn an_object_that_lingers_is_not_fixed() {
    let rules = [selected("r", Severity::High, true)];
    let before = Before::judge(vec![fail(OPEN)], &inventory(&[A]), &rules, true);
    let mut report = judge([verdict(Outcome::Pass)], &inventory(&[A]), &rules, Context::default());
    compare(&mut report, &Open::default(), before.with_lingering([A.to_owned()].into()));
    assert!(report.fixed.is_empty());
}

#[test]
fn unknown_outcomes_have_labels_too() {
    let label = |before| judged(before, Some(verdict(Outcome::Unknown))).findings[0].change;
    assert_eq!(label(Some(verdict(Outcome::Unknown))), Some(Change::Unchanged));
    assert_eq!(label(Some(verdict(Outcome::Pass))), Some(Change::New));
    assert_eq!(label(None), Some(Change::New));
    assert_eq!(label(Some(fail(OPEN))), None);
}

#[test]
fn a_failure_that_weighs_more_is_new() {
    let weigh = |severity| {
        let mut verdict = fail(OPEN);
        verdict.denials[0].severity = Some(severity);
        Some(verdict)
    };
    assert_eq!(judged(weigh(Severity::Low), weigh(Severity::High)).findings[0].change, Some(Change::New));
    let lighter = judged(weigh(Severity::High), weigh(Severity::Low));
    assert_eq!(lighter.findings[0].change, Some(Change::Unchanged));
    assert!(lighter.fixed.is_empty());
}

#[test]
fn failures_without_a_tag_are_told_apart_by_what_they_say() {
    let old = ("attributes.routes", "zeta", None);
    // The second one comes first in the list, and so bears the identity that the old one had.
    let report = judged(Some(fail(&[old])), Some(fail(&[("attributes.acls", "alpha", None), old])));
    assert_eq!(
        labels(&report),
        [("alpha".to_owned(), Some(Change::New)), ("zeta".to_owned(), Some(Change::Unchanged))]
    );
    // A message with a value that differs, on the same attribute.
    let report = judged(
        Some(fail(&[("attributes.days.0", "kept for 3 days", None)])),
        Some(fail(&[("attributes.days.1", "kept for 5 days", None)])),
    );
    assert_eq!(labels(&report), [("kept for 5 days".to_owned(), Some(Change::Unchanged))]);
    // Another attribute is another failure, whatever the identity.
    let report = judged(Some(fail(&[old])), Some(fail(&[("attributes.acls", "alpha", None)])));
    assert_eq!(labels(&report), [("alpha".to_owned(), Some(Change::New)), ("zeta".to_owned(), Some(Change::Fixed))]);
    assert!(stops(&report));
}
