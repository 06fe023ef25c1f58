//! Kinds of Kubernetes, one file per API group. Their objects come from manifests and from plans.
//!
//! No kind holds what may be secret: neither environment variables nor the data of config maps and
//! secrets are read.

pub mod apps;
pub mod autoscaling;
pub mod core;
pub mod helm;
pub mod keda;
pub mod object;

use super::model::model;
use super::value::Value;

model! {
    /// What tells an object from all others of a cluster.
    pub struct Identity {
        /// API group and version, such as `apps/v1`.
        pub api_version: Value<Option<String>>,
        /// Its namespace; `default` when it was left out.
        pub namespace: Value<String>,
        /// Its name; null when the API server makes one up.
        pub object_name: Value<Option<String>>,
        /// Its labels.
        pub labels: Value<std::collections::BTreeMap<String, Value<String>>>,
        /// The folder or file that it belongs to, where several inputs hold an object of its name, as
        /// for two stages of one system; null otherwise.
        pub stage: Option<String>,
    }

    /// One condition of a label selector.
    pub struct Requirement {
        /// The label.
        pub key: Value<String>,
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
        pub operator: Value<String>,
        /// The values of `In` and `NotIn`.
        pub values: Value<Vec<Value<String>>>,
    }

    /// A label selector; all of its conditions must hold.
    pub struct Selector {
        /// Labels with the value that each must have.
        pub match_labels: Value<std::collections::BTreeMap<String, Value<String>>>,
        /// Further conditions.
        pub match_expressions: Value<Vec<Requirement>>,
    }

    /// A container of a pod.
    pub struct Container {
        /// Its name.
        pub container_name: Value<Option<String>>,
        /// Its image as written.
        pub image: Value<Option<String>>,
        /// Whether it runs before the others.
        pub init: bool,
    }

    /// What a workload makes pods from.
    pub struct Pods {
        /// Labels of its pods.
        pub labels: Value<std::collections::BTreeMap<String, Value<String>>>,
        /// Containers of its pods, init containers included.
        pub containers: Value<Vec<Container>>,
        /// Service account of its pods; null means `default`.
        pub service_account: Value<Option<String>>,
    }

    /// What an autoscaler names as its target.
    pub struct ScaleTarget {
        /// API group and version; null when it was left out.
        pub api_version: Value<Option<String>>,
        /// Its kind, such as `Deployment`.
        pub kind: Value<Option<String>>,
        /// Its name.
        pub name: Value<Option<String>>,
    }

    /// An object that belongs to another one, or may.
    pub struct Companion {
        /// Its id.
        pub id: String,
        /// Whether it does.
        pub certain: Value<bool>,
    }
}

/// Returns the name by which an autoscaler finds a workload: the API group counts, its version does not.
pub fn scale_key(namespace: &str, api_version: &str, kind: &str, name: &str) -> String {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    format!("{namespace}/{kind}.{group}/{name}")
}
