//! The gate and its exit codes.

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::Report;
use hfscan::finding::gate::{Gate, Standing};
use hfscan::policy::severity::Severity;

use crate::sample;

fn without_gaps_and_errors() -> Report {
    let mut report = sample::mixed();
    report.gaps.clear();
    report.findings.retain(|finding| finding.outcome != Outcome::Error);
    report.summary.outcomes.error = 0;
    report
}

#[test]
fn an_incomplete_scan_outweighs_findings() {
    assert_eq!(Gate::default().standing(&sample::mixed()), Standing::Incomplete);
    assert_eq!(Standing::Incomplete.exit_code(), 3);
    let unreadable = Report { gaps: sample::mixed().gaps, ..Report::default() };
    assert_eq!(Gate::default().standing(&unreadable), Standing::Incomplete);
}

#[test]
fn enforced_failures_at_the_severity_count() {
    let report = without_gaps_and_errors();
    assert_eq!(Gate::default().standing(&report), Standing::Findings);
    assert_eq!(Gate::default().count(&report), 3);
    let critical = Gate { fail_on: Severity::Critical, ..Gate::default() };
    assert_eq!(critical.count(&report), 2);
}

#[test]
fn advisory_failures_and_unknowns_do_not_count_unless_strict() {
    let mut report = without_gaps_and_errors();
    report.findings.retain(|finding| !finding.enforced || finding.outcome == Outcome::Unknown);
    assert_eq!(Gate::default().standing(&report), Standing::Clean);
    assert_eq!(Gate { strict: true, ..Gate::default() }.standing(&report), Standing::Findings);
    assert_eq!(
        Gate { strict: true, fail_on: Severity::Critical, ..Gate::default() }.standing(&report),
        Standing::Clean
    );
}

#[test]
fn an_empty_scan_is_not_clean() {
    assert_eq!(Gate::default().standing(&Report::default()).exit_code(), 4);
    assert_eq!(Gate::default().standing(&sample::clean()).exit_code(), 0);
}
