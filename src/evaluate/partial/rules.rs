//! Rules and functions: what they are worth over all possible values.

use regorus::Value;
use regorus::unstable::{Expr, Ref, Rule as Node, RuleAssign, RuleBody, RuleHead, Span};

use super::body::{Names, Solution};
use super::expression::Valued;
use super::term::{Equal, Term, Why, join};
use super::{Evaluator, Outcome, Stop};
use crate::evaluate::syntax::dotted;

/// Calls within calls after which a rule counts as too hard.
const DEEPEST: usize = 64;

impl Evaluator<'_> {
    /// Returns the values of a rule: none if it is undefined; several if they hang on something.
    pub(super) fn rule(&mut self, full: &str) -> Outcome<Vec<(Term, Why)>> {
        if let Some(values) = self.values.get(full) {
            return Ok(values.clone());
        }
        let nodes = self.index.definitions(full);
        let is_set = nodes.iter().any(|(_, node)| matches!(&**node, Node::Spec { head: RuleHead::Set { .. }, .. }));
        let values = if is_set {
            vec![(Term::set(self.elements_of_set(full)?), None)]
        } else {
            self.deeper(|evaluator| evaluator.complete(nodes, None))?
        };
        self.values.insert(full.to_owned(), values.clone());
        Ok(values)
    }

    /// Returns the elements of a rule that makes a set.
    pub(super) fn elements_of_set(&mut self, full: &str) -> Outcome<Vec<(Term, Why)>> {
        let nodes = self.index.definitions(full);
        let mut elements = Vec::new();
        for (module, node) in nodes {
            let Node::Spec { head: RuleHead::Set { refr, key: Some(key), .. }, bodies, .. } = &**node else {
                return Err(Stop::TooHard);
            };
            if !matches!(&**refr, Expr::Var { .. }) {
                return Err(Stop::TooHard);
            }
            elements.extend(self.deeper(|evaluator| evaluator.inside(*module, |e| e.set_elements(key, bodies)))?);
        }
        Ok(elements)
    }

    fn set_elements(&mut self, key: &Ref<Expr>, bodies: &[RuleBody]) -> Outcome<Vec<(Term, Why)>> {
        let start = Solution::default();
        let mut solutions = Vec::new();
        if bodies.is_empty() {
            solutions.push(start.clone());
        }
        for body in bodies {
            if body.is_else {
                return Err(Stop::TooHard);
            }
            solutions.extend(self.query(&body.query, &start)?);
        }
        let mut elements = Vec::new();
        for solution in solutions {
            for (solution, term) in self.plain(key, &solution)? {
                elements.push((term, solution.why));
            }
        }
        Ok(elements)
    }

    /// Calls a function of a module or of the engine.
    pub(super) fn call(
        &mut self,
        span: &Span,
        function: &Ref<Expr>,
        arguments: &[Ref<Expr>],
        solution: &Solution,
    ) -> Outcome<Vec<Valued>> {
        let name = dotted(function).unwrap_or_default();
        let own = self.own(&name);
        let full = if self.index.rules.contains_key(&own) {
            Some(own)
        } else {
            self.absolute_path(function, solution).filter(|path| self.index.rules.contains_key(path))
        };
        let mut values = Vec::new();
        for (solution, row) in self.rows(arguments, solution)? {
            let results = match &full {
                Some(full) => {
                    let nodes = self.index.definitions(full);
                    self.deeper(|evaluator| evaluator.complete(nodes, Some(&row)))
                }
                None => self.builtin(span, &name, arguments, &row),
            };
            let results = match results {
                // In a branch that may not be taken, an error is one more thing that may happen.
                Err(Stop::Error(_)) if solution.why.is_some() => return Err(Stop::TooHard),
                other => other?,
            };
            values.extend(results.into_iter().map(|(term, why)| (solution.clone().on(&why), term)));
        }
        Ok(values)
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= DEEPEST {
            return Err(Stop::TooHard);
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        // A variable that is missing inside is no concern of the statement outside.
        match result {
            Err(Stop::Unbound) => Err(Stop::TooHard),
            other => other,
        }
    }

    fn inside<T>(&mut self, module: usize, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        let outside = std::mem::replace(&mut self.module, module);
        let result = work(self);
        self.module = outside;
        result
    }

    /// Evaluates all definitions of a rule with one value, or of a function.
    fn complete(&mut self, nodes: &[(usize, Ref<Node>)], arguments: Option<&[Term]>) -> Outcome<Vec<(Term, Why)>> {
        let mut candidates = Vec::new();
        let mut default = None;
        for (module, node) in nodes {
            match &**node {
                Node::Default { value, .. } => {
                    let values = self.inside(*module, |e| e.plain(value, &Solution::default()))?;
                    default = values.into_iter().next().map(|(_, term)| term);
                }
                Node::Spec { head, bodies, .. } => {
                    candidates.extend(self.inside(*module, |e| e.definition(head, bodies, arguments))?);
                }
            }
        }
        agree(candidates, default)
    }

    fn definition(
        &mut self,
        head: &RuleHead,
        bodies: &[RuleBody],
        arguments: Option<&[Term]>,
    ) -> Outcome<Vec<(Term, Why)>> {
        let (refr, assign, starts) = match (head, arguments) {
            (RuleHead::Compr { refr, assign, .. }, None) => (refr, assign, vec![Solution::default()]),
            (RuleHead::Func { refr, args, assign, .. }, Some(arguments)) => {
                if args.len() != arguments.len() {
                    return Err(Stop::Error("a function is called with the wrong number of arguments".into()));
                }
                let mut starts = vec![Solution::default()];
                for (pattern, argument) in args.iter().zip(arguments) {
                    let mut next = Vec::new();
                    for start in &starts {
                        next.extend(self.matches(pattern, argument, start, Names::Unbound)?);
                    }
                    starts = next;
                }
                (refr, assign, starts)
            }
            _ => return Err(Stop::TooHard),
        };
        let is_plain =
            matches!(&**refr, Expr::Var { .. }) || (arguments.is_some() && matches!(&**refr, Expr::RefDot { .. }));
        if !is_plain {
            return Err(Stop::TooHard);
        }
        let mut values = Vec::new();
        for start in starts {
            values.extend(self.bodies(assign.as_ref(), bodies, &start, arguments.is_some())?);
        }
        Ok(values)
    }

    /// Evaluates a body and its `else` branches: the first that has a solution with a value counts; in a
    /// function the first that has a solution, because the engine looks no further there.
    fn bodies(
        &mut self,
        assign: Option<&RuleAssign>,
        bodies: &[RuleBody],
        start: &Solution,
        is_function: bool,
    ) -> Outcome<Vec<(Term, Why)>> {
        if bodies.is_empty() {
            return self.assigned(assign, std::slice::from_ref(start));
        }
        let mut values = Vec::new();
        // What hangs on the branches before having no solution.
        let mut before: Why = None;
        let mut decided = false;
        for (position, body) in bodies.iter().enumerate() {
            if !body.is_else {
                before = None;
            } else if decided {
                continue;
            }
            let solutions = self.query(&body.query, &Solution { variables: start.variables.clone(), why: None })?;
            let assign = body.assign.as_ref().or(if position == 0 { assign } else { None });
            let found = self.assigned(assign, &solutions)?;
            if is_function && body.is_else && found.is_empty() && !solutions.is_empty() && position + 1 == bodies.len()
            {
                // What a function is worth whose last branch holds without a value is the engine's secret.
                return Err(Stop::TooHard);
            }
            let outer = join(&start.why, &before);
            if is_function {
                decided = solutions.iter().any(|solution| solution.why.is_none());
                before = solutions.iter().fold(before, |all, solution| join(&all, &solution.why));
            } else {
                decided = found.iter().any(|(_, why)| why.is_none());
                before = found.iter().fold(before, |all, (_, why)| join(&all, why));
            }
            values.extend(found.into_iter().map(|(term, why)| (term, join(&why, &outer))));
        }
        Ok(values)
    }

    fn assigned(&mut self, assign: Option<&RuleAssign>, solutions: &[Solution]) -> Outcome<Vec<(Term, Why)>> {
        let mut values = Vec::new();
        for solution in solutions {
            match assign {
                None => values.push((Term::Known(Value::Bool(true)), solution.why.clone())),
                Some(assign) => {
                    for (solution, term) in self.plain(&assign.value, solution)? {
                        values.push((term, solution.why));
                    }
                }
            }
        }
        Ok(values)
    }
}

/// Makes one value of what several definitions say; they must not contradict each other.
fn agree(candidates: Vec<(Term, Why)>, default: Option<Term>) -> Outcome<Vec<(Term, Why)>> {
    let certain = candidates.iter().find(|(_, why)| why.is_none()).map(|(term, _)| term.clone());
    let Some(certain) = certain else {
        let why = candidates.iter().fold(None, |why, (_, more)| join(&why, more));
        let mut values = candidates;
        values.extend(default.map(|default| (default, why)));
        return Ok(values);
    };
    let mut doubts: Why = None;
    for (term, why) in &candidates {
        match term.equal(&certain) {
            Equal::Yes => {}
            Equal::No if why.is_none() => {
                return Err(Stop::Error("two definitions of a rule give different values".into()));
            }
            Equal::No => doubts = join(&doubts, why),
            // An unknown value is not equal to itself here; one candidate alone is no contradiction.
            Equal::Maybe(_) if candidates.len() == 1 => {}
            Equal::Maybe(on) => doubts = join(&join(&doubts, why), &Some(on)),
        }
    }
    if doubts.is_none() {
        return Ok(vec![(certain, None)]);
    }
    Ok(candidates.into_iter().map(|(term, why)| (term, join(&why, &doubts))).collect())
}
