//! Expressions. Iteration is taken out of them: `input.ports[_] > 3` becomes a step that goes through the
//! ports and an expression about one port, so that every expression has one value or none.

use regorus::Value;
use regorus::unstable::{BUILTINS, Expr, Query, Ref};

use super::body::iterates;
use super::code::{Arithmetic, BuiltinCall, Code, Comprehension, SetOperation, Shape, Step};
use super::rules::Compiler;
use super::scope::{Found, Scope};
use super::{Compiled, Refusal};
use crate::evaluate::syntax::dotted;

/// All resources by id: the engine's alone.
const INVENTORY: &str = "data.hfscan.inventory";

const PARAMS: &str = "data.hfscan.params";

impl Compiler<'_> {
    /// Compiles an expression; what it iterates over goes into the steps.
    pub(super) fn expression(
        &mut self,
        expression: &Ref<Expr>,
        scope: &mut Scope,
        steps: &mut Vec<Step>,
    ) -> Compiled<Code> {
        Ok(match &**expression {
            Expr::String { value, .. }
            | Expr::RawString { value, .. }
            | Expr::Number { value, .. }
            | Expr::Bool { value, .. }
            | Expr::Null { value, .. } => Code::Constant(value.clone()),
            Expr::Var { span, .. } => self.variable(span.text(), scope)?,
            Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expression, scope, steps)?,
            Expr::Array { items, .. } => Code::Array(self.all(items, scope, steps)?),
            Expr::Set { items, .. } => Code::Set(self.all(items, scope, steps)?),
            Expr::Object { fields, .. } => {
                let mut parts = Vec::with_capacity(fields.len());
                for (_, key, value) in fields {
                    parts.push((self.expression(key, scope, steps)?, self.expression(value, scope, steps)?));
                }
                Code::Object(parts)
            }
            Expr::ArrayCompr { term, query, .. } => self.comprehension(None, term, query, scope, Shape::Array)?,
            Expr::SetCompr { term, query, .. } => self.comprehension(None, term, query, scope, Shape::Set)?,
            Expr::ObjectCompr { key, value, query, .. } => {
                self.comprehension(Some(key), value, query, scope, Shape::Set)?
            }
            Expr::Call { span, fcn, params, .. } => {
                let name = dotted(fcn).ok_or(Refusal::Foreign)?;
                let arguments = self.all(params, scope, steps)?;
                if let Some(full) = self.function(&name, scope)? {
                    return Ok(Code::Function(self.function_of(&full, params.len())?, arguments));
                }
                // `walk` has many values; a call with one argument too many takes its result there.
                let known = BUILTINS.get(name.as_str()).filter(|_| name != "walk" && name != "print");
                let function = *known.ok_or(Refusal::Foreign)?;
                if function.1 != 0 && params.len() != usize::from(function.1) {
                    return Err(Refusal::Foreign);
                }
                Code::Builtin(Box::new(BuiltinCall { function, span: span.clone(), syntax: params.clone(), arguments }))
            }
            Expr::BinExpr { op, lhs, rhs, .. } => {
                let (left, right) = (self.expression(lhs, scope, steps)?, self.expression(rhs, scope, steps)?);
                let operation = SetOperation { syntax: (lhs.clone(), rhs.clone()), left, right };
                Code::SetOperation(op.clone(), Box::new(operation))
            }
            Expr::BoolExpr { op, lhs, rhs, .. } => {
                let sides = (self.expression(lhs, scope, steps)?, self.expression(rhs, scope, steps)?);
                Code::Compare(op.clone(), Box::new(sides))
            }
            Expr::ArithExpr { span, op, lhs, rhs, .. } => {
                let (left, right) = (self.expression(lhs, scope, steps)?, self.expression(rhs, scope, steps)?);
                let syntax = (lhs.clone(), rhs.clone());
                let (span, operator) = (span.clone(), op.clone());
                Code::Arithmetic(Box::new(Arithmetic { span, operator, syntax, left, right }))
            }
            Expr::Membership { key, value, collection, .. } => Code::Member {
                value: Box::new(self.expression(value, scope, steps)?),
                collection: Box::new(self.expression(collection, scope, steps)?),
                key: match key {
                    Some(key) => Some(Box::new(self.expression(key, scope, steps)?)),
                    None => None,
                },
            },
            Expr::UnaryExpr { .. } | Expr::AssignExpr { .. } => return Err(Refusal::Foreign),
        })
    }

    fn all(&mut self, expressions: &[Ref<Expr>], scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<Vec<Code>> {
        expressions.iter().map(|expression| self.expression(expression, scope, steps)).collect()
    }

    fn comprehension(
        &mut self,
        key: Option<&Ref<Expr>>,
        value: &Ref<Expr>,
        query: &Query,
        scope: &mut Scope,
        shape: Shape,
    ) -> Compiled<Code> {
        let mark = scope.mark();
        let mut steps = self.body(query, scope)?;
        let length = steps.len();
        let head = || {
            let shape = match key {
                Some(key) => Shape::Object(self.expression(key, scope, &mut steps)?),
                None => shape,
            };
            Ok((shape, self.expression(value, scope, &mut steps)?))
        };
        let head = head();
        scope.leave();
        scope.back(mark);
        let (shape, value) = head?;
        no_iteration(&steps, length)?;
        Ok(Code::Collect(Box::new(Comprehension { steps, shape, value })))
    }

    fn variable(&mut self, name: &str, scope: &Scope) -> Compiled<Code> {
        match scope.find(name, self.is_global(name, scope))? {
            Found::Bound(slot) => Ok(Code::Slot(slot)),
            Found::Open => Err(Refusal::Unbound),
            Found::None if name == "input" => Ok(Code::Input),
            Found::None => {
                let own = self.own(name, scope);
                if self.is_rule(&own) {
                    return Ok(Code::Rule(self.rule(&own)?));
                }
                let path = self.alias(name, scope).ok_or(Refusal::Foreign)?;
                self.absolute(&path)
            }
        }
    }

    fn reference(&mut self, expression: &Ref<Expr>, scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<Code> {
        if let Some(path) = self.absolute_path(expression, scope) {
            return self.absolute(&path);
        }
        match &**expression {
            Expr::RefDot { refr, field, .. } => {
                let base = self.expression(refr, scope, steps)?;
                Ok(below(base, field.1.clone()))
            }
            Expr::RefBrack { refr, index, .. } => {
                if self.absolute_path(refr, scope).as_deref() == Some(INVENTORY) {
                    return Err(Refusal::Foreign);
                }
                let base = self.expression(refr, scope, steps)?;
                self.indexed(base, index, scope, steps)
            }
            _ => Err(Refusal::Foreign),
        }
    }

    fn indexed(&mut self, base: Code, index: &Ref<Expr>, scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<Code> {
        match &**index {
            Expr::Var { span, .. } if span.text() == "_" => {
                let value = scope.temporary();
                steps.push(Step::Iterate { collection: base, key: None, value: Some(value), strict: false });
                Ok(Code::Slot(value))
            }
            Expr::Var { span, .. }
                if matches!(scope.find(span.text(), self.is_global(span.text(), scope))?, Found::Open) =>
            {
                let key = scope.bind(span.text());
                let value = scope.temporary();
                steps.push(Step::Iterate { collection: base, key: Some(key), value: Some(value), strict: false });
                Ok(Code::Slot(value))
            }
            // A pattern as index: `pairs[[a, b]]`.
            Expr::Array { .. } | Expr::Object { .. } => Err(Refusal::Foreign),
            _ => match self.expression(index, scope, steps)? {
                Code::Constant(key) => Ok(below(base, key)),
                key => Ok(Code::Index(Box::new(base), Box::new(key))),
            },
        }
    }

    /// What a full path leads to.
    fn absolute(&mut self, path: &str) -> Compiled<Code> {
        if let Some(rest) = path.strip_prefix(PARAMS) {
            let mut value = self.program.params.clone();
            for key in rest.split('.').filter(|key| !key.is_empty()) {
                value = match &value {
                    Value::Object(object) => object.get(&Value::from(key)).cloned().unwrap_or(Value::Undefined),
                    _ => Value::Undefined,
                };
            }
            return Ok(Code::Constant(value));
        }
        if path.starts_with(INVENTORY) {
            return Err(Refusal::Foreign);
        }
        let mut full = path;
        loop {
            if self.is_rule(full) {
                let rest = path.get(full.len()..).unwrap_or_default();
                let mut code = Code::Rule(self.rule(full)?);
                for key in rest.split('.').filter(|key| !key.is_empty()) {
                    code = below(code, Value::from(key));
                }
                return Ok(code);
            }
            match full.rsplit_once('.') {
                Some((shorter, _)) => full = shorter,
                // A whole package, or something that is not there.
                None => return Err(Refusal::Foreign),
            }
        }
    }

    /// Returns the full path of a reference to `data`, directly or by an import.
    fn absolute_path(&self, expression: &Expr, scope: &Scope) -> Option<String> {
        let path = match expression {
            Expr::RefBrack { refr, index, .. } => match &**index {
                Expr::String { value, .. } => {
                    let base = self.absolute_path(refr, scope)?;
                    // Ids have dots in them: they stay keys.
                    if base == INVENTORY || value.as_string().is_ok_and(|key| key.contains('.')) {
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
        if matches!(scope.find(first, true), Ok(Found::Bound(_) | Found::Open) | Err(_)) {
            return None;
        }
        let target = self.alias(first, scope)?;
        Some(if rest.is_empty() { target } else { format!("{target}.{rest}") })
    }
}

/// Refuses steps from `start` on that iterate: in a head the engine takes what is no collection for an error.
pub(super) fn no_iteration(steps: &[Step], start: usize) -> Compiled<()> {
    let iterates = steps.get(start..).is_some_and(iterates);
    if iterates { Err(Refusal::Foreign) } else { Ok(()) }
}

/// What stands under a fixed key.
fn below(base: Code, key: Value) -> Code {
    match base {
        Code::Path(root, mut keys) => {
            keys.push(key);
            Code::Path(root, keys)
        }
        base => Code::Path(Box::new(base), vec![key]),
    }
}
