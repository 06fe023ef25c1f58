//! Which flag a key of the file stands for. A key is one field of `file.rs` and one row here: the
//! command line takes it wherever a flag has the row's variable.

/// What a key sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// The inputs of a command.
    Inputs,
    /// The flag that this variable sets too.
    Flag(&'static str),
}

/// How the value of a key becomes that of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it stands; each element of a list by itself.
    Plain,
    /// A path, or a list of paths, relative to the file.
    Path,
    /// A table of formats and paths, as `FORMAT=FILE`.
    Output,
    /// Inputs, whose globs are resolved when they are needed.
    Input,
}

/// A key and what it sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file.
    pub name: &'static str,
    /// What it sets.
    pub target: Target,
    /// How.
    pub form: Form,
    /// Whether only scans take it, because other commands with the flag do something else with it:
    /// rendering saved findings once more must not write or publish the reports of the scan.
    pub scans_only: bool,
}

const fn flag(name: &'static str, variable: &'static str, form: Form) -> Key {
    Key { name, target: Target::Flag(variable), form, scans_only: false }
}

const fn flag_of_scan(name: &'static str, variable: &'static str, form: Form) -> Key {
    Key { name, target: Target::Flag(variable), form, scans_only: true }
}

/// Every key that stands for a flag, in the order in which `hfscan config show` prints them.
pub const KEYS: &[Key] = &[
    Key { name: "inputs", target: Target::Inputs, form: Form::Input, scans_only: false },
    flag("profile", "HFSCAN_PROFILE", Form::Plain),
    flag("source", "HFSCAN_SOURCE", Form::Path),
    flag("complete", "HFSCAN_COMPLETE", Form::Plain),
    flag("policies", "HFSCAN_POLICIES", Form::Path),
    flag("rules", "HFSCAN_RULE", Form::Plain),
    flag("skip_rules", "HFSCAN_SKIP_RULE", Form::Plain),
    flag("framework", "HFSCAN_FRAMEWORK", Form::Plain),
    flag("min_severity", "HFSCAN_MIN_SEVERITY", Form::Plain),
    flag("waivers", "HFSCAN_WAIVERS", Form::Path),
    flag("baseline", "HFSCAN_BASELINE", Form::Path),
    flag("delta", "HFSCAN_DELTA", Form::Plain),
    flag("new_only", "HFSCAN_NEW_ONLY", Form::Plain),
    flag("fail_on", "HFSCAN_FAIL_ON", Form::Plain),
    flag("strict", "HFSCAN_STRICT", Form::Plain),
    flag_of_scan("format", "HFSCAN_FORMAT", Form::Plain),
    flag_of_scan("output", "HFSCAN_OUTPUT", Form::Output),
    flag("all", "HFSCAN_ALL", Form::Plain),
    flag("show_waived", "HFSCAN_SHOW_WAIVED", Form::Plain),
    flag("link_base", "HFSCAN_LINK_BASE", Form::Plain),
    flag("category", "HFSCAN_CATEGORY", Form::Plain),
    flag("home_account", "HFSCAN_HOME_ACCOUNT", Form::Plain),
    flag("home_region", "HFSCAN_HOME_REGION", Form::Plain),
    flag_of_scan("publish", "HFSCAN_PUBLISH", Form::Plain),
    flag("github_repository", "HFSCAN_GITHUB_REPOSITORY", Form::Plain),
    flag("github_api_url", "HFSCAN_GITHUB_API_URL", Form::Plain),
    flag("publish_timeout", "HFSCAN_PUBLISH_TIMEOUT", Form::Plain),
];

/// Keys that stand for no flag.
pub const OTHERS: &[&str] = &["name", "parameters", "scan", "accounts"];
