//! The engine's error texts, taken apart into place and message.

use std::time::Duration;

use crate::policy::failure::Problem;

/// Place and message of an error of the engine.
pub(crate) struct Message {
    place: Option<(String, u32, u32)>,
    what: String,
    is_limit: bool,
}

impl Message {
    /// Takes the engine's error apart: ` --> file:line:column`, a drawing, `error: what`.
    pub(crate) fn new(error: &(impl std::fmt::Display + ?Sized)) -> Self {
        let text = error.to_string();
        let place = text.lines().find_map(|line| {
            let mut parts = line.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
            let column = parts.next()?.trim().parse().ok()?;
            let line = parts.next()?.parse().ok()?;
            Some((parts.next()?.to_owned(), line, column))
        });
        let what = match text.split_once("error: ") {
            Some((_, what)) => what.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" "),
            None => text.lines().map(str::trim).collect::<Vec<_>>().join(" "),
        };
        let is_limit = text.contains("time limit");
        Self { place, what, is_limit }
    }

    /// A message without a place.
    pub(crate) fn plain(what: &str) -> Self {
        Self { place: None, what: what.to_owned(), is_limit: false }
    }

    /// The message for an outcome.
    pub(crate) fn text(&self, limit: Duration) -> String {
        let what = if self.is_limit {
            format!("the rule took longer than {} ms on this resource and was stopped", limit.as_millis())
        } else {
            self.what.clone()
        };
        match &self.place {
            Some((file, line, column)) => format!("{file}:{line}:{column}: {what}"),
            None => what,
        }
    }

    /// The message for a rule that does not compile.
    pub(crate) fn problem(&self, path: &str) -> Problem {
        match &self.place {
            Some((file, line, column)) => Problem::new(file, *line, *column, self.what.clone()),
            None => Problem::new(path, 1, 1, self.what.clone()),
        }
    }
}
