//! The house keeps its shape: data flows one way, files stay small and say what they are for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Stages in the order of the data. A module may use itself and what stands before it.
const ORDER: &[&[&str]] = &[
    &["clock", "failure", "source"],
    &["inventory"],
    &["collect"],
    &["relate"],
    &["policy"],
    &["evaluate"],
    &["testing"],
    &["finding"],
    &["locate"],
    &["waive"],
    &["report"],
    &["publish"],
    &["config"],
    &["pipeline"],
    &["cli"],
];

/// Arrows that the order would allow, but the design does not: a stage that must not know another.
const FORBIDDEN: &[(&str, &str)] = &[
    ("relate", "collect"),
    ("policy", "collect"),
    ("policy", "relate"),
    ("evaluate", "collect"),
    ("evaluate", "relate"),
    ("finding", "collect"),
    ("report", "collect"),
    ("report", "relate"),
    ("report", "inventory"),
];

fn rust_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn stage_of(path: &Path) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let first = path.strip_prefix(source).unwrap().iter().next().unwrap().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn data_flows_one_way() {
    let rank: BTreeMap<&str, usize> =
        ORDER.iter().enumerate().flat_map(|(rank, stages)| stages.iter().map(move |stage| (*stage, rank))).collect();
    let mut wrong = Vec::new();
    // A unit test may follow what it tests into the next stage.
    for path in rust_files().into_iter().filter(|path| !path.ends_with("tests.rs")) {
        let stage = stage_of(&path);
        let Some(&own) = rank.get(stage.as_str()) else {
            assert!(["lib", "main", "embed"].contains(&stage.as_str()), "{stage} has no place in the order of stages");
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            for part in line.split("crate::").skip(1) {
                let used: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let back = rank.get(used.as_str()).is_some_and(|&theirs| theirs > own)
                    || FORBIDDEN.contains(&(stage.as_str(), used.as_str()));
                if back {
                    wrong.push(format!("{}:{}: {stage} uses {used}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that run back:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_engine_names_regorus() {
    let allowed = ["src/evaluate/", "src/policy/testing"];
    let wrong: Vec<String> = rust_files()
        .into_iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains("regorus::"))
        .map(|path| path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string())
        .filter(|path| !allowed.iter().any(|prefix| path.starts_with(prefix)))
        .collect();
    assert!(wrong.is_empty(), "files that name regorus: {wrong:?}");
}

#[test]
fn files_are_small_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for path in rust_files() {
        let text = fs::read_to_string(&path).unwrap();
        if text.lines().count() > 500 {
            wrong.push(format!("{}: {} lines; past 500 a file has two purposes", path.display(), text.lines().count()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{}: the first line does not tell its purpose", path.display()));
        }
        if path.ends_with("mod.rs") {
            wrong.push(format!("{}: foo.rs beside foo/, not mod.rs", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
