//! Who may do what: effective permissions and trust.

use super::Names;
use crate::inventory::Inventory;

pub(super) fn derive(_inventory: &mut Inventory, _names: &Names) {}
