//! Rules, their metadata, and which of them a run uses.

pub mod embedded;
pub mod failure;
pub mod load;
pub mod metadata;
pub mod page;
pub mod profile;
pub mod rule;
pub mod select;
pub mod severity;

pub use failure::{PolicyFailure, Problem};
pub use load::{Library, Policies};
pub use select::{Selected, Selection, select};
