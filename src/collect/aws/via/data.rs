//! Databases, keys and queues, as Config records them. Databases are read as the direct audit reads them,
//! from a description that is made of Config's document.

use aws_sdk_rds::types;

use super::row::{Node, Row, left_out};
use super::rows::Rows;
use super::storage::policy;
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::document;
use crate::collect::aws::services::rds::{databases, is_other_service};
use crate::inventory::Value;
use crate::inventory::aws::kms::Key;
use crate::inventory::aws::rds::SubnetGroup;
use crate::inventory::aws::sqs::Queue;

pub(super) fn collect(context: &Context, rows: &Rows) {
    for row in rows.of("AWS::RDS::DBInstance") {
        instance(context, row);
    }
    for row in rows.of("AWS::RDS::DBCluster") {
        cluster(context, row);
    }
    for row in rows.of("AWS::RDS::DBSubnetGroup") {
        let document = row.configuration();
        let Some(name) = document.text("dBSubnetGroupName").or_else(|| row.head("resourceName").map(str::to_owned))
        else {
            continue;
        };
        let subnets = document.list("subnets").filter_map(|subnet| subnet.text("subnetIdentifier"));
        context.add(Described {
            arn: context.arn("rds", &format!("subgrp:{name}")),
            type_name: "AWS::RDS::DBSubnetGroup",
            name: Some(name.clone()),
            identifiers: vec![name],
            tags: row.tags(),
            attributes: SubnetGroup { subnets: document.if_list("subnets", links(subnets)) },
        });
    }
    for row in rows.of("AWS::KMS::Key") {
        let document = row.configuration();
        let Some(id) = document.text("keyId").or_else(|| row.head("resourceId").map(str::to_owned)) else { continue };
        context.add(Described {
            arn: document.text("arn").unwrap_or_else(|| context.arn("kms", &format!("key/{id}"))),
            type_name: "AWS::KMS::Key",
            name: None,
            identifiers: vec![id],
            tags: row.tags(),
            attributes: key(row),
        });
    }
    for row in rows.of("AWS::SQS::Queue") {
        let document = row.configuration();
        let Some(name) = document.text("QueueName").or_else(|| row.head("resourceName").map(str::to_owned)) else {
            continue;
        };
        context.add(Described {
            arn: document.text("QueueArn").unwrap_or_else(|| context.arn("sqs", &name)),
            type_name: "AWS::SQS::Queue",
            name: Some(name.clone()),
            // The schema has the URL and the name in the document, where answers leave them out: the URL is the
            // id of the resource.
            identifiers: document
                .text("QueueUrl")
                .or_else(|| row.head("resourceId").map(str::to_owned))
                .into_iter()
                .chain([name])
                .collect(),
            tags: row.tags(),
            attributes: Queue { policy: policy(document, "Policy") },
        });
    }
}

fn memberships(document: Node<'_>) -> Vec<types::VpcSecurityGroupMembership> {
    let groups = document.list("vpcSecurityGroups").map(|one| {
        types::VpcSecurityGroupMembership::builder()
            .set_vpc_security_group_id(one.text("vpcSecurityGroupId"))
            .set_status(one.text("status"))
            .build()
    });
    groups.collect()
}

fn instance(context: &Context, row: &Row) {
    let document = row.configuration();
    let engine = document.text("engine");
    if is_other_service(engine.as_deref()) {
        return;
    }
    let parameters = document.list("dBParameterGroups").map(|one| {
        types::DbParameterGroupStatus::builder().set_db_parameter_group_name(one.text("dBParameterGroupName")).build()
    });
    let group = document.text("dBSubnetGroup.dBSubnetGroupName");
    let port = document.small("endpoint.port").or_else(|| document.small("dbInstancePort"));
    let told = types::DbInstance::builder()
        .set_db_instance_identifier(document.text("dBInstanceIdentifier").or_else(|| named(row)))
        .set_db_instance_arn(document.text("dBInstanceArn").or_else(|| row.head("arn").map(str::to_owned)))
        .set_dbi_resource_id(document.text("dbiResourceId"))
        .set_engine(engine)
        .set_engine_version(document.text("engineVersion"))
        .set_db_instance_class(document.text("dBInstanceClass"))
        .set_db_cluster_identifier(document.text("dBClusterIdentifier"))
        .set_read_replica_source_db_instance_identifier(document.text("readReplicaSourceDBInstanceIdentifier"))
        .set_read_replica_source_db_cluster_identifier(document.text("readReplicaSourceDBClusterIdentifier"))
        .set_kms_key_id(document.text("kmsKeyId"))
        .set_db_subnet_group(group.map(|name| types::DbSubnetGroup::builder().db_subnet_group_name(name).build()))
        .set_vpc_security_groups(Some(memberships(document)))
        .set_db_parameter_groups(Some(parameters.collect()))
        .set_db_instance_port(port)
        .set_backup_retention_period(document.small("backupRetentionPeriod"))
        .set_enabled_cloudwatch_logs_exports(Some(document.texts("enabledCloudwatchLogsExports")))
        .build();
    // The schema does not list a cluster as the source of a replica. Where it is left out the replica counts as
    // a primary, of which more is asked.
    let mut read = databases::instance(context, &told);
    read.tags = row.tags();
    let attributes = &mut read.attributes;
    attributes.engine = document.some_text("engine");
    attributes.engine_version = document.some_text("engineVersion");
    attributes.instance_class = document.some_text("dBInstanceClass");
    attributes.multi_az = document.told_flag("multiAZ");
    attributes.publicly_accessible = document.told_flag("publiclyAccessible").map(Some);
    attributes.storage_encrypted = document.told_flag("storageEncrypted").map(Some);
    attributes.subnet_group = document.if_told("dBSubnetGroup", attributes.subnet_group.clone());
    attributes.security_groups = document.if_list("vpcSecurityGroups", attributes.security_groups.clone());
    attributes.parameter_group = document.if_list("dBParameterGroups", attributes.parameter_group.clone());
    if port.is_none() {
        attributes.port = left_out("the port of a database");
    }
    attributes.backup_retention_period = told_number(document, "backupRetentionPeriod");
    // The schema of instances is older than this field.
    attributes.deletion_protection = document.told_flag("deletionProtection");
    attributes.auto_minor_version_upgrade = document.told_flag("autoMinorVersionUpgrade");
    attributes.iam_authentication = document.told_flag("iAMDatabaseAuthenticationEnabled");
    attributes.enabled_log_types =
        document.if_list("enabledCloudwatchLogsExports", attributes.enabled_log_types.clone());
    context.add(read);
}

