//! Why an input holds no readable manifests: each says where and what to do.

use std::sync::Arc;

use crate::source::Position;

/// Why manifests could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The text is no YAML, or costs more than it may.
    #[error("{file}:{}:{}: not valid YAML: {message}", position.line, position.column)]
    Syntax {
        /// The file.
        file: Arc<str>,
        /// Where it breaks.
        position: Position,
        /// What is wrong, without any of the text.
        message: String,
    },
    /// A template instead of what is made of it.
    #[error("{file}:{}:{}: {what}; {remedy}", position.line, position.column)]
    Template {
        /// The file.
        file: Arc<str>,
        /// Where it was noticed.
        position: Position,
        /// What it is.
        what: String,
        /// How to make manifests of it.
        remedy: String,
    },
    /// YAML of another kind.
    #[error(
        "{file}: no Kubernetes object in it, expected manifests with `apiVersion` and `kind`, as `helm template` and `kubectl kustomize` print them"
    )]
    Nothing {
        /// The file.
        file: Arc<str>,
    },
}
