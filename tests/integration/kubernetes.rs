//! Kubernetes manifests: how they are read, and what belongs together in them.

mod plans;
mod reading;
mod rendering;
mod scaling;

use hfscan::collect::kubernetes::{Collected, Failure, File, collect};
use hfscan::inventory::{Inventory, Kind, Resource};
use hfscan::source::Source;

fn file(name: &str, text: &str) -> File {
    File { source: Source::from_bytes(name.into(), text.as_bytes().to_vec()), named: false }
}

fn read(files: &[(&str, &str)]) -> Collected {
    let files: Vec<File> = files.iter().map(|(name, text)| file(name, text)).collect();
    collect(&files).unwrap()
}

/// Reads a file that the user named.
fn read_named(name: &str, text: &str) -> Result<Collected, Failure> {
    collect(&[File { named: true, ..file(name, text) }])
}

/// Id, line and column of every resource.
fn places(collected: &Collected) -> Vec<String> {
    let place = |resource: &Resource| {
        let origin = &resource.origin;
        format!("{} {}:{}:{}", resource.id, origin.file, origin.line, origin.column)
    };
    collected.resources.iter().map(place).collect()
}

fn inventory(text: &str) -> Inventory {
    let collected = read(&[("all.yaml", text)]);
    assert!(collected.passed_over.is_empty(), "{collected:?}");
    hfscan::relate::relate(collected.resources, collected.gaps, false)
}

fn facts<'a, K: Kind>(inventory: &'a Inventory, id: &str) -> &'a K::Facts {
    inventory.facts_of::<K>(inventory.index_of(id).unwrap()).unwrap()
}
