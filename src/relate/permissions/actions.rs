//! The table of actions: every action of every service with its access level, numbered, and sets of
//! them. In: patterns as policies write them (`s3:Get*`). Out: the actions that they mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

const TEXT: &str = include_str!("../../../policies/data/iam_actions.json");

/// A set of actions by number: chunks of 64, sorted, without empty ones. Policies name a few services
/// out of hundreds, so that most chunks are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Actions(Vec<(u16, u64)>);

/// What an action may do to what it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Lists or reads.
    Read,
    /// Changes things or tags.
    Write,
    /// Changes who may do what.
    Permissions,
}

/// A service: its prefix and the numbers of its actions.
struct Service {
    prefix: &'static str,
    first: usize,
    end: usize,
}

/// The table.
pub(super) struct Table {
    services: Vec<Service>,
    /// By number, sorted within a service by the lower-case name.
    names: Vec<&'static str>,
    lower: Vec<String>,
    levels: Vec<Level>,
    all: Actions,
}

/// What is known of the part before the colon of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// The table has the service, or the pattern names several.
    Yes,
    /// The table does not have it.
    No,
}

#[derive(Deserialize)]
struct File {
    #[serde(borrow)]
    services: BTreeMap<&'static str, HashMap<&'static str, &'static str>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(TEXT));

/// Returns the table that ships with hfscan; it is read at the first call.
pub(super) fn table() -> &'static Table {
    &TABLE
}

impl Actions {
    /// No action.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// Every action.
    pub(super) fn all() -> Self {
        table().all.clone()
    }

    fn of_range(actions: std::ops::Range<usize>) -> Self {
        let mut set = Self::none();
        actions.for_each(|action| set.insert(action));
        set
    }

    /// Adds one action.
    pub(super) fn insert(&mut self, action: usize) {
        let (chunk, bit) = chunk_of(action);
        match self.0.binary_search_by_key(&chunk, |entry| entry.0) {
            Ok(position) => {
                if let Some(entry) = self.0.get_mut(position) {
                    entry.1 |= bit;
                }
            }
            Err(position) => self.0.insert(position, (chunk, bit)),
        }
    }

    /// Returns whether an action is in the set.
    pub(super) fn contains(&self, action: usize) -> bool {
        let (chunk, bit) = chunk_of(action);
        self.word(chunk) & bit != 0
    }

    fn word(&self, chunk: u16) -> u64 {
        self.0
            .binary_search_by_key(&chunk, |entry| entry.0)
            .ok()
            .and_then(|position| self.0.get(position))
            .map_or(0, |entry| entry.1)
    }

    /// Adds the actions of another set.
    pub(super) fn add(&mut self, other: &Self) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
            return;
        }
        let mut merged = Vec::with_capacity(self.0.len() + other.0.len());
        let mut theirs = other.0.iter().copied().peekable();
        for &(chunk, word) in &self.0 {
            while let Some(entry) = theirs.next_if(|entry| entry.0 < chunk) {
                merged.push(entry);
            }
            let more = theirs.next_if(|entry| entry.0 == chunk).map_or(0, |entry| entry.1);
            merged.push((chunk, word | more));
        }
        merged.extend(theirs);
        self.0 = merged;
    }

    /// Takes the actions of another set away.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.0.retain_mut(|(chunk, word)| {
            *word &= !other.word(*chunk);
            *word != 0
        });
    }

    /// Keeps only what another set has too.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.0.retain_mut(|(chunk, word)| {
            *word &= other.word(*chunk);
            *word != 0
        });
    }

    /// Returns what both sets have.
    pub(super) fn common(&self, other: &Self) -> Self {
        let mut common = self.clone();
        common.intersect(other);
        common
    }

    /// Returns whether the set has every action of another one.
    pub(super) fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|(chunk, need)| need & !self.word(*chunk) == 0)
    }

    /// Returns the number of actions.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|(_, word)| word.count_ones() as usize).sum()
    }

    /// Returns whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the numbers, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(|&(chunk, word)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| usize::from(chunk) * 64 + bit)
        })
    }
}

