//! `--publish securityhub` as people call it: what they read, and the exit code.

use assert_cmd::Command;

use super::*;

/// Runs `hfscan report` on saved findings against the server of a world.
fn run(world: &World, report: &Report, flags: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("findings.json"), serde_json::to_vec(report).unwrap()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_hfscan"))
        .env_clear()
        .envs([
            ("AWS_ENDPOINT_URL", world.server.url().as_str()),
            ("AWS_ACCESS_KEY_ID", &sts::key_of(ACCOUNT)),
            ("AWS_SECRET_ACCESS_KEY", "MARKERSECRET"),
            ("AWS_REGION", "us-east-1"),
            ("HOME", "/nonexistent"),
        ])
        .current_dir(directory.path())
        .args(["report", "findings.json", "--publish", "securityhub", "--format", "json"])
        .args(flags)
        .output()
        .unwrap();
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
    insta::assert_snapshot!(run(&world, &report, &["--dry-run", "--verbose"]), @"");
    assert_eq!(world.states(), Vec::<String>::new());
    insta::assert_snapshot!(run(&world, &report, &[]), @"");
    insta::assert_snapshot!(run(&world, &report, &[]), @"");
}

#[test]
fn what_could_not_be_published_is_told_and_the_exit_code_is_3() {
    let world = World::one();
    let mut account = Account::usual();
    let west = "arn:aws:ec2:us-west-2:111111111111:subnet/subnet-9";
    account.list("us-west-2", SUBNET, west);
    account.fail(ROUTES, west);
    world.server.state().faults.refuse = vec![("aws-s3-no-public-access".to_owned(), "InvalidInput", 1)];
    insta::assert_snapshot!(run(&world, &account.report(), &[]), @"");
    world.server.state().faults.denied.insert("GetFindings");
    insta::assert_snapshot!(run(&world, &Account::usual().report(), &[]), @"");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_asked() {
    let world = World::one();
    insta::assert_snapshot!(run(&world, &sample::mixed(), &[]), @"");
    assert!(world.server.state().calls.is_empty());
}
