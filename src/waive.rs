//! Accepted risks: waivers, which have a reason, an owner and an end, in a file, in comments of the
//! source or in annotations of objects; and the baseline, which knows the findings of the day on which hfscan was brought in. Both
//! change what counts at the gate, and never what is listed.

pub mod address;
pub mod annotation;
pub mod baseline;
pub mod comment;
pub mod entry;
pub mod failure;
pub mod file;
mod verdicts;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::evaluate::outcome::Outcome;
use crate::finding::report::{WaiverNote, WaiverState};
use crate::finding::{Block, Finding, Place, Report, Waiver, judge};
use crate::inventory::Annotation;
use crate::locate::Sources;
use crate::policy::failure::similar;
use crate::policy::rule::{Rule, SelectedRule};

pub use baseline::Baseline;
pub use entry::{Entry, Scope};
pub use failure::{Problem, WaiveFailure};

use entry::Addresses;

/// An end that is further away than this is no end.
const LONGEST_DAYS: i32 = 366;

/// From so many days before its end a waiver is told, so that nobody is surprised by the gate.
const SOON_DAYS: i32 = 14;

/// Gives the places of the comments on a finding's block and calls.
pub type CommentsOf<'a> = dyn Fn(&Finding) -> Vec<Place> + 'a;

/// What waivers are judged by, beside the report.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    /// The day; a waiver holds until its last day is over.
    pub today: Date,
    /// Rules of the run, sorted by id.
    pub rules: &'a [SelectedRule],
    /// Every rule that a run may choose.
    pub known: Vec<&'a Rule>,
    /// Accounts of the run's resources, as far as the inputs tell.
    pub accounts: BTreeSet<String>,
    /// Addresses and ids of the run's resources, and of the blocks that were joined into them.
    pub addresses: BTreeSet<String>,
    /// Annotations of the run's resources that speak to hfscan.
    pub annotations: &'a [Annotation],
}

/// Waives the failures and unknowns that waivers accept: those of files, those in comments of the source,
/// and those in annotations of Kubernetes objects. Notes the waivers that need a look.
///
/// An unknown outcome is waived too: who accepts that a requirement is broken accepts that it may be.
/// Errors never are, because they say nothing about the resource.
pub fn apply(report: &mut Report, mut entries: Vec<Entry>, sources: &Sources, run: &Run<'_>) {
    let comments = sources.comments().filter_map(|comment| comment::parse(&comment.text, &comment.place));
    for read in comments.chain(run.annotations.iter().map(annotation::parse)) {
        match read {
            Ok(entry) => entries.push(entry),
            Err(problem) => report.waivers.push(malformed(problem)),
        }
    }
    let comments_of = |finding: &Finding| {
        let mut comments = sources.comments_of(finding);
        // What stands in a block that was joined into the resource is about the resource all the same.
        if let Some(block) = finding.block.as_ref().filter(|block| block.address != finding.resource.address) {
            let own = Block { address: finding.resource.address.clone(), ..block.clone() };
            comments.extend(sources.comments_of(&Finding { block: Some(own), ..finding.clone() }));
        }
        let annotations = run.annotations.iter().filter(|annotation| *annotation.resource == *finding.resource.id);
        comments.into_iter().map(|comment| comment.place.clone()).chain(annotations.map(annotation::place)).collect()
    };
    accept(report, &entries, &comments_of, run);
}

fn malformed(problem: Problem) -> WaiverNote {
    let waiver = Waiver { reason: String::new(), owner: None, until: String::new(), place: Some(problem.place) };
    WaiverNote { state: WaiverState::Malformed, subject: problem.message, waiver }
}

/// Waives what entries accept. `comments_of` gives the places of the comments that a finding's block
/// and calls carry.
pub fn accept(report: &mut Report, entries: &[Entry], comments_of: &CommentsOf<'_>, run: &Run<'_>) {
    let by_rule: Vec<Vec<usize>> = run
        .rules
        .iter()
        .map(|selected| {
            let names = entries.iter().enumerate().filter(|(_, entry)| entry.names(&selected.rule));
            names.map(|(position, _)| position).collect()
        })
        .collect();
    let mut uses = vec![Use::default(); entries.len()];
    let mut accepted: Vec<Option<usize>> = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        accepted.push(decide(finding, entries, &by_rule, comments_of, run, &mut uses));
    }
    if accepted.iter().any(Option::is_some) {
        let waived: Vec<bool> = accepted.iter().map(Option::is_some).collect();
        verdicts::count_waived(report, &waived);
        for (finding, entry) in report.findings.iter_mut().zip(accepted) {
            if let Some(entry) = entry.and_then(|position| entries.get(position)) {
                finding.outcome = Outcome::Waived;
                finding.waiver = Some(entry.waiver.clone());
            }
        }
        judge::sort(&mut report.findings);
    }
    let subjects: Vec<address::Subject> = run.addresses.iter().map(|address| address::Subject::new(address)).collect();
    let needed: BTreeSet<usize> = by_rule.into_iter().flatten().collect();
    for (position, (entry, used)) in entries.iter().zip(uses).enumerate() {
        report.waivers.extend(note(entry, used, needed.contains(&position), run, &subjects));
    }
    report.waivers.sort();
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    /// It accepts a finding.
    accepts: bool,
    /// It would accept a finding if it were not over, and no other does.
    lacks: bool,
}

