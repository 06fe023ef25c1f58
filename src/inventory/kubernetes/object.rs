//! Objects of which nothing but the identity is read.

use super::Identity;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// An object of a kind that hfscan does not model further, or whose kind cannot be told.
    pub struct Object {
        /// What tells it from others.
        pub identity: Identity,
        /// Its kind, such as `ConfigMap`.
        pub object_kind: Value<String>,
    }

    /// What is derived for such an object.
    pub struct ObjectFacts {}
}

relations!(Object {});
