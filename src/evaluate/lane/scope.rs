//! Names while a rule is compiled: which variables have a value at this place, and which will get one.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, Query};

use crate::evaluate::syntax::{declared, mentioned};

use super::code::Slot;
use super::{Compiled, Refusal};

/// What a name is at this place.
pub(super) enum Found {
    /// A variable with a value.
    Bound(Slot),
    /// A variable that this place may give a value.
    Open,
    /// No variable of this rule.
    None,
}

/// A body that is being compiled.
#[derive(Default)]
struct Level {
    /// Names that its statements declare with `:=` and `some … in`.
    declared: BTreeSet<String>,
    /// Names that its own statements mention.
    mentioned: BTreeSet<String>,
}

/// The names of a rule or function.
#[derive(Default)]
pub(super) struct Scope {
    /// Module that the rule stands in.
    pub(super) module: usize,
    names: Vec<(String, Option<Slot>, usize)>,
    levels: Vec<Level>,
    slots: usize,
}

/// Where a try began, to go back there.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize);

impl Scope {
    pub(super) fn new(module: usize) -> Self {
        Self { module, ..Self::default() }
    }

    /// Returns how many slots the rule needs.
    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// Returns a new slot without a name.
    pub(super) fn temporary(&mut self) -> Slot {
        self.slots += 1;
        self.slots - 1
    }

    /// Gives a name a slot; it hides what had the name before.
    pub(super) fn bind(&mut self, name: &str) -> Slot {
        let slot = self.temporary();
        self.names.push((name.to_owned(), Some(slot), self.levels.len()));
        slot
    }

    /// Declares a name that has no value yet: `some name`.
    pub(super) fn declare(&mut self, name: &str) {
        self.names.push((name.to_owned(), None, self.levels.len()));
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.names.len())
    }

    /// Forgets the names since a mark.
    pub(super) fn back(&mut self, mark: Mark) {
        self.names.truncate(mark.0);
    }

    /// Begins a body. Its names end with [`Self::leave`].
    pub(super) fn enter(&mut self, query: &Query) {
        let mut level = Level::default();
        for statement in &query.stmts {
            level.literal(&statement.literal);
        }
        self.levels.push(level);
    }

    /// Begins a body of one expression.
    pub(super) fn enter_expression(&mut self) {
        self.levels.push(Level::default());
    }

    pub(super) fn leave(&mut self) {
        self.levels.pop();
    }

    /// Returns what a name is here. A name that another statement of this body or of one around it
    /// will bind is waited for.
    pub(super) fn find(&self, name: &str, is_global: bool) -> Compiled<Found> {
        let depth = self.levels.len();
        if let Some((_, slot, level)) = self.names.iter().rev().find(|(bound, ..)| bound == name) {
            return match slot {
                Some(slot) => Ok(Found::Bound(*slot)),
                None if *level == depth => Ok(Found::Open),
                None => Err(Refusal::Unbound),
            };
        }
        let (own, outer) = self.levels.split_last().map_or((None, &[][..]), |(own, outer)| (Some(own), outer));
        // For the engine, what a body around this one declares further down is another variable.
        if outer.iter().any(|level| level.declared.contains(name)) {
            return Err(Refusal::Foreign);
        }
        if own.is_some_and(|level| level.declared.contains(name)) {
            return Err(Refusal::Unbound);
        }
        if is_global {
            return Ok(Found::None);
        }
        if outer.iter().any(|level| level.mentioned.contains(name)) {
            return Err(Refusal::Unbound);
        }
        Ok(Found::Open)
    }
}

impl Level {
    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::SomeIn { key, value, collection, .. } => {
                declared(value, &mut self.declared);
                if let Some(key) = key {
                    declared(key, &mut self.declared);
                }
                mentioned(collection, &mut self.mentioned);
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = &**expr {
                    declared(lhs, &mut self.declared);
                }
                mentioned(expr, &mut self.mentioned);
            }
            // What stands in a body of its own cannot bind for this one.
            Literal::NotExpr { .. } | Literal::SomeVars { .. } => {}
            Literal::Every { domain, .. } => mentioned(domain, &mut self.mentioned),
        }
    }
}
