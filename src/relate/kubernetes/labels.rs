//! Selectors of labels.

use std::collections::BTreeMap;

use super::super::agree::{any, both, not};
use crate::inventory::Value;
use crate::inventory::kubernetes::{Requirement, Selector};

type Labels = BTreeMap<String, Value<String>>;

/// Returns whether labels have every value that a plain selector asks for. One that asks for nothing
/// selects nothing, as that of a Service.
pub(super) fn selects(selector: &Value<Labels>, labels: &Value<Labels>) -> Value<bool> {
    selector.as_ref().and_then(|selector| {
        if selector.is_empty() {
            return Value::Known(false);
        }
        labels.as_ref().and_then(|labels| all(selector.iter().map(|(key, wanted)| has(labels, key, wanted))))
    })
}

/// Returns whether labels meet a selector with conditions. One without any is met by all.
pub(super) fn meets(selector: &Selector, labels: &Value<Labels>) -> Value<bool> {
    labels.as_ref().and_then(|labels| {
        let exact = selector
            .match_labels
            .as_ref()
            .and_then(|wanted| all(wanted.iter().map(|(key, wanted)| has(labels, key, wanted))));
        let conditions = selector
            .match_expressions
            .as_ref()
            .and_then(|requirements| all(requirements.iter().map(|requirement| holds(requirement, labels))));
        both(exact, conditions)
    })
}

fn has(labels: &Labels, key: &str, wanted: &Value<String>) -> Value<bool> {
    match labels.get(key) {
        None => Value::Known(false),
        Some(value) => value.as_ref().and_then(|value| wanted.as_ref().map(|wanted| value == wanted)),
    }
}

fn holds(requirement: &Requirement, labels: &Labels) -> Value<bool> {
    requirement.key.as_ref().and_then(|key| {
        requirement.operator.as_ref().and_then(|operator| {
            let listed = || {
                requirement.values.as_ref().and_then(|values| any(values.iter().map(|wanted| has(labels, key, wanted))))
            };
            match operator.as_str() {
                "In" => listed(),
                "NotIn" => not(listed()),
                "Exists" => Value::Known(labels.contains_key(key)),
                "DoesNotExist" => Value::Known(!labels.contains_key(key)),
                _ => Value::Known(false),
            }
        })
    })
}

fn all(values: impl IntoIterator<Item = Value<bool>>) -> Value<bool> {
    not(any(values.into_iter().map(not)))
}
