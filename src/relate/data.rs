//! Facts of databases, caches, file systems and buckets.

use super::Names;
use crate::inventory::Inventory;

pub(super) fn derive(_inventory: &mut Inventory, _names: &Names) {}
