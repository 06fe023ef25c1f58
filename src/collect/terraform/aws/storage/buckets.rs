//! Buckets with the blocks that older providers keep inside of them, and the account's public
//! access block.

use super::super::iam::policy as policy_of;
use super::super::{Mapped, outside_of};
use super::bucket_parts;
use crate::collect::terraform::block::Block;
use crate::inventory::aws::s3::{AccountPublicAccessBlock, Bucket};
use crate::inventory::{Attributes, Kind as _, Linked, Links, Value};

pub(super) fn bucket(block: &Block<'_>) -> Mapped {
    let name = block.string("bucket");
    let identifiers = name
        .known()
        .and_then(Option::as_deref)
        .map(|name| vec![name.to_owned(), format!("arn:aws:s3:::{name}")])
        .unwrap_or_default();
    Mapped {
        name: name.clone(),
        identifiers,
        attributes: Bucket {
            bucket: name,
            encryption: block
                .block("server_side_encryption_configuration")
                .and_then(|inline| match inline {
                    Some(inline) => bucket_parts::encryption_of(&inline),
                    None => Value::Known(None),
                }),
            public_access_block: Value::Known(None),
            versioning: versioning(block),
            policy: policy_of(block, "policy"),
            acl: block.string("acl"),
            object_ownership: Value::Known(None),
            logging_target: target_of(block.block("logging"), "target_bucket"),
            lifecycle: block.blocks("lifecycle_rule").map(|rules| !rules.is_empty()),
            replication: block
                .block("replication_configuration")
                .and_then(|inline| match inline {
                    Some(inline) => bucket_parts::destinations(inline.blocks("rules")),
                    None => Value::Known(Links::default()),
                }),
            provider_configuration: provider_configuration(block),
        }
        .into_attributes(),
    }
}

/// A bucket of which the plan has parts only.
pub(super) fn outside(block: &Block<'_>) -> Attributes {
    let reason = outside_of(block, "bucket");
    Bucket {
        bucket: block.string("bucket"),
        encryption: Value::Unknown(reason.clone()),
        public_access_block: Value::Unknown(reason.clone()),
        versioning: Value::Unknown(reason.clone()),
        policy: Value::Unknown(reason.clone()),
        acl: Value::Unknown(reason.clone()),
        object_ownership: Value::Unknown(reason.clone()),
        logging_target: Value::Unknown(reason.clone()),
        lifecycle: Value::Unknown(reason.clone()),
        replication: Value::Unknown(reason),
        provider_configuration: provider_configuration(block),
    }
    .into_attributes()
}

fn versioning(block: &Block<'_>) -> Value<Option<String>> {
    block.block("versioning").and_then(|inline| match inline {
        Some(inline) => inline
            .boolean_or("enabled", false)
            .map(|enabled| Some(if enabled { "Enabled" } else { "Suspended" }.to_owned())),
        None => Value::Known(None),
    })
}

pub(super) fn account_public_access_block(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("account_id"),
        identifiers: Vec::new(),
        attributes: AccountPublicAccessBlock {
            block_public_acls: block.boolean_or("block_public_acls", false),
            block_public_policy: block.boolean_or("block_public_policy", false),
            ignore_public_acls: block.boolean_or("ignore_public_acls", false),
            restrict_public_buckets: block.boolean_or("restrict_public_buckets", false),
            // One that names its account may be for another than the provider's own.
            provider_configuration: provider_configuration(block).filter(|_| !block.configured("account_id")),
        }
        .into_attributes(),
    }
}

fn target_of(block: Value<Option<Block<'_>>>, name: &str) -> Linked {
    block.and_then(|block| block.map_or_else(|| Value::Known(Links::default()), |block| block.link(name)))
}

/// Two resources of one provider configuration are in one account.
fn provider_configuration(block: &Block<'_>) -> Option<String> {
    let plan = block.plan();
    let position = plan.position_of(block.address())?;
    plan.written(position)?.provider.as_deref().map(str::to_owned)
}
