//! The fast lane gives the same verdicts as the engine alone: on our own environments and on every real plan.

use std::path::{Path, PathBuf};

use hfscan::evaluate::RuleSet;
use hfscan::pipeline::{self, Candidate, Selection};
use hfscan::relate;

use crate::corpus::{files, shared};
use crate::environments::violation_plan;

/// Judges files both ways; returns how many verdicts there were and how many of them pass or do not apply.
fn compare(paths: &[PathBuf]) -> (usize, usize) {
    let selected = pipeline::rules(&Selection::default()).unwrap();
    let fast = RuleSet::compile(&selected).unwrap();
    let engine = RuleSet::compile(&selected).unwrap().engine_only();
    let (mut all, mut quiet) = (0, 0);
    for path in paths {
        let candidate = Candidate { path: path.clone(), named: true };
        let Ok(collected) = pipeline::collect(&[candidate]) else { continue };
        let inventory = relate::relate(collected.resources, collected.gaps, false);
        let (by_lane, by_engine) = (fast.evaluate(&inventory), engine.evaluate(&inventory));
        assert_eq!(by_lane, by_engine, "{}", path.display());
        all += by_lane.len();
        quiet += by_lane.iter().filter(|verdict| verdict.denials.is_empty() && verdict.doubts.is_empty()).count();
    }
    (all, quiet)
}

#[test]
fn our_environments_are_judged_the_same_with_and_without_the_fast_lane() {
    let folder = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments/ha-eks");
    let mut paths = vec![fixtures.join("plan.json")];
    for violation in std::fs::read_dir(fixtures.join("violations")).unwrap() {
        let name = violation.unwrap().file_name().into_string().unwrap();
        paths.push(violation_plan(&name, folder.path()));
    }
    paths.sort();
    let (all, quiet) = compare(&paths);
    // Most verdicts are the lane's: otherwise this test would compare the engine with itself.
    assert!(all > 3_000 && quiet * 10 > all * 8, "{quiet} of {all}");
}

#[test]
fn real_plans_are_judged_the_same_with_and_without_the_fast_lane() {
    let Some(folder) = shared("plans") else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.sort();
    let (all, quiet) = compare(&paths);
    println!("{all} verdicts, {quiet} pass or do not apply");
    assert!(all > 1_000, "{all}");
}
