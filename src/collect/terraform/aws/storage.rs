//! S3, KMS, log groups and other stores with policies: Terraform types → kinds.

use super::Types;

pub(super) const TYPES: Types = Types {
    owners: &[],
    parts: &[],
    aliases: &[],
};
