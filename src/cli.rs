//! The command line: one file per command, and `ui`, which alone touches the terminal.

mod accepted;
mod audit;
mod aws;
mod baseline;
mod completions;
mod config;
mod configured;
mod deliver;
mod discover;
mod effective;
mod look;
mod output;
mod publish;
pub mod reference;
mod report;
mod rules;
mod scan;
mod schema;
mod several;
mod snapshot;
mod source;
mod test;
mod ui;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::FalseyValueParser;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::Selection;
use crate::config::Run;
use crate::failure::Failure;
use crate::policy::select::Parameters;
use crate::policy::severity::Severity;
use ui::{Color, Ui};

const AFTER_HELP: &str = "\
Exit codes:
  0  nothing at the gate
  1  findings at the gate (see --fail-on)
  2  wrong usage, input or policy
  3  the scan is incomplete: something could not be read, judged, written or published; findings are still written
  4  nothing to scan

Every long flag can be set by an environment variable: HFSCAN_ and its name, such as HFSCAN_FAIL_ON.";

/// Judge Terraform plans and live accounts against a written architecture
#[derive(Debug, Parser)]
#[command(name = "hfscan", version, after_help = AFTER_HELP, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    terminal: Terminal,
    #[command(flatten)]
    config: configured::ConfigFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    Scan(Box<scan::Scan>),
    Audit(audit::Audit),
    Snapshot(snapshot::Snapshot),
    Report(Box<report::Rendering>),
    Rules(rules::Rules),
    Baseline(baseline::Baseline),
    Schema(schema::SchemaOf),
    Test(test::Test),
    Config(config::ConfigCommand),
    Completions(completions::Completions),
}

impl Command {
    /// Takes what a configuration says that is no flag.
    fn configure(&mut self, run: Run) {
        match self {
            Self::Scan(command) => command.configure(run),
            Self::Audit(command) => command.configure(run),
            Self::Rules(command) => command.configure(run),
            Self::Baseline(command) => command.configure(run),
            _ => {}
        }
    }
}

/// What goes to the terminal, and how.
#[derive(Debug, Args)]
struct Terminal {
    /// When to use colours.
    #[arg(
        long,
        help = "When to use colours; NO_COLOR is honoured",
        value_enum,
        default_value = "auto",
        global = true,
        env = "HFSCAN_COLOR",
        hide_env_values = true
    )]
    color: Color,
    /// Show no progress
    #[arg(long, global = true, env = "HFSCAN_NO_PROGRESS", hide_env_values = true, value_parser = FalseyValueParser::new())]
    no_progress: bool,
    /// Write nothing but results and errors
    #[arg(short, long, global = true, env = "HFSCAN_QUIET", hide_env_values = true, value_parser = FalseyValueParser::new())]
    quiet: bool,
    /// Tell more about what is done
    #[arg(short, long, global = true, conflicts_with = "quiet", env = "HFSCAN_VERBOSE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    verbose: bool,
}

/// Which rules to use.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
struct RuleFlags {
    /// Architecture to judge by; without one every rule is enforced
    #[arg(long, value_name = "NAME", env = "HFSCAN_PROFILE", hide_env_values = true)]
    profile: Option<String>,
    /// Directory of your own rules and profiles, beside the built-in ones
    #[arg(long, value_name = "DIR", env = "HFSCAN_POLICIES", hide_env_values = true)]
    policies: Option<PathBuf>,
    /// Only rules whose id or control matches; repeatable
    #[arg(long, value_name = "GLOB", env = "HFSCAN_RULE", hide_env_values = true, value_delimiter = ' ')]
    rule: Vec<String>,
    /// No rules whose id or control matches; repeatable
    #[arg(long, value_name = "GLOB", env = "HFSCAN_SKIP_RULE", hide_env_values = true, value_delimiter = ' ')]
    skip_rule: Vec<String>,
    /// Only rules that map to this outside benchmark
    #[arg(long, value_name = "NAME", env = "HFSCAN_FRAMEWORK", hide_env_values = true)]
    framework: Option<String>,
    /// Only rules and findings at least this heavy
    #[arg(long, value_name = "SEVERITY", env = "HFSCAN_MIN_SEVERITY", hide_env_values = true, value_parser = severity())]
    min_severity: Option<Severity>,
    /// From the configuration; no flag sets them.
    #[arg(skip)]
    parameters: Vec<Parameters>,
}

impl RuleFlags {
    fn selection(&self) -> Selection {
        Selection {
            policies: self.policies.clone(),
            profile: self.profile.clone(),
            rules: self.rule.clone(),
            skip_rules: self.skip_rule.clone(),
            framework: self.framework.clone(),
            min_severity: self.min_severity,
            parameters: self.parameters.clone(),
        }
    }
}

/// Returns a parser of severities that names and suggests the possible values.
fn severity() -> impl clap::builder::TypedValueParser<Value = Severity> {
    use clap::builder::TypedValueParser as _;
    clap::builder::PossibleValuesParser::new(Severity::ALL.map(Severity::name)).try_map(|name| name.parse::<Severity>())
}

/// Returns the command line as data, for help, completions and the reference page.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs the program and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    let parsed = command().try_get_matches_from(&words);
    let parsed = parsed.and_then(|matches| Ok((Arguments::from_arg_matches(&matches)?, matches)));
    let (arguments, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Nothing can be told if the terminal is gone.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let ui = Ui::new(&arguments.terminal);
    let code = configured::runs(&words, &matches, arguments, &ui).and_then(|runs| dispatch(runs, &ui));
    ExitCode::from(code.unwrap_or_else(|failure: Failure| {
        ui.failure(&failure);
        failure.exit_code()
    }))
}

/// Runs a command; the scans of a configuration together, because their reports must be told apart.
fn dispatch(runs: Vec<Arguments>, ui: &Ui) -> Result<u8, Failure> {
    let mut scans = Vec::new();
    for arguments in runs {
        match arguments.command {
            Command::Scan(command) => scans.push(*command),
            Command::Audit(command) => return command.run(ui),
            Command::Snapshot(command) => return command.run(ui),
            Command::Report(command) => return command.run(ui),
            Command::Rules(command) => return command.run(ui),
            Command::Baseline(command) => return command.run(ui),
            Command::Schema(command) => return command.run(ui),
            Command::Test(command) => return command.run(ui),
            Command::Config(command) => return command.run(&arguments.config, ui),
            Command::Completions(command) => return command.run(ui),
        }
    }
    several::run(&scans, ui)
}
