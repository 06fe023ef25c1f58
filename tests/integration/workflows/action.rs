//! The scripts of action.yml, run as a runner would run them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::{file, shell, yaml};

fn steps() -> Vec<Value> {
    yaml(&file("action.yml"))["runs"]["steps"].as_array().unwrap().clone()
}

fn step(name: &str) -> Value {
    steps().into_iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("no step `{name}`"))
}

#[test]
fn every_step_is_strict_and_told_by_its_environment() {
    let action = yaml(&file("action.yml"));
    assert_eq!(action["runs"]["using"], "composite");
    for step in steps() {
        assert_eq!(step["shell"], "bash", "{step}");
        assert!(step["run"].as_str().unwrap().starts_with("set -euo pipefail\n"), "{step}");
        assert!(step.get("uses").is_none(), "a foreign action would need its own trust: {step}");
        // Every variable that a step is given is used, and the other way round.
        let script = step["run"].as_str().unwrap();
        for name in step["env"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| !["GITHUB_TOKEN", "GH_TOKEN"].contains(&name.as_str()))
        {
            assert!(
                script.contains(&format!("${name}")) || script.contains(&format!("${{{name}")),
                "{name} is not used"
            );
        }
    }
    let text = file("action.yml");
    for name in action["inputs"].as_object().unwrap().keys() {
        assert!(text.contains(&format!("inputs.{name} ")), "the input `{name}` is not used");
    }
    for part in text.split("inputs.").skip(1) {
        let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        assert!(action["inputs"].get(&name).is_some(), "there is no input `{name}`");
    }
    for part in text.split("steps.").skip(1).filter(|part| part.contains(".outputs.")) {
        let id: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
        assert!(steps().iter().any(|step| step["id"] == id.as_str()), "there is no step `{id}`");
    }
}

#[test]
fn every_flag_that_it_may_pass_exists() {
    for (name, command) in [("Scan", "scan"), ("Upload to code scanning", "report")] {
        let step = step(name);
        let script = step["run"].as_str().unwrap();
        let flags: Vec<&str> = script
            .split(|c: char| !(c.is_alphanumeric() || c == '-'))
            .filter(|word| word.starts_with("--") && word.len() > 2 && *word != "--raw-output")
            .collect();
        assert!(flags.len() >= 4, "{flags:?}");
        let hfscan = hfscan::cli::command();
        let known = hfscan.find_subcommand(command).unwrap();
        for flag in flags {
            let known = known.get_arguments().any(|argument| argument.get_long() == Some(flag.trim_start_matches('-')));
            assert!(known, "hfscan {command} has no {flag}");
        }
    }
    shell::check(
        &[
            "hfscan",
            "scan",
            "--format",
            "github",
            "--output",
            "json=a",
            "--output",
            "sarif=b",
            "--output",
            "markdown=c",
            "--",
            "p",
        ]
        .map(str::to_owned),
    );
    shell::check(&["hfscan", "report", "--publish", "github", "--format", "json", "--", "f"].map(str::to_owned));
}

/// A runner: a folder with a checkout, a temporary folder and the files that steps write to.
struct Runner {
    directory: tempfile::TempDir,
}

