//! What waivers do to the run's numbers, to the gate, and what is noted of them.

use std::collections::BTreeSet;

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::gate::{Gate, Standing};
use hfscan::finding::report::{Outcomes, Severities, WaiverState};
use hfscan::finding::{Finding, Place, Report, judge};
use hfscan::policy::rule::SelectedRule;
use hfscan::policy::severity::Severity;
use hfscan::source::Source;
use hfscan::waive::{self, Entry, Run};
use hfscan::{Selection, rules};

const RULE: &str = "aws-efs-encrypted";

fn selected() -> Vec<SelectedRule> {
    rules(&Selection { rules: vec![RULE.to_owned(), "aws-rds-*".to_owned()], ..Selection::default() }).unwrap().rules
}

fn finding(resource: &str, tag: Option<&str>, severity: Severity, outcome: Outcome) -> Finding {
    let rule = crate::sample::rule(RULE, Some("HF-AWS-ENC-007"), "t", Severity::Critical, true);
    let mut finding = crate::sample::finding(&rule, outcome, resource, 1, "m");
    finding.tag = tag.map(str::to_owned);
    finding.severity = severity;
    finding.resource.account = Some("111".to_owned());
    finding
}

/// A report whose numbers are right for these findings of one rule.
fn report(findings: Vec<Finding>) -> Report {
    let mut report = Report { findings, ..Report::default() };
    let mut rule = crate::sample::rule(RULE, Some("HF-AWS-ENC-007"), "t", Severity::Critical, true);
    let verdicts: BTreeSet<(String, Outcome)> =
        report.findings.iter().map(|finding| (finding.resource.id.clone(), finding.outcome)).collect();
    for (resource, outcome) in verdicts {
        let heaviest = report
            .findings
            .iter()
            .filter(|finding| finding.resource.id == resource)
            .map(|finding| finding.severity)
            .max();
        for outcomes in [&mut report.summary.outcomes, &mut report.summary.enforced.outcomes, &mut rule.outcomes] {
            outcomes.add(outcome);
        }
        if outcome == Outcome::Fail {
            report.summary.severities.add(heaviest.unwrap());
            report.summary.enforced.severities.add(heaviest.unwrap());
        }
    }
    report.summary.resources = 1;
    report.rules = vec![rule];
    judge::sort(&mut report.findings);
    report
}

fn entries(text: &str) -> Vec<Entry> {
    let text: String = text
        .split(';')
        .map(|entry| {
            let mut text = format!("[[waiver]]\n{}\n", entry.trim().replace(", ", "\n"));
            for (key, value) in [("rule", RULE), ("reason", "r"), ("owner", "o"), ("until", "2027-01-31")] {
                if !text.contains(&format!("{key} =")) {
                    text.extend([key, " = \"", value, "\"\n"]);
                }
            }
            text
        })
        .collect();
    waive::file::parse(&Source::from_bytes("w.toml".into(), text.into_bytes())).unwrap()
}

fn accept(report: &mut Report, entries: &[Entry], today: &str) {
    let selected = selected();
    let known = rules(&Selection::default()).unwrap().rules;
    let run = Run {
        today: today.parse().unwrap(),
        rules: &selected,
        known: known.iter().map(|selected| &selected.rule).collect(),
        accounts: BTreeSet::from(["111".to_owned()]),
        addresses: report.findings.iter().map(|finding| finding.resource.address.clone()).collect(),
        annotations: &[],
    };
    waive::accept(report, entries, &|finding| finding.place.iter().cloned().collect(), &run);
}

fn notes(report: &Report) -> Vec<(WaiverState, &str)> {
    report.waivers.iter().map(|note| (note.state, note.subject.as_str())).collect()
}

#[test]
fn a_verdict_is_waived_when_all_of_its_findings_are() {
    let two = || {
        vec![
            finding("aws_x.a", Some("ingress[22]"), Severity::Critical, Outcome::Fail),
            finding("aws_x.a", Some("ingress[80]"), Severity::Low, Outcome::Fail),
            finding("aws_x.b", None, Severity::High, Outcome::Fail),
        ]
    };
    let mut half = report(two());
    accept(&mut half, &entries("address = \"aws_x.a\", tag = \"ingress[22]\""), "2026-11-20");
    assert_eq!(half.summary.outcomes, Outcomes { fail: 2, ..Outcomes::default() });
    // The weight of the verdict is that of what is left.
    assert_eq!(half.summary.severities, Severities { high: 1, low: 1, ..Severities::default() });
    assert_eq!(half.summary.enforced.severities, half.summary.severities);
    assert_eq!(half.rules[0].outcomes.waived, 0);
    assert_eq!(half.findings.iter().filter(|finding| finding.outcome == Outcome::Waived).count(), 1);
    assert_eq!(Gate::default().count(&half), 2);
    assert_eq!(Gate { fail_on: Severity::Critical, ..Gate::default() }.standing(&half), Standing::Clean);

    let mut whole = report(two());
    accept(&mut whole, &entries("address = \"aws_x.a\", tag = \"ingress[*]\""), "2026-11-20");
    let wanted = Outcomes { fail: 1, waived: 1, ..Outcomes::default() };
    assert_eq!(whole.summary.outcomes, wanted);
    assert_eq!(whole.summary.enforced.outcomes, wanted);
    assert_eq!(whole.rules[0].outcomes, wanted);
    assert_eq!(whole.summary.severities, Severities { high: 1, ..Severities::default() });
    assert_eq!(whole.summary.advisory, Report::default().summary.advisory);
    let waiver = whole.findings.iter().find_map(|finding| finding.waiver.as_ref()).unwrap();
    assert_eq!((waiver.reason.as_str(), waiver.until.as_str()), ("r", "2027-01-31"));
    assert_eq!(waiver.place, Some(Place::at("w.toml", 1, 1)));
}

