//! Kinds of Helm.

use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A chart that is installed into a cluster: by Terraform, by Flux, by Argo CD or by K3s. The
    /// objects that it makes are not visible.
    pub struct Release {
        /// Its name.
        pub release_name: Value<Option<String>>,
        /// Namespace that it is installed into.
        pub namespace: Value<String>,
        /// The chart: a name, a path or an address.
        pub chart: Value<Option<String>>,
        /// Where the chart comes from.
        pub repository: Value<Option<String>>,
        /// Version of the chart.
        pub version: Value<Option<String>>,
        /// As for other objects: the folder or file that it belongs to, where names collide.
        pub stage: Option<String>,
    }

    /// What is derived for a release.
    pub struct ReleaseFacts {}
}

relations!(Release {});
