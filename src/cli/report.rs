//! `hfscan report`: saved findings once more, in another format or to a service.

use std::path::PathBuf;

use clap::Args;

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
}

impl Rendering {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let delivery = self.deliver.check()?;
        let report = saved::read(&self.findings).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error).hint(hint)
        })?;
        if self.deliver.new_only && report.delta.is_none() {
            ui.warn("these findings do not say what the change brought in, so all of them count: scan with --delta");
        }
        delivery.run(ui, &report)
    }
}
