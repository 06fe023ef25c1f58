//! `hfscan rules`: what is checked.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::RuleFlags;
use super::ui::Ui;
use crate::config::Run;
use crate::failure::Failure;
use crate::finding::gate::Gate;
use crate::pipeline;
use crate::policy::failure::similar;
use crate::policy::page;
use crate::report;

/// Show what is checked
#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Show(Show),
}

/// List rules
#[derive(Debug, Args)]
struct List {
    /// Format on stdout
    #[arg(short, long, value_enum, default_value = "table", env = "HFSCAN_RULES_FORMAT", hide_env_values = true)]
    format: Format,
    #[command(flatten)]
    rules: RuleFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// The metadata of every rule
    Json,
}

/// Show one rule: why, what to do, its parameters and where it is stated
#[derive(Debug, Args)]
struct Show {
    /// Id of the rule
    id: String,
    /// Directory of your own rules, beside the built-in ones
    #[arg(long, value_name = "DIR", env = "HFSCAN_POLICIES", hide_env_values = true)]
    policies: Option<PathBuf>,
}

impl Rules {
    /// Takes what a configuration says that is no flag.
    pub(super) fn configure(&mut self, run: Run) {
        if let Command::List(command) = &mut self.command {
            command.rules.parameters = run.parameters;
        }
    }

    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        match &self.command {
            Command::List(command) => {
                let rules = crate::rules(&command.rules.selection())?.rules;
                let look = ui.look(Gate::default());
                match command.format {
                    Format::Table => ui.results(|out| report::list_rules(&rules, &look, out))?,
                    Format::Json => ui.results(|out| {
                        serde_json::to_writer_pretty(&mut *out, &rules)?;
                        writeln!(out)
                    })?,
                }
            }
            Command::Show(command) => {
                let policies = pipeline::policies(command.policies.as_deref())?;
                let rule = policies.rule(&command.id).ok_or_else(|| {
                    let meant = similar(&command.id, policies.rules.values().map(|rule| &*rule.id));
                    let meant = meant.map_or_else(String::new, |id| format!("; did you mean `{id}`?"));
                    Failure::usage(format!("there is no rule `{}`{meant}", command.id))
                        .hint("hfscan rules list shows the ids")
                })?;
                ui.results(|out| out.write_all(page::of(rule).as_bytes()))?;
            }
        }
        Ok(0)
    }
}
