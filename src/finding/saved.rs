//! Reads findings that a run saved (`-o json=FILE`). Comes in: a text; goes out: the report that the
//! run had, or an error that says what the text is instead and where it breaks.

use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::Report;
use super::report::VERSION;
use crate::source::{Position, Source, SourceError};

/// What every name of a layout begins with.
const FAMILY: &str = "hfscan/v";

/// Why a text is no saved findings.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The file could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Nothing is in it.
    #[error("{file}: the file is empty, expected findings that hfscan saved")]
    Empty {
        /// The file.
        file: Arc<str>,
    },
    /// The text ends too early.
    #[error("{file}:{}:{}: the findings are cut off here, expected more JSON", position.line, position.column)]
    Truncated {
        /// The file.
        file: Arc<str>,
        /// Where the text ends.
        position: Position,
    },
    /// The JSON is broken, or it is none.
    #[error("{file}:{}:{}: not valid JSON: {message}; expected findings that hfscan saved", position.line, position.column)]
    Syntax {
        /// The file.
        file: Arc<str>,
        /// Where it breaks.
        position: Position,
        /// What the parser says, without any of the text.
        message: String,
    },
    /// Something else that is known.
    #[error("{file}:{}:{}: this is {kind}, expected findings that hfscan saved", position.line, position.column)]
    Other {
        /// The file.
        file: Arc<str>,
        /// Where it begins.
        position: Position,
        /// What it is.
        kind: Kind,
    },
    /// Findings in a layout that this program does not know.
    #[error("{file}: the findings have the layout `{found}`, this hfscan {} reads `{VERSION}`", env!("CARGO_PKG_VERSION"))]
    Layout {
        /// The file.
        file: Arc<str>,
        /// The name of the layout.
        found: String,
    },
    /// Findings with a member that is missing or of another type.
    #[error("{file}:{}:{}: the findings are not as hfscan writes them: {message}", position.line, position.column)]
    Member {
        /// The file.
        file: Arc<str>,
        /// Where it was noticed.
        position: Position,
        /// What was expected, without the value found.
        message: String,
    },
}

/// What a file may be that is no saved findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A SARIF log.
    Sarif,
    /// A Terraform plan as JSON.
    Plan,
    /// A saved plan in Terraform's own format.
    BinaryPlan,
    /// A Terraform state.
    State,
    /// XML, such as a JUnit report.
    Xml,
    /// JSON without a sign of what it is.
    Json,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sarif => "a SARIF log",
            Self::Plan => "a Terraform plan",
            Self::BinaryPlan => "a saved plan in Terraform's own format",
            Self::State => "a Terraform state",
            Self::Xml => "XML",
            Self::Json => "other JSON",
        })
    }
}

impl SavedError {
    /// Returns what the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Other { kind: Kind::Plan | Kind::BinaryPlan, .. } => {
                "judge a plan first: hfscan scan PLAN -o json=findings.json"
            }
            Self::Other { kind: Kind::Sarif | Kind::Xml, .. } => {
                "reports are made from the json report alone: hfscan scan PLAN -o json=findings.json"
            }
            Self::Layout { .. } => "use the version of hfscan that saved them, or a newer one",
            Self::Source(SourceError::Read { .. }) => "name the file that a scan wrote: -o json=FILE; - is stdin",
            _ => "save them again: hfscan scan PLAN -o json=findings.json",
        }
    }
}

/// The members by which documents are told apart.
#[derive(Debug, Deserialize)]
struct Head {
    #[serde(default)]
    version: Option<serde_json::Value>,
    #[serde(default)]
    runs: Option<IgnoredAny>,
    #[serde(default)]
    format_version: Option<IgnoredAny>,
    #[serde(default)]
    resource_changes: Option<IgnoredAny>,
    #[serde(default)]
    planned_values: Option<IgnoredAny>,
    #[serde(default)]
    lineage: Option<IgnoredAny>,
}

/// Reads saved findings; `-` is stdin.
pub fn read(path: &Path) -> Result<Report, SavedError> {
    parse(&Source::read(path)?)
}

/// Parses saved findings.
pub fn parse(source: &Source) -> Result<Report, SavedError> {
    let text = source.text();
    let file = || Arc::clone(source.name());
    let first = text.len() - text.trim_start().len();
    let begins = text.trim_start();
    let other = |kind| SavedError::Other { file: file(), position: source.position(first), kind };
    if begins.is_empty() {
        return Err(SavedError::Empty { file: file() });
    }
    if begins.starts_with("PK\u{3}\u{4}") {
        return Err(other(Kind::BinaryPlan));
    }
    if begins.starts_with('<') {
        return Err(other(Kind::Xml));
    }
    if !begins.starts_with('{') && serde_json::from_str::<IgnoredAny>(text).is_ok() {
        return Err(other(Kind::Json));
    }
    // What it is comes before what is wrong with it: a newer layout may have other members.
    let head: Head = serde_json::from_str(text).map_err(|error| broken(source, &error))?;
    match head.version.as_ref().and_then(serde_json::Value::as_str) {
        Some(VERSION) => {}
        Some(version) if version.starts_with(FAMILY) => {
            let found = version.chars().filter(|character| !character.is_control()).take(40).collect();
            return Err(SavedError::Layout { file: file(), found });
        }
        _ if head.runs.is_some() => return Err(other(Kind::Sarif)),
        _ if head.resource_changes.is_some() || head.planned_values.is_some() => return Err(other(Kind::Plan)),
        _ if head.lineage.is_some() || head.format_version.is_some() => return Err(other(Kind::State)),
        _ => return Err(other(Kind::Json)),
    }
    let mut report: Report = serde_json::from_str(text).map_err(|error| broken(source, &error))?;
    // Rules are looked up by bisection; a hand that sorted them otherwise must not lose their texts.
    report.rules.sort_by(|left, right| left.id.cmp(&right.id));
    Ok(report)
}

fn broken(source: &Source, error: &serde_json::Error) -> SavedError {
    let file = Arc::clone(source.name());
    let position = source.position(match error.classify() {
        Category::Eof => source.text().len(),
        _ => offset_of(source.text(), error),
    });
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    match error.classify() {
        Category::Eof => SavedError::Truncated { file, position },
        Category::Syntax | Category::Io => SavedError::Syntax { file, position, message: text.to_owned() },
        Category::Data => {
            // The parser quotes the value that it found; what it expected is enough.
            let message = text
                .rsplit_once(", expected ")
                .map_or_else(|| text.to_owned(), |(_, wanted)| format!("expected {wanted}"));
            SavedError::Member { file, position, message }
        }
    }
}

/// Turns the parser's line and column, which counts bytes, into an offset.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let before = error.line().saturating_sub(1);
    let start = match before {
        0 => 0,
        before => text.match_indices('\n').nth(before - 1).map_or(text.len(), |(at, _)| at + 1),
    };
    (start + error.column().saturating_sub(1)).min(text.len())
}
