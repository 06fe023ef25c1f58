//! Colours of the reports for people: few, and always beside a word that says the same.

use anstyle::{AnsiColor, Style};

use crate::evaluate::outcome::Outcome;
use crate::policy::severity::Severity;

/// Paints text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    pub(super) fn new(on: bool) -> Self {
        Self { on }
    }

    fn apply(self, style: Style, text: &str) -> String {
        if self.on && !text.is_empty() {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.apply(Style::new().bold(), text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.apply(Style::new().dimmed(), text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.apply(AnsiColor::Green.on_default().bold(), text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.apply(AnsiColor::Red.on_default().bold(), text)
    }

    pub(super) fn severity(self, severity: Severity, text: &str) -> String {
        let style = match severity {
            Severity::Critical => AnsiColor::Red.on_default().bold(),
            Severity::High => AnsiColor::Red.on_default(),
            Severity::Medium => AnsiColor::Yellow.on_default(),
            Severity::Low => AnsiColor::Cyan.on_default(),
        };
        self.apply(style, text)
    }

    pub(super) fn outcome(self, outcome: Outcome, text: &str) -> String {
        match outcome {
            Outcome::Fail | Outcome::Error => self.bad(text),
            Outcome::Unknown => self.apply(AnsiColor::Yellow.on_default().bold(), text),
            Outcome::Pass => self.good(text),
            Outcome::Waived | Outcome::NotApplicable => self.dim(text),
        }
    }
}

/// Returns the word for an outcome as people read it.
pub(super) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "fail",
        Outcome::Error => "error",
        Outcome::Unknown => "unknown",
        Outcome::Waived => "waived",
        Outcome::Pass => "pass",
        Outcome::NotApplicable => "not applicable",
    }
}
