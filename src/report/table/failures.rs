//! Failures: each rule once, with the resources that break it below.

use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Place};

use super::super::text;
use super::{Page, layout};

/// Rows below one rule.
const ROWS_OF_A_RULE: usize = 20;
/// Rows of all rules together; behind them each rule keeps its title and its count.
const ROWS: usize = 300;
const INDENT: usize = 2;

/// Writes the enforced failures, then the advisory ones.
pub(super) fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut left = ROWS;
    for (enforced, name) in [(true, "Failed"), (false, "Failed, advisory")] {
        let findings: Vec<&Finding> = page
            .findings(Outcome::Fail)
            .filter(|finding| finding.enforced == enforced)
            .collect();
        if findings.is_empty() {
            continue;
        }
        // The report's order keeps the findings of one rule and severity together.
        let groups: Vec<&[&Finding]> = findings
            .chunk_by(|a, b| a.rule == b.rule && a.severity == b.severity)
            .collect();
        let holds = format!(
            "{}, {}",
            text::counted(findings.len(), "finding", "findings"),
            text::counted(groups.len(), "rule", "rules")
        );
        page.heading(name, &holds, out)?;
        for group in groups {
            let shown = group.len().min(ROWS_OF_A_RULE).min(left);
            left -= shown;
            rule(page, group, shown, out)?;
        }
    }
    Ok(())
}

fn rule(page: &Page<'_>, group: &[&Finding], shown: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    title(page, first, out)?;
    rows(page, group.get(..shown).unwrap_or(group), out)?;
    let more = group.len() - shown;
    if more > 0 {
        let verb = if shown > 0 { "… and" } else { "…" };
        let line = format!(
            "{verb} {} more; list them with -f json",
            text::counted(more, "finding", "findings")
        );
        page.lines(
            INDENT,
            &text::words(&line, page.width - INDENT),
            |line| page.paint.dim(line),
            out,
        )?;
    }
    writeln!(out)
}

/// Writes severity, control and id in one line, and the requirement below.
pub(super) fn title(page: &Page<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let severity = finding.severity.name();
    let control = finding.control.as_deref().unwrap_or_default();
    let mut used = text::width(severity) + 2 + text::width(&finding.rule);
    write!(
        out,
        "{}  {}",
        page.paint.severity(finding.severity, severity),
        page.paint.bold(&text::plain(&finding.rule))
    )?;
    if !control.is_empty() {
        used += text::width(control);
        if used + 2 > page.width {
            write!(out, "\n{:INDENT$}{}", "", page.paint.dim(control))?;
        } else {
            write!(out, "{:gap$}{}", "", page.paint.dim(control), gap = page.width - used)?;
        }
    }
    writeln!(out)?;
    if let Some(rule) = page.report.rule(&finding.rule) {
        page.lines(
            INDENT,
            &text::words(&rule.title, page.width - INDENT),
            |line| line.to_owned(),
            out,
        )?;
    }
    writeln!(out)
}

fn rows(page: &Page<'_>, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = findings
        .iter()
        .map(|finding| position(finding.place.as_ref()))
        .collect();
    let room = page.width - 2 * INDENT - layout::GAP;
    let widest = findings
        .iter()
        .zip(&places)
        .map(|(finding, place)| text::width(&finding.resource.id).max(text::width(place)))
        .max()
        .unwrap_or(0);
    // The message needs at least as much as a short phrase takes; the address gets what is left, up to three fifths.
    let left = widest.clamp(12, room * 3 / 5);
    let right = room - left;
    let mut table = layout::columns(&[left, right]);
    for (finding, place) in findings.iter().zip(&places) {
        let mut resource = text::name(&finding.resource.id, left);
        resource.extend(text::name(place, left).iter().map(|line| page.paint.dim(line)));
        table.add_row(layout::row([resource, message(page, finding, right)]));
    }
    layout::finish(&mut table, &[]);
    layout::write(&table, INDENT * 2, out)
}

fn message(page: &Page<'_>, finding: &Finding, width: usize) -> Vec<String> {
    let mut lines = text::words(&finding.message, width);
    if let Some(tag) = &finding.tag {
        lines.extend(text::name(tag, width).iter().map(|line| page.paint.dim(line)));
    }
    lines
}

/// Returns file, line and column as editors and terminals link them.
pub(super) fn position(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| {
        format!("{}:{}:{}", place.file, place.line, place.column)
    })
}
