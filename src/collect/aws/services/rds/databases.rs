//! Instances, clusters and global databases as their kinds have them. Links to what has a name of its own
//! only within its service are ARNs: an instance and a cluster, or two parameter groups, may share a name.

use aws_sdk_rds::types::{DbCluster, DbInstance, GlobalCluster, VpcSecurityGroupMembership};

use super::tags;
use crate::collect::aws::context::{Context, Described, links};
use crate::inventory::aws::rds;
use crate::inventory::{Linked, Value};

pub(crate) fn instance(context: &Context, told: &DbInstance) -> Described<rds::Instance> {
    let name = told.db_instance_identifier.clone().unwrap_or_default();
    // A replica of another region names its source by ARN, one of the same region by identifier.
    let replica_of =
        match (&told.read_replica_source_db_instance_identifier, &told.read_replica_source_db_cluster_identifier) {
            (Some(instance), _) if !instance.is_empty() => links([own(context, "db", instance)]),
            (_, Some(cluster)) if !cluster.is_empty() => links([own(context, "cluster", cluster)]),
            _ => none(),
        };
    let port = told.endpoint.as_ref().and_then(|endpoint| endpoint.port).or(told.db_instance_port);
    let mut logs = told.enabled_cloudwatch_logs_exports().to_vec();
    logs.sort();
    let attributes = rds::Instance {
        engine: Value::Known(told.engine.clone()),
        engine_version: Value::Known(told.engine_version.clone()),
        instance_class: Value::Known(told.db_instance_class.clone()),
        cluster: links(told.db_cluster_identifier.iter().map(|cluster| own(context, "cluster", cluster))),
        cluster_member: Value::Known(told.db_cluster_identifier.is_some()),
        replica_of,
        // What it came from decides nothing any more: whether it is encrypted is told.
        snapshot: Value::Known(None),
        restored_from: none(),
        multi_az: Value::Known(told.multi_az.unwrap_or(false)),
        publicly_accessible: Value::Known(Some(told.publicly_accessible.unwrap_or(false))),
        storage_encrypted: Value::Known(Some(told.storage_encrypted.unwrap_or(false))),
        kms_key: links(told.kms_key_id.clone()),
        subnet_group: links(
            told.db_subnet_group
                .iter()
                .filter_map(|group| group.db_subnet_group_name.as_ref())
                .map(|group| own(context, "subgrp", group)),
        ),
        security_groups: security_groups(told.vpc_security_groups()),
        parameter_group: links(parameter_groups(told).map(|group| own(context, "pg", group))),
        port: Value::Known(port.filter(|port| *port > 0).map(i64::from)),
        backup_retention_period: Value::Known(told.backup_retention_period.map(i64::from)),
        deletion_protection: Value::Known(told.deletion_protection.unwrap_or(false)),
        auto_minor_version_upgrade: Value::Known(told.auto_minor_version_upgrade.unwrap_or(true)),
        iam_authentication: Value::Known(told.iam_database_authentication_enabled.unwrap_or(false)),
        enabled_log_types: Value::Known(logs.into_iter().map(Value::Known).collect()),
    };
    Described {
        arn: told.db_instance_arn.clone().unwrap_or_else(|| own(context, "db", &name)),
        type_name: "AWS::RDS::DBInstance",
        identifiers: std::iter::once(name.clone()).chain(told.dbi_resource_id.clone()).collect(),
        name: Some(name),
        tags: Value::Known(tags(told.tag_list())),
        attributes,
    }
}

