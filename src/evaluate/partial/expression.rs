//! Expressions: each has any number of values, one for every way to bind its open variables.

use std::collections::BTreeMap;

use regorus::unstable::{AssignOp, BinOp, BoolOp, Expr, Query, Ref, comparison, numbers, sets};
use regorus::{Value, unstable::ArithOp};

use super::body::{Solution, doubts_of};
use super::term::{Equal, Term, Why, join};
use super::{Evaluator, Outcome, Stop};
use crate::evaluate::engine::message::Message;

/// A value with the solution that it belongs to.
pub(super) type Valued = (Solution, Term);

impl Evaluator<'_> {
    /// Returns the values of an expression.
    pub(super) fn expression(&mut self, expression: &Ref<Expr>, solution: &Solution) -> Outcome<Vec<Valued>> {
        self.plain(expression, solution)
    }

    /// As [`Self::expression`], on what the reference leads to.
    pub(super) fn plain(&mut self, expression: &Expr, solution: &Solution) -> Outcome<Vec<Valued>> {
        self.step()?;
        let one = |term: Term| Ok(vec![(solution.clone(), term)]);
        match expression {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. }
            | Expr::Bool { value, .. }
            | Expr::Null { value, .. } => one(Term::Known(value.clone())),
            Expr::Var { span, .. } => self.variable(span.text(), solution),
            Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expression, solution),
            Expr::Array { items, .. } => {
                let rows = self.rows(items, solution)?;
                Ok(rows.into_iter().map(|(solution, items)| (solution, Term::list(items))).collect())
            }
            Expr::Set { items, .. } => {
                let rows = self.rows(items, solution)?;
                let set = |items: Vec<Term>| Term::set(items.into_iter().map(|item| (item, None)).collect());
                Ok(rows.into_iter().map(|(solution, items)| (solution, set(items))).collect())
            }
            Expr::Object { fields, .. } => {
                let parts: Vec<Ref<Expr>> =
                    fields.iter().flat_map(|(_, key, value)| [key.clone(), value.clone()]).collect();
                self.rows(&parts, solution)?.into_iter().map(|(solution, row)| Ok((solution, object(row)?))).collect()
            }
            Expr::ArrayCompr { term, query, .. } => one(self.comprehension(term, query, solution, true)?),
            Expr::SetCompr { term, query, .. } => one(self.comprehension(term, query, solution, false)?),
            Expr::ObjectCompr { key, value, query, .. } => one(self.object_comprehension(key, value, query, solution)?),
            Expr::Call { fcn, params, span, .. } => self.call(span, fcn, params, solution),
            Expr::UnaryExpr { expr, .. } => match &**expr {
                Expr::Number { value, .. } => one(negative(value)?),
                // The engine knows no other.
                _ => Err(Stop::Error("`-` stands before something that is no number".into())),
            },
            Expr::BinExpr { op, lhs, rhs, .. } => {
                self.on_pairs(lhs, rhs, solution, |a, b| set_operation(op, lhs, rhs, a, b))
            }
            Expr::ArithExpr { span, op, lhs, rhs, .. } => self.on_pairs(lhs, rhs, solution, |a, b| {
                let (Term::Known(left), Term::Known(right)) = (a, b) else {
                    return Ok(unsure([a, b]));
                };
                let sets = matches!((left, right), (Value::Set(_), _) | (_, Value::Set(_)));
                let result = if *op == ArithOp::Sub && sets {
                    sets::difference(lhs, rhs, left.clone(), right.clone())
                } else {
                    numbers::arithmetic_operation(span, op, lhs, rhs, left.clone(), right.clone(), true)
                };
                known(result)
            }),
            Expr::BoolExpr { op, lhs, rhs, .. } => self.on_pairs(lhs, rhs, solution, |a, b| compared(op, a, b)),
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let solutions = if *op == AssignOp::ColEq {
                    self.assign(lhs, rhs, solution)?
                } else {
                    self.unify(lhs, rhs, solution)?
                };
                Ok(solutions.into_iter().map(|solution| (solution, Term::Known(Value::Bool(true)))).collect())
            }
            Expr::Membership { key, value, collection, .. } => {
                let mut parts = vec![value.clone(), collection.clone()];
                parts.extend(key.clone());
                let rows = self.rows(&parts, solution)?;
                Ok(rows.into_iter().map(|(solution, row)| (solution, member(&row))).collect())
            }
        }
    }

    /// Evaluates expressions one after another: all combinations of their values.
    pub(super) fn rows(
        &mut self,
        expressions: &[Ref<Expr>],
        solution: &Solution,
    ) -> Outcome<Vec<(Solution, Vec<Term>)>> {
        let mut rows = vec![(solution.clone(), Vec::new())];
        for expression in expressions {
            if rows.is_empty() {
                self.no_error_in(expression, solution)?;
            }
            let mut next = Vec::new();
            for (solution, row) in rows {
                for (solution, term) in self.plain(expression, &solution)? {
                    let mut row: Vec<Term> = row.clone();
                    row.push(term);
                    next.push((solution, row));
                }
            }
            rows = next;
        }
        Ok(rows)
    }

    /// The engine evaluates what stands behind something undefined too, and stops at an error there.
    pub(super) fn no_error_in(&mut self, expression: &Expr, solution: &Solution) -> Outcome<()> {
        match self.plain(expression, solution) {
            Err(Stop::Error(_) | Stop::TooHard) => Err(Stop::TooHard),
            Ok(_) | Err(Stop::Unbound) => Ok(()),
        }
    }

    fn on_pairs(
        &mut self,
        left: &Ref<Expr>,
        right: &Ref<Expr>,
        solution: &Solution,
        mut operation: impl FnMut(&Term, &Term) -> Outcome<Vec<(Term, Why)>>,
    ) -> Outcome<Vec<Valued>> {
        let mut values = Vec::new();
        for (solution, row) in self.rows(&[left.clone(), right.clone()], solution)? {
            let [a, b] = row.as_slice() else { continue };
            for (term, why) in operation(a, b)? {
                values.push((solution.clone().on(&why), term));
            }
        }
        Ok(values)
    }

    fn comprehension(&mut self, term: &Ref<Expr>, query: &Query, solution: &Solution, list: bool) -> Outcome<Term> {
        let mut members = Vec::new();
        let start = Solution { variables: solution.variables.clone(), why: None };
        for solution in self.query(query, &start)? {
            for (solution, term) in self.plain(term, &solution)? {
                members.push((term, solution.why));
            }
        }
        if !list {
            return Ok(Term::set(members));
        }
        if members.iter().all(|(_, why)| why.is_none()) {
            return Ok(Term::list(members.into_iter().map(|(term, _)| term).collect()));
        }
        Ok(Term::Members { members, list: true })
    }

    fn object_comprehension(
        &mut self,
        key: &Ref<Expr>,
        value: &Ref<Expr>,
        query: &Query,
        solution: &Solution,
    ) -> Outcome<Term> {
        let mut fields: BTreeMap<Value, Term> = BTreeMap::new();
        let mut why: Why = None;
        let start = Solution { variables: solution.variables.clone(), why: None };
        for solution in self.query(query, &start)? {
            for (solution, row) in self.rows(&[key.clone(), value.clone()], &solution)? {
                let [key, value] = row.as_slice() else { continue };
                match key.known() {
                    Some(key) if solution.why.is_none() => {
                        let twice = fields.get(key).is_some_and(|other| !matches!(other.equal(value), Equal::Yes));
                        if twice {
                            return Err(Stop::TooHard);
                        }
                        fields.insert(key.clone(), value.clone());
                    }
                    _ => why = join(&join(&why, &solution.why), &Some(doubts_of(&row))),
                }
            }
        }
        Ok(why.map_or_else(|| Term::object(fields), |doubts| Term::Unknown(doubts, None)))
    }
}

