//! `--publish securityhub` as people call it: what they read, and the exit code.

use std::path::Path;
use std::process::Command;

use super::*;

/// Returns `hfscan report` on findings that are saved in a directory, against the server of a world.
pub(super) fn command(world: &World, report: &Report, directory: &Path) -> Command {
    std::fs::write(directory.join("findings.json"), serde_json::to_vec(report).unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_hfscan"));
    command
        .env_clear()
        .envs([
            ("AWS_ENDPOINT_URL", world.server.url().as_str()),
            ("AWS_ACCESS_KEY_ID", &sts::key_of(ACCOUNT)),
            ("AWS_SECRET_ACCESS_KEY", "MARKERSECRET"),
            ("AWS_REGION", "us-east-1"),
            ("HOME", "/nonexistent"),
        ])
        .current_dir(directory)
        .args(["report", "findings.json", "--publish", "securityhub", "--format", "json"]);
    command
}

/// Runs it, and returns what people read.
fn run(world: &World, report: &Report, flags: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let output = command(world, report, directory.path()).args(flags).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains("MARKERSECRET") && !String::from_utf8_lossy(&output.stdout).contains("MARKERSECRET"));
    // Above it stand the lines of the gate.
    let told: Vec<&str> = told.lines().filter(|line| !line.contains("at the gate")).collect();
    format!("exit {}\n{}", output.status.code().unwrap(), told.join("\n"))
}

#[test]
fn saved_findings_are_published_and_told_in_one_line() {
    let world = World::one();
    let report = Account::usual().report();
    insta::assert_snapshot!(run(&world, &report, &["--dry-run", "--verbose"]), @"
    exit 1
    new        111111111111 eu-central-1 hfscan/aws-ec2-private-subnet-routes arn:aws:ec2:eu-central-1:111111111111:subnet/subnet-0
    new        111111111111 eu-central-1 hfscan/aws-ec2-private-subnet-routes arn:aws:ec2:eu-central-1:111111111111:subnet/subnet-1
    new        111111111111 eu-central-1 hfscan/aws-s3-no-public-access arn:aws:s3:::site
    111111111111 eu-central-1: 3 new
    would publish to Security Hub (1 hub): 3 new
    ");
    assert_eq!(world.states(), Vec::<String>::new());
    insta::assert_snapshot!(run(&world, &report, &[]), @"
    exit 1
    published to Security Hub (1 hub): 3 new
    ");
    insta::assert_snapshot!(run(&world, &report, &[]), @"
    exit 1
    published to Security Hub (1 hub): 3 unchanged
    ");
}

#[test]
fn what_could_not_be_published_is_told_and_the_exit_code_is_3() {
    let world = World::one();
    let mut account = Account::usual();
    let west = "arn:aws:ec2:us-west-2:111111111111:subnet/subnet-9";
    account.list("us-west-2", SUBNET, west);
    account.fail(ROUTES, west);
    world.server.state().faults.refuse = vec![("aws-s3-no-public-access".to_owned(), "InvalidInput", 1)];
    insta::assert_snapshot!(run(&world, &account.report(), &[]), @"
    exit 3
    warning: Security Hub of 111111111111 eu-central-1 did not take hfscan/111111111111/eu-central-1/aws-s3-no-public-access/bafbb285e977c588026aa1096d4bef3b: as the test wants it (InvalidInput)
    warning: Security Hub of 111111111111 us-west-2: Security Hub is not enabled; not sent: 1
    published to Security Hub in part (2 hubs): 3 new; not taken or not sent: 2
    error: Security Hub is not up to date in 2 of 2 places; not sent: 2
    hint: enable Security Hub in that account and region, or leave the region out of the audit with --region
    hint: start it again when that is mended: it goes on where it stopped
    ");
    world.server.state().faults.denied.insert("GetFindings");
    insta::assert_snapshot!(run(&world, &Account::usual().report(), &[]), @"
    exit 3
    warning: Security Hub of 111111111111 eu-central-1: access denied: the permission securityhub:GetFindings is missing; not sent: 3
    error: Security Hub is not up to date in 1 of 1 places; not sent: 3
    hint: the permissions that publishing needs: docs/security-hub.md
    hint: start it again when that is mended: it goes on where it stopped
    ");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let world = World::one();
    insta::assert_snapshot!(run(&world, &sample::mixed(), &[]), @"
    exit 2
    error: these findings are not those of an audit, and Security Hub is for what runs in an account
    hint: audit the account: hfscan audit aws --publish securityhub; for a plan: -o asff=FILE writes the findings
    ");
    assert!(world.server.state().calls.is_empty());
}