pub(crate) fn cluster(context: &Context, told: &DbCluster) -> Described<rds::Cluster> {
    let name = told.db_cluster_identifier.clone().unwrap_or_default();
    let attributes = rds::Cluster {
        engine: Value::Known(told.engine.clone()),
        engine_mode: Value::Known(told.engine_mode.clone().unwrap_or_else(|| "provisioned".to_owned())),
        engine_version: Value::Known(told.engine_version.clone()),
        instance_class: Value::Known(told.db_cluster_instance_class.clone().filter(|class| !class.is_empty())),
        storage_encrypted: Value::Known(Some(told.storage_encrypted.unwrap_or(false))),
        kms_key: links(told.kms_key_id.clone()),
        global_cluster: links(
            told.global_cluster_identifier.iter().filter(|name| !name.is_empty()).map(|name| global(context, name)),
        ),
        snapshot: Value::Known(None),
        // It is an ARN, of a cluster or an instance.
        replica_of: links(told.replication_source_identifier.clone()),
        restored_from: none(),
        subnet_group: links(told.db_subnet_group.iter().map(|group| own(context, "subgrp", group))),
        security_groups: security_groups(told.vpc_security_groups()),
        parameter_group: links(told.db_cluster_parameter_group.iter().map(|group| own(context, "cluster-pg", group))),
        port: Value::Known(told.port.filter(|port| *port > 0).map(i64::from)),
        backup_retention_period: Value::Known(told.backup_retention_period.map(i64::from)),
        deletion_protection: Value::Known(told.deletion_protection.unwrap_or(false)),
    };
    Described {
        arn: told.db_cluster_arn.clone().unwrap_or_else(|| own(context, "cluster", &name)),
        type_name: "AWS::RDS::DBCluster",
        identifiers: std::iter::once(name.clone()).chain(told.db_cluster_resource_id.clone()).collect(),
        name: Some(name),
        tags: Value::Known(tags(told.tag_list())),
        attributes,
    }
}

pub(super) fn global_cluster(context: &Context, told: &GlobalCluster) -> Described<rds::GlobalCluster> {
    let name = told.global_cluster_identifier.clone().unwrap_or_default();
    Described {
        arn: told.global_cluster_arn.clone().unwrap_or_else(|| global(context, &name)),
        type_name: "AWS::RDS::GlobalCluster",
        identifiers: std::iter::once(name.clone()).chain(told.global_cluster_resource_id.clone()).collect(),
        name: Some(name),
        tags: Value::Known(tags(told.tag_list())),
        attributes: rds::GlobalCluster {
            storage_encrypted: Value::Known(Some(told.storage_encrypted.unwrap_or(false))),
            source_cluster: links(writer(told).map(str::to_owned)),
        },
    }
}

/// Returns the region of the cluster that takes the writes of a global database.
pub(super) fn region_of_writer(told: &GlobalCluster) -> Option<&str> {
    let first = told.global_cluster_members().first().and_then(|member| member.db_cluster_arn.as_deref());
    writer(told).or(first)?.split(':').nth(3)
}

fn writer(told: &GlobalCluster) -> Option<&str> {
    let writer = told.global_cluster_members().iter().find(|member| member.is_writer == Some(true))?;
    writer.db_cluster_arn.as_deref()
}

/// Returns the names of the parameter groups that an instance uses.
pub(super) fn parameter_groups(told: &DbInstance) -> impl Iterator<Item = &str> {
    told.db_parameter_groups().iter().filter_map(|group| group.db_parameter_group_name.as_deref())
}

/// The ARN of something of this account and region; what is an ARN already stays.
pub(crate) fn own(context: &Context, what: &str, name: &str) -> String {
    if name.starts_with("arn:") { name.to_owned() } else { context.arn("rds", &format!("{what}:{name}")) }
}

/// Global databases belong to no region.
fn global(context: &Context, name: &str) -> String {
    if name.starts_with("arn:") {
        return name.to_owned();
    }
    format!("arn:{}:rds::{}:global-cluster:{name}", context.partition(), context.account())
}

fn security_groups(memberships: &[VpcSecurityGroupMembership]) -> Linked {
    // One that is being removed guards nothing any more.
    let member = |one: &&VpcSecurityGroupMembership| one.status.as_deref() != Some("removing");
    links(memberships.iter().filter(member).filter_map(|one| one.vpc_security_group_id.clone()))
}

fn none() -> Linked {
    Linked::default()
}
