//! What a change brings in, leaves and takes away: plans in `tests/data/delta`, which terraform made of
//! code that it had applied.

mod compare;
mod corpus;
mod plans;
mod prior;

use std::path::{Path, PathBuf};

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Change, Finding, Report};
use hfscan::pipeline::{self, Candidate, Request};

use crate::corpus::bench;

/// Returns the plan of a case.
fn plan(case: &str) -> PathBuf {
    Path::new("tests/data/delta").join(case).join("plan.json")
}

/// Judges plans by every built-in rule.
fn scan(plans: &[PathBuf], change: impl FnOnce(&mut Request)) -> Report {
    let inputs = plans.iter().map(|path| Candidate { path: path.clone(), named: true }).collect();
    let mut request = Request { inputs, delta: true, ..Request::default() };
    change(&mut request);
    pipeline::scan_with(&request, &bench().selected, &bench().rules, &|_| {}).unwrap()
}

/// Returns a finding in one line: what the change does, the rule, the resource and the element.
fn line(finding: &Finding) -> String {
    let change = match finding.change {
        Some(Change::New) => "new",
        Some(Change::Unchanged) => "unchanged",
        Some(Change::Fixed) => "fixed",
        None => "untold",
    };
    let tag = finding.tag.as_deref().map_or_else(String::new, |tag| format!(" {tag}"));
    format!("{change} {} {}{tag}", finding.rule, finding.resource.id)
}

/// Returns the failures of a report, and what it calls fixed, sorted.
fn failures(report: &Report) -> Vec<String> {
    let failing = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    let mut lines: Vec<String> = failing.chain(&report.fixed).map(line).collect();
    lines.sort();
    lines
}

/// Returns the outcomes that cannot be told, sorted.
fn unknowns(report: &Report) -> Vec<String> {
    let unknown = report.findings.iter().filter(|finding| finding.outcome == Outcome::Unknown);
    let mut lines: Vec<String> = unknown.map(line).collect();
    lines.sort();
    lines
}
