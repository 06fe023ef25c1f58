//! EFS file systems with their policy and backup, and mount targets.

use super::super::iam::policy as policy_of;
use super::super::{Belongs, Mapped, outside_of};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::efs::{FileSystem, MountTarget};
use crate::inventory::{Attributes, Kind as _, Value};

pub(super) fn file_system(block: &Block<'_>) -> Mapped {
    Mapped {
        name: Value::Known(None),
        identifiers: Vec::new(),
        attributes: FileSystem {
            encrypted: block.boolean_or("encrypted", false),
            kms_key: block.link("kms_key_id"),
            ..FileSystem::default()
        }
        .into_attributes(),
    }
}

pub(super) fn mount_target(block: &Block<'_>) -> Mapped {
    Mapped {
        name: Value::Known(None),
        identifiers: Vec::new(),
        attributes: MountTarget {
            file_system: block.link("file_system_id"),
            subnet: block.link("subnet_id"),
            security_groups: block.links("security_groups"),
        }
        .into_attributes(),
    }
}

pub(super) fn policy(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(file_system) = FileSystem::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut file_system.policy, || policy_of(block, "policy"));
}

/// A file system of which the plan has the policy only.
pub(super) fn outside(block: &Block<'_>) -> Attributes {
    let reason = outside_of(block, "file_system_id");
    FileSystem {
        encrypted: Value::Unknown(reason.clone()),
        kms_key: Value::Unknown(reason.clone()),
        policy: Value::Unknown(reason.clone()),
        backup: Value::Unknown(reason),
    }
    .into_attributes()
}

pub(super) fn backup(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(file_system) = FileSystem::attributes_mut(owner) else {
        return;
    };
    let enabled = || {
        block.block("backup_policy").and_then(|policy| match policy {
            Some(policy) => policy.string("status").map(|status| status.as_deref() == Some("ENABLED")),
            None => Value::Known(false),
        })
    };
    match belongs {
        Belongs::Certainly => file_system.backup = enabled(),
        Belongs::Perhaps(_) if file_system.backup.is(&true) => {}
        Belongs::Perhaps(reason) => file_system.backup = Value::Unknown(reason.clone()),
    }
}
