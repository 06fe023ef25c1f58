//! Rules, their metadata, and which of them a run uses.

pub mod page;
pub mod rule;
pub mod severity;
