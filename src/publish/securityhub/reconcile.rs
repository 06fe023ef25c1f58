//! What a hub holds against what a run found. Pure: in go a report and, one after another, the findings
//! of the hub; out comes what to send. Everything that is closed has its proof in the report.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::{SignedDuration, Timestamp};

use super::change::{Change, Counts};
use super::draft::{Draft, Writer};
use super::evidence::{Evidence, Proof};
use super::existing::{Existing, Known};
use super::scope::Scope;
use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Report};
use crate::report::asff::{AsffFinding, ComplianceStatus, RecordState};

/// Security Hub deletes a finding 90 days after its last update; one that is still true is sent again
/// long before.
const STALE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What is done with findings that somebody accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Waived {
    /// New ones are not sent; what the hub has stays as it is.
    #[default]
    Skip,
    /// They are sent with the compliance status `WARNING`.
    Warning,
}

/// What a finding of the hub comes to when it is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It is sent again with this change.
    Send(Change),
    /// It stays as it is, or its successor of this run decides.
    Keep,
}

/// A finding of this run that belongs into a hub.
struct Wanted<'a> {
    finding: &'a Finding,
    /// What the hub has of it.
    known: Option<Known>,
}

/// The reconciliation of one hub.
pub struct Reconcile<'a> {
    evidence: Evidence<'a>,
    writer: &'a Writer<'a>,
    scope: &'a Scope,
    wanted: Vec<Wanted<'a>>,
    /// Positions in `wanted` by id; nothing for what is accepted and not sent.
    ids: HashMap<String, Option<usize>>,
    now: Timestamp,
    /// How many of each there are so far.
    pub counts: Counts,
}

impl<'a> Reconcile<'a> {
    /// Begins with what a report has for a hub: `findings` are its failures and accepted failures there.
    pub fn new(report: &'a Report, scope: &'a Scope, findings: &[&'a Finding], writer: &'a Writer<'a>) -> Self {
        let mut this = Self {
            evidence: Evidence::new(report, scope),
            writer,
            scope,
            wanted: Vec::with_capacity(findings.len()),
            ids: HashMap::with_capacity(findings.len()),
            now: writer.look().now,
            counts: Counts::default(),
        };
        for &finding in findings {
            // Of two findings of one id the first is the heavier one.
            let Entry::Vacant(entry) = this.ids.entry(writer.id(finding)) else { continue };
            if finding.outcome == Outcome::Waived && writer.waived() == Waived::Skip {
                entry.insert(None);
                this.counts.waived += 1;
            } else {
                entry.insert(Some(this.wanted.len()));
                this.wanted.push(Wanted { finding, known: None });
            }
        }
        this
    }

    /// Takes a finding that the hub holds and says what to send for it. Whoever sends it counts it.
    pub fn see(&mut self, existing: &Existing) -> Seen {
        let is_open = existing.known.record == RecordState::Active;
        match self.ids.get(&existing.id) {
            Some(Some(position)) => {
                if let Some(wanted) = self.wanted.get_mut(*position) {
                    wanted.known = Some(existing.known.clone());
                }
                return Seen::Keep;
            }
            Some(None) if is_open && existing.known.status != ComplianceStatus::Passed => {
                return if self.is_stale(&existing.known) { Seen::Send(Change::KeptAlive) } else { Seen::Keep };
            }
            _ => {}
        }
        if !is_open {
            self.counts.closed += 1;
            return Seen::Keep;
        }
        let has_passed = existing.known.status == ComplianceStatus::Passed;
        match self.evidence.on(existing) {
            Proof::Gone => Seen::Send(Change::Archived),
            // What has passed stays passed, also when it cannot be looked at again.
            _ if has_passed => {
                self.counts.closed += 1;
                Seen::Keep
            }
            Proof::Mended => Seen::Send(Change::Passed),
            Proof::Nothing(why) => {
                *self.counts.untouched.entry(why).or_default() += 1;
                Seen::Keep
            }
        }
    }

    /// Returns how many findings of this run belong into the hub.
    pub fn wanted(&self) -> usize {
        self.wanted.len()
    }

    /// Says what becomes of a finding of this run, by its position in the order of the report, when
    /// everything that the hub holds was seen: what to send, or nothing if the hub has it so.
    pub fn settle(&mut self, position: usize) -> Option<(Change, AsffFinding)> {
        let wanted = self.wanted.get_mut(position)?;
        let known = wanted.known.take();
        let Draft { mut finding, content } = self.writer.draft(wanted.finding, self.scope);
        let Some(change) = self.change(&finding, &content, known.as_ref()) else {
            self.counts.unchanged += 1;
            return None;
        };
        Writer::keep(&mut finding, known.as_ref());
        self.counts.add(change);
        Some((change, finding))
    }

    fn change(&self, finding: &AsffFinding, content: &str, known: Option<&Known>) -> Option<Change> {
        let Some(known) = known else {
            return Some(Change::New);
        };
        if known.record == RecordState::Archived || known.status == ComplianceStatus::Passed {
            Some(Change::Reopened)
        } else if known.status != finding.compliance.status || known.content.as_deref() != Some(content) {
            Some(Change::Changed)
        } else {
            self.is_stale(known).then_some(Change::KeptAlive)
        }
    }

    /// A time that cannot be read is old.
    fn is_stale(&self, known: &Known) -> bool {
        known.updated_at.is_none_or(|at| self.now.duration_since(at) >= STALE)
    }
}
