//! Statements of a body become steps, each as soon as the variables that it needs have values: the order
//! of statements means nothing in Rego.

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Ref};

use super::code::{Code, Step};
use super::rules::Compiler;
use super::scope::{Found, Scope};
use super::{Compiled, Refusal};

/// Returns whether steps go through a collection, but for those of bodies within.
pub(super) fn iterates(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::Iterate { .. }))
}

impl Compiler<'_> {
    /// Compiles a body in a scope of its own level; its names stay bound for what comes behind it, until the
    /// caller goes back to a mark.
    pub(super) fn body(&mut self, query: &Query, scope: &mut Scope) -> Compiled<Vec<Step>> {
        scope.enter(query);
        let steps = self.statements(query, scope);
        if steps.is_err() {
            scope.leave();
        }
        steps
    }

    fn statements(&mut self, query: &Query, scope: &mut Scope) -> Compiled<Vec<Step>> {
        let mut steps = Vec::new();
        let mut open: Vec<&LiteralStmt> = query.stmts.iter().collect();
        while !open.is_empty() {
            let mut ready = None;
            for (position, statement) in open.iter().enumerate() {
                let (mark, length) = (scope.mark(), steps.len());
                match self.statement(statement, scope, &mut steps) {
                    Ok(()) => {
                        ready = Some(position);
                        break;
                    }
                    Err(Refusal::Unbound) => {
                        scope.back(mark);
                        steps.truncate(length);
                    }
                    Err(Refusal::Foreign) => return Err(Refusal::Foreign),
                }
            }
            open.remove(ready.ok_or(Refusal::Unbound)?);
        }
        Ok(steps)
    }

    fn statement(&mut self, statement: &LiteralStmt, scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<()> {
        if !statement.with_mods.is_empty() {
            return Err(Refusal::Foreign);
        }
        match &statement.literal {
            Literal::SomeVars { vars, .. } => vars.iter().for_each(|name| scope.declare(name.text())),
            Literal::SomeIn { key, value, collection, .. } => {
                let collection = self.expression(collection, scope, steps)?;
                let value_slot = scope.temporary();
                let key_slot = key.as_ref().map(|_| scope.temporary());
                steps.push(Step::Iterate { collection, key: key_slot, value: Some(value_slot), strict: true });
                self.declared(value, Code::Slot(value_slot), scope, steps)?;
                if let (Some(key), Some(slot)) = (key, key_slot) {
                    self.declared(key, Code::Slot(slot), scope, steps)?;
                }
            }
            Literal::Expr { expr, .. } => self.holds(expr, scope, steps)?,
            Literal::NotExpr { expr, .. } => {
                let mark = scope.mark();
                let mut inner = Vec::new();
                scope.enter_expression();
                let compiled = self.holds(expr, scope, &mut inner);
                scope.leave();
                scope.back(mark);
                compiled?;
                // The engine takes iteration out of `not`: it holds for each element that is not so.
                if iterates(&inner) {
                    return Err(Refusal::Foreign);
                }
                steps.push(Step::Not(inner));
            }
            Literal::Every { key, value, domain, query, .. } => {
                let collection = self.expression(domain, scope, steps)?;
                let mark = scope.mark();
                let value = scope.bind(value.text());
                let key = key.as_ref().map(|key| scope.bind(key.text()));
                let inner = self.body(query, scope)?;
                scope.leave();
                scope.back(mark);
                steps.push(Step::Every { collection, key, value, steps: inner });
            }
        }
        Ok(())
    }

    /// An expression as a statement.
    fn holds(&mut self, expression: &Ref<Expr>, scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<()> {
        match &**expression {
            Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } => {
                let value = self.expression(rhs, scope, steps)?;
                self.declared(lhs, value, scope, steps)
            }
            Expr::AssignExpr { lhs, rhs, .. } => {
                let (mark, length) = (scope.mark(), steps.len());
                match self.expression(rhs, scope, steps) {
                    Ok(value) => self.pattern(lhs, value, scope, steps),
                    Err(Refusal::Unbound) => {
                        scope.back(mark);
                        steps.truncate(length);
                        let value = self.expression(lhs, scope, steps)?;
                        self.pattern(rhs, value, scope, steps)
                    }
                    Err(refusal) => Err(refusal),
                }
            }
            _ => {
                let value = self.expression(expression, scope, steps)?;
                steps.push(Step::Test(value));
                Ok(())
            }
        }
    }

    /// A pattern whose variables are all new.
    fn declared(&mut self, pattern: &Ref<Expr>, value: Code, scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<()> {
        match &**pattern {
            Expr::Var { span, .. } if span.text() == "_" => {
                // The value must be defined all the same.
                let slot = scope.temporary();
                steps.push(Step::Bind(slot, value));
                Ok(())
            }
            Expr::Var { span, .. } => {
                let slot = scope.bind(span.text());
                steps.push(Step::Bind(slot, value));
                Ok(())
            }
            Expr::Array { items, .. } => {
                let slots: Vec<_> = items.iter().map(|_| scope.temporary()).collect();
                steps.push(Step::Unpack(value, slots.clone()));
                for (item, slot) in items.iter().zip(slots) {
                    self.declared(item, Code::Slot(slot), scope, steps)?;
                }
                Ok(())
            }
            Expr::Object { .. } => Err(Refusal::Foreign),
            _ => self.equal(pattern, value, scope, steps),
        }
    }

    /// A pattern that binds the variables which have no value, and compares the rest.
    pub(super) fn pattern(
        &mut self,
        pattern: &Ref<Expr>,
        value: Code,
        scope: &mut Scope,
        steps: &mut Vec<Step>,
    ) -> Compiled<()> {
        match &**pattern {
            Expr::Var { span, .. } if span.text() == "_" => {
                let slot = scope.temporary();
                steps.push(Step::Bind(slot, value));
                Ok(())
            }
            Expr::Var { span, .. } => match scope.find(span.text(), self.is_global(span.text(), scope))? {
                Found::Open => {
                    let slot = scope.bind(span.text());
                    steps.push(Step::Bind(slot, value));
                    Ok(())
                }
                Found::Bound(_) | Found::None => self.equal(pattern, value, scope, steps),
            },
            Expr::Array { items, .. } => {
                let slots: Vec<_> = items.iter().map(|_| scope.temporary()).collect();
                steps.push(Step::Unpack(value, slots.clone()));
                for (item, slot) in items.iter().zip(slots) {
                    self.pattern(item, Code::Slot(slot), scope, steps)?;
                }
                Ok(())
            }
            Expr::Object { .. } => Err(Refusal::Foreign),
            _ => self.equal(pattern, value, scope, steps),
        }
    }

    fn equal(&mut self, pattern: &Ref<Expr>, value: Code, scope: &mut Scope, steps: &mut Vec<Step>) -> Compiled<()> {
        let expected = self.expression(pattern, scope, steps)?;
        steps.push(Step::Test(Code::Compare(BoolOp::Eq, Box::new((expected, value)))));
        Ok(())
    }
}
