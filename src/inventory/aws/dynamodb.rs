//! Kinds of Amazon `DynamoDB`.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::iam::PolicyDocument;

model! {
    /// A table.
    pub struct Table {
        /// Its resource policy; null without one.
        pub policy: Value<Option<PolicyDocument>>,
    }

    /// What is derived for a table.
    pub struct TableFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
    }
}

relations!(Table {});
