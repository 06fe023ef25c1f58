//! The built program, in an empty environment and a directory of its own.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// A directory to run the program in.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hfscan"));
        command.env_clear().current_dir(self.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Returns code and stderr, as the user sees it.
fn told(output: &Output) -> String {
    format!("exit {}\n{}", output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn without_arguments_it_prints_help() {
    let output = Place::new().run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Exit codes:"));
    let output = Place::new().run(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("Exit codes:"));
}

#[test]
fn a_missing_file_is_named_with_a_hint() {
    insta::assert_snapshot!(told(&Place::new().run(&["scan", "plan.json"])), @r#"
    exit 2
    error: there is no file or directory `plan.json`
    hint: make a plan that hfscan can read: terraform plan -out tfplan && terraform show -json tfplan > plan.json
    "#);
}

#[test]
fn a_directory_without_plans_is_nothing_to_scan() {
    let place = Place::new();
    place.write("plans/notes.txt", "");
    place.write("plans/.terraform/modules.json", "{}");
    insta::assert_snapshot!(told(&place.run(&["scan", "plans"])), @r#"
    exit 4
    error: no plan or manifest in `plans`: it holds no file that ends in .json, .yaml or .yml
    hint: make a plan that hfscan can read: terraform plan -out tfplan && terraform show -json tfplan > plan.json
    "#);
}

#[test]
fn an_unknown_format_gets_a_suggestion() {
    insta::assert_snapshot!(told(&Place::new().run(&["scan", "plan.json", "-f", "sarf"])), @r#"
    exit 2
    error: invalid value 'sarf' for '--format <FORMAT>'
      [possible values: table, detail, json, sarif, junit, markdown, github, csv, asff, ocsf]

      tip: a similar value exists: 'sarif'

    For more information, try '--help'.
    "#);
}

#[test]
fn an_output_names_format_and_file() {
    let place = Place::new();
    place.write("plan.json", "{}");
    for (output, message) in [
        ("result.sarif", "expected FORMAT=FILE, such as sarif=hfscan.sarif"),
        ("xml=a", "unknown format `xml`; expected one of table, detail, json, sarif"),
        ("json=", "expected a file name behind `json=`"),
        ("json=missing/a.json", "there is no directory to write `missing/a.json` to"),
        ("json=.", "`.` is a directory"),
    ] {
        let told = told(&place.run(&["scan", "plan.json", "-o", output]));
        assert!(told.starts_with("exit 2\n") && told.contains(message), "{told}");
    }
    let told = told(&place.run(&["scan", "plan.json", "-o", "json=a", "-o", "sarif=a"]));
    assert!(told.contains("two reports would be written to `a`"), "{told}");
}

#[test]
fn severities_are_checked() {
    let told = told(&Place::new().run(&["scan", "plan.json", "--fail-on", "hihg"]));
    assert!(told.starts_with("exit 2\n") && told.contains("critical, high, medium, low"), "{told}");
}

#[test]
fn schema_lists_kinds_and_shows_one() {
    let place = Place::new();
    assert!(stdout(&place.run(&["schema"])).lines().any(|line| line == "aws.ec2.subnet"));
    let schema: serde_json::Value = serde_json::from_str(&stdout(&place.run(&["schema", "aws.ec2.subnet"]))).unwrap();
    assert_eq!(schema["title"], "aws.ec2.subnet");
    insta::assert_snapshot!(told(&place.run(&["schema", "aws.ec2.subnets"])), @r#"
    exit 2
    error: there is no kind `aws.ec2.subnets`; did you mean `aws.ec2.subnet`?
    hint: hfscan schema lists the kinds
    "#);
}

#[test]
fn rules_show_names_what_is_missing() {
    insta::assert_snapshot!(told(&Place::new().run(&["rules", "show", "no-such-rule"])), @r#"
    exit 2
    error: there is no rule `no-such-rule`
    hint: hfscan rules list shows the ids
    "#);
}

#[test]
fn completions_cover_the_shells() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = Place::new().run(&["completions", shell]);
        assert!(output.status.success() && stdout(&output).contains("hfscan"), "{shell}");
    }
}

#[test]
fn every_long_flag_has_a_variable() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments() {
            let Some(long) = argument.get_long().filter(|long| !matches!(*long, "help" | "version")) else {
                continue;
            };
            let wanted = format!("HFSCAN_{}", long.to_uppercase().replace('-', "_"));
            let found = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            // The list knows fewer formats than a scan: a pipeline that sets HFSCAN_FORMAT=sarif can still list.
            let wanted = if command.get_name() == "list" && long == "format" {
                "HFSCAN_RULES_FORMAT".to_owned()
            } else {
                wanted
            };
            assert_eq!(found, Some(wanted), "--{long} of {}", command.get_name());
        }
        command.get_subcommands().for_each(check);
    }
    let mut command = hfscan::cli::command();
    command.build();
    command.clone().debug_assert();
    check(&command);
}

#[test]
fn a_flag_can_be_set_by_its_variable_and_outweighs_it() {
    let place = Place::new();
    let output = place.command(&["rules", "list"]).env("HFSCAN_RULES_FORMAT", "json").output().unwrap();
    assert!(stdout(&output).starts_with('['), "{}", told(&output));
    let output = place.command(&["rules", "list", "-f", "table"]).env("HFSCAN_RULES_FORMAT", "json").output().unwrap();
    assert!(!stdout(&output).starts_with('['), "{}", told(&output));
}

#[test]
fn errors_are_coloured_only_when_wanted() {
    let place = Place::new();
    let output = place.command(&["scan", "a.json"]).env("NO_COLOR", "1").output().unwrap();
    assert!(!output.stderr.contains(&0x1b));
    let output = place.run(&["scan", "a.json", "--color", "always"]);
    assert!(output.stderr.contains(&0x1b));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_hfscan"))
        .args(["completions", "bash"])
        .env_clear()
        .current_dir(place.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(told(&output), "exit 0\n");
}

#[test]
fn quiet_and_verbose_exclude_each_other() {
    assert!(told(&Place::new().run(&["schema", "-q", "-v"])).starts_with("exit 2\n"));
}

#[test]
fn one_run_writes_several_reports_that_agree() {
    let place = Place::new();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/environments/ha-eks/plan.json");
    std::fs::copy(plan, place.path().join("plan.json")).unwrap();
    let output = place.run(&["scan", "plan.json", "-f", "json", "-o", "sarif=a.sarif", "-o", "json=a.json", "--all"]);
    let written = std::fs::read(place.path().join("a.json")).unwrap();
    assert_eq!(output.stdout, written, "{}", told(&output));
    let report: hfscan::finding::Report = serde_json::from_slice(&written).unwrap();
    assert!(report.findings.len() >= report.summary.outcomes.total());
    assert_eq!(report.inputs[0].path, "plan.json");
    let log: serde_json::Value = serde_json::from_slice(&std::fs::read(place.path().join("a.sarif")).unwrap()).unwrap();
    let failures = report.findings.iter().filter(|finding| finding.outcome == hfscan::evaluate::outcome::Outcome::Fail);
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), failures.count());
    let again = place.run(&["scan", "plan.json", "-f", "json", "--all", "-j", "1"]);
    assert_eq!(again.stdout, written, "the same input gives the same bytes");
}

#[test]
fn a_scan_without_rules_is_refused() {
    let place = Place::new();
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/environments/ha-eks/plan.json");
    let output = place.run(&["scan", plan, "--skip-rule", "*"]);
    assert!(told(&output).starts_with("exit 2\n"), "{}", told(&output));
}

#[test]
fn files_of_a_folder_that_are_no_plans_are_named() {
    let place = Place::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/malformed");
    for name in ["tiny.json", "state.json"] {
        place.write(&format!("plans/{name}"), &std::fs::read_to_string(fixtures.join(name)).unwrap());
    }
    let report: serde_json::Value =
        serde_json::from_str(&stdout(&place.run(&["scan", "plans", "-f", "json"]))).unwrap();
    let warnings = report["inputs"][0]["warnings"].to_string();
    assert!(warnings.contains("no plans") && warnings.contains("state.json"), "{warnings}");
}

#[test]
fn a_folder_holds_plans_and_manifests() {
    let place = Place::new();
    let plan = include_str!("../../fixtures/malformed/tiny.json");
    place.write("deploy/plan.json", plan);
    place.write("deploy/app/web.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n");
    place.write("deploy/app/values.yaml", "replicas: 3\n");
    let output = place.run(&["scan", "deploy", "-f", "json"]);
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let inputs: Vec<(&str, &str, u64)> = report["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| {
            let text = |name: &str| input[name].as_str().unwrap();
            (text("path"), text("kind"), input["resources"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(inputs, [("deploy/plan.json", "terraform-plan", 1), ("deploy/app", "kubernetes-manifests", 1)]);
    assert!(report["inputs"][0]["warnings"].to_string().contains("deploy/app/values.yaml"));
}

#[test]
fn manifests_come_through_a_pipe() {
    let place = Place::new();
    let text = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web}\n";
    let output = place.command(&["scan", "-", "-f", "json"]).write_stdin(text).output().unwrap();
    let report: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["inputs"][0]["kind"], "kubernetes-manifests");
}

#[test]
fn a_template_makes_the_scan_incomplete() {
    let place = Place::new();
    place.write("chart/templates/web.yaml", "{{- if .x }}\nkind: Service\napiVersion: v1\n{{- end }}\n");
    let output = place.run(&["scan", "chart", "-f", "json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).contains("helm template chart"), "{}", stdout(&output));
}
