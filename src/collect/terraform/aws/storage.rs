//! S3, KMS and `CloudWatch` Logs: Terraform types → kinds.

mod bucket_parts;
mod buckets;
mod keys;

use super::{Belongs, OwnerType, PartType, Types};
use crate::collect::terraform::block::Block;
use crate::inventory::{Attributes, Value};

const fn bucket_part(
    types: &'static [&'static str],
    path: &'static [&'static str],
    join: fn(&mut Attributes, &Block<'_>, &Belongs),
) -> PartType {
    PartType { types, owners: &["aws.s3.bucket"], owner: "bucket", path, join, outside: Some(buckets::outside) }
}

pub(super) const TYPES: Types = Types {
    owners: &[
        OwnerType { types: &["aws_s3_bucket"], map: buckets::bucket },
        OwnerType { types: &["aws_s3_account_public_access_block"], map: buckets::account_public_access_block },
        OwnerType { types: &["aws_kms_key"], map: keys::key },
        OwnerType { types: &["aws_kms_external_key"], map: keys::external_key },
        OwnerType { types: &["aws_kms_replica_key", "aws_kms_replica_external_key"], map: keys::replica_key },
        OwnerType { types: &["aws_cloudwatch_log_group"], map: keys::log_group },
    ],
    parts: &[
        bucket_part(
            &["aws_s3_bucket_public_access_block"],
            &["public_access_block"],
            bucket_parts::public_access_block,
        ),
        bucket_part(&["aws_s3_bucket_server_side_encryption_configuration"], &["encryption"], bucket_parts::encryption),
        bucket_part(&["aws_s3_bucket_versioning"], &["versioning"], bucket_parts::versioning),
        bucket_part(&["aws_s3_bucket_policy"], &["policy"], bucket_parts::policy),
        bucket_part(&["aws_s3_bucket_acl"], &["acl"], bucket_parts::acl),
        bucket_part(&["aws_s3_bucket_ownership_controls"], &["object_ownership"], bucket_parts::ownership),
        bucket_part(&["aws_s3_bucket_logging"], &["logging_target"], bucket_parts::logging),
        bucket_part(&["aws_s3_bucket_lifecycle_configuration"], &["lifecycle"], bucket_parts::lifecycle),
        bucket_part(&["aws_s3_bucket_replication_configuration"], &["replication"], bucket_parts::replication),
        PartType {
            types: &["aws_kms_alias"],
            owners: &["aws.kms.key"],
            owner: "target_key_id",
            path: &["aliases"],
            join: keys::alias,
            outside: None,
        },
        PartType {
            types: &["aws_kms_key_policy"],
            owners: &["aws.kms.key"],
            owner: "key_id",
            path: &["policy"],
            join: keys::policy,
            outside: Some(keys::outside),
        },
    ],
    aliases: &[],
};

impl Belongs {
    /// Fills a field that only one resource can fill: a doubtful one does not undo a certain one.
    pub(super) fn set<T>(&self, field: &mut Value<Option<T>>, value: impl FnOnce() -> Value<Option<T>>) {
        match self {
            Self::Certainly => *field = value(),
            Self::Perhaps(reason) => {
                if matches!(field, Value::Known(None)) {
                    *field = Value::Unknown(reason.clone());
                }
            }
        }
    }
}
