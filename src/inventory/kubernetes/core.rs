//! Kinds of the core API group.

use super::Identity;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A Service.
    pub struct Service {
        /// What tells it from others.
        pub identity: Identity,
        /// `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`.
        pub service_type: Value<String>,
        /// Labels of the pods that it leads to; without any it leads to none.
        pub selector: Value<std::collections::BTreeMap<String, Value<String>>>,
    }

    /// What is derived for a Service.
    pub struct ServiceFacts {}
}

relations!(Service {});
