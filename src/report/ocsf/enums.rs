//! Numbers of the schema that hfscan uses, each with its caption: a reader may go by either.

use crate::evaluate::outcome::Outcome;
use crate::finding::Finding;
use crate::policy::severity::Severity;

/// A number of the schema and its caption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: u32,
    pub(super) name: &'static str,
}

const fn named(id: u32, name: &'static str) -> Named {
    Named { id, name }
}

/// The category of findings.
pub(super) const CATEGORY: Named = named(2, "Findings");

/// The class of compliance findings.
pub(super) const CLASS: Named = named(2003, "Compliance Finding");

/// The activity of a scan, which knows nothing of the runs before it.
pub(super) const CREATE: Named = named(1, "Create");

/// The kind of analysis.
pub(super) const RULE: Named = named(1, "Rule");

/// The kind of account.
pub(super) const AWS_ACCOUNT: Named = named(10, "AWS Account");

/// Returns how much a finding weighs. As in Security Hub, only what is broken weighs anything.
pub(super) fn severity(finding: &Finding) -> Named {
    match (finding.outcome, finding.severity) {
        (Outcome::Pass | Outcome::Unknown | Outcome::Error | Outcome::NotApplicable, _) => named(1, "Informational"),
        (_, Severity::Low) => named(2, "Low"),
        (_, Severity::Medium) => named(3, "Medium"),
        (_, Severity::High) => named(4, "High"),
        (_, Severity::Critical) => named(5, "Critical"),
    }
}

/// Returns where a finding stands with the people who work on it.
pub(super) fn status(outcome: Outcome) -> Named {
    match outcome {
        Outcome::Fail | Outcome::Unknown | Outcome::Error => named(1, "New"),
        Outcome::Waived => named(3, "Suppressed"),
        Outcome::Pass | Outcome::NotApplicable => named(4, "Resolved"),
    }
}

/// Returns how the check came out. A warning is for a check without result for want of information; what has
/// no number of its own is told by its name.
pub(super) fn compliance(outcome: Outcome) -> Named {
    match outcome {
        Outcome::Pass => named(1, "Pass"),
        Outcome::Unknown => named(2, "Warning"),
        Outcome::Fail | Outcome::Waived => named(3, "Fail"),
        Outcome::Error => named(99, "Error"),
        Outcome::NotApplicable => named(99, "Not Applicable"),
    }
}
