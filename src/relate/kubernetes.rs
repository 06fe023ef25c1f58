//! What runs in a cluster: which Services and autoscalers belong to a Deployment, and what is installed
//! into the clusters.
//!
//! Manifests tell everything of their namespace: what they lack is missing. So it is not where
//! something in the inputs brings along objects that cannot be seen, such as a Helm release, and not for
//! a plan alone, whose other half may be manifests that were not given.

mod components;
mod labels;
mod scaling;

use crate::inventory::kubernetes::helm::Release;
use crate::inventory::kubernetes::object::Object;
use crate::inventory::{Inventory, Reason, Value};

pub(super) fn derive(inventory: &mut Inventory) {
    let hidden = Hidden::of(inventory);
    scaling::derive(inventory, &hidden);
    components::derive(inventory, &hidden);
}

/// What brings objects along that cannot be seen.
struct Hidden {
    /// Something that could not be read, or that may bring anything into any namespace.
    anywhere: Option<Reason>,
    /// Helm releases with the namespace that each is installed into.
    releases: Vec<(String, Value<String>, Option<String>)>,
    /// Whether the objects of the clusters were given: the inputs are complete, or hold manifests.
    given: bool,
}

impl Hidden {
    fn of(inventory: &Inventory) -> Self {
        let unread = inventory
            .gaps
            .iter()
            .find(|gap| gap.kinds.iter().any(|kind| kind.starts_with("kubernetes.")))
            .map(|gap| Reason::Opaque(gap.subject.clone()));
        let untold = inventory.of::<Object>().find_map(|(_, resource, object)| match &object.object_kind {
            Value::Unknown(_) => Some(Reason::Opaque(format!("what {} is", resource.id))),
            Value::Known(kind) => {
                let version = object.identity.api_version.known().cloned().flatten().unwrap_or_default();
                let engine = version.starts_with("kustomize.toolkit.fluxcd.io/")
                    || version.starts_with("argoproj.io/") && kind == "ApplicationSet";
                engine.then(|| Reason::NotInInput(format!("what {} installs", resource.id)))
            }
        });
        let releases = inventory
            .of::<Release>()
            .map(|(_, resource, release)| (resource.id.to_string(), release.namespace.clone(), release.stage.clone()))
            .collect();
        let manifests = inventory.resources.iter().any(|resource| resource.origin.is_manifest());
        Self { anywhere: unread.or(untold), releases, given: (inventory.complete && !inventory.live) || manifests }
    }

    /// Returns why an object that the inputs lack may be in a namespace all the same.
    fn in_namespace(&self, namespace: &Value<String>, stage: Option<&str>) -> Option<Reason> {
        if let Some(reason) = &self.anywhere {
            return Some(reason.clone());
        }
        let release = self.releases.iter().find(|(_, into, of)| {
            let same = match (into, namespace) {
                (Value::Known(into), Value::Known(namespace)) => into == namespace,
                _ => true,
            };
            same && together(of.as_deref(), stage)
        });
        if let Some((id, ..)) = release {
            return Some(Reason::NotInInput(format!("the objects of the Helm release {id}")));
        }
        (!self.given).then(|| Reason::NotInInput("the manifests of the cluster, which may hold more".to_owned()))
    }
}

/// Returns whether two objects may be of one stage.
fn together(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
