//! The ha-eks environment: the compliant plan passes, each seeded violation triggers its control on
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
    let run = harness::hfscan(&["scan", plan.to_str().unwrap(), "--profile", "ha-eks", "--format", "json", "--all"]);
    let report = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    (report, run.code)
}

/// The whole plan of a violation, written to a file of its own.
pub(crate) fn violation_plan(name: &str, folder: &Path) -> PathBuf {
    let compliant = fs::read_to_string(environment().join("plan.json")).unwrap();
    let patch = fs::read_to_string(environment().join("violations").join(name).join("plan.patch")).unwrap();
    let patch = diffy::Patch::from_str(&patch).unwrap();
    let plan = folder.join(format!("{name}.json"));
    fs::write(&plan, diffy::apply(&compliant, &patch).unwrap()).unwrap();
    plan
}

#[test]
fn the_compliant_plan_has_no_finding() {
    let (report, code) = scan(&environment().join("plan.json"));
    let bad: Vec<_> =
        outcomes(&report).into_iter().filter(|(_, outcome)| ["fail", "error"].contains(&outcome.as_str())).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert_eq!(code, 0);
}

#[test]
fn every_control_of_the_profile_judges_something_in_the_compliant_plan() {
    let (report, _) = scan(&environment().join("plan.json"));
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
    assert!(idle.is_empty(), "controls that pass nowhere in the compliant plan: {idle:?}");
}

#[test]
fn every_seeded_violation_triggers_its_control_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let compliant = outcomes(&scan(&environment().join("plan.json")).0);
    let mut names: Vec<String> = fs::read_dir(environment().join("violations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains('.'))
        .collect();
    names.sort();
    assert!(names.len() >= 14, "{names:?}");
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
        let (report, code) = scan(&violation_plan(&name, folder.path()));
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
