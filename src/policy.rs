//! Rules, their metadata, and which of them a run uses.

pub mod rule;
pub mod severity;
