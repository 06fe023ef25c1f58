//! What single statements of identity policies allow: everything, wide wildcards, passing of roles.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::actions::{Actions, Known, Level, is_pattern, table};
use super::conditions::{Conditions, both, either};
use super::grants::{actions_of, any, everything};
use super::resources::{Reach, reach, role_name};
use crate::inventory::aws::iam::{PassRoleTarget, PolicyDocument, Statement, StatementFacts, WideAction};
use crate::inventory::{Reason, Value};

/// Describes the statements of a document that allow something. `unused` when nobody has the policy.
pub(super) fn describe(
    document: &Value<PolicyDocument>,
    inline_policy: Option<&str>,
    unused: bool,
) -> Vec<StatementFacts> {
    let statements = match document.as_ref().and_then(|document| document.statements.as_ref().map(Vec::as_slice)) {
        Value::Known(statements) => statements,
        Value::Unknown(reason) => return vec![unknown(&reason, inline_policy)],
    };
    let allowing: Vec<&Statement> =
        statements.iter().filter(|statement| allows(statement) != Value::Known(false)).collect();
    let labels = labels(&allowing);
    allowing
        .into_iter()
        .zip(labels)
        .map(|(statement, label)| facts(statement, within(inline_policy, label), inline_policy, unused))
        .collect()
}

/// Names statements. Those of one name are numbered by what they say and never by where they stand, so
/// that reordering a document changes no finding.
fn labels(statements: &[&Statement]) -> Vec<String> {
    let names: Vec<String> = statements.iter().map(|statement| label(statement)).collect();
    let mut contents: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let shared = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
    for (statement, name) in statements.iter().zip(&names).filter(|(_, name)| shared(name)) {
        contents.entry(name).or_default().insert(content(statement));
    }
    let numbered = statements.iter().zip(&names).map(|(statement, name)| {
        let content = contents.get(name.as_str()).map(|same| same.range(..content(statement)).count());
        match content {
            None | Some(0) => name.clone(),
            Some(before) => format!("{name} #{}", before + 1),
        }
    });
    numbered.collect()
}

/// What a statement says, whatever the order of its lists.
fn content(statement: &Statement) -> String {
    fn sort(value: &mut Json) {
        match value {
            Json::Array(items) => {
                items.iter_mut().for_each(sort);
                items.sort_by_cached_key(ToString::to_string);
            }
            Json::Object(fields) => fields.values_mut().for_each(sort),
            _ => {}
        }
    }
    let mut content = serde_json::to_value(statement).unwrap_or_default();
    sort(&mut content);
    content.to_string()
}

/// Returns whether a statement allows; what is not `Allow` denies.
pub(super) fn allows(statement: &Statement) -> Value<bool> {
    statement.effect.as_ref().map(|effect| effect.eq_ignore_ascii_case("allow"))
}

/// Names a statement by its id, else by its actions. What it reaches is part of the name only where that
/// is everything: the address of a planned resource is its ARN once it exists.
pub(super) fn label(statement: &Statement) -> String {
    if let Value::Known(Some(sid)) = &statement.sid {
        return sid.clone();
    }
    let first = |list: &Value<Vec<Value<String>>>| {
        let list = list.known()?;
        let mut names: Vec<&str> = list.iter().filter_map(|name| name.known().map(String::as_str)).collect();
        names.sort_unstable();
        let more = if list.len() > 1 { "…" } else { "" };
        Some(format!("{}{more}", names.first()?))
    };
    let actions =
        first(&statement.actions).or_else(|| first(&statement.not_actions).map(|name| format!("all but {name}")));
    let everything = statement
        .resources
        .known()
        .is_some_and(|list| list.iter().any(|name| name.known().is_some_and(|name| name == "*")));
    match (actions, everything) {
        (Some(actions), true) => format!("{actions} on *"),
        (Some(actions), false) => actions,
        (None, _) => "statement".to_owned(),
    }
}

fn within(inline_policy: Option<&str>, label: String) -> String {
    match inline_policy {
        Some(policy) => format!("{policy}/{label}"),
        None => label,
    }
}

