//! Texts: places, encodings, what is no object, and what a hostile author may write.

use hfscan::collect::kubernetes::{File, collect, is_manifest};
use hfscan::inventory::Kind as _;
use hfscan::inventory::kubernetes::apps::Deployment;
use hfscan::source::Source;
use proptest::prelude::*;

use super::{places, read, read_named};

const WEB: &str = "\
# The shop.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
---
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
  - {apiVersion: v1, kind: Service, metadata: {name: api}}
...
---
hello: world
--- # A document may begin on the line of its mark.
kind: ClusterRole
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: all
";

const PLACES: [&str; 4] = [
    "ClusterRole.rbac.authorization.k8s.io/all m/web.yaml:20:1",
    "default/Service/api m/web.yaml:15:5",
    "shop/Deployment/web m/web.yaml:2:1",
    "shop/Service/web m/web.yaml:12:5",
];

#[test]
fn every_object_has_its_line_and_column() {
    let collected = read(&[("m/web.yaml", WEB)]);
    assert_eq!(places(&collected), PLACES);
    assert_eq!(collected.gaps, []);
    let [part] = collected.parts.as_slice() else { panic!("{:?}", collected.parts) };
    assert_eq!((part.path.as_str(), part.resources), ("m", 4));
    assert_eq!(
        part.warnings,
        [
            "m/web.yaml:18:1: this document is no Kubernetes object, it lacks `apiVersion` or `kind`, and was passed over"
        ]
    );
}

#[test]
fn line_ends_and_encodings_of_windows_change_nothing() {
    let windows = WEB.replace('\n', "\r\n");
    assert_eq!(places(&read(&[("m/web.yaml", &windows)])), PLACES);
    assert_eq!(places(&read(&[("m/web.yaml", &format!("\u{feff}{windows}"))])), PLACES);
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(WEB.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(is_manifest("-".as_ref(), &wide), "PowerShell redirects write UTF-16");
    let source = Source::from_bytes("m/web.yaml".into(), wide);
    assert_eq!(places(&collect(&[File { source, named: false }]).unwrap()), PLACES);
}

#[test]
fn json_and_typed_lists_are_read_too() {
    let text = "{\n\t\"apiVersion\": \"apps/v1\",\n\t\"kind\": \"DeploymentList\",\n\t\"items\": [\n\t\t{\"metadata\": {\"name\": \"a\"}},\n\t\t{\"metadata\": {\"name\": \"b\", \"namespace\": \"x\"}}\n\t]\n}\n";
    let collected = read(&[("list.json", text)]);
    assert_eq!(places(&collected), ["default/Deployment/a list.json:5:3", "x/Deployment/b list.json:6:3"]);
    assert!(collected.resources.iter().all(|resource| resource.kind() == Deployment::NAME));
}

#[test]
fn a_plan_is_no_manifest_whatever_its_name() {
    let plan = br#"{"format_version":"1.2","resource_changes":[],"x":{"apiVersion":"v1","kind":"Pod"}}"#;
    assert!(!is_manifest("plan.json".as_ref(), plan));
    assert!(!is_manifest("plan.yaml".as_ref(), plan));
    assert!(!is_manifest("main.tf".as_ref(), b"resource \"a\" \"b\" {\n}\n"));
    assert!(is_manifest("deploy.json".as_ref(), b" {\n \"kind\": \"List\""));
    assert!(is_manifest("anything".as_ref(), b"# x\nkind: Pod\napiVersion: v1\n"));
    assert!(is_manifest("values.YML".as_ref(), b"a: 1\n"));
}

#[test]
fn what_holds_no_object_is_passed_over_by_name_or_refused_when_it_was_named() {
    let collected = read(&[("chart/values.yaml", "replicas: 3\n"), ("notes.yaml", "just text\n"), ("none.yaml", "")]);
    assert_eq!(collected.passed_over, ["chart/values.yaml", "notes.yaml", "none.yaml"]);
    insta::assert_snapshot!(read_named("values.yaml", "replicas: 3\n").unwrap_err(), @"values.yaml: no Kubernetes object in it, expected manifests with `apiVersion` and `kind`, as `helm template` and `kubectl kustomize` print them");
}

#[test]
fn broken_manifests_are_named_with_their_place_and_never_quoted() {
    let broken = "apiVersion: v1\nkind: Secret\nstringData:\n  password: 'hunter2\n";
    let failure = read_named("secret.yaml", broken).unwrap_err().to_string();
    assert!(failure.starts_with("secret.yaml:4:") || failure.starts_with("secret.yaml:5:"), "{failure}");
    assert!(!failure.contains("hunter2"), "{failure}");
    let collected = read(&[("secret.yaml", broken)]);
    assert_eq!(collected.gaps.len(), 1);
    assert!(collected.gaps[0].subject.starts_with("secret.yaml:"), "{:?}", collected.gaps);
    let elsewhere = read(&[("notes.yaml", "a: 'b\n")]);
    assert_eq!(elsewhere.passed_over, ["notes.yaml"], "what was never a manifest is no gap");
}

#[test]
fn secrets_stay_where_they_are() {
    let text = "\
apiVersion: v1
kind: Secret
metadata: {name: db, annotations: {note: hunter2}}
stringData: {password: hunter2}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - {name: web, image: web, args: [--token=hunter2], env: [{name: DB, value: hunter2}]}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: hunter2}
";
    let collected = read(&[("secret.yaml", text)]);
    assert_eq!(collected.resources.len(), 2);
    assert!(collected.parts[0].warnings[0].contains("default/Secret/db stands here and again in line 15"));
    assert!(!format!("{collected:?}").contains("hunter2"));
}

