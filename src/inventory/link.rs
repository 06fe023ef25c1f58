//! What an attribute says about another resource, before and after it is looked up.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::value::{Reason, Value};

/// A name for one other resource, as the source gives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Target {
    /// The id of a resource of this inventory: a plan address.
    Resource(String),
    /// An id, ARN or name as the cloud writes it; looked up among the resources of the kind that
    /// the attribute leads to.
    Literal(String),
}

/// How the targets of a link are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Certainty {
    /// Every target is linked, and nothing else.
    All,
    /// Every target is linked, and perhaps something else.
    AtLeast,
    /// At least one of the targets is linked; which ones cannot be told.
    Some,
    /// Some of the targets may be linked, and so may something that is not told.
    Open,
}

/// Links of one attribute: `vpc_id` has at most one target, `subnet_ids` many. An empty list with
/// `Certainty::All` is an attribute that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// What the attribute names, sorted.
    pub targets: Vec<Target>,
    /// Whether all of them hold.
    pub certainty: Certainty,
}

impl Default for Links {
    fn default() -> Self {
        Self { targets: Vec::new(), certainty: Certainty::All }
    }
}

impl Links {
    /// Links that are certain.
    pub fn all(targets: impl IntoIterator<Item = Target>) -> Self {
        let mut targets: Vec<Target> = targets.into_iter().collect();
        targets.sort();
        targets.dedup();
        Self { targets, certainty: Certainty::All }
    }

    /// Says that there may be more than these.
    #[must_use]
    pub fn and_perhaps_more(mut self) -> Self {
        self.certainty = self.certainty.max(Certainty::AtLeast);
        self
    }

    /// Adds the targets of another attribute; doubt in either is doubt in both.
    pub fn add(&mut self, other: Self) {
        self.targets.extend(other.targets);
        self.targets.sort();
        self.targets.dedup();
        self.certainty = self.certainty.max(other.certainty);
    }

    /// Returns whether the attribute was left out.
    pub fn is_absent(&self) -> bool {
        self.targets.is_empty() && self.certainty == Certainty::All
    }
}

/// Links of an attribute, or why they cannot be told.
pub type Linked = Value<Links>;

/// Joins the links of two attributes into one; if either cannot be told, neither can the whole.
pub fn join(one: Linked, other: Linked) -> Linked {
    match (one, other) {
        (Value::Known(mut links), Value::Known(more)) => {
            links.add(more);
            Value::Known(links)
        }
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
    }
}

/// Shorthand for an attribute whose links cannot be told.
pub fn unresolved(what: impl Into<String>) -> Linked {
    Value::Unknown(Reason::Unresolved(what.into()))
}

impl JsonSchema for Links {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Links".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({"type": "array", "items": {"type": "string"}, "description": "ids of the linked resources"})
    }
}
