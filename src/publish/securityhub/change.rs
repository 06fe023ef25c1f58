//! What becomes of a finding in a hub, and how many of each.

use std::collections::BTreeMap;
use std::fmt;

use super::evidence::Why;

/// What is sent for a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The hub does not have it.
    New,
    /// The hub has it as passed or archived, and it is there again.
    Reopened,
    /// It says something else than before.
    Changed,
    /// The rule judged the resource and does not find it any more.
    Passed,
    /// The resource is gone.
    Archived,
    /// It says the same, and is sent before the hub forgets it.
    KeptAlive,
}

impl Change {
    /// Every change, in the order in which people read them.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Reopened, Self::Changed, Self::Passed, Self::Archived, Self::KeptAlive];

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Reopened => "reopened",
            Self::Changed => "changed",
            Self::Passed => "passed",
            Self::Archived => "archived",
            Self::KeptAlive => "kept alive",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How many findings of a hub become what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// What is sent.
    pub changes: BTreeMap<Change, usize>,
    /// Findings of this run that the hub has already, in the same words.
    pub unchanged: usize,
    /// Findings of the hub that are closed, and stay so.
    pub closed: usize,
    /// Open findings of the hub that this run proves nothing of, by the reason.
    pub untouched: BTreeMap<Why, usize>,
    /// Findings of this run that somebody accepted, and that are not sent.
    pub waived: usize,
}

impl Counts {
    /// Counts one change.
    pub(super) fn add(&mut self, change: Change) {
        *self.changes.entry(change).or_default() += 1;
    }

    /// Returns how many findings have a change.
    pub fn of(&self, change: Change) -> usize {
        self.changes.get(&change).copied().unwrap_or_default()
    }

    /// Returns how many findings are sent.
    pub fn sent(&self) -> usize {
        self.changes.values().sum()
    }

    /// Returns how many open findings of the hub this run proves nothing of.
    pub fn left(&self) -> usize {
        self.untouched.values().sum()
    }

    /// Adds those of another hub.
    pub fn join(&mut self, other: &Self) {
        for (change, count) in &other.changes {
            *self.changes.entry(*change).or_default() += count;
        }
        for (why, count) in &other.untouched {
            *self.untouched.entry(*why).or_default() += count;
        }
        self.unchanged += other.unchanged;
        self.closed += other.closed;
        self.waived += other.waived;
    }
}

impl fmt::Display for Counts {
    /// `3 new, 1 passed, 40 unchanged, 2 untouched`; zeros are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = Change::ALL.into_iter().map(|change| (self.of(change), change.name()));
        let others = [(self.unchanged, "unchanged"), (self.left(), "untouched"), (self.waived, "waived and not sent")];
        let told: Vec<String> = changes
            .chain(others)
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        if told.is_empty() { f.write_str("nothing to change") } else { f.write_str(&told.join(", ")) }
    }
}
