//! Findings gathered for one call: at most as many, and as many bytes, as Security Hub takes.

use crate::report::asff::{AsffFinding, limits};

/// Findings of one call.
const MOST: usize = 100;

/// Bytes of one call: 6 MB with room for the frame around the findings, and for a larger spelling of
/// characters than ours.
const MOST_BYTES: usize = 5_500_000;

/// A batch that fills up.
#[derive(Debug, Default)]
pub(super) struct Batch {
    findings: Vec<AsffFinding>,
    bytes: usize,
}

/// Why a finding cannot be sent at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit(pub(super) String);

impl Batch {
    /// Adds a finding; returns the findings that have to go before it, when they and it are too much for one call.
    pub(super) fn add(&mut self, finding: AsffFinding) -> Result<Option<Vec<AsffFinding>>, Unfit> {
        let faults = limits::check(&finding);
        if !faults.is_empty() {
            return Err(Unfit(faults.join("; ")));
        }
        let bytes = serde_json::to_vec(&finding).map_or(limits::FINDING_BYTES, |json| json.len()) + 1;
        let full = self.findings.len() == MOST || self.bytes + bytes > MOST_BYTES;
        let full = full.then(|| self.take());
        self.bytes += bytes;
        self.findings.push(finding);
        Ok(full)
    }

    /// Takes what is there.
    pub(super) fn take(&mut self) -> Vec<AsffFinding> {
        self.bytes = 0;
        std::mem::take(&mut self.findings)
    }
}
