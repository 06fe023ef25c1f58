//! Encryption of databases where it is inherited: a member takes it from its cluster, a replica, a
//! restored copy and a member of a global database from their source.

use std::collections::HashMap;

use super::agree;
use crate::inventory::aws::rds::{Cluster, GlobalCluster, Instance};
use crate::inventory::{Edges, Index, Inventory, Reason, Value};

/// Chains of sources are short; a longer one is a circle or an accident.
const LONGEST_CHAIN: usize = 32;

/// Encryption of databases, each looked up once.
#[derive(Default)]
pub(super) struct Encryption {
    known: HashMap<Index, Value<bool>>,
}

impl Encryption {
    /// Returns whether a database is encrypted and the ids of the sources that decide it.
    pub(super) fn of(&mut self, inventory: &Inventory, index: Index) -> (Value<bool>, Vec<String>) {
        let encrypted = self.walk(inventory, index, 0);
        let mut chain = Vec::new();
        let mut at = index;
        while chain.len() < LONGEST_CHAIN
            && let Written::Inherited(edges) = written(inventory, at)
            && let [source] = edges.targets.as_slice()
        {
            at = *source;
            chain.push(inventory.id(at).to_owned());
        }
        (encrypted, chain)
    }

    fn walk(&mut self, inventory: &Inventory, index: Index, depth: usize) -> Value<bool> {
        if let Some(known) = self.known.get(&index) {
            return known.clone();
        }
        if depth > LONGEST_CHAIN {
            return circle(inventory, index);
        }
        // Whoever comes back here while it is open runs in a circle.
        self.known.insert(index, circle(inventory, index));
        let encrypted = match written(inventory, index) {
            Written::Decided(value) => value,
            Written::Inherited(edges) => agree(edges, |source| self.walk(inventory, source, depth + 1)),
        };
        self.known.insert(index, encrypted.clone());
        encrypted
    }
}

fn circle(inventory: &Inventory, index: Index) -> Value<bool> {
    Value::Unknown(Reason::Unresolved(format!("{} inherits its encryption from itself", inventory.id(index))))
}

/// What the source says about the encryption of a database.
enum Written<'a> {
    Decided(Value<bool>),
    Inherited(&'a Edges),
}

fn written(inventory: &Inventory, index: Index) -> Written<'_> {
    if let Some(instance) = inventory.get::<Instance>(index) {
        return of_instance(inventory, index, instance);
    }
    if let Some(cluster) = inventory.get::<Cluster>(index) {
        return of_cluster(inventory, index, cluster);
    }
    let Some(global) = inventory.get::<GlobalCluster>(index) else {
        return Written::Decided(Value::Unknown(Reason::Unresolved("not a database".to_owned())));
    };
    match &global.storage_encrypted {
        Value::Known(Some(encrypted)) => Written::Decided(Value::Known(*encrypted)),
        Value::Unknown(reason) => Written::Decided(Value::Unknown(reason.clone())),
        Value::Known(None) => {
            source(inventory, index, &["source_cluster"]).unwrap_or(Written::Decided(Value::Known(false)))
        }
    }
}

fn of_instance<'a>(inventory: &'a Inventory, index: Index, instance: &Instance) -> Written<'a> {
    match &instance.cluster_member {
        Value::Known(true) => return Written::Inherited(inventory.edges(index, "cluster")),
        Value::Known(false) => {}
        Value::Unknown(reason) => return Written::Decided(Value::Unknown(reason.clone())),
    }
    match &instance.storage_encrypted {
        Value::Known(Some(encrypted)) => Written::Decided(Value::Known(*encrypted)),
        Value::Unknown(reason) => Written::Decided(Value::Unknown(reason.clone())),
        // A key alone does not encrypt: AWS refuses it.
        Value::Known(None) => source(inventory, index, &["replica_of", "restored_from"])
            .unwrap_or_else(|| Written::Decided(from_snapshot(&instance.snapshot).unwrap_or(Value::Known(false)))),
    }
}

fn of_cluster<'a>(inventory: &'a Inventory, index: Index, cluster: &Cluster) -> Written<'a> {
    match &cluster.storage_encrypted {
        Value::Known(Some(encrypted)) => return Written::Decided(Value::Known(*encrypted)),
        Value::Unknown(reason) => return Written::Decided(Value::Unknown(reason.clone())),
        Value::Known(None) => {}
    }
    // Aurora Serverless v1 is always encrypted.
    if cluster.engine_mode.known().is_some_and(|mode| mode == "serverless") {
        return Written::Decided(Value::Known(true));
    }
    if let Some(source) = source(inventory, index, &["replica_of", "restored_from"]) {
        return source;
    }
    if let Some(snapshot) = from_snapshot(&cluster.snapshot) {
        return Written::Decided(snapshot);
    }
    source(inventory, index, &["global_cluster"])
        .unwrap_or_else(|| Written::Decided(cluster.engine_mode.as_ref().map(|_| false)))
}

fn source<'a>(inventory: &'a Inventory, index: Index, relations: &[&str]) -> Option<Written<'a>> {
    relations
        .iter()
        .map(|relation| inventory.edges(index, relation))
        .find(|edges| !edges.is_absent())
        .map(Written::Inherited)
}

fn from_snapshot(snapshot: &Value<Option<String>>) -> Option<Value<bool>> {
    match snapshot {
        Value::Known(None) => None,
        Value::Known(Some(name)) => Some(Value::Unknown(Reason::NotInInput(format!("snapshot {name}")))),
        Value::Unknown(reason) => Some(Value::Unknown(reason.clone())),
    }
}
