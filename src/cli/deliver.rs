//! The end of a run, the same for `scan` and `report`: reports to files and stdout, then to a service,
//! then the gate.

use clap::Args;
use clap::builder::FalseyValueParser;

use super::look::LookFlags;
use super::output::{self, Output};
use super::publish::{PublishFlags, Publisher};
use super::severity;
use super::ui::Ui;
use crate::failure::Failure;
use crate::finding::Report;
use crate::finding::gate::{Gate, Standing};
use crate::policy::severity::Severity;
use crate::report::{self, Format, Look};

/// Where findings go, and what counts.
#[derive(Debug, Args)]
pub(super) struct DeliverFlags {
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
    #[command(flatten)]
    look: LookFlags,
    #[command(flatten)]
    publish: PublishFlags,
    /// Lightest severity of an enforced failure that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "low", env = "HFSCAN_FAIL_ON", hide_env_values = true, value_parser = severity(), help_heading = "Gate")]
    fail_on: Severity,
    /// Let outcomes that cannot be told from the input count as well
    #[arg(long, env = "HFSCAN_STRICT", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Gate")]
    strict: bool,
    /// Let only findings count that the change may bring in; a scan then judges the state before too, as with --delta
    #[arg(long, env = "HFSCAN_NEW_ONLY", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Gate")]
    pub(super) new_only: bool,
}

/// A delivery whose flags were checked, before a scan takes its time.
pub(super) struct Delivery<'a> {
    flags: &'a DeliverFlags,
    gate: Gate,
    publisher: Option<Publisher>,
}

impl DeliverFlags {
    /// Puts the name of the scan into the paths that say `{name}`.
    pub(super) fn name(&mut self, name: &str) {
        self.output.iter_mut().for_each(|output| output.name(name));
    }

    /// Returns the files that it writes.
    pub(super) fn outputs(&self) -> &[Output] {
        &self.output
    }

    /// Refuses a format of which stdout can hold one only.
    pub(super) fn fits_beside_others(&self) -> Result<(), Failure> {
        let name = self.format.name();
        if matches!(name, "table" | "detail" | "markdown" | "github") {
            return Ok(());
        }
        let message = format!("the configuration asks for several scans, and stdout holds one {name} document");
        Err(Failure::usage(message).hint(format!(
            "choose one with --scan NAME, or write each to a file: --output {name}=hfscan-{{name}}.{name}"
        )))
    }

    /// Checks the flags.
    pub(super) fn check(&self) -> Result<Delivery<'_>, Failure> {
        output::check(&self.output)?;
        let gate = Gate { fail_on: self.fail_on, strict: self.strict, new_only: self.new_only };
        Ok(Delivery { flags: self, gate, publisher: self.publish.publisher()? })
    }
}

impl Delivery<'_> {
    /// Takes over how an audit reached its accounts, for a service that stands in them.
    #[cfg(feature = "aws")]
    pub(super) fn reach(&mut self, profile_name: Option<&str>, role: Option<&crate::collect::aws::Role>) {
        if let Some(publisher) = &mut self.publisher {
            publisher.reach(profile_name, role);
        }
    }

    /// Writes and publishes a report; returns the exit code.
    pub(super) fn run(&self, ui: &Ui, report: &Report) -> Result<u8, Failure> {
        let look = self.flags.look.apply(&ui.look(self.gate));
        // Files first: a reader of stdout may go away at any time, and a service may fail.
        for output in &self.flags.output {
            output.write(report, &look)?;
            ui.detail(&format!("wrote {} to {}", output.format.name(), output.path.display()));
        }
        ui.results(|out| report::render(self.flags.format, report, &look, out))?;
        self.warn_of_limits(ui, report, &look);
        // The reports for people tell of waivers themselves.
        if !matches!(self.flags.format, Format::Table | Format::Detail) {
            super::accepted::warn(ui, report);
        }
        if self.flags.format != Format::Table {
            ui.status(&summary(report, self.gate));
        }
        let standing = self.gate.standing(report);
        match &self.publisher {
            // An upload without results closes every alert of its category.
            Some(publisher) if standing == Standing::Nothing && publisher.closes_what_is_missing() => {
                ui.warn("nothing was scanned, so nothing is published: an empty upload would close the alerts that are there");
            }
            Some(publisher) => publisher.publish(ui, report, &look)?,
            None => {}
        }
        Ok(standing.exit_code())
    }

    fn warn_of_limits(&self, ui: &Ui, report: &Report, look: &Look) {
        let writes =
            |format| self.flags.format == format || self.flags.output.iter().any(|output| output.format == format);
        let uploads = self.publisher.as_ref().is_some_and(Publisher::closes_what_is_missing);
        let sarif = uploads || writes(Format::Sarif);
        let left_out = report::left_out_of_sarif(report);
        if sarif && left_out > 0 {
            ui.warn(&format!(
                "the SARIF log leaves out the {left_out} lightest failures, because GitHub refuses more than 25,000; \
                 narrow it with --min-severity or --rule, or read the json report"
            ));
        }
        let homeless = report::asff::without_account(report, look);
        if writes(Format::Asff) && homeless > 0 {
            ui.warn(&format!(
                "{homeless} findings of the asff report say account {}, because the input tells none, and Security \
                 Hub refuses them; name it with --home-account",
                report::NO_ACCOUNT
            ));
        }
    }
}

/// Returns the run in one line, for those who do not read the table.
fn summary(report: &Report, gate: Gate) -> String {
    let stopping = report::at_the_gate(report, gate);
    let standing = match (gate.standing(report), stopping) {
        (Standing::Incomplete, Some(stopping)) => format!("the scan is incomplete, {stopping} so far"),
        (Standing::Incomplete, None) => "the scan is incomplete".to_owned(),
        (Standing::Nothing, _) => "nothing to scan".to_owned(),
        (_, Some(stopping)) => stopping,
        (_, None) => "nothing at the gate".to_owned(),
    };
    format!("{}; {standing}", report::headline(report))
}
