//! Links to other resources: literals where the value is known, addresses where only the references
//! tell.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::convert::text;
use super::written::Found;
use super::{Block, State};
use crate::collect::terraform::Mode;
use crate::collect::terraform::configuration::Expression;
use crate::collect::terraform::references::{Arity, Resolution, ResolvedTarget};
use crate::collect::terraform::top_level::Attribute;
use crate::inventory::link::unresolved;
use crate::inventory::{Certainty, Linked, Links, Reason, Target, Value};

/// How often an attribute is followed from resource to resource.
const HOPS: usize = 4;

impl Block<'_> {
    /// Returns what an attribute with one value links to, such as `vpc_id`.
    pub fn link(&self, name: &str) -> Linked {
        self.linked(name, Arity::One, &[])
    }

    /// Returns what a list or set links to, such as `subnet_ids`. An attribute whose name is plainly
    /// singular is read as by [`Block::link`].
    pub fn links(&self, name: &str) -> Linked {
        self.linked(name, arity_of(name), &[])
    }

    /// Returns what a list or set links to in which literals may stand beside references: of a list that is
    /// unknown as a whole a plan does not show them.
    pub fn links_at_least(&self, name: &str) -> Linked {
        let links = self.links(name);
        if matches!(self.state(name), State::Unknown) { links.map(Links::and_perhaps_more) } else { links }
    }

    /// Returns what an attribute with one value links to, among resources of these types only:
    /// whatever else the expression mentions decides or selects.
    pub fn link_to(&self, name: &str, types: &[&str]) -> Linked {
        self.linked(name, Arity::One, types)
    }

    /// Returns what a list or set links to, among resources of these types only.
    pub fn links_to(&self, name: &str, types: &[&str]) -> Linked {
        self.linked(name, Arity::Many, types)
    }

    pub(super) fn resolution(&self, name: &str, arity: Arity) -> Option<Resolution> {
        let scope = self.plan.scope(self.position);
        let resolution = match self.written(name).find(name) {
            Found::Nothing => return None,
            Found::Exact(expression) => self.plan.resolve(scope, expression, arity),
            Found::Pooled(expressions) => self.plan.resolve_pooled(scope, &expressions, arity),
        };
        let resolution = self.passed_on(resolution, arity);
        Some(resolution).filter(|resolution| !resolution.targets.is_empty() || !resolution.unresolved.is_empty())
    }

    /// Follows attributes of resources that only hand on what they were given, such as the `vpc_id` of a subnet.
    fn passed_on(&self, mut resolution: Resolution, arity: Arity) -> Resolution {
        for _ in 0..HOPS {
            let mut followed = false;
            for target in std::mem::take(&mut resolution.targets) {
                match self.given(&target).filter(|given| !given.targets.is_empty()) {
                    Some(given) => {
                        followed = true;
                        let alternatives = arity == Arity::One && given.targets.len() > 1;
                        let certainty = if alternatives { Certainty::Some } else { given.certainty };
                        resolution.certainty = resolution.certainty.max(certainty);
                        resolution.others |= given.others;
                        resolution.unresolved.extend(given.unresolved);
                        resolution.targets.extend(given.targets);
                    }
                    None => resolution.targets.push(target),
                }
            }
            resolution.targets.sort();
            resolution.targets.dedup();
            if !followed {
                break;
            }
        }
        resolution
    }

    /// Returns what the author gave a resource for the attribute that is used of it.
    fn given(&self, target: &ResolvedTarget) -> Option<Resolution> {
        let [attribute] = target.attribute.as_slice() else { return None };
        if !["_id", "_ids", "_arn", "_arns"].iter().any(|ending| attribute.ends_with(ending)) {
            return None;
        }
        let expression = self.plan.written(target.position)?.expressions.get(attribute)?;
        matches!(expression, Expression::References(_))
            .then(|| self.plan.resolve(self.plan.scope(target.position), expression, arity_of(attribute)))
    }

    fn linked(&self, name: &str, arity: Arity, types: &[&str]) -> Linked {
        match self.state(name) {
            State::Absent => Value::Known(Links::default()),
            State::Unknown => self.unknown_links(name, arity, types),
            State::Known(json, marks) => self.known_links(name, arity, types, json, marks),
        }
    }

    fn candidates(&self, name: &str, arity: Arity, types: &[&str]) -> Option<Resolution> {
        let mut resolution = self.resolution(name, arity)?;
        let is_of_type = |target: &ResolvedTarget| {
            self.plan
                .resource(target.position)
                .is_some_and(|resource| types.contains(&resource.parsed.type_name.as_str()))
        };
        if resolution.targets.iter().any(is_of_type) {
            resolution.targets.retain(is_of_type);
        }
        Some(resolution)
    }

    fn unknown_links(&self, name: &str, arity: Arity, types: &[&str]) -> Linked {
        let Some(mut resolution) = self.candidates(name, arity, types) else {
            return Value::Unknown(Reason::KnownAfterApply(None));
        };
        if arity == Arity::One {
            // What is known cannot be what makes the value unknown.
            let feeds = |target: &ResolvedTarget| match target.attribute.first() {
                Some(attribute) => self.plan.attribute(target.position, attribute) == Attribute::Unknown,
                None => true,
            };
            if resolution.targets.iter().any(feeds) {
                resolution.targets.retain(feeds);
            }
        }
        let targets: BTreeSet<Target> = resolution.targets.iter().filter_map(|target| self.target(target)).collect();
        if targets.is_empty() {
            return unresolved(resolution.unresolved.join(", "));
        }
        let certain = resolution.certainty == Certainty::All
            || targets.len() == 1 && resolution.unresolved.is_empty() && !resolution.others;
        let certainty = match (certain, resolution.unresolved.is_empty()) {
            (true, true) => Certainty::All,
            (false, true) => Certainty::Some,
            (_, false) => Certainty::Open,
        };
        Value::Known(Links { targets: targets.into_iter().collect(), certainty })
    }

    fn known_links(&self, name: &str, arity: Arity, types: &[&str], json: &Json, marks: Option<&Json>) -> Linked {
        let resolution = self.candidates(name, arity, types);
        let candidates = resolution.as_ref().map_or(&[][..], |resolution| resolution.targets.as_slice());
        let items = match json {
            Json::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut targets = BTreeSet::new();
        let mut used = BTreeSet::new();
        for literal in items.iter().filter_map(text).filter(|literal| !literal.is_empty()) {
            let named = self.named(candidates, &literal);
            used.extend(named.iter().map(|target| target.position));
            match named.as_slice() {
                [only] => targets.extend(self.target(only)),
                _ => {
                    targets.insert(Target::Literal(literal));
                }
            }
        }
        let unknown = marks
            .and_then(Json::as_array)
            .map_or(0, |marks| marks.iter().filter(|mark| **mark == Json::Bool(true)).count());
        if unknown == 0 {
            return Value::Known(Links::all(targets));
        }
        let rest: BTreeSet<Target> = candidates
            .iter()
            .filter(|candidate| !used.contains(&candidate.position))
            .filter_map(|candidate| self.target(candidate))
            .collect();
        let Some(resolution) = resolution.as_ref().filter(|_| !rest.is_empty()) else {
            return Value::Unknown(self.reason(name));
        };
        let certain = rest.len() == unknown && resolution.unresolved.is_empty();
        targets.extend(rest);
        let certainty = match (certain, resolution.unresolved.is_empty()) {
            (true, _) => Certainty::All,
            (false, true) => Certainty::Some,
            (false, false) => Certainty::Open,
        };
        Value::Known(Links { targets: targets.into_iter().collect(), certainty })
    }

    /// Finds the managed resources among the candidates that a known value names. A data source is
    /// not the thing itself: its value stays a literal, which may match whatever it was read from.
    fn named<'t>(&self, candidates: &'t [ResolvedTarget], literal: &str) -> Vec<&'t ResolvedTarget> {
        let groups: BTreeSet<usize> =
            candidates.iter().filter_map(|target| self.plan.instances.group_of.get(target.position).copied()).collect();
        let holders = groups.into_iter().flat_map(|group| self.plan.with_text(group, literal));
        let mut named: Vec<&ResolvedTarget> = holders
            .filter_map(|&position| {
                let start = candidates.partition_point(|target| target.position < position);
                let mut same = candidates.get(start..)?.iter().take_while(|target| target.position == position);
                same.find(|target| match target.attribute.first() {
                    Some(name) => {
                        matches!(self.plan.attribute(position, name), Attribute::Text(text) if text == literal)
                    }
                    None => true,
                })
            })
            .filter(|target| {
                self.plan.resource(target.position).is_some_and(|resource| resource.parsed.mode == Mode::Managed)
            })
            .collect();
        named.sort();
        named
    }

    fn target(&self, target: &ResolvedTarget) -> Option<Target> {
        let address = &self.plan.resource(target.position)?.address;
        Some(Target::Resource(self.plan.id(address)))
    }
}

fn arity_of(name: &str) -> Arity {
    let singular = ["_id", "_arn", "_name"].iter().any(|ending| name.ends_with(ending))
        || matches!(name, "bucket" | "role" | "user" | "policy" | "cluster" | "group" | "topic" | "queue");
    if singular { Arity::One } else { Arity::Many }
}
