//! Reports of several inventories become one: of accounts, each judged by its own profile.

use std::collections::BTreeMap;

use super::judge::sort;
use super::report::{Outcomes, Report, RuleSummary, Severities, Tally};

/// Joins reports. What they count is added up; a profile stands only when all have the same.
pub fn merge(reports: Vec<Report>) -> Report {
    let mut reports = reports.into_iter().map(with_own_rules);
    let Some(mut whole) = reports.next() else { return Report::default() };
    let mut rules: BTreeMap<String, RuleSummary> =
        std::mem::take(&mut whole.rules).into_iter().map(|rule| (rule.id.clone(), rule)).collect();
    for report in reports {
        if whole.profile != report.profile {
            whole.profile = None;
        }
        whole.complete &= report.complete;
        whole.inputs.extend(report.inputs);
        whole.findings.extend(report.findings);
        whole.gaps.extend(report.gaps);
        whole.coverage.extend(report.coverage);
        whole.summary.resources += report.summary.resources;
        whole.summary.hidden += report.summary.hidden;
        add_outcomes(&mut whole.summary.outcomes, &report.summary.outcomes);
        add_severities(&mut whole.summary.severities, &report.summary.severities);
        add_tally(&mut whole.summary.enforced, &report.summary.enforced);
        add_tally(&mut whole.summary.advisory, &report.summary.advisory);
        for rule in report.rules {
            match rules.get_mut(&rule.id) {
                Some(known) => {
                    known.enforced |= rule.enforced;
                    known.severity = known.severity.max(rule.severity);
                    add_outcomes(&mut known.outcomes, &rule.outcomes);
                }
                None => {
                    rules.insert(rule.id.clone(), rule);
                }
            }
        }
    }
    whole.rules = rules.into_values().collect();
    whole.summary.rules = whole.rules.len();
    for input in &mut whole.inputs {
        if input.rules.len() == whole.rules.len() {
            input.rules.clear();
        }
    }
    whole.gaps.sort();
    whole.gaps.dedup();
    whole.coverage.sort();
    sort(&mut whole.findings);
    whole
}

/// Notes at the inputs which rules judged them, before the rules of all reports become one list.
fn with_own_rules(mut report: Report) -> Report {
    let rules: Vec<String> = report.rules.iter().map(|rule| rule.id.clone()).collect();
    for input in &mut report.inputs {
        input.rules.clone_from(&rules);
    }
    report
}

fn add_outcomes(to: &mut Outcomes, from: &Outcomes) {
    to.fail += from.fail;
    to.error += from.error;
    to.unknown += from.unknown;
    to.waived += from.waived;
    to.pass += from.pass;
    to.not_applicable += from.not_applicable;
}

fn add_severities(to: &mut Severities, from: &Severities) {
    to.critical += from.critical;
    to.high += from.high;
    to.medium += from.medium;
    to.low += from.low;
}

fn add_tally(to: &mut Tally, from: &Tally) {
    add_outcomes(&mut to.outcomes, &from.outcomes);
    add_severities(&mut to.severities, &from.severities);
}
