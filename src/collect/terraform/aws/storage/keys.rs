//! KMS keys with their aliases and policies, and the log groups that they encrypt.

use super::super::iam::policy as policy_of;
use super::super::{Belongs, Mapped, outside_of};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::kms::Key;
use crate::inventory::aws::logs::LogGroup;
use crate::inventory::{Attributes, Kind as _, Reason, Value};

/// AWS waits this many days where nobody says otherwise.
const DELETION_WINDOW: i64 = 30;

pub(super) fn key(block: &Block<'_>) -> Mapped {
    mapped(
        block,
        Key {
            enabled: block.boolean_or("is_enabled", true),
            rotation: block.boolean_or("enable_key_rotation", false),
            key_spec: block.string_or("customer_master_key_spec", "SYMMETRIC_DEFAULT").map(Some),
            multi_region: block.boolean_or("multi_region", false),
            ..common(block)
        },
    )
}

/// A key whose material is brought along; AWS does not rotate it.
pub(super) fn external_key(block: &Block<'_>) -> Mapped {
    mapped(
        block,
        Key {
            enabled: block.boolean_or("enabled", true),
            rotation: Value::Known(false),
            key_spec: Value::Known(Some("SYMMETRIC_DEFAULT".to_owned())),
            multi_region: block.boolean_or("multi_region", false),
            ..common(block)
        },
    )
}

/// The copy of a multi-region key; the primary key decides about rotation, usage and spec.
pub(super) fn replica_key(block: &Block<'_>) -> Mapped {
    let of_primary = || Reason::Unresolved("the primary key decides".to_owned());
    let rotation = match block.boolean("key_rotation_enabled") {
        Value::Known(Some(rotation)) => Value::Known(rotation),
        _ => Value::Unknown(of_primary()),
    };
    let text = |name: &str| match block.string(name) {
        Value::Known(Some(text)) => Value::Known(Some(text)),
        _ => Value::Unknown(of_primary()),
    };
    mapped(
        block,
        Key {
            enabled: block.boolean_or("enabled", true),
            rotation,
            key_usage: text("key_usage"),
            key_spec: text("key_spec"),
            multi_region: Value::Known(true),
            ..common(block)
        },
    )
}

fn common(block: &Block<'_>) -> Key {
    Key {
        key_usage: block.string_or("key_usage", "ENCRYPT_DECRYPT").map(Some),
        deletion_window_in_days: block.integer_or("deletion_window_in_days", DELETION_WINDOW).map(Some),
        policy: policy_of(block, "policy"),
        ..Key::default()
    }
}

fn mapped(block: &Block<'_>, key: Key) -> Mapped {
    Mapped {
        name: Value::Known(None),
        identifiers: block.string("key_id").known().cloned().flatten().into_iter().collect(),
        attributes: key.into_attributes(),
    }
}

pub(super) fn alias(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(key) = Key::attributes_mut(owner) else { return };
    let Value::Known(aliases) = &mut key.aliases else {
        return;
    };
    aliases.push(match belongs {
        Belongs::Certainly => block.string_or("name", ""),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    });
}

/// A key of which the plan has the policy only.
pub(super) fn outside(block: &Block<'_>) -> Attributes {
    let reason = outside_of(block, "key_id");
    Key {
        enabled: Value::Unknown(reason.clone()),
        rotation: Value::Unknown(reason.clone()),
        key_usage: Value::Unknown(reason.clone()),
        key_spec: Value::Unknown(reason.clone()),
        deletion_window_in_days: Value::Unknown(reason.clone()),
        multi_region: Value::Unknown(reason.clone()),
        policy: Value::Unknown(reason.clone()),
        aliases: Value::Unknown(reason),
    }
    .into_attributes()
}

pub(super) fn policy(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(key) = Key::attributes_mut(owner) else { return };
    belongs.set(&mut key.policy, || policy_of(block, "policy"));
}

pub(super) fn log_group(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    Mapped {
        name: name.clone(),
        identifiers: name.known().cloned().flatten().into_iter().collect(),
        attributes: LogGroup {
            log_group_name: name,
            retention_in_days: block.integer_or("retention_in_days", 0),
            kms_key: block.link("kms_key_id"),
        }
        .into_attributes(),
    }
}
