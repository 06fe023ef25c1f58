//! The terminal: results go to stdout, everything else to stderr.

use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

use super::Terminal;
use crate::failure::Failure;
use crate::finding::gate::Gate;
use crate::report::Look;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Color {
    /// When the output is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Color> for ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::AlwaysAnsi,
            Color::Never => Self::Never,
        }
    }
}

/// Where people see what the program does.
pub(super) struct Ui {
    color: ColorChoice,
    progress: bool,
    quiet: bool,
    verbose: bool,
}

impl Ui {
    pub(super) fn new(terminal: &Terminal) -> Self {
        Self {
            color: terminal.color.into(),
            progress: !terminal.no_progress && !terminal.quiet && io::stderr().is_terminal(),
            quiet: terminal.quiet,
            verbose: terminal.verbose,
        }
    }

    /// Returns how reports for people look on stdout.
    pub(super) fn look(&self, gate: Gate) -> Look {
        let stdout = io::stdout();
        let color = match self.color {
            ColorChoice::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
            ColorChoice::Never => false,
            ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
        };
        Look { width: width(), color, gate, ..Look::default() }
    }

    /// Lets `write` write results to stdout. A reader that went away, such as `head`, is no failure.
    pub(super) fn results(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let mut stdout = io::BufWriter::new(AutoStream::new(io::stdout().lock(), self.color));
        match write(&mut stdout).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                // What the buffer still holds is not tried again when it is dropped.
                let _ = stdout.into_parts();
                Ok(())
            }
            Err(error) => Err(Failure::output("to stdout", &error)),
            Ok(()) => Ok(()),
        }
    }

    /// Says what was done, unless the user wants it quiet.
    pub(super) fn status(&self, text: &str) {
        if !self.quiet {
            self.say("", Style::new(), text);
        }
    }

    /// Returns whether the user wants to be told more.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Says more, if the user wants it.
    pub(super) fn detail(&self, text: &str) {
        if self.verbose {
            self.say("", Style::new().dimmed(), text);
        }
    }

    /// Says what the user should know although the run goes on.
    pub(super) fn warn(&self, text: &str) {
        if !self.quiet {
            self.say("warning: ", AnsiColor::Yellow.on_default().bold(), text);
        }
    }

    /// Says why the run ends, and what to do about it.
    pub(super) fn failure(&self, failure: &Failure) {
        let mut messages = failure.chain().into_iter();
        self.say("error: ", AnsiColor::Red.on_default().bold(), &messages.next().unwrap_or_default());
        for cause in messages {
            self.say("  caused by: ", Style::new().dimmed(), &cause);
        }
        for hint in failure.hints() {
            self.say("hint: ", AnsiColor::Cyan.on_default().bold(), hint);
        }
    }

    /// Returns a display of what is going on; it clears itself when it is dropped.
    pub(super) fn progress(&self) -> Progress {
        if !self.progress {
            return Progress { bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar }
    }

    fn say(&self, label: &str, style: Style, text: &str) {
        let mut stderr = AutoStream::new(io::stderr().lock(), self.color);
        // There is nowhere left to complain when stderr is gone.
        let _ = if label.is_empty() {
            writeln!(stderr, "{style}{text}{style:#}")
        } else {
            writeln!(stderr, "{style}{label}{style:#}{text}")
        };
    }
}

/// Returns the columns of the terminal on stdout; 80 where there is none.
fn width() -> usize {
    terminal_size::terminal_size_of(io::stdout()).map_or(80, |(width, _)| usize::from(width.0))
}

/// What is going on, on stderr.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Says what begins.
    pub(super) fn step(&self, what: &str) {
        self.bar.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
