//! What has to be rendered first is said, never guessed; and stages of one system are told apart.

use hfscan::inventory::Kind as _;
use hfscan::inventory::kubernetes::apps::{Deployment, DeploymentFacts};

use super::{facts, read, read_named};

const TEMPLATE: &str = "\
{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"web.name\" . }}
{{- end }}
";

fn deployment(name: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{template: {{metadata: {{labels: {{app: {name}}}}}}}}}\n"
    )
}

fn autoscaler(name: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}}}\n"
    )
}

#[test]
fn a_template_of_helm_is_a_gap_that_says_how_to_render_it() {
    let collected = read(&[("charts/web/templates/web.yaml", TEMPLATE)]);
    assert!(collected.resources.is_empty() && collected.passed_over.is_empty());
    insta::assert_snapshot!(
        format!("{}: {}", collected.gaps[0].subject, collected.gaps[0].reason),
        @"charts/web/templates/web.yaml:1:3: this is a template that is not rendered yet; render it first: helm template charts/web > manifests.yaml"
    );
    let failure = read_named("web.yaml", TEMPLATE).unwrap_err().to_string();
    assert!(failure.contains("helm template CHART"), "{failure}");
}

#[test]
fn placeholders_are_unknown_and_in_names_a_gap() {
    let named = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \"{{ .Release.Name }}-web\"}\n";
    let collected = read(&[("web.yaml", named)]);
    assert_eq!(collected.resources.len(), 0);
    assert_eq!(collected.gaps[0].subject, "web.yaml:1:1");
    for image in
        ["{{ .Values.image }}", "\"{{ .Values.image }}\"", "\"${IMAGE}\"", "$IMAGE", "\"web:{{ .Values.tag }}\""]
    {
        let text = deployment("web")
            .replace("{template: {", &format!("{{template: {{spec: {{containers: [{{name: web, image: {image}}}]}}, "));
        let collected = read(&[("web.yaml", &text)]);
        let [resource] = collected.resources.as_slice() else { panic!("{image}: {collected:?}") };
        let deployment = Deployment::attributes(&resource.attributes).unwrap();
        let containers = deployment.pods.containers.known().unwrap();
        assert!(containers[0].image.reason().is_some(), "{image}: {containers:?}");
    }
}

#[test]
fn what_a_kustomization_changes_is_not_judged() {
    let base = ("k/base/kustomization.yaml", "resources: [web.yaml, hpa.yaml]\n");
    let overlay = (
        "k/prod/kustomization.yaml",
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\npatches:\n  - path: web-patch.yaml\n",
    );
    let (web, hpa) = (deployment("web"), autoscaler("web"));
    let files =
        [("k/base/web.yaml", web.as_str()), ("k/base/hpa.yaml", hpa.as_str()), ("other/api.yaml", &deployment("api"))];
    let list = read(&[&[base][..], &files].concat());
    assert_eq!((list.resources.len(), list.gaps.len()), (3, 0), "a mere list changes nothing");
    let patched = read(&[&[base, overlay, ("k/prod/web-patch.yaml", web.as_str())][..], &files].concat());
    let ids: Vec<&str> = patched.resources.iter().map(|resource| &*resource.id).collect();
    assert_eq!(ids, ["shop/Deployment/api"]);
    insta::assert_snapshot!(
        format!("{}: {}", patched.gaps[0].subject, patched.gaps[0].reason),
        @"k/prod: a kustomization changes what is here before it is applied, so that 3 files were not judged; render it first: kubectl kustomize k/prod > manifests.yaml"
    );
    let remote = read(&[("kustomization.yaml", "resources: ['https://example.com/x.yaml']\n")]);
    assert_eq!(remote.gaps.len(), 1, "what is taken from elsewhere cannot be seen");
}

#[test]
fn stages_have_nothing_to_do_with_each_other() {
    let (web, hpa) = (deployment("web"), autoscaler("web"));
    let files = [
        ("out/prod/deployments/web.yaml", web.as_str()),
        ("out/prod/autoscalers/web.yaml", hpa.as_str()),
        ("out/dev/deployments/web.yaml", web.as_str()),
    ];
    let collected = read(&files);
    let inventory = hfscan::relate::relate(collected.resources, collected.gaps, false);
    let of = |id: &str| -> &DeploymentFacts { facts::<Deployment>(&inventory, id) };
    assert!(of("out/prod#shop/Deployment/web").autoscaled.is(&true));
    assert!(of("out/dev#shop/Deployment/web").autoscaled.is(&false));
    // Rendered into one file for each stage.
    let (prod, dev) = (format!("{web}---\n{hpa}"), web.clone());
    let collected = read(&[("prod.yaml", &prod), ("dev.yaml", &dev)]);
    let inventory = hfscan::relate::relate(collected.resources, collected.gaps, false);
    assert!(facts::<Deployment>(&inventory, "prod.yaml#shop/Deployment/web").autoscaled.is(&true));
    assert!(facts::<Deployment>(&inventory, "dev.yaml#shop/Deployment/web").autoscaled.is(&false));
}
