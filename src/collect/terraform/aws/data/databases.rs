//! DB instances, clusters, their members and global databases.

use super::super::Mapped;
use crate::collect::terraform::block::Block;
use crate::inventory::aws::rds::{Cluster, GlobalCluster, Instance};
use crate::inventory::link::unresolved;
use crate::inventory::{Kind as _, Linked, Links, Value};

pub(super) fn instance(block: &Block<'_>) -> Mapped {
    let replica_of = block.link("replicate_source_db");
    let restored_from = restored(block, "source_db_instance_identifier");
    let snapshot = filled(block, "snapshot_identifier");
    let inherits = !is_absent(&replica_of) || !is_absent(&restored_from) || !snapshot.is(&None);
    let storage_encrypted = block.boolean("storage_encrypted").map(|set| set.or((!inherits).then_some(false)));
    Mapped {
        name: block.string("identifier"),
        identifiers: names(block, &["identifier"]),
        attributes: Instance {
            engine: filled(block, "engine"),
            engine_version: filled(block, "engine_version"),
            instance_class: block.string("instance_class"),
            cluster: Value::Known(Links::default()),
            cluster_member: Value::Known(false),
            replica_of,
            snapshot,
            restored_from,
            multi_az: block.boolean_or("multi_az", false),
            publicly_accessible: block.boolean_or("publicly_accessible", false).map(Some),
            storage_encrypted,
            kms_key: block.link("kms_key_id"),
            subnet_group: block.link("db_subnet_group_name"),
            security_groups: block.links("vpc_security_group_ids"),
            parameter_group: block.link("parameter_group_name"),
            port: block.integer("port"),
            backup_retention_period: block.integer("backup_retention_period"),
            deletion_protection: block.boolean_or("deletion_protection", false),
            auto_minor_version_upgrade: block.boolean_or("auto_minor_version_upgrade", true),
            iam_authentication: block.boolean_or("iam_database_authentication_enabled", false),
            enabled_log_types: block.strings("enabled_cloudwatch_logs_exports"),
        }
        .into_attributes(),
    }
}

/// A member of a cluster: what it does not set, the cluster decides.
pub(super) fn member(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("identifier"),
        identifiers: names(block, &["identifier"]),
        attributes: Instance {
            engine: filled(block, "engine"),
            engine_version: filled(block, "engine_version"),
            instance_class: block.string("instance_class"),
            cluster: block.link("cluster_identifier"),
            cluster_member: Value::Known(true),
            publicly_accessible: block.boolean("publicly_accessible"),
            subnet_group: block.link("db_subnet_group_name"),
            parameter_group: block.link("db_parameter_group_name"),
            auto_minor_version_upgrade: block.boolean_or("auto_minor_version_upgrade", true),
            ..Instance::default()
        }
        .into_attributes(),
    }
}

pub(super) fn cluster(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("cluster_identifier"),
        identifiers: names(block, &["cluster_identifier"]),
        attributes: Cluster {
            engine: filled(block, "engine"),
            engine_mode: block.string_or("engine_mode", "provisioned"),
            engine_version: filled(block, "engine_version"),
            instance_class: filled(block, "db_cluster_instance_class"),
            storage_encrypted: block.boolean("storage_encrypted"),
            kms_key: block.link("kms_key_id"),
            global_cluster: block.link("global_cluster_identifier"),
            snapshot: filled(block, "snapshot_identifier"),
            replica_of: block.link("replication_source_identifier"),
            restored_from: restored(block, "source_cluster_identifier"),
            subnet_group: block.link("db_subnet_group_name"),
            security_groups: block.links("vpc_security_group_ids"),
            parameter_group: block.link("db_cluster_parameter_group_name"),
            port: block.integer("port"),
            backup_retention_period: block.integer("backup_retention_period"),
            deletion_protection: block.boolean_or("deletion_protection", false),
        }
        .into_attributes(),
    }
}

pub(super) fn global_cluster(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("global_cluster_identifier"),
        identifiers: names(block, &["global_cluster_identifier"]),
        attributes: GlobalCluster {
            storage_encrypted: block.boolean("storage_encrypted"),
            source_cluster: block.link("source_db_cluster_identifier"),
        }
        .into_attributes(),
    }
}

/// The source of a restore to a point in time. It may be named in other ways than by identifier.
fn restored(block: &Block<'_>, source: &'static str) -> Linked {
    match block.block("restore_to_point_in_time") {
        Value::Known(None) => Value::Known(Links::default()),
        Value::Known(Some(restore)) => match restore.link(source) {
            Value::Known(links) if links.is_absent() => unresolved("the source of the restore"),
            links => links,
        },
        Value::Unknown(reason) => Value::Unknown(reason),
    }
}

fn is_absent(links: &Linked) -> bool {
    links.known().is_some_and(Links::is_absent)
}

/// A text that counts as left out when it is empty.
fn filled(block: &Block<'_>, name: &str) -> Value<Option<String>> {
    block.string(name).map(|text| text.filter(|text| !text.is_empty()))
}

/// Names by which other resources may call this one.
pub(super) fn names(block: &Block<'_>, attributes: &[&str]) -> Vec<String> {
    attributes.iter().filter_map(|name| block.string(name).known().cloned().flatten()).collect()
}
