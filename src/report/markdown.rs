//! Markdown for a pull-request comment or a job summary: the verdict first, then what is new and heavy,
//! folded by rule, then what is not settled, fixed or accepted. It never exceeds what GitHub takes as a
//! comment; what had no room is counted.

mod escape;
mod failures;
mod open;
mod page;

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::gate::Standing;
use crate::finding::{Change, Finding, Report};
use crate::policy::severity::Severity;

use super::Look;
use super::text::{count, counted};
use escape::{code, prose};
use page::Page;

/// By this a bot finds the comment that it wrote before.
const MARKER: &str = "<!-- hfscan -->";

/// Inputs that the head names.
const MOST_INPUTS: usize = 3;

/// Writes the comment.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(&head(report, look), &foot(report));
    failures::write(&mut page, report, look);
    open::write(&mut page, report, look);
    out.write_all(page.finish().as_bytes())
}

fn head(report: &Report, look: &Look) -> String {
    let stopping = look.gate.count(report);
    let verdict = match look.gate.standing(report) {
        Standing::Clean => "✅ hfscan: nothing at the gate".to_owned(),
        Standing::Findings => format!("❌ hfscan: {} at the gate", counted(stopping, "finding", "findings")),
        Standing::Incomplete if stopping > 0 => {
            let findings = counted(stopping, "finding", "findings");
            format!("⚠️ hfscan: the scan is incomplete, {findings} at the gate so far")
        }
        Standing::Incomplete => "⚠️ hfscan: the scan is incomplete".to_owned(),
        Standing::Nothing => "⚠️ hfscan: nothing to scan".to_owned(),
    };
    let mut head = format!("{MARKER}\n## {verdict}\n\n");
    if let Some(delta) = &report.delta {
        let _ = writeln!(
            head,
            "This change brings in **{}**, fixes **{}** and leaves **{}** as it was.\n",
            counted(delta.new, "failure", "failures"),
            count(delta.fixed),
            count(delta.unchanged)
        );
    }
    let table = table(report);
    if !table.is_empty() {
        head.push_str(&table);
        head.push('\n');
    }
    head.push_str(&judged(report));
    head
}

/// Returns the failures in numbers: one row for each severity that has any.
fn table(report: &Report) -> String {
    let failures: Vec<&Finding> = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).collect();
    let number = |severity: Severity, wanted: &dyn Fn(&Finding) -> bool| {
        failures.iter().filter(|finding| finding.severity == severity && wanted(finding)).count()
    };
    type Column<'a> = (&'a str, Box<dyn Fn(Severity) -> usize + 'a>);
    let mut columns: Vec<Column<'_>> = Vec::new();
    let counts = |finding: &Finding| finding.enforced && !finding.baseline;
    if report.delta.is_some() {
        let old = |finding: &Finding| finding.change == Some(Change::Unchanged);
        columns.push(("New", Box::new(move |severity| number(severity, &|it| counts(it) && !old(it)))));
        columns.push(("Unchanged", Box::new(move |severity| number(severity, &|it| counts(it) && old(it)))));
        let fixed = |severity| report.fixed.iter().filter(|it| it.enforced && it.severity == severity).count();
        columns.push(("Fixed", Box::new(fixed)));
    } else {
        columns.push(("Failed", Box::new(move |severity| number(severity, &counts))));
    }
    if failures.iter().any(|finding| !finding.enforced) {
        columns.push(("Advisory", Box::new(move |severity| number(severity, &|it| !it.enforced && !it.baseline))));
    }
    if failures.iter().any(|finding| finding.baseline) {
        columns.push(("In the baseline", Box::new(move |severity| number(severity, &|it| it.baseline))));
    }
    let rows: Vec<(Severity, Vec<usize>)> = Severity::ALL
        .map(|severity| (severity, columns.iter().map(|(_, of)| of(severity)).collect::<Vec<_>>()))
        .into_iter()
        .filter(|(_, cells)| cells.iter().any(|&cell| cell > 0))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let mut text = "| Severity |".to_owned();
    for (name, _) in &columns {
        let _ = write!(text, " {name} |");
    }
    text.push_str("\n|---|");
    text.push_str(&"--:|".repeat(columns.len()));
    text.push('\n');
    for (severity, cells) in rows {
        let _ = write!(text, "| {} |", named(severity));
        for cell in cells {
            let cell = if cell == 0 { "·".to_owned() } else { count(cell) };
            let _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
    text
}

fn judged(report: &Report) -> String {
    let outcomes = &report.summary.outcomes;
    let mut text = format!(
        "{} judged by {}",
        counted(report.summary.resources, "resource", "resources"),
        counted(report.summary.rules, "rule", "rules")
    );
    if let Some(profile) = &report.profile {
        let _ = write!(text, " of {}", code(profile));
    }
    let mut inputs: Vec<String> = report.inputs.iter().take(MOST_INPUTS).map(|input| code(&input.path)).collect();
    if report.inputs.len() > MOST_INPUTS {
        inputs.push(format!("{} more", count(report.inputs.len() - MOST_INPUTS)));
    }
    if !inputs.is_empty() {
        let _ = write!(text, " in {}", inputs.join(", "));
    }
    let _ = write!(text, ": {} passed", count(outcomes.pass));
    for (number, word) in [(outcomes.unknown, "unknown"), (outcomes.waived, "waived")] {
        if number > 0 {
            let _ = write!(text, ", {} {word}", count(number));
        }
    }
    text.push_str(".\n");
    if report.summary.hidden > 0 {
        let hidden = counted(report.summary.hidden, "lighter finding is", "lighter findings are");
        let _ = writeln!(text, "{hidden} left out, as `--min-severity` wants it.");
    }
    text
}

fn foot(report: &Report) -> String {
    format!("\n<sub>{} {}</sub>\n", prose(&report.tool.name, 40), prose(&report.tool.version, 40))
}

/// Returns a severity with the mark that people see first.
fn named(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "🔴 critical",
        Severity::High => "🟠 high",
        Severity::Medium => "🟡 medium",
        Severity::Low => "🔵 low",
    }
}
