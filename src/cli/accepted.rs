//! Which risks a run accepts: the flags for waivers, and where their file is looked for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::FalseyValueParser;
use jiff::civil::Date;

use super::ui::Ui;
use crate::failure::Failure;
use crate::finding::Report;
use crate::waive::file::NAME;
use crate::{Accepted, Candidate};

/// Warnings about waivers that are told one by one.
const MOST: usize = 20;

/// Which waivers hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Accepted risks")]
pub(super) struct WaiverFlags {
    /// Accepted findings, each with a reason, an owner and an end
    #[arg(
        long,
        value_name = "FILE",
        env = "HFSCAN_WAIVERS",
        hide_env_values = true,
        help = "Accepted findings, each with a reason, an owner and an end; if not set, hfscan.waivers.toml here or beside the input"
    )]
    waivers: Option<PathBuf>,
    /// Judge as if nothing were waived, in files and in comments
    #[arg(long, env = "HFSCAN_NO_WAIVERS", hide_env_values = true, value_parser = FalseyValueParser::new())]
    no_waivers: bool,
    /// Day on which waivers are judged, to see what ends by then; today in UTC if not set
    #[arg(long, value_name = "YYYY-MM-DD", env = "HFSCAN_TODAY", hide_env_values = true)]
    today: Option<Date>,
}

impl WaiverFlags {
    /// Returns what the flags accept. A file that is named has to be there.
    pub(super) fn accepted(&self, inputs: &[Candidate]) -> Result<Accepted, Failure> {
        let waivers = match &self.waivers {
            _ if self.no_waivers => Vec::new(),
            Some(file) if !file.exists() => {
                return Err(Failure::usage(format!("there is no file of waivers `{}`", file.display())));
            }
            Some(file) => vec![file.clone()],
            None => found(inputs),
        };
        Ok(Accepted { waivers, no_waivers: self.no_waivers, today: self.today, baseline: None })
    }
}

/// Returns the file of the working directory, or those beside the inputs.
fn found(inputs: &[Candidate]) -> Vec<PathBuf> {
    let here = PathBuf::from(NAME);
    if here.is_file() {
        return vec![here];
    }
    let beside: BTreeSet<PathBuf> =
        inputs.iter().filter_map(|input| input.path.parent()).map(|folder: &Path| folder.join(NAME)).collect();
    beside.into_iter().filter(|file| file.is_file()).collect()
}

/// Warns of waivers that need a look.
pub(super) fn warn(ui: &Ui, report: &Report) {
    for note in report.waivers.iter().take(MOST) {
        let place = note.waiver.place.as_ref();
        let place = place.map_or_else(String::new, |place| format!("{}:{}:{}: ", place.file, place.line, place.column));
        // A pattern may hold anything, also what repaints a terminal.
        let told: String = note.told().chars().filter(|letter| !letter.is_control()).collect();
        ui.warn(&format!("{place}{told}"));
    }
    if report.waivers.len() > MOST {
        ui.warn(&format!("{} more waivers need a look; the json report lists them", report.waivers.len() - MOST));
    }
}
