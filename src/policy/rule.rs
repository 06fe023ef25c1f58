//! One rule: its text and what its metadata say. The metadata are the only source for lists, pages,
//! SARIF rules and framework reports.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::severity::Severity;

/// A parameter that profiles may set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Value when no profile sets it.
    pub default: serde_json::Value,
    /// What it means, in one phrase.
    pub description: String,
}

/// A rule as its file declares it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// `aws-ec2-private-subnet-routes`; the same as path and package.
    pub id: Arc<str>,
    /// Rego package: `hfscan.rules.aws.ec2.private_subnet_routes`.
    pub package: String,
    /// Path of the file, as messages name it: `policies/aws/ec2/private_subnet_routes.rego`.
    pub path: String,
    /// One line that says what is required.
    pub title: String,
    /// Why, in Markdown.
    pub description: String,
    /// Pages to read.
    pub references: Vec<String>,
    /// The documented requirement: `HF-AWS-NET-006`. Custom rules may have none.
    pub control: Option<String>,
    /// Kinds that it judges, sorted.
    pub kinds: Vec<String>,
    /// How much a failure weighs.
    pub severity: Severity,
    /// Lines of the architecture documents that state it.
    pub documents: BTreeMap<String, Vec<u32>>,
    /// What to do, in Markdown.
    pub remediation: String,
    /// Controls of outside benchmarks that it maps to.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Parameters with their defaults.
    pub params: BTreeMap<String, Parameter>,
    /// Former ids.
    pub aliases: Vec<String>,
    /// Whether it came from a user's `--policies` directory.
    pub custom: bool,
    /// The Rego text.
    #[serde(skip)]
    pub text: Arc<str>,
}

/// A rule chosen for a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SelectedRule {
    /// The rule, its severity already overridden by the profile.
    pub rule: Rule,
    /// Whether its failures count at the gate; otherwise it is advisory.
    pub enforced: bool,
    /// Parameter values in force.
    pub params: BTreeMap<String, serde_json::Value>,
}
