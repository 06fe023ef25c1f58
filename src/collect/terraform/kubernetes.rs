//! Terraform types of the Kubernetes, Helm and kubectl providers → kinds. The provider's blocks say in
//! snake case what the API says in camel case; `kubernetes_manifest` and `kubectl_manifest` hold objects
//! as they are.

use super::Block;
use super::aws::{Mapped, OwnerType, Types};
use crate::collect::kubernetes::{kinds, node::Node};
use crate::inventory::kubernetes::apps::{DaemonSet, Deployment, StatefulSet};
use crate::inventory::kubernetes::autoscaling::HorizontalPodAutoscaler;
use crate::inventory::kubernetes::core::Service;
use crate::inventory::kubernetes::helm::Release;
use crate::inventory::kubernetes::{Container, Identity, Pods, Requirement, ScaleTarget, Selector};
use crate::inventory::{Attributes, Kind as _, Reason, Value};

pub(super) const TYPES: Types = Types {
    owners: &[
        OwnerType { types: &["helm_release"], map: helm_release },
        OwnerType { types: &["kubernetes_deployment", "kubernetes_deployment_v1"], map: deployment },
        OwnerType { types: &["kubernetes_stateful_set", "kubernetes_stateful_set_v1"], map: stateful_set },
        OwnerType { types: &["kubernetes_daemonset", "kubernetes_daemon_set_v1"], map: daemon_set },
        OwnerType { types: &["kubernetes_service", "kubernetes_service_v1"], map: service },
        OwnerType {
            types: &[
                "kubernetes_horizontal_pod_autoscaler",
                "kubernetes_horizontal_pod_autoscaler_v1",
                "kubernetes_horizontal_pod_autoscaler_v2",
                "kubernetes_horizontal_pod_autoscaler_v2beta2",
            ],
            map: autoscaler,
        },
        OwnerType { types: &["kubernetes_manifest"], map: manifest },
        OwnerType { types: &["kubectl_manifest"], map: yaml_body },
    ],
    parts: &[],
    aliases: &[],
};

/// Reads from the only block at the end of a path of blocks; `absent` when one of them is missing.
fn within<T>(block: &Block<'_>, path: &[&str], absent: T, read: &dyn Fn(&Block<'_>) -> Value<T>) -> Value<T>
where
    T: Clone,
{
    match path.split_first() {
        None => read(block),
        Some((name, rest)) => block.block(name).and_then(|inner| match inner {
            Some(inner) => within(&inner, rest, absent, read),
            None => Value::Known(absent),
        }),
    }
}

fn text(block: &Block<'_>, path: &[&str], name: &str) -> Value<Option<String>> {
    within(block, path, None, &|inner| inner.string(name))
}

fn map(block: &Block<'_>, path: &[&str], name: &str) -> Value<std::collections::BTreeMap<String, Value<String>>> {
    within(block, path, std::collections::BTreeMap::new(), &|inner| inner.map(name))
}

fn identity(block: &Block<'_>, api_version: &str) -> Identity {
    Identity {
        api_version: Value::Known(Some(api_version.to_owned())),
        namespace: within(block, &["metadata"], "default".to_owned(), &|inner| inner.string_or("namespace", "default")),
        object_name: text(block, &["metadata"], "name"),
        labels: map(block, &["metadata"], "labels"),
        stage: None,
    }
}

fn selector(block: &Block<'_>) -> Selector {
    let path = ["spec", "selector"];
    let requirement = |one: &Block<'_>| Requirement {
        key: one.string_or("key", ""),
        operator: one.string_or("operator", ""),
        values: one.strings("values"),
    };
    Selector {
        match_labels: map(block, &path, "match_labels"),
        match_expressions: within(block, &path, Vec::new(), &|inner| {
            inner.blocks("match_expressions").map(|blocks| blocks.iter().map(requirement).collect())
        }),
    }
}

