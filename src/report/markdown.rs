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
    open::not_judged(&mut page, report);
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
    if report.delta.is_some() {
        // Counted here, so that the sentence, the table and the sections say the same.
        let failures = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail && counts(finding));
        let (old, new): (Vec<&Finding>, Vec<&Finding>) = failures.partition(|finding| was_there(finding));
        let _ = writeln!(
            head,
            "This change brings in **{}**, fixes **{}** and leaves **{}** as it was.{}\n",
            counted(new.len(), "failure", "failures"),
            count(report.fixed.iter().filter(|finding| finding.enforced).count()),
            count(old.len()),
            match new.iter().filter(|finding| finding.change.is_none()).count() {
                0 => String::new(),
                untold => format!(
                    " The plan does not tell of {} of the new ones whether they were there before.",
                    count(untold)
                ),
            }
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

/// Whether a failure asks for somebody: it is enforced, and no baseline knows it.
fn counts(finding: &Finding) -> bool {
    finding.enforced && !finding.baseline
}

/// Whether a failure was there before the change.
fn was_there(finding: &Finding) -> bool {
    finding.change == Some(Change::Unchanged)
}

/// Returns the failures in numbers: one row for each severity that has any.
fn table(report: &Report) -> String {
    let failures: Vec<&Finding> = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).collect();
    let of = |wanted: fn(&Finding) -> bool| by_severity(failures.iter().copied().filter(|it| wanted(it)));
    let mut columns: Vec<(&str, [usize; 4])> = Vec::new();
    if report.delta.is_some() {
        columns.push(("New", of(|it| counts(it) && !was_there(it))));
        columns.push(("Unchanged", of(|it| counts(it) && was_there(it))));
        columns.push(("Fixed", by_severity(report.fixed.iter().filter(|it| it.enforced))));
    } else {
        columns.push(("Failed", of(counts)));
    }
    if failures.iter().any(|finding| !finding.enforced) {
        columns.push(("Advisory", of(|it| !it.enforced && !it.baseline)));
    }
    if failures.iter().any(|finding| finding.baseline) {
        columns.push(("In the baseline", of(|it| it.baseline)));
    }
    let rows: Vec<(Severity, Vec<usize>)> = Severity::ALL
        .into_iter()
        .enumerate()
        .map(|(row, severity)| (severity, columns.iter().filter_map(|(_, cells)| cells.get(row).copied()).collect()))
        .filter(|(_, cells): &(Severity, Vec<usize>)| cells.iter().any(|&cell| cell > 0))
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

/// Returns how many findings there are of each severity, the heaviest first.
fn by_severity<'a>(findings: impl Iterator<Item = &'a Finding>) -> [usize; 4] {
    let mut counts = [0; 4];
    for finding in findings {
        if let Some(row) = Severity::ALL.iter().position(|severity| *severity == finding.severity)
            && let Some(count) = counts.get_mut(row)
        {
            *count += 1;
        }
    }
    counts
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
