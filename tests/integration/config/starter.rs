//! `hfscan config init`, `check` and `schema`.

use super::{Project, stdout, told};

#[test]
fn the_starter_is_in_order_and_nothing_is_overwritten() {
    let project = Project::new("");
    std::fs::remove_file(project.path().join("hfscan.toml")).unwrap();
    insta::assert_snapshot!(told(&project.run(&["config", "check"])), @r"
    exit 2
    error: there is no hfscan.toml, neither here nor in the root of the Git repository
    hint: hfscan config init writes one
    ");
    insta::assert_snapshot!(told(&project.run(&["config", "init"])), @r"
    exit 0
    wrote hfscan.toml; set what differs, then: hfscan config check
    ");
    insta::assert_snapshot!(told(&project.run(&["config", "check"])), @r"
    exit 0
    warning: there is no file or directory `plan.json` yet
    hfscan.toml is in order
    ");
    project.plan("plan.json");
    insta::assert_snapshot!(told(&project.run(&["config", "check"])), @r"
    exit 0
    hfscan.toml is in order
    ");
    assert_eq!(project.run(&["scan"]).status.code(), Some(0));
    let before = std::fs::read(project.path().join("hfscan.toml")).unwrap();
    insta::assert_snapshot!(told(&project.run(&["config", "init"])), @r"
    exit 2
    error: `hfscan.toml` is there already and is left as it is
    hint: hfscan config show tells what it comes to; write another with -c FILE
    ");
    assert_eq!(std::fs::read(project.path().join("hfscan.toml")).unwrap(), before);
    assert!(project.run(&["config", "init", "-c", "other.toml"]).status.success());
    assert_eq!(std::fs::read(project.path().join("other.toml")).unwrap(), before);
}

#[test]
fn every_line_of_the_starter_that_is_commented_out_works() {
    let text = hfscan::config::starter();
    assert!(text.starts_with("#:schema https://"));
    let code: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')))
        .collect();
    assert!(code.len() >= 15, "{code:?}");
    let project = Project::new(&(code.join("\n") + "\n"));
    project.plan("prod/plan.json");
    std::fs::create_dir(project.path().join("policies")).unwrap();
    for file in ["hfscan.waivers.toml", "hfscan.baseline.json"] {
        project.write(file, "");
    }
    insta::assert_snapshot!(told(&project.run(&["config", "check"])), @r"
    exit 0
    hfscan.toml is in order
    ");
}

#[test]
fn the_schema_knows_parameters_of_own_rules() {
    let project = Project::new("policies = 'own'\n[parameters.aws-s3-mine]\nleast = 'x'\n");
    project.write(
        "own/aws/s3/mine.rego",
        "# METADATA\n# title: mine\n# description: mine\n# custom:\n#   kind: aws.s3.bucket\n#   severity: low\n\
         #   remediation: none\n#   params:\n#     least: {default: 1, description: smallest number}\n\
         package hfscan.rules.aws.s3.mine\n\ndeny := set()\n",
    );
    let schema: serde_json::Value = serde_json::from_str(&stdout(&project.run(&["config", "schema"]))).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::meta::validate(&schema).unwrap();
    assert_eq!(schema["$defs"]["Parameters"]["properties"]["aws-s3-mine"]["properties"]["least"]["type"], "integer");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: serde_json::Value =
        toml::from_str(&std::fs::read_to_string(project.path().join("hfscan.toml")).unwrap()).unwrap();
    assert!(!validator.is_valid(&wrong));
    insta::assert_snapshot!(told(&project.run(&["config", "check"])), @r"
    exit 2
    error: hfscan.toml:3:9: `least` is a string; expected a whole number; the rule's own value is 1
    hint: docs/configuration.md has every key; --no-config runs without the file
    ");
}
