//! JUnit XML: the rules that its readers have, and what a case means.

use std::collections::BTreeSet;

use hfscan::finding::gate::Gate;
use hfscan::report::{Format, Look};
use proptest::prelude::*;
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus};

use super::{hostile, rendered};
use crate::sample;

/// Reads a document and holds it to what GitLab, Jenkins and the widespread schemas want.
fn checked(text: &str) -> Document {
    let document = Document::deserialize_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let sum = |of: fn(&quick_junit::TestSuite) -> usize| document.test_suites.iter().map(of).sum::<usize>();
    assert_eq!(document.tests, sum(|suite| suite.tests));
    assert_eq!(document.failures, sum(|suite| suite.failures));
    assert_eq!(document.errors, sum(|suite| suite.errors));
    assert!(document.tests > 0, "Jenkins fails a build whose report has no case");
    let mut names = BTreeSet::new();
    for suite in &document.test_suites {
        assert_eq!(suite.tests, suite.test_cases.len());
        let is = |kind| move |case: &&TestCase| matches!(case.status, TestCaseStatus::NonSuccess { kind: k, .. } if k == kind);
        assert_eq!(suite.failures, suite.test_cases.iter().filter(is(NonSuccessKind::Failure)).count());
        assert_eq!(suite.errors, suite.test_cases.iter().filter(is(NonSuccessKind::Error)).count());
        for case in &suite.test_cases {
            let class = case.classname.as_ref().expect("GitLab shows the class as the suite");
            assert!(names.insert((class.clone(), case.name.clone())), "GitLab drops the second {}", case.name.as_str());
        }
    }
    document
}

fn case<'d>(document: &'d Document, name: &str) -> &'d TestCase {
    let mut cases = document.test_suites.iter().flat_map(|suite| &suite.test_cases);
    cases.find(|case| case.name.as_str().contains(name)).unwrap_or_else(|| panic!("no case {name}"))
}

fn skipped(case: &TestCase) -> &str {
    match &case.status {
        TestCaseStatus::Skipped { message, .. } => message.as_ref().unwrap().as_str(),
        other => panic!("{other:?} is not skipped"),
    }
}

#[test]
fn a_case_fails_if_it_counts_at_the_gate() {
    let report = sample::mapped();
    let text = rendered(Format::JUnit, &report, &sample::in_checkout());
    let document = checked(&text);
    assert_eq!(document.failures, Gate::default().count(&report));
    assert_eq!(document.errors, 2, "a rule that broke and a gap");
    let first = case(&document, r#"private["eu-central-1a"] route[0.0.0.0/0]"#);
    assert_eq!(first.extra["file"].as_str(), "modules/network/main.tf");
    assert_eq!(first.extra["line"].as_str(), "12");
    let TestCaseStatus::NonSuccess { kind, message, ty, description, .. } = &first.status else { panic!() };
    assert_eq!(*kind, NonSuccessKind::Failure);
    assert_eq!(message.as_ref().unwrap().as_str(), "default route leads to internet_gateway");
    assert_eq!(ty.as_ref().unwrap().as_str(), "critical");
    insta::assert_snapshot!(description.as_ref().unwrap().as_str(), @r#"
    Resource: module.network.aws_subnet.private["eu-central-1a"]
    Place: modules/network/main.tf:12:1
    Message: default route leads to internet_gateway
    Severity: critical
    Element: route[0.0.0.0/0]
    Path: module.network.aws_route_table.public → igw-0123456789abcdef0
    Rule: Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway
    Fix: Give each private subnet a route table whose default route targets a NAT gateway of the same zone.
    Finding: 25f537b50e3e154dc7b1101bdec2b40f
    "#);
    assert_eq!(skipped(case(&document, "aws_db_instance.main")), "in the baseline: storage is not encrypted");
    assert_eq!(
        skipped(case(&document, "aws_db_instance.sandbox")),
        "waived by platform@example.com until 2027-01-31: sandbox without customer data, see RISK-12"
    );
    assert!(skipped(case(&document, "aws_db_instance.replica")).starts_with("unknown: cannot tell"));

    let new_only = Look { gate: Gate { new_only: true, ..Gate::default() }, ..sample::in_checkout() };
    let document = checked(&rendered(Format::JUnit, &report, &new_only));
    assert_eq!(document.failures, 1);
    assert!(skipped(case(&document, "private_with_a_long_name")).starts_with("there before the change: "));
}

#[test]
fn what_passes_is_a_case_and_an_empty_report_too() {
    let mut report = sample::clean();
    report.rules[0].outcomes.pass = 40;
    let document = checked(&rendered(Format::JUnit, &report, &Look::default()));
    assert_eq!((document.tests, document.failures, document.errors), (2, 0, 0));
    let told = case(&document, "every other resource").system_out.as_ref().unwrap();
    assert_eq!(told.as_str(), "40 resources meet the requirement");
    checked(&rendered(Format::JUnit, &hfscan::finding::Report::default(), &Look::default()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_text_stays_well_formed(report in hostile::report()) {
        let text = rendered(Format::JUnit, &report, &sample::in_checkout());
        let document = checked(&text);
        prop_assert_eq!(document.failures, Gate::default().count(&report));
    }
}
