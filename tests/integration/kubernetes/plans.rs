//! Kubernetes in plans: resources of the providers kubernetes, helm and kubectl.

use hfscan::collect::terraform::{Plan, aws};
use hfscan::inventory::aws::eks::Cluster;
use hfscan::inventory::kubernetes::apps::Deployment;
use hfscan::inventory::kubernetes::helm::Release;
use hfscan::inventory::{Inventory, Kind as _};
use hfscan::source::Source;
use serde_json::{Value as Json, json};

use super::facts;

fn change(type_name: &str, name: &str, after: Json, unknown: Json) -> Json {
    json!({
        "address": format!("{type_name}.{name}"), "mode": "managed", "type": type_name, "name": name,
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown},
    })
}

fn inventory(changes: &[Json], manifests: &str, complete: bool) -> Inventory {
    let plan = json!({"format_version": "1.2", "resource_changes": changes});
    let source = Source::from_bytes("plan.json".into(), plan.to_string().into_bytes());
    let collected = aws::collect(&Plan::parse(source).unwrap()).unwrap();
    assert!(collected.skipped.is_empty(), "{:?}", collected.skipped);
    let files = [("m.yaml", manifests)];
    let read = super::read(if manifests.is_empty() { &[] } else { &files });
    hfscan::relate::relate([collected.resources, read.resources].concat(), read.gaps, complete)
}

fn cluster() -> Json {
    change("aws_eks_cluster", "main", json!({"name": "main"}), json!({}))
}

fn release(name: &str, chart: Json, namespace: &str) -> Json {
    let unknown = if chart.is_null() { json!({"chart": true}) } else { json!({}) };
    change(
        "helm_release",
        name,
        json!({"name": name, "chart": chart, "namespace": namespace, "repository": null}),
        unknown,
    )
}

fn deployment(type_name: &str) -> Json {
    let after = json!({
        "metadata": [{"name": "web", "namespace": "shop", "labels": null}],
        "spec": [{
            "replicas": "2", "selector": [{"match_labels": {"app": "web"}, "match_expressions": []}],
            "template": [{
                "metadata": [{"labels": {"app": "web"}}],
                "spec": [{"service_account_name": "web", "container": [{"name": "web", "image": "shop/web:1"}], "init_container": []}],
            }],
        }],
    });
    change(type_name, "web", after, json!({"id": true}))
}

fn service() -> Json {
    let after = json!({"metadata": [{"name": "web", "namespace": "shop"}], "spec": [{"selector": {"app": "web"}, "type": "ClusterIP"}]});
    change("kubernetes_service_v1", "web", after, json!({"id": true}))
}

fn autoscaler(api_version: Json) -> Json {
    let after = json!({
        "metadata": [{"name": "web", "namespace": "shop"}],
        "spec": [{"max_replicas": 9, "min_replicas": 2, "scale_target_ref": [{"api_version": api_version, "kind": "Deployment", "name": "web"}]}],
    });
    change("kubernetes_horizontal_pod_autoscaler_v2", "web", after, json!({"id": true}))
}

#[test]
fn blocks_of_the_provider_are_what_manifests_are() {
    for type_name in ["kubernetes_deployment", "kubernetes_deployment_v1"] {
        let scaled = inventory(&[deployment(type_name), service(), autoscaler(json!("apps/v1"))], "", false);
        let web = facts::<Deployment>(&scaled, &format!("{type_name}.web"));
        assert!(web.served.is(&true) && web.autoscaled.is(&true), "{web:?}");
        let resource = &scaled.resources[scaled.index_of(&format!("{type_name}.web")).unwrap()];
        assert_eq!((resource.provider, resource.region.known()), ("kubernetes", Some(&None)));
        let attributes = Deployment::attributes(&resource.attributes).unwrap();
        assert!(attributes.replicas.is(&Some(2)) && attributes.pods.service_account.is(&Some("web".to_owned())));
    }
    let missed = inventory(&[deployment("kubernetes_deployment"), autoscaler(Json::Null)], "", true);
    let web = facts::<Deployment>(&missed, "kubernetes_deployment.web");
    assert_eq!(web.missed_by, ["kubernetes_horizontal_pod_autoscaler_v2.web"]);
}

#[test]
fn a_plan_alone_does_not_tell_that_an_autoscaler_is_missing() {
    let web = |complete: bool, more: &str| {
        let inventory = inventory(&[deployment("kubernetes_deployment"), service()], more, complete);
        facts::<Deployment>(&inventory, "kubernetes_deployment.web").autoscaled.known().copied()
    };
    assert_eq!(web(false, ""), None);
    assert_eq!(web(true, ""), Some(false));
    assert_eq!(web(false, "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"), Some(false));
}

