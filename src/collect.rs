//! Collectors: from a source to resources of the inventory.

#[cfg(feature = "aws")]
pub mod aws;
pub mod kubernetes;
pub mod live;
pub mod terraform;
