//! AWS KMS: keys with rotation, policy, aliases and tags. Keys that AWS manages are read as well: whoever
//! is encrypted with one names it by an ARN that does not tell whose key it is.

use std::collections::BTreeMap;

use aws_sdk_kms::operation::get_key_policy::GetKeyPolicyOutput;
use aws_sdk_kms::operation::get_key_rotation_status::GetKeyRotationStatusOutput;
use aws_sdk_kms::operation::list_resource_tags::ListResourceTagsOutput;
use aws_sdk_kms::types::{KeyListEntry, KeyManagerType, KeyMetadata, KeySpec, KeyState, OriginType};

use crate::collect::aws::context::{Context, Described, client, known_list, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::kms::Key;
use crate::inventory::{Reason, Value};

const KEY: &str = "aws.kms.key";

pub(super) const SERVICE: Service = Service {
    name: "kms",
    scope: Scope::Regional,
    kinds: &[KEY],
    operations: &[
        &LIST_KEYS,
        &LIST_ALIASES,
        &DESCRIBE_KEY,
        &GET_KEY_ROTATION_STATUS,
        &GET_KEY_POLICY,
        &LIST_RESOURCE_TAGS,
    ],
    collect: |context| Box::pin(collect(context)),
};

/// The key went away between the list and the look.
const GONE: &[&str] = &["NotFoundException"];

/// The only name that a key policy can have.
const POLICY: &str = "default";

const LIST_KEYS: Operation = Operation::listing("KMS.ListKeys", "kms:ListKeys", &[KEY]);
const LIST_ALIASES: Operation = Operation::detail("KMS.ListAliases", "kms:ListAliases", &[KEY], &[]);
const DESCRIBE_KEY: Operation = Operation::detail("KMS.DescribeKey", "kms:DescribeKey", &[KEY], GONE);
const GET_KEY_ROTATION_STATUS: Operation = Operation::detail(
    "KMS.GetKeyRotationStatus",
    "kms:GetKeyRotationStatus",
    &[KEY],
    &["NotFoundException", "UnsupportedOperationException"],
);
const GET_KEY_POLICY: Operation = Operation::detail("KMS.GetKeyPolicy", "kms:GetKeyPolicy", &[KEY], GONE);
const LIST_RESOURCE_TAGS: Operation = Operation::detail("KMS.ListResourceTags", "kms:ListResourceTags", &[KEY], GONE);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_kms);
    let mut keys: Vec<KeyListEntry> = Vec::new();
    let mut aliases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let listed = client.list_keys().into_paginator().send();
    // A broken listing is a gap already; the keys that it did tell are read all the same.
    let _ = context.pages(&LIST_KEYS, "", listed, |page| keys.extend(page.keys.unwrap_or_default())).await;
    let named = client.list_aliases().into_paginator().send();
    let named = context.pages(&LIST_ALIASES, "", named, |page| {
        for alias in page.aliases.unwrap_or_default() {
            if let (Some(key), Some(name)) = (alias.target_key_id, alias.alias_name) {
                aliases.entry(key).or_default().push(name);
            }
        }
    });
    let named = named.await;
    for names in aliases.values_mut() {
        names.sort();
    }
    context
        .each(keys, |entry| {
            let id = entry.key_id.unwrap_or_default();
            let names = match &named {
                Ok(()) => Value::Known(aliases.get(&id).cloned().unwrap_or_default()),
                Err(reason) => Value::Unknown(reason.clone()),
            };
            key(&context, &client, Listed { id, arn: entry.key_arn.unwrap_or_default(), names })
        })
        .await;
}

/// What the listings tell of a key.
struct Listed {
    id: String,
    arn: String,
    /// Its aliases, sorted.
    names: Value<Vec<String>>,
}

/// What the other calls tell of a key.
struct Told {
    metadata: Result<KeyMetadata, Reason>,
    rotation: Result<Option<GetKeyRotationStatusOutput>, Reason>,
    policy: Result<Option<GetKeyPolicyOutput>, Reason>,
    tags: Result<Option<ListResourceTagsOutput>, Reason>,
}

