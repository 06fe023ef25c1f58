//! What the resolver knows of an expression on its way: where it leads, its value if that is all it
//! is, and what stays open.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::address::Key;
use super::instances::ModuleId;
use super::reference::Step;
use super::select;

/// Which instances of a group are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pick {
    /// All of them, unless something beside it selects one.
    All,
    /// This one.
    One(Option<Key>),
}

/// A group of instances that a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Lead {
    pub(super) group: usize,
    pub(super) pick: Pick,
    pub(super) attribute: Vec<String>,
}

/// What is known of an expression.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Resolved {
    /// Where it leads.
    pub(super) leads: BTreeSet<Lead>,
    /// Set when not all leads hold.
    pub(super) doubt: bool,
    /// Its value, when it is nothing but this.
    pub(super) literal: Option<Literal>,
    /// Set when some value takes part that is no resource.
    pub(super) scalar: bool,
    /// Set when a list of constants takes part.
    pub(super) others: bool,
    /// Module instances that are mentioned without the output that is used.
    pub(super) modules: Vec<Mentioned>,
    /// References that lead nowhere.
    pub(super) unresolved: BTreeSet<String>,
}

/// Module instances that are mentioned as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mentioned {
    /// This one.
    Instance(ModuleId),
    /// All instances of a call, unless something beside it selects one.
    Call(ModuleId, String),
}

/// A known value that an expression hands on.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    /// `each.key` or the like: made to select.
    Key(Key),
    /// `count.index`
    Index(u64),
    /// A constant.
    Json(Json),
}

impl Resolved {
    pub(super) fn unresolved(text: &str) -> Self {
        Self { unresolved: BTreeSet::from([text.to_owned()]), scalar: true, ..Self::default() }
    }

    pub(super) fn literal(literal: Literal) -> Self {
        Self { literal: Some(literal), scalar: true, ..Self::default() }
    }

    /// Puts two things side by side that both take part.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.leads.extend(other.leads);
        self.unresolved.extend(other.unresolved);
        self.modules.extend(other.modules);
        self.doubt |= other.doubt;
        self.scalar |= other.scalar;
        self.others |= other.others;
        if self.literal != other.literal {
            self.literal = None;
        }
        self
    }
}

/// Takes a path out of a constant.
pub(super) fn constant(json: &Json, path: &[Step]) -> Resolved {
    match select::lookup(json, path) {
        Some(json) => Resolved::literal(Literal::Json(json.clone())),
        None => match path {
            // `each.value` of a set is the element itself.
            [Step::Index(Key::String(key))] if select::has_element(json, key) => {
                Resolved::literal(Literal::Key(Key::String(key.clone())))
            }
            _ => Resolved { scalar: true, ..Resolved::default() },
        },
    }
}
