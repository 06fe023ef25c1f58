//! Every real plan that is at hand: read to a result or a clear error. Skipped, visibly, where the
//! plans are absent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hfscan::collect::terraform::{Block, Plan};
use hfscan::inventory::Value;

fn plans() -> Option<PathBuf> {
    let shared = std::env::var_os("HFSCAN_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let plans = [shared.join("plans"), PathBuf::from("/work/shared/plans")].into_iter().find(|plans| plans.is_dir());
    if plans.is_none() {
        eprintln!("SKIPPED: no plans in {}; set HFSCAN_SHARED", shared.display());
    }
    plans
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Asks for everything that a block can tell.
fn visit(block: &Block<'_>, counts: &mut BTreeMap<&'static str, usize>) {
    for name in block.names() {
        let name: &str = &name;
        if let Value::Known(blocks) = block.blocks(name) {
            blocks.iter().for_each(|block| visit(block, counts));
        }
        let _ = (block.string(name), block.boolean(name), block.integer(name), block.strings(name), block.map(name));
        let links = block.link(name);
        if block.is_unknown(name).is_some() && block.references(name).is_some() {
            let outcome = match &links {
                Value::Known(links) if links.certainty == hfscan::inventory::Certainty::All => "unknown links resolved",
                Value::Known(_) => "unknown links with doubt",
                Value::Unknown(_) => "unknown links unresolved",
            };
            *counts.entry(outcome).or_default() += 1;
        }
        let _ = block.links(name);
    }
}

#[test]
fn every_plan_is_read_or_refused() {
    let Some(folder) = plans() else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for path in &found {
        match Plan::read(path) {
            Ok(plan) => {
                *counts.entry("plans read").or_default() += 1;
                *counts.entry("resources").or_default() += plan.resources().len();
                *counts.entry("warnings").or_default() += plan.warnings().len();
                for (position, resource) in plan.resources().iter().enumerate() {
                    let line = std::fs::read(path).ok().map(|bytes| bytes.len());
                    assert!(line.is_some() && resource.position.line > 0);
                    let opened = plan.open(position).unwrap();
                    visit(&opened.block(&plan), &mut counts);
                }
            }
            Err(failure) => {
                *counts.entry("refused").or_default() += 1;
                println!("{failure}");
            }
        }
    }
    println!("{} files: {counts:#?}", found.len());
    assert!(counts["plans read"] + counts.get("refused").copied().unwrap_or(0) == found.len());
}

/// Reports the unknown attributes that the author wrote and whose target is not found.
fn unresolved(block: &Block<'_>, path: &str, found: &mut Vec<String>) {
    for name in block.names() {
        if let Value::Known(blocks) = block.blocks(&name) {
            blocks.iter().for_each(|block| unresolved(block, &format!("{path}{name}."), found));
        }
        if block.is_unknown(&name).is_some()
            && let Value::Unknown(reason) = block.links(&name)
        {
            found.push(format!("{path}{name}: {reason}"));
        }
    }
}

#[test]
fn what_the_environments_link_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments");
    let mut plans = Vec::new();
    if folder.is_dir() {
        files(&folder, &mut plans);
    }
    plans.sort();
    for path in plans.into_iter().filter(|path| path.ends_with("plan.json")) {
        let plan = Plan::read(&path).unwrap_or_else(|failure| panic!("{failure}"));
        let mut found = Vec::new();
        for (position, resource) in plan.resources().iter().enumerate() {
            unresolved(&plan.open(position).unwrap().block(&plan), &format!("{} ", resource.address), &mut found);
        }
        // A plan tells neither what a local holds nor what stands in a dynamic block.
        found.retain(|line| !line.contains("local.") && !line.ends_with(": known after apply"));
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

#[test]
fn malformed_inputs_are_told_apart() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/malformed");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    for path in paths {
        match Plan::read(&path) {
            Ok(plan) => println!("{}: {} resources, {:?}", path.display(), plan.resources().len(), plan.warnings()),
            Err(failure) => println!("{failure}"),
        }
    }
}
