//! Attributes of other resources that the resolver compares with: looked up without parsing all of
//! the resource.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::Plan;
use super::document::{PlannedResource, Span};

/// What is found in resources when it is first asked for.
#[derive(Debug)]
pub(super) struct TopLevels {
    /// Where the attributes of a resource stand.
    resources: Vec<OnceLock<TopLevel>>,
    /// The resources of a group by the texts in their attributes.
    groups: Vec<OnceLock<Texts>>,
}

type Texts = HashMap<Box<str>, Vec<usize>>;

#[derive(Debug, Default)]
struct TopLevel {
    after: BTreeMap<Box<str>, Span>,
    unknown: BTreeSet<Box<str>>,
}

impl TopLevels {
    pub(super) fn new(resources: usize, groups: usize) -> Self {
        Self {
            resources: std::iter::repeat_with(OnceLock::new).take(resources).collect(),
            groups: std::iter::repeat_with(OnceLock::new).take(groups).collect(),
        }
    }
}

impl TopLevel {
    fn new(text: &str, resource: &PlannedResource) -> Self {
        let members = |span: Option<Span>| -> BTreeMap<String, &RawValue> {
            span.and_then(|span| serde_json::from_str(span.get(text)).ok()).unwrap_or_default()
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
        let slot = self.top_levels.resources.get(position)?;
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

    /// Returns the resources of a group with a top-level attribute that is this text, sorted.
    pub(super) fn with_text(&self, group: usize, text: &str) -> &[usize] {
        let Some(slot) = self.top_levels.groups.get(group) else {
            return &[];
        };
        let texts = slot.get_or_init(|| self.texts(group));
        // Compared as the plan writes it, so that nothing needs parsing.
        let quoted = Json::String(text.to_owned()).to_string();
        texts.get(quoted.as_str()).map_or(&[], Vec::as_slice)
    }

    fn texts(&self, group: usize) -> Texts {
        let mut texts = Texts::new();
        let members = self.instances.groups.get(group).map(|group| group.members.values()).into_iter().flatten();
        // In the order of the plan, so that the lists come out sorted.
        for position in members.copied().collect::<BTreeSet<usize>>() {
            let Some(top_level) = self.top_level(position) else {
                continue;
            };
            for span in top_level.after.values() {
                let text = span.get(self.document.source.text());
                // Long texts are documents, not names.
                if text.starts_with('"') && text.len() < 2048 {
                    let positions = texts.entry(text.into()).or_default();
                    if positions.last() != Some(&position) {
                        positions.push(position);
                    }
                }
            }
        }
        texts
    }
}
