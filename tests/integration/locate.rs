//! Findings of a plan stand in its `.tf` files: file, line and column are asserted as numbers, and that
//! the text there is the right one.

mod comments;
mod foreign;
mod odd;
mod search;
mod violations;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::harness;

/// Scans a plan with these flags and returns the report.
fn scan(plan: &Path, flags: &[&str]) -> Value {
    let mut arguments = vec!["scan", plan.to_str().unwrap(), "--format", "json"];
    arguments.extend(flags);
    let run = harness::hfscan(&arguments);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
}

/// The findings with this outcome, of a rule if one is named.
fn findings<'a>(report: &'a Value, outcome: &str, rule: &str) -> Vec<&'a Value> {
    let all = report["findings"].as_array().unwrap().iter();
    all.filter(|one| one["outcome"] == outcome && (rule.is_empty() || one["rule"] == rule)).collect()
}

/// A place as `file:line:column`, the file below `folder`.
fn spot(place: &Value, folder: &Path) -> String {
    let file = Path::new(place["file"].as_str().unwrap());
    let file = file.strip_prefix(folder).unwrap_or(file);
    format!("{}:{}:{}", file.display(), place["line"], place["column"])
}

/// The text that stands at a place. Columns count UTF-16 units, a byte order mark counts nothing.
fn text_at(place: &Value) -> String {
    let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
    let text = fs::read_to_string(place["file"].as_str().unwrap()).unwrap();
    let text = text.trim_start_matches('\u{feff}');
    let lines: Vec<&str> = text.split('\n').collect();
    let mut taken = Vec::new();
    for line in number("line")..=number("end_line") {
        let units: Vec<u16> = lines[line - 1].encode_utf16().collect();
        let from = if line == number("line") { number("column") - 1 } else { 0 };
        let to = if line == number("end_line") { number("end_column") - 1 } else { units.len() };
        taken.push(String::from_utf16(&units[from..to]).unwrap());
    }
    taken.join("\n")
}

/// Copies a folder with everything below it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
