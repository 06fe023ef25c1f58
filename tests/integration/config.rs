//! The configuration file: what it says, what is wrong with it, and what a run makes of it.

mod documents;
mod errors;
mod precedence;
mod scans;
mod starter;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// A plan that has nothing wrong under profile ha-eks.
const PLAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/environments/ha-eks/plan.json");

/// A project: a folder to run the program in.
struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    /// A project whose `hfscan.toml` is this text.
    fn new(text: &str) -> Self {
        let project = Self { directory: tempfile::tempdir().unwrap() };
        project.write("hfscan.toml", text);
        project
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn plan(&self, name: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(PLAN, path).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hfscan"));
        command.env_clear().current_dir(self.path()).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Returns code and stderr, as the user sees it.
fn told(output: &Output) -> String {
    format!("exit {}\n{}", output.status.code().unwrap(), stderr(output))
}
