//! The table: what a person should see first, first. Failures grouped by rule, the heaviest first,
//! then errors, unknowns and gaps, then the run in numbers. Its length is bounded whatever the
//! number of findings, its width is that of the terminal.

mod accepted;
mod failures;
pub(super) mod layout;
mod open;
mod summary;

use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::gate::{Gate, Standing};
use crate::finding::{Finding, Report};

use super::Look;
use super::style::Paint;
use super::text;

/// Wider lines are hard to read, whatever the screen.
const WIDEST: usize = 160;
/// Narrower than this no layout holds; lines then wrap at the terminal's edge.
const NARROWEST: usize = 40;

struct Page<'a> {
    report: &'a Report,
    gate: Gate,
    paint: Paint,
    width: usize,
}

/// Writes the table.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let page =
        Page { report, gate: look.gate, paint: Paint::new(look.color), width: look.width.clamp(NARROWEST, WIDEST) };
    failures::write(&page, out)?;
    accepted::write(&page, out)?;
    open::errors(&page, out)?;
    open::unknowns(&page, out)?;
    open::gaps(&page, out)?;
    open::judged(&page, out)?;
    summary::write(&page, out)?;
    closing(&page, out)
}

impl<'a> Page<'a> {
    fn findings(&self, outcome: Outcome) -> impl Iterator<Item = &'a Finding> + use<'a> {
        self.report.findings.iter().filter(move |finding| finding.outcome == outcome)
    }

    /// Writes the title of a section: its name at the left, what it holds at the right.
    fn heading(&self, name: &str, holds: &str, out: &mut dyn Write) -> io::Result<()> {
        let fill = self.width.saturating_sub(text::width(name) + text::width(holds) + 2);
        if fill < 2 {
            // A narrow page has no room for both.
            writeln!(out, "{}\n{}", self.paint.bold(name), self.paint.dim(holds))?;
            return writeln!(out);
        }
        let rule = "─".repeat(fill);
        writeln!(out, "{} {} {}", self.paint.bold(name), self.paint.dim(&rule), self.paint.dim(holds))?;
        writeln!(out)
    }
}

/// Writes lines with an indent.
fn lines(indent: usize, lines: &[String], paint: impl Fn(&str) -> String, out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        writeln!(out, "{:indent$}{}", "", paint(line))?;
    }
    Ok(())
}

/// Writes how the run came out, in one line.
fn closing(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = page.report;
    let stopping = super::at_the_gate(report, page.gate);
    let quiet = report.summary.outcomes.unknown == 0 && report.summary.outcomes.fail == 0;
    let line = match page.gate.standing(report) {
        Standing::Clean if quiet && report.summary.outcomes.pass == 0 => {
            "✓ No rule applies to what was read.".to_owned()
        }
        Standing::Clean if quiet => "✓ Everything that was judged is in order.".to_owned(),
        Standing::Clean if page.gate.new_only && report.summary.outcomes.fail > 0 => {
            "✓ Nothing new stands at the gate.".to_owned()
        }
        Standing::Clean if report.summary.outcomes.unknown == 0 => "✓ Nothing stands at the gate.".to_owned(),
        Standing::Clean => {
            let unknown = text::counted(report.summary.outcomes.unknown, "outcome", "outcomes");
            format!("✓ Nothing stands at the gate; {unknown} cannot be told yet.")
        }
        Standing::Findings => format!("✗ {}.", stopping.unwrap_or_default()),
        Standing::Incomplete => match stopping {
            Some(stopping) => format!("✗ The scan is incomplete; {stopping} so far."),
            None => "✗ The scan is incomplete.".to_owned(),
        },
        Standing::Nothing => "✗ Nothing to scan: no resource of a kind that hfscan models.".to_owned(),
    };
    let good = page.gate.standing(report) == Standing::Clean;
    let paint = |line: &str| {
        if good { page.paint.good(line) } else { page.paint.bad(line) }
    };
    lines(0, &text::words(&line, page.width), paint, out)
}
