//! `hfscan scan`: judges inputs and writes reports.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::accepted::WaiverFlags;
use super::deliver::DeliverFlags;
use super::output::Output;
use super::source::SourceFlags;
use super::ui::Ui;
use super::{RuleFlags, discover};
use crate::config::Run;
use crate::failure::Failure;
use crate::{Accepted, Request, Selection, scan};

/// Judge Terraform plans and Kubernetes manifests
///
/// An input is the JSON of a plan (`terraform show -json tfplan > plan.json`), Kubernetes manifests as
/// YAML or JSON (templates have to be rendered first), or a directory of such files. Several inputs make
/// one inventory. Without INPUT the scans of hfscan.toml are run.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each flag of the command line is one")]
pub(super) struct Scan {
    /// Plans and manifests, or directories of them; those of hfscan.toml if none
    #[arg(value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Only this [[scan]] of hfscan.toml; repeatable
    #[arg(
        id = "scan",
        long = "scan",
        value_name = "NAME",
        env = "HFSCAN_SCAN",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    chosen: Vec<String>,
    /// Name of the scan, from the configuration.
    #[arg(skip)]
    name: Option<String>,
    /// Why it has no inputs, if the configuration names some that are not there.
    #[arg(skip)]
    lack: Option<String>,
    /// Profiles of accounts, from the configuration.
    #[arg(skip)]
    profiles: BTreeMap<String, String>,
    /// Threads to use; one for each core if not set
    #[arg(short, long, value_name = "COUNT", env = "HFSCAN_JOBS", hide_env_values = true, value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// List what is in order and what does not apply too
    #[arg(long, env = "HFSCAN_ALL", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Reports")]
    all: bool,
    #[command(flatten)]
    source: SourceFlags,
    #[command(flatten)]
    rules: RuleFlags,
    /// Judge the state before apply too, and tell which findings are new, unchanged or fixed
    #[arg(long, env = "HFSCAN_DELTA", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Reports")]
    delta: bool,
    #[command(flatten)]
    waivers: WaiverFlags,
    /// Findings that need not be told anew; see `hfscan baseline`
    #[arg(long, value_name = "FILE", env = "HFSCAN_BASELINE", hide_env_values = true, help_heading = "Accepted risks")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    deliver: DeliverFlags,
    /// Take the inputs for all there is: what is missing is missing, not unknown
    #[arg(long, env = "HFSCAN_COMPLETE", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Gate")]
    complete: bool,
}

impl Scan {
    /// Takes what a configuration says that is no flag.
    pub(super) fn configure(&mut self, run: Run) {
        self.deliver.name(run.name.as_deref().unwrap_or("scan"));
        self.name = run.name;
        self.rules.parameters = run.parameters;
        self.profiles = run.accounts;
    }

    /// Says why it has no inputs.
    pub(super) fn lacks(&mut self, why: String) {
        self.lack = Some(why);
    }

    /// Returns the name that the configuration gives it.
    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// Returns the files that it writes.
    pub(super) fn outputs(&self) -> &[Output] {
        self.deliver.outputs()
    }

    /// Returns the rules that it chooses.
    pub(super) fn selection(&self) -> Selection {
        self.rules.selection()
    }

    /// Refuses a format of which stdout can hold one only.
    pub(super) fn fits_beside_others(&self) -> Result<(), Failure> {
        self.deliver.fits_beside_others()
    }

    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        if let (Some(name), None) = (self.chosen.first(), &self.name) {
            return Err(Failure::usage(format!("there is no scan `{name}`, because there is no hfscan.toml"))
                .hint("name the file with --config, or leave --scan out"));
        }
        let delivery = self.deliver.check()?;
        if let Some(lack) = &self.lack {
            return Err(Failure::nothing(lack.clone()));
        }
        let inputs = discover::inputs(&self.inputs)?;
        let accepted = Accepted { baseline: self.baseline.clone(), ..self.waivers.accepted(&inputs)? };
        let request = Request {
            inputs,
            selection: self.rules.selection(),
            complete: self.complete,
            all: self.all,
            delta: self.delta || self.deliver.new_only,
            jobs: self.jobs.map(usize::from),
            accepted,
            source: self.source.request()?,
            profiles: self.profiles.clone(),
        };
        ui.detail(&format!("{} files to read", request.inputs.len()));
        for file in &request.accepted.waivers {
            ui.detail(&format!("waivers of {}", file.display()));
        }
        let progress = ui.progress();
        let report = scan(&request, &|what| progress.step(what))?;
        drop(progress);
        delivery.run(ui, &report)
    }
}
