//! The rules that ship with hfscan, and how rules are loaded, chosen and tested.

use std::fs;
use std::path::{Path, PathBuf};

use hfscan::policy::load::builtin;
use hfscan::policy::severity::Severity;
use hfscan::policy::{PolicyFailure, Selection, select};

/// Writes files into a directory of their own.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn rule(package: &str, body: &str) -> String {
    format!(
        "# METADATA\n# title: t\n# description: d\n# custom:\n#   control: X-1\n#   kind: aws.ec2.vpc\n#   severity: high\n#   remediation: r\n#   \
         params:\n#     least: {{default: 2, description: how many}}\n#   frameworks: {{cis: ['1.1']}}\n#   aliases: [old-name]\n\
         package {package}\n\nimport data.hfscan.lib.finding\n\n{body}\n"
    )
}

const BODY: &str = "deny contains finding.at([\"attributes\", \"default\"], \"m\") if {\n\tinput.attributes.default\n\tdata.hfscan.params.least > 1\n}";

#[test]
fn built_in_rules_pass_their_tests() {
    let report = hfscan::testing::run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")).unwrap();
    for problem in &report.problems {
        eprintln!("{problem}");
    }
    for test in &report.tests {
        if let Some(failure) = &test.failure {
            eprintln!("{}:{}: {} {failure}", test.file, test.line, test.name);
        }
    }
    for (file, lines) in &report.uncovered {
        eprintln!("{file}: no test reaches lines {lines:?}");
    }
    for file in &report.untested {
        eprintln!("{file}: no tests");
    }
    assert!(!report.tests.is_empty());
    assert!(report.is_complete());
}

#[test]
fn every_profile_fits_the_rules() {
    let policies = builtin().unwrap();
    for profile in policies.profiles.keys() {
        let selected =
            select(&policies, &Selection { profile: Some(profile.clone()), ..Selection::default() }).unwrap();
        hfscan::evaluate::RuleSet::compile(&selected).unwrap();
    }
}

#[test]
fn a_users_rules_join_the_built_in_ones() {
    let root = directory("join", &[("corp/vpc/own.rego", &rule("hfscan.rules.corp.vpc.own", BODY))]);
    let policies = builtin().unwrap().with_directory(&root).unwrap();
    let own = policies.rule("corp-vpc-own").unwrap();
    assert!(own.custom);
    assert_eq!(policies.rule("old-name").unwrap().id, own.id);
    assert_eq!(policies.rules.len(), builtin().unwrap().rules.len() + 1);
    let selected = select(&policies, &Selection { rules: vec!["corp-*".into()], ..Selection::default() }).unwrap();
    assert_eq!(selected.rules.len(), 1);
    assert_eq!(selected.rules[0].params["least"], serde_json::json!(2));
    assert!(selected.rules[0].enforced);
}

#[test]
fn a_profile_sets_parameters_and_severities_by_rule_or_control() {
    let profile = "id: mine\ntitle: Mine\nenforced: [Y-9]\nadvisory: [X-1]\nparams: {X-1: {least: 5}, corp-b: {least: 7}}\nseverity: {X-1: low}\n";
    let root = directory(
        "profile",
        &[
            ("corp/a.rego", &rule("hfscan.rules.corp.a", BODY)),
            ("corp/b.rego", &rule("hfscan.rules.corp.b", BODY).replace("aliases: [old-name]", "aliases: []")),
            ("profiles/mine.yaml", profile),
        ],
    );
    let policies = builtin().unwrap().with_directory(&root).unwrap();
    let selection = Selection { profile: Some("mine".into()), ..Selection::default() };
    let selected = select(&policies, &selection).unwrap();
    assert_eq!(selected.not_covered, ["Y-9"]);
    let found: Vec<_> =
        selected.rules.iter().map(|r| (&*r.rule.id, r.enforced, r.rule.severity, r.params["least"].clone())).collect();
    assert_eq!(
        found,
        [
            ("corp-a", false, Severity::Low, serde_json::json!(5)),
            ("corp-b", false, Severity::Low, serde_json::json!(7)),
        ]
    );
    let mut misspelt = policies.clone();
    if let Some(params) = misspelt.profiles.get_mut("mine").and_then(|mine| mine.params.get_mut("X-1")) {
        params.insert("lest".into(), serde_json::json!(1));
    }
    let message = select(&misspelt, &selection).unwrap_err().to_string();
    assert!(message.contains("did you mean `least`?"), "{message}");
    let none = select(&policies, &Selection { min_severity: Some(Severity::High), ..selection }).unwrap();
    assert!(none.rules.is_empty());
}

