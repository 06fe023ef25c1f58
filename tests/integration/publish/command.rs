//! The built program, as a workflow runs it.

use assert_cmd::Command;
use hfscan::report::{Format, Look, render};

use super::server::{ID, Reply, Server, accepted, answer, status};
use super::upload::unpacked;
use super::{Place, told};
use crate::sample;

const SHA: &str = "0123456789abcdef0123456789abcdef01234567";
const MARKER: &str = "ghs_MarkerThatNobodyMaySee";

/// Returns a directory with saved findings, whose gate gives exit code 1.
fn saved() -> Place {
    let place = Place::new();
    let mut report = sample::mixed();
    report.gaps.clear();
    report.findings.retain(|finding| finding.outcome != hfscan::evaluate::outcome::Outcome::Error);
    report.summary.outcomes.error = 0;
    let mut json = Vec::new();
    render(Format::Json, &report, &Look::default(), &mut json).unwrap();
    place.write("findings.json", &String::from_utf8(json).unwrap());
    place
}

/// Runs the program as GitHub Actions would.
fn in_actions(place: &Place, server: &Server, arguments: &[&str]) -> Command {
    let mut command = place.command(arguments);
    command.envs([
        ("GITHUB_TOKEN", MARKER),
        ("GITHUB_REPOSITORY", "acme/infra"),
        ("GITHUB_SHA", SHA),
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_API_URL", server.address()),
    ]);
    command
}

const PUBLISH: &[&str] = &["report", "findings.json", "--publish", "github"];

#[test]
fn findings_are_uploaded_as_the_sarif_format_writes_them() {
    let place = saved();
    let server = Server::start(vec![accepted(), status("complete", &[])]);
    let output = in_actions(&place, &server, &[PUBLISH, &["-o", "sarif=a.sarif", "-q", "-f", "json"]].concat())
        .output()
        .unwrap();
    assert_eq!(told(&output), "exit 1\n", "the exit code is that of the gate");
    let received = server.received();
    let body: serde_json::Value = serde_json::from_slice(&received[0].body).unwrap();
    assert_eq!(unpacked(&body), std::fs::read(place.path().join("a.sarif")).unwrap());
    assert_eq!(body["ref"], "refs/heads/main");
    assert_eq!(body["commit_sha"], SHA);
    assert_eq!(received.len(), 2);
}

#[test]
fn a_scan_publishes_too() {
    let place = Place::new();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/environments/ha-eks/plan.json");
    std::fs::copy(plan, place.path().join("plan.json")).unwrap();
    let server = Server::start(vec![accepted(), status("complete", &[])]);
    let arguments = ["scan", "plan.json", "--profile", "ha-eks", "--publish", "github", "-f", "sarif"];
    let output = in_actions(&place, &server, &arguments).output().unwrap();
    assert!(
        told(&output).contains(&format!("published to code scanning of acme/infra at refs/heads/main (upload {ID})")),
        "{}",
        told(&output)
    );
    let body: serde_json::Value = serde_json::from_slice(&server.received()[0].body).unwrap();
    assert_eq!(unpacked(&body), output.stdout);
}

#[test]
fn flags_outweigh_the_variables_of_actions() {
    let place = saved();
    let server = Server::start(vec![accepted(), status("complete", &[])]);
    let other = SHA.replace('0', "f");
    let flags = ["--github-repository", "acme/other", "--github-sha", &other, "--github-ref", "refs/pull/7/head"];
    let mut command = in_actions(&place, &server, &[PUBLISH, &flags].concat());
    let output = command.env("HFSCAN_GITHUB_TOKEN", "ghs_special").output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let received = server.received();
    assert_eq!(received[0].path, "/repos/acme/other/code-scanning/sarifs");
    assert_eq!(received[0].header("authorization"), Some("Bearer ghs_special"));
    let body: serde_json::Value = serde_json::from_slice(&received[0].body).unwrap();
    assert_eq!((body["commit_sha"].as_str(), body["ref"].as_str()), (Some(other.as_str()), Some("refs/pull/7/head")));
}

