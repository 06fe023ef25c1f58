//! The inventory: every resource in normalized form, its relations and its facts. It knows no
//! collector and no rule; collectors fill it, `relate` completes it, `evaluate` reads it.

pub mod annotation;
pub mod aws;
pub mod environment;
mod hidden;
pub mod kind;
pub mod kubernetes;
pub mod link;
pub(crate) mod model;
pub mod place;
pub mod resource;
pub mod schema;
pub mod stored;
pub mod value;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub use annotation::Annotation;
pub use hidden::Hidden;
pub use kind::{Attributes, Facts, Kind};
pub use link::{Certainty, Linked, Links, Target};
pub use place::Place;
pub use resource::{Gap, Origin, Part, Resource};
pub use value::{Reason, Value};

/// Position of a resource in [`Inventory::resources`].
pub type Index = usize;

/// One relation of one resource, looked up.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    /// Resources of this inventory that the relation leads to, in order.
    pub targets: Vec<Index>,
    /// Names of things that are not in this inventory: a literal id, ARN or name.
    pub outside: Vec<String>,
    /// Set when not all targets are certain to be linked, or the links cannot be told at all.
    pub doubt: Option<Reason>,
    /// Whether the doubt is only about what else is linked: the targets and names are.
    pub at_least: bool,
    /// Whether something may be linked that is neither among the targets nor among the names.
    pub open: bool,
}

impl Edges {
    /// Returns why it is not certain that each target and name is linked.
    pub fn doubt_of_each(&self) -> Option<&Reason> {
        self.doubt.as_ref().filter(|_| !self.at_least)
    }

    /// Returns why something may be linked that is neither among the targets nor among the names.
    pub fn untold(&self) -> Option<&Reason> {
        self.doubt.as_ref().filter(|_| self.open || self.targets.is_empty() && self.outside.is_empty())
    }

    /// Returns whether the source names nothing at all.
    pub fn is_absent(&self) -> bool {
        self.targets.is_empty() && self.outside.is_empty() && self.doubt.is_none()
    }

    /// Returns the reason why the targets are not the whole truth: doubt, or a thing that is
    /// outside of the inventory.
    pub fn incomplete(&self) -> Option<Reason> {
        self.doubt.clone().or_else(|| {
            let name = self.outside.first()?;
            Some(Reason::NotInInput(name.clone()))
        })
    }
}

/// A relation seen from its target.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The resource that links here.
    pub from: Index,
    /// The name of the relation there.
    pub relation: &'static str,
    /// Whether the link is certain.
    pub certain: bool,
}

/// All resources of all inputs, with relations and facts.
#[derive(Debug, Default)]
pub struct Inventory {
    /// The resources, sorted by id.
    pub resources: Vec<Resource>,
    /// What the collectors could not read.
    pub gaps: Vec<Gap>,
    /// Whether the inputs are all there is: then what is missing is truly missing.
    pub complete: bool,
    /// Whether this is a live account, whose API does not show what runs inside of its clusters.
    pub live: bool,
    /// Facts by resource; the same order as `resources`.
    pub facts: Vec<Facts>,
    pub(crate) edges: Vec<BTreeMap<&'static str, Edges>>,
    pub(crate) incoming: Vec<Vec<Incoming>>,
    pub(crate) by_id: HashMap<Arc<str>, Index>,
    pub(crate) by_kind: BTreeMap<&'static str, Vec<Index>>,
    pub(crate) hidden: HashMap<Index, Arc<[Hidden]>>,
}

const NO_EDGES: &Edges = &Edges { targets: Vec::new(), outside: Vec::new(), doubt: None, at_least: false, open: false };

impl Inventory {
    /// Returns the position of the resource with this id.
    pub fn index_of(&self, id: &str) -> Option<Index> {
        self.by_id.get(id).copied()
    }

    /// Returns the positions of the resources of a kind, in order.
    pub fn indices_of_kind(&self, kind: &str) -> &[Index] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Returns the resources of a kind with their attributes.
    pub fn of<K: Kind + 'static>(&self) -> impl Iterator<Item = (Index, &Resource, &K)> {
        self.indices_of_kind(K::NAME).iter().filter_map(|&index| {
            let resource = self.resources.get(index)?;
            Some((index, resource, K::attributes(&resource.attributes)?))
        })
    }

    /// Returns the attributes of a resource if it is of kind `K`.
    pub fn get<K: Kind>(&self, index: Index) -> Option<&K> {
        K::attributes(&self.resources.get(index)?.attributes)
    }

    /// Returns the facts of a resource if it is of kind `K`.
    pub fn facts_of<K: Kind>(&self, index: Index) -> Option<&K::Facts> {
        K::facts(self.facts.get(index)?)
    }

    /// Returns the facts of a resource for writing if it is of kind `K`.
    pub fn facts_mut<K: Kind>(&mut self, index: Index) -> Option<&mut K::Facts> {
        K::facts_mut(self.facts.get_mut(index)?)
    }

    /// Returns the id of a resource.
    pub fn id(&self, index: Index) -> &str {
        self.resources.get(index).map_or("", |resource| &resource.id)
    }

    /// Returns what cannot be told of a resource because of gaps.
    pub fn hidden(&self, index: Index) -> &[Hidden] {
        self.hidden.get(&index).map_or(&[], |hidden| hidden)
    }

    /// Returns the same, to keep.
    pub(crate) fn hidden_paths(&self, index: Index) -> Arc<[Hidden]> {
        self.hidden.get(&index).cloned().unwrap_or_default()
    }

    /// Returns the first gap that may hide resources near one.
    pub fn gap_near(&self, index: Index) -> Option<&Gap> {
        let hiding = |gap: &&Gap| gap.hides_resources && !gap.kinds.is_empty();
        self.gaps.iter().filter(hiding).find(|gap| Place::of_gap(gap).is_near(self.place(index)))
    }

    /// Returns where a resource is.
    pub fn place(&self, index: Index) -> Place<'_> {
        self.resources.get(index).map(Place::of).unwrap_or_default()
    }

    /// Returns whether two resources may have to do with each other by account and region.
    pub fn near(&self, one: Index, other: Index) -> bool {
        self.place(one).is_near(self.place(other))
    }

    /// Returns where a relation of a resource leads; nothing if the kind has no such relation.
    pub fn edges(&self, index: Index, relation: &str) -> &Edges {
        self.edges.get(index).and_then(|edges| edges.get(relation)).unwrap_or(NO_EDGES)
    }

    /// Returns all relations of a resource by name.
    pub fn relations(&self, index: Index) -> impl Iterator<Item = (&'static str, &Edges)> {
        self.edges.get(index).into_iter().flatten().map(|(name, edges)| (*name, edges))
    }

    /// Returns the resources of kind `K` that link here by `relation`, and whether it is certain.
    pub fn incoming<K: Kind>(&self, index: Index, relation: &str) -> impl Iterator<Item = (Index, bool)> {
        self.incoming.get(index).into_iter().flatten().filter_map(move |incoming| {
            let source = self.resources.get(incoming.from)?;
            (incoming.relation == relation && source.attributes.kind() == K::NAME)
                .then_some((incoming.from, incoming.certain))
        })
    }
}
