//! The file that `hfscan config init` writes: every line a comment but the few that most need.

/// Address of the schema, for editors.
const SCHEMA: &str =
    concat!("https://docs.rs/crate/hfscan/", env!("CARGO_PKG_VERSION"), "/source/docs/hfscan.schema.json");

/// Returns the text of a new file.
pub fn starter() -> String {
    format!(
        r#"#:schema {SCHEMA}

# Configuration of hfscan; docs/configuration.md explains every key. A flag outweighs its variable
# (HFSCAN_...), the variable outweighs this file. Paths are relative to this file. No secrets here.

# Plans to judge by `hfscan scan` without INPUT: files, folders or globs.
inputs = ["plan.json"]

# Architecture to judge by; without one every rule is enforced.
# profile = "ha-eks"

# Your own rules and profiles.
# policies = "policies"

# Rules to use or to leave out, by id or control.
# rules = ["aws-s3-*"]
# skip_rules = ["HF-AWS-NET-017"]
# min_severity = "medium"

# The gate: from which severity on a failure makes the exit code 1, and whether unknowns count.
# fail_on = "high"
# strict = true

# In a pull request: only what the change brings in counts, and risks that somebody accepted do not.
# new_only = true
# waivers = "hfscan.waivers.toml"
# baseline = "hfscan.baseline.json"

# Reports.
# format = "table"
# output = {{ sarif = "hfscan.sarif", json = "hfscan.json" }}

# Parameters of rules; `hfscan rules show RULE` tells which there are.
# [parameters."aws-ec2-tier-zones"]
# min_private_azs = 2

# Several scans instead of `inputs`; each may have its own profile, gate and parameters.
# [[scan]]
# name = "prod"
# inputs = ["prod/*.json"]
# profile = "ha-eks"

# Profiles of accounts, for live audits.
# [accounts]
# "111122223333" = "ha-eks"
"#
    )
}
