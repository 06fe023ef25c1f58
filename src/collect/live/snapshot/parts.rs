//! Parts of a snapshot that is being made: each finished region of an account in a file of its own beside
//! the target, so that a run that was stopped goes on where it was. At the end they become the snapshot.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::NamedTempFile;

use super::{read_part, write_end, write_head, write_part};
use crate::collect::live::{Account, Part, PartName};

/// The file that says which audit the parts belong to.
const REQUEST: &str = "request";

/// Why a snapshot could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {error}", .path.display())]
pub struct PartsError {
    path: PathBuf,
    error: io::Error,
}

/// The folder of parts of one snapshot.
#[derive(Debug)]
pub struct Parts {
    target: PathBuf,
    folder: PathBuf,
    /// Parts of an earlier run that were read whole and without gaps.
    earlier: BTreeMap<PartName, PathBuf>,
    /// Gaps of the parts that were kept by this run.
    gaps: AtomicUsize,
}

impl Parts {
    /// Opens the folder beside the target: `FILE.parts`. Parts of an earlier run are taken up when they
    /// were made for the same `request`, a text that says what is read, unless all is to be read `fresh`.
    pub fn open(target: &Path, request: &str, fresh: bool) -> Result<Self, PartsError> {
        let mut name = target.as_os_str().to_owned();
        name.push(".parts");
        let folder = PathBuf::from(name);
        let fails = |error| PartsError { path: folder.clone(), error };
        let is_same = !fresh && fs::read_to_string(folder.join(REQUEST)).is_ok_and(|earlier| earlier == request);
        if folder.is_dir() && !is_same {
            fs::remove_dir_all(&folder).map_err(fails)?;
        }
        fs::create_dir_all(&folder).map_err(fails)?;
        fs::write(folder.join(REQUEST), request).map_err(fails)?;
        let mut earlier = BTreeMap::new();
        for entry in fs::read_dir(&folder).map_err(fails)?.flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|ending| ending != "part") {
                continue;
            }
            // One that was cut off, or could not tell everything, is read anew.
            match load(&path) {
                Some(part) if part.gaps.is_empty() => {
                    earlier.insert(part.name, path);
                }
                _ => fs::remove_file(&path).map_err(fails)?,
            }
        }
        Ok(Self { target: target.to_owned(), folder, earlier, gaps: AtomicUsize::new(0) })
    }

    /// Returns how many parts an earlier run finished.
    pub fn earlier(&self) -> usize {
        self.earlier.len()
    }

    /// Returns a part that an earlier run finished.
    pub fn finished(&self, name: &PartName) -> Option<Part> {
        load(self.earlier.get(name)?)
    }

    /// Keeps a part.
    pub fn keep(&self, part: &Part) -> Result<(), PartsError> {
        let path = self.path(&part.name);
        let fails = |error| PartsError { path: path.clone(), error };
        let mut file = NamedTempFile::new_in(&self.folder).map_err(fails)?;
        let mut out = BufWriter::new(&mut file);
        write_part(&mut out, part).and_then(|()| out.flush()).map_err(fails)?;
        drop(out);
        file.persist(&path).map_err(|error| fails(error.error))?;
        self.gaps.fetch_add(part.gaps.len(), Ordering::Relaxed);
        Ok(())
    }

    /// Makes the snapshot of all parts and removes them. `accounts` carry the gaps that belong to no part.
    /// Returns how many gaps there are in all.
    pub fn finish(self, accounts: &[Account], names: &[PartName]) -> Result<usize, PartsError> {
        let fails = |error| PartsError { path: self.target.clone(), error };
        let folder = self.target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(fails)?;
        let mut out = BufWriter::new(&mut file);
        let mut write = || -> io::Result<()> {
            write_head(&mut out, accounts)?;
            for name in names {
                io::copy(&mut BufReader::new(File::open(self.path(name))?), &mut out)?;
            }
            write_end(&mut out, accounts.len(), names.len())?;
            out.flush()
        };
        write().map_err(fails)?;
        drop(out);
        file.as_file().sync_all().map_err(fails)?;
        file.persist(&self.target).map_err(|error| fails(error.error))?;
        // The snapshot is there: parts that cannot be removed are litter, not a failure.
        let _ = fs::remove_dir_all(&self.folder);
        let of_accounts: usize = accounts.iter().map(|account| account.gaps.len()).sum();
        Ok(of_accounts + self.gaps.load(Ordering::Relaxed))
    }

    fn path(&self, name: &PartName) -> PathBuf {
        self.folder.join(format!("{}-{}.part", name.account, name.region))
    }
}

fn load(path: &Path) -> Option<Part> {
    let bytes = fs::read(path).ok()?;
    read_part(&Arc::from(path.to_string_lossy()), &bytes).ok()
}