#[test]
fn anchors_aliases_and_merges_are_followed() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: &own {app: web, tier: front}}
spec:
  replicas: 2
  template: {metadata: {labels: {<<: *own, tier: back}}}
";
    let collected = read(&[("web.yaml", text)]);
    let deployment = Deployment::attributes(&collected.resources[0].attributes).unwrap();
    let labels = deployment.pods.labels.known().unwrap();
    assert!(labels["app"].is(&"web".to_owned()) && labels["tier"].is(&"back".to_owned()), "{labels:?}");
    assert!(deployment.replicas.is(&Some(2)));
}

#[test]
fn hostile_text_is_refused_before_it_costs_anything() {
    let bomb: String = std::iter::once("kind: A\napiVersion: v1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain((1..40).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))))
        .collect();
    let failure = read_named("bomb.yaml", &bomb).unwrap_err().to_string();
    assert!(failure.contains("aliases repeat more than"), "{failure}");
    let chain: String = std::iter::once("a0: &a0 [x]\n".to_owned())
        .chain((1..5000).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)))
        .collect();
    assert!(read_named("chain.yaml", &chain).unwrap_err().to_string().contains("nest deeper"), "a chain of aliases");
    let own = read_named("own.yaml", "a: &a [*a]\n").unwrap_err().to_string();
    assert!(own.contains("own.yaml:1:"), "{own}");
    for deep in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000)] {
        let failure = read_named("deep.yaml", &deep).unwrap_err().to_string();
        assert!(failure.starts_with("deep.yaml:1:"), "{failure}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", name in "[a-z]{1,3}\\.yaml") {
        let _ = read_named(&name, &text);
        read(&[(name.as_str(), text.as_str())]);
    }

    #[test]
    fn no_piece_of_yaml_makes_it_panic(
        pieces in proptest::collection::vec(
            proptest::sample::select(vec![
                "apiVersion: apps/v1\n", "kind: Deployment\n", "kind: List\nitems:\n", "- ", "  ", "metadata:\n", "name: x\n",
                "---\n", "...\n", "&a ", "*a", "<<: *a\n", "{{ .x }}", "{{- if .y }}\n", "? [k]\n", ": v\n", "|\n", "\t", "'", "\"",
                "spec: {template: 3, replicas: {a: b}}\n", "!!str ", "resources: [a.yaml]\n", "\u{85}", "é", "#",
            ]),
            0..24,
        )
    ) {
        let text = pieces.concat();
        let _ = read_named("x.yaml", &text);
        let collected = read(&[("kustomization.yaml", text.as_str()), ("a.yaml", text.as_str())]);
        hfscan::relate::relate(collected.resources, collected.gaps, false);
    }

    #[test]
    fn no_cut_or_doubled_line_makes_it_panic(cut in 0..WEB.len(), from in 0..WEB.len()) {
        let cut: String = WEB.chars().take(cut).chain(WEB.chars().skip(from)).collect();
        let collected = read(&[("x.yaml", cut.as_str())]);
        for resource in &collected.resources {
            let line = resource.origin.line as usize;
            prop_assert!(line >= 1 && line <= cut.lines().count().max(1));
        }
    }
}
