//! JUnit XML, as GitLab, Jenkins and others read it: a suite for each rule, a case for each resource.
//! A case has failed if it counts at the gate, so that the test view and the exit code say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use crate::evaluate::outcome::Outcome;
use crate::finding::report::RuleSummary;
use crate::finding::{Change, Finding, Report};

use super::Look;
use super::checkout::mendable;
use super::text::{counted, plain};

/// Writes the document.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Document::new(match &report.profile {
        Some(profile) => format!("hfscan {}", plain(profile)),
        None => "hfscan".to_owned(),
    });
    document.add_test_suite(inputs(report));
    let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        findings.entry(&finding.rule).or_default().push(finding);
    }
    for rule in &report.rules {
        let findings = findings.remove(rule.id.as_str()).unwrap_or_default();
        let suite = suite(&rule.id, Some(rule), &findings, look);
        if !suite.test_cases.is_empty() {
            document.add_test_suite(suite);
        }
    }
    // A report that was put together by hand may name rules that it does not describe.
    for (rule, findings) in findings {
        document.add_test_suite(suite(rule, None, &findings, look));
    }
    document.serialize(out).map_err(io::Error::other)
}

/// Returns a suite that says whether everything could be read. It always has a case: test views refuse
/// a file without one.
fn inputs(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("hfscan inputs");
    let mut read = TestCase::new(
        "inputs",
        if report.summary.resources == 0 && report.gaps.is_empty() {
            message(TestCaseStatus::skipped(), "nothing to scan: no resource of a kind that hfscan models", None)
        } else {
            TestCaseStatus::success()
        },
    );
    read.set_classname("hfscan").set_system_out(super::headline(report));
    suite.add_test_case(read);
    let mut seen = BTreeSet::new();
    for gap in &report.gaps {
        let status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let mut case = TestCase::new(
            unique(&mut seen, &format!("gap: {}", gap.named()), &gap.reason),
            message(status, &gap.reason, Some("gap")),
        );
        case.set_classname("hfscan");
        suite.add_test_case(case);
    }
    suite
}

fn suite(id: &str, rule: Option<&RuleSummary>, findings: &[&Finding], look: &Look) -> TestSuite {
    let mut suite = TestSuite::new(plain(id));
    let mut seen = BTreeSet::new();
    for finding in findings {
        suite.add_test_case(case(finding, rule, look, &mut seen));
    }
    let Some(rule) = rule else { return suite };
    for (name, value) in [
        ("control", rule.control.clone().unwrap_or_default()),
        ("severity", rule.severity.name().to_owned()),
        ("enforced", rule.enforced.to_string()),
        ("title", plain(&rule.title)),
    ] {
        if !value.is_empty() {
            suite.add_property((name, value.as_str()));
        }
    }
    let listed = findings.iter().any(|finding| matches!(finding.outcome, Outcome::Pass | Outcome::NotApplicable));
    if rule.outcomes.pass > 0 && !listed {
        // Without --all what is met is one case, so that a rule without failures is seen to be judged.
        let mut rest = TestCase::new("every other resource", TestCaseStatus::success());
        let mut told = format!("{} the requirement", counted(rule.outcomes.pass, "resource meets", "resources meet"));
        if rule.outcomes.not_applicable > 0 {
            let _ = write!(told, "; {} not applicable", counted(rule.outcomes.not_applicable, "is", "are"));
        }
        rest.set_classname(plain(id)).set_system_out(told);
        suite.add_test_case(rest);
    }
    suite
}

fn case(finding: &Finding, rule: Option<&RuleSummary>, look: &Look, seen: &mut BTreeSet<String>) -> TestCase {
    let mut name = finding.resource.id.clone();
    if let Some(tag) = &finding.tag {
        let _ = write!(name, " {tag}");
    }
    let mut status = status(finding, look);
    if !matches!(status, TestCaseStatus::Success { .. }) {
        status.set_description(description(finding, rule, look));
    }
    let mut case = TestCase::new(unique(seen, &name, &finding.id), status);
    case.set_classname(plain(&finding.rule));
    if let Some(place) = mendable(finding) {
        case.extra.insert("file".into(), look.checkout.path(&place.file).into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    case
}

/// Returns a name that no other case of the suite has: GitLab drops all but the first of a name.
fn unique(seen: &mut BTreeSet<String>, name: &str, otherwise: &str) -> String {
    let mut name = plain(name);
    let mut further = format!("{name} ({})", plain(otherwise));
    let mut number = 2;
    while !seen.insert(name.clone()) {
        name.clone_from(&further);
        further = format!("{name} #{number}");
        number += 1;
    }
    name
}

fn status(finding: &Finding, look: &Look) -> TestCaseStatus {
    let stops = look.gate.stops(finding);
    let failure = || TestCaseStatus::non_success(NonSuccessKind::Failure);
    let skipped = TestCaseStatus::skipped;
    let told = &finding.message;
    match finding.outcome {
        Outcome::Pass | Outcome::NotApplicable if finding.outcome == Outcome::Pass => TestCaseStatus::success(),
        Outcome::Pass | Outcome::NotApplicable => message(skipped(), &format!("not applicable: {told}"), None),
        Outcome::Error => message(TestCaseStatus::non_success(NonSuccessKind::Error), told, Some("error")),
        Outcome::Unknown if stops => message(failure(), told, Some("unknown")),
        Outcome::Unknown => message(skipped(), &format!("unknown: {told}"), None),
        Outcome::Fail if stops => message(failure(), told, Some(finding.severity.name())),
        Outcome::Fail => message(skipped(), &format!("{}: {told}", why_not(finding)), None),
        Outcome::Waived => {
            let waiver = finding.waiver.as_ref();
            let reason = waiver.map_or_else(String::new, |waiver| {
                let owner = waiver.owner.as_ref().map_or_else(String::new, |owner| format!(" by {owner}"));
                format!("{owner} until {}: {}", waiver.until, waiver.reason)
            });
            message(skipped(), &format!("waived{reason}"), None)
        }
    }
}

/// Returns why a failure does not count at the gate.
fn why_not(finding: &Finding) -> &'static str {
    if finding.baseline {
        "in the baseline"
    } else if !finding.enforced {
        "advisory"
    } else if finding.change == Some(Change::Unchanged) {
        "there before the change"
    } else {
        "lighter than the gate"
    }
}

fn message(mut status: TestCaseStatus, told: &str, kind: Option<&str>) -> TestCaseStatus {
    status.set_message(plain(told));
    if let Some(kind) = kind {
        status.set_type(kind);
    }
    status
}

/// Returns what a person needs to mend it, in lines.
fn description(finding: &Finding, rule: Option<&RuleSummary>, look: &Look) -> String {
    let mut text = String::new();
    let mut field = |name: &str, value: &str| {
        let value = plain(value.trim());
        if !value.is_empty() {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    field("Resource", &finding.resource.id);
    if let Some(place) = mendable(finding) {
        field("Place", &format!("{}:{}:{}", look.checkout.path(&place.file), place.line, place.column));
    }
    field("Message", &finding.message);
    field("Severity", finding.severity.name());
    field("Element", finding.tag.as_deref().unwrap_or_default());
    if !finding.related.is_empty() {
        let path: Vec<&str> = finding.related.iter().map(|related| related.id.as_str()).collect();
        field("Path", &path.join(" → "));
    }
    for doubt in &finding.reasons {
        field("Unknown", &doubt.to_string());
    }
    if let Some(rule) = rule {
        field("Rule", &rule.title);
        field("Fix", &rule.remediation);
    }
    field("Finding", &finding.id);
    text
}
