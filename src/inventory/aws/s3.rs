//! Kinds of Amazon S3.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::iam::PolicyDocument;

model! {
    /// The four settings that block public access.
    pub struct PublicAccessBlock {
        /// Whether new public ACLs are refused.
        pub block_public_acls: Value<bool>,
        /// Whether new public policies are refused.
        pub block_public_policy: Value<bool>,
        /// Whether public ACLs are ignored.
        pub ignore_public_acls: Value<bool>,
        /// Whether public policies give access to nobody else.
        pub restrict_public_buckets: Value<bool>,
    }

    /// Default encryption of a bucket.
    pub struct Encryption {
        /// `AES256`, `aws:kms` or `aws:kms:dsse`.
        pub algorithm: Value<Option<String>>,
        /// The key, for the KMS algorithms; absent means the AWS managed key.
        pub kms_key: Linked,
        /// Whether a bucket key saves calls to KMS.
        pub bucket_key_enabled: Value<bool>,
    }

    /// A bucket with all that is configured for it by resources of their own.
    pub struct Bucket {
        /// Its name.
        pub bucket: Value<Option<String>>,
        /// Default encryption that is written down; null when none is, and AES256 applies.
        pub encryption: Value<Option<Encryption>>,
        /// Its own public access block; null when none is written down.
        pub public_access_block: Value<Option<PublicAccessBlock>>,
        /// `Enabled`, `Suspended` or `Disabled`; null when nothing is written down.
        pub versioning: Value<Option<String>>,
        /// Its resource policy; null without one.
        pub policy: Value<Option<PolicyDocument>>,
        /// Canned ACL; null without one.
        pub acl: Value<Option<String>>,
        /// Object ownership, such as `BucketOwnerEnforced`; null when nothing is written down.
        pub object_ownership: Value<Option<String>>,
        /// The bucket that gets its access logs.
        pub logging_target: Linked,
        /// Whether lifecycle rules exist.
        pub lifecycle: Value<bool>,
        /// Buckets that it replicates to.
        pub replication: Linked,
        /// Provider configuration that manages it, as the source names it; null where there is none.
        pub provider_configuration: Option<String>,
    }

    /// What is derived for a bucket.
    pub struct BucketFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
        /// The four settings that block public access, in force: the bucket's own or the account's.
        pub public_access_block: Vec<PublicAccessSetting>,
        /// Whether those settings are written down: for the bucket, or all four for the account.
        pub public_access_block_written: Value<bool>,
        /// Algorithm of the default encryption in force: `AES256`, `aws:kms` or `aws:kms:dsse`.
        pub encryption_algorithm: Value<String>,
        /// Whether the default encryption is written down.
        pub encryption_written: Value<bool>,
        /// Owner of the key of the default encryption: `aws_owned` (AES256), `aws_managed`,
        /// `customer_managed` or `external_account`.
        pub key_owner: Value<String>,
        /// Whether its policy denies everyone every request without TLS.
        pub denies_plain_http: Value<bool>,
    }

    /// One of the four settings that block public access.
    pub struct PublicAccessSetting {
        /// Its name, such as `block_public_acls`.
        pub setting: String,
        /// Whether it is on.
        pub on: Value<bool>,
    }

    /// Public access block of an account.
    pub struct AccountPublicAccessBlock {
        /// Whether new public ACLs are refused.
        pub block_public_acls: Value<bool>,
        /// Whether new public policies are refused.
        pub block_public_policy: Value<bool>,
        /// Whether public ACLs are ignored.
        pub ignore_public_acls: Value<bool>,
        /// Whether public policies give access to nobody else.
        pub restrict_public_buckets: Value<bool>,
        /// Provider configuration that manages it, as the source names it; null where there is none.
        pub provider_configuration: Option<String>,
    }

    /// What is derived for an account's public access block.
    pub struct AccountPublicAccessBlockFacts {}
}

relations!(Bucket { logging_target => "aws.s3.bucket", replication => "aws.s3.bucket" });
relations!(AccountPublicAccessBlock {});
