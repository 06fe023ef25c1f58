//! Which folder is taken for the source of a plan, and when none is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::{copy, findings, spot};

fn odd() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform/odd")
}

/// A Git work tree with the odd code below `infra/prod`, and its plan where `plan` says.
fn repository(plan: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    copy(&odd(), &folder.path().join("infra/prod"));
    let target = folder.path().join(plan);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::rename(folder.path().join("infra/prod/plan.json"), target).unwrap();
    folder
}

/// Scans in a working directory; returns the report and what went to stderr.
fn scan_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Value, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hfscan"));
    command.env_clear().current_dir(folder).arg("scan").args(["--format", "json", "--rule", "aws-rds-multi-az"]);
    let output = command.args(arguments).envs(variables.iter().copied()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (serde_json::from_slice(&output.stdout).unwrap_or(Value::Null), errors)
}

fn place(report: &Value) -> String {
    spot(&findings(report, "fail", "aws-rds-multi-az")[0]["place"], Path::new(""))
}

#[test]
fn paths_are_shown_from_where_the_command_runs() {
    let folder = repository("infra/prod/plan.json");
    let (report, _) = scan_in(folder.path(), &["infra/prod/plan.json"], &[]);
    assert_eq!(place(&report), "infra/prod/data.tf.json:13:9");
    assert_eq!(report["source"]["directory"], "infra/prod");
    let (report, _) = scan_in(&folder.path().join("infra/prod"), &["plan.json"], &[]);
    assert_eq!(place(&report), "data.tf.json:13:9");
    let (report, _) = scan_in(&folder.path().join("infra/prod/modules"), &["../plan.json"], &[]);
    let whole = fs::canonicalize(folder.path()).unwrap().join("infra/prod/data.tf.json");
    assert_eq!(place(&report), format!("{}:13:9", whole.display()));
}

#[test]
fn a_plan_elsewhere_in_the_work_tree_finds_its_folder() {
    let folder = repository("build/plan.json");
    let (report, _) = scan_in(folder.path(), &["build/plan.json"], &[]);
    assert_eq!(place(&report), "infra/prod/data.tf.json:13:9");
    // A second environment that fits as well makes it a guess, and a guess may be wrong.
    copy(&folder.path().join("infra/prod"), &folder.path().join("infra/test"));
    let (report, _) = scan_in(folder.path(), &["build/plan.json"], &[]);
    assert_eq!(place(&report).split(':').next(), Some("build/plan.json"));
    let warnings = report["source"]["warnings"].to_string();
    assert!(warnings.contains("infra/prod, infra/test; --source names the right one"), "{warnings}");
    let finding = findings(&report, "fail", "aws-rds-multi-az")[0];
    assert_eq!(finding["unmapped"], "2 folders declare what the plan has");
    // Git does not know the copy.
    fs::write(folder.path().join(".gitignore"), "infra/test/\n").unwrap();
    let (report, _) = scan_in(folder.path(), &["build/plan.json"], &[]);
    assert_eq!(place(&report), "infra/prod/data.tf.json:13:9");
}

#[test]
fn a_named_folder_outweighs_what_is_found() {
    let folder = repository("plan.json");
    copy(&folder.path().join("infra/prod"), &folder.path().join("infra/test"));
    for (arguments, variables) in [
        (&["plan.json", "--source", "infra/test"][..], &[][..]),
        (&["plan.json"][..], &[("HFSCAN_SOURCE", "infra/test")][..]),
    ] {
        let (report, _) = scan_in(folder.path(), arguments, variables);
        assert_eq!(place(&report), "infra/test/data.tf.json:13:9");
    }
    // The folder above it, which holds one that fits.
    fs::remove_dir_all(folder.path().join("infra/prod")).unwrap();
    let (report, _) = scan_in(folder.path(), &["plan.json", "--source", "infra"], &[]);
    assert_eq!(place(&report), "infra/test/data.tf.json:13:9");
}

#[test]
fn without_source_places_stay_in_the_plan() {
    let folder = repository("infra/prod/plan.json");
    for (arguments, variables) in [
        (&["infra/prod/plan.json", "--no-source"][..], &[][..]),
        (&["infra/prod/plan.json"][..], &[("HFSCAN_NO_SOURCE", "1")][..]),
    ] {
        let (report, _) = scan_in(folder.path(), arguments, variables);
        assert_eq!(place(&report).split(':').next(), Some("infra/prod/plan.json"));
        assert!(report.get("source").is_none());
        let finding = findings(&report, "fail", "aws-rds-multi-az")[0];
        assert!(finding.get("unmapped").is_none());
        assert!(finding.get("input_place").is_none());
    }
}

#[test]
fn code_of_something_else_is_not_taken_for_the_source() {
    let folder = repository("plan.json");
    fs::remove_dir_all(folder.path().join("infra")).unwrap();
    fs::write(folder.path().join("main.tf"), "resource \"aws_vpc\" \"other\" {}\n").unwrap();
    let (report, _) = scan_in(folder.path(), &["plan.json"], &[]);
    assert_eq!(place(&report).split(':').next(), Some("plan.json"));
    assert!(report.get("source").is_none(), "{}", report["source"]);
    // Who names it is told.
    let (report, _) = scan_in(folder.path(), &["plan.json", "--source", "."], &[]);
    assert_eq!(report["source"]["warnings"][0], "plan.json: no .tf file in . or below declares what the plan has");
    let (_, errors) = scan_in(folder.path(), &["plan.json", "--source", "missing"], &[]);
    assert!(errors.contains("--source missing: not a folder"), "{errors}");
}

#[test]
fn manifests_are_their_own_source() {
    let folder = repository("infra/prod/plan.json");
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      \
                    hostNetwork: true\n      containers:\n        - name: web\n          image: web:latest\n";
    fs::write(folder.path().join("web.yaml"), manifest).unwrap();
    let (report, errors) = scan_in(
        folder.path(),
        &["infra/prod/plan.json", "web.yaml", "--source", "infra/prod", "--rule", "*", "--all"],
        &[],
    );
    assert_eq!(report["source"]["unmapped"], 0, "{} {errors}", report["source"]);
    assert!(report["source"].get("warnings").is_none(), "{}", report["source"]);
    let all = report["findings"].as_array().unwrap().iter();
    let of_manifest: Vec<_> = all.filter(|one| one["place"]["file"] == "web.yaml").collect();
    assert!(!of_manifest.is_empty());
    assert!(of_manifest.iter().all(|one| one.get("unmapped").is_none() && one.get("input_place").is_none()));
}

#[cfg(unix)]
#[test]
fn links_in_circles_and_large_trees_end() {
    let folder = repository("plan.json");
    let deep = folder.path().join("infra/prod/modules/store");
    std::os::unix::fs::symlink(folder.path(), deep.join("loop")).unwrap();
    std::os::unix::fs::symlink("self.tf", deep.join("self.tf")).unwrap();
    std::os::unix::fs::symlink("nowhere.tf", deep.join("broken.tf")).unwrap();
    for number in 0..10_000 {
        let below = folder.path().join(format!("other/{}", number / 100));
        fs::create_dir_all(&below).unwrap();
        fs::write(below.join(format!("{number}.tf")), "resource \"aws_vpc\" \"this\" {}\n").unwrap();
    }
    let started = std::time::Instant::now();
    let (report, _) = scan_in(folder.path(), &["plan.json"], &[]);
    assert!(started.elapsed() < std::time::Duration::from_mins(1));
    assert_eq!(place(&report), "infra/prod/data.tf.json:13:9");
}
