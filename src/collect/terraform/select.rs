//! Which instances are meant when an expression mentions a collection and something that selects in
//! it: keys, indices, and everything that could decide without the plan telling how.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::address::Key;
use super::instances::{Group, Instances, ModuleId};
use super::reference::Step;
use super::resolved::{Lead, Literal, Mentioned, Pick, Resolved};

/// Returns the key of a group that a written key means: `"0"` and `0` are the same to Terraform.
pub(super) fn member(group: &Group, key: &Key) -> Option<Key> {
    forms(key).into_iter().find(|form| group.members.contains_key(&Some(form.clone())))
}

/// Returns the module instance that a written key means.
pub(super) fn child(children: &BTreeMap<Option<Key>, ModuleId>, key: &Key) -> Option<ModuleId> {
    forms(key).into_iter().find_map(|form| children.get(&Some(form)).copied())
}

fn forms(key: &Key) -> Vec<Key> {
    match key {
        Key::Integer(index) => vec![key.clone(), Key::String(index.to_string())],
        Key::String(text) => {
            let number = text.parse().ok().map(Key::Integer);
            std::iter::once(key.clone()).chain(number).collect()
        }
    }
}

/// Returns the attribute that steps lead to inside a resource.
pub(super) fn attribute(steps: &[Step]) -> Vec<String> {
    steps
        .iter()
        .filter_map(|step| match step {
            Step::Attribute(name) => Some(name.clone()),
            Step::Index(_) | Step::Splat => None,
        })
        .collect()
}

/// Takes a path out of JSON.
pub(super) fn lookup<'j>(json: &'j Json, path: &[Step]) -> Option<&'j Json> {
    path.iter().try_fold(json, |json, step| match step {
        Step::Attribute(name) | Step::Index(Key::String(name)) => json.get(name.as_str()),
        Step::Index(Key::Integer(index)) => match json {
            Json::Object(map) => map.get(&index.to_string()),
            _ => json.get(usize::try_from(*index).ok()?),
        },
        Step::Splat => None,
    })
}

/// Returns whether a constant set or list has this element.
pub(super) fn has_element(json: &Json, key: &str) -> bool {
    json.as_array().is_some_and(|items| items.iter().any(|item| item.as_str() == Some(key)))
}

/// Returns the module instances that selectors choose; all when none fits.
pub(super) fn modules(instances: &Instances, mentioned: &[Mentioned], selectors: &[Literal]) -> Vec<ModuleId> {
    let mut chosen = Vec::new();
    for mentioned in mentioned {
        let (parent, name) = match mentioned {
            Mentioned::Instance(module) => {
                chosen.push(*module);
                continue;
            }
            Mentioned::Call(parent, name) => (*parent, name),
        };
        let children = instances.modules.get(parent).and_then(|instance| instance.children.get(name));
        let Some(children) = children else { continue };
        let keys: BTreeSet<ModuleId> =
            selectors.iter().filter_map(key_of).filter_map(|key| child(children, &key)).collect();
        if keys.is_empty() {
            chosen.extend(children.values());
        } else {
            chosen.extend(keys);
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

fn key_of(literal: &Literal) -> Option<Key> {
    match literal {
        Literal::Key(key) => Some(key.clone()),
        Literal::Index(index) => Some(Key::Integer(*index)),
        Literal::Json(Json::String(text)) => Some(Key::String(text.clone())),
        Literal::Json(Json::Number(number)) => number.as_u64().map(Key::Integer),
        Literal::Json(_) => None,
    }
}

/// Joins the parts of one expression. `path` is what is taken out of its value.
pub(super) fn combine(instances: &Instances, parts: Vec<Resolved>, path: &[Step]) -> Resolved {
    let mut selectors: Vec<Literal> = Vec::new();
    let mut deciding = false;
    let mut all = Resolved::default();
    for part in parts {
        match part.literal {
            // Null and an empty list add nothing and decide nothing.
            Some(Literal::Json(Json::Null)) => {}
            Some(Literal::Json(Json::Array(items))) if items.is_empty() => {}
            Some(Literal::Json(Json::Array(_))) => {
                deciding = true;
                all.others = true;
            }
            Some(literal) => selectors.push(literal),
            None => deciding |= part.scalar,
        }
        all.leads.extend(part.leads);
        all.doubt |= part.doubt;
        all.scalar |= part.scalar;
        all.others |= part.others;
        all.unresolved.extend(part.unresolved);
    }
    let (index, rest) = match path.split_first() {
        Some((Step::Index(key), rest)) => (Some(Literal::Key(key.clone())), rest),
        _ => (None, path),
    };
    selectors.extend(index);
    let names = attribute(rest);
    if !names.is_empty() {
        all.leads = std::mem::take(&mut all.leads)
            .into_iter()
            .map(|mut lead| {
                if lead.attribute.is_empty() {
                    lead.attribute.clone_from(&names);
                }
                lead
            })
            .collect();
    }
    let undecided = narrow(instances, &mut all, &selectors);
    all.doubt |= (undecided || deciding) && is_several(instances, &all.leads);
    all
}

/// Returns whether leads name more than one instance.
pub(super) fn is_several(instances: &Instances, leads: &BTreeSet<Lead>) -> bool {
    let size = |lead: &Lead| match lead.pick {
        Pick::All => instances.groups.get(lead.group).map_or(0, |group| group.members.len()),
        Pick::One(_) => 1,
    };
    leads.iter().map(size).sum::<usize>() > 1
}

/// Lets selectors choose in the only collection; returns whether something may still select or
/// decide.
fn narrow(instances: &Instances, all: &mut Resolved, selectors: &[Literal]) -> bool {
    if selectors.is_empty() {
        return false;
    }
    let mut collections = all.leads.iter().filter(|lead| lead.pick == Pick::All);
    let (Some(lead), None, 1) = (collections.next(), collections.next(), all.leads.len()) else {
        return true;
    };
    let Some(group) = instances.groups.get(lead.group) else {
        return true;
    };
    let mut chosen = BTreeSet::new();
    let mut unused = false;
    for selector in selectors {
        match key_of(selector).and_then(|key| member(group, &key)).or_else(|| wrapped(group, selector)) {
            Some(key) => {
                chosen.insert(key);
            }
            None => unused = true,
        }
    }
    if unused || chosen.len() != 1 {
        return true;
    }
    let lead = Lead { pick: Pick::One(chosen.pop_first()), ..lead.clone() };
    all.leads = BTreeSet::from([lead]);
    all.doubt = false;
    false
}

/// `element(list, count.index)` starts again at the end of the list.
fn wrapped(group: &Group, selector: &Literal) -> Option<Key> {
    let Literal::Index(index) = selector else { return None };
    let length = u64::try_from(group.members.len()).ok()?;
    let key = Key::Integer(index.checked_rem(length)?);
    group.members.contains_key(&Some(key.clone())).then_some(key)
}
