//! Evaluates rules on the inventory: every rule on every resource of its kind.

pub mod outcome;
