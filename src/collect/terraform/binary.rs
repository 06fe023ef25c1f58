//! Saved plans in Terraform's own format: terraform itself must turn them into JSON. The only place
//! that starts a process.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::failure::Failure;

/// Returns whether bytes are a saved plan: a zip archive.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Runs `terraform show -json` (or `tofu`) on a saved plan and returns what it prints.
pub(super) fn show(file: &Arc<str>, path: &Path) -> Result<Vec<u8>, Failure> {
    let failure = |problem: String| Failure::Binary { file: Arc::clone(file), problem };
    if path.as_os_str() == "-" {
        return Err(failure("terraform cannot read it from stdin".into()));
    }
    // Terraform looks for the providers beside the plan, where `init` put them.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let absolute = std::path::absolute(path).map_err(|error| failure(error.to_string()))?;
    let mut problem = "neither terraform nor tofu is on the PATH".to_owned();
    for program in ["terraform", "tofu"] {
        let output = Command::new(program)
            .args(["show", "-json", "-no-color"])
            .arg(&absolute)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output();
        match output {
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr);
                let line = text
                    .lines()
                    .map(|line| line.trim_matches([' ', '│', '╷', '╵']))
                    .find(|line| line.starts_with("Error"));
                problem = format!("{program} show failed: {}", line.unwrap_or("no error text"));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => problem = format!("{program} could not be started: {error}"),
        }
    }
    Err(failure(problem))
}
