//! What a bucket's configurations say: answers of S3 → fields of the kind.

use aws_sdk_s3::types::{
    BucketLocationConstraint, PublicAccessBlockConfiguration, ReplicationConfiguration,
    ServerSideEncryptionConfiguration,
};

use crate::collect::aws::context::links;
use crate::inventory::aws::s3::{Encryption, PublicAccessBlock};
use crate::inventory::{Links, Target, Value};

/// Returns the region that a location constraint stands for: the oldest region has none, and Ireland
/// has a name of its own.
pub(super) fn region(constraint: Option<&BucketLocationConstraint>) -> String {
    match constraint.map(BucketLocationConstraint::as_str) {
        None | Some("") => "us-east-1".to_owned(),
        Some("EU") => "eu-west-1".to_owned(),
        Some(region) => region.to_owned(),
    }
}

/// Default encryption. S3 keeps one for every bucket and tells nobody who chose it: what it tells is
/// what can be reviewed, and so counts as written down.
pub(super) fn encryption(configuration: Option<&ServerSideEncryptionConfiguration>) -> Option<Encryption> {
    let rule = configuration?.rules.first()?;
    let by_default = rule.apply_server_side_encryption_by_default.as_ref();
    Some(Encryption {
        algorithm: Value::Known(by_default.map(|by_default| by_default.sse_algorithm.as_str().to_owned())),
        kms_key: links(by_default.and_then(|by_default| by_default.kms_master_key_id.clone())),
        bucket_key_enabled: Value::Known(rule.bucket_key_enabled.unwrap_or(false)),
    })
}

/// The four settings in force. A bucket without the configuration once lost it: then all are off. In a
/// plan it is otherwise, as S3 turns them on for new buckets; hence a live bucket never has none.
pub(super) fn public_access_block(configuration: Option<&PublicAccessBlockConfiguration>) -> PublicAccessBlock {
    let flag = |read: fn(&PublicAccessBlockConfiguration) -> Option<bool>| {
        Value::Known(configuration.and_then(read).unwrap_or(false))
    };
    PublicAccessBlock {
        block_public_acls: flag(|block| block.block_public_acls),
        block_public_policy: flag(|block| block.block_public_policy),
        ignore_public_acls: flag(|block| block.ignore_public_acls),
        restrict_public_buckets: flag(|block| block.restrict_public_buckets),
    }
}

/// The buckets that replication rules lead to, by ARN.
pub(super) fn destinations(configuration: Option<&ReplicationConfiguration>) -> Links {
    let rules = configuration.map(|configuration| configuration.rules.as_slice()).unwrap_or_default();
    let buckets = rules.iter().filter_map(|rule| rule.destination.as_ref()).map(|destination| &destination.bucket);
    Links::all(buckets.filter(|bucket| !bucket.is_empty()).cloned().map(Target::Literal))
}

/// A link to one bucket, by name.
pub(super) fn bucket_link(name: Option<String>) -> Links {
    Links::all(name.filter(|name| !name.is_empty()).map(Target::Literal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::types::{
        Destination, ReplicationRule, ReplicationRuleStatus, ServerSideEncryption, ServerSideEncryptionByDefault,
        ServerSideEncryptionRule,
    };

    fn literal(name: &str) -> Links {
        Links::all([Target::Literal(name.to_owned())])
    }

    #[test]
    fn the_oldest_regions_have_names_of_their_own() {
        assert_eq!(region(None), "us-east-1");
        assert_eq!(region(Some(&BucketLocationConstraint::from(""))), "us-east-1");
        assert_eq!(region(Some(&BucketLocationConstraint::Eu)), "eu-west-1");
        assert_eq!(region(Some(&BucketLocationConstraint::from("xx-new-9"))), "xx-new-9");
    }

    #[test]
    fn a_key_is_linked_and_a_bucket_without_rules_has_no_encryption() {
        let by_default = ServerSideEncryptionByDefault::builder()
            .sse_algorithm(ServerSideEncryption::AwsKms)
            .kms_master_key_id("arn:aws:kms:us-east-1:111122223333:key/k")
            .build()
            .unwrap();
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(by_default)
            .bucket_key_enabled(true)
            .build();
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
        let read = encryption(Some(&configuration)).unwrap();
        assert!(read.algorithm.is(&Some("aws:kms".to_owned())));
        assert!(read.kms_key.is(&literal("arn:aws:kms:us-east-1:111122223333:key/k")));
        assert!(read.bucket_key_enabled.is(&true));
        assert!(encryption(None).is_none());
    }

    #[test]
    fn a_bucket_that_lost_its_block_has_every_setting_off() {
        let block = public_access_block(None);
        assert!(block.block_public_acls.is(&false) && block.restrict_public_buckets.is(&false));
        let some = PublicAccessBlockConfiguration::builder().ignore_public_acls(true).build();
        let block = public_access_block(Some(&some));
        assert!(block.ignore_public_acls.is(&true) && block.block_public_policy.is(&false));
    }

    #[test]
    fn replication_leads_to_buckets_once_each() {
        let rule = || {
            ReplicationRule::builder()
                .status(ReplicationRuleStatus::Enabled)
                .destination(Destination::builder().bucket("arn:aws:s3:::copy").build().unwrap())
                .build()
                .unwrap()
        };
        let configuration = ReplicationConfiguration::builder().role("r").rules(rule()).rules(rule()).build().unwrap();
        assert_eq!(destinations(Some(&configuration)), literal("arn:aws:s3:::copy"));
        assert_eq!(destinations(None), Links::default());
        assert_eq!(bucket_link(None), Links::default());
    }
}
