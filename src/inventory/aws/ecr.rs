//! Kinds of Amazon ECR.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::iam::PolicyDocument;

model! {
    /// A repository.
    pub struct Repository {
        /// Its resource policy; null without one.
        pub policy: Value<Option<PolicyDocument>>,
    }

    /// What is derived for a repository.
    pub struct RepositoryFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
    }
}

relations!(Repository {});
