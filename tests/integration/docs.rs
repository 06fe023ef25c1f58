//! Pages and schemas that are made from the program stand in `docs` as the program would make them
//! now. `HFSCAN_BLESS=1 cargo test` writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hfscan::Selection;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

#[allow(clippy::disallowed_methods, reason = "a test is told by its environment to write files")]
fn bless() -> bool {
    std::env::var_os("HFSCAN_BLESS").is_some()
}

#[track_caller]
fn fresh(path: &str, wanted: &str) {
    let file = docs().join(path);
    if bless() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == wanted, "docs/{path} is stale; write it with HFSCAN_BLESS=1 cargo test");
}

#[test]
fn command_line_reference_is_fresh() {
    fresh("cli.md", &hfscan::cli::reference::page());
}

#[test]
fn findings_schema_is_fresh() {
    let schema = serde_json::to_string_pretty(&hfscan::report::schema()).unwrap();
    fresh("findings.schema.json", &(schema + "\n"));
}

#[test]
fn configuration_schema_is_fresh() {
    let policies = hfscan::pipeline::policies(None).unwrap();
    let schema = serde_json::to_string_pretty(&hfscan::config::schema::with(&policies)).unwrap();
    fresh("hfscan.schema.json", &(schema + "\n"));
}

#[test]
fn configuration_keys_are_fresh() {
    let page = fs::read_to_string(docs().join("configuration.md")).unwrap();
    let (before, rest) = page.split_once("<!-- keys -->\n").expect("the mark before the keys");
    let (_, after) = rest.split_once("<!-- end of keys -->").expect("the mark behind the keys");
    let keys = hfscan::config::schema::keys_page();
    fresh("configuration.md", &format!("{before}<!-- keys -->\n{keys}<!-- end of keys -->{after}"));
}

#[test]
fn rule_pages_are_fresh() {
    let rules = hfscan::rules(&Selection::default()).unwrap().rules;
    let mut pages: BTreeMap<String, String> = rules
        .iter()
        .map(|selected| (format!("{}.md", selected.rule.id), hfscan::policy::page::of(&selected.rule)))
        .collect();
    let chosen: Vec<&hfscan::policy::rule::Rule> = rules.iter().map(|selected| &selected.rule).collect();
    pages.insert("README.md".to_owned(), hfscan::policy::page::index(&chosen));
    let directory = docs().join("rules");
    for entry in fs::read_dir(&directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !pages.contains_key(&name) {
            if bless() {
                fs::remove_file(&path).unwrap();
            } else {
                panic!("docs/rules/{name} is of no rule; HFSCAN_BLESS=1 cargo test removes it");
            }
        }
    }
    for (name, page) in &pages {
        fresh(&format!("rules/{name}"), page);
    }
}
