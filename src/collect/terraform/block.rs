//! The attributes of a planned resource, or of a block in it, as mapping code reads them: known,
//! unknown with the reason, or left out.
//!
//! A plan marks computed attributes as unknown even when the author never mentioned them. Such an
//! attribute counts as left out, and the caller's default applies.

mod convert;
mod links;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::computed;
use super::configuration::Expression;
use super::document::Authored;
use super::references::{Arity, Resolution};
use super::{Mode, Plan, PlannedResource};
use crate::inventory::{Reason, Value};

use convert::{boolean, integer, text};
use written::{Found, Written};

/// A resource's attributes, or those of a nested block.
#[derive(Debug, Clone)]
pub struct Block<'a> {
    plan: &'a Plan,
    position: usize,
    after: Option<&'a Json>,
    unknown: Option<&'a Json>,
    sensitive: Option<&'a Json>,
    written: Written<'a>,
    /// Attributes of which `written` says nothing, because apply changes them and these are the values
    /// before.
    changed: Option<&'a BTreeSet<String>>,
    /// Whether it is a block in a resource, not the resource itself.
    nested: bool,
}

/// What the plan says of one attribute.
#[derive(Debug, Clone, Copy)]
enum State<'a> {
    /// Null, or left out by the author and computed by the provider.
    Absent,
    /// Known, perhaps with unknown parts: the value and the marks of its parts.
    Known(&'a Json, Option<&'a Json>),
    /// Written by the author and unknown as a whole.
    Unknown,
}

impl<'a> Block<'a> {
    pub(super) fn of_resource(
        plan: &'a Plan,
        position: usize,
        after: Option<&'a Json>,
        unknown: Option<&'a Json>,
        sensitive: Option<&'a Json>,
    ) -> Self {
        let written = plan.written(position).map_or(Written::Nowhere, |block| Written::Fields(&block.expressions));
        let changed = match plan.resource(position).map(|resource| &resource.authored) {
            Some(Authored::Except(changed)) => Some(changed),
            _ => None,
        };
        Self { plan, position, after, unknown, sensitive, written, changed, nested: false }
    }

