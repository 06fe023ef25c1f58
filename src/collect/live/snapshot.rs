//! Snapshots: what an audit read, in a file. Lines of JSON in gzip members, one member for each region of
//! an account, so that finished parts can be kept by themselves and joined without being read again.
//!
//! ```text
//! {"format":"hfscan-snapshot","version":1,"tool":"0.1.0"}
//! {"account":{"account":"111122223333","name":null,"regions":["eu-central-1"],"gaps":[…]}}
//! {"part":{"account":"111122223333","region":"eu-central-1","kinds":["aws.ec2.vpc"],"resources":12,"gaps":1}}
//! {"resource":{…}}
//! {"gap":{…}}
//! {"end":{"accounts":1,"parts":1}}
//! ```

mod parts;

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Write};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use flate2::{Compression, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Account, Part, PartName};
use crate::inventory::Gap;
use crate::inventory::stored::{self, StoredError};

pub use parts::{Parts, PartsError};

/// The first word of every snapshot.
const FORMAT: &str = "hfscan-snapshot";
/// The layout; it changes when a reader of the old one would break.
const VERSION: u32 = 1;
/// A line that is longer is no line of ours.
const LONGEST_LINE: u64 = 256 << 20;

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The file is no snapshot, or is damaged.
    #[error("{file}: line {line}: {what}")]
    Line {
        /// The file as the user named it.
        file: Arc<str>,
        /// The line of the unpacked text, from 1.
        line: usize,
        /// What is wrong and what was expected.
        what: String,
    },
    /// It ends before its end.
    #[error("{file}: the snapshot is cut off after line {line}; copy it again, or make it anew")]
    Truncated {
        /// The file as the user named it.
        file: Arc<str>,
        /// The last line that could be read.
        line: usize,
    },
    /// It was made by a later version.
    #[error("{file}: layout {version} of snapshots is newer than this hfscan reads ({VERSION}); update hfscan")]
    Newer {
        /// The file as the user named it.
        file: Arc<str>,
        /// Its layout.
        version: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u32,
    tool: String,
}

#[derive(Serialize, Deserialize)]
struct AccountLine {
    account: String,
    name: Option<String>,
    regions: Vec<String>,
    gaps: Vec<Gap>,
}

#[derive(Serialize, Deserialize)]
struct PartLine {
    account: String,
    region: String,
    kinds: Vec<String>,
    resources: usize,
    gaps: usize,
}

#[derive(Serialize, Deserialize, Default)]
struct End {
    accounts: usize,
    parts: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Account(AccountLine),
    Part(PartLine),
    #[serde(borrow)]
    Resource(&'a RawValue),
    Gap(Gap),
    End(End),
}

/// Returns whether bytes are those of a snapshot: gzip, and its first line says so.
pub fn is_snapshot(bytes: &[u8]) -> bool {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return false;
    }
    let mut first = vec![0; 64];
    let mut decoder = MultiGzDecoder::new(bytes);
    let mut filled = 0;
    while let Some(free) = first.get_mut(filled..).filter(|free| !free.is_empty()) {
        match io::Read::read(&mut decoder, free) {
            Ok(0) | Err(_) => break,
            Ok(read) => filled += read,
        }
    }
    first.truncate(filled);
    String::from_utf8_lossy(&first).contains(&format!("\"format\":\"{FORMAT}\""))
}

/// Writes one gzip member of lines.
fn member(out: &mut dyn Write, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut encoder = GzEncoder::new(out, Compression::default());
    write(&mut encoder)?;
    encoder.finish()?;
    Ok(())
}

fn line(out: &mut dyn Write, name: &str, value: &impl Serialize) -> io::Result<()> {
    write!(out, "{{\"{name}\":")?;
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"}\n")
}

/// Writes the head of a snapshot.
pub(super) fn write_head(out: &mut dyn Write, accounts: &[Account]) -> io::Result<()> {
    member(out, |out| {
        let head = Head { format: FORMAT.to_owned(), version: VERSION, tool: env!("CARGO_PKG_VERSION").to_owned() };
        serde_json::to_writer(&mut *out, &head)?;
        out.write_all(b"\n")?;
        for account in accounts {
            line(
                out,
                "account",
                &AccountLine {
                    account: account.account.clone(),
                    name: account.name.clone(),
                    regions: account.regions.clone(),
                    gaps: account.gaps.clone(),
                },
            )?;
        }
        Ok(())
    })
}

/// Writes one region of one account.
pub(super) fn write_part(out: &mut dyn Write, part: &Part) -> io::Result<()> {
    member(out, |out| {
        line(
            out,
            "part",
            &PartLine {
                account: part.name.account.clone(),
                region: part.name.region.clone(),
                kinds: part.kinds.iter().map(|&kind| kind.to_owned()).collect(),
                resources: part.resources.len(),
                gaps: part.gaps.len(),
            },
        )?;
        for resource in &part.resources {
            writeln!(out, "{{\"resource\":{}}}", stored::write(resource)?)?;
        }
        part.gaps.iter().try_for_each(|gap| line(out, "gap", gap))
    })
}

/// Writes the end, without which a snapshot is cut off.
pub(super) fn write_end(out: &mut dyn Write, accounts: usize, parts: usize) -> io::Result<()> {
    member(out, |out| line(out, "end", &End { accounts, parts }))
}

