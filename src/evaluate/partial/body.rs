//! Statements of a rule's body: each turns one solution into any number of solutions.

use regorus::unstable::{Expr, Literal, LiteralStmt, Query, Ref, Span};

use super::term::{Doubts, Equal, Term, Why, join, union};
use super::{Evaluator, Outcome, Stop};

/// Values of variables, and what the way here hangs on.
#[derive(Debug, Clone, Default)]
pub(super) struct Solution {
    /// Variables that have a value.
    pub variables: Vec<(String, Term)>,
    /// What the solution hangs on.
    pub why: Why,
}

impl Solution {
    pub(super) fn get(&self, name: &str) -> Option<&Term> {
        self.variables.iter().rev().find(|(bound, _)| bound == name).map(|(_, term)| term)
    }

    pub(super) fn bind(&mut self, name: &str, term: Term) {
        self.variables.push((name.to_owned(), term));
    }

    fn forget(&mut self, name: &str) {
        self.variables.retain(|(bound, _)| bound != name);
    }

    pub(super) fn on(mut self, why: &Why) -> Self {
        self.why = join(&self.why, why);
        self
    }

    /// The same variables, nothing doubted yet.
    fn afresh(&self) -> Self {
        Self { variables: self.variables.clone(), why: None }
    }
}

/// Which names of a pattern are new variables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// All that have no value.
    Unbound,
    /// All that have no value, and are no rule or import either.
    UnboundAndNotGlobal,
}

/// What a set of solutions says: certain, impossible, or hanging on something.
enum Holds {
    Yes,
    No,
    Maybe(Doubts),
}

fn holds(solutions: &[Solution]) -> Holds {
    let mut doubts: Why = None;
    for solution in solutions {
        if solution.why.is_none() {
            return Holds::Yes;
        }
        doubts = join(&doubts, &solution.why);
    }
    doubts.map_or(Holds::No, Holds::Maybe)
}

