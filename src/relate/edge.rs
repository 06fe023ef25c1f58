//! Facts of load balancers, listeners, certificates and web ACLs.

mod listeners;
mod load_balancers;
mod web_acls;

use super::Names;
use crate::inventory::Inventory;

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    listeners::derive(inventory);
    load_balancers::derive(inventory, names);
    web_acls::derive(inventory);
}