/// Reads a snapshot. Accounts come in the order of their numbers.
pub fn read(file: &Arc<str>, bytes: &[u8]) -> Result<Vec<Account>, SnapshotError> {
    let mut reader = Reader { file: Arc::clone(file), line: 0, accounts: Vec::new(), parts: 0, open: None };
    let mut lines = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(bytes));
    let mut text = Vec::new();
    loop {
        text.clear();
        let read = io::Read::take(&mut lines, LONGEST_LINE).read_until(b'\n', &mut text);
        // Damaged or cut off: gzip notices both.
        let read = read.map_err(|_| SnapshotError::Truncated { file: Arc::clone(file), line: reader.line })?;
        if read == 0 {
            return Err(SnapshotError::Truncated { file: Arc::clone(file), line: reader.line });
        }
        reader.line += 1;
        let text = std::str::from_utf8(&text).map_err(|_| reader.wrong("not text"))?;
        if reader.take(text)? {
            break;
        }
    }
    let mut accounts = reader.accounts;
    accounts.sort_by(|a, b| a.account.cmp(&b.account));
    accounts.iter_mut().for_each(Account::sort);
    Ok(accounts)
}

/// Reads one part that was kept by itself.
pub(super) fn read_part(file: &Arc<str>, bytes: &[u8]) -> Result<Part, SnapshotError> {
    let mut reader = Reader { file: Arc::clone(file), line: 1, accounts: Vec::new(), parts: 0, open: None };
    for text in BufReader::new(MultiGzDecoder::new(bytes)).lines() {
        let text = text.map_err(|_| SnapshotError::Truncated { file: Arc::clone(file), line: reader.line })?;
        reader.line += 1;
        reader.take(&text)?;
    }
    match reader.open.take() {
        Some((part, 0, 0)) => Ok(part),
        _ => Err(SnapshotError::Truncated { file: Arc::clone(file), line: reader.line }),
    }
}

struct Reader {
    file: Arc<str>,
    line: usize,
    accounts: Vec<Account>,
    parts: usize,
    /// The part that is being read, with how many resources and gaps are to come.
    open: Option<(Part, usize, usize)>,
}

impl Reader {
    fn wrong(&self, what: impl Into<String>) -> SnapshotError {
        SnapshotError::Line { file: Arc::clone(&self.file), line: self.line, what: what.into() }
    }

    /// Takes a line; returns whether it was the last one.
    fn take(&mut self, text: &str) -> Result<bool, SnapshotError> {
        if self.line == 1 {
            let head: Head =
                serde_json::from_str(text).map_err(|_| self.wrong("expected the head of an hfscan snapshot"))?;
            if head.version > VERSION {
                return Err(SnapshotError::Newer { file: Arc::clone(&self.file), version: head.version });
            }
            return Ok(false);
        }
        let line: Line<'_> = serde_json::from_str(text)
            .map_err(|error| self.wrong(format!("column {}: not a line of a snapshot", error.column())))?;
        match line {
            Line::Account(line) => self.accounts.push(Account {
                account: line.account,
                name: line.name,
                regions: line.regions,
                gaps: line.gaps,
                ..Account::default()
            }),
            Line::Part(line) => {
                self.close()?;
                let mut kinds = BTreeSet::new();
                for name in &line.kinds {
                    kinds.insert(
                        stored::kind_named(name)
                            .ok_or_else(|| self.wrong(StoredError::Kind(name.clone()).to_string()))?,
                    );
                }
                let name = PartName { account: line.account, region: line.region };
                self.parts += 1;
                self.open =
                    Some((Part { name, kinds, resources: Vec::new(), gaps: Vec::new() }, line.resources, line.gaps));
            }
            Line::Resource(json) => {
                let resource = stored::read(json.get()).map_err(|error| self.wrong(error.to_string()))?;
                let Some((part, left @ 1.., _)) = &mut self.open else {
                    return Err(self.wrong("more resources than its part says"));
                };
                *left -= 1;
                part.resources.push(resource);
            }
            Line::Gap(gap) => {
                let Some((part, _, left @ 1..)) = &mut self.open else {
                    return Err(self.wrong("more gaps than its part says"));
                };
                *left -= 1;
                part.gaps.push(gap);
            }
            Line::End(end) => {
                self.close()?;
                if end.accounts != self.accounts.len() || end.parts != self.parts {
                    return Err(self.wrong("parts of the snapshot are missing"));
                }
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn close(&mut self) -> Result<(), SnapshotError> {
        match self.open.take() {
            None => Ok(()),
            Some((_, resources @ 1.., _)) => {
                Err(self.wrong(format!("{resources} resources of the part before are missing")))
            }
            Some((_, _, gaps @ 1..)) => Err(self.wrong(format!("{gaps} gaps of the part before are missing"))),
            Some((part, ..)) => {
                let found = self.accounts.iter_mut().find(|account| account.account == part.name.account);
                match found {
                    Some(account) => {
                        account.add(part);
                        Ok(())
                    }
                    None => {
                        Err(self
                            .wrong(format!("a part of account {}, which the head does not name", part.name.account)))
                    }
                }
            }
        }
    }
}
