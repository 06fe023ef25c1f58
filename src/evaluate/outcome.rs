//! What a rule says of one resource.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::Index;
use crate::policy::severity::Severity;

/// What a rule says of a resource. There is exactly one for every rule and resource of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The requirement is broken, whatever the unknown values turn out to be.
    Fail,
    /// The rule could not be evaluated.
    Error,
    /// It depends on values that the input does not tell.
    Unknown,
    /// It is broken, and somebody accepted that.
    Waived,
    /// The requirement is met, whatever the unknown values turn out to be.
    Pass,
    /// The rule has nothing to judge here.
    NotApplicable,
}

/// One reason for a `fail`: an element of the rule's `deny` set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Path in the rule's input that proves it, such as `["attributes", "multi_az"]`.
    pub path: Vec<String>,
    /// What is wrong, in a sentence without a final stop.
    pub message: String,
    /// Which element of the resource, if several can be wrong: `ingress[443/tcp/0.0.0.0/0]`.
    pub tag: Option<String>,
    /// Ids of the resources on the way that proves it, in order.
    pub related: Vec<String>,
    /// Set when this element weighs less than the rule.
    pub severity: Option<Severity>,
    /// The value found at the path, as JSON.
    pub value: Option<serde_json::Value>,
}

/// A path whose value is not known, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Doubt {
    /// Path in the rule's input, dotted; empty for a doubt that the rule itself raises.
    pub path: String,
    /// Why it is unknown, as a phrase.
    pub reason: String,
}

impl fmt::Display for Doubt {
    /// A doubt that only the rule's author could see is about no path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.reason),
            path => write!(f, "{path}: {}", self.reason),
        }
    }
}

/// The outcome of one rule on one resource, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Position of the rule in the evaluated rule set.
    pub rule: usize,
    /// Position of the resource in the inventory.
    pub resource: Index,
    /// What the rule says.
    pub outcome: Outcome,
    /// For `fail`: why, sorted; at least one.
    pub denials: Vec<Denial>,
    /// For `unknown`: the values that decide it. For `fail`: values that may make it fail in more ways.
    pub doubts: Vec<Doubt>,
    /// For `error`: what happened, with file and line of the rule.
    pub error: Option<Arc<str>>,
}
