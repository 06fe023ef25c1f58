//! Waivers in annotations of Kubernetes objects.

use super::{Folder, Ran};

const RULE: &str = "kubernetes-autoscaling-workload-autoscaler";

/// A workload with annotations, each a line of YAML, and the Service that makes it one.
fn workload(name: &str, annotations: &[&str]) -> String {
    let lines: String = annotations.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  annotations:\n    team: shop\n{lines}\
         spec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n\
         ---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: {name}}}}}\n---\n"
    )
}

fn scan(manifest: &str) -> Ran {
    let folder = Folder::new();
    folder.write("app.yaml", manifest);
    folder.run(&["scan", "app.yaml", "-f", "json", "--rule", RULE, "--today", "2026-11-20"])
}

#[test]
fn an_annotation_waives_what_its_object_breaks_and_nothing_else() {
    let waiver =
        "hfscan.ignore/kubernetes-autoscaling-workload-autoscaler: until=2027-01-31 owner=team-x one replica by design";
    let ran = scan(&[workload("one", &[waiver]), workload("two", &[])].concat());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.findings().join("\n"), @r#"
    fail kubernetes-autoscaling-workload-autoscaler default/Deployment/two
    waived kubernetes-autoscaling-workload-autoscaler default/Deployment/one
    "#);
    let report = ran.report();
    let waiver = report.findings.iter().find_map(|finding| finding.waiver.as_ref()).unwrap();
    assert_eq!((waiver.reason.as_str(), waiver.owner.as_deref()), ("one replica by design", Some("team-x")));
    let place = waiver.place.as_ref().unwrap();
    assert_eq!((place.file.as_str(), place.line, place.column), ("app.yaml", 7, 63));
    assert!(report.waivers.is_empty(), "{:?}", report.waivers);
}

#[test]
fn a_control_names_its_rules_and_what_is_over_counts_again() {
    let over = "hfscan.ignore/HF-K8S-HA-004: \"until=2026-11-19 owner=team-x for the launch\"";
    let ran = scan(&workload("one", &[over]));
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stderr, @r#"
    warning: app.yaml:7:34: the waiver of team-x for HF-K8S-HA-004 ended on 2026-11-19, what it waived counts again; mend it, or decide anew
    2 resources by 1 rule: 1 failed, 0 unknown, 0 errors, 0 passed, 0 not applicable; 1 failure at the gate
    "#);
    let ran = scan(&workload("one", &[&over.replace("2026-11-19", "2027-01-31")]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn an_annotation_that_is_no_waiver_is_told() {
    let ran = scan(&workload(
        "one",
        &[
            "hfscan.ignore/HF-K8S-HA-004: \"owner=team-x no end\"",
            "hfscan.skip/HF-K8S-HA-004: \"until=2027-01-31 owner=team-x why\"",
            "hfscan.ignore/k8s-nothing: \"until=2027-01-31 owner=team-x why\"",
            "hfscan.ignore/other: \"{{ .Values.waiver }}\"",
            "hfscan.ignore/more: {until: 2027-01-31}",
        ],
    ));
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.stderr, @r#"
    warning: app.yaml:9:32: the waiver of team-x for k8s-nothing names a rule that does not exist; correct it
    warning: app.yaml:8:32: hfscan does not know this annotation; write `hfscan.ignore/rule-id: until=2027-01-31 owner=team why the risk is accepted`; nothing is waived
    warning: app.yaml:10:26: the annotation is no text that can be read; write `hfscan.ignore/rule-id: until=2027-01-31 owner=team why the risk is accepted`; nothing is waived
    warning: app.yaml:11:25: the annotation is no text that can be read; write `hfscan.ignore/rule-id: until=2027-01-31 owner=team why the risk is accepted`; nothing is waived
    warning: app.yaml:7:34: the waiver has no end; write `hfscan.ignore/rule-id: until=2027-01-31 owner=team why the risk is accepted`; nothing is waived
    2 resources by 1 rule: 1 failed, 0 unknown, 0 errors, 0 passed, 0 not applicable; 1 failure at the gate
    "#);
}

#[test]
fn of_an_object_that_stands_twice_the_annotations_of_the_last_count() {
    let waiver = "hfscan.ignore/HF-K8S-HA-004: until=2027-01-31 owner=team-x why";
    assert_eq!(scan(&[workload("one", &[waiver]), workload("one", &[])].concat()).code, 1);
    assert_eq!(scan(&[workload("one", &[]), workload("one", &[waiver])].concat()).code, 0);
}
