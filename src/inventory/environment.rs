//! The environment: all inputs of a run together. Rules about what must exist judge it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kind::{Relation, Relations};

/// All inputs of a run together.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Environment {}

/// What exists in the environment.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentFacts {
    /// Ids of EKS clusters.
    pub eks_clusters: Vec<String>,
}

impl Relations for Environment {
    fn relations(&self) -> Vec<Relation<'_>> {
        Vec::new()
    }
}
