//! A finding of ours that a hub holds, as far as the reconciliation needs to know it.

use jiff::Timestamp;

use super::draft::field;
use crate::report::asff::{AsffFinding, ComplianceStatus, RecordState};

/// A finding of ours that a hub holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Existing {
    /// Its id in the hub.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// Id of the resource in the inventory; none if it could not be told to the letter.
    pub resource: Option<String>,
    /// Kind of the resource.
    pub kind: String,
    /// What it says.
    pub known: Known,
}

/// What is kept of a finding whose successor this run has: enough to tell whether anything changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// How the rule came out.
    pub status: ComplianceStatus,
    /// Whether it is open.
    pub record: RecordState,
    /// Hash of what it says; none if hfscan did not write one.
    pub content: Option<Box<str>>,
    /// Regions of the account that were read when the finding was made, if it is about something global.
    pub regions: Option<Box<str>>,
    /// When it was last written; none if that cannot be read.
    pub updated_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Box<str>,
    /// When the problem was first seen.
    pub first_observed_at: Box<str>,
}

impl Known {
    /// Returns the regions that were read when the finding was made, if it is about something global.
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.as_deref().into_iter().flat_map(|regions| regions.split(' '))
    }
}

impl Existing {
    /// Reads back what an earlier run wrote. Nothing if it is not written by hfscan, or not for this
    /// product: the default product of an account has many guests.
    pub fn of(finding: &AsffFinding, product: &str, account: &str) -> Option<Self> {
        if finding.product_arn != product || finding.aws_account_id != account {
            return None;
        }
        let told = |key: &str| finding.product_fields.get(key).filter(|value| !value.is_empty()).cloned();
        Some(Self {
            id: finding.id.clone(),
            rule: told(field::RULE)?,
            resource: told(field::RESOURCE),
            kind: told(field::KIND)?,
            known: Known {
                status: finding.compliance.status,
                record: finding.record_state,
                content: told(field::CONTENT).map(String::into_boxed_str),
                regions: told(field::REGIONS).map(String::into_boxed_str),
                updated_at: finding.updated_at.parse().ok(),
                created_at: finding.created_at.as_str().into(),
                first_observed_at: finding.first_observed_at.as_str().into(),
            },
        })
    }
}
