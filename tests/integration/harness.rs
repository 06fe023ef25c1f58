//! Runs the built program as a user would, in an empty environment.

use assert_cmd::Command;

/// What a run printed and how it ended.
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

/// Runs hfscan with these arguments.
pub(crate) fn hfscan(arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_hfscan")).env_clear().args(arguments).output().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code().unwrap(),
    }
}

/// Returns the most memory that a process ever had, in kilobytes; 0 when it is over. `self` is this one.
#[cfg(feature = "aws")]
pub(crate) fn peak_memory(process: &str) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
