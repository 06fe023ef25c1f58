//! Reports: one pure function per format, from the findings to a writer. They know no SDK of a cloud,
//! no terminal and no clock.

pub mod asff;
mod aws_types;
mod catalogue;
mod checkout;
mod cloud;
mod csv;
mod detail;
mod framework;
mod github;
mod json;
mod junit;
mod markdown;
mod ocsf;
mod sarif;
mod style;
mod table;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use jiff::Timestamp;

use crate::evaluate::outcome::Outcome;
use crate::finding::gate::Gate;
use crate::finding::{Finding, Report};

pub use catalogue::list as list_rules;
pub use checkout::Checkout;
pub use cloud::{Home, NO_ACCOUNT, is_account, is_region};
pub use json::schema;
pub use sarif::{MOST_RESULTS, MOST_SHOWN, left_out as left_out_of_sarif};

/// A form that a report can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// Failures grouped by rule, then a summary; made for a terminal
    Table,
    /// One finding at a time, with its evidence, why it matters and what to do
    Detail,
    /// The `hfscan/v1` document; see docs/formats.md
    Json,
    /// SARIF 2.1.0 for GitHub code scanning and other viewers
    Sarif,
    /// JUnit XML for the test views of GitLab, Jenkins and others
    #[value(name = "junit")]
    JUnit,
    /// A pull-request comment or job summary, at most 64 KiB
    Markdown,
    /// Annotations of a GitHub Actions run
    #[value(name = "github")]
    GitHub,
    /// One row for each finding, for spreadsheets
    Csv,
    /// Findings as AWS Security Hub imports them
    Asff,
    /// OCSF Compliance Findings, for data lakes and other readers of security events
    Ocsf,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Table,
        Self::Detail,
        Self::Json,
        Self::Sarif,
        Self::JUnit,
        Self::Markdown,
        Self::GitHub,
        Self::Csv,
        Self::Asff,
        Self::Ocsf,
    ];

    /// Returns the name that the command line gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Detail => "detail",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::JUnit => "junit",
            Self::Markdown => "markdown",
            Self::GitHub => "github",
            Self::Csv => "csv",
            Self::Asff => "asff",
            Self::Ocsf => "ocsf",
        }
    }
}

/// How a report is laid out, and what its reader has before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the writer wants colours.
    pub color: bool,
    /// What counts, so that the last line can say how the run came out.
    pub gate: Gate,
    /// The checkout that paths are told relative to, in the formats that are read beside one.
    pub checkout: Checkout,
    /// URL below which the files of the checkout are shown; links are relative without it.
    pub link_base: Option<String>,
    /// Whether SARIF lists waived failures too, as suppressed ones.
    pub show_waived: bool,
    /// Category of the SARIF log; made of profile and inputs without one.
    pub category: Option<String>,
    /// The most results that a SARIF log lists, the heaviest; never more than GitHub takes.
    pub most_results: usize,
    /// Where findings belong whose input tells no account or region.
    pub home: Home,
    /// The time of the run.
    pub now: Timestamp,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: 80,
            color: false,
            gate: Gate::default(),
            checkout: Checkout::default(),
            link_base: None,
            show_waived: false,
            category: None,
            most_results: MOST_RESULTS,
            home: Home::default(),
            now: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Writes a report in a format.
pub fn render(format: Format, report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(report, look, out),
        Format::Detail => detail::write(report, look, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, look, out),
        Format::JUnit => junit::write(report, look, out),
        Format::Markdown => markdown::write(report, look, out),
        Format::GitHub => github::write(report, look, out),
        Format::Csv => csv::write(report, look, out),
        Format::Asff => asff::write(report, look, out),
        Format::Ocsf => ocsf::write(report, look, out),
    }
}

/// Returns the run in one line. It counts verdicts: one for every rule and resource.
pub fn headline(report: &Report) -> String {
    let outcomes = &report.summary.outcomes;
    let known = match known_failures(report) {
        0 => String::new(),
        known => format!(" ({} in the baseline)", text::count(known)),
    };
    let mut parts = vec![format!("{} failed{known}", text::count(outcomes.fail))];
    if outcomes.waived > 0 {
        parts.push(format!("{} waived", text::count(outcomes.waived)));
    }
    parts.push(format!("{} unknown", text::count(outcomes.unknown)));
    parts.push(text::counted(outcomes.error, "error", "errors"));
    parts.push(format!("{} passed", text::count(outcomes.pass)));
    parts.push(format!("{} not applicable", text::count(outcomes.not_applicable)));
    let delta = report.delta.map_or_else(String::new, |delta| format!("; {delta}"));
    format!(
        "{} by {}: {}{delta}",
        text::counted(report.summary.resources, "resource", "resources"),
        text::counted(report.summary.rules, "rule", "rules"),
        parts.join(", ")
    )
}

/// Returns how many failures the baseline knows with all of their findings.
fn known_failures(report: &Report) -> usize {
    let mut failures: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail) {
        *failures.entry((&finding.rule, &finding.resource.id)).or_insert(true) &= finding.baseline;
    }
    failures.values().filter(|known| **known).count()
}

/// Returns what counts at the gate, in the words of the summary: verdicts, and how many findings they
/// have where that is another number. Nothing when nothing does.
pub fn at_the_gate(report: &Report, gate: Gate) -> Option<String> {
    let stopping: Vec<&Finding> = report.findings.iter().filter(|finding| gate.stops(finding)).collect();
    let verdicts = |outcome: Outcome| {
        let of_outcome = stopping.iter().filter(|finding| finding.outcome == outcome);
        of_outcome.map(|finding| (&finding.rule, &finding.resource.id)).collect::<BTreeSet<_>>().len()
    };
    let new = if gate.new_only { "new " } else { "" };
    let (failures, unknowns) = (verdicts(Outcome::Fail), verdicts(Outcome::Unknown));
    let mut parts = Vec::new();
    if failures > 0 {
        parts.push(text::counted(failures, &format!("{new}failure"), &format!("{new}failures")));
    }
    if unknowns > 0 {
        parts.push(text::counted(unknowns, &format!("{new}unknown"), &format!("{new}unknowns")));
    }
    if parts.is_empty() {
        return None;
    }
    let findings = if stopping.len() == failures + unknowns {
        String::new()
    } else {
        format!(" ({})", text::counted(stopping.len(), "finding", "findings"))
    };
    Some(format!("{} at the gate{findings}", parts.join(" and ")))
}
