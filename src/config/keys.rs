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
}

const fn flag(name: &'static str, variable: &'static str, form: Form) -> Key {
    Key { name, target: Target::Flag(variable), form }
}

/// Every key that stands for a flag, in the order in which `hfscan config show` prints them.
pub const KEYS: &[Key] = &[
    Key { name: "inputs", target: Target::Inputs, form: Form::Input },
    flag("profile", "HFSCAN_PROFILE", Form::Plain),
    flag("complete", "HFSCAN_COMPLETE", Form::Plain),
    flag("policies", "HFSCAN_POLICIES", Form::Path),
    flag("rules", "HFSCAN_RULE", Form::Plain),
    flag("skip_rules", "HFSCAN_SKIP_RULE", Form::Plain),
    flag("framework", "HFSCAN_FRAMEWORK", Form::Plain),
    flag("min_severity", "HFSCAN_MIN_SEVERITY", Form::Plain),
    flag("fail_on", "HFSCAN_FAIL_ON", Form::Plain),
    flag("strict", "HFSCAN_STRICT", Form::Plain),
    flag("format", "HFSCAN_FORMAT", Form::Plain),
    flag("output", "HFSCAN_OUTPUT", Form::Output),
    flag("all", "HFSCAN_ALL", Form::Plain),
];

/// Keys that stand for no flag.
pub const OTHERS: &[&str] = &["name", "parameters", "scan", "accounts"];
