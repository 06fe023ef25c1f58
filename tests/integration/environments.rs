//! The ha-eks environment: the compliant plan with its manifests passes, each seeded violation triggers its control on
//! the right resource and changes nothing else, and wrapping the stack in modules changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness;

fn environment() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments/ha-eks")
}

/// Outcomes by control and resource.
type Outcomes = BTreeMap<(String, String), String>;

fn outcomes(report: &Value) -> Outcomes {
    let mut outcomes = Outcomes::new();
    for finding in report["findings"].as_array().unwrap() {
        let control = finding["control"].as_str().unwrap().to_owned();
        let resource = finding["resource"]["id"].as_str().unwrap().to_owned();
        outcomes.insert((control, resource), finding["outcome"].as_str().unwrap().to_owned());
    }
    outcomes
}

fn scan(plan: &Path) -> (Value, i32) {
    scan_all(&[plan])
}

fn scan_all(inputs: &[&Path]) -> (Value, i32) {
    let mut arguments = vec!["scan", "--profile", "ha-eks", "--format", "json", "--all"];
    arguments.extend(inputs.iter().map(|input| input.to_str().unwrap()));
    let run = harness::hfscan(&arguments);
    let report = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    (report, run.code)
}

fn manifests() -> PathBuf {
    environment().join("manifests")
}

/// The plan and the manifests of the compliant environment.
fn scan_compliant() -> (Value, i32) {
    scan_all(&[&environment().join("plan.json"), &manifests()])
}

/// The whole plan of a violation, written to a file of its own; the compliant one when only the
/// manifests break something.
pub(crate) fn violation_plan(name: &str, folder: &Path) -> PathBuf {
    let compliant = fs::read_to_string(environment().join("plan.json")).unwrap();
    let plan = folder.join(format!("{name}.json"));
    let whole = match fs::read_to_string(environment().join("violations").join(name).join("plan.patch")) {
        Ok(patch) => diffy::apply(&compliant, &diffy::Patch::from_str(&patch).unwrap()).unwrap(),
        Err(_) => compliant,
    };
    fs::write(&plan, whole).unwrap();
    plan
}

/// The manifests of a violation, in a folder of their own.
fn violation_manifests(name: &str, folder: &Path) -> PathBuf {
    let target = folder.join(format!("{name}-manifests"));
    for group in fs::read_dir(manifests()).unwrap().map(|entry| entry.unwrap().path()) {
        let copy = target.join(group.file_name().unwrap());
        fs::create_dir_all(&copy).unwrap();
        for file in fs::read_dir(group).unwrap().map(|entry| entry.unwrap().path()) {
            fs::copy(&file, copy.join(file.file_name().unwrap())).unwrap();
        }
    }
    let Ok(patches) = fs::read_to_string(environment().join("violations").join(name).join("manifests.patch")) else {
        return target;
    };
    for patch in patches.split_inclusive("\n--- a/") {
        // Each part ends with the beginning of the next one.
        let patch = patch.strip_suffix("--- a/").unwrap_or(patch);
        let patch = if patch.starts_with("--- a/") { patch.to_owned() } else { format!("--- a/{patch}") };
        let file = target.join(patch.lines().next().unwrap().strip_prefix("--- a/").unwrap());
        if patch.lines().nth(1) == Some("+++ /dev/null") {
            fs::remove_file(file).unwrap();
            continue;
        }
        let before = fs::read_to_string(&file).unwrap();
        fs::write(&file, diffy::apply(&before, &diffy::Patch::from_str(&patch).unwrap()).unwrap()).unwrap();
    }
    target
}

#[test]
fn the_compliant_environment_has_no_finding() {
    for (report, code) in [scan_compliant(), scan(&environment().join("plan.json"))] {
        let outcomes = outcomes(&report).into_iter();
        let bad: Vec<_> = outcomes.filter(|(_, outcome)| ["fail", "error"].contains(&outcome.as_str())).collect();
        assert!(bad.is_empty(), "{bad:#?}");
        assert_eq!(code, 0);
    }
}

#[test]
fn a_plan_alone_does_not_tell_what_runs_in_the_cluster() {
    let (report, code) = scan(&environment().join("plan.json"));
    let cluster = ("HF-K8S-ADD-003".to_owned(), "module.eks.aws_eks_cluster.this".to_owned());
    assert_eq!(outcomes(&report)[&cluster], "unknown");
    assert_eq!(code, 0);
    assert_eq!(outcomes(&scan_compliant().0)[&cluster], "pass");
}

#[test]
fn the_compliant_environment_is_complete() {
    let plan = environment().join("plan.json");
    let manifests = manifests();
    let arguments = ["scan", "--profile", "ha-eks", "--complete", plan.to_str().unwrap(), manifests.to_str().unwrap()];
    let run = harness::hfscan(&arguments);
    assert_eq!(run.code, 0, "{}", run.stdout);
    // Without the manifests nothing adds nodes.
    let run = harness::hfscan(&arguments[..5]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("nothing adds nodes"), "{}", run.stdout);
}

