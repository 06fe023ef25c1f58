//! The modules of one root module: which folder each module call leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::module::{Declared, File, Module};
use super::paths;
use super::tree::Entry;
use crate::collect::terraform::address::{Address, Mode, ModuleStep};

/// Names of module calls, from the root.
pub(crate) type ModulePath = Vec<String>;

/// Folders that were read already.
pub(crate) type Folders = BTreeMap<PathBuf, Option<Arc<Module>>>;

/// A root module with the modules below it.
#[derive(Debug)]
pub(crate) struct Configuration {
    modules: BTreeMap<ModulePath, Result<Arc<Module>, String>>,
}

/// A block of the source with the module calls that lead to it.
#[derive(Debug, Clone)]
pub(crate) struct Located<'a> {
    /// The block, then what overrides it; never empty.
    pub(crate) declared: Declared<'a>,
    /// Addresses of the calls, the outermost first, with their blocks.
    pub(crate) calls: Vec<(String, &'a File, &'a Entry)>,
    /// The module that it stands in.
    pub(crate) module: &'a Module,
}

impl Configuration {
    /// Reads the modules that `needed` names, and those on the way to them.
    pub(crate) fn open(
        directory: &Path,
        needed: &BTreeSet<ModulePath>,
        folders: &mut Folders,
        show: &dyn Fn(&Path) -> String,
    ) -> Option<Self> {
        let root = load(directory, folders, show)?;
        let installed = installed(directory);
        let mut modules: BTreeMap<ModulePath, Result<Arc<Module>, String>> =
            BTreeMap::from([(ModulePath::new(), Ok(root))]);
        for path in needed {
            for length in 1..=path.len() {
                let (Some(inner), Some((name, outer))) =
                    (path.get(..length), path.get(..length).and_then(<[String]>::split_last))
                else {
                    continue;
                };
                if modules.contains_key(inner) {
                    continue;
                }
                let called = match modules.get(outer) {
                    Some(Ok(module)) => called(module, name).and_then(|folder| {
                        match folder.or_else(|| installed.get(&inner.join(".")).cloned()) {
                            Some(folder) => load(&folder, folders, show).ok_or_else(|| {
                                format!("module \"{name}\" leads to {}, where no .tf file can be read", show(&folder))
                            }),
                            None => Err(format!("module \"{name}\" is not fetched; terraform init does that")),
                        }
                    }),
                    Some(Err(reason)) => Err(reason.clone()),
                    None => continue,
                };
                modules.insert(inner.to_vec(), called);
            }
        }
        Some(Self { modules })
    }

    /// Returns the folders of its modules.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Arc<Module>> {
        self.modules.values().flatten()
    }

    /// Returns the block of a resource, or why there is none.
    pub(crate) fn locate(&self, address: &Address) -> Result<Located<'_>, String> {
        let mut calls = Vec::new();
        let mut path = ModulePath::new();
        let mut module = self.module(&path)?;
        let mut written = String::new();
        for step in &address.module {
            calls.push(call(module, step, &mut written)?);
            path.push(step.name.clone());
            module = self.module(&path)?;
        }
        let keyword = match address.mode {
            Mode::Managed => "resource",
            Mode::Data => "data",
        };
        let declared = declared(module, &[keyword, &address.type_name, &address.name])?;
        Ok(Located { declared, calls, module })
    }

    fn module(&self, path: &[String]) -> Result<&Module, String> {
        match self.modules.get(path) {
            Some(Ok(module)) => Ok(module),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(format!("module {} was not read", path.join("."))),
        }
    }
}

fn call<'a>(
    module: &'a Module,
    step: &ModuleStep,
    written: &mut String,
) -> Result<(String, &'a File, &'a Entry), String> {
    if !written.is_empty() {
        written.push('.');
    }
    written.push_str(&step.to_string());
    let declared = declared(module, &["module", &step.name])?;
    let (file, entry) = declared.first().ok_or_else(|| format!("module \"{}\" is not declared", step.name))?;
    Ok((written.clone(), file, entry))
}

/// Returns where a block is declared. Where a file is broken, it may be in there.
fn declared<'a>(module: &'a Module, names: &[&str]) -> Result<Declared<'a>, String> {
    let declared = module.declared(names);
    if !declared.is_empty() {
        return Ok(declared);
    }
    let (keyword, labels) = names.split_first().unwrap_or((&"", &[]));
    let labels: Vec<String> = labels.iter().map(|label| format!("\"{label}\"")).collect();
    let block = format!("{keyword} {}", labels.join(" "));
    Err(match module.warnings().first() {
        Some(warning) => format!("the source does not show {block}: {warning}"),
        None => format!("the source has no {block}"),
    })
}

/// Returns the folder that a local module call leads to; `None` when the module is fetched.
fn called(module: &Module, name: &str) -> Result<Option<PathBuf>, String> {
    let declared = declared(module, &["module", name])?;
    // What overrides a call stands last and wins.
    let source = declared.iter().rev().find_map(|(_, entry)| entry.node.entry("source"));
    let source = source.and_then(|entry| entry.node.text());
    let local = source.filter(|source| ["./", "../", ".\\", "..\\"].iter().any(|start| source.starts_with(start)));
    Ok(local.map(|source| paths::clean(&module.directory.join(source.replace('\\', "/")))))
}

fn load(directory: &Path, folders: &mut Folders, show: &dyn Fn(&Path) -> String) -> Option<Arc<Module>> {
    let key = paths::clean(directory);
    let load = || Module::load(directory, show).map(Arc::new);
    folders.entry(key).or_insert_with(load).clone()
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules")]
    modules: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    directory: PathBuf,
}

/// Returns the folders of the modules that `terraform init` put below `.terraform`, by their path.
fn installed(root: &Path) -> BTreeMap<String, PathBuf> {
    let manifest = std::fs::read(root.join(".terraform/modules/modules.json")).ok();
    let manifest: Option<Manifest> = manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    manifest
        .into_iter()
        .flat_map(|manifest| manifest.modules)
        .map(|module| (module.key, root.join(module.directory)))
        .collect()
}
