//! VPC, subnets, routing, instances and Auto Scaling: Terraform types → kinds.

use super::Types;

pub(super) const TYPES: Types = Types {
    owners: &[],
    parts: &[],
    aliases: &[],
};
