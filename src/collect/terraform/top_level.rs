//! Attributes of other resources that the resolver compares with: looked up without parsing all of
//! the resource.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::Plan;
use super::document::{PlannedResource, Span};

/// Where the attributes of a resource stand, found when first asked for.
#[derive(Debug)]
pub(super) struct TopLevels(Vec<OnceLock<TopLevel>>);

#[derive(Debug, Default)]
struct TopLevel {
    after: BTreeMap<Box<str>, Span>,
    unknown: BTreeSet<Box<str>>,
}

impl TopLevels {
    pub(super) fn new(resources: usize) -> Self {
        Self(std::iter::repeat_with(OnceLock::new).take(resources).collect())
    }
}

impl TopLevel {
    fn new(text: &str, resource: &PlannedResource) -> Self {
        let members = |span: Option<Span>| -> BTreeMap<String, &RawValue> {
            span.and_then(|span| serde_json::from_str(span.get(text)).ok())
                .unwrap_or_default()
        };
        let after = members(resource.after)
            .into_iter()
            .map(|(name, raw)| (name.into_boxed_str(), Span::of(text, raw.get())))
            .collect();
        let unknown = members(resource.after_unknown)
            .into_iter()
            .filter(|(_, raw)| raw.get() == "true")
            .map(|(name, _)| name.into_boxed_str())
            .collect();
        Self { after, unknown }
    }
}

/// What a resource says of one of its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attribute<'a> {
    /// Known text.
    Text(Cow<'a, str>),
    /// Known, but no text.
    Other,
    /// Unknown, or not told at all.
    Unknown,
}

impl Plan {
    fn top_level(&self, position: usize) -> Option<&TopLevel> {
        let resource = self.resource(position)?;
        let slot = self.top_levels.0.get(position)?;
        Some(slot.get_or_init(|| TopLevel::new(self.document.source.text(), resource)))
    }

    /// Returns what a resource says of a top-level attribute.
    pub(super) fn attribute(&self, position: usize, name: &str) -> Attribute<'_> {
        let Some(top_level) = self.top_level(position) else {
            return Attribute::Unknown;
        };
        if top_level.unknown.contains(name) {
            return Attribute::Unknown;
        }
        let Some(span) = top_level.after.get(name) else {
            return Attribute::Unknown;
        };
        match serde_json::from_str::<Json>(span.get(self.document.source.text())) {
            Ok(Json::String(text)) => Attribute::Text(Cow::Owned(text)),
            Ok(_) => Attribute::Other,
            Err(_) => Attribute::Unknown,
        }
    }

    /// Returns whether some top-level attribute of a resource is this text.
    pub(super) fn has_text(&self, position: usize, text: &str) -> bool {
        let Some(top_level) = self.top_level(position) else {
            return false;
        };
        let quoted = Json::String(text.to_owned()).to_string();
        top_level
            .after
            .values()
            .any(|span| span.get(self.document.source.text()) == quoted)
    }
}
