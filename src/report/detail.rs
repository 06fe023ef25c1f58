//! The detail report: one finding at a time, with its evidence, why it matters and what to do.

use std::io::{self, Write};

use crate::evaluate::outcome::Outcome;
use crate::finding::report::RuleSummary;
use crate::finding::{Change, Finding, Place, Report};

use super::Look;
use super::style::{Paint, outcome_name};
use super::text;

/// Width of the field names at the left.
const NAMES: usize = 10;
const INDENT: usize = 2;
/// A line of prose longer than this is hard to read.
const WIDEST: usize = 120;

/// Writes every finding of the report, then one line of numbers.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { paint: Paint::new(look.color), width: look.width.clamp(40, WIDEST), out };
    // What is accepted comes last, without what to do about it.
    let (accepted, open): (Vec<&Finding>, Vec<&Finding>) =
        report.findings.iter().partition(|finding| finding.baseline || finding.outcome == Outcome::Waived);
    for (finding, number) in open.into_iter().chain(accepted).zip(1..) {
        page.finding(report, finding, &format!("{number}/{}", report.findings.len()))?;
    }
    for (finding, number) in report.fixed.iter().zip(1..) {
        page.finding(report, finding, &format!("{number}/{}", report.fixed.len()))?;
    }
    for note in &report.waivers {
        writeln!(page.out, "{}", page.paint.bold("waiver"))?;
        page.name_field("Place", &position(note.waiver.place.as_ref()))?;
        page.field("Note", &note.told())?;
        writeln!(page.out)?;
    }
    for gap in &report.gaps {
        writeln!(page.out, "{}  {}", page.paint.bad("gap"), text::plain(&gap.named()))?;
        page.field("Reason", &gap.reason)?;
        page.field("Touches", &gap.touches())?;
        writeln!(page.out)?;
    }
    for line in text::words(&super::headline(report), page.width) {
        writeln!(page.out, "{line}")?;
    }
    Ok(())
}

struct Page<'a> {
    paint: Paint,
    width: usize,
    out: &'a mut dyn Write,
}

