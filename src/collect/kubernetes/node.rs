//! A tree of values, from YAML or from a plan's JSON, as mapping code reads it: known, unknown with
//! the reason, or left out.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::inventory::{Reason, Value};
use crate::source::Source;

/// A value with the place where it begins.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Byte offset in the text.
    pub(super) at: usize,
    /// What it is.
    pub(super) content: Content,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Null, or nothing at all.
    Null,
    /// A scalar; `plain` when it is written without quotes, so that it may be a number.
    Text { text: String, plain: bool },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order of the text; of two keys of one name the last counts.
    Map(Vec<(String, Node)>),
    /// Something that cannot be told.
    Unknown(Reason),
}

/// Why a text with a placeholder tells nothing.
const PLACEHOLDER: &str = "a placeholder that is not filled in yet";

/// Returns whether a text holds what a template engine or `envsubst` fills in. No field that hfscan
/// reads may hold such characters.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.contains("{{") || text.contains("${") || text.starts_with('$')
}

impl Node {
    /// Makes a tree of a plan's value and the marks of what is unknown in it.
    pub(crate) fn of_plan(value: Option<&Json>, marks: Option<&Json>, reason: &Reason) -> Self {
        let content = match (value, marks) {
            (_, Some(Json::Bool(true))) => Content::Unknown(reason.clone()),
            (None | Some(Json::Null), None | Some(Json::Bool(false) | Json::Null)) => Content::Null,
            (Some(Json::Bool(flag)), _) => Content::Text { text: flag.to_string(), plain: true },
            (Some(Json::Number(number)), _) => Content::Text { text: number.to_string(), plain: true },
            (Some(Json::String(text)), _) => Content::Text { text: text.clone(), plain: false },
            (Some(Json::Array(items)), marks) => {
                let marks = marks.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
                let length = items.len().max(marks.len());
                Content::List(
                    (0..length).map(|index| Self::of_plan(items.get(index), marks.get(index), reason)).collect(),
                )
            }
            (value, marks) => {
                let fields = value.and_then(Json::as_object);
                let marks = marks.and_then(Json::as_object);
                let names: std::collections::BTreeSet<&String> =
                    [fields, marks].into_iter().flatten().flat_map(|map| map.keys()).collect();
                let field = |name: &String| {
                    let value = fields.and_then(|map| map.get(name));
                    let mark = marks.and_then(|map| map.get(name));
                    (name.clone(), Self::of_plan(value, mark, reason))
                };
                Content::Map(names.into_iter().map(field).collect())
            }
        };
        Self { at: 0, content }
    }

    /// Makes a tree of the one document of a text; unknown when it is not one.
    pub(crate) fn of_yaml(text: &str) -> Self {
        let source = Source::from_bytes("yaml_body".into(), text.as_bytes().to_vec());
        let mut documents = super::yaml::documents(&source).unwrap_or_default();
        documents.retain(|document| !matches!(document.content, Content::Null));
        if let (Some(only), None) = (documents.pop(), documents.pop()) {
            return only;
        }
        Self { at: 0, content: Content::Unknown(Reason::Opaque("the text is not one document of YAML".to_owned())) }
    }

    /// Returns a member of a mapping that is neither missing nor null.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Content::Map(fields) = &self.content else { return None };
        let (_, node) = fields.iter().rev().find(|(key, _)| key == name)?;
        (!matches!(node.content, Content::Null)).then_some(node)
    }

    /// Returns the members of a mapping, in the order of the text.
    pub(super) fn fields(&self) -> &[(String, Self)] {
        match &self.content {
            Content::Map(fields) => fields,
            _ => &[],
        }
    }

    /// Returns the value at the end of a path; unknown as soon as a step on the way is.
    pub(super) fn at(&self, path: &[&str]) -> Value<Option<&Self>> {
        let mut node = self;
        for step in path {
            if let Content::Unknown(reason) = &node.content {
                return Value::Unknown(reason.clone());
            }
            match node.get(step) {
                Some(next) => node = next,
                None => return Value::Known(None),
            }
        }
        match &node.content {
            Content::Unknown(reason) => Value::Unknown(reason.clone()),
            Content::Null => Value::Known(None),
            _ => Value::Known(Some(node)),
        }
    }

    /// Returns the text at a path; `None` when it is left out.
    pub(super) fn text(&self, path: &[&str]) -> Value<Option<String>> {
        self.at(path).and_then(|node| match node.map(|node| (node, &node.content)) {
            None => Value::Known(None),
            Some((_, Content::Text { text, .. })) if is_placeholder(text) => {
                Value::Unknown(Reason::Opaque(PLACEHOLDER.to_owned()))
            }
            Some((_, Content::Text { text, .. })) => Value::Known(Some(text.clone())),
            Some(_) => Value::Unknown(not("text", path)),
        })
    }

    /// Returns the text at a path, or a default when it is left out or empty.
    pub(super) fn text_or(&self, path: &[&str], default: &str) -> Value<String> {
        self.text(path).map(|text| text.filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned()))
    }

    /// Returns the whole number at a path; `None` when it is left out.
    pub(super) fn integer(&self, path: &[&str]) -> Value<Option<i64>> {
        self.text(path).and_then(|text| match text {
            None => Value::Known(None),
            Some(text) => match text.trim().parse() {
                Ok(number) => Value::Known(Some(number)),
                Err(_) => Value::Unknown(not("a whole number", path)),
            },
        })
    }

    /// Returns the elements of the list at a path; none when it is left out.
    pub(super) fn items(&self, path: &[&str]) -> Value<Vec<&Self>> {
        self.at(path).and_then(|node| match node.map(|node| &node.content) {
            None => Value::Known(Vec::new()),
            Some(Content::List(items)) => Value::Known(items.iter().collect()),
            Some(_) => Value::Unknown(not("a list", path)),
        })
    }

    /// Returns the entries of the mapping at a path; none when it is left out.
    pub(super) fn labels(&self, path: &[&str]) -> Value<BTreeMap<String, Value<String>>> {
        self.at(path).and_then(|node| match node.map(|node| &node.content) {
            None => Value::Known(BTreeMap::new()),
            Some(Content::Map(fields)) if fields.iter().any(|(name, _)| is_placeholder(name)) => {
                Value::Unknown(Reason::Opaque(PLACEHOLDER.to_owned()))
            }
            Some(Content::Map(fields)) => Value::Known(
                fields
                    .iter()
                    .map(|(name, node)| (name.clone(), node.text(&[]).map(Option::unwrap_or_default)))
                    .collect(),
            ),
            Some(_) => Value::Unknown(not("a mapping", path)),
        })
    }
}

fn not(expected: &str, path: &[&str]) -> Reason {
    Reason::Opaque(format!("{} is not {expected}", path.join(".")))
}
