//! Who may do what: effective permissions and trust.

mod actions;
mod conditions;
mod escalation;
mod grants;
mod managed;
mod principals;
mod resources;

use super::Names;
use crate::inventory::Inventory;

pub(super) fn derive(_inventory: &mut Inventory, _names: &Names) {}
