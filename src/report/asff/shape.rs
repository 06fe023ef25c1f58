//! The AWS Security Finding Format as data, schema version 2018-10-08: what hfscan fills of it.
//!
//! Fields that Security Hub keeps for the people who work on findings (`Workflow`, `Note`, `UserDefinedFields`,
//! `VerificationState`) are not here, so that no import can touch them. `Severity` and `Types` are in
//! `FindingProviderFields` only; Security Hub makes the top-level ones of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The only version of the format.
pub const SCHEMA_VERSION: &str = "2018-10-08";

/// A finding as `BatchImportFindings` takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AsffFinding {
    /// [`SCHEMA_VERSION`].
    pub schema_version: String,
    /// Unique among the findings of the product; the same in every run.
    pub id: String,
    /// The product of the account and region that the finding goes to.
    pub product_arn: String,
    /// Name of the product, by which people filter.
    pub product_name: String,
    /// The rule.
    pub generator_id: String,
    /// The account, twelve digits.
    pub aws_account_id: String,
    /// When this problem was first seen: the time of this run, unless the publisher knows better.
    pub first_observed_at: String,
    /// When it was last seen.
    pub last_observed_at: String,
    /// When the finding was made: the time of this run, unless the publisher knows better.
    pub created_at: String,
    /// When the finding was last written.
    pub updated_at: String,
    /// What is required.
    pub title: String,
    /// What is wrong, and why it matters.
    pub description: String,
    /// Severity and types.
    pub finding_provider_fields: FindingProviderFields,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Remediation>,
    /// The line of the source, if there is a URL for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// What only hfscan knows: `hfscan/…`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub product_fields: BTreeMap<String, String>,
    /// The resource, always one.
    pub resources: Vec<AsffResource>,
    /// How the rule came out.
    pub compliance: Compliance,
    /// Whether the finding is open.
    pub record_state: RecordState,
}

impl AsffFinding {
    /// Returns the region that the finding goes to: that of its product.
    pub fn region(&self) -> &str {
        self.product_arn.split(':').nth(3).unwrap_or_default()
    }
}

/// What a provider says of its finding; only the provider changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FindingProviderFields {
    /// How much it weighs.
    pub severity: ProviderSeverity,
    /// Kinds of finding, as `namespace/category/classifier`.
    pub types: Vec<String>,
}

/// A severity in the words of Security Hub, and in ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProviderSeverity {
    /// In the words of Security Hub.
    pub label: SeverityLabel,
    /// In the words of hfscan.
    pub original: String,
}

/// A severity in the words of Security Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SeverityLabel {
    /// Nothing was found.
    Informational,
    /// Presence or hygiene.
    Low,
    /// A weakness that needs another one to matter.
    Medium,
    /// A direct breach of the documented architecture.
    High,
    /// Takeover or loss of data.
    Critical,
}

impl SeverityLabel {
    /// Returns the word that Security Hub reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "INFORMATIONAL",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Remediation {
    /// The advice.
    pub recommendation: Recommendation,
}

/// Advice and a page to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Recommendation {
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A page that says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The resource of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AsffResource {
    /// AWS's name of its type, or `Other`.
    #[serde(rename = "Type")]
    pub type_name: String,
    /// Its ARN; its address if the input does not tell one.
    pub id: String,
    /// Its partition, where Security Hub has a word for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// Its region, if it belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The evidence.
    pub details: ResourceDetails,
}

/// What is told of a resource beside its id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceDetails {
    /// Names and texts.
    pub other: BTreeMap<String, String>,
}

/// How a rule came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Compliance {
    /// In the words of Security Hub.
    pub status: ComplianceStatus,
    /// Why it is neither passed nor failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status_reasons: Vec<StatusReason>,
    /// Controls of benchmarks, and lines of the documents, that the rule stands for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_requirements: Vec<String>,
    /// The documented requirement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub security_control_id: Option<String>,
    /// The documents that state it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub associated_standards: Vec<AssociatedStandard>,
}

/// The result of a check in the words of Security Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ComplianceStatus {
    /// Met.
    Passed,
    /// Information is missing.
    Warning,
    /// Broken.
    Failed,
    /// The check could not be made, or has nothing to judge.
    NotAvailable,
}

impl ComplianceStatus {
    /// Returns the word that Security Hub reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Warning => "WARNING",
            Self::Failed => "FAILED",
            Self::NotAvailable => "NOT_AVAILABLE",
        }
    }
}

/// Why a check came out as it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StatusReason {
    /// A word for programs.
    pub reason_code: String,
    /// A sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A standard that holds a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssociatedStandard {
    /// Its id.
    pub standards_id: String,
}

/// Whether a finding is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RecordState {
    /// It is.
    Active,
    /// The provider takes it back: the resource is gone, or the risk is accepted.
    Archived,
}

impl RecordState {
    /// Returns the word that Security Hub reads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Archived => "ARCHIVED",
        }
    }
}
