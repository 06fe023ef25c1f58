//! The list of rules for people, as `hfscan rules list` shows it.

use std::io::{self, Write};

use crate::policy::rule::SelectedRule;

use super::Look;
use super::style::Paint;
use super::table::layout;
use super::text;

/// From this width on one row holds a rule; below it every rule gets a few lines of its own.
const WIDE: usize = 140;
const INDENT: usize = 2;

/// Writes rules in the order given.
pub fn list(rules: &[SelectedRule], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.color);
    if look.width >= WIDE {
        rows(rules, look.width.min(200), paint, out)?;
    } else {
        for selected in rules {
            block(selected, look.width.max(40), paint, out)?;
        }
    }
    writeln!(out, "{}", text::counted(rules.len(), "rule", "rules"))
}

fn weight(selected: &SelectedRule) -> String {
    let advisory = if selected.enforced { "" } else { ", advisory" };
    format!("{}{advisory}", selected.rule.severity)
}

fn rows(rules: &[SelectedRule], width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let widest = |text: &dyn Fn(&SelectedRule) -> usize, title: usize, most: usize| {
        rules.iter().map(text).max().unwrap_or(0).clamp(title, most)
    };
    let id = widest(&|selected| text::width(&selected.rule.id), 4, 52);
    let control = widest(&|selected| selected.rule.control.as_deref().map_or(0, text::width), 7, 20);
    let severity = widest(&|selected| text::width(&weight(selected)), 8, 18);
    let kinds = widest(&|selected| selected.rule.kinds.iter().map(|kind| text::width(kind)).max().unwrap_or(0), 5, 28);
    let title = width.saturating_sub(id + control + severity + kinds + 5 * layout::GAP);
    let mut table = layout::columns(&[id, control, severity, kinds, title]);
    table.set_header(layout::row(["Rule", "Control", "Severity", "Kinds", "Title"].map(|name| vec![paint.dim(name)])));
    for selected in rules {
        let rule = &selected.rule;
        let weight = text::words(&weight(selected), severity);
        table.add_row(layout::row([
            text::name(&rule.id, id),
            text::name(rule.control.as_deref().unwrap_or_default(), control),
            weight.iter().map(|line| paint.severity(rule.severity, line)).collect(),
            rule.kinds.iter().flat_map(|kind| text::name(kind, kinds)).collect(),
            text::words(&rule.title, title),
        ]));
    }
    layout::finish(&mut table, &[]);
    layout::write(&table, 0, out)?;
    writeln!(out)
}

fn block(selected: &SelectedRule, width: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let rule = &selected.rule;
    for line in text::name(&rule.id, width) {
        writeln!(out, "{}", paint.bold(&line))?;
    }
    for line in text::words(&rule.title, width - INDENT) {
        writeln!(out, "{:INDENT$}{line}", "")?;
    }
    let mut facts = vec![weight(selected)];
    facts.extend(rule.control.clone());
    facts.push(rule.kinds.join(", "));
    for line in text::words(&facts.join(", "), width - INDENT) {
        writeln!(out, "{:INDENT$}{}", "", paint.dim(&line))?;
    }
    writeln!(out)
}
