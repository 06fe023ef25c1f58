//! From which kinds each fact is derived: what a gap makes doubtful, and what an audit has to read.

mod placement;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use crate::inventory::{Gap, Hidden, Index, Inventory, Place};

/// Kinds, as the table names them.
type Kinds = &'static [&'static str];

/// A fact, or a part of one, and the kinds that it is derived from, whether directly or through other
/// facts.
#[derive(Debug, Clone)]
pub struct Source {
    /// The kind that has the fact.
    pub kind: &'static str,
    /// Its place below `facts`; `*` stands for any element of a list. It covers all that is below.
    pub path: Vec<&'static str>,
    /// Kinds of which a resource may be missing without a trace: then the fact is wrong and does not
    /// show it.
    pub silent: BTreeSet<&'static str>,
    /// Kinds that are reached by a link which names them: where one is missing, the fact says itself that
    /// it is not known.
    pub named: BTreeSet<&'static str>,
}

static TABLE: LazyLock<BTreeMap<&'static str, Vec<Source>>> = LazyLock::new(|| {
    let mut table: BTreeMap<&'static str, Vec<Source>> = BTreeMap::new();
    for source in table::sources().into_iter().chain(placement::sources()) {
        table.entry(source.kind).or_default().push(source);
    }
    table
});

/// Returns what the facts of a kind are derived from. A fact that is not listed follows from the resource
/// alone.
pub fn of_kind(kind: &str) -> &'static [Source] {
    TABLE.get(kind).map_or(&[], Vec::as_slice)
}

/// A line of the table: kind, path, silent kinds, named kinds.
fn source(kind: &'static str, path: &'static str, silent: &[Kinds], named: &[Kinds]) -> Source {
    let kinds = |sets: &[Kinds]| sets.iter().copied().flatten().copied().collect();
    Source { kind, path: path.split('.').collect(), silent: kinds(silent), named: kinds(named) }
}

/// Finds what gaps make doubtful. Costs nothing where no gap hides resources.
pub(super) fn hide(inventory: &mut Inventory) {
    let gaps: Vec<&Gap> = inventory.gaps.iter().filter(|gap| gap.hides_resources && !gap.kinds.is_empty()).collect();
    if gaps.is_empty() {
        return;
    }
    let mut facts: BTreeMap<(&str, Place<'_>), Arc<[Hidden]>> = BTreeMap::new();
    let mut hidden: Vec<(Index, Arc<[Hidden]>)> = Vec::new();
    for (index, resource) in inventory.resources.iter().enumerate() {
        let place = Place::of(resource);
        let of_facts =
            facts.entry((resource.kind(), place)).or_insert_with(|| of_facts(resource.kind(), place, &gaps).into());
        let relations = of_relations(inventory, index, place, &gaps);
        if relations.is_empty() {
            if !of_facts.is_empty() {
                hidden.push((index, Arc::clone(of_facts)));
            }
        } else {
            hidden.push((index, of_facts.iter().cloned().chain(relations).collect()));
        }
    }
    inventory.hidden = hidden.into_iter().collect();
}

/// The first gap that may hide something near a place.
fn hiding<'a>(gaps: &[&'a Gap], place: Place<'_>, touches: impl Fn(&str) -> bool) -> Option<&'a Gap> {
    gaps.iter().copied().find(|gap| Place::of_gap(gap).is_near(place) && gap.kinds.iter().any(|kind| touches(kind)))
}

fn of_facts(kind: &str, place: Place<'_>, gaps: &[&Gap]) -> Vec<Hidden> {
    let sources = of_kind(kind).iter();
    let hidden = sources.filter_map(|source| {
        let gap = hiding(gaps, place, |kind| source.silent.contains(kind))?;
        let path = std::iter::once("facts").chain(source.path.iter().copied()).collect();
        Some(Hidden { path, reason: gap.told().into() })
    });
    hidden.collect()
}

/// Relations that lead out of the inventory, or far away, where what they mean may be hidden.
fn of_relations(inventory: &Inventory, index: Index, place: Place<'_>, gaps: &[&Gap]) -> Vec<Hidden> {
    let Some(resource) = inventory.resources.get(index) else {
        return Vec::new();
    };
    let declared = resource.attributes.relations().into_iter();
    let hidden = declared.filter_map(|relation| {
        let edges = inventory.edges(index, relation.name);
        let astray = !edges.outside.is_empty() || edges.targets.iter().any(|&target| !inventory.near(target, index));
        let gap = hiding(gaps, place, |kind| relation.to.contains(&kind)).filter(|_| astray)?;
        Some(Hidden { path: vec!["relations", relation.name], reason: gap.told().into() })
    });
    hidden.collect()
}
