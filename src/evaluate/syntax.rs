//! Small questions to the parsed module: names, imports, built-in functions.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{BUILTINS, Expr, Module, Ref, Rule as Node, RuleHead};

/// A parsed module.
pub(crate) type Syntax = Ref<Module>;

/// Returns the name that a rule of a module defines: the first part of its head.
pub(crate) fn defined_name(node: &Node) -> Option<String> {
    let head = match node {
        Node::Spec {
            head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. },
            ..
        }
        | Node::Default { refr, .. } => refr,
    };
    first_name(head)
}

/// Returns the variable at the root of a reference.
pub(crate) fn first_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => first_name(refr),
        _ => None,
    }
}

/// Returns `data.a.b` for a reference of plain names.
pub(crate) fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, field, .. } => Some(format!("{}.{}", dotted(refr)?, field.0.text())),
        _ => None,
    }
}

/// Returns how many arguments a built-in function takes, if there is one of this name; 0 if any
/// number will do.
pub(crate) fn builtin_arity(name: &str) -> Option<usize> {
    match name {
        "print" => Some(0),
        _ => BUILTINS.get(name).map(|(_, arity)| usize::from(*arity)),
    }
}

/// Returns a module's package with `data.` before it.
pub(crate) fn package_path(module: &Module) -> String {
    format!("data.{}", dotted(&module.package.refr).unwrap_or_default())
}

/// Returns the names that a module's imports bind, with what they stand for.
pub(crate) fn aliases(module: &Module) -> BTreeMap<String, String> {
    module
        .imports
        .iter()
        .filter_map(|import| {
            let path = dotted(&import.refr)?;
            let last = path.rsplit('.').next()?.to_owned();
            let name = import.r#as.as_ref().map_or(last, |name| name.text().to_owned());
            Some((name, path))
        })
        .collect()
}

/// Collects the variables that a pattern declares.
pub(crate) fn declared(pattern: &Expr, names: &mut BTreeSet<String>) {
    match pattern {
        Expr::Var { span, .. } if span.text() != "_" => {
            names.insert(span.text().to_owned());
        }
        Expr::Array { items, .. } => items.iter().for_each(|item| declared(item, names)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, _, value)| declared(value, names)),
        _ => {}
    }
}

/// Collects variables of an expression, but for those in comprehensions.
pub(crate) fn mentioned(expression: &Expr, names: &mut BTreeSet<String>) {
    walk(expression, &mut |part| {
        if let Expr::Var { span, .. } = part {
            names.insert(span.text().to_owned());
        }
    });
}

/// Calls back for an expression and its parts, but not for what stands in bodies of their own.
pub(crate) fn walk<'a>(expression: &'a Expr, found: &mut dyn FnMut(&'a Expr)) {
    found(expression);
    match expression {
        Expr::Array { items, .. } | Expr::Set { items, .. } | Expr::Call { params: items, .. } => {
            for item in items {
                walk(item, found);
            }
        }
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, key, value)| {
            walk(key, found);
            walk(value, found);
        }),
        Expr::UnaryExpr { expr, .. } => walk(expr, found),
        Expr::RefDot { refr, .. } => walk(refr, found),
        Expr::RefBrack { refr, index, .. } => {
            walk(refr, found);
            walk(index, found);
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => {
            walk(lhs, found);
            walk(rhs, found);
        }
        Expr::Membership { key, value, collection, .. } => {
            if let Some(key) = key {
                walk(key, found);
            }
            walk(value, found);
            walk(collection, found);
        }
        _ => {}
    }
}