fn unknown(reason: &Reason, inline_policy: Option<&str>) -> StatementFacts {
    StatementFacts {
        label: within(inline_policy, "document".to_owned()),
        inline_policy: inline_policy.map(str::to_owned),
        administrator: Value::Unknown(reason.clone()),
        lower_severity: None,
        one_resource: Value::Unknown(reason.clone()),
        wide_actions: vec![unknown_action(reason)],
        passes_roles: Value::Unknown(reason.clone()),
        pass_role_targets: vec![unknown_target(reason)],
        names_passed_service: Value::Unknown(reason.clone()),
    }
}

fn unknown_action(reason: &Reason) -> WideAction {
    WideAction {
        pattern: None,
        service: Value::Unknown(reason.clone()),
        share: Value::Unknown(reason.clone()),
        manages_permissions: Value::Unknown(reason.clone()),
        read_only: Value::Unknown(reason.clone()),
    }
}

fn unknown_target(reason: &Reason) -> PassRoleTarget {
    PassRoleTarget {
        resource: None,
        wildcard: Value::Unknown(reason.clone()),
        prefix_length: Value::Unknown(reason.clone()),
    }
}

fn facts(statement: &Statement, label: String, inline_policy: Option<&str>, unused: bool) -> StatementFacts {
    let allowed = allows(statement);
    let conditions = Conditions::of(statement);
    let excepts = statement.not_resources.as_ref().map(|list| !list.is_empty());
    let every_action = any(&statement.actions, |action| {
        action.contains('*') && action.chars().all(|letter| matches!(letter, '*' | ':'))
    });
    let administrator = both(allowed.clone(), both(every_action, either(everything(statement), excepts)));
    let narrowed = conditions.restricting == Value::Known(true);
    let passes_roles = both(allowed.clone(), passes_roles(statement));
    StatementFacts {
        label,
        inline_policy: inline_policy.map(str::to_owned),
        administrator,
        lower_severity: (narrowed || unused).then(|| "medium".to_owned()),
        one_resource: one_resource(statement),
        wide_actions: match &allowed {
            Value::Unknown(reason) => vec![unknown_action(reason)],
            Value::Known(_) => wide_actions(statement),
        },
        pass_role_targets: if passes_roles == Value::Known(false) { Vec::new() } else { pass_role_targets(statement) },
        names_passed_service: names_passed_service(&conditions),
        passes_roles,
    }
}

fn one_resource(statement: &Statement) -> Value<bool> {
    match (&statement.not_resources, &statement.resources) {
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        (Value::Known(excepted), _) if !excepted.is_empty() => Value::Known(false),
        (_, Value::Known(list)) => match list.as_slice() {
            [one] => one.as_ref().map(|text| !is_pattern(text) && !text.contains('|')),
            _ => Value::Known(false),
        },
    }
}

fn wide_actions(statement: &Statement) -> Vec<WideAction> {
    let mut wide = Vec::new();
    match &statement.actions {
        Value::Unknown(reason) => wide.push(unknown_action(reason)),
        Value::Known(patterns) => wide.extend(patterns.iter().filter_map(|pattern| match pattern {
            Value::Unknown(reason) => Some(unknown_action(reason)),
            Value::Known(pattern) => is_pattern(pattern).then(|| wide_action(pattern)),
        })),
    }
    match &statement.not_actions {
        Value::Unknown(reason) => wide.push(unknown_action(reason)),
        Value::Known(excepted) if excepted.is_empty() => {}
        Value::Known(excepted) => wide.push(if let Some(reason) = excepted.iter().find_map(Value::reason) {
            unknown_action(reason)
        } else {
            let meant = actions_of(statement).must;
            measured(None, "*".to_owned(), &meant, &Actions::all())
        }),
    }
    wide
}

