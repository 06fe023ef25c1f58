//! A finding: an outcome with its evidence, place and identity.

pub mod gate;
pub mod identity;
pub mod judge;
mod mask;
pub mod report;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evaluate::outcome::{Doubt, Outcome};
use crate::policy::severity::Severity;

pub use report::Report;

/// The resource that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Subject {
    /// Unique id in the inventory.
    pub id: String,
    /// Kind, such as `aws.s3.bucket`.
    pub kind: String,
    /// Name that people know it by.
    pub name: Option<String>,
    /// Address in the source.
    pub address: String,
    /// Account or subscription.
    pub account: Option<String>,
    /// Region.
    pub region: Option<String>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in UTF-16 units, from 1.
    pub column: u32,
}

/// A resource on the path that proves a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Related {
    /// Its id.
    pub id: String,
    /// Its kind; nothing when it is not part of the inputs.
    pub kind: Option<String>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// An outcome with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Hash of rule, resource and tag: the same in every run and from every source.
    pub id: String,
    /// Id of the rule.
    pub rule: String,
    /// The documented requirement.
    pub control: Option<String>,
    /// What the rule says.
    pub outcome: Outcome,
    /// How much it weighs.
    pub severity: Severity,
    /// Whether it counts at the gate.
    pub enforced: bool,
    /// What is wrong, or cannot be told.
    pub message: String,
    /// The resource.
    pub resource: Subject,
    /// Which element of the resource.
    pub tag: Option<String>,
    /// Attribute path that proves it.
    pub path: Vec<String>,
    /// Value found there; masked where it is sensitive.
    pub value: Option<serde_json::Value>,
    /// Resources on the path that proves it.
    pub related: Vec<Related>,
    /// Why it is unknown.
    pub reasons: Vec<Doubt>,
    /// Where it stands in the input.
    pub place: Option<Place>,
    /// The waiver that accepts it.
    pub waiver: Option<String>,
}
