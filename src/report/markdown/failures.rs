//! Failures, folded by rule: first those of the change, then those that were there, then those that
//! nobody has to mend now.

use std::fmt::Write as _;

use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Report};
use crate::policy::severity::Severity;

use super::super::checkout::mendable;
use super::super::text::counted;
use super::escape::{code, html_sentence, link, prose, sentence};
use super::page::Page;
use super::{counts, named, was_there};
use crate::report::Look;

/// Up to so many failures are unfolded from the start.
const UNFOLDED: usize = 10;

/// Failures of a rule that are listed.
const MOST_OF_A_RULE: usize = 100;

/// Resources of a path that are named.
const MOST_STEPS: usize = 10;

/// Characters of a sentence that are shown.
const LONGEST: usize = 500;

/// Whether a failure belongs to a part.
type Belongs = fn(&Finding) -> bool;

/// Writes the failures.
pub(super) fn write(page: &mut Page, report: &Report, look: &Look) {
    let failures: Vec<&Finding> = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).collect();
    let fresh = if report.delta.is_some() { "New in this change" } else { "Failed" };
    let parts: [(&str, Belongs, bool); 4] = [
        (fresh, |finding| counts(finding) && !was_there(finding), true),
        ("There before this change", |finding| counts(finding) && was_there(finding), false),
        ("Advisory", |finding| !finding.enforced && !finding.baseline, false),
        ("In the baseline", |finding| finding.baseline, false),
    ];
    for (title, belongs, unfold) in parts {
        let mut part: Vec<&Finding> = failures.iter().copied().filter(|finding| belongs(finding)).collect();
        // The heaviest first, whatever order a hand-made report has; rules stay together.
        part.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(&b.rule)));
        if part.is_empty() {
            continue;
        }
        page.title(title);
        let open = unfold && part.len() <= UNFOLDED;
        for group in part.chunk_by(|a, b| a.rule == b.rule && a.severity == b.severity) {
            rule(page, report, look, group, open);
        }
    }
}

fn rule(page: &mut Page, report: &Report, look: &Look, group: &[&Finding], open: bool) {
    let Some(first) = group.first() else { return };
    let rule = report.rule(&first.rule);
    let severity = named(first.severity).split_once(' ').unwrap_or(("", "low"));
    let title = rule.map_or(first.rule.as_str(), |rule| rule.title.as_str());
    let mut head = format!(
        "\n<details{}>\n<summary>{} <b>{}</b> · {} · {}</summary>\n\n{}",
        if open { " open" } else { "" },
        severity.0,
        severity.1,
        html_sentence(title, LONGEST),
        counted(group.len(), "finding", "findings"),
        code(&first.rule),
    );
    if let Some(control) = &first.control {
        let _ = write!(head, " · {}", prose(control, LONGEST));
    }
    for (document, lines) in rule.iter().flat_map(|rule| &rule.documents) {
        let lines: Vec<String> = lines.iter().take(MOST_STEPS).map(u32::to_string).collect();
        let noun = if lines.len() == 1 { "line" } else { "lines" };
        let _ = write!(head, " · {} {noun} {}", prose(document, LONGEST), lines.join(", "));
    }
    head.push_str("\n\n");
    let mut items: Vec<String> = group.iter().take(MOST_OF_A_RULE).map(|finding| item(finding, look)).collect();
    let more = group.len() - items.len();
    if more > 0 {
        items.push(format!("- … and {}\n", counted(more, "more finding", "more findings")));
    }
    let mut tail = String::new();
    if let Some(fix) = rule.map(|rule| rule.remediation.trim()).filter(|fix| !fix.is_empty()) {
        let _ = write!(tail, "\n**Fix:** {}\n", sentence(fix, 2 * LONGEST));
    }
    tail.push_str("\n</details>\n");
    page.list(&head, &items, &tail, of(first.severity));
}

/// Returns a finding in two or three lines: where, what, and the path that proves it.
pub(super) fn item(finding: &Finding, look: &Look) -> String {
    let mut text = format!("- {}", code(&finding.resource.id));
    if let Some(place) = mendable(finding) {
        let file = look.checkout.path(&place.file);
        let _ = write!(text, " · {}", link(&file, place.line, look));
    }
    let _ = write!(text, "<br>{}", prose(&finding.message, LONGEST));
    if let Some(tag) = &finding.tag {
        let _ = write!(text, " ({})", code(tag));
    }
    if !finding.related.is_empty() {
        text.push_str("<br>");
        for related in finding.related.iter().take(MOST_STEPS) {
            let _ = write!(text, "→ {} ", code(&related.id));
        }
        text.truncate(text.trim_end().len());
    }
    text.push('\n');
    text
}

/// Returns what failures of a severity are called when they have no room.
fn of(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}
