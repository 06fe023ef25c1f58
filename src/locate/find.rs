//! Which folder holds the root module of a plan, when nobody says so. A wrong folder would give wrong
//! lines, so what is not certain is not taken.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::module;

/// How many folders with code are looked into at most.
const FOLDERS: usize = 5_000;

/// How many entries of a tree are walked at most.
const ENTRIES: usize = 100_000;

/// How deep a tree is walked.
const DEPTH: usize = 12;

/// Labels of the blocks that a root module must declare: `["aws_vpc", "this"]` of a resource,
/// `["network"]` of a module call.
pub(crate) type Labels = BTreeSet<Vec<String>>;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Match {
    /// The only folder that fits, or the nearest one.
    One(PathBuf),
    /// Several fit equally well.
    Several(Vec<PathBuf>),
    /// None fits.
    None,
}

/// Returns the part of the labels that a folder declares, from 0 to 1.
pub(crate) fn share(directory: &Path, labels: &Labels) -> f64 {
    let found = declared(directory);
    let common = labels.iter().filter(|labels| found.contains(*labels)).count();
    #[expect(clippy::cast_precision_loss, reason = "numbers of blocks are small")]
    let share = common as f64 / labels.len().max(1) as f64;
    share
}

/// Searches a folder and everything below it that Git would not ignore for the one folder that
/// declares all labels.
pub(crate) fn below(top: &Path, labels: &Labels) -> Match {
    if labels.is_empty() {
        return Match::None;
    }
    let mut folders = BTreeSet::new();
    let walk = ignore::WalkBuilder::new(top).max_depth(Some(DEPTH)).follow_links(false).require_git(false).build();
    for entry in walk.take(ENTRIES).flatten() {
        let code = entry.path().file_name().and_then(|name| name.to_str()).is_some_and(module::is_code);
        if code && let Some(folder) = entry.path().parent() {
            folders.insert(folder.to_owned());
            if folders.len() >= FOLDERS {
                break;
            }
        }
    }
    let mut fitting: Vec<PathBuf> = folders.into_iter().filter(|folder| labels.is_subset(&declared(folder))).collect();
    match (fitting.pop(), fitting.is_empty()) {
        (None, _) => Match::None,
        (Some(one), true) => Match::One(one),
        (Some(last), false) => {
            fitting.push(last);
            Match::Several(fitting)
        }
    }
}

/// Returns the top of the Git work tree that a folder belongs to.
pub(crate) fn git_root(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

/// Returns the labels of the resources and module calls that a folder seems to declare: by the look of
/// its lines, without parsing it.
fn declared(directory: &Path) -> Labels {
    let mut labels = Labels::new();
    for path in module::code_files(directory) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if path.extension().is_some_and(|extension| extension == "json") {
            from_json(&text, &mut labels);
        } else {
            labels.extend(text.lines().filter_map(from_line));
        }
    }
    labels
}

fn from_line(line: &str) -> Option<Vec<String>> {
    let mut line = line.trim_start_matches('\u{feff}').trim_start();
    while let Some((_, after)) = line.strip_prefix("/*").and_then(|rest| rest.split_once("*/")) {
        line = after.trim_start();
    }
    let (rest, count) = match line.strip_prefix("resource") {
        Some(rest) => (rest, 2),
        None => (line.strip_prefix("module")?, 1),
    };
    if !rest.starts_with([' ', '\t', '"']) {
        return None;
    }
    let before = rest.split(['{', '#']).next().unwrap_or_default();
    let labels: Vec<String> = before.split_whitespace().map(|label| label.trim_matches('"').to_owned()).collect();
    (labels.len() == count).then_some(labels)
}

fn from_json(text: &str, labels: &mut Labels) {
    for entry in super::json::parse(text).unwrap_or_default() {
        if matches!(entry.name.as_str(), "resource" | "module") {
            labels.insert(entry.labels);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_declare_are_told_from_others() {
        assert_eq!(from_line("resource \"aws_vpc\" \"this\" {"), Some(vec!["aws_vpc".to_owned(), "this".to_owned()]));
        assert_eq!(from_line("  module \"a-b\"{"), Some(vec!["a-b".to_owned()]));
        assert_eq!(from_line("resource aws_vpc this { # x"), Some(vec!["aws_vpc".to_owned(), "this".to_owned()]));
        assert_eq!(from_line("/* a */ /* b */ module a {"), Some(vec!["a".to_owned()]));
        assert_eq!(from_line("resources = [\"*\"]"), None);
        assert_eq!(from_line("module_name = 1"), None);
    }
}
