//! `hfscan report`: saved findings once more, in another format or to a service.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

use super::deliver::DeliverFlags;
use super::ui::Ui;
use crate::failure::Failure;
use crate::finding::saved;

/// Render saved findings again, or publish them
///
/// The findings are those that a scan saved with `-o json=FILE`. Every format comes out as the scan
/// itself would have written it, and the exit code is that of the gate.
#[derive(Debug, Args)]
pub(super) struct Rendering {
    /// Findings that a scan saved; - is stdin
    #[arg(value_name = "FINDINGS")]
    findings: PathBuf,
    #[command(flatten)]
    deliver: DeliverFlags,
    /// Let only those findings count that the change brings in; the scan must have had --delta
    #[arg(long, env = "HFSCAN_NEW_ONLY", hide_env_values = true, value_parser = FalseyValueParser::new(), help_heading = "Gate")]
    new_only: bool,
}

impl Rendering {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let delivery = self.deliver.check(self.new_only)?;
        let report = saved::read(&self.findings).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error).hint(hint)
        })?;
        if self.new_only && report.delta.is_none() {
            ui.warn("these findings do not say what the change brought in, so all of them count: scan with --delta");
        }
        delivery.run(ui, &report)
    }
}
