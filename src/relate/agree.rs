//! What several candidates have in common: a value stays known only if all of them agree on it.

use crate::inventory::{Edges, Index, Inventory, Reason, Value};

/// Returns the value on which all candidates agree. Without candidates it is unknown.
pub(super) fn agree<T: PartialEq>(candidates: impl IntoIterator<Item = Value<T>>) -> Value<T> {
    let mut agreed: Option<T> = None;
    for candidate in candidates {
        match (candidate, &agreed) {
            (Value::Unknown(reason), _) => return Value::Unknown(reason),
            (Value::Known(value), None) => agreed = Some(value),
            (Value::Known(value), Some(other)) if value == *other => {}
            (Value::Known(_), Some(_)) => {
                return Value::Unknown(Reason::Unresolved("the candidates differ in it".to_owned()));
            }
        }
    }
    agreed.map_or_else(|| Value::Unknown(Reason::Unresolved("nothing is known of it".to_owned())), Value::Known)
}

/// Returns whether any of the values is true: known as soon as one is, or when all are false.
pub(super) fn any(values: impl IntoIterator<Item = Value<bool>>) -> Value<bool> {
    let mut doubt = None;
    for value in values {
        match value {
            Value::Known(true) => return Value::Known(true),
            Value::Known(false) => {}
            Value::Unknown(reason) => {
                doubt.get_or_insert(reason);
            }
        }
    }
    doubt.map_or(Value::Known(false), Value::Unknown)
}

/// Returns the negation of a value.
pub(super) fn not(value: Value<bool>) -> Value<bool> {
    value.map(|value| !value)
}

/// Returns whether both values are true.
pub(super) fn both(one: Value<bool>, other: Value<bool>) -> Value<bool> {
    not(any([not(one), not(other)]))
}

/// Returns the id of the one thing that a relation leads to; null when it leads nowhere.
pub(super) fn single_id(inventory: &Inventory, edges: &Edges) -> Value<Option<String>> {
    if let Some(reason) = &edges.doubt {
        return Value::Unknown(reason.clone());
    }
    match (edges.targets.as_slice(), edges.outside.as_slice()) {
        ([], []) => Value::Known(None),
        ([index], []) => Value::Known(Some(inventory.id(*index).to_owned())),
        ([], [name]) => Value::Known(Some(name.clone())),
        _ => Value::Unknown(Reason::Unresolved("it names several things".to_owned())),
    }
}

/// Returns the one resource of the inventory that a relation certainly leads to.
pub(super) fn single(edges: &Edges) -> Option<Index> {
    match (&edges.doubt, edges.targets.as_slice(), edges.outside.as_slice()) {
        (None, [index], []) => Some(*index),
        _ => None,
    }
}
