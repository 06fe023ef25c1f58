//! `hfscan completions`: scripts for shells.

use clap::Args;
use clap_complete::Shell;

use super::ui::Ui;
use crate::failure::Failure;

/// Print a script that completes the command line in a shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::command(), "hfscan", &mut script);
        ui.results(|out| out.write_all(&script))?;
        Ok(0)
    }
}
