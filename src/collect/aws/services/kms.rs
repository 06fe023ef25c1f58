//! AWS KMS: keys that the customer manages, with rotation, policy, aliases and tags.

use std::collections::BTreeMap;

use aws_sdk_kms::types::{KeyListEntry, KeyManagerType, KeyState};

use crate::collect::aws::context::{Context, Described, client, known_list, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::aws::kms::Key;

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
    context
        .each(keys, |entry| {
            let id = entry.key_id.unwrap_or_default();
            let names = match &named {
                Ok(()) => Value::Known(aliases.get(&id).cloned().unwrap_or_default()),
                Err(reason) => Value::Unknown(reason.clone()),
            };
            key(&context, &client, id, entry.key_arn.unwrap_or_default(), names)
        })
        .await;
}

async fn key(context: &Context, client: &aws_sdk_kms::Client, id: String, arn: String, names: Value<Vec<String>>) {
    let described = context.call(&DESCRIBE_KEY, &id, client.describe_key().key_id(&id).send()).await;
    let metadata = match described.map(|answer| answer.and_then(|answer| answer.key_metadata)) {
        Ok(Some(metadata)) => Ok(metadata),
        Ok(None) => return,
        Err(reason) => Err(reason),
    };
    // Keys of AWS itself are nobody's resource: nobody can change them.
    if metadata.as_ref().is_ok_and(|key| key.key_manager == Some(KeyManagerType::Aws)) {
        return;
    }
    let (rotation, policy, tags) = futures_util::future::join3(
        context.call(&GET_KEY_ROTATION_STATUS, &id, client.get_key_rotation_status().key_id(&id).send()),
        context.call(&GET_KEY_POLICY, &id, client.get_key_policy().key_id(&id).send()),
        context.call(&LIST_RESOURCE_TAGS, &id, client.list_resource_tags().key_id(&id).send()),
    )
    .await;
    let of = |read: &dyn Fn(&aws_sdk_kms::types::KeyMetadata) -> Option<String>| match &metadata {
        Ok(key) => Value::Known(read(key)),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    let flag = |read: &dyn Fn(&aws_sdk_kms::types::KeyMetadata) -> bool| match &metadata {
        Ok(key) => Value::Known(read(key)),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    let attributes = Key {
        enabled: flag(&|key| key.key_state.as_ref().map_or(key.enabled, |state| *state == KeyState::Enabled)),
        rotation: value_of(rotation, |status| status.is_some_and(|status| status.key_rotation_enabled)),
        key_usage: of(&|key| key.key_usage.as_ref().map(|usage| usage.as_str().to_owned())),
        key_spec: of(&|key| key.key_spec.as_ref().map(|spec| spec.as_str().to_owned())),
        deletion_window_in_days: match &metadata {
            Ok(key) => Value::Known(key.pending_deletion_window_in_days.map(i64::from)),
            Err(reason) => Value::Unknown(reason.clone()),
        },
        multi_region: flag(&|key| key.multi_region.unwrap_or(false)),
        policy: match policy {
            Ok(answer) => document::optional(answer.and_then(|answer| answer.policy).as_deref()),
            Err(reason) => Value::<Option<PolicyDocument>>::Unknown(reason),
        },
        aliases: names.clone().and_then(known_list),
    };
    let mut identifiers = vec![id];
    for name in names.known().into_iter().flatten() {
        identifiers.push(name.clone());
        identifiers.push(context.arn("kms", name));
    }
    context.add(Described {
        arn,
        type_name: "AWS::KMS::Key",
        name: names.known().and_then(|names| names.first().cloned()),
        identifiers,
        tags: value_of(tags, |answer| {
            let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
            tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect()
        }),
        attributes,
    });
}
