//! Facts of a bucket: what blocks public access to it, what encrypts its objects, whether its policy
//! demands TLS.

use super::{either, keys, policies};
use crate::inventory::aws::s3::{
    AccountPublicAccessBlock, Bucket, BucketFacts, Encryption, PublicAccessBlock, PublicAccessSetting,
};
use crate::inventory::{Index, Inventory, Resource, Value};
use crate::relate::{Names, lookup};

type Setting<T> = (&'static str, fn(&T) -> &Value<bool>);

const OF_BUCKET: [Setting<PublicAccessBlock>; 4] = [
    ("block_public_acls", |block| &block.block_public_acls),
    ("block_public_policy", |block| &block.block_public_policy),
    ("ignore_public_acls", |block| &block.ignore_public_acls),
    ("restrict_public_buckets", |block| &block.restrict_public_buckets),
];

const OF_ACCOUNT: [fn(&AccountPublicAccessBlock) -> &Value<bool>; 4] = [
    |block| &block.block_public_acls,
    |block| &block.block_public_policy,
    |block| &block.ignore_public_acls,
    |block| &block.restrict_public_buckets,
];

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    let blocks: Vec<_> =
        inventory.of::<AccountPublicAccessBlock>().map(|(_, resource, block)| (resource, block)).collect();
    let derived: Vec<(Index, BucketFacts)> = inventory
        .of::<Bucket>()
        .map(|(index, resource, bucket)| {
            let account = of_account(&blocks, resource, bucket);
            let (algorithm, written, key_owner) = encryption(inventory, names, index, bucket);
            let scope = policies::Scope { resource, service: "s3", below: true };
            let facts = BucketFacts {
                public_access_block: settings(bucket, &account),
                public_access_block_written: written_down(bucket, &account),
                encryption_algorithm: algorithm,
                encryption_written: written,
                key_owner,
                denies_plain_http: policies::denies_plain_text(&bucket.policy, &scope),
                grants: Vec::new(),
            };
            (index, facts)
        })
        .collect();
    for (index, derived) in derived {
        if let Some(facts) = inventory.facts_mut::<Bucket>(index) {
            *facts = derived;
        }
    }
}

/// The four settings of an account, in order.
fn of_account(
    blocks: &[(&Resource, &AccountPublicAccessBlock)],
    resource: &Resource,
    bucket: &Bucket,
) -> [Value<bool>; 4] {
    let mut flags = [const { Value::Known(false) }; 4];
    for (of_account, block) in blocks {
        let here = match (&of_account.account, &resource.account) {
            (Value::Known(one), Value::Known(other)) => Value::Known(one == other),
            _ if is_same(block, bucket) && of_account.origin.file == resource.origin.file => Value::Known(true),
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        };
        for (flag, of_block) in flags.iter_mut().zip(OF_ACCOUNT) {
            *flag = either(flag, &super::both(&here, of_block(block)));
        }
    }
    flags
}

/// A plan does not tell accounts, but one provider configuration is one account.
fn is_same(block: &AccountPublicAccessBlock, bucket: &Bucket) -> bool {
    block.provider_configuration.is_some() && block.provider_configuration == bucket.provider_configuration
}

fn settings(bucket: &Bucket, account: &[Value<bool>; 4]) -> Vec<PublicAccessSetting> {
    OF_BUCKET
        .iter()
        .zip(account)
        .map(|((setting, of_block), account)| {
            let own = match &bucket.public_access_block {
                Value::Known(Some(block)) => of_block(block).clone(),
                // Since April 2023 S3 turns all four on for a bucket that nobody configures.
                Value::Known(None) => Value::Known(true),
                Value::Unknown(reason) => Value::Unknown(reason.clone()),
            };
            PublicAccessSetting { setting: (*setting).to_owned(), on: either(&own, account) }
        })
        .collect()
}

fn written_down(bucket: &Bucket, account: &[Value<bool>; 4]) -> Value<bool> {
    let own = bucket.public_access_block.as_ref().map(Option::is_some);
    let whole = account.iter().fold(Value::Known(true), |all, flag| super::both(&all, flag));
    either(&own, &whole)
}

