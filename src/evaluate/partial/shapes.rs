//! Shapes of rules whose meaning hangs on the order in which the engine takes statements, or on how it
//! hides names. They are rare, and nobody should write them; where something is unknown they are too hard.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Module, Query, Ref, Rule as Node, RuleHead};

use crate::evaluate::syntax::{declared, mentioned, walk};

type Names = BTreeSet<String>;

/// Returns whether a module has such a shape. `is_global` knows the names of its rules and imports.
pub(super) fn is_odd(module: &Module, is_global: &dyn Fn(&str) -> bool) -> bool {
    module.policy.iter().any(|node| {
        let Node::Spec { head, bodies, .. } = &**node else { return false };
        let mut bound = Names::new();
        if let RuleHead::Func { args, .. } = head {
            // `f(x, x)`: the engine forgets the first.
            for argument in args {
                let mut names = Names::new();
                mentioned(argument, &mut names);
                names.remove("_");
                if !names.is_disjoint(&bound) {
                    return true;
                }
                bound.extend(names);
            }
        }
        bodies.iter().any(|body| is_odd_body(&body.query, &bound, is_global))
    })
}

fn is_odd_body(query: &Query, outside: &Names, is_global: &dyn Fn(&str) -> bool) -> bool {
    let mut bound = outside.clone();
    for (position, statement) in query.stmts.iter().enumerate() {
        if let Literal::SomeVars { vars, .. } = &statement.literal {
            // `some limit` beside a rule `limit`.
            if vars.iter().any(|name| is_global(name.text())) {
                return true;
            }
            continue;
        }
        // What this statement or a later one may bind, as seen from a body inside of this one.
        let mut later = Names::new();
        query.stmts.iter().skip(position).for_each(|statement| own(statement, &mut later));
        let mut inner = Inner::default();
        inner.statement(statement);
        let waits = |name: &String| later.contains(name) && !bound.contains(name) && !is_global(name);
        if inner.names.iter().any(waits) || inner.bodies.iter().any(|body| is_odd_body(body, &bound, is_global)) {
            return true;
        }
        own(statement, &mut bound);
    }
    false
}

/// Collects the names that a statement mentions outside of the bodies in it.
fn own(statement: &LiteralStmt, names: &mut Names) {
    match &statement.literal {
        Literal::SomeVars { .. } | Literal::NotExpr { .. } => {}
        Literal::SomeIn { key, value, collection, .. } => {
            if let Some(key) = key {
                declared(key, names);
            }
            declared(value, names);
            mentioned(collection, names);
        }
        Literal::Expr { expr, .. } => mentioned(expr, names),
        Literal::Every { domain, .. } => mentioned(domain, names),
    }
    names.remove("_");
}

/// Collects the names that an expression may bind: those in brackets, and those beside `=`.
fn binding(expression: &Expr, names: &mut Names) {
    walk(expression, &mut |part| match part {
        Expr::RefBrack { index, .. } => declared(index, names),
        Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } => {
            declared(lhs, names);
            declared(rhs, names);
        }
        _ => {}
    });
}

/// What stands in bodies within a statement: the bodies of comprehensions and of `every`, and the names that
/// stand in them or behind `not` where a variable without a value gets one, but for those that they declare.
#[derive(Default)]
struct Inner<'a> {
    bodies: Vec<&'a Query>,
    names: Names,
}

impl<'a> Inner<'a> {
    fn statement(&mut self, statement: &'a LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { value, collection, .. } => {
                self.expression(value);
                self.expression(collection);
            }
            Literal::Expr { expr, .. } => self.expression(expr),
            Literal::NotExpr { expr, .. } => {
                binding(expr, &mut self.names);
                self.expression(expr);
            }
            Literal::Every { key, value, domain, query, .. } => {
                self.expression(domain);
                let declares = key.iter().chain([value]).map(|name| name.text().to_owned()).collect();
                self.body(query, &[], declares);
            }
        }
    }

    /// Takes the names of a body and of its head, without those that it declares.
    fn body(&mut self, query: &'a Query, head: &[&'a Ref<Expr>], mut declares: Names) {
        let mut within = Inner::default();
        let mut names = Names::new();
        for statement in &query.stmts {
            within.statement(statement);
            match &statement.literal {
                Literal::SomeVars { vars, .. } => declares.extend(vars.iter().map(|name| name.text().to_owned())),
                Literal::SomeIn { key, value, collection, .. } => {
                    if let Some(key) = key {
                        declared(key, &mut declares);
                    }
                    declared(value, &mut declares);
                    binding(collection, &mut names);
                }
                Literal::Expr { expr, .. } => {
                    binding(expr, &mut names);
                    if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = &**expr {
                        declared(lhs, &mut declares);
                    }
                }
                Literal::Every { domain, .. } => binding(domain, &mut names),
                Literal::NotExpr { .. } => {}
            }
        }
        for expression in head {
            binding(expression, &mut names);
            within.expression(expression);
        }
        names.extend(within.names);
        self.names.extend(names.into_iter().filter(|name| !declares.contains(name)));
        self.bodies.push(query);
    }

    fn expression(&mut self, expression: &'a Expr) {
        walk(expression, &mut |part| match part {
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.body(query, &[term], Names::new());
            }
            Expr::ObjectCompr { key, value, query, .. } => self.body(query, &[key, value], Names::new()),
            _ => {}
        });
    }
}
