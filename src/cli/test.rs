//! `hfscan test`: lints rules and runs their tests.

use std::path::PathBuf;

use clap::Args;

use super::ui::Ui;
use crate::failure::Failure;

/// Check rules and run their tests
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Directory of rules; the built-in rules if not set
    dir: Option<PathBuf>,
}

impl Test {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        if let Some(directory) = self.dir.as_ref().filter(|directory| !directory.is_dir()) {
            return Err(Failure::usage(format!(
                "there is no directory `{}`",
                directory.display()
            )));
        }
        let progress = ui.progress();
        progress.step("running tests");
        let run = crate::test(self.dir.as_deref())?;
        drop(progress);
        let failed = run.cases.iter().filter(|case| case.failure.is_some()).count();
        ui.results(|out| {
            for problem in &run.problems {
                writeln!(out, "{problem}")?;
            }
            for case in &run.cases {
                if let Some(failure) = &case.failure {
                    writeln!(out, "FAIL {}\n     {failure}", case.name)?;
                }
            }
            let passed = run.cases.len() - failed;
            writeln!(out, "{passed} passed, {failed} failed, {} problems", run.problems.len())
        })?;
        if run.cases.is_empty() && run.problems.is_empty() {
            return Err(Failure::nothing("there are no rules to test"));
        }
        Ok(u8::from(failed > 0 || !run.problems.is_empty()))
    }
}
