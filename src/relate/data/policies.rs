//! Whether a resource policy refuses every request that comes without TLS.

use super::{both, either};
use crate::inventory::aws::iam::{Condition, PolicyDocument, Principals, Statement};
use crate::inventory::{Resource, Value};

/// What a policy has to cover.
pub(super) struct Scope<'a> {
    /// The resource that has the policy.
    pub(super) resource: &'a Resource,
    /// Prefix of the service's actions.
    pub(super) service: &'a str,
    /// Whether what is below the resource (`/*`) must be covered too.
    pub(super) below: bool,
}

/// Tells whether a statement denies everyone every action of the service when the request is not
/// encrypted.
pub(super) fn denies_plain_text(policy: &Value<Option<PolicyDocument>>, scope: &Scope<'_>) -> Value<bool> {
    let statements = match policy {
        Value::Known(Some(document)) => &document.statements,
        Value::Known(None) => return Value::Known(false),
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let statements = match statements {
        Value::Known(statements) => statements,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    // Two statements may share the work: one for the bucket, one for its objects.
    let covers = |below: bool| {
        statements.iter().fold(Value::Known(false), |any, statement| {
            either(
                &any,
                &both(
                    &denies(statement, scope.service),
                    &covers(statement, scope.resource, below),
                ),
            )
        })
    };
    if scope.below {
        both(&covers(false), &covers(true))
    } else {
        covers(false)
    }
}

fn denies(statement: &Statement, service: &str) -> Value<bool> {
    let all = format!("{service}:*");
    let effect = is(&statement.effect, |effect| effect.eq_ignore_ascii_case("Deny"));
    // `NotPrincipal` spares somebody, whoever it is.
    let spared = is(&statement.not_principals, |spared| !spared);
    let actions = any(&statement.actions, |action| {
        action == "*" || action.eq_ignore_ascii_case(&all)
    });
    [
        effect,
        spared,
        everyone(&statement.principals),
        actions,
        only_without_tls(&statement.conditions),
    ]
    .iter()
    .fold(Value::Known(true), |sum, one| both(&sum, one))
}

fn everyone(principals: &Value<Option<Principals>>) -> Value<bool> {
    match principals {
        Value::Known(Some(principals)) => principals.everyone.clone(),
        Value::Known(None) => Value::Known(false),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

/// The only condition is that the request lacks TLS: any other narrows what is denied.
fn only_without_tls(conditions: &Value<Vec<Condition>>) -> Value<bool> {
    let conditions = match conditions {
        Value::Known(conditions) => conditions,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let Some(first) = conditions.first() else {
        // Without a condition it denies requests with TLS as well.
        return Value::Known(true);
    };
    if conditions.len() > 1 {
        return Value::Known(false);
    }
    let operator = is(&first.operator, |operator| operator.eq_ignore_ascii_case("bool"));
    let key = is(&first.key, |key| key.eq_ignore_ascii_case("aws:securetransport"));
    let value = any(&first.values, |value| value.eq_ignore_ascii_case("false"));
    [operator, key, value]
        .iter()
        .fold(Value::Known(true), |sum, one| both(&sum, one))
}

fn covers(statement: &Statement, resource: &Resource, below: bool) -> Value<bool> {
    let mut names: Vec<&str> = resource.identifiers.iter().map(String::as_str).collect();
    names.push(&resource.id);
    any(&statement.resources, |pattern| {
        if pattern == "*" {
            return true;
        }
        let name = match pattern.strip_suffix("/*") {
            Some(name) if below => name,
            // `bucket*` covers both the bucket and its objects.
            None => match pattern.strip_suffix('*') {
                Some(name) => name,
                None if below => return false,
                None => pattern,
            },
            Some(_) => return false,
        };
        let name = name.rsplit(":::").next().unwrap_or(name);
        names
            .iter()
            .any(|own| *own == name || own.rsplit(":::").next() == Some(name))
    })
}

fn is<T>(value: &Value<T>, holds: impl FnOnce(&T) -> bool) -> Value<bool> {
    match value {
        Value::Known(value) => Value::Known(holds(value)),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

fn any(list: &Value<Vec<Value<String>>>, holds: impl Fn(&str) -> bool) -> Value<bool> {
    match list {
        Value::Known(items) => items.iter().fold(Value::Known(false), |sum, item| {
            either(&sum, &is(item, |item| holds(item)))
        }),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}
