//! Ways to raise one's own permissions: sets of actions from a table, looked for in what a principal
//! may effectively do.

use std::sync::LazyLock;

use serde::Deserialize;

use super::actions::{is_pattern, matches, table};
use super::conditions::{allows_service, both, either, opposite};
use super::grants::{RoleClause, role_actions};
use super::principals::Principal;
use super::resources::{Reach, reach, role_name};
use crate::inventory::aws::iam::Escalation;
use crate::inventory::{Inventory, Reason, Value};

const TEXT: &str = include_str!("../../../policies/data/iam_escalation.json");

#[derive(Deserialize)]
struct File {
    sets: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    actions: Vec<String>,
    targets: String,
    why: String,
    #[serde(default)]
    pass_role_service: Option<String>,
    #[serde(default)]
    precondition: Option<String>,
}

/// A set of the table, its actions by number.
struct Set {
    entry: Entry,
    actions: Vec<usize>,
    on_role: bool,
}

static SETS: LazyLock<Vec<Set>> = LazyLock::new(|| {
    let file = serde_json::from_str(TEXT).unwrap_or(File { sets: Vec::new() });
    file.sets
        .into_iter()
        .filter_map(|entry| {
            let actions = entry.actions.iter().map(|name| table().action(name)).collect::<Option<_>>()?;
            Some(Set { on_role: entry.targets == "role", actions, entry })
        })
        .collect()
});

/// A role that may be named by others: what escalation through it would gain.
pub(super) struct RoleTarget {
    /// Its id.
    pub(super) id: String,
    /// Its account, if that is known.
    pub(super) account: Option<String>,
    /// Path and name, as in its ARN.
    pub(super) name: Value<String>,
    /// Whether it may administer permissions.
    pub(super) administrator: Value<bool>,
}

/// Returns whether a principal may change permissions everywhere, as an administrator does.
pub(super) fn administrator(principal: &Principal) -> Value<bool> {
    let iam = table().of_service("iam");
    if principal.effective.anywhere.must.covers(&iam) {
        Value::Known(true)
    } else if principal.effective.anywhere.may.covers(&iam) {
        Value::Unknown(doubt(principal))
    } else {
        Value::Known(false)
    }
}

fn doubt(principal: &Principal) -> Reason {
    principal.effective.doubt.clone().unwrap_or_else(|| Reason::Opaque("one of its policies".to_owned()))
}

/// Which principal reaches a set, by its position and service, and whether it does.
type Reaches<'a> = Vec<((usize, Option<&'a str>), Value<bool>)>;

