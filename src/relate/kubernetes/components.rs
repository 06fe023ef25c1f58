//! What is installed into the EKS clusters: add-ons of EKS, Helm releases, and workloads. Rules tell by
//! the names what it is.

use std::path::Path;

use super::super::agree::both;
use super::super::eks::members;
use super::Hidden;
use crate::inventory::aws::eks::{Addon, Cluster, Component};
use crate::inventory::kubernetes::apps::{DaemonSet, Deployment, StatefulSet};
use crate::inventory::kubernetes::helm::Release;
use crate::inventory::kubernetes::{Identity, Pods};
use crate::inventory::{Index, Inventory, Reason, Value};

/// Charts that bring whatever a repository elsewhere says.
const ENGINES: [&str; 8] =
    ["argo-cd", "argocd", "argocd-apps", "argocd-applicationset", "fleet", "flux", "flux2", "flux-operator"];

/// Where the parts of the platform itself are installed.
const SYSTEM: &str = "kube-system";

pub(super) fn derive(inventory: &mut Inventory, hidden: &Hidden) {
    let clusters: Vec<Index> = inventory.of::<Cluster>().map(|(index, ..)| index).collect();
    if clusters.is_empty() {
        return;
    }
    let inside = inside(inventory, clusters.len() == 1);
    let told = told(inventory, hidden, clusters.len() == 1);
    for index in clusters {
        let mut components: Vec<Component> = members::<Addon>(inventory, index)
            .into_iter()
            .filter_map(|member| {
                let addon = inventory.get::<Addon>(inventory.index_of(&member.id)?)?;
                let name = addon.addon_name.clone().map(Option::unwrap_or_default);
                Some(Component { id: member.id, names: vec![name], certain: member.certain })
            })
            .collect();
        components.extend(inside.iter().cloned());
        if let Some(facts) = inventory.facts_mut::<Cluster>(index) {
            facts.components = components;
            facts.components_told = told.clone();
        }
    }
}

/// Returns what runs in the cluster; with several of them, which one cannot be told.
fn inside(inventory: &Inventory, only_one: bool) -> Vec<Component> {
    let certain = |id: &str| {
        if only_one {
            Value::Known(true)
        } else {
            Value::Unknown(Reason::Unresolved(format!("which of the clusters {id} runs in")))
        }
    };
    let mut components = Vec::new();
    for (_, resource, release) in inventory.of::<Release>() {
        let names = vec![release.chart.clone().map(|chart| chart_name(chart.as_deref().unwrap_or_default()))];
        components.push(Component { id: resource.id.to_string(), names, certain: certain(&resource.id) });
    }
    for (_, resource, deployment) in inventory.of::<Deployment>() {
        let names = names(&deployment.identity, &deployment.pods);
        // What runs no pods does nothing.
        let runs = deployment.replicas.as_ref().map(|replicas| *replicas != Some(0));
        let certain = both(certain(&resource.id), runs);
        if !certain.is(&false) {
            components.push(Component { id: resource.id.to_string(), names, certain });
        }
    }
    for (_, resource, set) in inventory.of::<StatefulSet>() {
        let names = names(&set.identity, &set.pods);
        components.push(Component { id: resource.id.to_string(), names, certain: certain(&resource.id) });
    }
    for (_, resource, set) in inventory.of::<DaemonSet>() {
        let names = names(&set.identity, &set.pods);
        components.push(Component { id: resource.id.to_string(), names, certain: certain(&resource.id) });
    }
    components
}

fn names(identity: &Identity, pods: &Pods) -> Vec<Value<String>> {
    let mut names = vec![identity.object_name.clone().map(Option::unwrap_or_default)];
    match &pods.containers {
        Value::Unknown(reason) => names.push(Value::Unknown(reason.clone())),
        Value::Known(containers) => {
            for container in containers.iter().filter(|container| !container.init) {
                match &container.image {
                    Value::Unknown(reason) => names.push(Value::Unknown(reason.clone())),
                    Value::Known(image) => names.extend(image_names(image.as_deref().unwrap_or_default())),
                }
            }
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Returns the parts of an image's name, without registry, tag and digest.
fn image_names(image: &str) -> Vec<Value<String>> {
    let image = image.split('@').next().unwrap_or(image);
    let (path, last) = image.rsplit_once('/').map_or(("", image), |(path, last)| (path, last));
    let last = last.split(':').next().unwrap_or(last);
    // The first step is a registry if it looks like a host.
    let steps = path.split('/').enumerate().filter(|(index, step)| *index > 0 || !step.contains(['.', ':']));
    steps
        .map(|(_, step)| step)
        .chain([last])
        .filter(|step| !step.is_empty())
        .map(|step| Value::Known(step.to_owned()))
        .collect()
}

/// Returns the name of a chart that may be written as a path, an archive or an address.
fn chart_name(chart: &str) -> String {
    let name = chart.trim_end_matches('/').rsplit('/').next().unwrap_or(chart);
    let Some(name) = name.strip_suffix(".tgz") else { return name.to_owned() };
    // An archive's name ends in the version.
    match name.rsplit_once('-') {
        Some((name, version)) if version.starts_with(|first: char| first.is_ascii_digit()) => name.to_owned(),
        _ => name.to_owned(),
    }
}

/// Returns whether the inputs show everything that is installed, or why not.
fn told(inventory: &Inventory, hidden: &Hidden, only_one: bool) -> Value<bool> {
    if let Some(reason) = &hidden.anywhere {
        return Value::Unknown(reason.clone());
    }
    for (_, resource, release) in inventory.of::<Release>() {
        match &release.chart {
            // Its name is unknown as well, and that is said there.
            Value::Unknown(reason) => return Value::Unknown(reason.clone()),
            Value::Known(chart) => {
                let chart = chart.as_deref().unwrap_or_default();
                // A path leads to a chart of one's own, which may have others in it. With a repository
                // beside it, or as an address, it is a name.
                let elsewhere = chart.contains("://") || !release.repository.is(&None);
                let archive =
                    Path::new(chart).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tgz"));
                let own = !elsewhere && (chart.contains('/') || archive);
                if chart.is_empty() || own || ENGINES.contains(&chart_name(chart).as_str()) {
                    let what = format!("the objects of the Helm release {}", resource.id);
                    return Value::Unknown(Reason::NotInInput(what));
                }
            }
        }
    }
    if inventory.complete && !inventory.live {
        return Value::Known(true);
    }
    if !installs_into_system(inventory) {
        let what = "what is installed in the cluster: no manifest or Helm release of `kube-system` was given";
        return Value::Unknown(Reason::NotInInput(what.to_owned()));
    }
    if only_one {
        return Value::Known(true);
    }
    Value::Unknown(Reason::Unresolved("which of the clusters the manifests belong to".to_owned()))
}

fn installs_into_system(inventory: &Inventory) -> bool {
    let system = |namespace: &Value<String>| namespace.known().is_some_and(|namespace| namespace == SYSTEM);
    inventory.of::<Release>().any(|(_, _, release)| system(&release.namespace))
        || inventory.of::<Deployment>().any(|(_, _, one)| system(&one.identity.namespace))
        || inventory.of::<StatefulSet>().any(|(_, _, one)| system(&one.identity.namespace))
        || inventory.of::<DaemonSet>().any(|(_, _, one)| system(&one.identity.namespace))
}
