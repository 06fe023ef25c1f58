//! Amazon S3: general purpose buckets, each read in its own region, and the account's public access
//! block. Directory buckets are another listing and are not read: they have neither ACLs nor public
//! access.

mod account;
pub(crate) mod acl;
mod configuration;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_s3::Client;
use futures_util::future::join5;

use crate::collect::aws::context::{Context, Described, client, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::s3::Bucket;

const BUCKET: &str = "aws.s3.bucket";
const ACCOUNT_BLOCK: &str = "aws.s3.account_public_access_block";

pub(super) const SERVICE: Service = Service {
    name: "s3",
    scope: Scope::Global,
    kinds: &[ACCOUNT_BLOCK, BUCKET],
    operations: &[
        &LIST_BUCKETS,
        &GET_BUCKET_LOCATION,
        &GET_BUCKET_VERSIONING,
        &GET_BUCKET_ENCRYPTION,
        &GET_PUBLIC_ACCESS_BLOCK,
        &GET_BUCKET_POLICY,
        &GET_BUCKET_ACL,
        &GET_BUCKET_OWNERSHIP_CONTROLS,
        &GET_BUCKET_LOGGING,
        &GET_BUCKET_LIFECYCLE,
        &GET_BUCKET_REPLICATION,
        &GET_BUCKET_TAGGING,
        &account::GET_PUBLIC_ACCESS_BLOCK,
    ],
    collect: |context| Box::pin(collect(context)),
};

/// The bucket went away between the list and the look.
const GONE: &str = "NoSuchBucket";

const LIST_BUCKETS: Operation = Operation::listing("S3.ListBuckets", "s3:ListAllMyBuckets", &[BUCKET]);
// Without its region nobody can read a bucket, nor tell whether the audit wants it.
const GET_BUCKET_LOCATION: Operation =
    Operation { absent: &[GONE], ..Operation::listing("S3.GetBucketLocation", "s3:GetBucketLocation", &[BUCKET]) };
const GET_BUCKET_VERSIONING: Operation =
    Operation::detail("S3.GetBucketVersioning", "s3:GetBucketVersioning", &[BUCKET], &[GONE]);
const GET_BUCKET_ENCRYPTION: Operation = Operation::detail(
    "S3.GetBucketEncryption",
    "s3:GetEncryptionConfiguration",
    &[BUCKET],
    &[GONE, "ServerSideEncryptionConfigurationNotFoundError"],
);
const GET_PUBLIC_ACCESS_BLOCK: Operation = Operation::detail(
    "S3.GetPublicAccessBlock",
    "s3:GetBucketPublicAccessBlock",
    &[BUCKET],
    &[GONE, "NoSuchPublicAccessBlockConfiguration"],
);
const GET_BUCKET_POLICY: Operation =
    Operation::detail("S3.GetBucketPolicy", "s3:GetBucketPolicy", &[BUCKET], &[GONE, "NoSuchBucketPolicy"]);
const GET_BUCKET_ACL: Operation = Operation::detail("S3.GetBucketAcl", "s3:GetBucketAcl", &[BUCKET], &[GONE]);
const GET_BUCKET_OWNERSHIP_CONTROLS: Operation = Operation::detail(
    "S3.GetBucketOwnershipControls",
    "s3:GetBucketOwnershipControls",
    &[BUCKET],
    &[GONE, "OwnershipControlsNotFoundError"],
);
const GET_BUCKET_LOGGING: Operation =
    Operation::detail("S3.GetBucketLogging", "s3:GetBucketLogging", &[BUCKET], &[GONE]);
const GET_BUCKET_LIFECYCLE: Operation = Operation::detail(
    "S3.GetBucketLifecycleConfiguration",
    "s3:GetLifecycleConfiguration",
    &[BUCKET],
    &[GONE, "NoSuchLifecycleConfiguration"],
);
const GET_BUCKET_REPLICATION: Operation = Operation::detail(
    "S3.GetBucketReplication",
    "s3:GetReplicationConfiguration",
    &[BUCKET],
    &[GONE, "ReplicationConfigurationNotFoundError"],
);
const GET_BUCKET_TAGGING: Operation =
    Operation::detail("S3.GetBucketTagging", "s3:GetBucketTagging", &[BUCKET], &[GONE, "NoSuchTagSet"]);

/// The most that one page of the listing may hold. Only a listing that asks for pages tells regions.
const PAGE: i32 = 1000;

async fn collect(context: Context) {
    if context.wants(ACCOUNT_BLOCK) {
        account::collect(&context).await;
    }
    if context.wants(BUCKET) {
        buckets(&context).await;
    }
}

async fn buckets(context: &Context) {
    let home = client!(context, aws_sdk_s3);
    let mut listed: Vec<(String, Option<String>)> = Vec::new();
    let pages = home.list_buckets().max_buckets(PAGE).into_paginator().send();
    // A broken listing is a gap already; the buckets that it did tell are read all the same.
    let _ = context
        .pages(&LIST_BUCKETS, "", pages, |page| {
            let buckets = page.buckets.unwrap_or_default().into_iter();
            listed.extend(buckets.filter_map(|bucket| Some((bucket.name?, bucket.bucket_region))));
        })
        .await;
    let found = context.each(listed, |(name, region)| located(context, &home, name, region)).await;
    // Buckets of regions that the audit leaves out are not asked for anything.
    let found: Vec<(String, String)> =
        found.into_iter().flatten().filter(|(_, region)| context.reads(region)).collect();
    let regions: BTreeSet<&str> = found.iter().map(|(_, region)| region.as_str()).collect();
    let clients: BTreeMap<&str, Client> =
        regions.into_iter().map(|region| (region, client!(context, aws_sdk_s3, &context.sdk_in(region)))).collect();
    let asked = found.iter().filter_map(|(name, region)| Some((name, region, clients.get(region.as_str())?)));
    context.each(asked, |(name, region, client)| bucket(context, client, name, region)).await;
}

/// Returns a bucket's name and region; nothing if it is gone or does not tell.
async fn located(context: &Context, client: &Client, name: String, region: Option<String>) -> Option<(String, String)> {
    if let Some(region) = region.filter(|region| !region.is_empty()) {
        return Some((name, region));
    }
    let answer = client.get_bucket_location().bucket(&name).send();
    let answer = context.call(&GET_BUCKET_LOCATION, &name, answer).await.ok()??;
    let region = configuration::region(answer.location_constraint.as_ref());
    Some((name, region))
}

/// Reads one bucket: what one call is refused is unknown, the rest is told.
async fn bucket(context: &Context, client: &Client, name: &str, region: &str) {
    // Every bucket has an answer to this one: none means that it is gone.
    let versioning =
        context.call(&GET_BUCKET_VERSIONING, name, client.get_bucket_versioning().bucket(name).send()).await;
    if matches!(versioning, Ok(None)) {
        return;
    }
    let (encryption, block, policy, acl, ownership) = join5(
        context.call(&GET_BUCKET_ENCRYPTION, name, client.get_bucket_encryption().bucket(name).send()),
        context.call(&GET_PUBLIC_ACCESS_BLOCK, name, client.get_public_access_block().bucket(name).send()),
        context.call(&GET_BUCKET_POLICY, name, client.get_bucket_policy().bucket(name).send()),
        context.call(&GET_BUCKET_ACL, name, client.get_bucket_acl().bucket(name).send()),
        context.call(&GET_BUCKET_OWNERSHIP_CONTROLS, name, client.get_bucket_ownership_controls().bucket(name).send()),
    )
    .await;
    let (logging, lifecycle, replication, tags) = futures_util::future::join4(
        context.call(&GET_BUCKET_LOGGING, name, client.get_bucket_logging().bucket(name).send()),
        context.call(&GET_BUCKET_LIFECYCLE, name, client.get_bucket_lifecycle_configuration().bucket(name).send()),
        context.call(&GET_BUCKET_REPLICATION, name, client.get_bucket_replication().bucket(name).send()),
        context.call(&GET_BUCKET_TAGGING, name, client.get_bucket_tagging().bucket(name).send()),
    )
    .await;
    let attributes = Bucket {
        bucket: Value::Known(Some(name.to_owned())),
        encryption: value_of(encryption, |answer| {
            configuration::encryption(answer.and_then(|answer| answer.server_side_encryption_configuration).as_ref())
        }),
        public_access_block: value_of(block, |answer| {
            Some(configuration::public_access_block(
                answer.and_then(|answer| answer.public_access_block_configuration).as_ref(),
            ))
        }),
        versioning: value_of(versioning, |answer| Some(answer?.status?.as_str().to_owned())),
        policy: match policy {
            Ok(answer) => document::optional(answer.and_then(|answer| answer.policy).as_deref()),
            Err(reason) => Value::Unknown(reason),
        },
        acl: value_of(acl, |answer| {
            let answer = answer?;
            acl::canned(answer.owner()?.id()?, answer.grants())
        }),
        object_ownership: value_of(ownership, |answer| {
            let rules = answer?.ownership_controls?.rules;
            rules.first().map(|rule| rule.object_ownership.as_str().to_owned())
        }),
        logging_target: value_of(logging, |answer| {
            configuration::bucket_link(answer.and_then(|answer| answer.logging_enabled).map(|on| on.target_bucket))
        }),
        lifecycle: value_of(lifecycle, |answer| answer.is_some_and(|answer| !answer.rules().is_empty())),
        replication: value_of(replication, |answer| {
            configuration::destinations(answer.and_then(|answer| answer.replication_configuration).as_ref())
        }),
        provider_configuration: None,
    };
    context.add_in(
        region,
        Described {
            arn: format!("arn:{}:s3:::{name}", context.partition()),
            type_name: "AWS::S3::Bucket",
            name: Some(name.to_owned()),
            identifiers: vec![name.to_owned()],
            tags: value_of(tags, |answer| {
                let tags = answer.map(|answer| answer.tag_set).unwrap_or_default();
                tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
            }),
            attributes,
        },
    );
}