impl Evaluator<'_> {
    /// Finds the solutions of a body. Statements that need a variable which a later one binds wait
    /// for it, as the order of statements means nothing in Rego.
    pub(super) fn query(&mut self, query: &Query, start: &Solution) -> Outcome<Vec<Solution>> {
        let statements: Vec<&LiteralStmt> = query.stmts.iter().collect();
        let mut solutions = Vec::new();
        self.rest(&statements, start.clone(), &mut solutions)?;
        Ok(solutions)
    }

    fn rest(&mut self, open: &[&LiteralStmt], solution: Solution, found: &mut Vec<Solution>) -> Outcome<()> {
        self.step()?;
        if open.is_empty() {
            found.push(solution);
            return Ok(());
        }
        for (position, statement) in open.iter().enumerate() {
            let solutions = match self.statement(statement, &solution) {
                Err(Stop::Unbound) => continue,
                // In a branch that may not be taken, an error is one more thing that may happen.
                Err(Stop::Error(_)) if solution.why.is_some() => return Err(Stop::TooHard),
                other => other?,
            };
            let mut left = open.to_vec();
            left.remove(position);
            for solution in solutions {
                self.rest(&left, solution, found)?;
            }
            return Ok(());
        }
        Err(Stop::Unbound)
    }

    fn statement(&mut self, statement: &LiteralStmt, solution: &Solution) -> Outcome<Vec<Solution>> {
        if !statement.with_mods.is_empty() {
            return Err(Stop::TooHard);
        }
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                let mut solution = solution.clone();
                for name in vars {
                    solution.forget(name.text());
                }
                Ok(vec![solution])
            }
            Literal::SomeIn { key, value, collection, .. } => self.some_in(key.as_deref(), value, collection, solution),
            Literal::Expr { expr, .. } => self.truths(expr, solution),
            Literal::NotExpr { expr, .. } => {
                let inner = self.truths(expr, &solution.afresh())?;
                Ok(match holds(&inner) {
                    Holds::Yes => Vec::new(),
                    Holds::No => vec![solution.clone()],
                    Holds::Maybe(doubts) => vec![solution.clone().on(&Some(doubts))],
                })
            }
            Literal::Every { key, value, domain, query, .. } => {
                self.every(key.as_ref(), value, domain, query, solution)
            }
        }
    }

    /// Solutions in which an expression is neither false nor undefined.
    fn truths(&mut self, expression: &Ref<Expr>, solution: &Solution) -> Outcome<Vec<Solution>> {
        let mut solutions = Vec::new();
        for (solution, term) in self.expression(expression, solution)? {
            match &term {
                Term::Known(regorus::Value::Bool(false)) => {}
                Term::Unknown(doubts, _) => {
                    let doubts = doubts.clone();
                    solutions.push(solution.on(&Some(doubts)));
                }
                _ => solutions.push(solution),
            }
        }
        Ok(solutions)
    }

    fn some_in(
        &mut self,
        key: Option<&Expr>,
        value: &Expr,
        collection: &Ref<Expr>,
        solution: &Solution,
    ) -> Outcome<Vec<Solution>> {
        let mut solutions = Vec::new();
        for (mut solution, collection) in self.expression(collection, solution)? {
            let Some(elements) = collection.each() else {
                return Err(Stop::Error("`some … in` iterates over something that is no collection".into()));
            };
            // `some` declares its variables anew.
            declared(value, &mut |name| solution.forget(name));
            if let Some(key) = key {
                declared(key, &mut |name| solution.forget(name));
            }
            for (found_key, element, why) in elements {
                let with_value = self.matches(value, &element, &solution.clone().on(&why), Names::Unbound)?;
                match key {
                    None => solutions.extend(with_value),
                    Some(key) => {
                        for solution in with_value {
                            solutions.extend(self.matches(key, &found_key, &solution, Names::Unbound)?);
                        }
                    }
                }
            }
        }
        Ok(solutions)
    }

    fn every(
        &mut self,
        key: Option<&Span>,
        value: &Span,
        domain: &Ref<Expr>,
        query: &Query,
        solution: &Solution,
    ) -> Outcome<Vec<Solution>> {
        let mut solutions = Vec::new();
        'domains: for (solution, domain) in self.expression(domain, solution)? {
            let Some(elements) = domain.each() else { continue };
            let mut doubts: Why = None;
            for (found_key, element, there) in elements {
                let mut inner = solution.afresh();
                inner.bind(value.text(), element);
                if let Some(key) = key {
                    inner.bind(key.text(), found_key);
                }
                let inner = self.query(query, &inner)?;
                match (holds(&inner), there) {
                    (Holds::Yes, _) => {}
                    // An element that is there for certain and does not hold.
                    (Holds::No, None) => continue 'domains,
                    (Holds::No, there) => doubts = join(&doubts, &there),
                    (Holds::Maybe(on), there) => doubts = join(&join(&doubts, &Some(on)), &there),
                }
            }
            solutions.push(solution.on(&doubts));
        }
        Ok(solutions)
    }

    /// Matches a pattern against a term, binding variables.
    pub(super) fn matches(
        &mut self,
        pattern: &Expr,
        term: &Term,
        solution: &Solution,
        names: Names,
    ) -> Outcome<Vec<Solution>> {
        match pattern {
            Expr::Var { span, .. } if span.text() == "_" => Ok(vec![solution.clone()]),
            Expr::Var { span, .. }
                if solution.get(span.text()).is_none()
                    && !(names == Names::UnboundAndNotGlobal && self.is_global(span.text())) =>
            {
                let mut solution = solution.clone();
                solution.bind(span.text(), term.clone());
                Ok(vec![solution])
            }
            Expr::Array { items, .. } => {
                let (parts, why) = match (term.items(), term) {
                    (Some(parts), _) => (parts, None),
                    (None, Term::Known(_) | Term::Object(_)) => return Ok(Vec::new()),
                    (None, _) => {
                        let doubts = term.doubts();
                        (vec![Term::Unknown(doubts.clone(), None); items.len()], Some(doubts))
                    }
                };
                if parts.len() != items.len() {
                    return Ok(Vec::new());
                }
                let mut solutions = vec![solution.clone().on(&why)];
                for (item, part) in items.iter().zip(&parts) {
                    let mut next = Vec::new();
                    for solution in &solutions {
                        next.extend(self.matches(item, part, solution, names)?);
                    }
                    solutions = next;
                }
                Ok(solutions)
            }
            Expr::Object { .. } => Err(Stop::TooHard),
            _ => {
                let mut solutions = Vec::new();
                for (solution, value) in self.plain(pattern, solution)? {
                    match value.equal(term) {
                        Equal::Yes => solutions.push(solution),
                        Equal::No => {}
                        Equal::Maybe(doubts) => solutions.push(solution.on(&Some(doubts))),
                    }
                }
                Ok(solutions)
            }
        }
    }

    /// Unites both sides of `=`.
    pub(super) fn unify(&mut self, left: &Expr, right: &Expr, solution: &Solution) -> Outcome<Vec<Solution>> {
        let (values, pattern) = match self.plain(right, solution) {
            Ok(values) => (values, left),
            Err(Stop::Unbound) => (self.plain(left, solution)?, right),
            Err(stop) => return Err(stop),
        };
        let mut solutions = Vec::new();
        for (solution, value) in values {
            solutions.extend(self.matches(pattern, &value, &solution, Names::UnboundAndNotGlobal)?);
        }
        Ok(solutions)
    }

    /// Assigns with `:=`, which declares its variables anew.
    pub(super) fn assign(&mut self, left: &Expr, right: &Expr, solution: &Solution) -> Outcome<Vec<Solution>> {
        let mut solutions = Vec::new();
        for (mut solution, value) in self.plain(right, solution)? {
            declared(left, &mut |name| solution.forget(name));
            solutions.extend(self.matches(left, &value, &solution, Names::Unbound)?);
        }
        Ok(solutions)
    }
}

/// Calls back with every variable that a pattern declares.
fn declared(pattern: &Expr, found: &mut dyn FnMut(&str)) {
    match pattern {
        Expr::Var { span, .. } => found(span.text()),
        Expr::Array { items, .. } => items.iter().for_each(|item| declared(item, found)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| declared(value, found)),
        _ => {}
    }
}

/// Joins the doubts of several terms.
pub(super) fn doubts_of<'a>(terms: impl IntoIterator<Item = &'a Term>) -> Doubts {
    terms.into_iter().fold(Doubts::default(), |all, term| union(&all, &term.doubts()))
}