impl Runner {
    fn new() -> Self {
        let runner = Self { directory: tempfile::tempdir().unwrap() };
        for folder in ["work", "temp", "bin"] {
            fs::create_dir(runner.path(folder)).unwrap();
        }
        let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/environments/ha-eks/plan.json");
        fs::copy(plan, runner.path("work/plan.json")).unwrap();
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Puts a program of this name in front of all others.
    fn install(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a step. Its inputs are the defaults and what is given.
    fn run(&self, name: &str, given: &[(&str, &str)]) -> Output {
        let step = step(name);
        let inputs = yaml(&file("action.yml"))["inputs"].clone();
        let mut environment: BTreeMap<String, String> = BTreeMap::new();
        for (variable, value) in step["env"].as_object().unwrap() {
            let expression = value.as_str().unwrap().trim_start_matches("${{ ").trim_end_matches(" }}");
            let default = expression.strip_prefix("inputs.").and_then(|input| inputs[input]["default"].as_str());
            environment
                .insert(variable.clone(), default.filter(|text| !text.contains("${{")).unwrap_or_default().to_owned());
        }
        environment.extend(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let program = Path::new(env!("CARGO_BIN_EXE_hfscan")).parent().unwrap();
        let path = format!("{}:{}:/usr/local/bin:/usr/bin:/bin", self.path("bin").display(), program.display());
        Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()])
            .current_dir(self.path("work"))
            .env_clear()
            .env("PATH", path)
            .env("RUNNER_TEMP", self.path("temp"))
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_PATH", self.path("path"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("GITHUB_REPOSITORY", "acme/infra")
            .env("GITHUB_SERVER_URL", "https://github.com")
            .env("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .envs(environment)
            .output()
            .unwrap()
    }

    fn outputs(&self) -> BTreeMap<String, String> {
        let text = fs::read_to_string(self.path("output")).unwrap_or_default();
        text.lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_scan_leaves_its_reports_and_the_gate_its_exit_code() {
    let runner = Runner::new();
    let scan = runner.run("Scan", &[("PLAN", "plan.json"), ("PROFILE", "ha-eks"), ("STRICT", "true")]);
    assert!(scan.status.success(), "{}", told(&scan));
    let outputs = runner.outputs();
    assert_eq!(outputs["exit-code"], "1", "{}", told(&scan));
    for name in ["findings", "sarif", "markdown"] {
        assert!(Path::new(&outputs[name]).is_file(), "{name}");
    }
    let report: Value = serde_json::from_str(&fs::read_to_string(&outputs["findings"]).unwrap()).unwrap();
    if let Some(failures) = outputs.get("failures") {
        assert_eq!(failures, &report["summary"]["outcomes"]["fail"].to_string());
        assert_eq!(outputs["unknown"], report["summary"]["outcomes"]["unknown"].to_string());
    } else {
        println!("SKIPPED the counts: jq is not on this machine");
    }

    let summary = runner.run("Summary", &[("MARKDOWN", &outputs["markdown"])]);
    assert!(summary.status.success(), "{}", told(&summary));
    assert_eq!(fs::read(runner.path("summary")).unwrap(), fs::read(&outputs["markdown"]).unwrap());

    let gate = |scan: &str, upload: &str| runner.run("Gate", &[("SCAN", scan), ("UPLOAD", upload)]).status.code();
    assert_eq!(gate("1", "1"), Some(1));
    assert_eq!(gate("1", ""), Some(1));
    assert_eq!(gate("0", "0"), Some(0));
    assert_eq!(gate("0", "3"), Some(3), "a failed upload fails the job");
    assert_eq!(gate("4", "4"), Some(4));
    assert_eq!(gate("", ""), Some(2), "a scan that told nothing is no success");
}

#[test]
fn what_cannot_be_scanned_leaves_no_paths() {
    let runner = Runner::new();
    let scan = runner.run("Scan", &[("PLAN", "missing.json")]);
    assert!(scan.status.success(), "{}", told(&scan));
    let outputs = runner.outputs();
    assert_eq!(outputs["exit-code"], "2");
    assert!(!outputs.contains_key("findings") && !outputs.contains_key("markdown"));
}

#[test]
fn inputs_are_values_and_never_run() {
    let runner = Runner::new();
    for evil in ["$(touch pwned)", "`touch pwned`", "x; touch pwned", "x\" --policies=/ \"", "-o json=pwned", "--help"]
    {
        for name in ["PLAN", "PROFILE", "FAIL_ON", "SOURCE", "STRICT", "BASELINE"] {
            let _ = fs::remove_file(runner.path("output"));
            let mut given = vec![("PLAN", "plan.json"), (name, evil)];
            if name == "PLAN" {
                given.remove(0);
            }
            let scan = runner.run("Scan", &given);
            assert!(scan.status.success(), "{name}={evil}: {}", told(&scan));
            let code = runner.outputs()["exit-code"].clone();
            // A flag that is neither true nor false is not set; everything else here is wrong.
            let wanted = if name == "STRICT" { ["0", "1"].contains(&code.as_str()) } else { code == "2" };
            assert!(wanted, "{name}={evil}: exit code {code}: {}", told(&scan));
            assert!(!runner.path("work/pwned").exists(), "{name}={evil}");
        }
    }
}

#[test]
fn several_plans_stand_one_on_a_line() {
    let runner = Runner::new();
    fs::create_dir(runner.path("work/a b")).unwrap();
    fs::copy(runner.path("work/plan.json"), runner.path("work/a b/plan.json")).unwrap();
    let scan = runner.run("Scan", &[("PLAN", "plan.json\n\na b/plan.json\n")]);
    let outputs = runner.outputs();
    let report: Value = serde_json::from_str(&fs::read_to_string(&outputs["findings"]).unwrap()).unwrap();
    let paths: Vec<&str> =
        report["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["plan.json", "a b/plan.json"], "{}", told(&scan));
}

#[test]
fn an_hfscan_on_the_path_is_used() {
    let runner = Runner::new();
    let output = runner.run("Install hfscan", &[]);
    assert!(told(&output).starts_with("using "), "{}", told(&output));
    for version in ["latest", "1.0", "1.0.0; touch pwned", "../../1.0.0"] {
        let output = runner.run("Install hfscan", &[("VERSION", version)]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(!runner.path("work/pwned").exists());
    }
}

/// Serves the files of a folder as releases, and writes down what it was asked.
const CURL: &str = r#"#!/usr/bin/env bash
while [ "$#" -gt 0 ]; do
  case "$1" in --output) output="$2" ;; https://*) url="$1" ;; esac
  shift
done
echo "$url" >>"$RUNNER_TEMP/curl.log"
cp "$RUNNER_TEMP/releases/${url##*/}" "$output"
"#;

#[test]
fn a_release_is_checked_before_it_is_used() {
    for (sum, works) in [("", true), ("0000000000000000000000000000000000000000000000000000000000000000", false)] {
        let runner = Runner::new();
        runner.install("curl", CURL);
        let releases = runner.path("temp/releases");
        fs::create_dir(&releases).unwrap();
        let pack = format!(
            "cd {} && echo 'echo released' >hfscan && chmod +x hfscan && tar -czf hfscan-0.1.0-Linux-X64.tar.gz hfscan && \
             sha256sum hfscan-0.1.0-Linux-X64.tar.gz >hfscan-0.1.0-Linux-X64.tar.gz.sha256",
            releases.display(),
        );
        assert!(Command::new("sh").args(["-c", &pack]).status().unwrap().success());
        if !sum.is_empty() {
            fs::write(
                releases.join("hfscan-0.1.0-Linux-X64.tar.gz.sha256"),
                format!("{sum}  hfscan-0.1.0-Linux-X64.tar.gz\n"),
            )
            .unwrap();
        }
        let output = runner.run("Install hfscan", &[("VERSION", "0.1.0"), ("ACTION_REPOSITORY", "acme/hfscan")]);
        assert_eq!(output.status.success(), works, "{}", told(&output));
        assert_eq!(runner.path("temp/hfscan-bin/bin/hfscan").exists(), works);
        let asked = fs::read_to_string(runner.path("temp/curl.log")).unwrap();
        let first = asked.lines().next().unwrap();
        assert_eq!(first, "https://github.com/acme/hfscan/releases/download/v0.1.0/hfscan-0.1.0-Linux-X64.tar.gz");
        let path = fs::read_to_string(runner.path("path")).unwrap();
        assert_eq!(path.trim(), runner.path("temp/hfscan-bin/bin").display().to_string());
    }
}

/// Answers as `gh` does, and writes down what it was asked.
const GH: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >>"$RUNNER_TEMP/gh.log"
case "$*" in
  *graphql*) echo 'github-actions[bot]' ;;
  *--paginate*) cat "$RUNNER_TEMP/comments" ;;
  *'--method'*)
    for argument in "$@"; do
      case "$argument" in body=@*) cp "${argument#body=@}" "$RUNNER_TEMP/body" ;; esac
    done
    exit "$(cat "$RUNNER_TEMP/code")" ;;
esac
"#;

#[test]
fn the_comment_is_written_once_and_then_kept_up_to_date() {
    let runner = Runner::new();
    runner.install("gh", GH);
    fs::write(runner.path("temp/summary.md"), "<!-- hfscan -->\n# Findings\n").unwrap();
    let markdown = runner.path("temp/summary.md").display().to_string();
    let run = |comments: &str, code: &str, id: &str| {
        fs::write(runner.path("temp/comments"), comments).unwrap();
        fs::write(runner.path("temp/code"), code).unwrap();
        let _ = fs::remove_file(runner.path("temp/gh.log"));
        let output = runner
            .run("Comment on the pull request", &[("MARKDOWN", &markdown), ("PULL_REQUEST", "7"), ("COMMENT_ID", id)]);
        assert!(output.status.success(), "{}", told(&output));
        let log = fs::read_to_string(runner.path("temp/gh.log")).unwrap();
        (log.lines().last().unwrap().to_owned(), fs::read_to_string(runner.path("temp/body")).unwrap(), told(&output))
    };
    let (last, body, _) = run("", "0", "");
    assert!(last.starts_with("api --method POST repos/acme/infra/issues/7/comments "), "{last}");
    assert_eq!(body, "<!-- hfscan -->\n# Findings\n");
    let (last, _, _) = run("41\n42\n", "0", "");
    assert!(last.starts_with("api --method PATCH repos/acme/infra/issues/comments/41 "), "{last}");
    let (_, body, _) = run("", "0", "eu --> <img>");
    assert_eq!(body, "<!-- hfscan eu-img- -->\n# Findings\n", "the id cannot leave its comment");
    let (_, _, told) = run("", "1", "");
    assert!(told.contains("::warning") && told.contains("pull-requests: write"), "{told}");
}
