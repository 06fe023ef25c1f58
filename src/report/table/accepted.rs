//! What is accepted: findings of the baseline and waived ones, in few quiet lines, and the waivers
//! that need somebody's look.

use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Waiver};

use super::super::{style, text};
use super::failures::position;
use super::{Page, layout, lines, open};

/// Rows of each section.
const ROWS: usize = 100;
const INDENT: usize = 2;

/// Writes the sections.
pub(super) fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let known: Vec<&Finding> = page.report.findings.iter().filter(|finding| finding.baseline).collect();
    section(page, "Baseline", &known, out)?;
    let waived: Vec<&Finding> = page.findings(Outcome::Waived).collect();
    section(page, "Waived", &waived, out)?;
    notes(page, out)
}

/// Writes rule and resource at the left, what is accepted and why at the right.
fn section(page: &Page<'_>, name: &str, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    page.heading(name, &text::counted(findings.len(), "finding", "findings"), out)?;
    let room = page.width - INDENT - layout::GAP;
    let widest = findings
        .iter()
        .map(|finding| text::width(&finding.rule).max(text::width(&finding.resource.id) + INDENT))
        .max()
        .unwrap_or(0);
    let left = widest.clamp(12, room / 2);
    let right = room - left;
    let mut table = layout::columns(&[left, right]);
    for finding in findings.iter().take(ROWS) {
        let mut what = text::name(&finding.rule, left);
        for line in text::name(&finding.resource.id, left - INDENT) {
            what.push(format!("{:INDENT$}{line}", ""));
        }
        table.add_row(layout::row([dim(page, what), dim(page, reason(finding, right))]));
    }
    layout::finish(&mut table, &[]);
    layout::write(&table, INDENT, out)?;
    open::rest(page, findings.len(), &name.to_lowercase(), out)?;
    writeln!(out)
}

fn dim(page: &Page<'_>, lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| page.paint.dim(&line)).collect()
}

fn reason(finding: &Finding, width: usize) -> Vec<String> {
    let Some(waiver) = &finding.waiver else {
        let advisory = if finding.enforced { "" } else { ", advisory" };
        let outcome = match finding.outcome {
            Outcome::Fail => String::new(),
            other => format!(", {}", style::outcome_name(other)),
        };
        let mut lines = text::words(&finding.message, width);
        lines.extend(text::name(finding.tag.as_deref().unwrap_or_default(), width));
        lines.extend(text::words(&format!("{}{advisory}{outcome}", finding.severity), width));
        return lines;
    };
    let mut lines = text::words(&waiver.reason, width);
    lines.extend(text::name(finding.tag.as_deref().unwrap_or_default(), width));
    lines.extend(text::words(&by(waiver), width));
    lines
}

/// Returns who accepts it and until when.
fn by(waiver: &Waiver) -> String {
    let owner = waiver.owner.as_ref().map_or_else(String::new, |owner| format!("{owner}, "));
    format!("{owner}until {}", waiver.until)
}

fn notes(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let notes = &page.report.waivers;
    if notes.is_empty() {
        return Ok(());
    }
    page.heading("Waivers to look at", &text::counted(notes.len(), "waiver", "waivers"), out)?;
    for note in notes.iter().take(ROWS) {
        lines(INDENT, &text::words(&note.told(), page.width - INDENT), str::to_owned, out)?;
        let place = position(note.waiver.place.as_ref());
        lines(2 * INDENT, &text::name(&place, page.width - 2 * INDENT), |line| page.paint.dim(line), out)?;
    }
    open::rest(page, notes.len(), "waivers", out)?;
    writeln!(out)
}
