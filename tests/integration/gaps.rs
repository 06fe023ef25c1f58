//! What could not be read: the table of what facts are derived from, and what gaps do to verdicts.

mod account;
mod rules;
mod sources;

use std::path::{Path, PathBuf};

use hfscan::inventory::Resource;
use hfscan::pipeline::{self, Candidate};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Reads inputs into resources.
fn collected(inputs: &[PathBuf]) -> Vec<Resource> {
    let mut candidates = Vec::new();
    for input in inputs {
        if input.is_dir() {
            let mut folders = vec![input.clone()];
            while let Some(folder) = folders.pop() {
                for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                    if path.is_dir() {
                        folders.push(path);
                    } else {
                        candidates.push(Candidate { path, named: false });
                    }
                }
            }
        } else {
            candidates.push(Candidate { path: input.clone(), named: true });
        }
    }
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    pipeline::collect(&candidates).unwrap().resources
}

/// The compliant environment, with its manifests.
fn ha_eks() -> Vec<Resource> {
    let folder = root().join("fixtures/environments/ha-eks");
    collected(&[folder.join("plan.json"), folder.join("manifests")])
}
