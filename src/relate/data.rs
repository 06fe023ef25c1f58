//! Facts of databases, caches, file systems, buckets and the keys that encrypt them.

mod buckets;
mod databases;
mod encryption;
mod file_systems;
mod keys;
mod policies;
mod tls;

use super::Names;
use crate::inventory::aws::rds::{Cluster, GlobalCluster, Instance, InstanceFacts};
use crate::inventory::{Edges, Index, Inventory, Reason, Value};

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    derive_databases(inventory);
    buckets::derive(inventory, names);
    file_systems::derive(inventory);
}

fn derive_databases(inventory: &mut Inventory) {
    let mut encryption = encryption::Encryption::default();
    let mut instances = Vec::new();
    for (index, _, attributes) in inventory.of::<Instance>() {
        let (encrypted, inherited_from) = encryption.of(inventory, index);
        let facts = InstanceFacts {
            role: databases::role(attributes),
            public_address: databases::public_address(inventory, index, attributes),
            key_owner: keys::owner_if(&encrypted, || databases::key_owner(inventory, index)),
            encrypted,
            encryption_inherited_from: inherited_from,
            tls: tls::of_instance(inventory, index, attributes),
            port: databases::port(inventory, index),
            ..InstanceFacts::default()
        };
        instances.push((index, facts));
    }
    let mut clusters = Vec::new();
    for (index, _, attributes) in inventory.of::<Cluster>() {
        let (encrypted, inherited_from) = encryption.of(inventory, index);
        clusters.push((
            index,
            databases::topology(attributes),
            databases::members(inventory, index),
            keys::owner_if(&encrypted, || databases::key_owner(inventory, index)),
            (encrypted, inherited_from),
            tls::of_cluster(inventory, index, attributes),
            databases::port(inventory, index),
        ));
    }
    let globals: Vec<_> = inventory
        .indices_of_kind("aws.rds.global_cluster")
        .iter()
        .map(|&index| (index, encryption.of(inventory, index)))
        .collect();
    for (index, derived) in instances {
        if let Some(facts) = inventory.facts_mut::<Instance>(index) {
            facts.role = derived.role;
            facts.public_address = derived.public_address;
            facts.encrypted = derived.encrypted;
            facts.encryption_inherited_from = derived.encryption_inherited_from;
            facts.key_owner = derived.key_owner;
            facts.tls = derived.tls;
            facts.port = derived.port;
        }
    }
    for (index, topology, members, key_owner, (encrypted, inherited_from), tls, port) in clusters {
        if let Some(facts) = inventory.facts_mut::<Cluster>(index) {
            facts.topology = topology;
            facts.members = members;
            facts.encrypted = encrypted;
            facts.encryption_inherited_from = inherited_from;
            facts.key_owner = key_owner;
            facts.tls = tls;
            facts.port = port;
        }
    }
    for (index, (encrypted, inherited_from)) in globals {
        if let Some(facts) = inventory.facts_mut::<GlobalCluster>(index) {
            facts.encrypted = encrypted;
            facts.encryption_inherited_from = inherited_from;
        }
    }
}

/// Merges what the candidates of one link say: they must agree, and a thing outside of the input
/// says nothing.
fn agree<T: PartialEq>(edges: &Edges, mut of: impl FnMut(Index) -> Value<T>) -> Value<T> {
    if let Some(name) = edges.outside.first() {
        return Value::Unknown(Reason::NotInInput(name.clone()));
    }
    let mut agreed: Option<T> = None;
    for &target in &edges.targets {
        match (of(target), &agreed) {
            (Value::Unknown(reason), _) => return Value::Unknown(reason),
            (Value::Known(value), None) => agreed = Some(value),
            (Value::Known(value), Some(first)) if value == *first => {}
            (Value::Known(_), Some(_)) => {
                let several = || Reason::Unresolved("one of several, which differ".to_owned());
                return Value::Unknown(edges.doubt.clone().unwrap_or_else(several));
            }
        }
    }
    match (agreed, &edges.doubt) {
        (_, Some(reason)) if edges.open => Value::Unknown(reason.clone()),
        (Some(value), _) => Value::Known(value),
        (None, Some(reason)) => Value::Unknown(reason.clone()),
        (None, None) => Value::Unknown(Reason::Unresolved("it names nothing".to_owned())),
    }
}

/// Returns whether both hold; one that is known to be false settles it.
fn both(one: &Value<bool>, other: &Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(false), _) | (_, Value::Known(false)) => Value::Known(false),
        (Value::Known(true), Value::Known(true)) => Value::Known(true),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
    }
}

/// Returns whether one of them holds; one that is known to be true settles it.
fn either(one: &Value<bool>, other: &Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(true), _) | (_, Value::Known(true)) => Value::Known(true),
        (Value::Known(false), Value::Known(false)) => Value::Known(false),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
    }
}