fn chunk_of(action: usize) -> (u16, u64) {
    (u16::try_from(action / 64).unwrap_or(u16::MAX), 1 << (action % 64))
}

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self {
            services: Vec::new(),
            names: Vec::new(),
            lower: Vec::new(),
            levels: Vec::new(),
            all: Actions(Vec::new()),
        };
        // A broken table cannot ship: a test reads it. Here it would only make wildcards unknown.
        let Ok(file) = serde_json::from_str::<File>(text) else {
            return table;
        };
        for (prefix, by_level) in file.services {
            let mut actions: Vec<(String, &'static str, Level)> = by_level
                .iter()
                .flat_map(|(level, names)| {
                    let level = match *level {
                        "l" | "r" => Level::Read,
                        "p" => Level::Permissions,
                        _ => Level::Write,
                    };
                    names.split_ascii_whitespace().map(move |name| (name.to_ascii_lowercase(), name, level))
                })
                .collect();
            actions.sort_unstable_by(|a, b| a.0.cmp(&b.0));
            let first = table.names.len();
            for (lower, name, level) in actions {
                table.lower.push(lower);
                table.names.push(name);
                table.levels.push(level);
            }
            let end = table.names.len();
            table.services.push(Service { prefix, first, end });
        }
        table.all = Actions::of_range(0..table.names.len());
        table
    }

    /// Returns the prefixes of all services.
    pub(super) fn prefixes(&self) -> impl Iterator<Item = &'static str> {
        self.services.iter().map(|service| service.prefix)
    }

    /// Returns a service's prefix as the table has it.
    pub(super) fn prefix(&self, service: &str) -> Option<&'static str> {
        self.service(service).map(|service| service.prefix)
    }

    /// Returns the number of an action, whatever its case: `iam:passrole`.
    pub(super) fn action(&self, name: &str) -> Option<usize> {
        let (service, action) = name.split_once(':')?;
        let service = self.service(&service.to_ascii_lowercase())?;
        let action = action.to_ascii_lowercase();
        let names = self.lower.get(service.first..service.end)?;
        let position = names.binary_search(&action).ok()?;
        Some(service.first + position)
    }

    /// Returns the name of an action as AWS writes it: `iam:PassRole`.
    pub(super) fn name(&self, action: usize) -> String {
        let service = self.services.iter().find(|service| (service.first..service.end).contains(&action));
        let prefix = service.map_or("", |service| service.prefix);
        let name = self.names.get(action).copied().unwrap_or_default();
        format!("{prefix}:{name}")
    }

    /// Returns what an action does.
    pub(super) fn level(&self, action: usize) -> Level {
        self.levels.get(action).copied().unwrap_or(Level::Write)
    }

    /// Returns the actions of a service.
    pub(super) fn of_service(&self, prefix: &str) -> Actions {
        self.service(prefix).map_or_else(Actions::none, |service| Actions::of_range(service.first..service.end))
    }

    /// Returns the actions that a pattern means, and whether the table covers its service.
    pub(super) fn expand(&self, pattern: &str) -> (Actions, Known) {
        if pattern.chars().all(|letter| letter == '*') && !pattern.is_empty() {
            return (self.all.clone(), Known::Yes);
        }
        let mut actions = Actions::none();
        let Some((service, action)) = pattern.split_once(':') else {
            return (actions, Known::No);
        };
        let (service, action) = (service.to_ascii_lowercase(), action.to_ascii_lowercase());
        if is_pattern(&service) {
            for candidate in self.services.iter().filter(|candidate| matches(&service, candidate.prefix)) {
                self.expand_in(candidate, &action, &mut actions);
            }
            return (actions, Known::Yes);
        }
        match self.service(&service) {
            None => (actions, Known::No),
            Some(service) => {
                self.expand_in(service, &action, &mut actions);
                (actions, Known::Yes)
            }
        }
    }

    fn expand_in(&self, service: &Service, action: &str, actions: &mut Actions) {
        let names = self.lower.get(service.first..service.end).unwrap_or_default();
        if !is_pattern(action) {
            if let Ok(position) = names.binary_search_by(|name| name.as_str().cmp(action)) {
                actions.insert(service.first + position);
            }
            return;
        }
        for (position, name) in names.iter().enumerate() {
            if matches(action, name) {
                actions.insert(service.first + position);
            }
        }
    }

    fn service(&self, prefix: &str) -> Option<&Service> {
        let position = self.services.binary_search_by(|service| service.prefix.cmp(prefix)).ok()?;
        self.services.get(position)
    }
}

/// Returns whether a text has a wildcard.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Returns whether a text matches a pattern: `*` stands for any number of characters, `?` for one.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut position) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&letter) = text.get(position) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(&expected) if expected == b'?' || expected == letter => {
                at += 1;
                position += 1;
            }
            _ => {
                // Back to the last star, which takes one character more.
                let Some((star_at, taken)) = star else {
                    return false;
                };
                at = star_at + 1;
                position = taken + 1;
                star = Some((star_at, taken + 1));
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|letter| *letter == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_there_and_sorted() {
        let table = table();
        assert!(table.names.len() > 20_000);
        assert!(table.services.is_sorted_by(|a, b| a.prefix < b.prefix));
        let pass = table.action("IAM:passrole").unwrap();
        assert_eq!(table.name(pass), "iam:PassRole");
        assert_eq!(table.level(pass), Level::Permissions);
    }

    #[test]
    fn patterns_are_expanded_whatever_their_case() {
        let table = table();
        let (actions, known) = table.expand("ec2:describe*");
        assert_eq!(known, Known::Yes);
        assert!(actions.len() > 100);
        assert!(actions.iter().all(|action| table.level(action) == Level::Read));
        assert!(table.expand("iam:Pass*").0.contains(table.action("iam:PassRole").unwrap()));
        assert_eq!(table.expand("*:*").0, Actions::all());
        assert_eq!(table.expand("**").0, Actions::all());
        assert_eq!(table.expand("unheardof:Do*").1, Known::No);
    }
}