/// A result that may be anything or nothing.
pub(super) fn unsure<'a>(terms: impl IntoIterator<Item = &'a Term>) -> Vec<(Term, Why)> {
    let doubts = doubts_of(terms);
    vec![(Term::Unknown(doubts.clone(), None), Some(doubts))]
}

/// A result of the engine's own functions.
pub(super) fn known<E: std::fmt::Display>(result: Result<Value, E>) -> Outcome<Vec<(Term, Why)>> {
    match result {
        Ok(Value::Undefined) => Ok(Vec::new()),
        Ok(value) => Ok(vec![(Term::Known(value), None)]),
        Err(error) => Err(Stop::Error(Message::new(&error).text(super::super::DEFAULT_LIMIT).into())),
    }
}

fn object(row: Vec<Term>) -> Outcome<Term> {
    let mut fields = BTreeMap::new();
    let mut row = row.into_iter();
    while let (Some(key), Some(value)) = (row.next(), row.next()) {
        let Term::Known(key) = key else {
            return Err(Stop::TooHard);
        };
        fields.insert(key, value);
    }
    Ok(Term::object(fields))
}

fn negative(value: &Value) -> Outcome<Term> {
    let zero = Value::from(0_i64);
    match (zero.as_number(), value.as_number()) {
        (Ok(zero), Ok(number)) => zero.sub(number).map(|n| Term::Known(Value::from(n))).map_err(|_| Stop::TooHard),
        _ => Err(Stop::TooHard),
    }
}

