//! Why a run ends without a report: one type for all layers, with its exit code and its hints.

use std::error::Error;
use std::fmt;
use std::io;

/// What kind of thing went wrong; it decides the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line asks for something that is not possible, or an input is not what it should
    /// be. Exit code 2.
    Usage,
    /// A rule, profile or test is wrong. Exit code 2.
    Policy,
    /// The results could not be written where they should go. Exit code 3.
    Output,
    /// A service did not take the results. Exit code 3.
    Publish,
    /// Nothing could be read where something should be. Exit code 3.
    Collect,
    /// There is nothing to scan. Exit code 4.
    Nothing,
}

/// Why a run ends without a report.
#[derive(Debug)]
pub struct Failure {
    kind: Kind,
    source: Box<dyn Error + Send + Sync>,
    hints: Vec<String>,
}

impl Failure {
    /// A failure of a kind, by its cause.
    pub fn new(kind: Kind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind, source: source.into(), hints: Vec::new() }
    }

    /// The command line, or an input, is wrong.
    pub fn usage(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Usage, source)
    }

    /// A rule, profile or test is wrong.
    pub fn policy(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Policy, source)
    }

    /// The results could not be written.
    pub fn output(what: &str, source: &io::Error) -> Self {
        Self::new(Kind::Output, format!("cannot write {what}: {source}"))
    }

    /// There is nothing to scan.
    pub fn nothing(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Nothing, source)
    }

    /// Adds what the user can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns what kind of thing went wrong.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns what the user can do about it.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Returns the exit code.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::Usage | Kind::Policy => 2,
            Kind::Output | Kind::Publish | Kind::Collect => 3,
            Kind::Nothing => 4,
        }
    }

    /// Returns the message and those of its causes, from the outermost. A cause whose text the
    /// message above already tells is left out.
    pub fn chain(&self) -> Vec<String> {
        let mut messages = vec![self.source.to_string()];
        let mut cause = self.source.source();
        while let Some(error) = cause {
            let message = error.to_string();
            if messages.last().is_none_or(|last| !last.contains(&message)) {
                messages.push(message);
            }
            cause = error.source();
        }
        messages
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chain().join(": "))
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.source()
    }
}
