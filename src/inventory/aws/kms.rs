//! Kinds of AWS KMS.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::iam::PolicyDocument;

model! {
    /// A key.
    pub struct Key {
        /// Whether it may be used.
        pub enabled: Value<bool>,
        /// Whether its material is rotated by itself.
        pub rotation: Value<bool>,
        /// `ENCRYPT_DECRYPT`, `SIGN_VERIFY` …
        pub key_usage: Value<Option<String>>,
        /// `SYMMETRIC_DEFAULT`, `RSA_2048` …
        pub key_spec: Value<Option<String>>,
        /// Days until a deletion takes effect.
        pub deletion_window_in_days: Value<Option<i64>>,
        /// Whether it exists in several regions.
        pub multi_region: Value<bool>,
        /// Its resource policy; null means the default: the account only.
        pub policy: Value<Option<PolicyDocument>>,
        /// Names that lead to it (`alias/…`).
        pub aliases: Value<Vec<Value<String>>>,
    }

    /// What is derived for a key.
    pub struct KeyFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
    }
}

relations!(Key {});
