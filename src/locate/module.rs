//! One folder of Terraform or OpenTofu code: its files, and where each block is declared.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::comments::{self, Noted};
use super::tree::{Broken, Entry, Span};
use super::{hcl, json};
use crate::finding::Place;
use crate::source::Source;

/// Endings of the files that Terraform and OpenTofu read, and whether they hold JSON.
const ENDINGS: &[(&str, bool)] = &[(".tf.json", true), (".tofu.json", true), (".tf", false), (".tofu", false)];

/// No file that a person wrote is larger.
const LARGEST: u64 = 16 << 20;

/// A file of the source.
#[derive(Debug)]
pub(crate) struct File {
    source: Source,
    json: bool,
    overrides: bool,
    parsed: OnceLock<Result<Vec<Entry>, Broken>>,
    noted: OnceLock<Vec<Noted>>,
}

impl File {
    /// Returns its name as it is shown.
    pub(crate) fn name(&self) -> &str {
        self.source.name()
    }

    /// Returns its text.
    pub(crate) fn text(&self) -> &str {
        self.source.text()
    }

    /// Returns its top-level entries; none where it is broken.
    pub(crate) fn entries(&self) -> &[Entry] {
        self.parsed().as_deref().unwrap_or_default()
    }

    /// Returns the comments in it that speak to hfscan.
    pub(crate) fn noted(&self) -> &[Noted] {
        self.noted.get_or_init(|| if self.json { Vec::new() } else { comments::find(self.text()) })
    }

    /// Returns the place of some bytes of it.
    pub(crate) fn place(&self, span: &Span) -> Place {
        let start = self.source.position(span.start);
        let end = self.source.position(span.end);
        Place {
            file: self.source.name().to_string(),
            line: start.line,
            column: start.column,
            end_line: Some(end.line),
            end_column: Some(end.column),
        }
    }

    fn parsed(&self) -> &Result<Vec<Entry>, Broken> {
        self.parsed.get_or_init(|| if self.json { json::parse(self.text()) } else { hcl::parse(self.text()) })
    }

    fn broken(&self) -> Option<String> {
        let broken = self.parsed().as_ref().err()?;
        let position = self.source.position(broken.at);
        Some(format!("{}:{}:{}: cannot be parsed: {}", self.source.name(), position.line, position.column, broken.what))
    }
}

/// Where a block is declared: first the block itself, then what overrides it.
pub(crate) type Declared<'a> = Vec<(&'a File, &'a Entry)>;

/// A folder of code.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// The folder.
    pub(crate) directory: PathBuf,
    files: Vec<Arc<File>>,
    unread: Vec<String>,
    declared: OnceLock<Index>,
}

#[derive(Debug, Default)]
struct Index {
    blocks: HashMap<Vec<String>, Vec<(usize, usize)>>,
    broken: Vec<String>,
}

impl Module {
    /// Reads the files of a folder; `show` makes the name to show for one of them. `None` when there
    /// is no folder, or no code in it.
    pub(crate) fn load(directory: &Path, show: &dyn Fn(&Path) -> String) -> Option<Self> {
        let mut module = Self { directory: directory.to_owned(), ..Self::default() };
        for (name, json) in names(directory)? {
            let path = directory.join(&name);
            let shown = show(&path);
            match std::fs::metadata(&path) {
                Ok(about) if !about.is_file() => continue,
                Ok(about) if about.len() > LARGEST => {
                    module.unread.push(format!("{shown}: not read: larger than {} MiB", LARGEST >> 20));
                    continue;
                }
                _ => {}
            }
            match std::fs::read(&path) {
                Ok(bytes) => {
                    let stem = name.split('.').next().unwrap_or_default();
                    module.files.push(Arc::new(File {
                        source: Source::from_bytes(shown.into(), bytes),
                        json,
                        overrides: stem == "override" || stem.ends_with("_override"),
                        parsed: OnceLock::new(),
                        noted: OnceLock::new(),
                    }));
                }
                Err(error) => module.unread.push(format!("{shown}: cannot be read: {error}")),
            }
        }
        (!module.files.is_empty() || !module.unread.is_empty()).then_some(module)
    }

    /// Returns its files, sorted by name.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().map(Arc::as_ref)
    }

    /// Returns where the block with these names is declared: `["resource", "aws_vpc", "this"]`.
    pub(crate) fn declared(&self, names: &[&str]) -> Declared<'_> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let positions = self.index().blocks.get(&names).map_or(&[][..], Vec::as_slice);
        let entry = |&(file, entry): &(usize, usize)| {
            let file: &File = self.files.get(file)?;
            Some((file, file.entries().get(entry)?))
        };
        positions.iter().filter_map(entry).collect()
    }

    /// Returns what is odd about it: files that cannot be read or parsed.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.unread.iter().chain(&self.index().broken).cloned().collect()
    }

    /// Returns the same without parsing anything for it.
    pub(crate) fn known_warnings(&self) -> Vec<String> {
        if self.declared.get().is_some() { self.warnings() } else { self.unread.clone() }
    }

    fn index(&self) -> &Index {
        self.declared.get_or_init(|| {
            use rayon::prelude::*;
            self.files.par_iter().for_each(|file| {
                file.parsed();
            });
            let mut index = Index::default();
            for overrides in [false, true] {
                for (at, file) in self.files.iter().enumerate().filter(|(_, file)| file.overrides == overrides) {
                    index.broken.extend(file.broken());
                    for (position, entry) in file.entries().iter().enumerate().filter(|(_, e)| !e.labels.is_empty()) {
                        let names = std::iter::once(&entry.name).chain(&entry.labels).cloned().collect();
                        index.blocks.entry(names).or_default().push((at, position));
                    }
                }
            }
            index
        })
    }
}

/// Returns the names of the files that count, sorted, and whether each holds JSON. A `.tofu` file stands
/// for the `.tf` file of the same name.
fn names(directory: &Path) -> Option<BTreeMap<String, bool>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).ok()?.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
            continue;
        }
        if let Some((_, json)) = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)) {
            found.insert(name, *json);
        }
    }
    let hidden: BTreeSet<String> =
        found.keys().filter(|name| name.contains(".tofu")).map(|name| name.replacen(".tofu", ".tf", 1)).collect();
    found.retain(|name, _| !hidden.contains(name));
    Some(found)
}

/// Returns whether a file of this name counts as code.
pub(crate) fn is_code(name: &str) -> bool {
    ENDINGS.iter().any(|(ending, _)| name.ends_with(ending))
}

/// Returns the files of a folder that count as code, without reading them.
pub(crate) fn code_files(directory: &Path) -> Vec<PathBuf> {
    names(directory).unwrap_or_default().keys().map(|name| directory.join(name)).collect()
}
