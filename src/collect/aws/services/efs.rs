//! Amazon EFS: file systems with policy and backup, and their mount targets. In: the EFS API. Out: its
//! kinds.

use std::collections::BTreeMap;

use aws_sdk_efs::Client;
use aws_sdk_efs::types::{FileSystemDescription, MountTargetDescription, Status, Tag};
use futures_util::future::join3;

use crate::collect::aws::context::{Context, Described, client, links, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::efs::{FileSystem, MountTarget};
use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::{Linked, Value};

const FILE_SYSTEM: &str = "aws.efs.file_system";
const MOUNT_TARGET: &str = "aws.efs.mount_target";

pub(super) const SERVICE: Service = Service {
    name: "elasticfilesystem",
    scope: Scope::Regional,
    kinds: &[FILE_SYSTEM, MOUNT_TARGET],
    operations: &[
        &DESCRIBE_FILE_SYSTEMS,
        &DESCRIBE_MOUNT_TARGETS,
        &DESCRIBE_MOUNT_TARGET_SECURITY_GROUPS,
        &DESCRIBE_FILE_SYSTEM_POLICY,
        &DESCRIBE_BACKUP_POLICY,
    ],
    collect: |context| Box::pin(collect(context)),
};

const DESCRIBE_FILE_SYSTEMS: Operation = Operation::listing(
    "EFS.DescribeFileSystems",
    "elasticfilesystem:DescribeFileSystems",
    &[FILE_SYSTEM, MOUNT_TARGET],
);
const DESCRIBE_MOUNT_TARGETS: Operation = Operation {
    absent: &["FileSystemNotFound"],
    ..Operation::listing("EFS.DescribeMountTargets", "elasticfilesystem:DescribeMountTargets", &[MOUNT_TARGET])
};
const DESCRIBE_MOUNT_TARGET_SECURITY_GROUPS: Operation = Operation::detail(
    "EFS.DescribeMountTargetSecurityGroups",
    "elasticfilesystem:DescribeMountTargetSecurityGroups",
    &[MOUNT_TARGET],
    // A mount target that is being made or deleted tells none yet, or none any more.
    &["MountTargetNotFound", "IncorrectMountTargetState"],
);
const DESCRIBE_FILE_SYSTEM_POLICY: Operation = Operation::detail(
    "EFS.DescribeFileSystemPolicy",
    "elasticfilesystem:DescribeFileSystemPolicy",
    &[FILE_SYSTEM],
    &["PolicyNotFound", "FileSystemNotFound"],
);
const DESCRIBE_BACKUP_POLICY: Operation = Operation::detail(
    "EFS.DescribeBackupPolicy",
    "elasticfilesystem:DescribeBackupPolicy",
    &[FILE_SYSTEM],
    &["PolicyNotFound", "FileSystemNotFound"],
);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_efs);
    let mut systems: Vec<FileSystemDescription> = Vec::new();
    let pages = client.describe_file_systems().into_paginator().page_size(100).send();
    // A broken listing is a gap already.
    let _ = context
        .pages(&DESCRIBE_FILE_SYSTEMS, "", pages, |page| systems.extend(page.file_systems.unwrap_or_default()))
        .await;
    let (context, client) = (&context, &client);
    context.each(systems, |told| async move { one(context, client, &told).await }).await;
}

async fn one(context: &Context, client: &Client, told: &FileSystemDescription) {
    let id = told.file_system_id.as_str();
    if context.wants(FILE_SYSTEM) {
        let (policy, backup, ()) = join3(
            context.call(
                &DESCRIBE_FILE_SYSTEM_POLICY,
                id,
                client.describe_file_system_policy().file_system_id(id).send(),
            ),
            context.call(&DESCRIBE_BACKUP_POLICY, id, client.describe_backup_policy().file_system_id(id).send()),
            mount_targets(context, client, id),
        )
        .await;
        let policy = match policy {
            Ok(answer) => document::optional(answer.and_then(|answer| answer.policy).as_deref()),
            Err(reason) => Value::Unknown(reason),
        };
        let backup = value_of(backup, |answer| {
            let status = answer.and_then(|answer| answer.backup_policy).map(|policy| policy.status);
            status.is_some_and(|status| matches!(status, Status::Enabled | Status::Enabling))
        });
        let arn = context.arn("elasticfilesystem", &format!("file-system/{id}"));
        context.add(file_system(arn, told, policy, backup));
    } else {
        mount_targets(context, client, id).await;
    }
}