impl Page<'_> {
    fn finding(&mut self, report: &Report, finding: &Finding, number: &str) -> io::Result<()> {
        let rule = report.rule(&finding.rule);
        self.title(finding, rule, number)?;
        self.evidence(finding)?;
        if report.delta.is_some() {
            self.field("Change", change(finding))?;
        }
        if let Some(rule) = rule {
            self.documents(rule)?;
            let settled = matches!(finding.outcome, Outcome::Pass | Outcome::NotApplicable | Outcome::Waived);
            if !settled && !finding.baseline {
                self.block("Why", &rule.description)?;
                self.block("Fix", &rule.remediation)?;
                for reference in &rule.references {
                    self.name_field("See", reference)?;
                }
            }
        }
        self.field("Finding", &finding.id)?;
        writeln!(self.out)
    }

    fn title(&mut self, finding: &Finding, rule: Option<&RuleSummary>, place: &str) -> io::Result<()> {
        let advisory = match (finding.enforced, finding.baseline) {
            (true, false) => "",
            (false, false) => ", advisory",
            (true, true) => ", in the baseline",
            (false, true) => ", advisory, in the baseline",
        };
        let fixed = finding.change == Some(Change::Fixed);
        let outcome = if fixed { "fixed" } else { outcome_name(finding.outcome) };
        let severity = finding.severity.name();
        let start = text::width(outcome) + text::width(severity) + text::width(advisory) + 4;
        write!(
            self.out,
            "{}  {}{advisory}  ",
            if fixed { self.paint.good(outcome) } else { self.paint.outcome(finding.outcome, outcome) },
            self.paint.severity(finding.severity, severity),
        )?;
        let mut used = start;
        for (position, line) in text::name(&finding.rule, self.width.saturating_sub(start)).iter().enumerate() {
            if position > 0 {
                write!(self.out, "\n{:start$}", "")?;
            }
            used = start + text::width(line);
            write!(self.out, "{}", self.paint.bold(line))?;
        }
        // How far the reader is; left out where there is no room.
        let gap = self.width.saturating_sub(used + text::width(place));
        if gap >= 2 {
            write!(self.out, "{:gap$}{}", "", self.paint.dim(place))?;
        }
        writeln!(self.out)?;
        if let Some(rule) = rule {
            for line in text::words(&rule.title, self.width - INDENT) {
                writeln!(self.out, "{:INDENT$}{line}", "")?;
            }
        }
        writeln!(self.out)
    }

    fn evidence(&mut self, finding: &Finding) -> io::Result<()> {
        self.name_field("Resource", &finding.resource.id)?;
        let mut what = vec![finding.resource.kind.clone()];
        what.extend(finding.resource.name.iter().map(|name| format!("named {name}")));
        what.extend(finding.resource.account.iter().map(|account| format!("account {account}")));
        what.extend(finding.resource.region.iter().map(|region| format!("region {region}")));
        self.field("Kind", &what.join(", "))?;
        self.name_field("Place", &position(finding.place.as_ref()))?;
        self.field("Message", &finding.message)?;
        self.name_field("Element", finding.tag.as_deref().unwrap_or_default())?;
        self.value(finding)?;
        for doubt in &finding.reasons {
            self.field("Unknown", &doubt.to_string())?;
        }
        if !finding.related.is_empty() {
            self.chain(finding)?;
        }
        self.field(
            "Waived by",
            &finding.waiver.as_ref().map_or_else(String::new, |waiver| {
                let owner = waiver.owner.as_ref().map_or_else(String::new, |owner| format!("{owner}, "));
                format!("{} ({owner}until {})", waiver.reason, waiver.until)
            }),
        )?;
        let written = finding.waiver.as_ref().and_then(|waiver| waiver.place.as_ref());
        self.name_field("Waiver", &position(written))
    }

    fn value(&mut self, finding: &Finding) -> io::Result<()> {
        if finding.path.is_empty() || finding.outcome == Outcome::Unknown {
            return Ok(());
        }
        let path = finding.path.join(".");
        match &finding.value {
            Some(value) => self.name_field("Attribute", &format!("{path} = {value}")),
            None => self.name_field("Attribute", &path),
        }
    }

    /// Writes the resources on the way that proves the finding, from the resource itself.
    fn chain(&mut self, finding: &Finding) -> io::Result<()> {
        self.name_field("Path", &finding.resource.id)?;
        for related in &finding.related {
            let width = self.width - INDENT - NAMES - 4;
            let mut start = "→ ";
            for line in text::name(&related.id, width) {
                writeln!(self.out, "{:INDENT$}{:NAMES$}  {start}{line}", "", "")?;
                start = "  ";
            }
            let place = position(related.place.as_ref());
            let note = match (related.kind.as_deref(), place.as_str()) {
                (Some(kind), "") => kind.to_owned(),
                (Some(kind), place) => format!("{kind}, {place}"),
                // A data source, say, which is no resource of its own but stands there.
                (None, place) if !place.is_empty() => place.to_owned(),
                (None, _) => "outside of the input".to_owned(),
            };
            for line in text::words(&note, width) {
                writeln!(self.out, "{:INDENT$}{:NAMES$}    {}", "", "", self.paint.dim(&line))?;
            }
        }
        Ok(())
    }

    fn documents(&mut self, rule: &RuleSummary) -> io::Result<()> {
        let mut parts: Vec<String> = rule.control.iter().cloned().collect();
        parts.extend(rule.documents.iter().map(|(document, lines)| {
            let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
            let noun = if lines.len() == 1 { "line" } else { "lines" };
            format!("{document} {noun} {}", lines.join(", "))
        }));
        self.field("Control", &parts.join("; "))
    }

    /// Writes a field of words; nothing when it is empty.
    fn field(&mut self, name: &str, value: &str) -> io::Result<()> {
        let lines = text::words(value, self.width - INDENT - NAMES - 2);
        self.put(name, &lines)
    }

    /// Writes a field that breaks as a name does.
    fn name_field(&mut self, name: &str, value: &str) -> io::Result<()> {
        let lines = text::name(value, self.width - INDENT - NAMES - 2);
        self.put(name, &lines)
    }

    /// Writes a field of Markdown.
    fn block(&mut self, name: &str, value: &str) -> io::Result<()> {
        let lines = text::prose(value, self.width - INDENT - NAMES - 2);
        self.put(name, &lines)
    }

    fn put(&mut self, name: &str, lines: &[String]) -> io::Result<()> {
        let mut name = format!("{name:NAMES$}");
        for line in lines {
            if line.is_empty() {
                writeln!(self.out)?;
            } else {
                writeln!(self.out, "{:INDENT$}{}  {line}", "", self.paint.dim(&name))?;
            }
            name = " ".repeat(NAMES);
        }
        Ok(())
    }
}

/// Says what the change does to a finding, for a run that judged both sides.
fn change(finding: &Finding) -> &'static str {
    match (finding.outcome, finding.change) {
        (_, Some(Change::New)) => "new: the change brings it in",
        (_, Some(Change::Unchanged)) => "unchanged: it was there before",
        (_, Some(Change::Fixed)) => "fixed: the change takes it away",
        (Outcome::Fail | Outcome::Unknown, None) => {
            "new or unchanged: the input does not tell whether it was there before; it counts as new"
        }
        (_, None) => "",
    }
}

fn position(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| format!("{}:{}:{}", place.file, place.line, place.column))
}
