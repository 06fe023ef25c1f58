//! Kinds of the API group `apps`: what runs pods.

use super::{Companion, Identity, Pods, Selector};
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A Deployment.
    pub struct Deployment {
        /// What tells it from others.
        pub identity: Identity,
        /// Wanted number of pods; null means one, or what an autoscaler says.
        pub replicas: Value<Option<i64>>,
        /// Which pods are its own.
        pub selector: Selector,
        /// Its pods.
        pub pods: Pods,
    }

    /// What is derived for a Deployment.
    pub struct DeploymentFacts {
        /// Services that select its pods, or may.
        pub services: Vec<Companion>,
        /// Whether a Service selects its pods.
        pub served: Value<bool>,
        /// Horizontal pod autoscalers and scaled objects that name it as their target, or may.
        pub autoscalers: Vec<Companion>,
        /// Whether an autoscaler names it as its target.
        pub autoscaled: Value<bool>,
        /// Autoscalers of its namespace that name it but by an API group in which it is not found.
        pub missed_by: Vec<String>,
    }

    /// A `StatefulSet`.
    pub struct StatefulSet {
        /// What tells it from others.
        pub identity: Identity,
        /// Wanted number of pods; null means one, or what an autoscaler says.
        pub replicas: Value<Option<i64>>,
        /// Which pods are its own.
        pub selector: Selector,
        /// Its pods.
        pub pods: Pods,
    }

    /// What is derived for a `StatefulSet`.
    pub struct StatefulSetFacts {}

    /// A `DaemonSet`.
    pub struct DaemonSet {
        /// What tells it from others.
        pub identity: Identity,
        /// Which pods are its own.
        pub selector: Selector,
        /// Its pods.
        pub pods: Pods,
    }

    /// What is derived for a `DaemonSet`.
    pub struct DaemonSetFacts {}
}

relations!(Deployment {});
relations!(StatefulSet {});
relations!(DaemonSet {});
