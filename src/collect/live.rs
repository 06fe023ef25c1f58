//! What a live audit reads, whichever cloud: accounts, parts of them, and the file that keeps them.

pub mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{Gap, Resource};

/// The region of services that have none.
pub const GLOBAL: &str = "global";

/// What was read of one account.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The account's number.
    pub account: String,
    /// Its name in the organization, if that was asked.
    pub name: Option<String>,
    /// Regions that were read, sorted; without `global`.
    pub regions: Vec<String>,
    /// Kinds that were asked for, by region; `global` for those that have none.
    pub kinds: BTreeMap<String, BTreeSet<&'static str>>,
    /// Its resources, sorted by id.
    pub resources: Vec<Resource>,
    /// What could not be read, sorted.
    pub gaps: Vec<Gap>,
}

impl Account {
    /// Takes what was read of one region.
    pub fn add(&mut self, part: Part) {
        self.kinds.entry(part.name.region).or_default().extend(part.kinds);
        self.resources.extend(part.resources);
        self.gaps.extend(part.gaps);
    }

    /// Puts everything into its order, whichever part came first. What two parts tell stands once.
    pub fn sort(&mut self) {
        self.regions.sort();
        self.regions.dedup();
        self.resources.sort_by(|a, b| a.id.cmp(&b.id));
        self.resources.dedup_by(|a, b| a.id == b.id);
        self.gaps.sort();
        self.gaps.dedup();
    }
}

/// What a part of an audit is called: one region of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartName {
    /// The account's number.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
}

/// What was read of one region of one account.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which one.
    pub name: PartName,
    /// Kinds that were asked for.
    pub kinds: BTreeSet<&'static str>,
    /// Its resources, sorted by id.
    pub resources: Vec<Resource>,
    /// What could not be read, sorted.
    pub gaps: Vec<Gap>,
}
