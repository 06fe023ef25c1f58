//! What can be wrong with rules, profiles and the choice of them; each message says what to do.

use std::fmt;

use thiserror::Error;

/// One mistake in a policy file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as messages name it.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What is wrong; what was expected; what to do.
    pub message: String,
}

impl Problem {
    /// Makes a problem of a place and a message.
    pub fn new(file: &str, line: u32, column: u32, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

/// Why the policies of a run cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyFailure {
    /// Files have mistakes; at least one.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
    /// A file or directory cannot be read.
    #[error("{path}: cannot be read: {reason}; check the path given with --policies")]
    Unreadable {
        /// The file or directory.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// No profile of this name.
    #[error("unknown profile `{name}`{}; known profiles: {known}", suggest(.suggestion))]
    UnknownProfile {
        /// As given.
        name: String,
        /// The most similar one.
        suggestion: Option<String>,
        /// All names.
        known: String,
    },
    /// A parameter of a profile that the rules it is for do not have.
    #[error("profile `{profile}` sets `{param}` for `{name}`{}; its rules have: {known}; correct the profile", suggest(.suggestion))]
    UnknownParameter {
        /// The profile.
        profile: String,
        /// The control or rule.
        name: String,
        /// As given.
        param: String,
        /// The most similar one.
        suggestion: Option<String>,
        /// All names.
        known: String,
    },
    /// A glob of `--rule` or `--skip-rule` that matches nothing.
    #[error("no rule matches `{pattern}`{}; `hfscan rules list` shows all", suggest(.suggestion))]
    UnknownRule {
        /// As given.
        pattern: String,
        /// The most similar one.
        suggestion: Option<String>,
    },
    /// A framework that no rule maps to.
    #[error("no rule maps to framework `{name}`{}; known frameworks: {known}", suggest(.suggestion))]
    UnknownFramework {
        /// As given.
        name: String,
        /// The most similar one.
        suggestion: Option<String>,
        /// All names.
        known: String,
    },
    /// A pattern that is no glob.
    #[error("`{pattern}` is not a glob: {reason}; `*` stands for any text, as in `aws-s3-*`")]
    BadGlob {
        /// As given.
        pattern: String,
        /// What the glob parser says.
        reason: String,
    },
    /// The worker threads cannot be started.
    #[error("the worker threads cannot be started: {0}; use fewer with -j")]
    Threads(String),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[expect(clippy::ref_option, reason = "thiserror hands over a reference to the field")]
fn suggest(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}

/// Returns the candidate that is most similar to `name`, if one is similar at all.
pub fn similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate.to_owned())
}