#[test]
fn every_control_of_the_profile_judges_something_in_the_compliant_environment() {
    let (report, _) = scan_compliant();
    let passed: BTreeSet<String> = outcomes(&report)
        .into_iter()
        .filter(|(_, outcome)| outcome == "pass")
        .map(|((control, _), _)| control)
        .collect();
    let rules: BTreeSet<String> = report["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|rule| Some(rule["control"].as_str()?.to_owned()))
        .collect();
    // A plan does not tell what stands behind the references of the buckets' policies.
    let untold = BTreeSet::from(["HF-AWS-ENC-006".to_owned()]);
    let idle: Vec<_> = rules.difference(&passed).filter(|control| !untold.contains(*control)).collect();
    assert!(idle.is_empty(), "controls that pass nowhere in the compliant environment: {idle:?}");
}

#[test]
fn every_seeded_violation_triggers_its_control_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let compliant = outcomes(&scan_compliant().0);
    let mut names: Vec<String> = fs::read_dir(environment().join("violations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains('.'))
        .collect();
    names.sort();
    assert!(names.len() >= 15, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let about = fs::read_to_string(environment().join("violations").join(&name).join("violation.toml")).unwrap();
        let about: toml::Table = about.parse().unwrap();
        let list = |key: &str| -> BTreeSet<String> {
            about
                .get(key)
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .map(|item| item.as_str().unwrap().to_owned())
                .collect()
        };
        let plan = violation_plan(&name, folder.path());
        let (report, code) = scan_all(&[&plan, &violation_manifests(&name, folder.path())]);
        let after = outcomes(&report);
        let resources = list("resources");
        for control in list("triggers") {
            let failing = |outcomes: &Outcomes| -> BTreeSet<String> {
                outcomes
                    .iter()
                    .filter(|((c, _), outcome)| *c == control && *outcome == "fail")
                    .map(|((_, resource), _)| resource.clone())
                    .collect()
            };
            let fresh: BTreeSet<String> = failing(&after).difference(&failing(&compliant)).cloned().collect();
            if fresh.is_empty() || !fresh.is_subset(&resources) {
                wrong.push(format!("{name}: {control} should fail on some of {resources:?}; it fails on {fresh:?}"));
            }
        }
        if code != 1 {
            wrong.push(format!("{name}: exit code {code}"));
        }
        let allowed: BTreeSet<String> = list("triggers")
            .union(&list("also"))
            .cloned()
            .collect::<BTreeSet<_>>()
            .union(&list("overlaps"))
            .cloned()
            .collect();
        for (key, outcome) in &after {
            let before = compliant.get(key).map_or("absent", String::as_str);
            let harmless = before == "absent" && outcome != "fail" && outcome != "unknown" && outcome != "error";
            if before != outcome && !harmless && !allowed.contains(&key.0) {
                wrong.push(format!("{name}: {} on {} went from {before} to {outcome}", key.0, key.1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Outcomes without the wrapping module in the addresses.
fn unwrapped(outcomes: Outcomes, prefix: &str) -> Outcomes {
    outcomes
        .into_iter()
        .map(|((control, resource), outcome)| {
            ((control, resource.strip_prefix(prefix).map_or_else(|| resource.clone(), str::to_owned)), outcome)
        })
        .collect()
}

#[test]
fn wrapping_the_stack_in_modules_changes_no_outcome() {
    let compliant = outcomes(&scan(&environment().join("plan.json")).0);
    for (variant, prefix) in [("for-each", "module.x[\"a.b\"]."), ("nested-count", "module.outer[0].module.inner[0].")]
    {
        let (report, code) = scan(&environment().join("variants").join(variant).join("plan.json"));
        let wrapped = unwrapped(outcomes(&report), prefix);
        let differences: Vec<_> = compliant
            .keys()
            .chain(wrapped.keys())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|key| compliant.get(*key) != wrapped.get(*key))
            .map(|key| format!("{key:?}: {:?} became {:?}", compliant.get(key), wrapped.get(key)))
            .collect();
        assert!(differences.is_empty(), "{variant}:\n{}", differences.join("\n"));
        assert_eq!(code, 0, "{variant}");
    }
}

#[test]
fn a_finding_in_a_manifest_stands_there_and_needs_no_terraform_code() {
    let folder = tempfile::tempdir().unwrap();
    let manifests = violation_manifests("deployment-without-autoscaler", folder.path());
    let inputs = [environment().join("plan.json"), manifests.clone()];
    let mut arguments = vec!["scan", "--profile", "ha-eks", "--format", "json", "--source"];
    let source = environment();
    arguments.push(source.to_str().unwrap());
    arguments.extend(inputs.iter().map(|input| input.to_str().unwrap()));
    let report: Value = serde_json::from_str(&harness::hfscan(&arguments).stdout).unwrap();
    let found: Vec<&Value> =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["outcome"] == "fail").collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["place"]["file"], manifests.join("platform/app.yaml").to_str().unwrap());
    assert_eq!(found[0]["place"]["line"], 17, "where the Deployment begins");
    assert_eq!(report["source"]["unmapped"], 0, "{}", report["source"]);
}
