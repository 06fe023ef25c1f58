//! Tests of `hfscan::waive`: patterns, files, comments, annotations, and what they do to a run.

mod address;
mod annotation;
mod comment;
mod file;
mod run;
mod verdicts;

use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// A folder with a plan, its source and whatever a test adds.
pub(crate) struct Folder {
    directory: tempfile::TempDir,
}

/// What a run printed and how it ended.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Ran {
    /// Reads the json report.
    pub(crate) fn report(&self) -> hfscan::finding::Report {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }

    /// Returns `outcome rule address tag` of every finding, with `baseline` where it is known.
    pub(crate) fn findings(&self) -> Vec<String> {
        let report = self.report();
        let told = report.findings.iter().map(|finding| {
            let outcome = serde_json::to_value(finding.outcome).unwrap();
            let mut line = format!("{} {} {}", outcome.as_str().unwrap(), finding.rule, finding.resource.address);
            line.extend(finding.tag.iter().map(|tag| format!(" {tag}")));
            line.push_str(if finding.baseline { " baseline" } else { "" });
            line
        });
        told.collect()
    }
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hfscan"));
        let output = command.env_clear().current_dir(self.path()).args(arguments).output().unwrap();
        Ran {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    /// Scans `plan.json` with the rules of the small plan, on a fixed day.
    pub(crate) fn scan(&self, more: &[&str]) -> Ran {
        let mut arguments = vec![
            "scan",
            "plan.json",
            "-f",
            "json",
            "--rule",
            "aws-efs-encrypted",
            "--rule",
            PORTS,
            "--today",
            "2026-11-20",
        ];
        arguments.extend(more);
        self.run(&arguments)
    }
}

pub(crate) const PORTS: &str = "aws-ec2-security-group-forbidden-ports";

fn ingress(port: u16) -> Value {
    json!({"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": [],
           "prefix_list_ids": [], "security_groups": [], "self": false, "description": ""})
}

fn change(module: Option<&str>, kind: &str, name: &str, index: Option<&str>, after: &Value) -> Value {
    let key = index.map_or_else(String::new, |index| format!("[\"{index}\"]"));
    let prefix = module.map_or_else(String::new, |module| format!("{module}."));
    let mut change = json!({
        "address": format!("{prefix}{kind}.{name}{key}"), "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": {}},
    });
    if let Some(module) = module {
        change["module_address"] = json!(module);
    }
    if let Some(index) = index {
        change["index"] = json!(index);
    }
    change
}

/// A plan with three file systems that are not encrypted, two of them instances of one resource, and
/// a security group that is open on the ports.
pub(crate) fn plan(ports: &[u16]) -> String {
    let open = |encrypted: bool| json!({"encrypted": encrypted, "creation_token": "x"});
    let group: Vec<Value> = ports.iter().copied().map(ingress).collect();
    let written = |kind: &str, name: &str| json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws"});
    let mut file_systems = written("aws_efs_file_system", "this");
    file_systems["for_each_expression"] = json!({});
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.9.0",
        "resource_changes": [
            change(None, "aws_efs_file_system", "this", Some("a"), &open(false)),
            change(None, "aws_efs_file_system", "this", Some("b.c"), &open(false)),
            change(Some("module.data[\"x\"]"), "aws_efs_file_system", "this", None, &open(false)),
            change(None, "aws_security_group", "open", None,
                &json!({"name": "a", "vpc_id": "vpc-1", "description": "d", "ingress": group, "egress": []})),
        ],
        "configuration": {"root_module": {
            "resources": [file_systems, written("aws_security_group", "open")],
            "module_calls": {"data": {"source": "./data", "for_each_expression": {},
                "module": {"resources": [written("aws_efs_file_system", "this")]}}},
        }},
    });
    serde_json::to_string_pretty(&plan).unwrap()
}

/// The source of that plan.
pub(crate) const MAIN: &str = r#"resource "aws_efs_file_system" "this" {
  for_each  = toset(["a", "b.c"])
  encrypted = false
}

module "data" {
  source   = "./data"
  for_each = toset(["x"])
}

resource "aws_security_group" "open" {
  name = "a"
}
"#;

pub(crate) const MODULE: &str = r#"resource "aws_efs_file_system" "this" {
  encrypted = false
}
"#;

/// A folder with the plan and its source.
pub(crate) fn small() -> Folder {
    let folder = Folder::new();
    folder.write("plan.json", &plan(&[22, 3389]));
    folder.write("main.tf", MAIN);
    folder.write("data/main.tf", MODULE);
    folder
}