async fn key(context: &Context, client: &aws_sdk_kms::Client, listed: Listed) {
    let id = &listed.id;
    let described = context.call(&DESCRIBE_KEY, id, client.describe_key().key_id(id).send()).await;
    let metadata = match described.map(|answer| answer.and_then(|answer| answer.key_metadata)) {
        Ok(Some(metadata)) => Ok(metadata),
        Ok(None) => return,
        Err(reason) => Err(reason),
    };
    let own = !is_of_aws(&listed.names, metadata.as_ref().ok());
    // Its alias is what tells others that a key is of AWS: without it, it would pass for one's own.
    if !own && !has_alias_of_aws(&listed.names) {
        return;
    }
    let rotates = own && metadata.as_ref().map_or(true, may_rotate);
    let (rotation, policy, tags) = futures_util::future::join3(
        only_if(
            rotates,
            context.call(&GET_KEY_ROTATION_STATUS, id, client.get_key_rotation_status().key_id(id).send()),
        ),
        only_if(own, context.call(&GET_KEY_POLICY, id, client.get_key_policy().key_id(id).policy_name(POLICY).send())),
        only_if(own, context.call(&LIST_RESOURCE_TAGS, id, client.list_resource_tags().key_id(id).send())),
    )
    .await;
    context.add(described_key(context, listed, Told { metadata, rotation, policy, tags }));
}

/// Saves a call whose answer is known to be that there is nothing.
async fn only_if<T>(ask: bool, call: impl Future<Output = Result<Option<T>, Reason>>) -> Result<Option<T>, Reason> {
    if ask { call.await } else { Ok(None) }
}

/// Whether AWS manages the key: then nobody can change it, and its policy lets in the account alone, by
/// the service that it was made for.
fn is_of_aws(names: &Value<Vec<String>>, metadata: Option<&KeyMetadata>) -> bool {
    let manager = metadata.and_then(|key| key.key_manager.as_ref());
    manager == Some(&KeyManagerType::Aws) || has_alias_of_aws(names)
}

/// Nobody but AWS may give such a name.
fn has_alias_of_aws(names: &Value<Vec<String>>) -> bool {
    names.known().into_iter().flatten().any(|name| name.starts_with("alias/aws/"))
}

/// Whether KMS can rotate the key by itself: a symmetric one whose material it made. It refuses to tell
/// the status of most others.
fn may_rotate(key: &KeyMetadata) -> bool {
    key.key_spec.as_ref().is_none_or(|spec| *spec == KeySpec::SymmetricDefault)
        && key.origin.as_ref().is_none_or(|origin| *origin == OriginType::AwsKms)
}

/// Whether the key may be used. While the primary region of a key in several regions changes, its state
/// is `Updating`, and it works.
fn is_usable(key: &KeyMetadata) -> bool {
    key.key_state.as_ref().map_or(key.enabled, |state| matches!(state, KeyState::Enabled | KeyState::Updating))
}

fn described_key(context: &Context, listed: Listed, told: Told) -> Described<Key> {
    let Listed { id, arn, names } = listed;
    let aliases = names.known().cloned().unwrap_or_default();
    let named = aliases.iter().flat_map(|name| [name.clone(), context.arn("kms", name)]);
    Described {
        type_name: "AWS::KMS::Key",
        name: aliases.first().cloned(),
        identifiers: std::iter::once(id).chain(named).collect(),
        arn,
        tags: value_of(told.tags, |answer| {
            let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
            tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect()
        }),
        attributes: attributes(names, &told.metadata, told.rotation, told.policy),
    }
}