/// Returns the entry that accepts a finding: the one that holds longest, of those the first.
fn decide(
    finding: &Finding,
    entries: &[Entry],
    by_rule: &[Vec<usize>],
    comments_of: &CommentsOf<'_>,
    run: &Run<'_>,
    uses: &mut [Use],
) -> Option<usize> {
    if !matches!(finding.outcome, Outcome::Fail | Outcome::Unknown) {
        return None;
    }
    let position = run.rules.binary_search_by(|selected| (*selected.rule.id).cmp(&finding.rule)).ok()?;
    let rule = &run.rules.get(position)?.rule;
    let candidates = by_rule.get(position).filter(|candidates| !candidates.is_empty())?;
    let candidates: Vec<(usize, &Entry)> =
        candidates.iter().filter_map(|&position| Some((position, entries.get(position)?))).collect();
    let in_comments = candidates.iter().any(|(_, entry)| matches!(entry.scope, Scope::Comment(_)));
    let comments = if in_comments { comments_of(finding) } else { Vec::new() };
    let comments: Vec<&Place> = comments.iter().collect();
    let addresses = Addresses::of(finding);
    let matching: Vec<(usize, &Entry)> =
        candidates.into_iter().filter(|(_, entry)| entry.accepts(finding, rule, &addresses, &comments)).collect();
    let holding = matching.iter().filter(|(_, entry)| entry.until >= run.today);
    let chosen = holding.min_by_key(|(position, entry)| (std::cmp::Reverse(entry.until), *position));
    for (position, entry) in &matching {
        if let Some(used) = uses.get_mut(*position) {
            used.accepts |= entry.until >= run.today;
            used.lacks |= chosen.is_none();
        }
    }
    chosen.map(|(position, _)| *position)
}

/// Returns what somebody should know about an entry; one thing, the most pressing.
fn note(entry: &Entry, used: Use, needed: bool, run: &Run<'_>, subjects: &[address::Subject]) -> Option<WaiverNote> {
    let note = |state, subject| Some(WaiverNote { state, subject, waiver: entry.waiver.clone() });
    let days = entry.until.since(run.today).map_or(0, |span| span.get_days());
    let unknown = entry.rules.iter().find(|pattern| !run.known.iter().any(|rule| pattern.names(rule)));
    if let Some(pattern) = unknown {
        let ids = run.known.iter().flat_map(|rule| {
            std::iter::once(&*rule.id).chain(rule.control.as_deref()).chain(rule.aliases.iter().map(String::as_str))
        });
        let suggestion = similar(pattern.text(), ids);
        let suggestion = suggestion.map_or_else(String::new, |id| format!(" (did you mean `{id}`?)"));
        return note(WaiverState::NoSuchRule, format!("{}{suggestion}", entry.subject()));
    }
    if used.lacks && days < 0 {
        return note(WaiverState::Expired, entry.subject());
    }
    if !used.accepts {
        return unused(entry, needed, run, subjects).and_then(|subject| note(WaiverState::Unused, subject));
    }
    if days > LONGEST_DAYS {
        return note(WaiverState::Distant, entry.subject());
    }
    if days <= SOON_DAYS {
        return note(WaiverState::Expiring, entry.subject());
    }
    None
}

/// Returns what an entry that accepts nothing is for, if this run could have needed it: a rule or an
/// account that is not in this run says nothing about what another run needs.
fn unused(entry: &Entry, needed: bool, run: &Run<'_>, subjects: &[address::Subject]) -> Option<String> {
    let subject = entry.subject();
    let Scope::Resources(named) = &entry.scope else { return needed.then_some(subject) };
    let elsewhere = named.account.as_ref().is_some_and(|account| !run.accounts.iter().any(|id| account.matches(id)));
    if !needed || elsewhere {
        return None;
    }
    let stands = subjects.iter().any(|subject| named.address.matches(subject));
    Some(if stands { subject } else { format!("{subject} (no resource of this run)") })
}
