//! Finds the files that the inputs of the command line name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Candidate;
use crate::failure::Failure;

/// A tree deeper than this is a loop of links or not meant for us.
const DEEPEST: usize = 32;

/// Files of a folder that may be plans or manifests.
const ENDINGS: [&str; 3] = ["json", "yaml", "yml"];

const MAKE_A_PLAN: &str =
    "make a plan that hfscan can read: terraform plan -out tfplan && terraform show -json tfplan > plan.json";

/// Returns the files to read, in the order of the command line; those of a directory by name. A
/// file that is named twice is read once.
pub(super) fn inputs(named: &[PathBuf]) -> Result<Vec<Candidate>, Failure> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for path in named {
        if path.as_os_str() == "-" {
            candidates.push(Candidate { path: path.clone(), named: true });
            continue;
        }
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if metadata.is_dir() {
            let found = directory(path)?;
            if found.is_empty() {
                let message = format!(
                    "no plan or manifest in `{}`: it holds no file that ends in .json, .yaml or .yml",
                    path.display()
                );
                return Err(Failure::nothing(message).hint(MAKE_A_PLAN));
            }
            candidates.extend(found.into_iter().map(|path| Candidate { path, named: false }));
        } else {
            candidates.push(Candidate { path: path.clone(), named: true });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    candidates
        .retain(|candidate| seen.insert(fs::canonicalize(&candidate.path).unwrap_or_else(|_| candidate.path.clone())));
    Ok(candidates)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Failure::usage(format!("there is no file or directory `{}`", path.display())).hint(MAKE_A_PLAN)
        }
        _ => Failure::usage(format!("cannot read `{}`: {error}", path.display())),
    }
}

fn directory(top: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut left = vec![(top.to_owned(), 0)];
    while let Some((path, depth)) = left.pop() {
        let entries = fs::read_dir(&path).map_err(|error| unreadable(&path, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&path, &error))?;
            // `.terraform`, `.git` and the like hold JSON of their own.
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(|error| unreadable(&path, &error))?;
            if kind.is_dir() {
                if depth < DEEPEST {
                    left.push((path, depth + 1));
                }
            } else if path.extension().is_some_and(|own| ENDINGS.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