#[test]
fn unknowns_are_waived_and_errors_never() {
    let mut report = report(vec![
        finding("aws_x.a", None, Severity::High, Outcome::Unknown),
        finding("aws_x.b", None, Severity::High, Outcome::Error),
    ]);
    accept(&mut report, &entries("address = \"**\""), "2026-11-20");
    assert_eq!(report.summary.outcomes, Outcomes { waived: 1, error: 1, ..Outcomes::default() });
    assert_eq!(report.summary.severities, Severities::default());
    assert_eq!(Gate { strict: true, ..Gate::default() }.count(&report), 0);
}

#[test]
fn a_waiver_holds_through_its_last_day() {
    let one = || report(vec![finding("aws_x.a", None, Severity::High, Outcome::Fail)]);
    let waivers = entries("address = \"aws_x.a\"");
    let mut last = one();
    accept(&mut last, &waivers, "2027-01-31");
    assert_eq!(last.summary.outcomes.waived, 1);
    assert_eq!(notes(&last), [(WaiverState::Expiring, "aws-efs-encrypted on aws_x.a")]);
    let mut after = one();
    accept(&mut after, &waivers, "2027-02-01");
    assert_eq!(after, Report { waivers: after.waivers.clone(), ..one() }, "everything counts again");
    assert_eq!(notes(&after), [(WaiverState::Expired, "aws-efs-encrypted on aws_x.a")]);
    assert_eq!(Gate::default().standing(&after), Standing::Findings);
}

#[test]
fn of_several_waivers_the_one_that_holds_longest_is_told_and_an_ended_one_is_not_missed() {
    let mut report = report(vec![finding("aws_x.a", None, Severity::High, Outcome::Fail)]);
    let waivers = entries(
        "address = \"aws_x.a\", until = \"2027-01-01\"; address = \"aws_x.*\", until = \"2027-03-01\"; \
         address = \"**\", until = \"2026-01-01\"",
    );
    accept(&mut report, &waivers, "2026-11-20");
    assert_eq!(report.findings[0].waiver.as_ref().unwrap().until, "2027-03-01");
    assert_eq!(notes(&report), [(WaiverState::Unused, "aws-efs-encrypted on **")]);
}

#[test]
fn waivers_are_told_as_unused_only_where_the_run_could_have_needed_them() {
    let mut report = report(vec![finding("aws_x.a", None, Severity::High, Outcome::Fail)]);
    let waivers = entries(
        "address = \"aws_x.b\"; rule = \"aws-s3-default-encryption\", address = \"**\"; \
         address = \"**\", account = \"222\"; address = \"**\", account = \"1*\", kind = \"aws.s3.bucket\"; \
         rule = \"HF-AWS-ENC-7\", address = \"**\"; address = \"aws_x.a\", until = \"2030-01-01\"",
    );
    accept(&mut report, &waivers, "2026-11-20");
    insta::assert_debug_snapshot!(notes(&report), @r#"
    [
        (
            Unused,
            "aws-efs-encrypted on **, kind aws.s3.bucket, account 1*",
        ),
        (
            Unused,
            "aws-efs-encrypted on aws_x.b (no resource of this run)",
        ),
        (
            Distant,
            "aws-efs-encrypted on aws_x.a",
        ),
        (
            NoSuchRule,
            "HF-AWS-ENC-7 on ** (did you mean `HF-AWS-ENC-007`?)",
        ),
    ]
    "#);
}

#[test]
fn accounts_and_kinds_narrow_a_waiver() {
    for (narrow, waived) in [
        ("account = \"111\"", 1),
        ("account = \"112\"", 0),
        ("kind = \"aws.ec2.*\"", 1),
        ("kind = \"aws.ec2\"", 0),
        ("rule = \"HF-AWS-ENC-*\"", 1),
        ("tag = \"*\"", 0),
    ] {
        let mut report = report(vec![finding("aws_x.a", None, Severity::High, Outcome::Fail)]);
        accept(&mut report, &entries(&format!("address = \"**\", {narrow}")), "2026-11-20");
        assert_eq!(report.summary.outcomes.waived, waived, "{narrow}");
    }
}
