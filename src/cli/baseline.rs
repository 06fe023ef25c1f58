//! `hfscan baseline`: takes the failures of today down, so that only new ones stop the gate.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Args, Subcommand};

use super::accepted::{self, WaiverFlags};
use super::output;
use super::source::SourceFlags;
use super::ui::Ui;
use super::{RuleFlags, discover};
use crate::config::Run;
use crate::failure::Failure;
use crate::finding::Report;
use crate::waive;
use crate::waive::baseline::{Changes, NAME};
use crate::{Request, pipeline, scan};

/// Take the failures of today down, so that only new ones count
///
/// The findings of a baseline stay in every report, but do not count at the gate of `scan --baseline`.
#[derive(Debug, Args)]
pub(super) struct Baseline {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Create(Create),
    Update(Update),
}

/// What both commands take.
#[derive(Debug, Args)]
struct Common {
    /// Plan files, or directories of them: those of the scan
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The file
    #[arg(short = 'o', long, value_name = "FILE", default_value = NAME, env = "HFSCAN_BASELINE", hide_env_values = true)]
    baseline: PathBuf,
    /// Take in outcomes that cannot be told as well, for a scan with --strict
    #[arg(long, env = "HFSCAN_STRICT", hide_env_values = true, value_parser = FalseyValueParser::new())]
    strict: bool,
    /// Take the inputs for all there is: what is missing is missing, not unknown
    #[arg(long, env = "HFSCAN_COMPLETE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    complete: bool,
    /// Threads to use; one for each core if not set
    #[arg(short, long, value_name = "COUNT", env = "HFSCAN_JOBS", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    rules: RuleFlags,
    #[command(flatten)]
    waivers: WaiverFlags,
}

/// Write a new baseline with every failure that no waiver accepts
#[derive(Debug, Args)]
struct Create {
    #[command(flatten)]
    common: Common,
    /// Replace a baseline that is there, and so accept what came since
    #[arg(long, env = "HFSCAN_FORCE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    force: bool,
}

/// Take out of a baseline what is mended; what came since stays out
#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    common: Common,
    /// Take in what came since the baseline was made, too
    #[arg(long, env = "HFSCAN_ADD_NEW", hide_env_values = true, value_parser = FalseyValueParser::new())]
    add_new: bool,
}

impl Baseline {
    /// Takes what a configuration says that is no flag.
    pub(super) fn configure(&mut self, run: Run) {
        let common = match &mut self.action {
            Action::Create(command) => &mut command.common,
            Action::Update(command) => &mut command.common,
        };
        common.rules.parameters = run.parameters;
    }

    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        match &self.action {
            Action::Create(command) => command.run(ui),
            Action::Update(command) => command.run(ui),
        }
    }
}

impl Create {
    fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let file = &self.common.baseline;
        output::check_place(file)?;
        if file.exists() && !self.force {
            let message = format!("there is a baseline `{}` already", file.display());
            return Err(Failure::usage(message)
                .hint("hfscan baseline update takes out what is mended")
                .hint("--force replaces it, and so accepts every failure that came since"));
        }
        let report = self.common.scan(ui)?;
        let baseline = waive::Baseline::of(&report, self.common.strict);
        self.common.write(&baseline)?;
        let (count, s) = (baseline.findings.len(), if baseline.findings.len() == 1 { "" } else { "s" });
        ui.status(&format!("{}: {count} finding{s}", file.display()));
        Ok(standing(ui, &report))
    }
}

impl Update {
    fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let file = &self.common.baseline;
        let old = pipeline::baseline(file)?;
        let profile = self.common.rules.profile.as_deref();
        old.check_profile(&file.display().to_string(), profile).map_err(Failure::usage)?;
        let report = self.common.scan(ui)?;
        let (baseline, changes) = old.update(&report, self.common.rules.min_severity, self.common.strict, self.add_new);
        if baseline == old {
            ui.status(&format!("{}: nothing to change; {}", file.display(), told(changes)));
        } else {
            self.common.write(&baseline)?;
            ui.status(&format!("{}: {}", file.display(), told(changes)));
        }
        if changes.left > 0 {
            ui.status("what is new counts at the gate: mend it, waive it, or take it in with --add-new");
        }
        Ok(standing(ui, &report))
    }
}

/// Returns what an update did, in one line.
fn told(changes: Changes) -> String {
    let Changes { kept, gone, waived, added, left } = changes;
    let parts = [(kept, "kept"), (gone, "gone"), (waived, "waived now"), (added, "added"), (left, "new and left out")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, name)| *count > 0 || *name == "kept")
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    parts.join(", ")
}

impl Common {
    fn scan(&self, ui: &Ui) -> Result<Report, Failure> {
        let inputs = discover::inputs(&self.inputs)?;
        let request = Request {
            accepted: self.waivers.accepted(&inputs)?,
            inputs,
            selection: self.rules.selection(),
            complete: self.complete,
            jobs: self.jobs.map(usize::from),
            source: self.source.request()?,
            ..Request::default()
        };
        let progress = ui.progress();
        let report = scan(&request, &|what| progress.step(what))?;
        drop(progress);
        if report.summary.resources == 0 && !report.is_incomplete() {
            return Err(Failure::nothing("the inputs hold no resource of a kind that hfscan models"));
        }
        accepted::warn(ui, &report);
        Ok(report)
    }

    fn write(&self, baseline: &waive::Baseline) -> Result<(), Failure> {
        let failed = |error: std::io::Error| Failure::output(&format!("`{}`", self.baseline.display()), &error);
        let text = baseline.text().map_err(|error| failed(error.into()))?;
        output::replace(&self.baseline, |out| out.write_all(text.as_bytes())).map_err(failed)
    }
}

/// Returns the exit code. A baseline of half a scan is written, but whoever relies on it must know.
fn standing(ui: &Ui, report: &Report) -> u8 {
    if report.is_incomplete() {
        ui.warn("the scan is incomplete: something could not be read or judged, so the baseline may lack failures");
        return 3;
    }
    0
}
