//! `hfscan test`: lints rules and runs their tests.

use std::path::{Path, PathBuf};

use clap::Args;

use super::ui::Ui;
use crate::failure::Failure;

/// Check rules and run their tests
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Directory of rules; `policies` if not set
    dir: Option<PathBuf>,
}

/// Where a project keeps its rules when the command line does not say.
const DEFAULT_DIRECTORY: &str = "policies";

impl Test {
    pub(super) fn run(&self, ui: &Ui) -> Result<u8, Failure> {
        let directory = self.dir.as_deref().unwrap_or_else(|| Path::new(DEFAULT_DIRECTORY));
        if !directory.is_dir() {
            let failure = Failure::usage(format!("there is no directory `{}`", directory.display()));
            return Err(failure.hint("name the directory of your rules: hfscan test DIR"));
        }
        let progress = ui.progress();
        progress.step("running tests");
        let run = crate::test(directory)?;
        drop(progress);
        let failed = run.tests.iter().filter(|test| test.failure.is_some()).count();
        let passed = run.tests.len() - failed;
        ui.results(|out| {
            for problem in &run.problems {
                writeln!(out, "{problem}")?;
            }
            for test in &run.tests {
                if let Some(failure) = &test.failure {
                    writeln!(out, "FAIL {}:{}: {}\n     {failure}", test.file, test.line, test.name)?;
                }
            }
            for (file, lines) in &run.uncovered {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                writeln!(out, "{file}: no test reaches line {}", lines.join(", "))?;
            }
            for rule in &run.untested {
                writeln!(out, "{rule}: no test")?;
            }
            if !run.problems.is_empty() {
                writeln!(out, "{} problems", run.problems.len())?;
            }
            writeln!(out, "{passed} passed, {failed} failed")
        })?;
        if run.tests.is_empty() && run.problems.is_empty() {
            return Err(Failure::nothing(format!("`{}` holds no rules with tests", directory.display())));
        }
        Ok(u8::from(!run.is_success()))
    }
}