fn compared(op: &BoolOp, a: &Term, b: &Term) -> Outcome<Vec<(Term, Why)>> {
    if let (Term::Known(a), Term::Known(b)) = (a, b) {
        return known(comparison::compare(op, a, b));
    }
    let truth = |truth: bool| Term::Known(Value::Bool(truth));
    let term = match (op, a.equal(b)) {
        (BoolOp::Eq, Equal::Yes) | (BoolOp::Ne, Equal::No) => truth(true),
        (BoolOp::Eq, Equal::No) | (BoolOp::Ne, Equal::Yes) => truth(false),
        _ => Term::Unknown(doubts_of([a, b]), None),
    };
    Ok(vec![(term, None)])
}

fn set_operation(op: &BinOp, lhs: &Expr, rhs: &Expr, a: &Term, b: &Term) -> Outcome<Vec<(Term, Why)>> {
    match (a, b) {
        (Term::Known(a), Term::Known(b)) => known(match op {
            BinOp::Union => sets::union(lhs, rhs, a.clone(), b.clone()),
            BinOp::Intersection => sets::intersection(lhs, rhs, a.clone(), b.clone()),
        }),
        (
            Term::Members { list: false, .. } | Term::Known(Value::Set(_)),
            Term::Members { list: false, .. } | Term::Known(Value::Set(_)),
        ) if *op == BinOp::Union => {
            let members = [a, b].into_iter().filter_map(Term::each).flatten();
            Ok(vec![(Term::set(members.map(|(_, member, why)| (member, why)).collect()), None)])
        }
        _ => Ok(unsure([a, b])),
    }
}

/// Whether a value is in a collection: `[value, collection]` or `[value, collection, key]`.
fn member(row: &[Term]) -> Term {
    let truth = |truth: bool| Term::Known(Value::Bool(truth));
    let [value, collection, key @ ..] = row else {
        return truth(false);
    };
    let mut doubts: Why = None;
    for (found_key, element, why) in collection.each().unwrap_or_default() {
        let mut here = why;
        let mut equal = vec![element.equal(value)];
        equal.extend(key.first().map(|key| found_key.equal(key)));
        let mut possible = true;
        for equal in equal {
            match equal {
                Equal::Yes => {}
                Equal::No => possible = false,
                Equal::Maybe(on) => here = join(&here, &Some(on)),
            }
        }
        match here {
            _ if !possible => {}
            None => return truth(true),
            here => doubts = join(&doubts, &here),
        }
    }
    doubts.map_or(truth(false), |doubts| Term::Unknown(doubts, None))
}
