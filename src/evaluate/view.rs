//! What a rule sees of a resource: built from the typed inventory in one pass, without JSON text in
//! between. Unknown values become null, and their places are recorded with the reason.

mod serializer;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use regorus::Value;
use serde::Serialize;

use super::element;
use super::path::{Path, Step};
#[cfg(test)]
use crate::inventory::value::Value as Inventoried;
use crate::inventory::{Hidden, Index, Inventory, Reason};
use serializer::ToValue;

/// A place in a rule's input whose value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    /// Where.
    pub path: Path,
    /// Why, as a phrase.
    pub reason: Arc<str>,
}

/// A resource as a rule sees it.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// The rule's `input`.
    pub input: Value,
    /// What is not known of it.
    pub unknown: Vec<Unknown>,
}

/// Fields of `attributes` and `facts` that some rule of a kind reads, by section.
pub(crate) type Fields = BTreeMap<&'static str, BTreeSet<String>>;

/// The sections whose fields may be left out of a view.
pub(crate) const SECTIONS: [&str; 2] = ["attributes", "facts"];

/// Builds views; keeps object keys, so that all views of a worker share them.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    keys: HashMap<&'static str, Value>,
    path: Vec<Step>,
    unknown: Vec<Unknown>,
    wanted: Option<Arc<Fields>>,
    hidden: Arc<[Hidden]>,
}

impl Builder {
    /// Builds the view of a resource of the inventory, with all of its fields or with those that
    /// somebody reads: most of what is known of a resource is read by no rule of its kind.
    pub(crate) fn view(&mut self, inventory: &Inventory, index: Index, wanted: Option<&Arc<Fields>>) -> View {
        self.wanted = wanted.cloned();
        self.hidden = inventory.hidden_paths(index);
        let Some(resource) = inventory.resources.get(index) else {
            return View { input: Value::Null, unknown: Vec::new() };
        };
        self.path.clear();
        self.unknown.clear();
        let mut fields = vec![
            (self.key("id"), Value::String(Arc::clone(&resource.id))),
            (self.key("kind"), self.key(resource.kind())),
            (self.key("provider"), self.key(resource.provider)),
            (self.key("complete"), Value::Bool(inventory.complete)),
        ];
        fields.push(self.field("name", &resource.name));
        fields.push(self.field("account", &resource.account));
        fields.push(self.field("region", &resource.region));
        fields.push(self.field("tags", &resource.tags));
        fields.push(self.field("attributes", &resource.attributes));
        fields.push((self.key("relations"), self.relations(inventory, index)));
        match inventory.facts.get(index) {
            Some(facts) => fields.push(self.field("facts", facts)),
            None => fields.push((self.key("facts"), Value::new_object())),
        }
        View {
            input: fields.into_iter().collect::<BTreeMap<_, _>>().into(),
            unknown: std::mem::take(&mut self.unknown),
        }
    }

    fn relations(&mut self, inventory: &Inventory, index: Index) -> Value {
        let mut relations = BTreeMap::new();
        for (name, edges) in inventory.relations(index) {
            let path = || Path::of_keys(["relations", name]);
            if let Some(hidden) = self.hidden.iter().find(|hidden| hidden.path == ["relations", name]) {
                self.unknown.push(Unknown { path: path(), reason: Arc::clone(&hidden.reason) });
            } else if let Some(reason) = edges.incomplete() {
                self.unknown.push(Unknown { path: path(), reason: reason.to_string().into() });
            }
            let ids: Vec<Value> = edges
                .targets
                .iter()
                .filter_map(|&target| inventory.resources.get(target))
                .map(|target| Value::String(Arc::clone(&target.id)))
                .collect();
            relations.insert(self.key(name), Value::from(ids));
        }
        relations.into()
    }

    fn field<T: Serialize>(&mut self, name: &'static str, value: &T) -> (Value, Value) {
        self.path.push(Step::Key(name.into()));
        let value = value.serialize(ToValue(self)).unwrap_or(Value::Null);
        self.path.pop();
        (self.key(name), value)
    }

    /// Returns whether nobody reads this field of the section that is being built.
    fn leaves_out(&self, name: &str) -> bool {
        let (Some(wanted), [Step::Key(section)]) = (&self.wanted, self.path.as_slice()) else {
            return false;
        };
        wanted.get(&**section).is_some_and(|fields| !fields.contains(name))
    }

    fn key(&mut self, name: &'static str) -> Value {
        self.keys.entry(name).or_insert_with(|| Value::from(name)).clone()
    }

    /// Returns why what stands at the path that is being built cannot be told because of a gap.
    fn hidden_here(&self) -> Option<Arc<str>> {
        let is_here = |hidden: &&Hidden| {
            hidden.path.len() == self.path.len()
                && hidden.path.iter().zip(&self.path).all(|(wanted, step)| match step {
                    Step::Key(key) => **key == **wanted,
                    Step::Index(_) => *wanted == "*",
                })
        };
        self.hidden.iter().find(is_here).map(|hidden| Arc::clone(&hidden.reason))
    }

    fn unknown_here(&mut self, reason: &Reason) -> Value {
        self.unknown.push(Unknown { path: Path(self.path.clone()), reason: reason.to_string().into() });
        Value::Null
    }
}

/// Turns a plain JSON value with `$unknown` marks into a view, as test cases write them.
pub(crate) fn of_json(json: &serde_json::Value, unknown: impl IntoIterator<Item = (Path, String)>) -> View {
    View {
        input: Value::from(json.clone()),
        unknown: unknown.into_iter().map(|(path, reason)| Unknown { path, reason: reason.into() }).collect(),
    }
}

/// Returns the value at a path as JSON; of a list what the tag names.
pub(crate) fn at(input: &Value, path: &[String], tag: Option<&str>) -> Option<serde_json::Value> {
    let mut value = input;
    for step in path {
        value = match value {
            Value::Object(object) => object.get(&Value::from(step.as_str()))?,
            Value::Array(array) => array.get(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    element::meant(value, tag)
}

/// Shows one value as a rule would see it.
#[cfg(test)]
pub(crate) fn of_value<T: Serialize>(value: &Inventoried<T>) -> View {
    let mut builder = Builder::default();
    let (_, input) = builder.field("value", value);
    View { input, unknown: builder.unknown }
}
