//! What a configuration file may hold. The JSON Schema and the page of keys are made from these
//! structs and their comments; the file is checked against that schema.

use std::collections::BTreeMap;

use clap::ValueEnum as _;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::policy::select::Parameters;
use crate::policy::severity::Severity;
use crate::report::Format;

/// The file `hfscan.toml`. Every key is named as its flag, with underscores; paths are relative to
/// the file. A flag or its variable outweighs the key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "hfscan.toml")]
pub struct File {
    /// Plans to judge when the command line names none: files, folders or globs. Together they make
    /// one inventory; use `[[scan]]` for several.
    #[schemars(length(min = 1))]
    pub inputs: Option<Vec<String>>,
    /// Architecture to judge by; without one every rule is enforced.
    #[schemars(length(min = 1))]
    pub profile: Option<String>,
    /// Folder of the `.tf` files that the plans were made from.
    #[schemars(length(min = 1))]
    pub source: Option<String>,
    /// Whether the inputs are all there is: what is missing is missing, not unknown.
    pub complete: Option<bool>,
    /// Folder of your own rules and profiles, beside the built-in ones.
    #[schemars(length(min = 1))]
    pub policies: Option<String>,
    /// Globs of rule ids or controls: only these rules.
    #[schemars(length(min = 1))]
    pub rules: Option<Vec<String>>,
    /// Globs of rule ids or controls: not these rules.
    #[schemars(length(min = 1))]
    pub skip_rules: Option<Vec<String>>,
    /// Only rules that map to this outside benchmark.
    #[schemars(length(min = 1))]
    pub framework: Option<String>,
    /// Only rules and findings at least this heavy.
    pub min_severity: Option<Severity>,
    /// File of accepted findings.
    #[schemars(length(min = 1))]
    pub waivers: Option<String>,
    /// Findings that need not be told anew.
    #[schemars(length(min = 1))]
    pub baseline: Option<String>,
    /// Whether the state before apply is judged too, to tell which findings are new, unchanged or fixed.
    pub delta: Option<bool>,
    /// Whether only findings count at the gate that the change may bring in; implies `delta`.
    pub new_only: Option<bool>,
    /// Lightest severity of an enforced failure that makes the exit code 1; `low` if not set.
    pub fail_on: Option<Severity>,
    /// Whether outcomes that cannot be told from the input count at the gate as well.
    pub strict: Option<bool>,
    /// Format on stdout; `table` if not set.
    #[schemars(schema_with = "formats")]
    pub format: Option<String>,
    /// Reports to write to files, by format. With `[[scan]]`, `{name}` in the path stands for the
    /// name of the scan.
    #[schemars(schema_with = "outputs")]
    pub output: Option<BTreeMap<String, String>>,
    /// Whether what is in order and what does not apply is listed too.
    pub all: Option<bool>,
    /// Whether SARIF lists waived failures too, as suppressed ones.
    pub show_waived: Option<bool>,
    /// URL below which markdown links to files.
    #[schemars(length(min = 1))]
    pub link_base: Option<String>,
    /// Name under which code scanning keeps the alerts apart from those of other scans.
    #[schemars(length(min = 1))]
    pub category: Option<String>,
    /// AWS account of what is scanned, where the input does not tell it; for asff and ocsf.
    #[schemars(length(min = 1))]
    pub home_account: Option<String>,
    /// AWS region of what is scanned, where the input does not tell it, and of global resources; for asff and ocsf.
    #[schemars(length(min = 1))]
    pub home_region: Option<String>,
    /// Service that findings of a scan are sent to; its token is taken from the environment.
    pub publish: Option<Service>,
    /// Repository of the findings, as `OWNER/NAME`; GitHub Actions sets it.
    #[schemars(length(min = 1))]
    pub github_repository: Option<String>,
    /// API of a GitHub Enterprise Server.
    #[schemars(length(min = 1))]
    pub github_api_url: Option<String>,
    /// Seconds that an upload may take; 300 if not set.
    #[schemars(range(min = 1, max = 86400))]
    pub publish_timeout: Option<u32>,
    /// Values of rule parameters, by rule or control; they outweigh those of the profile.
    #[schemars(schema_with = "parameters")]
    pub parameters: Option<Parameters>,
    /// Scans that differ in inputs and profile; each is a run with a report of its own.
    #[schemars(length(min = 1))]
    pub scan: Option<Vec<Scan>>,
    /// Profile of each account or subscription. Kept for live audits; scans of plans do not read it.
    pub accounts: Option<BTreeMap<String, String>>,
}

/// A service that takes findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// GitHub code scanning.
    Github,
    /// AWS Security Hub, for audits.
    SecurityHub,
}

/// One scan of several. What it does not set is taken from the top of the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// What reports and `--scan` call it: letters, digits, dots, dashes and underscores.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Plans to judge: files, folders or globs. Together they make one inventory.
    #[schemars(length(min = 1))]
    pub inputs: Vec<String>,
    /// Architecture to judge by.
    #[schemars(length(min = 1))]
    pub profile: Option<String>,
    /// Folder of the `.tf` files that the plans were made from.
    #[schemars(length(min = 1))]
    pub source: Option<String>,
    /// Whether the inputs are all there is.
    pub complete: Option<bool>,
    /// File of accepted findings.
    #[schemars(length(min = 1))]
    pub waivers: Option<String>,
    /// Findings that need not be told anew.
    #[schemars(length(min = 1))]
    pub baseline: Option<String>,
    /// Lightest severity of an enforced failure that makes the exit code 1.
    pub fail_on: Option<Severity>,
    /// Whether outcomes that cannot be told from the input count at the gate as well.
    pub strict: Option<bool>,
    /// AWS account of what is scanned, where the input does not tell it.
    #[schemars(length(min = 1))]
    pub home_account: Option<String>,
    /// AWS region of what is scanned, where the input does not tell it, and of global resources.
    #[schemars(length(min = 1))]
    pub home_region: Option<String>,
    /// Values of rule parameters, by rule or control; they outweigh those at the top of the file.
    #[serde(default)]
    #[schemars(schema_with = "parameters")]
    pub parameters: Option<Parameters>,
}

fn formats(_: &mut SchemaGenerator) -> Schema {
    let formats: Vec<serde_json::Value> = Format::ALL
        .into_iter()
        .map(|format| serde_json::json!({"const": format.name(), "description": about(format)}))
        .collect();
    json_schema!({"type": "string", "oneOf": formats})
}

fn outputs(_: &mut SchemaGenerator) -> Schema {
    let formats: serde_json::Map<String, serde_json::Value> = Format::ALL
        .into_iter()
        .map(|format| {
            let file = serde_json::json!({"type": "string", "minLength": 1, "description": about(format)});
            (format.name().to_owned(), file)
        })
        .collect();
    json_schema!({"type": "object", "properties": formats, "additionalProperties": false})
}

fn about(format: Format) -> String {
    let value = format.to_possible_value();
    value.and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default()
}

/// Which parameters there are is known when the rules are; see `parameters.rs`.
fn parameters(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "object", "additionalProperties": {"type": "object"}})
}
