//! Tests of `hfscan::publish` and of the commands that use it, against a server on this machine that
//! answers as GitHub's API documents.

#[cfg(feature = "github")]
mod command;
mod saved;
#[cfg(feature = "github")]
mod server;
#[cfg(feature = "github")]
mod target;
#[cfg(feature = "github")]
mod upload;

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// A directory to run the program in.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
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

/// Returns code and stderr, as the user sees it.
fn told(output: &Output) -> String {
    format!("exit {}\n{}", output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr))
}

#[cfg(not(feature = "github"))]
#[test]
fn a_build_without_the_feature_says_how_to_get_it() {
    let place = Place::new();
    insta::assert_snapshot!(told(&place.run(&["report", "findings.json", "--publish", "github"])), @"
    exit 2
    error: this hfscan was built without the feature `github`
    hint: build it with: cargo install --path . --locked --features github
    ");
}