#[test]
fn a_failed_upload_is_exit_code_3_and_all_else_is_written() {
    let place = saved();
    let server = Server::start(vec![answer(403, "Resource not accessible by integration")]);
    let output = in_actions(&place, &server, &[PUBLISH, &["-f", "json", "-q", "-o", "sarif=a.sarif"]].concat())
        .output()
        .unwrap();
    insta::assert_snapshot!(told(&output), @"
    exit 3
    error: GitHub does not let this token upload (403: Resource not accessible by integration)
    hint: a workflow needs permissions: security-events: write; a fine-grained token `Code scanning alerts: write`, a classic one the scope `security_events`
    hint: a pull request from a fork, and Dependabot, get a token that may only read: upload on the push to the main branch instead (docs/ci.md)
    ");
    assert_eq!(output.stdout, std::fs::read(place.path().join("findings.json")).unwrap());
    assert!(place.path().join("a.sarif").exists());
}

#[test]
fn errors_of_github_stand_one_on_a_line() {
    let place = saved();
    let server = Server::start(vec![accepted(), status("failed", &["rejecting SARIF, too many runs", "a second one"])]);
    let output = in_actions(&place, &server, &[PUBLISH, &["-f", "json", "-q"]].concat()).output().unwrap();
    insta::assert_snapshot!(told(&output), @"
    exit 3
    error: GitHub could not process the SARIF log:
      rejecting SARIF, too many runs
      a second one
    hint: the log that was sent: hfscan report FINDINGS.json -f sarif
    ");
}

#[test]
fn an_incomplete_scan_is_published_and_stays_exit_code_3() {
    let place = Place::new();
    let mut json = Vec::new();
    render(Format::Json, &sample::mixed(), &Look::default(), &mut json).unwrap();
    place.write("findings.json", &String::from_utf8(json).unwrap());
    let server = Server::start(vec![accepted(), status("failed", &["unsuccessful execution"])]);
    let output = in_actions(&place, &server, PUBLISH).output().unwrap();
    assert!(told(&output).contains("GitHub noted the scan as incomplete"), "{}", told(&output));
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn an_empty_scan_closes_no_alerts() {
    let place = Place::new();
    let mut json = Vec::new();
    render(Format::Json, &hfscan::finding::Report::default(), &Look::default(), &mut json).unwrap();
    place.write("findings.json", &String::from_utf8(json).unwrap());
    let server = Server::start(Vec::new());
    let output = in_actions(&place, &server, PUBLISH).output().unwrap();
    assert!(told(&output).contains("nothing is published"), "{}", told(&output));
    assert_eq!(output.status.code(), Some(4));
    assert!(server.received().is_empty());
}

#[test]
fn what_is_missing_is_said_before_anything_is_done() {
    let place = saved();
    let run = |variables: &[(&str, &str)], flags: &[&str]| {
        let mut arguments = vec!["report", "findings.json", "--publish", "github", "-o", "sarif=never.sarif"];
        arguments.extend(flags);
        let output = place.command(&arguments).envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(output.stdout.is_empty() && !place.path().join("never.sarif").exists());
        told(&output)
    };
    let token = ("GH_TOKEN", MARKER);
    let repository = ("GITHUB_REPOSITORY", "acme/infra");
    insta::assert_snapshot!(run(&[], &[]), @"
    exit 2
    error: there is no token to publish with: GITHUB_TOKEN is not set
    hint: in a workflow: env: GITHUB_TOKEN: ${{ github.token }}, and permissions: security-events: write
    ");
    insta::assert_snapshot!(run(&[token], &[]), @"
    exit 2
    error: the repository to publish to is not known
    hint: name it with --github-repository OWNER/NAME; GitHub Actions tells it by itself
    ");
    insta::assert_snapshot!(run(&[token, repository, ("GITHUB_SHA", SHA)], &[]), @"
    exit 2
    error: the reference to publish to is not known
    hint: name it with --github-ref REF; GitHub Actions tells it by itself
    ");
    assert!(
        run(&[token, repository, ("GITHUB_SHA", SHA)], &["--github-ref", "refs/heads/a"])
            .contains("beside --github-ref")
    );
    assert!(
        run(&[token, repository, ("GITHUB_REF", "refs/heads/a")], &["--github-sha", SHA])
            .contains("beside --github-sha")
    );
    assert!(run(&[token, repository, ("GITHUB_SHA", SHA), ("GITHUB_REF", "main")], &[]).contains("refs/heads/BRANCH"));
    assert!(run(&[("GITHUB_TOKEN", "a b")], &["--github-repository", "a/b"]).contains("not known"));
    let plain = [
        token,
        repository,
        ("GITHUB_SHA", SHA),
        ("GITHUB_REF", "refs/heads/a"),
        ("GITHUB_API_URL", "http://ghe.example.com/api/v3"),
    ];
    assert!(run(&plain, &[]).contains("has no TLS"));
    // There GITHUB_REF is the base branch: the findings of a pull request would land on main.
    let target = [
        token,
        repository,
        ("GITHUB_SHA", SHA),
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_EVENT_NAME", "pull_request_target"),
    ];
    insta::assert_snapshot!(run(&target, &[]), @"
    exit 2
    error: this workflow runs on `pull_request_target`, where GITHUB_REF is not the branch that was scanned
    hint: name it: --github-ref refs/pull/NUMBER/head --github-sha SHA, the last commit of the pull request
    ");
}

#[test]
fn the_token_is_in_no_output() {
    let place = saved();
    let thief = Server::start(Vec::new());
    let echo = format!("you sent {MARKER}, \u{1b}[2Jdid you not?");
    for replies in [
        vec![answer(401, &echo)],
        vec![answer(403, &echo)],
        vec![answer(404, &echo)],
        vec![answer(422, &echo)],
        vec![accepted(), status("failed", &[&echo])],
        vec![accepted(), status("complete", &[&echo])],
        vec![Reply::Answer(200, Vec::new(), echo.clone())],
        vec![Reply::Answer(307, vec![("Location", format!("{}/{MARKER}", thief.address()))], String::new())],
        vec![Reply::Answer(302, vec![("Location", format!("http://{MARKER}.example.com/"))], String::new())],
    ] {
        let server = Server::start(replies);
        let output = in_actions(&place, &server, &[PUBLISH, &["-v"]].concat()).output().unwrap();
        let all = format!("{}{}", String::from_utf8_lossy(&output.stdout), told(&output));
        assert!(!server.received().is_empty());
        assert!(!all.to_lowercase().contains(&MARKER.to_lowercase()), "{all}");
        assert!(!all.contains('\u{1b}'), "{all}");
    }
    assert!(thief.received().is_empty());
    // Nor when it is wrong, or the flags are.
    let server = Server::start(Vec::new());
    for token in [format!("{MARKER} {MARKER}"), format!("{MARKER}\u{e4}")] {
        let output = in_actions(&place, &server, PUBLISH).env("GITHUB_TOKEN", token).output().unwrap();
        assert!(told(&output).starts_with("exit 2\nerror: the token in GITHUB_TOKEN"), "{}", told(&output));
        assert!(!told(&output).contains(MARKER));
    }
}
