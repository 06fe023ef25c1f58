//! `hfscan rules`: what is checked.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

use super::RuleFlags;
use super::ui::{Ui, width};
use crate::failure::Failure;
use crate::policy::page;
use crate::policy::rule::SelectedRule;

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
    #[arg(
        short,
        long,
        value_enum,
        default_value = "table",
        env = "HFSCAN_FORMAT",
        hide_env_values = true
    )]
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
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        match &self.command {
            Command::List(command) => {
                let rules = crate::rules(&command.rules.selection())?.rules;
                match command.format {
                    Format::Table => ui.results(|out| table(&rules, width(), out))?,
                    Format::Json => ui.results(|out| {
                        serde_json::to_writer_pretty(&mut *out, &rules)?;
                        writeln!(out)
                    })?,
                }
            }
            Command::Show(command) => {
                let rule = crate::rule(command.policies.as_deref(), &command.id)?.ok_or_else(|| {
                    Failure::usage(format!("there is no rule `{}`", command.id)).hint("hfscan rules list shows the ids")
                })?;
                ui.results(|out| out.write_all(page::of(&rule).as_bytes()))?;
            }
        }
        Ok(0)
    }
}

fn table(rules: &[SelectedRule], width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .force_no_tty();
    table.set_width(u16::try_from(width.clamp(80, 200)).unwrap_or(80));
    table.set_header(["Rule", "Control", "Severity", "Kinds", "Title"]);
    for selected in rules {
        let rule = &selected.rule;
        let severity = if selected.enforced {
            rule.severity.name().to_owned()
        } else {
            format!("{} (advisory)", rule.severity)
        };
        table.add_row([
            rule.id.to_string(),
            rule.control.clone().unwrap_or_default(),
            severity,
            rule.kinds.join("\n"),
            rule.title.clone(),
        ]);
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out, "\n{} rules", rules.len())
}
