//! Kinds of Amazon SQS.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::iam::PolicyDocument;

model! {
    /// A queue.
    pub struct Queue {
        /// Its resource policy; null without one.
        pub policy: Value<Option<PolicyDocument>>,
    }

    /// What is derived for a queue.
    pub struct QueueFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
    }
}

relations!(Queue {});
