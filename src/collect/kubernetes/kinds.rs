//! API objects → kinds. In: a tree, from a manifest or from a plan's `kubernetes_manifest`. Only what
//! the kinds hold is read, so that nothing secret can get any further.

use super::node::Node;
use crate::inventory::kubernetes::apps::{DaemonSet, Deployment, StatefulSet};
use crate::inventory::kubernetes::autoscaling::HorizontalPodAutoscaler;
use crate::inventory::kubernetes::core::Service;
use crate::inventory::kubernetes::helm::Release;
use crate::inventory::kubernetes::keda::ScaledObject;
use crate::inventory::kubernetes::object::Object;
use crate::inventory::kubernetes::{Container, Identity, Pods, Requirement, ScaleTarget, Selector, scale_key};
use crate::inventory::{Attributes, Kind as _, Linked, Links, Target, Value};

/// An object in normalized form.
pub(crate) struct Mapped {
    /// Its kind with its fields.
    pub(crate) attributes: Attributes,
    /// Its name.
    pub(crate) name: Value<Option<String>>,
    /// Names by which other objects may call it.
    pub(crate) identifiers: Vec<String>,
}

/// Reads one object.
pub(crate) fn map(object: &Node) -> Mapped {
    let identity = identity(object);
    let kind = object.text_or(&["kind"], "");
    let name = identity.object_name.clone();
    let group = identity.api_version.known().cloned().flatten().unwrap_or_default();
    let group = group.split_once('/').map_or("", |(group, _)| group);
    let identifiers = kind.known().and_then(|kind| key_of(&identity, kind)).into_iter().collect();
    let attributes = match (group, kind.known().map_or("", String::as_str)) {
        ("apps" | "extensions", "Deployment") => Deployment {
            replicas: object.integer(&["spec", "replicas"]),
            selector: selector(object),
            pods: pods(object),
            identity,
        }
        .into_attributes(),
        ("apps", "StatefulSet") => StatefulSet {
            replicas: object.integer(&["spec", "replicas"]),
            selector: selector(object),
            pods: pods(object),
            identity,
        }
        .into_attributes(),
        ("apps" | "extensions", "DaemonSet") => {
            DaemonSet { selector: selector(object), pods: pods(object), identity }.into_attributes()
        }
        ("", "Service") => Service {
            service_type: object.text_or(&["spec", "type"], "ClusterIP"),
            selector: object.labels(&["spec", "selector"]),
            identity,
        }
        .into_attributes(),
        ("autoscaling", "HorizontalPodAutoscaler") => autoscaler(object, identity).into_attributes(),
        ("keda.sh", "ScaledObject") => scaled_object(object, identity).into_attributes(),
        ("helm.toolkit.fluxcd.io" | "helm.cattle.io", "HelmRelease" | "HelmChart") | ("argoproj.io", "Application") => {
            release(object, &identity).into_attributes()
        }
        _ => Object { identity, object_kind: kind }.into_attributes(),
    };
    Mapped { attributes, name, identifiers }
}

/// Returns the name by which an autoscaler finds an object.
pub(crate) fn key_of(identity: &Identity, kind: &str) -> Option<String> {
    let namespace = identity.namespace.known()?;
    let name = identity.object_name.known()?.as_ref()?;
    let api_version = identity.api_version.known()?.as_ref()?;
    Some(scale_key(namespace, api_version, kind, name))
}

/// Returns what an autoscaler scales, as a link.
pub(crate) fn target_link(namespace: &Value<String>, target: &ScaleTarget) -> Linked {
    namespace.as_ref().and_then(|namespace| {
        target.api_version.as_ref().and_then(|api_version| {
            target.kind.as_ref().and_then(|kind| {
                target.name.as_ref().map(|name| {
                    let (Some(kind), Some(name)) = (kind, name) else { return Links::default() };
                    let api_version = api_version.as_deref().unwrap_or_default();
                    Links::all([Target::Literal(scale_key(namespace, api_version, kind, name))])
                })
            })
        })
    })
}

fn identity(object: &Node) -> Identity {
    Identity {
        api_version: object.text(&["apiVersion"]),
        namespace: object.text_or(&["metadata", "namespace"], "default"),
        object_name: object.text(&["metadata", "name"]),
        labels: object.labels(&["metadata", "labels"]),
        stage: None,
    }
}

