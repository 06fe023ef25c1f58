//! What cannot be told of a resource because others, from which it would be derived, could not be read.

use std::sync::Arc;

/// A place in what rules see of a resource whose value may be wrong: something that it is derived from
/// may be missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// The place, from `facts` or `relations`; `*` stands for any element of a list.
    pub path: Vec<&'static str>,
    /// Why, as a phrase.
    pub reason: Arc<str>,
}
