//! The root module of every plan of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::configuration::{Configuration, Folders, ModulePath};
use super::find::{self, Labels, Match};
use super::{SourceChoice, SourceRequest, paths};
use crate::collect::terraform::address::{Address, Mode};
use crate::finding::report::SourceSummary;
use crate::inventory::Inventory;

/// How much of a plan the folder beside it must declare to be taken for its source.
const MOST: f64 = 0.5;

/// What a plan has: blocks of its root module, and the modules below it.
#[derive(Debug, Default)]
struct Needs {
    labels: Labels,
    modules: BTreeSet<ModulePath>,
}

/// Root modules by plan.
type Roots = BTreeMap<String, Result<Configuration, String>>;

/// Finds and opens them.
pub(super) fn open(request: &SourceRequest, inventory: &Inventory) -> (Roots, SourceSummary) {
    let mut roots = Roots::new();
    let mut summary = SourceSummary::default();
    if request.choice == SourceChoice::Off {
        return (roots, summary);
    }
    let show = |path: &Path| paths::shown(path, &request.working_directory);
    let mut folders = Folders::new();
    let mut directories = BTreeSet::new();
    for (plan, needs) in needs(inventory) {
        let choice = match &request.choice {
            SourceChoice::Directory(top) => named(top, &needs.labels),
            SourceChoice::Automatic | SourceChoice::Off => automatic(&plan, &request.working_directory, &needs.labels),
        };
        let (directory, opened) = match choice {
            Choice::Nothing => continue,
            Choice::Folder(directory) => {
                let opened = Configuration::open(&directory, &needs.modules, &mut folders, &show);
                (directory, opened.ok_or_else(|| "the folder of the source cannot be read".to_owned()))
            }
            Choice::Missing(top) => {
                let reason = format!("no .tf file in {} or below declares what the plan has", show(&top));
                summary.warnings.push(format!("{plan}: {reason}"));
                (top, Err(reason))
            }
            Choice::Several(top, fitting) => {
                let names: Vec<String> = fitting.iter().take(5).map(|folder| show(folder)).collect();
                let reason = format!("{} folders declare what the plan has", fitting.len());
                summary.warnings.push(format!("{plan}: {reason}: {}; --source names the right one", names.join(", ")));
                (top, Err(reason))
            }
        };
        directories.insert(show(&directory));
        roots.insert(plan, opened);
    }
    summary.directory = directories.into_iter().collect::<Vec<_>>().join(", ");
    (roots, summary)
}

enum Choice {
    /// This folder.
    Folder(PathBuf),
    /// None of the named folder.
    Missing(PathBuf),
    /// One of these, below that.
    Several(PathBuf, Vec<PathBuf>),
    /// There is no source, and nobody said that there is one.
    Nothing,
}

fn named(top: &Path, labels: &Labels) -> Choice {
    if find::share(top, labels) > 0.0 {
        return Choice::Folder(top.to_owned());
    }
    match find::below(top, labels) {
        Match::One(folder) => Choice::Folder(folder),
        Match::Several(folders) => Choice::Several(top.to_owned(), folders),
        Match::None => Choice::Missing(top.to_owned()),
    }
}

fn automatic(plan: &str, working_directory: &Path, labels: &Labels) -> Choice {
    if labels.is_empty() {
        return Choice::Nothing;
    }
    // A plan from stdin stands where the command runs.
    let beside = match Path::new(plan).parent() {
        Some(parent) if Path::new(plan).is_file() => working_directory.join(parent),
        _ => working_directory.to_owned(),
    };
    let beside = paths::clean(&beside);
    if find::share(&beside, labels) >= MOST {
        return Choice::Folder(beside);
    }
    let (start, top) = match (find::git_root(&beside), find::git_root(working_directory)) {
        (Some(top), _) => (beside, top),
        (None, Some(top)) => (working_directory.to_owned(), top),
        (None, None) => return Choice::Nothing,
    };
    let around = start.ancestors().take_while(|folder| folder.starts_with(&top));
    for folder in around {
        if find::share(folder, labels) >= 1.0 {
            return Choice::Folder(folder.to_owned());
        }
    }
    match find::below(&top, labels) {
        Match::One(folder) => Choice::Folder(folder),
        Match::Several(folders) => Choice::Several(top, folders),
        Match::None => Choice::Nothing,
    }
}

/// Returns what each plan of an inventory has.
fn needs(inventory: &Inventory) -> BTreeMap<String, Needs> {
    let mut needs: BTreeMap<String, Needs> = BTreeMap::new();
    for resource in &inventory.resources {
        for origin in std::iter::once(&resource.origin).chain(resource.parts.iter().map(|part| &part.origin)) {
            // A live resource stands in no file, and a manifest is its own source.
            if origin.file.is_empty() || origin.line == 0 || origin.is_manifest() {
                continue;
            }
            let Ok(address) = Address::parse(&origin.address) else { continue };
            if !needs.contains_key(&*origin.file) {
                needs.insert(origin.file.to_string(), Needs::default());
            }
            if let Some(needs) = needs.get_mut(&*origin.file) {
                needs.add(&address);
            }
        }
    }
    needs
}

impl Needs {
    fn add(&mut self, address: &Address) {
        match address.module.first() {
            Some(first) => {
                let path: ModulePath = address.module.iter().map(|step| step.name.clone()).collect();
                if !self.modules.contains(&path) {
                    self.labels.insert(vec![first.name.clone()]);
                    self.modules.insert(path);
                }
            }
            None if address.mode == Mode::Managed => {
                self.labels.insert(vec![address.type_name.clone(), address.name.clone()]);
            }
            None => {}
        }
    }
}
