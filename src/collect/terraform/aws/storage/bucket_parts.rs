//! What resources of their own say about a bucket.

use super::super::Belongs;
use super::super::iam::policy as policy_of;
use crate::collect::terraform::block::Block;
use crate::inventory::aws::s3::{Bucket, Encryption, PublicAccessBlock};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Linked, Links, Value};

pub(super) fn public_access_block(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut bucket.public_access_block, || {
        Value::Known(Some(PublicAccessBlock {
            block_public_acls: block.boolean_or("block_public_acls", false),
            block_public_policy: block.boolean_or("block_public_policy", false),
            ignore_public_acls: block.boolean_or("ignore_public_acls", false),
            restrict_public_buckets: block.boolean_or("restrict_public_buckets", false),
        }))
    });
}

pub(super) fn encryption(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut bucket.encryption, || encryption_of(block));
}

/// Reads the `rule` of an encryption configuration.
pub(super) fn encryption_of(block: &Block<'_>) -> Value<Option<Encryption>> {
    block.block("rule").and_then(|rule| {
        let Some(rule) = rule else { return Value::Known(None) };
        let bucket_key_enabled = rule.boolean_or("bucket_key_enabled", false);
        rule.block("apply_server_side_encryption_by_default").map(|by_default| {
            Some(match by_default {
                Some(by_default) => Encryption {
                    algorithm: by_default.string("sse_algorithm"),
                    kms_key: by_default.link("kms_master_key_id"),
                    bucket_key_enabled,
                },
                None => Encryption { bucket_key_enabled, ..Encryption::default() },
            })
        })
    })
}

pub(super) fn versioning(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut bucket.versioning, || text_of(block.block("versioning_configuration"), "status"));
}

pub(super) fn policy(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut bucket.policy, || policy_of(block, "policy"));
}

pub(super) fn acl(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut bucket.acl, || block.string("acl"));
}

pub(super) fn ownership(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    belongs.set(&mut bucket.object_ownership, || text_of(block.block("rule"), "object_ownership"));
}

pub(super) fn logging(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    add(&mut bucket.logging_target, belongs, || block.link("target_bucket"));
}

pub(super) fn lifecycle(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    match belongs {
        Belongs::Certainly => bucket.lifecycle = block.blocks("rule").map(|rules| !rules.is_empty()),
        Belongs::Perhaps(_) if bucket.lifecycle.is(&true) => {}
        Belongs::Perhaps(reason) => bucket.lifecycle = Value::Unknown(reason.clone()),
    }
}

pub(super) fn replication(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(bucket) = Bucket::attributes_mut(owner) else {
        return;
    };
    add(&mut bucket.replication, belongs, || destinations(block.blocks("rule")));
}

/// The buckets that replication rules lead to.
pub(super) fn destinations(rules: Value<Vec<Block<'_>>>) -> Linked {
    rules.and_then(|rules| {
        rules
            .iter()
            .map(|rule| {
                rule.block("destination").and_then(|destination| match destination {
                    Some(destination) => destination.link("bucket"),
                    None => Value::Known(Links::default()),
                })
            })
            .fold(Value::Known(Links::default()), join)
    })
}

fn add(field: &mut Linked, belongs: &Belongs, links: impl FnOnce() -> Linked) {
    let more = match belongs {
        Belongs::Certainly => links(),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    *field = join(std::mem::take(field), more);
}

fn text_of(block: Value<Option<Block<'_>>>, name: &str) -> Value<Option<String>> {
    block.and_then(|block| block.map_or(Value::Known(None), |block| block.string(name)))
}