fn wide_action(pattern: &str) -> WideAction {
    let (meant, known) = table().expand(pattern);
    let (service, action) = pattern.split_once(':').unwrap_or(("*", pattern));
    let service = service.to_ascii_lowercase();
    if is_pattern(&service) {
        return measured(Some(pattern), "*".to_owned(), &meant, &Actions::all());
    }
    if known == Known::Yes {
        let whole = table().of_service(&service);
        return measured(Some(pattern), service, &meant, &whole);
    }
    // A service of next year: its name alone tells whether the pattern is all of it, or reading.
    let reason = Reason::NotInTable(format!("actions of service {service}"));
    let all = action.chars().all(|letter| letter == '*');
    let lower = action.to_ascii_lowercase();
    let reads = ["get", "list", "describe"].iter().any(|verb| lower.starts_with(verb));
    let told = |flag: bool| {
        if all || reads { Value::Known(flag) } else { Value::Unknown(reason.clone()) }
    };
    WideAction {
        pattern: Some(pattern.to_owned()),
        service: Value::Known(service),
        share: if all { Value::Known(1.0) } else { Value::Unknown(reason.clone()) },
        manages_permissions: told(all),
        read_only: told(reads),
    }
}

fn measured(pattern: Option<&str>, service: String, meant: &Actions, whole: &Actions) -> WideAction {
    let table = table();
    #[expect(clippy::cast_precision_loss, reason = "a table has some ten thousand actions")]
    let share = if whole.is_empty() { 0.0 } else { meant.len() as f64 / whole.len() as f64 };
    WideAction {
        pattern: pattern.map(str::to_owned),
        service: Value::Known(service),
        share: Value::Known(share),
        manages_permissions: Value::Known(meant.iter().any(|action| table.level(action) == Level::Permissions)),
        read_only: Value::Known(meant.iter().all(|action| table.level(action) == Level::Read)),
    }
}

fn passes_roles(statement: &Statement) -> Value<bool> {
    let reason = || {
        let lists = [&statement.actions, &statement.not_actions];
        lists
            .into_iter()
            .find_map(|list| match list {
                Value::Unknown(reason) => Some(reason.clone()),
                Value::Known(list) => list.iter().find_map(Value::reason).cloned(),
            })
            .unwrap_or_else(|| Reason::Opaque("actions".to_owned()))
    };
    match table().action("iam:PassRole") {
        Some(action) => actions_of(statement).contains(action, &reason()),
        None => Value::Unknown(Reason::NotInTable("iam:PassRole".to_owned())),
    }
}

fn pass_role_targets(statement: &Statement) -> Vec<PassRoleTarget> {
    let all = |resource: &str| PassRoleTarget {
        resource: Some(resource.to_owned()),
        wildcard: Value::Known(true),
        prefix_length: Value::Known(0),
    };
    match &statement.not_resources {
        Value::Unknown(reason) => return vec![unknown_target(reason)],
        Value::Known(list) if !list.is_empty() => return vec![all("all but some")],
        Value::Known(_) => {}
    }
    let resources = match &statement.resources {
        Value::Known(resources) => resources,
        Value::Unknown(reason) => return vec![unknown_target(reason)],
    };
    resources
        .iter()
        .filter_map(|resource| {
            let text = match resource {
                Value::Unknown(reason) => return Some(unknown_target(reason)),
                Value::Known(text) => text,
            };
            match reach(text) {
                Reach::Everything => Some(all(text)),
                Reach::Broad(services) => services.contains(&"iam").then(|| all(text)),
                Reach::Scoped(Some(services)) if !services.contains(&"iam") => None,
                Reach::Scoped(_) if !text.starts_with("arn:") => Some(PassRoleTarget {
                    resource: Some(text.clone()),
                    wildcard: Value::Known(false),
                    prefix_length: Value::Known(0),
                }),
                Reach::Scoped(_) => {
                    let name = role_name(text).unwrap_or("*");
                    let fixed = name.chars().take_while(|letter| !matches!(letter, '*' | '?')).count();
                    Some(PassRoleTarget {
                        resource: Some(text.clone()),
                        wildcard: Value::Known(is_pattern(name)),
                        prefix_length: Value::Known(i64::try_from(fixed).unwrap_or(i64::MAX)),
                    })
                }
            }
        })
        .collect()
}

fn names_passed_service(conditions: &Conditions) -> Value<bool> {
    match &conditions.passed_to {
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
        Value::Known(None) => Value::Known(false),
        Value::Known(Some(services)) => match services.iter().find_map(Value::reason) {
            Some(reason) => Value::Unknown(reason.clone()),
            None => Value::Known(services.iter().all(|service| service.known().is_some_and(|name| !is_pattern(name)))),
        },
    }
}
