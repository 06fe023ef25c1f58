//! Conditions of a statement, classified: they are not evaluated, only asked what they narrow.

use crate::inventory::aws::iam::{Condition, Statement};
use crate::inventory::{Reason, Value};

use super::actions::matches;

/// What the conditions of a statement narrow.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    /// Whether there is none.
    pub(super) none: Value<bool>,
    /// Whether one asks for a tag of the resource.
    pub(super) by_tag: Value<bool>,
    /// Services that may get a role; `None` when no condition asks.
    pub(super) passed_to: Value<Option<Vec<Value<String>>>>,
    /// Whether one narrows who, from where or on what.
    pub(super) restricting: Value<bool>,
}

/// Keys that say little: nearly every request of an attacker meets them, too.
const WEAK_KEYS: &[&str] = &[
    "aws:currenttime",
    "aws:epochtime",
    "aws:referer",
    "aws:requestedregion",
    "aws:securetransport",
    "aws:tokenissuetime",
    "aws:useragent",
    "aws:viaawsservice",
];

impl Conditions {
    /// Conditions of which nothing is known.
    pub(super) fn unknown(reason: &Reason) -> Self {
        Self {
            none: Value::Unknown(reason.clone()),
            by_tag: Value::Unknown(reason.clone()),
            passed_to: Value::Unknown(reason.clone()),
            restricting: Value::Unknown(reason.clone()),
        }
    }

    /// Classifies the conditions of a statement.
    pub(super) fn of(statement: &Statement) -> Self {
        let conditions = match &statement.conditions {
            Value::Known(conditions) => conditions,
            Value::Unknown(reason) => return Self::unknown(reason),
        };
        Self {
            none: Value::Known(conditions.is_empty()),
            by_tag: exists(conditions, |condition| {
                let of_tag = holds_key(condition, |key| {
                    key.starts_with("aws:resourcetag/")
                        || key.ends_with(":resourcetag")
                        || key.contains(":resourcetag/")
                });
                both(narrows(condition), of_tag)
            }),
            passed_to: passed_to(conditions),
            restricting: exists(conditions, |condition| {
                both(narrows(condition), holds_key(condition, |key| !WEAK_KEYS.contains(&key)))
            }),
        }
    }
}

/// Returns whether a test holds for some condition.
pub(super) fn exists(conditions: &[Condition], test: impl Fn(&Condition) -> Value<bool>) -> Value<bool> {
    let mut result = Value::Known(false);
    for condition in conditions {
        match test(condition) {
            Value::Known(true) => return Value::Known(true),
            Value::Known(false) => {}
            unknown @ Value::Unknown(_) => result = unknown,
        }
    }
    result
}

/// Returns whether two tests hold.
pub(super) fn both(one: Value<bool>, other: Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(false), _) | (_, Value::Known(false)) => Value::Known(false),
        (Value::Known(true), other) => other,
        (one, _) => one,
    }
}

/// Returns whether one of two tests holds.
pub(super) fn either(one: Value<bool>, other: Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(true), _) | (_, Value::Known(true)) => Value::Known(true),
        (Value::Known(false), other) => other,
        (one, _) => one,
    }
}

/// Returns the opposite.
pub(super) fn opposite(value: Value<bool>) -> Value<bool> {
    value.map(|flag| !flag)
}

/// Returns whether a condition's key meets a test.
pub(super) fn holds_key(condition: &Condition, test: impl Fn(&str) -> bool) -> Value<bool> {
    condition.key.as_ref().map(|key| test(key))
}

/// Returns whether a condition demands one of some concrete values: it compares (not: excludes),
/// fails when the key is absent, and no value lets everything through.
pub(super) fn narrows(condition: &Condition) -> Value<bool> {
    let demands = condition.operator.as_ref().map(|operator| !operator.contains("not") && operator != "null");
    // An empty set meets every `ForAllValues`, an absent key every `…IfExists`.
    let present = both(
        condition.qualifier.as_ref().map(|qualifier| qualifier.as_deref() != Some("ForAllValues")),
        opposite(condition.if_exists.clone()),
    );
    let patterns = condition.operator.known().is_some_and(|operator| PATTERNS.contains(&operator.as_str()));
    let address = condition.operator.known().is_some_and(|operator| operator == "ipaddress");
    let open = super::grants::any(&condition.values, |value| {
        is_wild(value)
            || (address && matches!(value, "0.0.0.0/0" | "::/0"))
            || (patterns && condition.key.known().is_some_and(|key| is_open_for(key, value)))
    });
    both(both(demands, present), opposite(open))
}

/// Operators in whose values `*` and `?` stand for any text.
const PATTERNS: &[&str] = &["arnequals", "arnlike", "stringlike"];

/// Returns whether a pattern stands for any text.
fn is_wild(pattern: &str) -> bool {
    !pattern.is_empty() && pattern.chars().all(|letter| matches!(letter, '*' | '?'))
}

/// Returns whether a pattern that says something still lets everybody through: some organization, any account,
/// something of any account.
fn is_open_for(key: &str, pattern: &str) -> bool {
    let has_wildcard = |text: &str| text.contains(['*', '?']);
    match key {
        "aws:principalorgid"
        | "aws:resourceorgid"
        | "aws:sourceorgid"
        | "aws:principalaccount"
        | "aws:resourceaccount"
        | "aws:sourceaccount" => has_wildcard(pattern),
        "aws:principalorgpaths" | "aws:sourceorgpaths" => pattern.split('/').next().is_some_and(has_wildcard),
        "aws:principalarn" | "aws:sourcearn" => {
            let fields: Vec<&str> = pattern.splitn(6, ':').collect();
            // A `*` at the end stands for the fields that are missing, too.
            let more = fields.last().filter(|last| last.ends_with('*'));
            let is_any = |place: usize| {
                fields.get(place).map_or(more.is_some(), |field| field.is_empty() && place == 4 || is_wild(field))
            };
            is_any(4) && is_any(5)
        }
        _ => false,
    }
}

fn passed_to(conditions: &[Condition]) -> Value<Option<Vec<Value<String>>>> {
    for condition in conditions {
        match &condition.key {
            Value::Known(key) if key == "iam:passedtoservice" => {}
            Value::Known(_) => continue,
            Value::Unknown(reason) => return Value::Unknown(reason.clone()),
        }
        match narrows(condition) {
            Value::Known(true) => return condition.values.clone().map(Some),
            Value::Known(false) => {}
            Value::Unknown(reason) => return Value::Unknown(reason),
        }
    }
    Value::Known(None)
}

/// Returns whether a list of services that may get a role has this one.
pub(super) fn allows_service(services: &[Value<String>], service: &str) -> Value<bool> {
    super::grants::any(&Value::Known(services.to_vec()), |pattern| matches(&pattern.to_ascii_lowercase(), service))
}
