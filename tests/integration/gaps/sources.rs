//! The table of what facts are derived from, held against what changes when resources are taken away.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hfscan::inventory::{Inventory, Resource};
use hfscan::relate::{relate, sources};
use serde_json::Value as Json;

use super::{account, collected, ha_eks, root};

/// Facts by resource, with its kind.
type Facts = BTreeMap<String, (&'static str, Json)>;

fn facts(inventory: &Inventory) -> Facts {
    let resources = inventory.resources.iter().zip(&inventory.facts);
    let facts = resources
        .map(|(resource, facts)| (resource.id.to_string(), (resource.kind(), serde_json::to_value(facts).unwrap())));
    facts.collect()
}

/// A fact, or a part of one, that is not the same any more.
struct Change<'a> {
    path: Vec<String>,
    before: &'a Json,
    after: &'a Json,
}

fn changes<'a>(before: &'a Json, after: &'a Json, path: &mut Vec<String>, found: &mut Vec<Change<'a>>) {
    let known = |value: &Json| value.get("$unknown").is_none();
    match (before, after) {
        (one, other) if one == other => {}
        (Json::Object(one), Json::Object(other)) if known(before) && known(after) => {
            for (key, value) in one {
                path.push(key.clone());
                changes(value, other.get(key).unwrap_or(&Json::Null), path, found);
                path.pop();
            }
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            // A list is sorted by names, and another name may stand elsewhere.
            let gone = one.iter().filter(|item| !other.contains(item));
            let fresh = other.iter().filter(|item| !one.contains(item));
            path.push("*".to_owned());
            for (one, other) in gone.zip(fresh) {
                changes(one, other, path, found);
            }
            path.pop();
        }
        _ => found.push(Change { path: path.clone(), before, after }),
    }
}

impl Change<'_> {
    /// Whether the fact itself says that it is not known, or says no more than before.
    fn is_honest(&self) -> bool {
        if self.after.get("$unknown").is_some() {
            return true;
        }
        let number = |value: &Json| value.as_i64();
        match self.path.iter().rfind(|step| *step != "*").map(String::as_str) {
            // Names of the thing that is meant, and what a finding shows on the way.
            Some("id" | "via" | "target" | "peer" | "peer_ids" | "tag" | "vpc" | "certificate" | "groups") => true,
            // The subnets of a tier or zone; what is true of them stands beside it.
            Some("subnets") => self.path.iter().any(|step| ["tiers", "private_zones", "nat_zones"].contains(&&**step)),
            // It tells itself why the numbers beside it are no more than bounds.
            Some("acm_listeners_doubt") => self.after.is_string(),
            Some("at_least" | "acm_listeners_at_least") => number(self.after) <= number(self.before),
            Some("at_most" | "acm_listeners_at_most") => number(self.after) >= number(self.before),
            Some("names") => {
                let names = |value: &Json| -> BTreeSet<String> {
                    value.as_array().unwrap().iter().map(ToString::to_string).collect()
                };
                names(self.after).is_subset(&names(self.before))
            }
            _ => false,
        }
    }

    /// Whether the table says that the fact may change with this kind.
    fn is_listed(&self, kind: &str, removed: &str) -> bool {
        sources::of_kind(kind).iter().any(|source| {
            let covers = source.path.len() <= self.path.len()
                && source.path.iter().zip(&self.path).all(|(listed, step)| listed == step);
            covers && (source.silent.contains(removed) || source.named.contains(removed) && self.is_honest())
        })
    }
}

/// Takes resources away and tells what changes although the table does not say so.
fn unlisted(
    resources: &[Resource],
    complete: bool,
    removed: &str,
    is_removed: impl Fn(&Resource) -> bool,
    before: &Facts,
) -> BTreeSet<String> {
    let left = resources.iter().filter(|resource| !is_removed(resource)).cloned().collect();
    let after = facts(&relate(left, Vec::new(), complete));
    let mut wrong = BTreeSet::new();
    for (id, (kind, after)) in &after {
        let mut found = Vec::new();
        changes(&before[id].1, after, &mut Vec::new(), &mut found);
        for change in found.iter().filter(|change| !change.is_listed(kind, removed)) {
            let silent = if change.is_honest() { "named" } else { "silent" };
            wrong.insert(format!("{kind} {} <- {removed} ({silent})", change.path.join(".")));
        }
    }
    wrong
}

fn kinds(resources: &[Resource]) -> BTreeSet<&'static str> {
    resources.iter().map(Resource::kind).collect()
}

/// Takes each kind away, and of each kind some resources one by one.
fn check(resources: &[Resource], single: usize) -> BTreeSet<String> {
    let mut wrong = BTreeSet::new();
    for complete in [false, true] {
        let before = facts(&relate(resources.to_vec(), Vec::new(), complete));
        for kind in kinds(resources) {
            wrong.extend(unlisted(resources, complete, kind, |resource| resource.kind() == kind, &before));
            let of_kind: Vec<&Resource> = resources.iter().filter(|resource| resource.kind() == kind).collect();
            let step = of_kind.len().div_ceil(single).max(1);
            for one in of_kind.into_iter().step_by(step) {
                wrong.extend(unlisted(resources, complete, kind, |resource| resource.id == one.id, &before));
            }
        }
    }
    wrong
}

fn plans() -> Vec<PathBuf> {
    let mut plans: Vec<PathBuf> = ["odd/plan.json", "siblings/plan.json", "blocks.json", "hard.json"]
        .map(|name| root().join("tests/data/terraform").join(name))
        .to_vec();
    plans.push(root().join("tests/data/stability/first.json"));
    plans.push(root().join("tests/data/delta/mixed/plan.json"));
    plans
}

#[test]
fn the_table_names_every_kind_that_a_fact_of_the_environment_is_derived_from() {
    let wrong = check(&ha_eks(), 12);
    assert!(wrong.is_empty(), "missing in src/relate/sources:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_table_names_every_kind_that_a_fact_of_a_live_account_is_derived_from() {
    let wrong = check(&account::resources(), usize::MAX);
    assert!(wrong.is_empty(), "missing in src/relate/sources:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_table_names_every_kind_that_a_fact_of_other_plans_is_derived_from() {
    let mut wrong = BTreeSet::new();
    for plan in plans() {
        wrong.extend(check(&collected(std::slice::from_ref(&plan)), 4));
    }
    assert!(wrong.is_empty(), "missing in src/relate/sources:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_table_names_facts_and_kinds_that_exist() {
    let inventory = relate(ha_eks(), Vec::new(), false);
    let schemas: BTreeMap<&str, Json> = hfscan::inventory::schema::kinds()
        .iter()
        .map(|kind| (*kind, hfscan::inventory::schema::of_kind(kind).unwrap()))
        .collect();
    for kind in schemas.keys() {
        for source in sources::of_kind(kind) {
            let mut at = &schemas[kind]["properties"]["facts"];
            for step in &source.path {
                at = if *step == "*" { &at["items"] } else { &at["properties"][*step] };
                assert!(!at.is_null(), "{kind} has no fact {}", source.path.join("."));
            }
            for from in source.silent.iter().chain(&source.named) {
                assert!(schemas.contains_key(from), "{from} is no kind");
            }
        }
    }
    assert!(inventory.hidden(0).is_empty(), "without gaps nothing is hidden");
}
