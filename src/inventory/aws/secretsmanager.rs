//! Kinds of AWS Secrets Manager.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::iam::PolicyDocument;

model! {
    /// A secret.
    pub struct Secret {
        /// Its resource policy; null without one.
        pub policy: Value<Option<PolicyDocument>>,
    }

    /// What is derived for a secret.
    pub struct SecretFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
    }
}

relations!(Secret {});