#[test]
fn what_does_not_exist_is_an_error_with_a_suggestion() {
    let policies = builtin().unwrap();
    let message = |selection: Selection| select(&policies, &selection).unwrap_err().to_string();
    let profile = message(Selection { profile: Some("ha-ek".into()), ..Selection::default() });
    assert!(profile.contains("did you mean `ha-eks`?"), "{profile}");
    let rule =
        message(Selection { rules: vec!["aws-ec2-private-subnet-no-auto-public-ips".into()], ..Selection::default() });
    assert!(rule.contains("did you mean `aws-ec2-private-subnet-no-auto-public-ip`?"), "{rule}");
    let glob = message(Selection { skip_rules: vec!["a[".into()], ..Selection::default() });
    assert!(glob.contains("is not a glob"), "{glob}");
    let framework = message(Selection { framework: Some("nist-800-54".into()), ..Selection::default() });
    assert!(framework.contains("did you mean `nist-800-53`?"), "{framework}");
}

#[test]
fn mistakes_in_a_rule_file_name_the_line() {
    for (text, expected) in [
        (rule("hfscan.rules.corp.b", BODY), "a.rego:13:9: package `hfscan.rules.corp.b` and path differ"),
        (
            rule("hfscan.rules.corp.a", BODY).replace("severity: high", "severity: grave"),
            "a.rego:7:1: unknown severity `grave`",
        ),
        (rule("hfscan.rules.corp.a", BODY).replace("#   remediation: r\n", ""), "missing field `remediation`"),
        (rule("hfscan.rules.corp.a", BODY).replace("control: X-1", "contrl: X-1"), "a.rego:5:"),
        ("package hfscan.rules.corp.a\n".to_owned(), "a.rego:1:1: no metadata"),
        ("# METADATA\n".to_owned(), "a.rego:1:1: no package"),
    ] {
        let root = directory("mistakes", &[("corp/a.rego", &text)]);
        let failure = builtin().unwrap().with_directory(&root).unwrap_err();
        assert!(matches!(failure, PolicyFailure::Invalid(_)));
        assert!(failure.to_string().contains(expected), "{failure}\n{expected}");
    }
}

#[test]
fn tests_of_a_users_rules_run_and_fail_visibly() {
    let cases = "- name: default VPC\n  input: {attributes: {default: true}}\n  expect: pass\n\
                 - name: few are enough\n  input: {attributes: {default: true}}\n  params: {least: 1}\n  expect: pass\n\
                 - name: unknown\n  unknown: {attributes.default: denied}\n  expect: unknown\n  doubts: [attributes.default]\n\
                 - name: no such attribute\n  input: {attributes: {defalt: true}}\n  expect: pass\n";
    let tests = "package hfscan.rules.corp.a_test\n\nimport data.hfscan.rules.corp.a\n\n\
                 test_good if count(a.deny) == 1 with input as {\"attributes\": {\"default\": true}} with data.hfscan.params as {\"least\": 2}\n\n\
                 test_bad if count(a.deny) == 7 with input as {}\n\ntest_error if to_number(\"x\") == 1\n";
    let root = directory(
        "failing",
        &[
            ("corp/a.rego", &rule("hfscan.rules.corp.a", BODY)),
            ("corp/a_cases.yaml", cases),
            ("corp/a_test.rego", tests),
        ],
    );
    let report = hfscan::testing::run(&root).unwrap();
    let found: Vec<String> = report
        .tests
        .iter()
        .map(|test| {
            format!(
                "{}:{} {}",
                test.line,
                test.name,
                test.failure.as_deref().unwrap_or("ok").split(" (").next().unwrap()
            )
        })
        .collect();
    assert_eq!(
        found[..4],
        ["1:default VPC is fail; expected pass", "4:few are enough ok", "8:unknown ok", "12:no such attribute ok",]
    );
    assert_eq!(found[4], "5:test_good ok");
    assert_eq!(found[5], "7:test_bad is undefined; expected true");
    assert!(found[6].starts_with("9:test_error ") && !found[6].ends_with("ok"), "{found:?}");
    assert!(report.problems[0].message.contains("`input.attributes.defalt` does not exist"), "{:?}", report.problems);
    assert!(!report.is_success());
}

#[test]
fn the_rule_that_the_docs_show_passes_its_tests() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/writing-rules.md")).unwrap();
    let block = |language: &str, number: usize| {
        let begin = format!("```{language}\n");
        page.split(&begin).nth(number).unwrap().split("```").next().unwrap().to_owned()
    };
    let stem = "aws/ec2/private_subnet_no_auto_public_ip";
    let root = directory(
        "docs",
        &[
            (&format!("{stem}.rego"), &block("rego", 1)),
            (&format!("{stem}_cases.yaml"), &block("yaml", 1)),
            (&format!("{stem}_test.rego"), &block("rego", 2)),
            ("profiles/corp-prod.yaml", &block("yaml", 2)),
        ],
    );
    let report = hfscan::testing::run(&root).unwrap();
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(report.tests.len(), 4);
}
