//! The gate: what the run means for the one who waits for its exit code.

use crate::evaluate::outcome::Outcome;
use crate::policy::severity::Severity;

use super::{Change, Finding, Report};

/// What lets a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The lightest severity of an enforced failure that counts.
    pub fail_on: Severity,
    /// Whether unknown outcomes count too.
    pub strict: bool,
    /// Whether only findings count that the change brings in; those of no known change count too.
    pub new_only: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self { fail_on: Severity::Low, strict: false, new_only: false }
    }
}

/// What a run means. The exit code is the same whatever the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing at the gate. Exit code 0.
    Clean,
    /// Findings at the gate. Exit code 1.
    Findings,
    /// Something could not be judged: a gap in the input, or a rule that broke. Exit code 3.
    Incomplete,
    /// The inputs hold no resource that hfscan knows. Exit code 4.
    Nothing,
}

impl Standing {
    /// Returns the exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Incomplete => 3,
            Self::Nothing => 4,
        }
    }
}

impl Gate {
    /// Returns what a report means. An incomplete scan outweighs findings: whoever reads code 1
    /// may trust that the list is the whole list. It also outweighs an empty one, because nothing
    /// was found where nothing could be read.
    pub fn standing(&self, report: &Report) -> Standing {
        if report.is_incomplete() {
            Standing::Incomplete
        } else if report.summary.resources == 0 && report.fixed.is_empty() {
            Standing::Nothing
        } else if report.findings.iter().any(|finding| self.stops(finding)) {
            Standing::Findings
        } else {
            Standing::Clean
        }
    }

    /// Returns whether a finding counts at the gate.
    pub fn stops(&self, finding: &Finding) -> bool {
        finding.enforced
            && finding.severity >= self.fail_on
            && !finding.baseline
            && !(self.new_only && matches!(finding.change, Some(Change::Unchanged | Change::Fixed)))
            && match finding.outcome {
                Outcome::Fail => true,
                Outcome::Unknown => self.strict,
                Outcome::Error | Outcome::Waived | Outcome::Pass | Outcome::NotApplicable => false,
            }
    }

    /// Returns how many findings count at the gate.
    pub fn count(&self, report: &Report) -> usize {
        report.findings.iter().filter(|finding| self.stops(finding)).count()
    }
}
