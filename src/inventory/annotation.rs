//! What an annotation of a Kubernetes object says to hfscan.

use std::sync::Arc;

/// An annotation whose name begins with `hfscan`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The id of the object that has it.
    pub resource: Arc<str>,
    /// Its name, such as `hfscan.ignore/k8s-apps-workload-autoscaling`.
    pub name: String,
    /// Its text; nothing where it has none or holds a placeholder.
    pub text: Option<String>,
    /// The file as the user named it.
    pub file: Arc<str>,
    /// Line of the text, from 1.
    pub line: u32,
    /// Column in UTF-16 units, from 1.
    pub column: u32,
}
