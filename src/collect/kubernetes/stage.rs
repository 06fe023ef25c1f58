//! Tells the stages of one system apart: where two files hold an object of the same name, the folders
//! or files in which their paths part are stages, and objects of different stages have nothing to do
//! with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// An object of a file, by what must be unique in a cluster.
pub(super) type Key = (String, String, String);

/// The stages of a run.
#[derive(Debug, Default)]
pub(super) struct Stages(BTreeSet<PathBuf>);

impl Stages {
    /// Finds the stages from the objects of all files.
    pub(super) fn of<'a>(objects: impl Iterator<Item = (&'a Path, Key)>) -> Self {
        let mut files: BTreeMap<Key, BTreeSet<&Path>> = BTreeMap::new();
        for (file, key) in objects {
            files.entry(key).or_default().insert(file);
        }
        let mut stages = BTreeSet::new();
        for same in files.values().filter(|files| files.len() > 1) {
            let Some(first) = same.first() else { continue };
            for other in same.iter().skip(1) {
                stages.extend(parting(first, other));
                stages.extend(parting(other, first));
            }
        }
        Self(stages)
    }

    /// Returns the stage of a file: the widest one.
    pub(super) fn stage_of(&self, file: &Path) -> Option<String> {
        self.0
            .iter()
            .filter(|stage| file.starts_with(stage))
            .min_by_key(|stage| stage.components().count())
            .map(|stage| stage.display().to_string())
    }
}

/// Returns a path up to the first step that another path does not share.
fn parting(path: &Path, other: &Path) -> Option<PathBuf> {
    let shared = path.components().zip(other.components()).take_while(|(one, two)| one == two).count();
    let parting: PathBuf = path.components().take(shared + 1).collect();
    (parting.components().count() == shared + 1).then_some(parting)
}
