//! Collectors: from a source to resources of the inventory.

pub mod kubernetes;
pub mod terraform;
