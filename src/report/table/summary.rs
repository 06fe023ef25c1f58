//! The run in numbers: every outcome, enforced and advisory, and what was read.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::report::{BaselineSummary, Input, Outcomes};
use crate::policy::severity::Severity;

use super::super::style::outcome_name;
use super::super::text;
use super::{Page, layout};

const INDENT: usize = 2;
/// Width of the names at the left.
const NAMES: usize = 14;
/// Types that are named of those that hfscan does not model.
const TYPES: usize = 6;

/// Writes the summary.
pub(super) fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = &page.report.summary;
    let holds = format!(
        "{}, {}",
        text::counted(summary.resources, "resource", "resources"),
        text::counted(summary.rules, "rule", "rules")
    );
    page.heading("Summary", &holds, out)?;
    outcomes(page, out)?;
    writeln!(out)?;
    severities(page, out)?;
    if let Some(delta) = &page.report.delta {
        field(page, "Change", &delta.to_string(), out)?;
    }
    if let Some(profile) = &page.report.profile {
        field(page, "Profile", profile, out)?;
    }
    for input in &page.report.inputs {
        field(page, "Input", &described(input), out)?;
        for warning in &input.warnings {
            field(page, "", &format!("warning: {warning}"), out)?;
        }
    }
    if let Some(baseline) = &page.report.baseline {
        field(page, "Baseline", &counts(baseline), out)?;
    }
    if summary.hidden > 0 {
        let hidden = text::counted(summary.hidden, "finding", "findings");
        field(page, "Not listed", &format!("{hidden} lighter than --min-severity"), out)?;
    }
    writeln!(out)
}

fn outcomes(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = &page.report.summary;
    let advisory = summary.advisory.outcomes.total() > 0;
    let mut titles = vec!["Outcome", "Enforced"];
    let mut widths = vec![NAMES, 10];
    if advisory {
        titles.push("Advisory");
        widths.push(10);
    }
    let mut table = layout::columns(&widths);
    table.set_header(layout::row(titles.into_iter().map(|title| vec![page.paint.dim(title)])));
    for outcome in
        [Outcome::Fail, Outcome::Unknown, Outcome::Error, Outcome::Waived, Outcome::Pass, Outcome::NotApplicable]
    {
        if of(&summary.outcomes, outcome) == 0 && matches!(outcome, Outcome::Error | Outcome::Waived) {
            continue;
        }
        let name = outcome_name(outcome);
        let name =
            if of(&summary.outcomes, outcome) == 0 { name.to_owned() } else { page.paint.outcome(outcome, name) };
        let mut cells = vec![vec![name], vec![text::count(of(&summary.enforced.outcomes, outcome))]];
        if advisory {
            cells.push(vec![text::count(of(&summary.advisory.outcomes, outcome))]);
        }
        table.add_row(layout::row(cells));
    }
    layout::finish(&mut table, &[1, 2]);
    layout::write(&table, INDENT, out)
}

/// Writes how many failures there are of each severity, in as many lines as they need.
fn severities(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let room = page.width - INDENT - NAMES - 2;
    let mut name = "Failures";
    let mut used = 0;
    let counts = &page.report.summary.severities;
    for severity in Severity::ALL.into_iter().filter(|severity| counts.of(*severity) > 0) {
        let part = format!("{} {severity}", text::count(counts.of(severity)));
        if used > 0 && used + 2 + text::width(&part) < room {
            write!(out, ", ")?;
            used += 2;
        } else {
            if used > 0 {
                writeln!(out, ",")?;
            }
            write!(out, "{:INDENT$}{name:NAMES$}  ", "")?;
            name = "";
            used = 0;
        }
        used += text::width(&part);
        write!(out, "{}", page.paint.severity(severity, &part))?;
    }
    if used > 0 { writeln!(out) } else { Ok(()) }
}

fn of(outcomes: &Outcomes, outcome: Outcome) -> usize {
    match outcome {
        Outcome::Fail => outcomes.fail,
        Outcome::Error => outcomes.error,
        Outcome::Unknown => outcomes.unknown,
        Outcome::Waived => outcomes.waived,
        Outcome::Pass => outcomes.pass,
        Outcome::NotApplicable => outcomes.not_applicable,
    }
}

fn field(page: &Page<'_>, name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut name = name;
    for line in text::words(value, page.width - INDENT - NAMES - 2) {
        writeln!(out, "{:INDENT$}{name:NAMES$}  {line}", "")?;
        name = "";
    }
    Ok(())
}

/// Returns what a baseline knows, and what it does not know any more.
fn counts(baseline: &BaselineSummary) -> String {
    let mut line = format!("{}: {} known", baseline.file, text::counted(baseline.known, "finding", "findings"));
    if baseline.gone > 0 {
        let _ = write!(line, ", {} gone; hfscan baseline update takes them out", text::count(baseline.gone));
    }
    if baseline.heavier > 0 {
        let _ = write!(line, "; {} weigh more than it knows and count again", text::count(baseline.heavier));
    }
    line
}

/// Returns what an input is and gave, with the types that were passed over.
fn described(input: &Input) -> String {
    let mut line = format!(
        "{} ({}): {}",
        input.path,
        input.kind.replace('-', " "),
        text::counted(input.resources, "resource", "resources")
    );
    let skipped: usize = input.skipped.values().sum();
    if skipped > 0 {
        let mut types: Vec<(&String, &usize)> = input.skipped.iter().collect();
        types.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let more = types.len().saturating_sub(TYPES);
        let mut named: Vec<String> =
            types.iter().take(TYPES).map(|(name, count)| format!("{name} ({})", text::count(**count))).collect();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        let _ = write!(
            line,
            "; {} more of {} that hfscan does not model: {}",
            text::count(skipped),
            text::counted(types.len(), "type", "types"),
            named.join(", ")
        );
    }
    line
}