fn selector(object: &Node) -> Selector {
    let expressions = object.items(&["spec", "selector", "matchExpressions"]);
    Selector {
        match_labels: object.labels(&["spec", "selector", "matchLabels"]),
        match_expressions: expressions.map(|items| {
            let requirement = |item: &Node| Requirement {
                key: item.text_or(&["key"], ""),
                operator: item.text_or(&["operator"], ""),
                values: item.items(&["values"]).map(|values| {
                    values.into_iter().map(|value| value.text(&[]).map(Option::unwrap_or_default)).collect()
                }),
            };
            items.into_iter().map(requirement).collect()
        }),
    }
}

fn pods(object: &Node) -> Pods {
    let spec = ["spec", "template", "spec"];
    let of = |list: &str, init: bool| {
        object.items(&[spec[0], spec[1], spec[2], list]).map(|items| {
            items
                .into_iter()
                .map(|item| Container { container_name: item.text(&["name"]), image: item.text(&["image"]), init })
                .collect::<Vec<Container>>()
        })
    };
    Pods {
        labels: object.labels(&["spec", "template", "metadata", "labels"]),
        containers: of("containers", false).and_then(|mut containers| {
            of("initContainers", true).map(|more| {
                containers.extend(more);
                containers
            })
        }),
        service_account: object.text(&["spec", "template", "spec", "serviceAccountName"]),
    }
}

fn autoscaler(object: &Node, identity: Identity) -> HorizontalPodAutoscaler {
    let reference = |field| object.text(&["spec", "scaleTargetRef", field]);
    let scale_target =
        ScaleTarget { api_version: reference("apiVersion"), kind: reference("kind"), name: reference("name") };
    HorizontalPodAutoscaler {
        target: target_link(&identity.namespace, &scale_target),
        min_replicas: object.integer(&["spec", "minReplicas"]),
        max_replicas: object.integer(&["spec", "maxReplicas"]),
        identity,
        scale_target,
    }
}

fn scaled_object(object: &Node, identity: Identity) -> ScaledObject {
    let reference = |field| object.text(&["spec", "scaleTargetRef", field]);
    let or = |value: Value<Option<String>>, default: &str| {
        value.map(|value| Some(value.filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())))
    };
    let scale_target = ScaleTarget {
        api_version: or(reference("apiVersion"), "apps/v1"),
        kind: or(reference("kind"), "Deployment"),
        name: reference("name"),
    };
    let annotation = |name| object.text(&["metadata", "annotations", name]);
    // The number of replicas to stop at pauses as well, whatever it is.
    let paused = annotation("autoscaling.keda.sh/paused-replicas").and_then(|replicas| {
        annotation("autoscaling.keda.sh/paused")
            .map(|paused| replicas.is_some() || paused.is_some_and(|paused| paused.eq_ignore_ascii_case("true")))
    });
    ScaledObject {
        target: target_link(&identity.namespace, &scale_target),
        min_replicas: object.integer(&["spec", "minReplicaCount"]),
        max_replicas: object.integer(&["spec", "maxReplicaCount"]),
        identity,
        scale_target,
        paused,
    }
}

/// Flux, K3s and Argo CD install charts by objects of their own.
fn release(object: &Node, identity: &Identity) -> Release {
    let first = |paths: &[&[&str]]| {
        let mut found = Value::Known(None);
        for path in paths {
            found = object.text(path);
            if !found.is(&None) {
                break;
            }
        }
        found
    };
    let chart = first(&[&["spec", "chart", "spec", "chart"], &["spec", "chart"], &["spec", "source", "chart"]]);
    // An Argo CD application may have several sources; without a chart among them it is a folder of
    // anything.
    let sources = object.items(&["spec", "sources"]);
    let of_sources = || {
        let charts = sources.known().into_iter().flatten().map(|source| source.text(&["chart"]));
        charts.into_iter().find(|chart| !chart.is(&None))
    };
    let chart = if chart.is(&None) { of_sources().unwrap_or(chart) } else { chart };
    let target = first(&[&["spec", "targetNamespace"], &["spec", "destination", "namespace"]]);
    Release {
        release_name: first(&[&["spec", "releaseName"], &["metadata", "name"]]),
        namespace: target.and_then(|target| target.map_or_else(|| identity.namespace.clone(), Value::Known)),
        chart,
        repository: first(&[&["spec", "repo"], &["spec", "source", "repoURL"]]),
        version: first(&[
            &["spec", "chart", "spec", "version"],
            &["spec", "version"],
            &["spec", "source", "targetRevision"],
        ]),
        stage: None,
    }
}