fn cluster(context: &Context, row: &Row) {
    let document = row.configuration();
    let engine = document.text("engine");
    if is_other_service(engine.as_deref()) {
        return;
    }
    let is_aurora = engine.as_ref().is_some_and(|engine| engine.starts_with("aurora"));
    let told = types::DbCluster::builder()
        .set_db_cluster_identifier(document.text("dbclusterIdentifier").or_else(|| named(row)))
        .set_db_cluster_arn(document.text("dbclusterArn").or_else(|| row.head("arn").map(str::to_owned)))
        .set_db_cluster_resource_id(document.text("dbClusterResourceId"))
        .set_engine(engine)
        .set_engine_version(document.text("engineVersion"))
        .set_global_cluster_identifier(document.text("globalClusterIdentifier"))
        .set_replication_source_identifier(document.text("replicationSourceIdentifier"))
        .set_kms_key_id(document.text("kmsKeyId"))
        .set_db_subnet_group(document.text("dbsubnetGroup"))
        .set_vpc_security_groups(Some(memberships(document)))
        .set_db_cluster_parameter_group(document.text("dbclusterParameterGroup"))
        .set_port(document.small("port"))
        .build();
    let mut read = databases::cluster(context, &told);
    read.tags = row.tags();
    let attributes = &mut read.attributes;
    attributes.engine = document.some_text("engine");
    attributes.engine_mode = document.told_text("engineMode");
    attributes.engine_version = document.some_text("engineVersion");
    // Clusters of Aurora have no class, and no others belong to global databases.
    if is_aurora {
        attributes.global_cluster = document.if_told("globalClusterIdentifier", attributes.global_cluster.clone());
    } else {
        attributes.instance_class = document.some_text("dbclusterInstanceClass");
    }
    attributes.storage_encrypted = document.told_flag("storageEncrypted").map(Some);
    attributes.subnet_group = document.if_told("dbsubnetGroup", attributes.subnet_group.clone());
    attributes.security_groups = document.if_list("vpcSecurityGroups", attributes.security_groups.clone());
    attributes.parameter_group = document.if_told("dbclusterParameterGroup", attributes.parameter_group.clone());
    if document.number("port").is_none() {
        attributes.port = left_out("port");
    }
    attributes.backup_retention_period = told_number(document, "backupRetentionPeriod");
    attributes.deletion_protection = document.told_flag("deletionProtection");
    context.add(read);
}

fn named(row: &Row) -> Option<String> {
    row.head("resourceName").map(str::to_owned)
}

fn told_number(document: Node<'_>, path: &str) -> Value<Option<i64>> {
    document.number(path).map_or_else(|| left_out(path), |number| Value::Known(Some(number)))
}

fn key(row: &Row) -> Key {
    let document = row.configuration();
    let state = document.text("keyState");
    let spec = document.text("keySpec").or_else(|| document.text("customerMasterKeySpec"));
    let of_aws = document.text("keyManager").is_some_and(|manager| manager == "AWS");
    // KMS itself refuses to tell the rotation of a key that it can not rotate.
    let may_rotate = spec.as_ref().is_none_or(|spec| spec == "SYMMETRIC_DEFAULT")
        && document.text("origin").is_none_or(|origin| origin == "AWS_KMS");
    let rotation = row.supplement("KeyRotationStatus").and_then(|status| status.as_bool());
    Key {
        enabled: match state.as_deref() {
            Some(state) => Value::Known(matches!(state, "Enabled" | "Updating")),
            None => document.told_flag("enabled"),
        },
        rotation: match rotation {
            _ if of_aws => Value::Known(true),
            Some(rotates) => Value::Known(rotates),
            None if !may_rotate => Value::Known(false),
            None => left_out("KeyRotationStatus"),
        },
        key_usage: document.some_text("keyUsage"),
        key_spec: spec.map_or_else(|| left_out("the spec of a key"), |spec| Value::Known(Some(spec))),
        deletion_window_in_days: match state.as_deref() {
            Some("PendingDeletion" | "PendingReplicaDeletion") => told_number(document, "pendingDeletionWindowInDays"),
            Some(_) => Value::Known(None),
            None => left_out("keyState"),
        },
        multi_region: document.told_flag("multiRegion"),
        policy: if of_aws {
            Value::Known(None)
        } else {
            row.supplement("Policy").map_or_else(
                || left_out("the policy of a key"),
                |policy| {
                    document::required(&policy.as_str().map_or_else(|| policy.to_string(), str::to_owned)).map(Some)
                },
            )
        },
        aliases: left_out("the aliases of a key"),
    }
}