async fn mount_targets(context: &Context, client: &Client, file_system: &str) {
    if !context.wants(MOUNT_TARGET) {
        return;
    }
    let mut targets: Vec<MountTargetDescription> = Vec::new();
    let pages = client.describe_mount_targets().file_system_id(file_system).into_paginator().page_size(100).send();
    let _ = context
        .pages(&DESCRIBE_MOUNT_TARGETS, file_system, pages, |page| {
            targets.extend(page.mount_targets.unwrap_or_default());
        })
        .await;
    context
        .each(targets, |told| async move {
            let id = told.mount_target_id.as_str();
            let call = client.describe_mount_target_security_groups().mount_target_id(id).send();
            let groups = match context.call(&DESCRIBE_MOUNT_TARGET_SECURITY_GROUPS, id, call).await {
                Ok(Some(answer)) => links(answer.security_groups),
                Ok(None) => return,
                Err(reason) => Value::Unknown(reason),
            };
            let arn = context.arn("elasticfilesystem", &format!("mount-target/{id}"));
            context.add(mount_target(arn, &told, groups));
        })
        .await;
}

fn file_system(
    arn: String,
    told: &FileSystemDescription,
    policy: Value<Option<PolicyDocument>>,
    backup: Value<bool>,
) -> Described<FileSystem> {
    Described {
        arn: told.file_system_arn.clone().unwrap_or(arn),
        type_name: "AWS::EFS::FileSystem",
        name: told.name.clone().filter(|name| !name.is_empty()),
        identifiers: vec![told.file_system_id.clone()],
        tags: Value::Known(tags(&told.tags)),
        attributes: FileSystem {
            encrypted: Value::Known(told.encrypted.unwrap_or(false)),
            kms_key: links(told.kms_key_id.clone()),
            policy,
            backup,
        },
    }
}

fn mount_target(arn: String, told: &MountTargetDescription, security_groups: Linked) -> Described<MountTarget> {
    Described {
        arn,
        type_name: "AWS::EFS::MountTarget",
        name: None,
        identifiers: vec![told.mount_target_id.clone()],
        tags: Value::Known(BTreeMap::new()),
        attributes: MountTarget {
            file_system: links([told.file_system_id.as_str()]),
            subnet: links([told.subnet_id.as_str()]),
            security_groups,
        },
    }
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Links, Reason, Target};
    use aws_sdk_efs::primitives::DateTime;
    use aws_sdk_efs::types::{FileSystemSize, LifeCycleState, PerformanceMode};

    fn literal(name: &str) -> Linked {
        Value::Known(Links::all([Target::Literal(name.to_owned())]))
    }

    #[test]
    fn a_file_system_is_plain_unless_the_api_says_that_it_is_encrypted() {
        let told = |encrypted| {
            FileSystemDescription::builder()
                .owner_id("111122223333")
                .creation_token("a")
                .file_system_id("fs-1")
                .creation_time(DateTime::from_secs(0))
                .life_cycle_state(LifeCycleState::Available)
                .number_of_mount_targets(0)
                .size_in_bytes(FileSystemSize::builder().value(0).build())
                .performance_mode(PerformanceMode::GeneralPurpose)
                .set_encrypted(encrypted)
                .tags(Tag::builder().key("Name").value("share").build().unwrap())
                .build()
                .unwrap()
        };
        let unread = || Value::Unknown(Reason::Denied("elasticfilesystem:DescribeFileSystemPolicy".to_owned()));
        let of = |encrypted| file_system("arn:made".to_owned(), &told(encrypted), unread(), Value::Known(true));
        assert!(of(None).attributes.encrypted.is(&false));
        assert!(of(Some(true)).attributes.encrypted.is(&true));
        assert!(of(None).attributes.policy.reason().is_some() && of(None).attributes.backup.is(&true));
        assert_eq!((of(None).arn.as_str(), of(None).identifiers), ("arn:made", vec!["fs-1".to_owned()]));
        assert_eq!(of(None).tags.known().and_then(|tags| tags.get("Name").cloned()).as_deref(), Some("share"));
    }

    #[test]
    fn a_mount_target_links_to_its_file_system_and_subnet() {
        let told = MountTargetDescription::builder()
            .mount_target_id("fsmt-1")
            .file_system_id("fs-1")
            .subnet_id("subnet-1")
            .life_cycle_state(LifeCycleState::Available)
            .build()
            .unwrap();
        let target = mount_target("arn".to_owned(), &told, literal("sg-1")).attributes;
        assert_eq!(target.file_system, literal("fs-1"));
        assert_eq!(target.subnet, literal("subnet-1"));
        assert_eq!(target.security_groups, literal("sg-1"));
    }
}
