//! What cannot be told in one region says nothing of another: doubts and whole derivations, by account
//! and region.

use std::collections::BTreeMap;

use crate::inventory::{Index, Inventory, Place};

/// Things that may concern any resource near them. Of each place the first is kept: one is enough.
#[derive(Debug)]
pub(super) struct Strays<T> {
    first: Vec<(Index, T)>,
}

impl<T> Default for Strays<T> {
    fn default() -> Self {
        Self { first: Vec::new() }
    }
}

impl<T> Strays<T> {
    /// Adds what was met at a resource, unless its place has one.
    pub(super) fn add(&mut self, inventory: &Inventory, index: Index, thing: impl FnOnce() -> T) {
        self.at(inventory, index, thing);
    }

    /// Returns what is kept for the place of a resource, made now if nothing is.
    pub(super) fn at(&mut self, inventory: &Inventory, index: Index, thing: impl FnOnce() -> T) -> Option<&mut T> {
        let place = inventory.place(index);
        let known = self.first.iter().position(|(other, _)| inventory.place(*other) == place);
        let position = known.unwrap_or_else(|| {
            self.first.push((index, thing()));
            self.first.len().saturating_sub(1)
        });
        self.first.get_mut(position).map(|(_, thing)| thing)
    }

    /// Returns what may concern a resource.
    pub(super) fn near(&self, inventory: &Inventory, index: Index) -> impl Iterator<Item = &T> {
        self.first.iter().filter(move |(other, _)| inventory.near(*other, index)).map(|(_, thing)| thing)
    }
}

/// Derives something once for each place of some resources.
pub(super) fn by_place<'a, T>(
    inventory: &'a Inventory,
    resources: impl IntoIterator<Item = Index>,
    derive: impl Fn(Place<'a>) -> T,
) -> BTreeMap<Place<'a>, T> {
    let mut derived = BTreeMap::new();
    for index in resources {
        let place = inventory.place(index);
        derived.entry(place).or_insert_with(|| derive(place));
    }
    derived
}
