//! Facts of single databases: role, topology, members, port, public address.

use super::{agree, keys};
use crate::inventory::aws::rds::{Cluster, Instance};
use crate::inventory::{Index, Inventory, Reason, Value};
use crate::relate::agree::any;

/// Chains of replicas are short; a longer one is a circle or an accident.
const LONGEST_CHAIN: usize = 16;

/// Tells whether an instance stands for itself.
pub(super) fn role(instance: &Instance) -> Value<String> {
    match (&instance.cluster_member, &instance.replica_of) {
        (Value::Known(true), _) => Value::Known("cluster_member".to_owned()),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        (_, Value::Known(links)) if links.is_absent() => Value::Known("primary".to_owned()),
        _ => Value::Known("replica".to_owned()),
    }
}

/// Tells Aurora from Multi-AZ DB clusters.
pub(super) fn topology(cluster: &Cluster) -> Value<String> {
    match &cluster.engine {
        Value::Known(Some(engine)) if engine.starts_with("aurora") => Value::Known("aurora".to_owned()),
        Value::Known(Some(_)) => Value::Known("multi_az".to_owned()),
        Value::Known(None) => Value::Unknown(Reason::NotInInput("the engine of the cluster's source".to_owned())),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

/// Returns the members of a cluster.
pub(super) fn members(inventory: &Inventory, cluster: Index) -> Vec<String> {
    inventory.incoming::<Instance>(cluster, "cluster").map(|(member, _)| inventory.id(member).to_owned()).collect()
}

/// Returns who owns the key that encrypts a database: that of its cluster for a member.
pub(super) fn key_owner(inventory: &Inventory, index: Index) -> Value<String> {
    let member = inventory.get::<Instance>(index).is_some_and(|instance| instance.cluster_member.is(&true));
    if member {
        return agree(inventory.edges(index, "cluster"), |cluster| {
            keys::owner(inventory, cluster, inventory.edges(cluster, "kms_key"), keys::AWS_MANAGED)
        });
    }
    keys::owner(inventory, index, inventory.edges(index, "kms_key"), keys::AWS_MANAGED)
}

/// Returns the engine of a database; a replica and a restored copy have that of their source.
pub(super) fn engine(inventory: &Inventory, index: Index) -> Value<Option<String>> {
    inherited(inventory, index, 0, |instance| &instance.engine, |cluster| &cluster.engine)
}

/// Returns the engine version of a database, that of its source where it is left out.
pub(super) fn engine_version(inventory: &Inventory, index: Index) -> Value<Option<String>> {
    inherited(inventory, index, 0, |instance| &instance.engine_version, |cluster| &cluster.engine_version)
}

/// Returns the port that a database listens on.
pub(super) fn port(inventory: &Inventory, index: Index) -> Value<Option<i64>> {
    let own = inherited(inventory, index, 0, |instance| &instance.port, |cluster| &cluster.port);
    match own {
        Value::Known(None) => engine(inventory, index).map(|engine| engine.as_deref().and_then(default_port)),
        own => own,
    }
}

fn default_port(engine: &str) -> Option<i64> {
    let family = engine.strip_prefix("aurora-").or_else(|| engine.strip_prefix("custom-")).unwrap_or(engine);
    let family = family.split('-').next().unwrap_or(family);
    match family {
        "postgres" | "postgresql" => Some(5432),
        "mysql" | "mariadb" | "aurora" => Some(3306),
        "oracle" => Some(1521),
        "sqlserver" => Some(1433),
        "db2" => Some(50000),
        _ => None,
    }
}

/// Looks an attribute up at a database, then at its cluster or at the source it was copied from.
fn inherited<T: Clone + PartialEq>(
    inventory: &Inventory,
    index: Index,
    depth: usize,
    of_instance: fn(&Instance) -> &Value<Option<T>>,
    of_cluster: fn(&Cluster) -> &Value<Option<T>>,
) -> Value<Option<T>> {
    if depth > LONGEST_CHAIN {
        return Value::Unknown(Reason::Unresolved("a chain of replicas without end".to_owned()));
    }
    let own = match (inventory.get::<Instance>(index), inventory.get::<Cluster>(index)) {
        (Some(instance), _) => of_instance(instance),
        (_, Some(cluster)) => of_cluster(cluster),
        (None, None) => return Value::Known(None),
    };
    if !own.is(&None) {
        return own.clone();
    }
    let sources = ["cluster", "replica_of", "restored_from"];
    let source = sources.map(|relation| inventory.edges(index, relation)).into_iter().find(|edges| !edges.is_absent());
    match source {
        None => Value::Known(None),
        // Each step of a chain that cannot be told is one guess more; one is enough.
        Some(edges) if edges.targets.len() > 1 && depth > 0 => match &edges.doubt {
            Some(reason) => Value::Unknown(reason.clone()),
            None => Value::Known(None),
        },
        Some(edges) => agree(edges, |source| inherited(inventory, source, depth + 1, of_instance, of_cluster)),
    }
}

/// Tells whether an instance gets a public address.
///
/// Where a cluster member leaves it out, its subnets decide: AWS gives it one in the default VPC, or
/// when the subnet group has a public subnet.
pub(super) fn public_address(inventory: &Inventory, index: Index, instance: &Instance) -> Value<bool> {
    match &instance.publicly_accessible {
        Value::Known(Some(public)) => return Value::Known(*public),
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
        Value::Known(None) => {}
    }
    match inventory.facts_of::<Instance>(index).map(|facts| &facts.placement.subnets) {
        Some(Value::Known(subnets)) if !subnets.is_empty() => any(subnets.iter().map(|subnet| subnet.public.clone())),
        Some(Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        _ => Value::Unknown(Reason::Unresolved("the subnets that decide".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::default_port;

    #[test]
    fn engines_listen_on_their_usual_port() {
        for (engine, port) in [
            ("postgres", Some(5432)),
            ("aurora-postgresql", Some(5432)),
            ("aurora", Some(3306)),
            ("aurora-mysql", Some(3306)),
            ("oracle-se2-cdb", Some(1521)),
            ("custom-sqlserver-ee", Some(1433)),
            ("future", None),
        ] {
            assert_eq!(default_port(engine), port, "{engine}");
        }
    }
}
