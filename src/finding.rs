//! A finding: an outcome with its evidence, place and identity.

pub mod delta;
mod evidence;
pub mod gate;
pub mod identity;
pub mod judge;
mod mask;
pub mod merge;
pub mod report;
pub mod saved;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

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
    /// Last line of what stands there, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// Column behind the last character of what stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
}

impl Place {
    /// A place of which only the start is known.
    pub fn at(file: impl Into<String>, line: u32, column: u32) -> Self {
        Self { file: file.into(), line, column, end_line: None, end_column: None }
    }
}

/// The block of the source that says what a finding is about: the resource's own, or that of another
/// resource which was joined into it, such as a bucket's versioning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// Its address, such as `module.data.aws_s3_bucket_versioning.this["logs"]`.
    pub address: String,
    /// The provider's own type, such as `aws_s3_bucket_versioning`.
    pub type_name: String,
}

/// A module call that leads to the block of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// The module's address, such as `module.network["a"]`.
    pub address: String,
    /// Where the call is written.
    pub place: Place,
}

/// What a plan does to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The change brings it in.
    New,
    /// It is there before and after.
    Unchanged,
    /// The change takes it away.
    Fixed,
}

/// A waiver that accepts a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// Why the risk is accepted.
    pub reason: String,
    /// Who accepts it.
    pub owner: Option<String>,
    /// Last day on which it holds, `YYYY-MM-DD`.
    pub until: String,
    /// Where it is written.
    pub place: Option<Place>,
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
    /// Value found there; masked where it is sensitive. A value of `null` is one too, so that a saved
    /// finding that has none leaves the member out.
    #[serde(default, deserialize_with = "found", skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
    /// Resources on the path that proves it.
    pub related: Vec<Related>,
    /// Why it is unknown.
    pub reasons: Vec<Doubt>,
    /// Whether values that are not known may make the rule fail on the resource in more ways than are listed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Where a person can mend it: in the source if it could be mapped, else in the input.
    pub place: Option<Place>,
    /// Where it stands in the input, when `place` is in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_place: Option<Place>,
    /// Why `place` is not in the source although there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unmapped: Option<String>,
    /// The block of the source that says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<Block>,
    /// Module calls that lead to that block, the outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// What the plan does to it; told by `--delta` only, and nothing where the input does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Whether it is in the baseline, and so does not count at the gate.
    #[serde(default)]
    pub baseline: bool,
    /// The waiver that accepts it.
    pub waiver: Option<Waiver>,
}

/// Reads a member that is there: `null` is a value as any other.
fn found<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<serde_json::Value>, D::Error> {
    serde_json::Value::deserialize(deserializer).map(Some)
}