/// Algorithm, whether it is written down, and the owner of the key.
fn encryption(
    inventory: &Inventory,
    names: &Names,
    index: Index,
    bucket: &Bucket,
) -> (Value<String>, Value<bool>, Value<String>) {
    let written = bucket.encryption.as_ref().map(Option::is_some);
    // Since January 2023 S3 encrypts every new object with AES256 where nothing is configured.
    let algorithm = bucket.encryption.as_ref().and_then(|encryption| match encryption {
        Some(Encryption { algorithm, .. }) => {
            algorithm.as_ref().map(|name| name.clone().unwrap_or_else(|| "AES256".to_owned()))
        }
        None => Value::Known("AES256".to_owned()),
    });
    let owner = match (&algorithm, &bucket.encryption) {
        (Value::Known(name), _) if name == "AES256" => Value::Known(keys::AWS_OWNED.to_owned()),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        (_, Value::Known(None)) => Value::Known(keys::AWS_OWNED.to_owned()),
        (_, Value::Known(Some(encryption))) => {
            let edges = lookup(inventory, names, index, &encryption.kms_key, &["aws.kms.key"]);
            keys::owner(inventory, index, &edges, keys::AWS_MANAGED)
        }
    };
    (algorithm, written, owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Kind as _, Origin, Reason};
    use std::collections::BTreeMap;

    fn flags(values: [bool; 4]) -> [Value<bool>; 4] {
        values.map(Value::Known)
    }

    fn on(bucket: &Bucket, account: [bool; 4]) -> Vec<Value<bool>> {
        settings(bucket, &flags(account)).into_iter().map(|setting| setting.on).collect()
    }

    #[test]
    fn a_setting_is_on_where_the_bucket_or_the_account_says_so() {
        let block = PublicAccessBlock { block_public_acls: Value::Known(true), ..PublicAccessBlock::default() };
        let bucket = Bucket { public_access_block: Value::Known(Some(block)), ..Bucket::default() };
        assert_eq!(on(&bucket, [false, true, false, false]), flags([true, true, false, false]));
    }

    #[test]
    fn nothing_written_down_leaves_the_default_of_s3() {
        let bucket = Bucket::default();
        assert_eq!(on(&bucket, [false; 4]), flags([true; 4]));
        assert_eq!(written_down(&bucket, &flags([false; 4])), Value::Known(false));
        assert_eq!(written_down(&bucket, &flags([true; 4])), Value::Known(true));
        assert_eq!(written_down(&bucket, &flags([true, true, true, false])), Value::Known(false));
    }

    /// A resource of a live account.
    fn live(account: &str) -> Resource {
        Resource {
            id: account.into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(Some(account.to_owned())),
            region: Value::Known(None),
            tags: Value::Known(BTreeMap::new()),
            identifiers: Vec::new(),
            origin: Origin::live(account, "AWS::S3::Bucket"),
            parts: Vec::new(),
            attributes: Bucket::default().into_attributes(),
        }
    }

    #[test]
    fn the_block_of_a_live_account_is_found_by_its_number() {
        let on = AccountPublicAccessBlock { block_public_acls: Value::Known(true), ..Default::default() };
        let reason = Reason::Denied("s3:GetAccountPublicAccessBlock".to_owned());
        let denied =
            AccountPublicAccessBlock { block_public_acls: Value::Unknown(reason.clone()), ..Default::default() };
        let (one, two) = (live("111122223333"), live("444455556666"));
        let blocks = [(&one, &on), (&two, &denied)];
        let of = |account: &str| of_account(&blocks, &live(account), &Bucket::default());
        assert_eq!(of("111122223333"), flags([true, false, false, false]));
        assert_eq!(of("444455556666")[0], Value::Unknown(reason));
        assert_eq!(of("777788889999"), flags([false; 4]));
    }

    #[test]
    fn a_block_that_cannot_be_told_is_settled_by_the_account() {
        let reason = Reason::KnownAfterApply(None);
        let bucket = Bucket { public_access_block: Value::Unknown(reason.clone()), ..Bucket::default() };
        assert_eq!(on(&bucket, [true; 4]), flags([true; 4]));
        assert_eq!(on(&bucket, [false; 4]), [const { Value::Unknown(Reason::KnownAfterApply(None)) }; 4]);
    }
}
