//! `hfscan scan`: judges inputs and writes reports.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::output::{self, Output};
use super::ui::Ui;
use super::{RuleFlags, discover, severity};
use crate::failure::Failure;
use crate::finding::Report;
use crate::finding::gate::{Gate, Standing};
use crate::policy::severity::Severity;
use crate::report::{self, Format};
use crate::{Request, scan};

/// Judge Terraform plans and Kubernetes manifests
///
/// An input is the JSON of a plan (`terraform show -json tfplan > plan.json`), Kubernetes manifests as
/// YAML or JSON (templates have to be rendered first), or a directory of such files. Several inputs make
/// one inventory.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// Plans and manifests, or directories of them
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
    /// Threads to use; one for each core if not set
    #[arg(short, long, value_name = "COUNT", env = "HFSCAN_JOBS", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// Format on stdout
    #[arg(
        short,
        long,
        value_enum,
        default_value = "table",
        env = "HFSCAN_FORMAT",
        hide_env_values = true,
        help_heading = "Reports"
    )]
    format: Format,
    /// Write a report to a file too; repeatable
    #[arg(
        short,
        long,
        value_name = "FORMAT=FILE",
        env = "HFSCAN_OUTPUT",
        hide_env_values = true,
        help_heading = "Reports"
    )]
    output: Vec<Output>,
    /// List what is in order and what does not apply too
    #[arg(long, env = "HFSCAN_ALL", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Reports")]
    all: bool,
    #[command(flatten)]
    rules: RuleFlags,
    /// Lightest severity of an enforced failure that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "low", env = "HFSCAN_FAIL_ON", hide_env_values = true, value_parser = severity(), help_heading = "Gate")]
    fail_on: Severity,
    /// Let outcomes that cannot be told from the input count as well
    #[arg(long, env = "HFSCAN_STRICT", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Gate")]
    strict: bool,
    /// Take the inputs for all there is: what is missing is missing, not unknown
    #[arg(long, env = "HFSCAN_COMPLETE", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Gate")]
    complete: bool,
}

impl Scan {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        output::check(&self.output)?;
        let request = Request {
            inputs: discover::inputs(&self.inputs)?,
            selection: self.rules.selection(),
            complete: self.complete,
            all: self.all,
            jobs: self.jobs.map(usize::from),
        };
        ui.detail(&format!("{} files to read", request.inputs.len()));
        let progress = ui.progress();
        let report = scan(&request, &|what| progress.step(what))?;
        drop(progress);
        let gate = Gate { fail_on: self.fail_on, strict: self.strict, new_only: false };
        self.write(ui, &report, gate)?;
        Ok(gate.standing(&report).exit_code())
    }

    fn write(&self, ui: &Ui, report: &Report, gate: Gate) -> Result<(), Failure> {
        // Files first: a reader of stdout may go away at any time.
        for output in &self.output {
            output.write(report, gate)?;
            ui.detail(&format!("wrote {} to {}", output.format.name(), output.path.display()));
        }
        let look = ui.look(gate);
        ui.results(|out| report::render(self.format, report, &look, out))?;
        let sarif = self.format == Format::Sarif || self.output.iter().any(|output| output.format == Format::Sarif);
        let left_out = report::left_out_of_sarif(report);
        if sarif && left_out > 0 {
            ui.warn(&format!(
                "the SARIF log leaves out the {left_out} lightest failures, because GitHub refuses more than 25,000; \
                 narrow it with --min-severity or --rule, or read the json report"
            ));
        }
        if self.format != Format::Table {
            ui.status(&summary(report, gate));
        }
        Ok(())
    }
}

/// Returns the run in one line, for those who do not read the table.
fn summary(report: &Report, gate: Gate) -> String {
    let count = gate.count(report);
    let standing = match gate.standing(report) {
        Standing::Clean => "nothing at the gate".to_owned(),
        Standing::Findings => format!("{count} at the gate"),
        Standing::Incomplete => format!("the scan is incomplete, {count} at the gate so far"),
        Standing::Nothing => "nothing to scan".to_owned(),
    };
    format!("{}; {standing}", report::headline(report))
}
