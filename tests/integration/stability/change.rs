//! The labels of a change together with what is accepted, and with several plans.

use std::fs;

use hfscan::finding::{Change, Report};

use super::folder as data;
use crate::waivers::{Folder, Ran};

const MEDIA: &str = "module.bucket[\"media\"].aws_s3_bucket.this";

/// A folder with the plan of `tests/data/delta` that fixes two failures, brings in one and leaves one,
/// and with its code.
fn mixed() -> Folder {
    let folder = Folder::new();
    let case = data().parent().unwrap().join("delta/mixed");
    folder.write("plan.json", &fs::read_to_string(case.join("plan.json")).unwrap());
    folder.write("main.tf", &fs::read_to_string(case.join("after/main.tf")).unwrap());
    for entry in fs::read_dir(case.join("after/modules/bucket")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("modules/bucket/{}", path.file_name().unwrap().to_str().unwrap());
        folder.write(&name, &fs::read_to_string(path).unwrap());
    }
    folder
}

fn scan(folder: &Folder, more: &[&str]) -> Ran {
    folder.run(&[&["scan", "plan.json", "-f", "json", "--today", "2026-11-20", "--source", "."], more].concat())
}

/// New, unchanged, fixed and untold failures.
fn delta(report: &Report) -> (usize, usize, usize, usize) {
    let delta = report.delta.unwrap();
    (delta.new, delta.unchanged, delta.fixed, delta.untold)
}

fn waiver(address: &str) -> String {
    format!("[[waiver]]\nrule = \"*\"\naddress = '{address}'\nreason = \"r\"\nowner = \"o\"\nuntil = 2027-01-31\n")
}

#[test]
fn a_new_failure_that_is_waived_is_neither_counted_nor_at_the_gate() {
    let folder = mixed();
    let open = scan(&folder, &["--new-only"]);
    assert_eq!((open.code, delta(&open.report())), (1, (1, 1, 2, 0)), "{}", open.stderr);
    folder.write("hfscan.waivers.toml", &waiver(MEDIA));
    let waived = scan(&folder, &["--new-only"]);
    assert_eq!((waived.code, delta(&waived.report())), (0, (0, 1, 2, 0)), "{}", waived.stderr);
    // What is waived stays in the list, and is still what the change brings in.
    let report = waived.report();
    let media = report.findings.iter().find(|finding| finding.waiver.is_some()).unwrap();
    assert_eq!((media.resource.address.as_str(), media.change), (MEDIA, Some(Change::New)));
    // The unchanged one still stops a run that counts it.
    assert_eq!(scan(&folder, &["--delta"]).code, 1);
    let text = folder.run(&["scan", "plan.json", "--new-only", "--today", "2026-11-20"]);
    assert!(text.stdout.contains("2 fixed, 0 new, 1 unchanged"), "{}", text.stdout);
    assert!(!text.stdout.contains("Failed, new"), "{}", text.stdout);
}

#[test]
fn a_waiver_of_what_the_change_mends_is_over() {
    let folder = mixed();
    folder.write("hfscan.waivers.toml", &waiver("module.bucket[\"data\"]"));
    let ran = scan(&folder, &["--delta", "--skip-rule", "aws-s3-denies-plain-http"]);
    assert_eq!(delta(&ran.report()).2, 2);
    assert!(ran.stderr.contains("waives nothing; remove it"), "{}", ran.stderr);
}

#[test]
fn a_baseline_that_knows_a_new_failure_opens_the_gate_for_it() {
    let folder = mixed();
    let made = folder.run(&["baseline", "create", "plan.json"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let ran = scan(&folder, &["--new-only", "--baseline", "hfscan.baseline.json"]);
    let report = ran.report();
    assert_eq!((ran.code, delta(&report)), (0, (1, 1, 2, 0)), "{}", ran.stderr);
    assert!(
        report.findings.iter().filter(|finding| finding.change == Some(Change::New)).all(|finding| finding.baseline)
    );
    assert_eq!(scan(&folder, &["--delta", "--baseline", "hfscan.baseline.json"]).code, 0);
}

#[test]
fn what_cannot_be_told_counts_with_strict_only_when_it_is_new() {
    let folder = mixed();
    let rest = ["--skip-rule", "aws-s3-public-access-blocked", "--skip-rule", "aws-s3-denies-plain-http"];
    let code = |flags: &[&str]| scan(&folder, &[&rest, flags].concat());
    let strict = code(&["--delta", "--strict"]);
    let unknown: Vec<_> = strict.report().findings.into_iter().map(|finding| finding.change).collect();
    assert_eq!(code(&["--new-only"]).code, 0);
    let new = unknown.iter().any(|change| *change != Some(Change::Unchanged));
    assert_eq!(code(&["--new-only", "--strict"]).code, i32::from(new), "{unknown:?}");
    assert_eq!(strict.code, i32::from(!unknown.is_empty()));
}

#[test]
fn what_is_fixed_has_a_place_or_says_why_it_has_none() {
    let folder = mixed();
    let report = scan(&folder, &["--delta"]).report();
    assert_eq!(report.fixed.len(), 2);
    for finding in &report.fixed {
        let place = finding.place.as_ref().unwrap();
        let in_source = std::path::Path::new(&place.file).extension().is_some_and(|end| end == "tf");
        assert!(in_source || finding.unmapped.is_some(), "{finding:?}");
    }
}

#[test]
fn ids_of_several_plans_do_not_depend_on_where_the_checkout_stands() {
    let ids = |folder: &Folder, arguments: &[&str]| {
        let ran = folder.run(&[&["scan", "-f", "json", "--delta", "--no-source"], arguments].concat());
        let report = ran.report();
        assert_eq!(delta(&report), (2, 2, 4, 0), "{}", ran.stderr);
        let all = report.findings.iter().chain(&report.fixed);
        all.map(|finding| (finding.id.clone(), finding.resource.id.clone())).collect::<Vec<_>>()
    };
    let folder = mixed();
    let plan = folder.read("plan.json");
    folder.write("live/prod/plan.json", &plan);
    folder.write("live/test/plan.json", &plan);
    let here = ids(&folder, &["live/prod/plan.json", "live/test/plan.json"]);
    assert!(here.iter().any(|(_, id)| id.starts_with("prod/plan.json#module.")), "{here:?}");
    let (prod, test) = (folder.path().join("live/prod/plan.json"), folder.path().join("live/test/plan.json"));
    assert_eq!(ids(&folder, &[prod.to_str().unwrap(), test.to_str().unwrap()]), here);
    assert_eq!(ids(&folder, &["live"]), here);
    assert_eq!(ids(&folder, &["./live/test/plan.json", "./live/prod/plan.json"]), here);
}
