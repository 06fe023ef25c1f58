//! Kinds of the API group `autoscaling`.

use super::{Identity, ScaleTarget};
use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A `HorizontalPodAutoscaler`.
    pub struct HorizontalPodAutoscaler {
        /// What tells it from others.
        pub identity: Identity,
        /// What it scales, as written.
        pub scale_target: ScaleTarget,
        /// What it scales.
        pub target: Linked,
        /// Smallest number of pods; null means one.
        pub min_replicas: Value<Option<i64>>,
        /// Largest number of pods.
        pub max_replicas: Value<Option<i64>>,
    }

    /// What is derived for an autoscaler of pods.
    pub struct HorizontalPodAutoscalerFacts {
        /// Whether what it scales exists.
        pub target_exists: Value<bool>,
    }
}

relations!(HorizontalPodAutoscaler {
    target => "kubernetes.apps.deployment" | "kubernetes.apps.stateful_set" | "kubernetes.object",
});
