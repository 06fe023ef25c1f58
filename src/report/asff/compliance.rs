//! How a rule came out, in the words of Security Hub, whose documentation says what they mean: `WARNING` is
//! for missing information, `NOT_AVAILABLE` for a check that could not be made or has nothing to judge. It has
//! no word for a risk that somebody accepted: such a finding stays `FAILED`, and its record is archived.

use std::collections::BTreeSet;

use super::shape::{
    AssociatedStandard, Compliance, ComplianceStatus, ProviderSeverity, RecordState, SeverityLabel, StatusReason,
};
use super::{limits, told};
use crate::evaluate::outcome::Outcome;
use crate::finding::Finding;
use crate::finding::report::RuleSummary;
use crate::policy::severity::Severity;
use crate::report::framework;

/// Returns how a finding's rule came out, and what the rule stands for.
pub(super) fn of(finding: &Finding, rule: Option<&RuleSummary>) -> Compliance {
    let requirements = rule.map(framework::requirements).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let related_requirements = requirements
        .iter()
        .filter_map(|requirement| told(requirement, limits::REQUIREMENT))
        .filter(|requirement| seen.insert(requirement.clone()))
        .take(limits::REQUIREMENTS)
        .collect();
    let documents = rule.into_iter().flat_map(|rule| rule.documents.keys());
    let associated_standards = documents
        .filter_map(|document| told(&format!("standards/hfscan/{document}"), limits::STANDARD))
        .map(|standards_id| AssociatedStandard { standards_id })
        .take(limits::STANDARDS)
        .collect();
    Compliance {
        status: status(finding.outcome),
        status_reasons: reason(finding).into_iter().collect(),
        related_requirements,
        security_control_id: finding.control.as_deref().and_then(|control| told(control, limits::CONTROL)),
        associated_standards,
    }
}

/// Returns the word of Security Hub for an outcome.
pub fn status(outcome: Outcome) -> ComplianceStatus {
    match outcome {
        Outcome::Fail | Outcome::Waived => ComplianceStatus::Failed,
        Outcome::Unknown => ComplianceStatus::Warning,
        Outcome::Pass => ComplianceStatus::Passed,
        Outcome::Error | Outcome::NotApplicable => ComplianceStatus::NotAvailable,
    }
}

/// Returns whether a finding is open. Security Hub shows an archived one as no open finding, and takes it for
/// new when it becomes active again: when the waiver ends.
pub(super) fn record(outcome: Outcome) -> RecordState {
    if outcome == Outcome::Waived { RecordState::Archived } else { RecordState::Active }
}

/// Returns how much a finding weighs. Only what is broken weighs anything: alerts go by the label, and nobody is
/// to be woken by what could not be read.
pub(super) fn severity(finding: &Finding) -> ProviderSeverity {
    let label = match (finding.outcome, finding.severity) {
        (Outcome::Pass | Outcome::Unknown | Outcome::Error | Outcome::NotApplicable, _) => SeverityLabel::Informational,
        (_, Severity::Critical) => SeverityLabel::Critical,
        (_, Severity::High) => SeverityLabel::High,
        (_, Severity::Medium) => SeverityLabel::Medium,
        (_, Severity::Low) => SeverityLabel::Low,
    };
    ProviderSeverity { label, original: finding.severity.name().to_owned() }
}

fn reason(finding: &Finding) -> Option<StatusReason> {
    let (code, text) = match finding.outcome {
        Outcome::Fail | Outcome::Pass => return None,
        Outcome::Unknown => {
            let doubts: Vec<String> = finding.reasons.iter().map(ToString::to_string).collect();
            ("VALUE_UNKNOWN", if doubts.is_empty() { finding.message.clone() } else { doubts.join("; ") })
        }
        Outcome::Error => ("RULE_ERROR", finding.message.clone()),
        Outcome::NotApplicable => ("NOT_APPLICABLE", finding.message.clone()),
        Outcome::Waived => {
            let told = finding.waiver.as_ref().map(|waiver| {
                let owner = waiver.owner.as_ref().map_or_else(String::new, |owner| format!(" by {owner}"));
                format!("accepted until {}{owner}: {}", waiver.until, waiver.reason)
            });
            ("RISK_ACCEPTED", told.unwrap_or_else(|| finding.message.clone()))
        }
    };
    Some(StatusReason { reason_code: code.to_owned(), description: told(&text, limits::REASON) })
}
