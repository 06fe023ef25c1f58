//! Inputs that a configuration names by glob: the files that they stand for, and whether a file of
//! the command line is one of them.

use std::fs;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::check::meant;
use super::keys::Target;
use super::{Config, ConfigFailure, Run};
use crate::policy::failure::similar;

/// A tree deeper than this is a loop of links or not meant for us.
const DEEPEST: usize = 32;

impl Config {
    /// Returns the paths of a run's inputs; those of a glob are sorted. A path without a glob is
    /// returned as it is, whether it exists or not.
    pub fn inputs(&self, run: &Run) -> Result<Vec<String>, ConfigFailure> {
        let mut paths = Vec::new();
        let Some(setting) = run.settings.iter().find(|setting| setting.key.target == Target::Inputs) else {
            return Ok(paths);
        };
        for (index, pattern) in setting.values.iter().enumerate() {
            let path = self.directory.join(pattern);
            if path.exists() || !is_glob(pattern) {
                paths.push(path.display().to_string());
                continue;
            }
            let found = match matcher(&path) {
                Ok(matcher) => walk(&fixed_part(&path), &matcher),
                Err(reason) => return Err(ConfigFailure::Invalid(vec![self.at_input(run, index, reason)])),
            };
            if found.is_empty() {
                let message = format!("no file matches `{pattern}`; correct the glob, or make the plan first");
                return Err(ConfigFailure::NoInput(self.at_input(run, index, message)));
            }
            paths.extend(found.iter().map(|path| path.display().to_string()));
        }
        Ok(paths)
    }

    fn at_input(&self, run: &Run, index: usize, message: String) -> crate::policy::failure::Problem {
        let index = index.to_string();
        let scans = self.file.scan.as_deref().unwrap_or_default();
        match scans.iter().position(|scan| Some(&scan.name) == run.name.as_ref()) {
            Some(scan) => self.at_value(&["scan", &scan.to_string(), "inputs", &index], message),
            None => self.at_value(&["inputs", &index], message),
        }
    }

    /// Returns the scans to run: those that `names` chooses; or else the one whose inputs hold all of
    /// `given`; or else all. Inputs that no scan has are judged by what stands at the top.
    pub fn choose(&self, names: &[String], given: &[PathBuf]) -> Result<Vec<Run>, ConfigFailure> {
        let mut runs = self.runs();
        let known: Vec<String> = runs.iter().filter_map(|run| run.name.clone()).collect();
        if let Some(name) = names.iter().find(|name| !known.contains(name)) {
            return Err(ConfigFailure::UnknownScan {
                file: self.name(),
                name: name.clone(),
                known: if known.is_empty() { "none".into() } else { known.join(", ") },
                meant: meant(similar(name, known.iter().map(String::as_str))),
            });
        }
        if !names.is_empty() {
            runs.retain(|run| run.name.as_ref().is_some_and(|name| names.contains(name)));
        } else if !given.is_empty() && !known.is_empty() {
            runs.retain(|run| given.iter().all(|path| self.holds(run, path)));
        }
        if given.is_empty() || runs.len() == 1 {
            return Ok(runs);
        }
        if runs.is_empty() {
            return Ok(vec![self.common()]);
        }
        let names = runs.into_iter().filter_map(|run| run.name).collect::<Vec<_>>().join(", ");
        Err(ConfigFailure::Ambiguous { file: self.name(), names })
    }

    /// Returns whether an input of the command line is one of a run.
    pub fn holds(&self, run: &Run, given: &Path) -> bool {
        let Ok(given) = fs::canonicalize(given) else { return false };
        let base = if self.directory.as_os_str().is_empty() { Path::new(".") } else { &self.directory };
        let Ok(base) = fs::canonicalize(base) else { return false };
        let inputs = run.settings.iter().filter(|setting| setting.key.target == Target::Inputs);
        inputs.flat_map(|setting| &setting.values).any(|pattern| {
            if let Ok(named) = fs::canonicalize(base.join(pattern)) {
                return given.starts_with(named);
            }
            let pattern = pattern.trim_start_matches("./");
            is_glob(pattern) && matcher(&base.join(pattern)).is_ok_and(|matcher| matcher.is_match(&given))
        })
    }
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', '{'])
}

/// Returns the folder of a pattern that has no glob in it yet.
fn fixed_part(pattern: &Path) -> PathBuf {
    pattern.iter().take_while(|part| !is_glob(&part.to_string_lossy())).collect()
}

/// Folders above the first glob are taken as they are written, whatever signs they have.
fn matcher(pattern: &Path) -> Result<GlobMatcher, String> {
    let fixed = fixed_part(pattern);
    let rest = pattern.strip_prefix(&fixed).unwrap_or(pattern);
    let glob = Path::new(&globset::escape(&fixed.to_string_lossy())).join(rest);
    GlobBuilder::new(&glob.to_string_lossy())
        .literal_separator(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| {
            format!("this is no glob: {}; `*` stands for any part of a name, `**` for folders", error.kind())
        })
}

fn walk(top: &Path, matcher: &GlobMatcher) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![(top.to_owned(), 0)];
    while let Some((path, depth)) = left.pop() {
        let folder = if path.as_os_str().is_empty() { Path::new(".") } else { path.as_path() };
        // What cannot be read holds no input for us; a pattern that finds nothing is told.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            // `.terraform`, `.git` and the like hold JSON of their own.
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let path = path.join(entry.file_name());
            if matcher.is_match(&path) {
                found.push(path);
            } else if depth < DEEPEST && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                left.push((path, depth + 1));
            }
        }
    }
    found.sort();
    found
}
