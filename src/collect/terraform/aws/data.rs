//! RDS, ElastiCache and EFS: Terraform types → kinds.

use super::Types;

pub(super) const TYPES: Types = Types {
    owners: &[],
    parts: &[],
    aliases: &[],
};
