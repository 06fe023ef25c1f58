//! Facts of subnets: the route table in force, where its default routes lead, the tier and the
//! zone. What stands in a VPC is known only after placement, so VPCs come then.

mod intent;
mod routes;
mod subnets;
mod usage;
pub(super) mod vpcs;
pub(super) mod zones;

pub(super) use usage::runs_eks_nodes;

use super::Names;
use crate::inventory::Inventory;

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    let tables = routes::tables(inventory, names);
    let usage = usage::of_subnets(inventory);
    subnets::derive(inventory, &tables, &usage);
}
