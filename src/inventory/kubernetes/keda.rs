//! Kinds of KEDA.

use super::{Identity, ScaleTarget};
use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A `ScaledObject` of KEDA.
    pub struct ScaledObject {
        /// What tells it from others.
        pub identity: Identity,
        /// What it scales, as written; a Deployment of `apps/v1` where that was left out.
        pub scale_target: ScaleTarget,
        /// What it scales.
        pub target: Linked,
        /// Smallest number of pods; null means none.
        pub min_replicas: Value<Option<i64>>,
        /// Largest number of pods; null means one hundred.
        pub max_replicas: Value<Option<i64>>,
        /// Whether an annotation stops it.
        pub paused: Value<bool>,
    }

    /// What is derived for a scaled object.
    pub struct ScaledObjectFacts {
        /// Whether what it scales exists.
        pub target_exists: Value<bool>,
    }
}

relations!(ScaledObject {
    target => "kubernetes.apps.deployment" | "kubernetes.apps.stateful_set" | "kubernetes.object",
});
