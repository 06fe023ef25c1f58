//! Moves what is waived in the run's numbers. They count verdicts, one for every rule and resource; a
//! verdict with several findings is waived when all of them are.

use std::collections::BTreeMap;

use crate::evaluate::outcome::Outcome;
use crate::finding::report::Tally;
use crate::finding::{Finding, Report};
use crate::policy::severity::Severity;

/// The findings of one verdict.
#[derive(Debug, Clone, Copy)]
struct Verdict {
    outcome: Outcome,
    enforced: bool,
    /// Weight before anything was waived.
    before: Severity,
    /// Weight of what is not waived.
    after: Option<Severity>,
}

/// Counts the verdicts anew of which `waived` says for each finding of the report whether it is.
pub(super) fn count_waived(report: &mut Report, waived: &[bool]) {
    let mut verdicts: BTreeMap<(&str, &str), Verdict> = BTreeMap::new();
    for (finding, &waived) in report.findings.iter().zip(waived) {
        if !matches!(finding.outcome, Outcome::Fail | Outcome::Unknown) {
            continue;
        }
        let after = (!waived).then_some(finding.severity);
        let verdict = verdicts.entry(key(finding)).or_insert(Verdict {
            outcome: finding.outcome,
            enforced: finding.enforced,
            before: finding.severity,
            after,
        });
        verdict.before = verdict.before.max(finding.severity);
        verdict.after = verdict.after.max(after);
    }
    let verdicts: Vec<(String, Verdict)> =
        verdicts.into_iter().map(|((rule, _), verdict)| (rule.to_owned(), verdict)).collect();
    for (rule, verdict) in verdicts {
        let part = if verdict.enforced { &mut report.summary.enforced } else { &mut report.summary.advisory };
        weigh(part, verdict);
        let mut whole = Tally { outcomes: report.summary.outcomes, severities: report.summary.severities };
        weigh(&mut whole, verdict);
        (report.summary.outcomes, report.summary.severities) = (whole.outcomes, whole.severities);
        if verdict.after.is_none()
            && let Ok(position) = report.rules.binary_search_by(|summary| summary.id.cmp(&rule))
            && let Some(summary) = report.rules.get_mut(position)
        {
            summary.outcomes.replace(verdict.outcome, Outcome::Waived);
        }
    }
}

fn key(finding: &Finding) -> (&str, &str) {
    (&finding.rule, &finding.resource.id)
}

fn weigh(tally: &mut Tally, verdict: Verdict) {
    if verdict.after.is_none() {
        tally.outcomes.replace(verdict.outcome, Outcome::Waived);
    }
    // Only failures have a weight in the numbers.
    if verdict.outcome == Outcome::Fail && verdict.after != Some(verdict.before) {
        tally.severities.replace(verdict.before, verdict.after);
    }
}
