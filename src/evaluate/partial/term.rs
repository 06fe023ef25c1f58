//! Values that may be unknown, in whole or in part.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use regorus::Value;

use super::super::path::Step;

/// Numbers of unknown places.
pub(super) type Doubts = Arc<BTreeSet<u32>>;

/// What a solution hangs on; `None` if it is certain.
pub(super) type Why = Option<Doubts>;

/// Shown in a message in place of a value that is not known.
const UNKNOWN_TEXT: &str = "(not known)";

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Term {
    /// Known to the last leaf.
    Known(Value),
    /// May be anything; derived from these unknown places. The text stands for it in messages.
    Unknown(Doubts, Option<Arc<str>>),
    /// A list of known length with something unknown in it.
    Array(Vec<Term>),
    /// An object of known keys with something unknown in it.
    Object(BTreeMap<Value, Term>),
    /// Members of a set or list of which some are unknown or hang on something.
    Members {
        /// Each with what its being there hangs on.
        members: Vec<(Term, Why)>,
        /// Whether it is a list: then positions are unknown.
        list: bool,
    },
}

/// Whether two terms are equal.
pub(super) enum Equal {
    /// For all values.
    Yes,
    /// For none.
    No,
    /// It hangs on these.
    Maybe(Doubts),
}

/// Joins what two things hang on.
pub(super) fn join(a: &Why, b: &Why) -> Why {
    match (a, b) {
        (None, other) | (other, None) => other.clone(),
        (Some(a), Some(b)) => Some(union(a, b)),
    }
}

/// Joins two sets of places.
pub(super) fn union(a: &Doubts, b: &Doubts) -> Doubts {
    if a.is_superset(b) { Arc::clone(a) } else { Arc::new(a.union(b).copied().collect()) }
}

impl Term {
    /// Marks the unknown places of a view.
    pub(super) fn of_view(value: &Value, unknown: &[(&[Step], u32)]) -> Self {
        if unknown.is_empty() {
            return Self::Known(value.clone());
        }
        let all = || Self::Unknown(Arc::new(unknown.iter().map(|(_, number)| *number).collect()), None);
        if unknown.iter().any(|(path, _)| path.is_empty()) {
            return all();
        }
        let below = |is_step: &dyn Fn(&Step) -> bool| -> Vec<(&[Step], u32)> {
            unknown
                .iter()
                .filter_map(|(path, number)| {
                    let (first, rest) = path.split_first()?;
                    is_step(first).then_some((rest, *number))
                })
                .collect()
        };
        match value {
            Value::Object(object) => {
                let fields: BTreeMap<Value, Self> = object
                    .iter()
                    .map(|(key, value)| {
                        let name = key.as_string().ok();
                        let is_step =
                            |step: &Step| matches!((step, name), (Step::Key(step), Some(name)) if step == name);
                        (key.clone(), Self::of_view(value, &below(&is_step)))
                    })
                    .collect();
                // An unknown field that the object does not have: nothing can be said of it.
                let has = |step: Option<&Step>| matches!(step, Some(Step::Key(key)) if fields.contains_key(&Value::from(&**key)));
                if unknown.iter().all(|(path, _)| has(path.first())) { Self::Object(fields) } else { all() }
            }
            Value::Array(items)
                if unknown.iter().all(|(path, _)| matches!(path.first(), Some(Step::Index(i)) if *i < items.len())) =>
            {
                let items = items.iter().enumerate().map(|(index, value)| {
                    Self::of_view(value, &below(&|step| matches!(step, Step::Index(i) if *i == index)))
                });
                Self::Array(items.collect())
            }
            _ => all(),
        }
    }

    /// Returns the value if it is known.
    pub(super) fn known(&self) -> Option<&Value> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// Makes a list of terms.
    pub(super) fn list(items: Vec<Self>) -> Self {
        let known: Option<Vec<Value>> = items.iter().map(|item| item.known().cloned()).collect();
        known.map_or(Self::Array(items), |known| Self::Known(Value::from(known)))
    }

