//! Findings as they are sent: what the format makes of them, with what the publisher has to find again
//! (rule, resource, kind, a hash of the content) and the times of the first sighting.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::change::Change;
use super::existing::Known;
use super::reconcile::Waived;
use super::scope::{self, GLOBAL, Scope, only_account};
use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Report};
use crate::report::asff::{self, AsffFinding, ComplianceStatus, RecordState, SeverityLabel, limits};
use crate::report::{Home, Look};

/// Names among the product fields, by which a later run knows a finding.
pub mod field {
    /// The rule.
    pub const RULE: &str = "hfscan/rule";
    /// Id of the resource in the inventory, to the letter.
    pub const RESOURCE: &str = "hfscan/resource";
    /// Kind of the resource.
    pub const KIND: &str = "hfscan/kind";
    /// Hash of what the finding says.
    pub const CONTENT: &str = "hfscan/content";
    /// Regions of the account that were read, in a finding of something that has no region.
    pub const REGIONS: &str = "hfscan/regions";
    /// The outcome.
    pub const OUTCOME: &str = "hfscan/outcome";
    /// The version that wrote it.
    pub const VERSION: &str = "hfscan/version";
}

/// Writes the findings of a report for its hubs.
#[derive(Debug)]
pub struct Writer<'a> {
    report: &'a Report,
    look: Look,
    partition: String,
    waived: Waived,
    now: String,
}

/// A finding that may be sent.
#[derive(Debug)]
pub struct Draft {
    /// The finding.
    pub finding: AsffFinding,
    /// Hash of what it says.
    pub content: String,
}

impl<'a> Writer<'a> {
    /// A writer for a partition, at the time of `look`.
    pub fn new(report: &'a Report, look: &Look, partition: &str, waived: Waived) -> Self {
        let account = look.home.account.clone().or_else(|| only_account(report).map(str::to_owned));
        // What has neither account nor region is not at home in another partition.
        let region = scope::home(account.as_deref().unwrap_or_default(), partition, look);
        let look = Look { home: Home { account, region: Some(region) }, ..look.clone() };
        let now = look.now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        Self { report, look, partition: partition.to_owned(), waived, now }
    }

    /// Returns the look with the home filled in.
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Returns the partition.
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// Returns what is done with accepted findings.
    pub fn waived(&self) -> Waived {
        self.waived
    }

    /// Returns the id of a finding in its hub.
    pub fn id(&self, finding: &Finding) -> String {
        asff::id(finding, &self.look)
    }

    /// Writes a finding for a hub.
    pub fn draft(&self, finding: &Finding, scope: &Scope) -> Draft {
        let mut told = asff::of(self.report, finding, &self.look);
        told.product_arn = asff::product(&self.partition, &scope.region, &scope.account);
        told.aws_account_id.clone_from(&scope.account);
        told.record_state = RecordState::Active;
        if finding.outcome == Outcome::Waived && self.waived == Waived::Warning {
            told.compliance.status = ComplianceStatus::Warning;
        }
        // To the letter or not at all: a later run looks for it among the resources that it read.
        let fields = [(field::RESOURCE, &finding.resource.id), (field::KIND, &finding.resource.kind)];
        for (name, text) in fields {
            if text.chars().count() <= limits::PRODUCT_VALUE && !text.chars().any(char::is_control) {
                told.product_fields.insert(name.to_owned(), text.clone());
            }
        }
        let content = content(&mut told);
        told.product_fields.insert(field::CONTENT.to_owned(), content.clone());
        if finding.resource.region.as_deref().is_none_or(|region| region == GLOBAL) {
            let read = self.report.coverage.iter().filter(|coverage| coverage.account == scope.account);
            insert_regions(&mut told, read.map(|coverage| coverage.region.as_str()).collect());
        }
        Draft { finding: told, content }
    }

    /// Keeps what the hub knows and this run does not: the times of the first sighting, and all regions
    /// that ever had a part in the finding.
    pub fn keep(finding: &mut AsffFinding, known: Option<&Known>) {
        let Some(known) = known else { return };
        // A time that hfscan did not write so may be refused.
        if is_time(&known.created_at) {
            finding.created_at = known.created_at.to_string();
        }
        if is_time(&known.first_observed_at) {
            finding.first_observed_at = known.first_observed_at.to_string();
        }
        if let Some(regions) = finding.product_fields.remove(field::REGIONS) {
            insert_regions(finding, regions.split(' ').chain(known.regions()).collect());
        }
    }

    /// Writes a finding of the hub once more, with what became of it.
    pub fn again(&self, mut finding: AsffFinding, change: Change) -> AsffFinding {
        finding.updated_at.clone_from(&self.now);
        match change {
            Change::Passed => {
                finding.compliance.status = ComplianceStatus::Passed;
                finding.compliance.status_reasons.clear();
                finding.finding_provider_fields.severity.label = SeverityLabel::Informational;
                finding.product_fields.insert(field::OUTCOME.to_owned(), "pass".to_owned());
            }
            Change::Archived => finding.record_state = RecordState::Archived,
            Change::New | Change::Reopened | Change::Changed | Change::KeptAlive => {
                finding.last_observed_at.clone_from(&self.now);
            }
        }
        finding
    }
}

fn insert_regions(finding: &mut AsffFinding, regions: BTreeSet<&str>) {
    let regions = regions.into_iter().collect::<Vec<_>>().join(" ");
    if !regions.is_empty() && regions.len() <= limits::PRODUCT_VALUE {
        finding.product_fields.insert(field::REGIONS.to_owned(), regions);
    }
}

/// Returns a hash of what a finding says: not of its times, nor of the version that says it.
fn content(finding: &mut AsffFinding) -> String {
    let version = finding.product_fields.remove(field::VERSION);
    let times = [
        std::mem::take(&mut finding.first_observed_at),
        std::mem::take(&mut finding.last_observed_at),
        std::mem::take(&mut finding.created_at),
        std::mem::take(&mut finding.updated_at),
    ];
    let hash = Sha256::digest(serde_json::to_vec(&*finding).unwrap_or_default());
    if let Some(version) = version {
        finding.product_fields.insert(field::VERSION.to_owned(), version);
    }
    let [first, last, created, updated] = times;
    finding.first_observed_at = first;
    finding.last_observed_at = last;
    finding.created_at = created;
    finding.updated_at = updated;
    hash.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns whether a time has the form that Security Hub takes.
fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}
