//! References: variables, the input, parameters, other resources, rules by their names.

use regorus::Value;
use regorus::unstable::Expr;

use super::body::Solution;
use super::expression::Valued;
use super::term::{Term, Why, join};
use super::{Evaluator, Outcome, Stop};
use crate::evaluate::syntax::dotted;

/// All resources by id.
const INVENTORY: &str = "data.hfscan.inventory";

impl Evaluator<'_> {
    pub(super) fn is_global(&self, name: &str) -> bool {
        name == "input"
            || name == "data"
            || self.index.rules.contains_key(&self.own(name))
            || self.alias(name).is_some()
    }

    pub(super) fn own(&self, name: &str) -> String {
        self.index.modules.get(self.module).map_or_else(String::new, |module| format!("{}.{name}", module.package))
    }

    fn alias(&self, name: &str) -> Option<&str> {
        self.index.modules.get(self.module)?.aliases.get(name).map(String::as_str)
    }

    pub(super) fn variable(&mut self, name: &str, solution: &Solution) -> Outcome<Vec<Valued>> {
        if let Some(term) = solution.get(name) {
            return Ok(vec![(solution.clone(), term.clone())]);
        }
        if name == "input" {
            return Ok(vec![(solution.clone(), self.input.clone())]);
        }
        let own = self.own(name);
        if self.index.rules.contains_key(&own) {
            let values = self.rule(&own)?;
            return Ok(values.into_iter().map(|(term, why)| (solution.clone().on(&why), term)).collect());
        }
        if let Some(path) = self.alias(name).map(ToOwned::to_owned) {
            return self.absolute(&path, solution);
        }
        Err(Stop::Unbound)
    }

    /// Returns the full path of a reference to `data`, directly or by an import.
    pub(super) fn absolute_path(&self, expression: &Expr, solution: &Solution) -> Option<String> {
        let path = match expression {
            Expr::RefBrack { refr, index, .. } => match &**index {
                Expr::String { value, .. } => {
                    let base = self.absolute_path(refr, solution)?;
                    // Ids have dots in them: they stay keys.
                    if base == INVENTORY {
                        return None;
                    }
                    format!("{base}.{}", value.as_string().ok()?)
                }
                _ => return None,
            },
            _ => dotted(expression)?,
        };
        let (first, rest) = path.split_once('.').unwrap_or((&path, ""));
        if first == "data" {
            return Some(path);
        }
        if solution.get(first).is_some() {
            return None;
        }
        let target = self.alias(first)?;
        Some(if rest.is_empty() { target.to_owned() } else { format!("{target}.{rest}") })
    }

    pub(super) fn reference(&mut self, expression: &Expr, solution: &Solution) -> Outcome<Vec<Valued>> {
        if let Some(path) = self.absolute_path(expression, solution) {
            return self.absolute(&path, solution);
        }
        match expression {
            Expr::RefDot { refr, field, .. } => {
                let key = Term::Known(Value::from(field.0.text()));
                let mut values = Vec::new();
                for (solution, container) in self.plain(refr, solution)? {
                    for (term, why) in container.at(&key) {
                        values.push((solution.clone().on(&why), term));
                    }
                }
                Ok(values)
            }
            Expr::RefBrack { refr, index, .. } => {
                if self.absolute_path(refr, solution).as_deref() == Some(INVENTORY) {
                    return self.other_resource(index, solution);
                }
                let mut values = Vec::new();
                let containers = self.plain(refr, solution)?;
                if containers.is_empty() {
                    self.no_error_in(index, solution)?;
                }
                for (solution, container) in containers {
                    values.extend(self.indexed(&container, index, &solution)?);
                }
                Ok(values)
            }
            _ => Err(Stop::TooHard),
        }
    }

    fn indexed(&mut self, container: &Term, index: &Expr, solution: &Solution) -> Outcome<Vec<Valued>> {
        let mut values = Vec::new();
        if let Expr::Var { span, .. } = index {
            let name = span.text();
            if name == "_" || (solution.get(name).is_none() && !self.is_global(name)) {
                for (key, term, why) in container.each().unwrap_or_default() {
                    let mut solution = solution.clone().on(&why);
                    if name != "_" {
                        solution.bind(name, key);
                    }
                    values.push((solution, term));
                }
                return Ok(values);
            }
        }
        if matches!(index, Expr::Array { .. } | Expr::Object { .. }) {
            // A pattern as index: `pairs[[a, b]]`.
            return Err(Stop::TooHard);
        }
        for (solution, key) in self.plain(index, solution)? {
            for (term, why) in container.at(&key) {
                values.push((solution.clone().on(&why), term));
            }
        }
        Ok(values)
    }

    fn other_resource(&mut self, index: &Expr, solution: &Solution) -> Outcome<Vec<Valued>> {
        let mut values = Vec::new();
        for (solution, id) in self.plain(index, solution)? {
            match id.known() {
                Some(Value::String(id)) => {
                    if let Some(view) = self.view_of(id) {
                        values.push((solution, view));
                    }
                }
                Some(_) => {}
                None => {
                    let doubts = id.doubts();
                    values.push((solution.on(&Some(doubts.clone())), Term::Unknown(doubts, None)));
                }
            }
        }
        Ok(values)
    }

    fn view_of(&mut self, id: &str) -> Option<Term> {
        if let Some(view) = self.views.get(id) {
            return view.clone();
        }
        let others = self.others?;
        let view = others.value.as_object().ok().and_then(|all| all.get(&Value::from(id)).cloned()).map(|input| {
            let unknown = others.unknown.get(id).map_or(&[][..], Vec::as_slice);
            self.shown(&input, unknown, Some(id))
        });
        self.views.insert(id.to_owned(), view.clone());
        view
    }

    /// Returns what a full path leads to.
    fn absolute(&mut self, path: &str, solution: &Solution) -> Outcome<Vec<Valued>> {
        let follow = |starts: Vec<(Term, Why)>, rest: &str| {
            let mut values = starts;
            for key in rest.split('.').filter(|key| !key.is_empty()) {
                let key = Term::Known(Value::from(key));
                values = values
                    .into_iter()
                    .flat_map(|(term, why)| {
                        let below = term.at(&key);
                        below.into_iter().map(move |(term, more)| (term, join(&why, &more)))
                    })
                    .collect();
            }
            values.into_iter().map(|(term, why)| (solution.clone().on(&why), term)).collect()
        };
        if let Some(rest) = path.strip_prefix("input") {
            return Ok(follow(vec![(self.input.clone(), None)], rest));
        }
        if let Some(rest) = path.strip_prefix("data.hfscan.params") {
            return Ok(follow(vec![(Term::Known(self.program.params.clone()), None)], rest));
        }
        if path.starts_with(INVENTORY) {
            return Err(Stop::TooHard);
        }
        let mut full = path;
        loop {
            if self.index.rules.contains_key(full) {
                let values = self.rule(full)?;
                return Ok(follow(values, path.get(full.len()..).unwrap_or_default()));
            }
            match full.rsplit_once('.') {
                Some((shorter, _)) => full = shorter,
                None => break,
            }
        }
        // A whole package as a value.
        if self.index.modules.iter().any(|module| module.package.starts_with(path)) {
            return Err(Stop::TooHard);
        }
        Ok(Vec::new())
    }
}