fn attributes(
    names: Value<Vec<String>>,
    metadata: &Result<KeyMetadata, Reason>,
    rotation: Result<Option<GetKeyRotationStatusOutput>, Reason>,
    policy: Result<Option<GetKeyPolicyOutput>, Reason>,
) -> Key {
    let of_aws = is_of_aws(&names, metadata.as_ref().ok());
    let metadata = match metadata {
        Ok(key) => Value::Known(key),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    Key {
        enabled: metadata.clone().map(is_usable),
        // AWS rotates its own keys every year.
        rotation: value_of(rotation, |status| of_aws || status.is_some_and(|status| status.key_rotation_enabled)),
        key_usage: metadata.clone().map(|key| key.key_usage.as_ref().map(|usage| usage.as_str().to_owned())),
        key_spec: metadata.clone().map(|key| key.key_spec.as_ref().map(|spec| spec.as_str().to_owned())),
        deletion_window_in_days: metadata.clone().map(|key| key.pending_deletion_window_in_days.map(i64::from)),
        multi_region: metadata.map(|key| key.multi_region.unwrap_or(false)),
        policy: match policy {
            Ok(answer) => document::optional(answer.and_then(|answer| answer.policy).as_deref()),
            Err(reason) => Value::Unknown(reason),
        },
        aliases: names.and_then(known_list),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kms::types::KeyUsageType;

    use super::*;

    fn metadata() -> aws_sdk_kms::types::builders::KeyMetadataBuilder {
        KeyMetadata::builder()
            .key_id("1")
            .key_manager(KeyManagerType::Customer)
            .key_spec(KeySpec::SymmetricDefault)
            .key_usage(KeyUsageType::EncryptDecrypt)
            .origin(OriginType::AwsKms)
    }

    fn read(key: aws_sdk_kms::types::builders::KeyMetadataBuilder, names: &[&str]) -> Key {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        attributes(Value::Known(names), &Ok(key.build().unwrap()), Ok(None), Ok(None))
    }

    #[test]
    fn a_key_that_changes_its_primary_region_works_and_one_that_waits_for_deletion_does_not() {
        let enabled = |state| is_usable(&metadata().enabled(false).key_state(state).build().unwrap());
        assert!(enabled(KeyState::Enabled) && enabled(KeyState::Updating));
        for state in [KeyState::PendingDeletion, KeyState::PendingReplicaDeletion, KeyState::PendingImport] {
            assert!(!enabled(state));
        }
        assert!(is_usable(&metadata().enabled(true).build().unwrap()));
    }

    #[test]
    fn only_symmetric_keys_of_kms_itself_are_asked_for_rotation() {
        let may = |key: aws_sdk_kms::types::builders::KeyMetadataBuilder| may_rotate(&key.build().unwrap());
        assert!(may(metadata()) && may(metadata().multi_region(true)));
        assert!(!may(metadata().key_spec(KeySpec::Rsa2048)));
        assert!(!may(metadata().origin(OriginType::External)));
        assert!(!may(metadata().origin(OriginType::AwsCloudhsm)));
        assert_eq!(read(metadata().key_spec(KeySpec::Rsa2048), &[]).rotation, Value::Known(false));
    }

    #[test]
    fn a_key_that_aws_manages_rotates_and_lets_nobody_else_in() {
        let key = read(metadata().key_manager(KeyManagerType::Aws), &["alias/aws/rds"]);
        assert_eq!(key.rotation, Value::Known(true));
        assert_eq!(key.policy, Value::Known(None));
        assert!(is_of_aws(&Value::Known(vec!["alias/aws/rds".to_owned()]), None));
        assert!(!is_of_aws(&Value::Known(vec!["alias/orders".to_owned()]), None));
    }

    #[test]
    fn what_was_denied_is_unknown() {
        let denied = || Reason::Denied("kms:DescribeKey".to_owned());
        let key = attributes(Value::Known(Vec::new()), &Err(denied()), Err(denied()), Err(denied()));
        assert_eq!(key.enabled, Value::Unknown(denied()));
        assert_eq!(key.rotation, Value::Unknown(denied()));
        assert_eq!(key.policy, Value::Unknown(denied()));
        assert_eq!(key.deletion_window_in_days, Value::Unknown(denied()));
    }
}
