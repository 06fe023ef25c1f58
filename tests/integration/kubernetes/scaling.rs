//! Which Services and autoscalers belong to a Deployment.

use hfscan::inventory::kubernetes::apps::{Deployment, DeploymentFacts};
use hfscan::inventory::kubernetes::autoscaling::HorizontalPodAutoscaler;
use hfscan::inventory::kubernetes::keda::ScaledObject;
use hfscan::inventory::{Gap, Value};

use super::{facts, inventory, read};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [front]}]}
  template: {metadata: {labels: {app: web, tier: front}}}
---
";

fn service(selector: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec: {{selector: {selector}}}\n---\n"
    )
}

fn autoscaler(namespace: &str, target: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web, namespace: {namespace}}}\n\
         spec: {{maxReplicas: 9, scaleTargetRef: {target}}}\n---\n"
    )
}

fn of(more: &str) -> DeploymentFacts {
    facts::<Deployment>(&inventory(&format!("{WEB}{more}")), "shop/Deployment/web").clone()
}

#[test]
fn a_service_leads_to_the_pods_whose_labels_it_asks_for() {
    let served = |selector: &str| of(&service(selector)).served.known().copied();
    assert_eq!(served("{app: web}"), Some(true));
    assert_eq!(served("{tier: front, app: web}"), Some(true));
    assert_eq!(served("{app: web, tier: back}"), Some(false));
    assert_eq!(served("{app: web, more: x}"), Some(false));
    assert_eq!(served("{}"), Some(false), "a Service without a selector leads to no pods");
    assert_eq!(served("{app: \"${APP}\"}"), None);
    let elsewhere = service("{app: web}").replace("namespace: shop", "namespace: other");
    assert!(of(&elsewhere).served.is(&false));
    let odd = WEB.replace("operator: In", "operator: NotIn");
    let inventory = inventory(&format!("{odd}{}", service("{app: web}")));
    let facts = facts::<Deployment>(&inventory, "shop/Deployment/web");
    assert!(facts.served.is(&false), "pods that the Deployment does not select are none of its own");
}

#[test]
fn an_autoscaler_finds_its_target_by_namespace_kind_name_and_group() {
    let scaled = |namespace: &str, target: &str| of(&autoscaler(namespace, target)).autoscaled.known().copied();
    assert_eq!(scaled("shop", "{apiVersion: apps/v1, kind: Deployment, name: web}"), Some(true));
    assert_eq!(
        scaled("shop", "{apiVersion: apps/v1beta2, kind: Deployment, name: web}"),
        Some(true),
        "only the group counts"
    );
    assert_eq!(scaled("shop", "{apiVersion: extensions/v1beta1, kind: Deployment, name: web}"), Some(false));
    assert_eq!(scaled("shop", "{kind: Deployment, name: web}"), Some(false), "without a group nothing is found");
    assert_eq!(scaled("shop", "{apiVersion: apps/v1, kind: StatefulSet, name: web}"), Some(false));
    assert_eq!(scaled("shop", "{apiVersion: apps/v1, kind: Deployment, name: prod-web}"), Some(false));
    assert_eq!(scaled("other", "{apiVersion: apps/v1, kind: Deployment, name: web}"), Some(false));
    assert_eq!(scaled("shop", "{apiVersion: apps/v1, kind: Deployment, name: $NAME}"), None);
    let old = of(&autoscaler("shop", "{apiVersion: extensions/v1beta1, kind: Deployment, name: web}"));
    assert_eq!(old.missed_by, ["shop/HorizontalPodAutoscaler/web"]);
}

#[test]
fn the_target_of_an_autoscaler_exists_or_not() {
    let exists = |target: &str| {
        let inventory = inventory(&format!("{WEB}{}", autoscaler("shop", target)));
        facts::<HorizontalPodAutoscaler>(&inventory, "shop/HorizontalPodAutoscaler/web").target_exists.clone()
    };
    assert!(exists("{apiVersion: apps/v1, kind: Deployment, name: web}").is(&true));
    assert!(exists("{apiVersion: apps/v1, kind: Deployment, name: wbe}").is(&false));
    // A kind that is not modelled exists all the same.
    let rollout = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: web, namespace: shop}\n---\n";
    let target = "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: web}";
    let inventory = inventory(&format!("{rollout}{}", autoscaler("shop", target)));
    assert!(facts::<HorizontalPodAutoscaler>(&inventory, "shop/HorizontalPodAutoscaler/web").target_exists.is(&true));
}

#[test]
fn a_scaled_object_needs_the_name_only_and_may_be_paused() {
    let keda = |annotations: &str| {
        format!(
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: web, namespace: shop, annotations: {annotations}}}\n\
             spec: {{scaleTargetRef: {{name: web}}}}\n---\n"
        )
    };
    assert!(of(&keda("{}")).autoscaled.is(&true));
    assert!(of(&keda("{autoscaling.keda.sh/paused: \"true\"}")).autoscaled.is(&false));
    assert!(of(&keda("{autoscaling.keda.sh/paused-replicas: \"0\"}")).autoscaled.is(&false));
    let inventory = inventory(&format!("{WEB}{}", keda("{}")));
    assert!(facts::<ScaledObject>(&inventory, "shop/ScaledObject.keda.sh/web").target_exists.is(&true));
}

#[test]
fn a_missing_autoscaler_is_unknown_only_where_something_hides_objects() {
    let release = |namespace: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: db, namespace: flux}}\n\
             spec: {{targetNamespace: {namespace}, chart: {{spec: {{chart: postgresql}}}}}}\n"
        )
    };
    assert!(of("").autoscaled.is(&false));
    assert!(of(&release("data")).autoscaled.is(&false), "a release elsewhere hides nothing here");
    let told = of(&release("shop")).autoscaled.reason().unwrap().to_string();
    assert!(told.contains("flux/HelmRelease.helm.toolkit.fluxcd.io/db"), "{told}");
    let collected = read(&[("web.yaml", WEB)]);
    let gap = Gap::new("hpa.yaml:1:1", "", vec!["kubernetes.object".to_owned()]);
    let inventory = hfscan::relate::relate(collected.resources, vec![gap], false);
    let unread = facts::<Deployment>(&inventory, "shop/Deployment/web").autoscaled.clone();
    assert!(matches!(unread, Value::Unknown(_)), "what could not be read may hold it");
}
