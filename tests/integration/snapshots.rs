//! Snapshots that hold less than their rules need: what was not read is told, and nobody passes or fails for it.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "us-east-1";

/// Writes a snapshot of one account that has one region of which these kinds were read.
fn write(path: &Path, kinds: &[&str]) {
    let lines = [
        json!({"format": "hfscan-snapshot", "version": 1, "tool": "0.1.0"}),
        json!({"account": {"account": ACCOUNT, "name": null, "regions": [REGION], "gaps": []}}),
        json!({"part": {"account": ACCOUNT, "region": REGION, "kinds": kinds, "resources": 0, "gaps": 0}}),
        json!({"end": {"accounts": 1, "parts": 1}}),
    ];
    let mut encoder = GzEncoder::new(std::fs::File::create(path).unwrap(), Compression::default());
    for line in lines {
        writeln!(encoder, "{line}").unwrap();
    }
    encoder.finish().unwrap();
}

/// Scans a snapshot by one rule; returns the exit code, the report and what was told.
fn scan(kinds: &[&str]) -> (i32, Value, String) {
    let directory = tempfile::tempdir().unwrap();
    write(&directory.path().join("account.hfs"), kinds);
    let output = Command::new(env!("CARGO_BIN_EXE_hfscan"))
        .env_clear()
        .current_dir(directory.path())
        .args(["scan", "account.hfs", "--rule", "aws-eks-kubernetes-on-eks", "--format", "json"])
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), report, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_snapshot_without_any_kind_that_its_rules_need_is_incomplete() {
    let (code, report, told) = scan(&["aws.kms.key"]);
    assert_eq!(code, 3, "{told}");
    assert_eq!(report["findings"].as_array().unwrap().iter().filter(|one| one["outcome"] == "fail").count(), 0);
    let gaps: Vec<&str> =
        report["gaps"].as_array().unwrap().iter().map(|gap| gap["subject"].as_str().unwrap()).collect();
    assert!(!gaps.is_empty() && gaps.iter().any(|gap| gap.ends_with("kinds in us-east-1")), "{gaps:?}");
    assert!(report["gaps"].as_array().unwrap().iter().all(|gap| gap["account"] == ACCOUNT));
}

#[test]
fn a_snapshot_in_which_everything_was_looked_for_and_nothing_is_there_is_complete() {
    // What the rule needs is told by the gap of a snapshot that has nothing of it.
    let (_, report, _) = scan(&["aws.kms.key"]);
    let needed: Vec<&str> = report["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|gap| gap["kinds"].as_array().unwrap())
        .map(|kind| kind.as_str().unwrap())
        .collect();
    assert!(!needed.is_empty());
    let (code, report, told) = scan(&needed);
    assert_eq!(report["gaps"], json!([]), "{told}");
    assert_ne!(code, 3, "{told}");
}
