//! The built program against the server: exit codes, and that no secret is ever shown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use super::server::Server;
use super::server::errors::MARKER;
use super::server::fault::{Fault, Kind};
use super::server::state::{SECRET, State, TOKEN, Trust};
use super::{EAST, HOME, OTHER, THIRD, WEST, things};

fn world() -> State {
    let mut state = State::of(&[EAST, WEST]);
    for account in [HOME, OTHER] {
        things::everything(&mut state, account);
    }
    state
}

/// Returns the program with the server as its only AWS, in a home.
pub(super) fn program(server: &Server, home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hfscan"));
    command
        .env_clear()
        .current_dir(home)
        .env("HOME", home)
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{HOME}"))
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", EAST)
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// Runs it in a home without any file.
fn run(server: &Server, arguments: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let output = program(server, home.path()).args(arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    for marker in [SECRET, TOKEN, MARKER, things::MARKER] {
        assert!(!text.contains(marker), "{arguments:?} shows {marker}:\n{text}");
    }
    output
}

const AUDIT: &[&str] =
    &["audit", "aws", "--attempts", "2", "--role", "HfscanAudit", "--account", HOME, "--account", OTHER];

#[test]
fn an_audit_with_gaps_is_incomplete_and_names_them() {
    let mut state = world();
    state.trusts.insert(OTHER.to_owned(), Trust { is_denied: true, ..Trust::default() });
    let faults = vec![
        Fault::of("KMS.ListKeys", Kind::Throttled(u64::MAX)).region(WEST),
        Fault::of("EC2.DescribeSubnets", Kind::Denied).region(EAST),
    ];
    let server = Server::failing(state, faults);
    let output = run(&server, &[AUDIT, &["-f", "json"]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let gaps = report["gaps"].as_array().unwrap().iter().map(|gap| {
        let field = |name: &str| gap[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}: {}", field("account"), field("region"), field("permission"), field("reason"))
    });
    let gaps: Vec<String> = gaps.collect();
    insta::assert_snapshot!(gaps.join("\n"), @r"
    222222222222 - sts:AssumeRole: no session in account 222222222222 by arn:aws:iam::222222222222:role/HfscanAudit: access denied
    111111111111 us-east-1 ec2:DescribeSubnets: access denied
    111111111111 eu-west-1 -: throttled: the service refused every try because of too many requests
    ");
    assert_eq!(server.strange(), Vec::<String>::new());
}

/// What was read, by account, region and kind: whether to the end, and which resources.
fn coverage(report: &Value) -> BTreeMap<(String, String, String), Value> {
    let mut all = BTreeMap::new();
    for part in report["coverage"].as_array().unwrap() {
        let text = |name: &str| part[name].as_str().unwrap().to_owned();
        for (kind, read) in part["kinds"].as_object().unwrap() {
            all.insert((text("account"), text("region"), kind.clone()), read.clone());
        }
    }
    all
}

#[test]
fn one_denied_account_one_throttled_region_and_one_broken_page_leave_all_else_complete() {
    let everything = || {
        let mut state = world();
        things::everything(&mut state, THIRD);
        state.page = 1;
        state
    };
    let audit = [AUDIT, &["--account", THIRD, "-f", "json"]].concat();
    let read = |server: &Server, code: &[i32]| -> Value {
        let output = run(server, &audit);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(code.contains(&output.status.code().unwrap()), "{told}");
        assert_eq!(server.strange(), Vec::<String>::new());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let whole = coverage(&read(&Server::start(everything()), &[0, 1]));

    let mut state = everything();
    state.trusts.insert(OTHER.to_owned(), Trust { is_denied: true, ..Trust::default() });
    let throttled = |service: &str| Fault::of(service, Kind::Throttled(u64::MAX)).account(HOME).region(WEST);
    let server = Server::failing(
        state,
        vec![
            throttled("EC2.DescribeSubnets"),
            throttled("KMS.ListKeys"),
            throttled("EKS.ListClusters"),
            Fault::of("KMS.ListKeys", Kind::Truncated).account(THIRD).region(EAST).subject("page-1"),
        ],
    );
    let report = read(&server, &[3]);
    let gaps = report["gaps"].as_array().unwrap().iter();
    let places: BTreeSet<(&str, &str)> =
        gaps.map(|gap| (gap["account"].as_str().unwrap(), gap["region"].as_str().unwrap_or("-"))).collect();
    assert_eq!(places, BTreeSet::from([(HOME, WEST), (OTHER, "-"), (THIRD, EAST)]));
    let kept = coverage(&report);
    for (place, read) in &whole {
        let (account, region, _) = place;
        let is_touched = [(HOME, WEST), (THIRD, EAST)].contains(&(account.as_str(), region.as_str()));
        match kept.get(place) {
            None => assert_eq!(account, OTHER, "{place:?} is missing"),
            Some(now) if is_touched => assert!(now == read || now["complete"] == false, "{place:?}: {now}"),
            Some(now) => assert_eq!(now, read, "{place:?}"),
        }
    }
    for place in [(HOME, WEST, "aws.ec2.subnet"), (HOME, WEST, "aws.eks.cluster"), (THIRD, EAST, "aws.kms.key")] {
        let place = (place.0.to_owned(), place.1.to_owned(), place.2.to_owned());
        assert_eq!(kept[&place]["complete"], false, "{place:?}");
    }
}

#[test]
fn an_audit_without_gaps_is_complete() {
    let server = Server::start(world());
    let output = run(&server, AUDIT);
    let text = String::from_utf8_lossy(&output.stderr);
    // Findings there are: the keys of the test let everybody of the account do everything.
    assert!(matches!(output.status.code(), Some(0 | 1)), "{text}");
}

#[test]
fn no_secret_is_shown_in_any_format() {
    for format in ["json", "sarif", "csv", "detail"] {
        let server = Server::failing(world(), vec![Fault::of("KMS.GetKeyPolicy", Kind::Denied)]);
        let output = run(&server, &[AUDIT, &["-f", format]].concat());
        assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn a_snapshot_keeps_no_secret() {
    let server = Server::start(world());
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("account.snapshot");
    let output = run(&server, &["snapshot", "aws", "-o", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = std::fs::read(&path).unwrap();
    let mut text = String::new();
    if std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).is_err() {
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    assert!(text.contains("subnet-1"), "the snapshot can be read");
    for marker in [SECRET, TOKEN, things::MARKER] {
        assert!(!text.contains(marker), "{marker}");
    }
}
