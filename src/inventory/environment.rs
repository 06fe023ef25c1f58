//! The environment: all inputs of a run together. Rules about what must exist judge it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kind::{Relation, Relations};
use super::model::model;
use super::value::Value;

/// All inputs of a run together.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Environment {}

model! {
    /// An EKS cluster of the environment.
    pub struct EksCluster {
        /// Its id.
        pub id: String,
        /// Whether something runs pods for it: node groups, Fargate profiles, Auto Mode or Auto
        /// Scaling groups that join it.
        pub capacity: Value<bool>,
    }

    /// An instance or Auto Scaling group that seems to run Kubernetes without EKS.
    pub struct SelfManagedKubernetes {
        /// Its id.
        pub id: String,
        /// Whether it runs a control plane: its tags say so, or name a cluster that is no EKS
        /// cluster of the inventory.
        pub control_plane: Value<bool>,
        /// The tag that says so.
        pub tag: Option<String>,
    }

    /// What exists in the environment.
    pub struct EnvironmentFacts {
        /// EKS clusters.
        pub eks_clusters: Vec<EksCluster>,
        /// Instances and Auto Scaling groups whose tags speak of Kubernetes, or may.
        pub self_managed_kubernetes: Vec<SelfManagedKubernetes>,
    }
}

impl Relations for Environment {
    fn relations(&self) -> Vec<Relation<'_>> {
        Vec::new()
    }
}
