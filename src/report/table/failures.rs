//! Failures: each rule once, with the resources that break it below.

use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::{Change, Finding, Place};

use super::super::text;
use super::{Page, layout, lines};

/// Rows below one rule.
const ROWS_OF_A_RULE: usize = 20;
/// Rows of all rules together; behind them each rule keeps its title and its count.
const ROWS: usize = 300;
const INDENT: usize = 2;

/// Writes the enforced failures, then the advisory ones; of each what the change brings in first. Then
/// what the change takes away.
pub(super) fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut left = ROWS;
    for (enforced, name) in [(true, "Failed"), (false, "Failed, advisory")] {
        let open = |finding: &&Finding| finding.enforced == enforced && !finding.baseline;
        if page.report.delta.is_none() {
            let findings: Vec<&Finding> = page.findings(Outcome::Fail).filter(open).collect();
            section(page, name, &findings, &mut left, out)?;
            continue;
        }
        for (change, what) in
            [(Some(Change::New), "new"), (None, "new or unchanged"), (Some(Change::Unchanged), "unchanged")]
        {
            let findings = page
                .findings(Outcome::Fail)
                .filter(|finding| open(finding) && finding.change == change)
                .collect::<Vec<_>>();
            section(page, &format!("{name}, {what}"), &findings, &mut left, out)?;
        }
    }
    section(page, "Fixed", &page.report.fixed.iter().collect::<Vec<_>>(), &mut left, out)
}

fn section(
    page: &Page<'_>,
    name: &str,
    findings: &[&Finding],
    left: &mut usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    // The report's order keeps the findings of one rule and severity together.
    let groups: Vec<&[&Finding]> = findings.chunk_by(|a, b| a.rule == b.rule && a.severity == b.severity).collect();
    let holds = format!(
        "{}, {}",
        text::counted(findings.len(), "finding", "findings"),
        text::counted(groups.len(), "rule", "rules")
    );
    page.heading(name, &holds, out)?;
    for group in groups {
        let shown = group.len().min(ROWS_OF_A_RULE).min(*left);
        *left -= shown;
        rule(page, group, shown, out)?;
    }
    Ok(())
}

fn rule(page: &Page<'_>, group: &[&Finding], shown: usize, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    title(page, first, out)?;
    rows(page, group.get(..shown).unwrap_or(group), out)?;
    let more = group.len() - shown;
    if more > 0 {
        let verb = if shown > 0 { "… and " } else { "" };
        let line = format!(
            "{verb}{}; -f json lists all",
            text::counted(
                more,
                if shown > 0 { "more finding" } else { "finding" },
                if shown > 0 { "more findings" } else { "findings" }
            )
        );
        lines(INDENT, &text::words(&line, page.width - INDENT), |line| page.paint.dim(line), out)?;
    }
    writeln!(out)
}

/// Writes severity, id and control in one line if they fit, and the requirement below.
fn title(page: &Page<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let severity = finding.severity.name();
    let control = finding.control.as_deref().unwrap_or_default();
    let start = text::width(severity) + 2;
    write!(out, "{}  ", page.paint.severity(finding.severity, severity))?;
    let id = text::name(&finding.rule, page.width.saturating_sub(start));
    let mut used = start;
    for (number, line) in id.iter().enumerate() {
        if number > 0 {
            write!(out, "\n{:start$}", "")?;
        }
        used = start + text::width(line);
        write!(out, "{}", page.paint.bold(line))?;
    }
    if !control.is_empty() {
        let gap = page.width.saturating_sub(used + text::width(control));
        if gap < 2 {
            write!(out, "\n{:INDENT$}{}", "", page.paint.dim(control))?;
        } else {
            write!(out, "{:gap$}{}", "", page.paint.dim(control))?;
        }
    }
    writeln!(out)?;
    if let Some(rule) = page.report.rule(&finding.rule) {
        lines(INDENT, &text::words(&rule.title, page.width - INDENT), str::to_owned, out)?;
    }
    writeln!(out)
}

fn rows(page: &Page<'_>, findings: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = findings.iter().map(|finding| position(finding.place.as_ref())).collect();
    let room = page.width - 2 * INDENT - layout::GAP;
    let widest = findings
        .iter()
        .zip(&places)
        .map(|(finding, place)| text::width(&finding.resource.id).max(text::width(place)) + INDENT)
        .max()
        .unwrap_or(0);
    // The message needs at least as much as a short phrase takes; the address gets what is left, up to three fifths.
    let left = widest.clamp(12, room * 3 / 5);
    let right = room - left;
    let mut table = layout::columns(&[left, right]);
    for (finding, place) in findings.iter().zip(&places) {
        let mut resource = hanging(text::name(&finding.resource.id, left - INDENT));
        resource.extend(text::name(place, left - INDENT).iter().map(|line| format!("  {}", page.paint.dim(line))));
        table.add_row(layout::row([resource, message(page, finding, right)]));
    }
    layout::finish(&mut table, &[]);
    layout::write(&table, INDENT * 2, out)
}

/// Sets the lines behind the first one in, so that the eye finds where a resource begins.
fn hanging(mut lines: Vec<String>) -> Vec<String> {
    for line in lines.iter_mut().skip(1) {
        line.insert_str(0, "  ");
    }
    lines
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
    place.map_or_else(String::new, |place| format!("{}:{}:{}", place.file, place.line, place.column))
}
