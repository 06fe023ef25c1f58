//! What is no failure now: what could not be judged, what the change fixes, what cannot be told before
//! the apply, and what somebody accepted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::evaluate::outcome::{Doubt, Outcome};
use crate::finding::report::WaiverState;
use crate::finding::{Finding, Report, Waiver};

use super::super::text::{count, counted};
use super::escape::{code, prose};
use super::failures::item;
use super::page::Page;
use crate::report::Look;

/// Things that could not be judged that are named.
const MOST_NOT_JUDGED: usize = 20;

/// Values named for each rule whose outcome is unknown.
const REASONS: usize = 3;

/// Characters of a sentence that are shown.
const LONGEST: usize = 500;

/// Writes what stands behind the failures, what needs a look first.
pub(super) fn write(page: &mut Page, report: &Report, look: &Look) {
    page.no_title();
    waivers_to_look_at(page, report);
    folded(
        page,
        &format!("✅ {} by this change", counted(report.fixed.len(), "failure is fixed", "failures are fixed")),
        &report
            .fixed
            .iter()
            .map(|finding| format!("{}<br>{}\n", item(finding, look).trim_end(), code(&finding.rule)))
            .collect::<Vec<_>>(),
        "fixed",
    );
    unknown(page, report);
    let waived: Vec<String> = report
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Waived)
        .map(|finding| {
            let terms = finding.waiver.as_ref().map_or_else(String::new, terms);
            format!("{}<br>{}: {terms}\n", item(finding, look).trim_end(), code(&finding.rule))
        })
        .collect();
    folded(page, &format!("🤝 {} accepted", counted(waived.len(), "failure is", "failures are")), &waived, "waived");
}

fn folded(page: &mut Page, summary: &str, items: &[String], what: &'static str) {
    if !items.is_empty() {
        let open = format!("\n<details>\n<summary>{summary}</summary>\n\n");
        page.list(&open, items, "\n</details>\n", what);
    }
}

/// Writes what could not be judged, which is why a scan is incomplete.
pub(super) fn not_judged(page: &mut Page, report: &Report) {
    let mut items: Vec<String> = report
        .gaps
        .iter()
        .map(|gap| format!("- {} could not be read: {}\n", code(&gap.named()), prose(&gap.reason, LONGEST)))
        .collect();
    let mut errors: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.outcome == Outcome::Error) {
        errors.entry((&finding.rule, &finding.message)).or_default().push(finding);
    }
    for ((rule, message), findings) in errors {
        let resources = counted(findings.len(), "resource", "resources");
        items.push(format!("- {} on {resources}: {}\n", code(rule), prose(message, LONGEST)));
    }
    // They stand before the failures and must leave them room.
    let more = items.len().saturating_sub(MOST_NOT_JUDGED);
    if more > 0 {
        items.truncate(MOST_NOT_JUDGED);
        items.push(format!("- … and {} more\n", count(more)));
    }
    if !items.is_empty() {
        page.list("\n### ⚠️ Not judged\n\n", &items, "", "not judged");
    }
}

fn waivers_to_look_at(page: &mut Page, report: &Report) {
    let items: Vec<String> = report
        .waivers
        .iter()
        .map(|note| {
            let state = match note.state {
                WaiverState::Expired => "expired",
                WaiverState::Unused => "not needed any more",
                WaiverState::Expiring => "about to end",
                WaiverState::Distant => "without a near end",
                WaiverState::NoSuchRule => "for a rule that does not exist",
                WaiverState::Malformed => "not readable",
            };
            format!("- {} is {state}: {}\n", code(&note.subject), terms(&note.waiver))
        })
        .collect();
    if !items.is_empty() {
        page.list("\n### Waivers to look at\n\n", &items, "", "waiver notes");
    }
}

fn terms(waiver: &Waiver) -> String {
    let mut text = prose(&waiver.reason, LONGEST);
    let _ = write!(text, " (");
    if let Some(owner) = &waiver.owner {
        let _ = write!(text, "{}, ", prose(owner, 100));
    }
    let _ = write!(text, "until {})", prose(&waiver.until, 40));
    text
}

fn unknown(page: &mut Page, report: &Report) {
    let mut groups: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    let mut outcomes = 0;
    for finding in report.findings.iter().filter(|finding| finding.outcome == Outcome::Unknown) {
        groups.entry(&finding.rule).or_default().push(finding);
        outcomes += 1;
    }
    let mut groups: Vec<(&str, Vec<&Finding>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, findings)| findings.first().map(|finding| std::cmp::Reverse(finding.severity)));
    let items: Vec<String> = groups
        .iter()
        .map(|(rule, findings)| {
            let resources = counted(findings.len(), "resource", "resources");
            format!("- {} on {resources}: {}\n", code(rule), reasons(findings))
        })
        .collect();
    let summary = format!("❔ {} told from this input", counted(outcomes, "outcome cannot be", "outcomes cannot be"));
    folded(page, &summary, &items, "unknown");
}

/// Returns the values that decide most of a rule's outcomes, the most frequent first.
fn reasons(findings: &[&Finding]) -> String {
    let mut counts: BTreeMap<&Doubt, usize> = BTreeMap::new();
    for doubt in findings.iter().flat_map(|finding| &finding.reasons) {
        *counts.entry(doubt).or_default() += 1;
    }
    let mut counts: Vec<(&Doubt, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut parts: Vec<String> = counts
        .iter()
        .take(REASONS)
        .map(|(doubt, _)| match doubt.path.as_str() {
            "" => prose(&doubt.reason, LONGEST),
            path => format!("{} is {}", code(path), prose(&doubt.reason, LONGEST)),
        })
        .collect();
    if counts.len() > REASONS {
        parts.push(format!("{} more", count(counts.len() - REASONS)));
    }
    if parts.is_empty() { "it does not say why".to_owned() } else { parts.join("; ") }
}
