//! Identities outlive every edit that leaves the resources as they are: another file, other lines,
//! another order, another plan. The plans of `tests/data/stability` are terraform's own.

mod change;
mod order;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Finding, Report};
use hfscan::locate::{SourceChoice, SourceRequest};
use hfscan::pipeline::{self, Candidate, Request};
use serde_json::Value;

use crate::corpus::bench;
use crate::harness::hfscan;

const PLANS: [&str; 4] = ["first", "shuffled", "first-applied", "shuffled-applied"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/stability")
}

fn plan(name: &str) -> PathBuf {
    folder().join(format!("{name}.json"))
}

/// The code that a plan was made of.
fn code(name: &str) -> PathBuf {
    folder().join(name.trim_end_matches("-applied"))
}

fn scan(name: &str) -> Report {
    let request = Request {
        inputs: vec![Candidate { path: plan(name), named: true }],
        source: SourceRequest { choice: SourceChoice::Directory(code(name)), working_directory: PathBuf::from(".") },
        ..Request::default()
    };
    pipeline::scan_with(&request, &bench().selected, &bench().rules, &|_| {}).unwrap()
}

/// What a failure is about, in words.
fn about(finding: &Finding) -> String {
    let tag = finding.tag.as_deref().map_or_else(String::new, |tag| format!(" {tag}"));
    format!("{} {}{tag}", finding.rule, finding.resource.id)
}

/// The failures of a report by identity. Two of one identity would hide each other.
fn failures(report: &Report) -> BTreeMap<String, String> {
    let mut failures = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail) {
        let other = failures.insert(finding.id.clone(), about(finding));
        assert_eq!(other, None, "of one identity: {}", about(finding));
    }
    failures
}

#[test]
fn other_files_lines_and_orders_change_no_identity() {
    let first = failures(&scan("first"));
    assert!(first.len() >= 20, "{first:#?}");
    assert_eq!(failures(&scan("shuffled")), first);
}

#[test]
fn a_plan_of_what_is_applied_changes_no_identity() {
    let applied = failures(&scan("first-applied"));
    assert_eq!(failures(&scan("shuffled-applied")), applied);
    // What apply settles may fail more; what failed before it fails in the same words.
    let first = failures(&scan("first"));
    let lost: Vec<&String> =
        first.iter().filter(|(id, _)| !applied.contains_key(*id)).map(|(_, about)| about).collect();
    assert!(lost.is_empty(), "{lost:#?}\n{applied:#?}");
}

#[test]
fn the_instances_of_a_block_never_share_an_identity() {
    let failures = failures(&scan("first"));
    let of = |part: &str| failures.values().filter(|about| about.contains(part)).count();
    for (one, other) in [
        ("aws_s3_bucket.each[\"a\"]", "aws_s3_bucket.each[\"b.c\"]"),
        ("aws_s3_bucket.counted[0]", "aws_s3_bucket.counted[1]"),
        ("module.store[\"x\"].aws_s3_bucket.this", "module.store[\"y\"].aws_s3_bucket.this"),
        ("aws_subnet.public[\"a\"]", "aws_subnet.public[\"b\"]"),
        ("aws_lb_listener_rule.path[\"one\"]", "aws_lb_listener_rule.path[\"two\"]"),
    ] {
        assert!(of(one) > 0, "{one}: {failures:#?}");
        assert_eq!(of(one), of(other), "{one}, {other}");
    }
}

/// The fingerprints of a SARIF log, each with what it is about.
fn fingerprints(name: &str) -> BTreeSet<String> {
    let (plan, code) = (plan(name), code(name));
    let run = hfscan(&["scan", plan.to_str().unwrap(), "--source", code.to_str().unwrap(), "-f", "sarif"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let prints: BTreeSet<String> =
        results.iter().map(|result| format!("{} {}", result["ruleId"], result["partialFingerprints"])).collect();
    assert_eq!(prints.len(), results.len(), "two results of one fingerprint");
    for result in results {
        assert!(!result["partialFingerprints"].as_object().unwrap().is_empty());
        // The line is in the code: it moves, and the fingerprint stays.
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(Path::new(uri).extension().is_some_and(|end| end == "tf"), "{result}");
    }
    prints
}

#[test]
fn sarif_fingerprints_outlive_another_file_and_another_order() {
    let first = fingerprints("first");
    assert!(first.len() >= 20);
    assert_eq!(fingerprints("shuffled"), first);
    assert_eq!(fingerprints("shuffled-applied"), fingerprints("first-applied"));
}

/// A hundred elements that fail would else be told a hundred times each.
#[test]
fn the_value_of_a_finding_is_the_element_that_its_tag_names() {
    let report = scan("first");
    let lists: Vec<(&str, usize)> = report
        .findings
        .iter()
        .filter(|finding| finding.tag.is_some())
        .filter_map(|finding| Some((finding.rule.as_str(), finding.value.as_ref()?.as_array()?.len())))
        .collect();
    // Rules of a group, and listeners of a load balancer, of which each has three that fail.
    for rule in ["aws-ec2-security-group-internet-ingress", "aws-elb-http-redirects-to-https"] {
        let counts: Vec<usize> = lists.iter().filter(|(known, _)| *known == rule).map(|(_, count)| *count).collect();
        assert_eq!(counts, [1, 1, 1], "{rule}");
    }
}

#[test]
fn the_plans_differ_in_what_they_should() {
    let place = |name: &str, part: &str| {
        let report = scan(name);
        let found = report.findings.iter().find(|finding| about(finding).contains(part));
        let place = found.unwrap_or_else(|| panic!("{part}")).place.clone().unwrap();
        let file = Path::new(&place.file).file_name().unwrap().to_str().unwrap().to_owned();
        (file, place.line)
    };
    let postgres = "security-group-forbidden-ports aws_security_group.web ingress[5432/tcp/0.0.0.0/0]";
    let store = "public-access-blocked module.store[\"x\"].aws_s3_bucket.this block_public_acls";
    let (a, b) = (place("first", postgres), place("shuffled", postgres));
    assert_eq!((a.0.as_str(), b.0.as_str()), ("main.tf", "rules.tf"));
    assert_eq!(
        std::fs::read_to_string(code("first").join(&a.0)).unwrap().lines().nth(a.1 as usize - 1),
        Some("    cidr_blocks = [\"0.0.0.0/0\"]")
    );
    let (a, b) = (place("first", store), place("shuffled", store));
    assert_eq!((a.0.as_str(), b.0.as_str()), ("main.tf", "buckets.tf"));
    assert_ne!(a.1, b.1);
    for name in PLANS {
        assert!(!scan(name).is_incomplete(), "{name}");
    }
}