    /// Makes an object of terms.
    pub(super) fn object(fields: BTreeMap<Value, Self>) -> Self {
        let known: Option<BTreeMap<Value, Value>> =
            fields.iter().map(|(key, term)| Some((key.clone(), term.known()?.clone()))).collect();
        known.map_or(Self::Object(fields), |known| Self::Known(Value::from(known)))
    }

    /// Makes a set of members.
    pub(super) fn set(members: Vec<(Self, Why)>) -> Self {
        let known: Option<BTreeSet<Value>> =
            members.iter().map(|(term, why)| if why.is_none() { term.known().cloned() } else { None }).collect();
        known.map_or(Self::Members { members, list: false }, |known| Self::Known(Value::from(known)))
    }

    /// Collects the unknown places that the term hangs on.
    pub(super) fn doubts(&self) -> Doubts {
        let mut doubts = BTreeSet::new();
        self.collect(&mut doubts);
        Arc::new(doubts)
    }

    fn collect(&self, doubts: &mut BTreeSet<u32>) {
        match self {
            Self::Known(_) => {}
            Self::Unknown(on, _) => doubts.extend(on.iter().copied()),
            Self::Array(items) => items.iter().for_each(|item| item.collect(doubts)),
            Self::Object(fields) => fields.values().for_each(|field| field.collect(doubts)),
            Self::Members { members, .. } => {
                for (member, why) in members {
                    member.collect(doubts);
                    doubts.extend(why.iter().flat_map(|why| why.iter().copied()));
                }
            }
        }
    }

    /// Returns the fields if it is an object.
    pub(super) fn fields(&self) -> Option<BTreeMap<Value, Self>> {
        match self {
            Self::Known(Value::Object(object)) => {
                Some(object.iter().map(|(key, value)| (key.clone(), Self::Known(value.clone()))).collect())
            }
            Self::Object(fields) => Some(fields.clone()),
            _ => None,
        }
    }

