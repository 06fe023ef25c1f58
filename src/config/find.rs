//! Finds the configuration of a working directory: in it, or in the root of its Git repository.

use std::path::{Path, PathBuf};

/// Name of the file.
pub const NAME: &str = "hfscan.toml";

/// Returns the file of the working directory, or else of the root of the Git repository around it,
/// as the working directory sees it. Nothing between the two and nothing above is looked at.
pub fn find(working: &Path) -> Option<PathBuf> {
    let here = PathBuf::from(NAME);
    if working.join(&here).is_file() {
        return Some(here);
    }
    let mut path = PathBuf::new();
    for directory in working.ancestors() {
        // A worktree has a file `.git`.
        if directory.join(".git").exists() {
            let file = path.join(NAME);
            return directory.join(NAME).is_file().then_some(file);
        }
        path.push("..");
    }
    None
}
