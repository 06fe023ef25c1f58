//! What is not settled: errors, unknowns and gaps; and, when asked for, what is in order.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::evaluate::outcome::{Doubt, Outcome};
use crate::finding::{Change, Finding};

use super::super::{style, text};
use super::{Page, layout, lines};

/// Rows of each section.
const ROWS: usize = 100;
/// Values named for each rule whose outcome is unknown.
const REASONS: usize = 3;
const INDENT: usize = 2;

/// Writes the rules that broke, with the place in the rule.
pub(super) fn errors(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = page.findings(Outcome::Error).collect();
    if findings.is_empty() {
        return Ok(());
    }
    page.heading("Errors", &text::counted(findings.len(), "evaluation", "evaluations"), out)?;
    let mut groups: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        groups.entry((&finding.rule, &finding.message)).or_default().push(finding);
    }
    let width = page.width - INDENT;
    for ((rule, message), findings) in groups.iter().take(ROWS) {
        writeln!(out, "{}", page.paint.bad(&text::plain(rule)))?;
        lines(INDENT, &text::words(message, width), str::to_owned, out)?;
        let on = findings.first().map_or("", |finding| finding.resource.id.as_str());
        let more = match findings.len() {
            1 => String::new(),
            count => format!(" and {}", text::counted(count - 1, "other resource", "other resources")),
        };
        lines(INDENT, &text::words(&format!("on {on}{more}"), width), |line| page.paint.dim(line), out)?;
    }
    rest(page, groups.len(), "rules", out)?;
    writeln!(out)
}

/// Writes the rules that cannot tell, each in a row with what it lacks.
pub(super) fn unknowns(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<&Finding> = page.findings(Outcome::Unknown).filter(|finding| !finding.baseline).collect();
    if findings.is_empty() {
        return Ok(());
    }
    page.heading("Unknown", &text::counted(findings.len(), "outcome", "outcomes"), out)?;
    let meaning = "These depend on values that the input does not tell. They are neither passed nor failed; \
                   -f detail names every value, --strict lets them count.";
    lines(0, &text::words(meaning, page.width), |line| page.paint.dim(line), out)?;
    writeln!(out)?;
    let groups: Vec<&[&Finding]> = findings.chunk_by(|a, b| a.rule == b.rule).collect();
    let room = page.width - INDENT - 2 * layout::GAP;
    let number = 9;
    let widest = groups.iter().filter_map(|group| group.first()).map(|finding| text::width(&finding.rule)).max();
    let rule = widest.unwrap_or(0).clamp(12, (room - number) / 2);
    let reason = room - number - rule;
    let mut table = layout::columns(&[rule, number, reason]);
    table.set_header(layout::row(
        ["Rule", "Resources", "Not told by the input"].map(|title| vec![page.paint.dim(title)]),
    ));
    for group in groups.iter().take(ROWS) {
        let Some(first) = group.first() else { continue };
        table.add_row(layout::row([text::name(&first.rule, rule), counts(group), reasons(group, reason)]));
    }
    layout::finish(&mut table, &[1]);
    layout::write(&table, INDENT, out)?;
    rest(page, groups.len(), "rules", out)?;
    writeln!(out)
}

/// Returns how many outcomes a rule has, and how many of them the change brings in.
fn counts(findings: &[&Finding]) -> Vec<String> {
    let new = findings.iter().filter(|finding| finding.change == Some(Change::New)).count();
    let new = (new > 0).then(|| format!("{} new", text::count(new)));
    std::iter::once(text::count(findings.len())).chain(new).collect()
}

/// Returns the values that decide most of a rule's outcomes, the most frequent first.
fn reasons(findings: &[&Finding], width: usize) -> Vec<String> {
    let mut counts: BTreeMap<&Doubt, usize> = BTreeMap::new();
    for doubt in findings.iter().flat_map(|finding| &finding.reasons) {
        *counts.entry(doubt).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut lines: Vec<String> =
        counts.iter().take(REASONS).flat_map(|(doubt, _)| text::words(&doubt.to_string(), width)).collect();
    if counts.len() > REASONS {
        lines.push(format!("… and {} more", counts.len() - REASONS));
    }
    lines
}

/// Writes what could not be read.
pub(super) fn gaps(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let gaps = &page.report.gaps;
    if gaps.is_empty() {
        return Ok(());
    }
    page.heading("Gaps", &text::counted(gaps.len(), "thing could not be read", "things could not be read"), out)?;
    for gap in gaps.iter().take(ROWS) {
        lines(INDENT, &text::name(&gap.named(), page.width - INDENT), str::to_owned, out)?;
        let touches = if gap.kinds.is_empty() { String::new() } else { format!(" (touches {})", gap.touches()) };
        let told = text::words(&format!("{}{touches}", gap.reason), page.width - 2 * INDENT);
        lines(2 * INDENT, &told, |line| page.paint.dim(line), out)?;
    }
    rest(page, gaps.len(), "gaps", out)?;
    writeln!(out)
}

/// Writes the outcomes that only `--all` lists.
pub(super) fn judged(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    for (outcome, name) in [(Outcome::Pass, "Passed"), (Outcome::NotApplicable, "Not applicable")] {
        let findings: Vec<&Finding> = page.findings(outcome).collect();
        if findings.is_empty() {
            continue;
        }
        page.heading(name, &text::counted(findings.len(), "outcome", "outcomes"), out)?;
        let room = page.width - INDENT - layout::GAP;
        let widest = findings.iter().map(|finding| text::width(&finding.rule)).max().unwrap_or(0);
        let rule = widest.clamp(12, room / 2);
        let mut table = layout::columns(&[rule, room - rule]);
        for finding in findings.iter().take(ROWS) {
            let resource = text::name(&finding.resource.id, room - rule);
            table.add_row(layout::row([text::name(&finding.rule, rule), resource]));
        }
        layout::finish(&mut table, &[]);
        layout::write(&table, INDENT, out)?;
        rest(page, findings.len(), style::outcome_name(outcome), out)?;
        writeln!(out)?;
    }
    Ok(())
}

pub(super) fn rest(page: &Page<'_>, all: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    if all <= ROWS {
        return Ok(());
    }
    let line = format!("… and {} more ({what}); list them with -f json", text::count(all - ROWS));
    writeln!(out, "{:INDENT$}{}", "", page.paint.dim(&line))
}