    /// Returns the items if it is a list of known length.
    pub(super) fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::Known(Value::Array(items)) => Some(items.iter().map(|item| Self::Known(item.clone())).collect()),
            Self::Array(items) => Some(items.clone()),
            _ => None,
        }
    }

    /// Compares for all possible values.
    pub(super) fn equal(&self, other: &Self) -> Equal {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => {
                if a == b {
                    Equal::Yes
                } else {
                    Equal::No
                }
            }
            (Self::Unknown(..) | Self::Members { .. }, _) | (_, Self::Unknown(..) | Self::Members { .. }) => {
                Equal::Maybe(union(&self.doubts(), &other.doubts()))
            }
            _ => {
                if let (Some(a), Some(b)) = (self.items(), other.items()) {
                    if a.len() != b.len() {
                        return Equal::No;
                    }
                    return all_equal(a.iter().zip(&b));
                }
                if let (Some(a), Some(b)) = (self.fields(), other.fields()) {
                    if !a.keys().eq(b.keys()) {
                        return Equal::No;
                    }
                    return all_equal(a.values().zip(b.values()));
                }
                Equal::No
            }
        }
    }

    /// Returns what stands at a key: for each possibility, what it hangs on.
    pub(super) fn at(&self, key: &Self) -> Vec<(Self, Why)> {
        match (self, key) {
            (Self::Unknown(on, _), _) => {
                vec![(Self::Unknown(union(on, &key.doubts()), None), Some(union(on, &key.doubts())))]
            }
            (Self::Known(value), Self::Known(key)) => {
                lookup(value, key).into_iter().map(|v| (Self::Known(v), None)).collect()
            }
            (Self::Object(fields), Self::Known(key)) => {
                fields.get(key).map(|term| (term.clone(), None)).into_iter().collect()
            }
            (Self::Array(items), Self::Known(Value::Number(index))) => {
                let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
                index.and_then(|index| items.get(index)).map(|term| (term.clone(), None)).into_iter().collect()
            }
            (Self::Array(_), Self::Known(_)) => Vec::new(),
            (Self::Members { members, list: true }, key) => {
                let on = union(&self.doubts(), &key.doubts());
                members.iter().map(|(member, _)| (member.clone(), Some(Arc::clone(&on)))).collect()
            }
            _ => self
                .each()
                .unwrap_or_default()
                .into_iter()
                .filter_map(|(found, value, why)| match found.equal(key) {
                    Equal::Yes => Some((value, why)),
                    Equal::No => None,
                    Equal::Maybe(on) => Some((value, join(&why, &Some(on)))),
                })
                .collect(),
        }
    }

    /// Returns every key and element; nothing if it is known to be no collection.
    pub(super) fn each(&self) -> Option<Vec<(Self, Self, Why)>> {
        let known = |key: &Value, value: &Value| (Self::Known(key.clone()), Self::Known(value.clone()), None);
        match self {
            Self::Known(Value::Array(items)) => {
                Some(items.iter().enumerate().map(|(index, item)| known(&Value::from(index), item)).collect())
            }
            Self::Known(Value::Object(object)) => {
                Some(object.iter_sorted().map(|(key, value)| known(key, value)).collect())
            }
            Self::Known(Value::Set(set)) => Some(set.iter_sorted().map(|member| known(member, member)).collect()),
            Self::Known(_) => None,
            Self::Unknown(on, _) => {
                let any = Self::Unknown(Arc::clone(on), None);
                Some(vec![(any.clone(), any, Some(Arc::clone(on)))])
            }
            Self::Array(items) => Some(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (Self::Known(Value::from(index)), item.clone(), None))
                    .collect(),
            ),
            Self::Object(fields) => {
                Some(fields.iter().map(|(key, term)| (Self::Known(key.clone()), term.clone(), None)).collect())
            }
            Self::Members { members, list } => {
                let on = self.doubts();
                let key = |member: &Self| {
                    if *list { Self::Unknown(Arc::clone(&on), None) } else { member.clone() }
                };
                Some(members.iter().map(|(member, why)| (key(member), member.clone(), why.clone())).collect())
            }
        }
    }

    /// Returns a value that shows the term, with a text in place of what is unknown.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Known(value) => value.clone(),
            Self::Unknown(_, text) => Value::from(text.as_deref().unwrap_or(UNKNOWN_TEXT)),
            Self::Array(items) => Value::from(items.iter().map(Self::to_value).collect::<Vec<_>>()),
            Self::Object(fields) => {
                Value::from(fields.iter().map(|(key, term)| (key.clone(), term.to_value())).collect::<BTreeMap<_, _>>())
            }
            Self::Members { members, .. } => {
                Value::from(members.iter().map(|(term, _)| term.to_value()).collect::<BTreeSet<_>>())
            }
        }
    }

    /// Returns an element of `deny` as a value: what of it is unknown is left out, or named so in
    /// the texts that a finding must have.
    pub(super) fn as_finding(&self) -> Value {
        let Self::Object(fields) = self else {
            return self.to_value();
        };
        let must = |key: &Value| *key == Value::from("path") || *key == Value::from("message");
        let fields = fields.iter().filter_map(|(key, term)| {
            let value = match term {
                Self::Unknown(_, None) if !must(key) => return None,
                Self::Array(items) if !must(key) => Value::from(
                    items.iter().filter(|item| item.known().is_some()).map(Self::to_value).collect::<Vec<_>>(),
                ),
                Self::Members { members, .. } => {
                    Value::from(members.iter().filter_map(|(member, _)| member.known().cloned()).collect::<Vec<_>>())
                }
                _ => term.to_value(),
            };
            Some((key.clone(), value))
        });
        Value::from(fields.collect::<BTreeMap<_, _>>())
    }
}

fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Term, &'a Term)>) -> Equal {
    let mut doubts: Option<Doubts> = None;
    for (a, b) in pairs {
        match a.equal(b) {
            Equal::Yes => {}
            Equal::No => return Equal::No,
            Equal::Maybe(on) => doubts = join(&doubts, &Some(on)),
        }
    }
    doubts.map_or(Equal::Yes, Equal::Maybe)
}

fn lookup(container: &Value, key: &Value) -> Option<Value> {
    match (container, key) {
        (Value::Object(object), _) => object.get(key).cloned(),
        (Value::Array(items), Value::Number(index)) => items.get(usize::try_from(index.as_u64()?).ok()?).cloned(),
        (Value::Set(set), _) => set.get(key).cloned(),
        _ => None,
    }
}
