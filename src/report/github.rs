//! Annotations of a GitHub Actions run: workflow commands, the heaviest first. GitHub shows ten errors,
//! ten warnings and ten notices of a step; what goes beyond stands in the log, and a notice says so.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::{Change, Finding, Report};
use crate::policy::severity::Severity;

use super::checkout::mendable;
use super::text::{self, counted};
use super::{Look, headline};

/// Annotations of one level that GitHub shows of a step.
const MOST: usize = 10;

/// Lines of the log for what is not shown.
const MOST_LINES: usize = 1_000;

/// What an annotation is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Error,
    Warning,
    Notice,
}

/// Writes the commands, then the findings that GitHub would not show, folded.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.findings.iter().filter(|finding| told(finding, look)).collect();
    // The sort is stable: the report's order holds among those of one weight.
    findings.sort_by_key(|finding| {
        (!look.gate.stops(finding), finding.change == Some(Change::Unchanged), Reverse(finding.severity))
    });
    let mut room = [MOST; 3];
    if report.is_incomplete() {
        room[0] -= 1;
        incomplete(report, out)?;
    }
    // The notice that says what is not shown needs a place among the notices.
    room[2] -= 1;
    let mut rest = Vec::new();
    for finding in findings {
        let left = match level(finding) {
            Level::Error => &mut room[0],
            Level::Warning => &mut room[1],
            Level::Notice => &mut room[2],
        };
        if *left == 0 {
            rest.push(finding);
        } else {
            *left -= 1;
            annotation(report, look, finding, out)?;
        }
    }
    if rest.is_empty() {
        return Ok(());
    }
    let summary = format!(
        "{} not shown as annotations, because GitHub shows {MOST} of a kind; the log of this step lists them. {}",
        counted(rest.len(), "finding is", "findings are"),
        headline(report)
    );
    command("notice", &[("title", "hfscan".to_owned())], &summary, out)?;
    command("group", &[], &counted(rest.len(), "more finding", "more findings"), out)?;
    for finding in rest.iter().take(MOST_LINES) {
        writeln!(out, "{}", line(look, finding))?;
    }
    if let Some(more) = rest.len().checked_sub(MOST_LINES).filter(|&more| more > 0) {
        writeln!(out, "… and {} more; -f json lists all", text::count(more))?;
    }
    command("endgroup", &[], "", out)
}

/// What a person should look at now: failures that nobody accepted, and unknown outcomes that count.
fn told(finding: &Finding, look: &Look) -> bool {
    match finding.outcome {
        Outcome::Fail => !finding.baseline,
        Outcome::Unknown => look.gate.stops(finding),
        Outcome::Error | Outcome::Waived | Outcome::Pass | Outcome::NotApplicable => false,
    }
}

fn level(finding: &Finding) -> Level {
    match finding.severity {
        _ if !finding.enforced => Level::Notice,
        Severity::Critical | Severity::High if finding.outcome == Outcome::Fail => Level::Error,
        Severity::Critical | Severity::High | Severity::Medium => Level::Warning,
        Severity::Low => Level::Notice,
    }
}

fn annotation(report: &Report, look: &Look, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let name = match level(finding) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let mut properties = Vec::new();
    if let Some(place) = mendable(finding) {
        properties.push(("file", text::plain(&look.checkout.path(&place.file))));
        properties.push(("line", place.line.to_string()));
        // An annotation stands below its last line, so what takes several lines is told by its first.
        properties.push(("endLine", place.line.to_string()));
        properties.push(("col", place.column.to_string()));
        if let (true, Some(end)) = (place.end_line.is_none_or(|end| end == place.line), place.end_column) {
            properties.push(("endColumn", end.to_string()));
        }
    }
    let advisory = if finding.enforced { "" } else { ", advisory" };
    properties.push(("title", text::plain(&format!("{}{advisory}: {}", finding.severity, finding.rule))));
    let mut message = text::plain(&format!("{}: {}", finding.resource.id, finding.message));
    if let Some(rule) = report.rule(&finding.rule) {
        for (name, value) in [("Rule", &rule.title), ("Fix", &rule.remediation)] {
            let value = text::plain(value.trim());
            if !value.is_empty() {
                let _ = write!(message, "\n{name}: {value}");
            }
        }
    }
    command(name, &properties, &message, out)
}

fn incomplete(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let first = report.gaps.first().map(|gap| format!("{}: {}", gap.named(), gap.reason)).or_else(|| {
        let mut errors = report.findings.iter().filter(|finding| finding.outcome == Outcome::Error);
        errors.next().map(|finding| format!("{}: {}", finding.rule, finding.message))
    });
    let message = format!(
        "The scan is incomplete: {} and {}.{}",
        counted(report.gaps.len(), "gap in the input", "gaps in the input"),
        counted(report.summary.outcomes.error, "evaluation that broke", "evaluations that broke"),
        first.map_or_else(String::new, |first| format!(" First: {}", text::plain(&first)))
    );
    command("error", &[("title", "hfscan: the scan is incomplete".to_owned())], &message, out)
}

/// Returns a finding as one line of the log. The runner takes `##[` for a command wherever it stands.
fn line(look: &Look, finding: &Finding) -> String {
    let place = mendable(finding)
        .map_or_else(String::new, |place| format!(" {}:{}", look.checkout.path(&place.file), place.line));
    let told = format!("{} {}{place} {}: {}", finding.severity, finding.rule, finding.resource.id, finding.message);
    text::plain(&told).replace("##[", "# #[")
}

fn command(name: &str, properties: &[(&str, String)], message: &str, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "::{name}")?;
    let mut separator = ' ';
    for (key, value) in properties {
        write!(out, "{separator}{key}={}", escaped(value).replace(':', "%3A").replace(',', "%2C"))?;
        separator = ',';
    }
    writeln!(out, "::{}", escaped(message))
}

/// Escapes what the runner unescapes in the text of a command.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
