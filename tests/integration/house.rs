//! The rules of the house, as design and style state them: arrows run one way, files stay short and
//! say what they are for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which modules a module may name. What is not listed may be named by everybody.
const ARROWS: [(&str, &[&str]); 9] = [
    ("source", &[]),
    ("inventory", &[]),
    ("collect", &["source", "inventory"]),
    ("relate", &["inventory"]),
    ("policy", &["inventory", "evaluate"]),
    ("evaluate", &["inventory", "policy"]),
    ("finding", &["inventory", "policy", "evaluate"]),
    ("report", &["policy", "evaluate", "finding"]),
    ("cli", &["inventory", "policy", "evaluate", "finding", "report"]),
];

/// A file longer than this has two purposes.
const LONGEST: usize = 500;

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the sources with their paths below `src`.
fn sources() -> BTreeMap<String, String> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&top, &mut found);
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&top).unwrap().to_string_lossy().replace('\\', "/");
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn arrows_run_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    let mut backwards = Vec::new();
    for (name, text) in sources() {
        let module = name.split('/').next().unwrap().trim_end_matches(".rs");
        let Some(allowed_here) = allowed.get(module) else {
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let used = used
                    .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                    .next()
                    .unwrap();
                if used != module && allowed.contains_key(used) && !allowed_here.contains(&used) {
                    backwards.push(format!("src/{name}:{}: {module} names {used}", number + 1));
                }
            }
        }
    }
    assert!(backwards.is_empty(), "{backwards:#?}");
}

#[test]
fn files_stay_short_and_say_what_they_are_for() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let lines = text.lines().count();
        if lines > LONGEST {
            wrong.push(format!("src/{name} has {lines} lines"));
        }
        // Other attributes and lints may stand above; the first comment says the purpose.
        if name != "embed.rs" && !text.lines().any(|line| line.starts_with("//!")) {
            wrong.push(format!("src/{name} does not begin with //!"));
        }
        if name.ends_with("/mod.rs") {
            wrong.push(format!("src/{name}: name the file after its module"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
