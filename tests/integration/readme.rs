//! The README's commands work as they stand there.

use std::path::Path;
use std::process::Command;

/// Commands that CI runs by itself, or that need what a test must not do.
const ELSEWHERE: &[&str] = &[
    "cargo run",
    "cargo test",
    "cargo install",
    "terraform plan",
    // tests/live/verdicts runs these against a local server, with the feature `aws`.
    "hfscan audit",
    "hfscan snapshot",
    "hfscan scan account.hfs",
];

/// Commands whose point is that they find something, or read a plan that is the reader's own.
const EXPECTED: &[(&str, i32)] = &[("target/plan.json", 1), ("scan plan.json", 2)];

#[test]
fn its_commands_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Path::new(env!("CARGO_BIN_EXE_hfscan"));
    let text = std::fs::read_to_string(root.join("README.md")).unwrap();
    let commands: Vec<&str> = text
        .split("```sh\n")
        .skip(1)
        .flat_map(|block| block.split("```").next().unwrap().lines())
        .filter(|line| !ELSEWHERE.iter().any(|prefix| line.starts_with(prefix)))
        .collect();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let output = Command::new("sh")
            .args(["-c", command])
            .current_dir(root)
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.parent().unwrap().display()))
            .output()
            .unwrap();
        let expected = EXPECTED
            .iter()
            .find(|(part, _)| command.contains(part) && command.contains("hfscan"))
            .map_or(0, |(_, code)| *code);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{command}\n{stderr}");
    }
}