fn pods(block: &Block<'_>) -> Pods {
    let spec = ["spec", "template", "spec"];
    let of = |name: &str, init: bool| {
        within(block, &spec, Vec::new(), &|inner| {
            inner.blocks(name).map(|blocks| {
                let container = |one: &Block<'_>| Container {
                    container_name: one.string("name"),
                    image: one.string("image"),
                    init,
                };
                blocks.iter().map(container).collect()
            })
        })
    };
    Pods {
        labels: map(block, &["spec", "template", "metadata"], "labels"),
        containers: of("container", false).and_then(|mut containers| {
            of("init_container", true).map(|more| {
                containers.extend(more);
                containers
            })
        }),
        service_account: text(block, &spec, "service_account_name"),
    }
}

fn replicas(block: &Block<'_>) -> Value<Option<i64>> {
    within(block, &["spec"], None, &|spec| spec.integer("replicas"))
}

fn mapped(identity: &Identity, kind: &str, attributes: Attributes) -> Mapped {
    Mapped {
        name: identity.object_name.clone(),
        identifiers: kinds::key_of(identity, kind).into_iter().collect(),
        attributes,
    }
}

fn deployment(block: &Block<'_>) -> Mapped {
    let identity = identity(block, "apps/v1");
    let deployment = Deployment {
        identity: identity.clone(),
        replicas: replicas(block),
        selector: selector(block),
        pods: pods(block),
    };
    mapped(&identity, "Deployment", deployment.into_attributes())
}

fn stateful_set(block: &Block<'_>) -> Mapped {
    let identity = identity(block, "apps/v1");
    let set = StatefulSet {
        identity: identity.clone(),
        replicas: replicas(block),
        selector: selector(block),
        pods: pods(block),
    };
    mapped(&identity, "StatefulSet", set.into_attributes())
}

fn daemon_set(block: &Block<'_>) -> Mapped {
    let identity = identity(block, "apps/v1");
    let set = DaemonSet { identity: identity.clone(), selector: selector(block), pods: pods(block) };
    mapped(&identity, "DaemonSet", set.into_attributes())
}

fn service(block: &Block<'_>) -> Mapped {
    let identity = identity(block, "v1");
    let service = Service {
        identity: identity.clone(),
        service_type: within(block, &["spec"], "ClusterIP".to_owned(), &|spec| spec.string_or("type", "ClusterIP")),
        selector: map(block, &["spec"], "selector"),
    };
    mapped(&identity, "Service", service.into_attributes())
}

fn autoscaler(block: &Block<'_>) -> Mapped {
    let identity = identity(block, "autoscaling/v2");
    let path = ["spec", "scale_target_ref"];
    let scale_target = ScaleTarget {
        api_version: text(block, &path, "api_version"),
        kind: text(block, &path, "kind"),
        name: text(block, &path, "name"),
    };
    let bound = |name: &str| within(block, &["spec"], None, &|spec| spec.integer(name));
    let autoscaler = HorizontalPodAutoscaler {
        target: kinds::target_link(&identity.namespace, &scale_target),
        scale_target,
        min_replicas: bound("min_replicas"),
        max_replicas: bound("max_replicas"),
        identity: identity.clone(),
    };
    mapped(&identity, "HorizontalPodAutoscaler", autoscaler.into_attributes())
}

fn helm_release(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let release = Release {
        release_name: name.clone(),
        namespace: block.string_or("namespace", "default"),
        chart: block.string("chart"),
        repository: block.string("repository"),
        version: block.string("version"),
        stage: None,
    };
    Mapped { attributes: release.into_attributes(), name, identifiers: Vec::new() }
}

fn manifest(block: &Block<'_>) -> Mapped {
    let reason = block.is_unknown("manifest").unwrap_or(Reason::KnownAfterApply(None));
    let node = Node::of_plan(block.raw("manifest"), block.raw_unknown("manifest"), &reason);
    of_object(&node)
}

fn yaml_body(block: &Block<'_>) -> Mapped {
    let node = match block.string("yaml_body") {
        Value::Known(body) => Node::of_yaml(&body.unwrap_or_default()),
        Value::Unknown(reason) => Node::of_plan(None, Some(&serde_json::Value::Bool(true)), &reason),
    };
    of_object(&node)
}

fn of_object(node: &Node) -> Mapped {
    let kinds::Mapped { attributes, name, identifiers } = kinds::map(node);
    Mapped { attributes, name, identifiers }
}
