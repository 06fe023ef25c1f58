//! What can be wrong with waivers and baselines; each message says where, and what to write.

use std::fmt;

use crate::finding::Place;

/// One mistake in a file of waivers, or in a comment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where it stands.
    pub place: Place,
    /// What is wrong; what was expected; what to do.
    pub message: String,
}

impl Problem {
    /// Makes a problem of a place and a message. Control characters of foreign text do not get into it.
    pub fn new(place: Place, message: &str) -> Self {
        Self { place, message: message.chars().filter(|letter| !letter.is_control()).collect() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.place.file, self.place.line, self.place.column, self.message)
    }
}

/// Why waivers or a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WaiveFailure {
    /// A file of waivers has mistakes; at least one.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
    /// A file cannot be read.
    #[error("{file}: cannot be read: {error}")]
    Unreadable {
        /// The file as the user named it.
        file: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file that should be a baseline is none.
    #[error("{file}:{line}:{column}: not a baseline: {reason}; make one with `hfscan baseline create`")]
    NoBaseline {
        /// The file as the user named it.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What stands in the way.
        reason: String,
    },
    /// A baseline of another layout.
    #[error(
        "{file}: a baseline of layout `{found}`; this hfscan reads `{wanted}`; make it anew with `hfscan baseline create --force`, or use the hfscan that made it"
    )]
    OtherVersion {
        /// The file as the user named it.
        file: String,
        /// Its layout.
        found: String,
        /// The layout that can be read.
        wanted: &'static str,
    },
    /// A baseline of another profile.
    #[error(
        "{file}: the baseline was made with {}, this run uses {}; a finding accepted as advice by one profile may be enforced by another; use the same profile, or keep a baseline for each", profile(.made.as_deref()), profile(.used.as_deref())
    )]
    OtherProfile {
        /// The file as the user named it.
        file: String,
        /// Profile that it was made with.
        made: Option<String>,
        /// Profile of the run.
        used: Option<String>,
    },
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn profile(name: Option<&str>) -> String {
    name.map_or_else(|| "no profile".to_owned(), |name| format!("profile `{name}`"))
}