    /// Returns the plan it belongs to.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    /// Returns the resource it belongs to.
    pub fn resource(&self) -> Option<&'a PlannedResource> {
        self.plan.resource(self.position)
    }

    /// Returns the resource's type, such as `aws_subnet`.
    pub fn type_name(&self) -> &'a str {
        self.resource().map_or("", |resource| &resource.parsed.type_name)
    }

    /// Returns the resource's address.
    pub fn address(&self) -> &'a str {
        self.resource().map_or("", |resource| &resource.address)
    }

    /// Returns whether it is a data source.
    pub fn is_data(&self) -> bool {
        self.resource().is_some_and(|resource| resource.parsed.mode == Mode::Data)
    }

    /// Returns the known JSON of an attribute; unknown parts of it are null or missing.
    pub fn raw(&self, name: &str) -> Option<&'a Json> {
        match self.state(name) {
            State::Known(json, _) => Some(json),
            State::Absent | State::Unknown => None,
        }
    }

    /// Returns the marks of what is unknown in an attribute, as the plan writes them.
    pub fn raw_unknown(&self, name: &str) -> Option<&'a Json> {
        self.marks(name)
    }

    /// Returns whether the author's configuration has the attribute. Where a plan does not show the
    /// configuration, as in dynamic blocks, every attribute with a value counts.
    pub fn configured(&self, name: &str) -> bool {
        self.written(name).has(name).unwrap_or_else(|| self.is_marked(name) || self.value(name).is_some())
    }

    /// Returns why an attribute that the author set is unknown; `None` when it is known or left out.
    pub fn is_unknown(&self, name: &str) -> Option<Reason> {
        matches!(self.state(name), State::Unknown).then(|| self.reason(name))
    }

    /// Returns whether an attribute or a part of it is sensitive.
    pub fn sensitive(&self, name: &str) -> bool {
        match self.sensitive {
            Some(Json::Bool(all)) => *all,
            Some(marks) => marks.get(name).is_some_and(is_any),
            None => false,
        }
    }

    /// Returns a text; `None` when it is null or left out, `""` stays `""`.
    pub fn string(&self, name: &str) -> Value<Option<String>> {
        self.scalar(name, "text", text)
    }

    /// Returns a text, or the default when it is left out.
    pub fn string_or(&self, name: &str, default: &str) -> Value<String> {
        self.string(name).map(|value| value.unwrap_or_else(|| default.to_owned()))
    }

    /// Returns a truth value; `None` when it is left out. The texts `"true"` and `"false"` count.
    pub fn boolean(&self, name: &str) -> Value<Option<bool>> {
        self.scalar(name, "true or false", boolean)
    }

    /// Returns a truth value, or the default when it is left out.
    pub fn boolean_or(&self, name: &str, default: bool) -> Value<bool> {
        self.boolean(name).map(|value| value.unwrap_or(default))
    }

    /// Returns a whole number; `None` when it is left out. Texts of digits count.
    pub fn integer(&self, name: &str) -> Value<Option<i64>> {
        self.scalar(name, "a whole number", integer)
    }

    /// Returns a whole number, or the default when it is left out.
    pub fn integer_or(&self, name: &str, default: i64) -> Value<i64> {
        self.integer(name).map(|value| value.unwrap_or(default))
    }

    fn scalar<T>(&self, name: &str, expected: &str, read: impl Fn(&Json) -> Option<T>) -> Value<Option<T>> {
        match self.state(name) {
            State::Absent => Value::Known(None),
            State::Unknown => Value::Unknown(self.reason(name)),
            State::Known(Json::String(text), _) if text.is_empty() && expected != "text" => Value::Known(None),
            State::Known(json, _) => match read(json) {
                Some(value) => Value::Known(Some(value)),
                None => Value::Unknown(Reason::Opaque(format!("{name} is not {expected}"))),
            },
        }
    }

    /// Returns the elements of a list or set, each known or not; empty when it is left out.
    pub fn strings(&self, name: &str) -> Value<Vec<Value<String>>> {
        let (json, marks) = match self.state(name) {
            State::Absent => return Value::Known(Vec::new()),
            State::Unknown => return Value::Unknown(self.reason(name)),
            State::Known(json, marks) => (json, marks),
        };
        let Some(items) = json.as_array() else {
            return match text(json) {
                Some(only) => Value::Known(vec![Value::Known(only)]),
                None => Value::Unknown(Reason::Opaque(format!("{name} is not a list"))),
            };
        };
        let marks = marks.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let element = |index: usize| match (items.get(index), marks.get(index)) {
            (_, Some(Json::Bool(true))) => Some(Value::Unknown(self.reason(name))),
            (Some(Json::Null) | None, _) => None,
            (Some(item), _) => Some(match text(item) {
                Some(text) => Value::Known(text),
                None => Value::Unknown(Reason::Opaque(format!("an element of {name} is not text"))),
            }),
        };
        Value::Known((0..items.len().max(marks.len())).filter_map(element).collect())
    }

    /// Returns the entries of a map, each known or not; empty when it is left out.
    pub fn map(&self, name: &str) -> Value<BTreeMap<String, Value<String>>> {
        let (json, marks) = match self.state(name) {
            State::Absent => return Value::Known(BTreeMap::new()),
            State::Unknown => return Value::Unknown(self.reason(name)),
            State::Known(json, marks) => (json, marks),
        };
        let Some(entries) = json.as_object() else {
            return Value::Unknown(Reason::Opaque(format!("{name} is not a map")));
        };
        let mut map: BTreeMap<String, Value<String>> = entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| {
                let value = text(value).map_or_else(|| Value::Known(value.to_string()), Value::Known);
                (key.clone(), value)
            })
            .collect();
        for (key, mark) in marks.and_then(Json::as_object).into_iter().flatten() {
            if is_any(mark) {
                map.insert(key.clone(), Value::Unknown(self.reason(name)));
            }
        }
        Value::Known(map)
    }

    /// Returns the nested blocks of a name; empty when there are none. Unknown as a whole when a
    /// dynamic block depends on unknown values.
    pub fn blocks(&self, name: &str) -> Value<Vec<Block<'a>>> {
        let (json, marks) = match self.state(name) {
            State::Absent if self.is_marked(name) && !self.is_computed(name) => {
                // Never mentioned and yet unknown: a dynamic block whose `for_each` is unknown.
                return Value::Unknown(Reason::KnownAfterApply(Some(format!("dynamic {name}"))));
            }
            State::Absent => return Value::Known(Vec::new()),
            State::Unknown => return Value::Unknown(self.reason(name)),
            State::Known(json, marks) => (Some(json), marks),
        };
        let sensitive = match self.sensitive {
            all @ Some(Json::Bool(true)) => all,
            marks => marks.and_then(|marks| marks.get(name)),
        };
        if json.is_some_and(Json::is_object) {
            let written = self.written(name).elements(name, &[json], &[marks]).pop().unwrap_or(Written::Hidden);
            let block =
                Self { after: json, unknown: marks, sensitive, written, changed: None, nested: true, ..self.clone() };
            return Value::Known(vec![block]);
        }
        let items = json.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let marked = marks.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let length = items.len().max(marked.len());
        let afters: Vec<Option<&Json>> = (0..length).map(|index| items.get(index)).collect();
        let unknowns: Vec<Option<&Json>> = (0..length).map(|index| marked.get(index)).collect();
        let written = self.written(name).elements(name, &afters, &unknowns);
        let blocks =
            afters.into_iter().zip(unknowns).zip(written).enumerate().map(|(index, ((after, unknown), written))| {
                let sensitive = match sensitive {
                    all @ Some(Json::Bool(true)) => all,
                    marks => marks.and_then(|marks| marks.get(index)),
                };
                Self { after, unknown, sensitive, written, changed: None, nested: true, ..self.clone() }
            });
        Value::Known(blocks.collect())
    }

    /// Returns the only nested block of a name; the first if there are several.
    pub fn block(&self, name: &str) -> Value<Option<Block<'a>>> {
        self.blocks(name).map(|blocks| blocks.into_iter().next())
    }

    /// Returns where the references of an attribute lead, also when its value is known; `None` when
    /// the author wrote none, or the plan does not show them.
    pub fn references(&self, name: &str) -> Option<Resolution> {
        self.resolution(name, Arity::Many)
    }

    /// Returns the names of all attributes that have a value or are unknown, sorted.
    pub fn names(&self) -> Vec<String> {
        let names = [self.after, self.unknown].into_iter().flatten().filter_map(Json::as_object).flatten();
        let names: BTreeSet<String> = names.map(|(name, _)| name.clone()).collect();
        names.into_iter().collect()
    }

    /// Returns what the author wrote of an attribute.
    fn written(&self, name: &str) -> &Written<'a> {
        if self.changed.is_some_and(|changed| changed.contains(name)) { &Written::Nowhere } else { &self.written }
    }

    fn value(&self, name: &str) -> Option<&'a Json> {
        self.after?.get(name).filter(|value| !value.is_null())
    }

    fn marks(&self, name: &str) -> Option<&'a Json> {
        match self.unknown {
            all @ Some(Json::Bool(true)) => all,
            marks => marks?.get(name),
        }
    }

    /// Returns whether the plan marks the attribute as unknown as a whole.
    fn is_marked(&self, name: &str) -> bool {
        if self.marks(name) == Some(&Json::Bool(true)) {
            return true;
        }
        // Values of a state leave unknown attributes out; a reference tells that there is one.
        self.resource().is_some_and(|resource| resource.omits_unknown)
            && self.after.is_some_and(|after| after.get(name).is_none())
            && self.written(name).is_computed(name)
    }

    fn state(&self, name: &str) -> State<'a> {
        if self.is_marked(name) {
            let absent = self.written(name).has(name) == Some(false) || self.is_null(name);
            return if absent { State::Absent } else { State::Unknown };
        }
        match self.value(name) {
            Some(_) if self.is_stale(name) => State::Unknown,
            Some(value) => State::Known(value, self.marks(name)),
            // Elements that are unknown as a whole leave no trace in the values.
            None => match self.marks(name).filter(|marks| is_any(marks)) {
                Some(marks) => State::Known(if marks.is_array() { &EMPTY_LIST } else { &EMPTY_MAP }, Some(marks)),
                None => State::Absent,
            },
        }
    }

    /// Returns whether a value that nobody wrote repeats a part of the resource that the plan changes.
    fn is_stale(&self, name: &str) -> bool {
        !self.nested
            && self.written(name).has(name) == Some(false)
            && self.plan.document().touched.is_stale(self.type_name(), name, self.after)
    }

    /// Returns whether the author handed on a null, an empty text or an empty list, which leaves an attribute out:
    /// the provider computes it then.
    fn is_null(&self, name: &str) -> bool {
        let Found::Exact(expression) = self.written(name).find(name) else { return false };
        // Of several things only a function makes one.
        if matches!(expression, Expression::References(references) if references.longest().len() != 1) {
            return false;
        }
        match self.plan.resolve_constant(self.plan.scope(self.position), expression) {
            Some(Json::Null) => true,
            Some(Json::String(text)) => text.is_empty(),
            Some(Json::Array(items)) => items.is_empty(),
            _ => false,
        }
    }

    fn is_computed(&self, name: &str) -> bool {
        self.nested || computed::is_computed_block(self.type_name(), name)
    }

    /// Names what feeds an unknown attribute: a resource if there is exactly one.
    fn reason(&self, name: &str) -> Reason {
        let Some(resolution) = self.resolution(name, Arity::One) else {
            return Reason::KnownAfterApply(None);
        };
        let fed = match resolution.targets.as_slice() {
            [only] => self.plan.resource(only.position).map(|resource| {
                let attribute = only.attribute.iter().fold(String::new(), |text, name| text + "." + name);
                format!("{}{attribute}", resource.address)
            }),
            _ => resolution.unresolved.into_iter().next().or_else(|| self.written(name).mention(name)),
        };
        Reason::KnownAfterApply(fed)
    }
}

static EMPTY_LIST: Json = Json::Array(Vec::new());
static EMPTY_MAP: std::sync::LazyLock<Json> = std::sync::LazyLock::new(|| Json::Object(serde_json::Map::new()));

/// Returns whether marks hold a `true` anywhere.
fn is_any(marks: &Json) -> bool {
    match marks {
        Json::Bool(mark) => *mark,
        Json::Array(items) => items.iter().any(is_any),
        Json::Object(map) => map.values().any(is_any),
        _ => false,
    }
}