/// Lists the sets that a principal has or may have.
pub(super) fn find(inventory: &Inventory, principal: &Principal, roles: &[RoleTarget]) -> Vec<Escalation> {
    if administrator(principal) == Value::Known(true) {
        return vec![everything(inventory, principal)];
    }
    let mut found = Vec::new();
    let mut uncertain: Option<(Reason, Vec<&'static str>)> = None;
    let mut reaches: Reaches<'_> = Vec::new();
    for set in SETS.iter() {
        // Cheap first: most principals have none of these actions.
        if !set.actions.iter().all(|&action| principal.effective.somewhere.may.contains(action)) {
            continue;
        }
        let mut present = Value::Known(true);
        for &action in &set.actions {
            let granted = if set.on_role && role_actions().contains(action) {
                let service = set.entry.pass_role_service.as_deref().filter(|_| is_pass_role(action));
                let key = (action, service);
                if let Some((_, value)) = reaches.iter().find(|(known, _)| *known == key) {
                    value.clone()
                } else {
                    let value = on_strong_role(inventory, principal, roles, action, service);
                    reaches.push((key, value.clone()));
                    value
                }
            } else if set.on_role {
                principal.effective.somewhere.contains(action, &doubt(principal))
            } else {
                principal.effective.anywhere.contains(action, &doubt(principal))
            };
            present = both(present, granted);
        }
        match present {
            Value::Known(false) => {}
            Value::Known(true) => {
                let sources = sources(principal, &set.actions);
                found.push(Escalation {
                    name: set.entry.name.clone(),
                    actions: set.actions.iter().map(|&action| table().name(action)).collect(),
                    why: set.entry.why.clone(),
                    precondition: set.entry.precondition.clone(),
                    present: Value::Known(true),
                    policies: sources.iter().filter(|id| inventory.index_of(id).is_some()).cloned().collect(),
                    sources,
                });
            }
            Value::Unknown(reason) => {
                uncertain.get_or_insert_with(|| (reason, Vec::new())).1.push(&set.entry.name);
            }
        }
    }
    if let Some((reason, names)) = uncertain {
        let first = names.first().copied().unwrap_or_default();
        found.push(Escalation {
            name: if names.len() == 1 { first.to_owned() } else { "any".to_owned() },
            actions: Vec::new(),
            why: String::new(),
            precondition: None,
            present: Value::Unknown(reason),
            sources: Vec::new(),
            policies: Vec::new(),
        });
    }
    found
}

/// An administrator has every way at once: a hundred of them would say no more than one.
fn everything(inventory: &Inventory, principal: &Principal) -> Escalation {
    let sources = sources(principal, &table().of_service("iam").iter().collect::<Vec<_>>());
    Escalation {
        name: "administrator".to_owned(),
        actions: vec!["iam:*".to_owned()],
        why: "May change every permission, its own too, without any detour.".to_owned(),
        precondition: None,
        present: Value::Known(true),
        policies: sources.iter().filter(|id| inventory.index_of(id).is_some()).cloned().collect(),
        sources,
    }
}

fn is_pass_role(action: usize) -> bool {
    static PASS_ROLE: LazyLock<Option<usize>> = LazyLock::new(|| table().action("iam:PassRole"));
    *PASS_ROLE == Some(action)
}

fn sources(principal: &Principal, actions: &[usize]) -> Vec<String> {
    let mut names: Vec<String> = principal
        .sources
        .iter()
        .filter(|source| actions.iter().any(|&action| source.grants.somewhere.must.contains(action)))
        .map(|source| source.name.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Returns whether an action on roles reaches every role, or one that is strong.
fn on_strong_role(
    inventory: &Inventory,
    principal: &Principal,
    roles: &[RoleTarget],
    action: usize,
    service: Option<&str>,
) -> Value<bool> {
    let by_clause = |clause: &RoleClause, source: Option<&Reason>| {
        if !clause.actions.may.contains(action) {
            return Value::Known(false);
        }
        let mut reached = strong(inventory, clause, roles);
        if let Some(service) = service {
            reached = both(reached, passes_to(clause, service));
        }
        let certain = clause.certain && source.is_none() && clause.actions.must.contains(action);
        if !certain && reached == Value::Known(true) {
            reached = Value::Unknown(source.cloned().unwrap_or_else(|| doubt(principal)));
        }
        reached
    };
    let of_sources = principal
        .sources
        .iter()
        .flat_map(|source| source.grants.on_roles.iter().map(|clause| by_clause(clause, source.doubt.as_ref())));
    let allowed = of_sources.fold(Value::Known(false), either);
    // The boundary has to let a strong role through as well.
    let bounded = principal.boundary.as_ref().map_or(Value::Known(true), |boundary| {
        boundary.on_roles.iter().map(|clause| by_clause(clause, None)).fold(Value::Known(false), either)
    });
    // What is denied, or beyond the boundary, is gone whatever a single statement says.
    both(both(allowed, bounded), principal.effective.somewhere.contains(action, &doubt(principal)))
}

fn passes_to(clause: &RoleClause, service: &str) -> Value<bool> {
    match &clause.conditions.passed_to {
        Value::Known(None) => Value::Known(true),
        Value::Known(Some(services)) => allows_service(services, service),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

fn strong(inventory: &Inventory, clause: &RoleClause, roles: &[RoleTarget]) -> Value<bool> {
    let by_tag = opposite(clause.conditions.by_tag.clone());
    let resources = match &clause.resources {
        Value::Known(resources) => resources,
        Value::Unknown(reason) => return both(Value::Unknown(reason.clone()), by_tag),
    };
    if resources.is_empty() {
        return by_tag;
    }
    let mut result = Value::Known(false);
    for resource in resources {
        let one = match resource {
            Value::Unknown(reason) => both(Value::Unknown(reason.clone()), by_tag.clone()),
            Value::Known(text) => match reach(text) {
                Reach::Everything => by_tag.clone(),
                Reach::Broad(services) if services.contains(&"iam") => by_tag.clone(),
                Reach::Broad(_) => Value::Known(false),
                Reach::Scoped(_) => named_role(inventory, text, roles),
            },
        };
        result = either(result, one);
    }
    result
}

/// Returns whether a resource names a role that is strong. A role that is not in the input may be.
fn named_role(inventory: &Inventory, text: &str, roles: &[RoleTarget]) -> Value<bool> {
    if let Some(role) = roles.iter().find(|role| role.id == text) {
        return role.administrator.clone();
    }
    if !text.starts_with("arn:") {
        // The address of something else, or of a role that is no role of this inventory.
        return Value::Known(false);
    }
    let Some(name) = role_name(text) else {
        return Value::Known(false);
    };
    let account = text.split(':').nth(4).filter(|account| !account.is_empty() && !is_pattern(account));
    let elsewhere = |role: &&RoleTarget| {
        account.zip(role.account.as_deref()).is_some_and(|(named, own)| !named.contains('$') && named != own)
    };
    let mut result = Value::Known(false);
    let mut met = false;
    for role in roles.iter().filter(|role| !elsewhere(role)) {
        match &role.name {
            Value::Known(candidate) if matches(name, candidate) => {
                met = true;
                result = either(result, role.administrator.clone());
            }
            // A role whose name is not told yet may be meant if it is strong.
            Value::Unknown(reason) if role.administrator != Value::Known(false) => {
                result = either(result, Value::Unknown(reason.clone()));
            }
            Value::Known(_) | Value::Unknown(_) => {}
        }
    }
    let alone = met && !is_pattern(name);
    if inventory.complete || alone {
        return result;
    }
    either(result, Value::Unknown(Reason::NotInInput(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_of_the_table_is_understood() {
        let file: File = serde_json::from_str(TEXT).unwrap();
        assert_eq!(SETS.len(), file.sets.len());
        assert!(SETS.len() > 100);
    }
}