#[test]
fn objects_as_they_are_become_the_same_kinds() {
    let autoscaler = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
    });
    let body = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}\n";
    let scaled = inventory(
        &[
            deployment("kubernetes_deployment"),
            change("kubernetes_manifest", "hpa", json!({"manifest": autoscaler}), json!({"object": true})),
            change("kubectl_manifest", "web", json!({"yaml_body": body}), json!({"id": true})),
        ],
        "",
        false,
    );
    let web = facts::<Deployment>(&scaled, "kubernetes_deployment.web");
    assert!(web.served.is(&true) && web.autoscaled.is(&true), "{web:?}");
    // An object that cannot be told may be the autoscaler.
    let unknown = change("kubernetes_manifest", "x", json!({}), json!({"manifest": true, "object": true}));
    let open = inventory(&[deployment("kubernetes_deployment"), unknown], "", true);
    let reason = facts::<Deployment>(&open, "kubernetes_deployment.web").autoscaled.reason().unwrap().to_string();
    assert!(reason.contains("kubernetes_manifest.x"), "{reason}");
}

#[test]
fn what_is_installed_is_told_or_not() {
    let told = |changes: &[Json], manifests: &str, complete: bool| {
        let inventory = inventory(&[&[cluster()][..], changes].concat(), manifests, complete);
        let facts = facts::<Cluster>(&inventory, "aws_eks_cluster.main");
        (facts.components_told.known().copied(), facts.components.len())
    };
    let metrics = release("metrics", json!("metrics-server"), "kube-system");
    assert_eq!(told(&[], "", false), (None, 0), "a plan without a trace of the cluster's inside");
    assert_eq!(told(&[], "", true), (Some(true), 0));
    assert_eq!(told(std::slice::from_ref(&metrics), "", false), (Some(true), 1));
    assert_eq!(
        told(&[release("shop", json!("shop"), "shop")], "", false),
        (None, 1),
        "an application alone tells nothing"
    );
    assert_eq!(told(&[metrics.clone(), release("own", json!("./charts/platform"), "platform")], "", true), (None, 2));
    assert_eq!(told(&[metrics.clone(), release("argo", json!("argo-cd"), "argocd")], "", true), (None, 2));
    assert_eq!(told(&[metrics, release("later", Json::Null, "kube-system")], "", true), (None, 2));
    let pods =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x, namespace: kube-system}\nspec: {replicas: 0}\n";
    assert_eq!(told(&[], pods, false), (Some(true), 0), "what runs no pods is no component");
}

#[test]
fn components_are_known_by_their_names() {
    let pods = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: prod-scaler, namespace: kube-system}
spec:
  template: {spec: {containers: [{name: a, image: 'registry.k8s.io:5000/autoscaling/cluster-autoscaler:v1.31.0@sha256:ab'}]}}
";
    let charts = ["oci://public.ecr.aws/karpenter/karpenter", "./vendor/karpenter-1.2.3.tgz", "charts/karpenter/"];
    let releases: Vec<Json> =
        charts.iter().enumerate().map(|(n, chart)| release(&format!("r{n}"), json!(chart), "x")).collect();
    let inventory = inventory(&[&[cluster()][..], &releases].concat(), pods, false);
    let names: Vec<Vec<&str>> = facts::<Cluster>(&inventory, "aws_eks_cluster.main")
        .components
        .iter()
        .map(|one| one.names.iter().map(|name| name.known().unwrap().as_str()).collect())
        .collect();
    let karpenter = vec!["karpenter"];
    assert_eq!(
        names,
        [karpenter.clone(), karpenter.clone(), karpenter, vec!["autoscaling", "cluster-autoscaler", "prod-scaler"]]
    );
    assert_eq!(inventory.of::<Release>().count(), 3);
}

#[test]
fn with_two_clusters_it_is_open_which_one_runs_what() {
    let other = change("aws_eks_cluster", "other", json!({"name": "other"}), json!({}));
    let inventory = inventory(&[cluster(), other, release("k", json!("karpenter"), "kube-system")], "", false);
    let facts = facts::<Cluster>(&inventory, "aws_eks_cluster.main");
    assert!(facts.components[0].certain.reason().is_some() && facts.components_told.reason().is_some());
}
