//! Walks through parsed modules and notes every read of the input. A walk is repeated until it finds
//! nothing new, as helpers may stand before or behind the rules that call them.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{
    AssignOp, Expr, Literal, LiteralStmt, Module, Query, Ref, Rule as Node, RuleAssign, RuleHead, Span,
};

use super::{Part, Pattern, Read};
use crate::evaluate::syntax::{aliases, builtin_arity, dotted, first_name, package_path};

/// Paths longer than this are read as "everything below".
const DEEPEST: usize = 24;

type Places = BTreeSet<Pattern>;

pub(super) struct Scanner {
    /// Full names of all rules and functions, with whether they are functions.
    defined: BTreeMap<String, bool>,
    parameters: BTreeMap<String, Vec<Vec<Option<String>>>>,
    aliases: BTreeMap<String, String>,
    package: String,
    scope: String,
    bindings: BTreeMap<(String, String), Places>,
    results: BTreeMap<String, Places>,
    pub(super) reads: BTreeSet<Read>,
    pub(super) inventory: bool,
    pub(super) builtins: BTreeMap<String, (String, u32, u32)>,
    pub(super) calls: BTreeMap<String, BTreeSet<String>>,
    pub(super) params: BTreeMap<String, (String, u32, u32)>,
    pub(super) misfits: BTreeMap<(String, u32, u32), (String, Option<usize>)>,
    pub(super) negated: BTreeSet<(String, u32, u32)>,
}

/// Returns whether an expression goes through a collection by `[_]`, but for what is in comprehensions.
fn iterates(expression: &Expr) -> bool {
    let any = |parts: &[Ref<Expr>]| parts.iter().any(|part| iterates(part));
    match expression {
        Expr::RefBrack { refr, index, .. } => {
            variable(index).is_some_and(|name| name == "_") || iterates(refr) || iterates(index)
        }
        Expr::RefDot { refr, .. } => iterates(refr),
        Expr::Array { items, .. } | Expr::Set { items, .. } | Expr::Call { params: items, .. } => any(items),
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => iterates(lhs) || iterates(rhs),
        Expr::Membership { value, collection, .. } => iterates(value) || iterates(collection),
        _ => false,
    }
}

fn place_of(span: &Span) -> (String, u32, u32) {
    (span.source.get_path().clone(), span.line, span.col)
}

fn head_name(head: &RuleHead) -> String {
    let (RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. }) = head;
    first_or_empty(refr)
}

impl Scanner {
    pub(super) fn new(modules: &[&Module]) -> Self {
        let mut defined = BTreeMap::new();
        let mut parameters: BTreeMap<String, Vec<Vec<Option<String>>>> = BTreeMap::new();
        for module in modules {
            let package = package_path(module);
            for node in &module.policy {
                match &**node {
                    Node::Spec { head, .. } => {
                        let name = format!("{package}.{}", head_name(head));
                        let is_function = matches!(head, RuleHead::Func { .. });
                        if let RuleHead::Func { args, .. } = head {
                            let names = args.iter().map(|arg| variable(arg)).collect();
                            parameters.entry(name.clone()).or_default().push(names);
                        }
                        defined.insert(name, is_function);
                    }
                    Node::Default { refr, args, .. } => {
                        defined.entry(format!("{package}.{}", first_or_empty(refr))).or_insert(!args.is_empty());
                    }
                }
            }
        }
        Self {
            defined,
            parameters,
            aliases: BTreeMap::new(),
            package: String::new(),
            scope: String::new(),
            bindings: BTreeMap::new(),
            results: BTreeMap::new(),
            reads: BTreeSet::new(),
            inventory: false,
            builtins: BTreeMap::new(),
            calls: BTreeMap::new(),
            params: BTreeMap::new(),
            misfits: BTreeMap::new(),
            negated: BTreeSet::new(),
        }
    }

    pub(super) fn size(&self) -> usize {
        self.bindings.values().map(BTreeSet::len).sum::<usize>()
            + self.results.values().map(BTreeSet::len).sum::<usize>()
            + self.reads.len()
    }

    pub(super) fn module(&mut self, module: &Module) {
        self.package = package_path(module);
        self.aliases = aliases(module);
        for node in &module.policy {
            match &**node {
                Node::Spec { head, bodies, .. } => {
                    self.scope = format!("{}.{}", self.package, head_name(head));
                    self.head(head);
                    for body in bodies {
                        self.query(&body.query);
                        self.assigned(body.assign.as_ref());
                    }
                }
                Node::Default { refr, value, .. } => {
                    self.scope = format!("{}.{}", self.package, first_or_empty(refr));
                    self.whole(value);
                }
            }
        }
    }

    fn head(&mut self, head: &RuleHead) {
        match head {
            RuleHead::Compr { refr, assign, .. } => {
                // A key in the head, as in `index[k] := v`.
                if let Expr::RefBrack { index, .. } = &**refr {
                    self.whole(index);
                }
                self.assigned(assign.as_ref());
            }
            RuleHead::Set { key, .. } => {
                if let Some(key) = key {
                    self.whole(key);
                }
            }
            RuleHead::Func { args, assign, .. } => {
                for arg in args {
                    if variable(arg).is_none() {
                        self.whole(arg);
                    }
                }
                self.assigned(assign.as_ref());
            }
        }
    }

    fn assigned(&mut self, assign: Option<&RuleAssign>) {
        if let Some(assign) = assign {
            let places = self.places(&assign.value);
            self.results.entry(self.scope.clone()).or_default().extend(places);
        }
    }

    fn query(&mut self, query: &Query) {
        for statement in &query.stmts {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &LiteralStmt) {
        for modifier in &statement.with_mods {
            self.whole(&modifier.r#as);
        }
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                let elements = self.elements(collection);
                self.bind_pattern(value, &elements);
                if let Some(key) = key
                    && variable(key).is_none()
                {
                    self.whole(key);
                }
            }
            Literal::Every { value, domain, query, .. } => {
                let elements = self.elements(domain);
                self.bind(value.text(), elements);
                self.query(query);
            }
            Literal::Expr { expr, .. } => self.whole(expr),
            Literal::NotExpr { expr, .. } => {
                if iterates(expr) {
                    self.negated.insert(place_of(expr.span()));
                }
                self.whole(expr);
            }
        }
    }

    /// Binds the variables of a pattern: one variable to the places, several to all below them.
    fn bind_pattern(&mut self, pattern: &Expr, places: &Places) {
        if let Some(name) = variable(pattern) {
            self.bind(&name, places.clone());
        } else {
            for place in places {
                self.read(pattern.span(), place.clone(), true);
            }
            self.whole(pattern);
        }
    }

    fn bind(&mut self, name: &str, places: Places) {
        self.bindings.entry((self.scope.clone(), name.to_owned())).or_default().extend(places);
    }

    fn elements(&mut self, collection: &Expr) -> Places {
        let places = self.places(collection);
        for place in &places {
            self.read(collection.span(), place.clone(), false);
        }
        places.into_iter().map(|place| below(place, Part::Any)).collect()
    }

    /// Visits an expression whose whole value matters.
    fn whole(&mut self, expression: &Expr) {
        for place in self.places(expression) {
            self.read(expression.span(), place, true);
        }
    }

    fn read(&mut self, span: &Span, pattern: Pattern, deep: bool) {
        let (file, line, column) = place_of(span);
        let deep = deep || pattern.len() >= DEEPEST;
        self.reads.insert(Read { pattern, deep, file, line, column });
    }

    /// Visits an expression and returns the places that its value may come from.
    fn places(&mut self, expression: &Expr) -> Places {
        match expression {
            Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. } => Places::new(),
            Expr::Var { span, .. } => self.variable_places(span),
            Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(expression),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                for item in items {
                    self.whole(item);
                }
                Places::new()
            }
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    self.whole(key);
                    self.whole(value);
                }
                Places::new()
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.query(query);
                self.whole(term);
                Places::new()
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                self.query(query);
                self.whole(key);
                self.whole(value);
                Places::new()
            }
            Expr::Call { fcn, params, .. } => {
                let arguments: Vec<&Expr> = params.iter().map(|param| &**param).collect();
                self.call(fcn, &arguments)
            }
            Expr::UnaryExpr { expr, .. } => {
                self.whole(expr);
                Places::new()
            }
            Expr::BinExpr { lhs, rhs, .. } | Expr::BoolExpr { lhs, rhs, .. } | Expr::ArithExpr { lhs, rhs, .. } => {
                self.whole(lhs);
                self.whole(rhs);
                Places::new()
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                self.assignment(op, lhs, rhs);
                Places::new()
            }
            Expr::Membership { key, value, collection, .. } => {
                if let Some(key) = key {
                    self.whole(key);
                }
                self.whole(value);
                self.whole(collection);
                Places::new()
            }
        }
    }

    fn assignment(&mut self, op: &AssignOp, left: &Expr, right: &Expr) {
        let from_right = self.places(right);
        self.bind_pattern(left, &from_right);
        if *op == AssignOp::Eq {
            // Unification goes both ways, and compares what is bound already.
            let from_left = self.places(left);
            self.bind_pattern(right, &from_left);
            self.whole(left);
            self.whole(right);
        }
    }

    fn variable_places(&mut self, span: &Span) -> Places {
        let name = span.text();
        if name == "input" {
            return Places::from([Pattern::new()]);
        }
        let mut places = self.bindings.get(&(self.scope.clone(), name.to_owned())).cloned().unwrap_or_default();
        let full = format!("{}.{name}", self.package);
        if self.defined.contains_key(&full) {
            places.extend(self.result_of(&full));
        } else if let Some(path) = self.aliases.get(name).cloned() {
            places.extend(self.absolute(&path, span));
        }
        places
    }

    fn result_of(&mut self, full: &str) -> Places {
        self.calls.entry(self.scope.clone()).or_default().insert(full.to_owned());
        self.results.get(full).cloned().unwrap_or_default()
    }

    fn reference(&mut self, expression: &Expr) -> Places {
        if let Some(path) = self.absolute_path(expression) {
            return self.absolute(&path, expression.span());
        }
        let (base, part) = match expression {
            Expr::RefDot { refr, field, .. } => (refr, Part::Key(field.0.text().to_owned())),
            Expr::RefBrack { refr, index, .. } => {
                self.whole(index);
                let part = match &**index {
                    Expr::String { value, .. } | Expr::RawString { value, .. } => {
                        value.as_string().map_or(Part::Any, |key| Part::Key(key.to_string()))
                    }
                    _ => Part::Any,
                };
                (refr, part)
            }
            _ => return Places::new(),
        };
        let below: Places = self.places(base).into_iter().map(|place| below(place, part.clone())).collect();
        for place in &below {
            self.read(expression.span(), place.clone(), false);
        }
        below
    }

    /// Returns the full path of a reference that goes to `data`, directly or by an import.
    fn absolute_path(&self, expression: &Expr) -> Option<String> {
        let path = match expression {
            Expr::RefBrack { refr, index, .. } => match &**index {
                Expr::String { value, .. } => format!("{}.{}", self.absolute_path(refr)?, value.as_string().ok()?),
                _ => return None,
            },
            _ => dotted(expression)?,
        };
        let (first, rest) = path.split_once('.').unwrap_or((&path, ""));
        if first == "data" {
            return Some(path);
        }
        if self.bindings.contains_key(&(self.scope.clone(), first.to_owned())) {
            return None;
        }
        let target = self.aliases.get(first)?;
        Some(if rest.is_empty() { target.clone() } else { format!("{target}.{rest}") })
    }

    fn absolute(&mut self, path: &str, span: &Span) -> Places {
        if path == "input" || path.starts_with("input.") {
            let pattern: Pattern = path.split('.').skip(1).map(|key| Part::Key(key.to_owned())).collect();
            self.read(span, pattern.clone(), false);
            return Places::from([pattern]);
        }
        if path == "data" || path == "data.hfscan" || path.starts_with("data.hfscan.inventory") {
            self.inventory = true;
        }
        if let Some(param) = path.strip_prefix("data.hfscan.params.") {
            let name = param.split('.').next().unwrap_or(param);
            self.params.insert(name.to_owned(), place_of(span));
        }
        // `data.package.rule.field`: the longest part that is a rule.
        let mut full = path;
        loop {
            if self.defined.contains_key(full) {
                let rest = path.get(full.len()..).unwrap_or_default();
                let mut places = self.result_of(full);
                for key in rest.split('.').filter(|key| !key.is_empty()) {
                    places = places.into_iter().map(|place| below(place, Part::Key(key.to_owned()))).collect();
                    for place in &places {
                        self.read(span, place.clone(), false);
                    }
                }
                return places;
            }
            match full.rsplit_once('.') {
                Some((shorter, _)) => full = shorter,
                None => return Places::new(),
            }
        }
    }

    fn call(&mut self, function: &Expr, arguments: &[&Expr]) -> Places {
        let name = dotted(function).unwrap_or_default();
        let own = format!("{}.{name}", self.package);
        let full = if self.defined.get(&own) == Some(&true) {
            Some(own)
        } else {
            self.absolute_path(function).filter(|path| self.defined.get(path) == Some(&true))
        };
        let Some(full) = full else {
            let place = place_of(function.span());
            match builtin_arity(&name) {
                None => {
                    self.misfits.insert(place.clone(), (name.clone(), None));
                }
                Some(arity) if arity != 0 && arity != arguments.len() => {
                    self.misfits.insert(place.clone(), (name.clone(), Some(arity)));
                }
                Some(_) => {}
            }
            self.builtins.insert(name, place);
            for argument in arguments {
                self.whole(argument);
            }
            return Places::new();
        };
        let arity = self.parameters.get(&full).and_then(|all| all.first()).map_or(0, Vec::len);
        if arity != arguments.len() {
            self.misfits.insert(place_of(function.span()), (name, Some(arity)));
        }
        for (position, argument) in arguments.iter().enumerate() {
            let places = self.places(argument);
            let names: Vec<Option<String>> = self
                .parameters
                .get(&full)
                .into_iter()
                .flatten()
                .map(|names| names.get(position).cloned().flatten())
                .collect();
            for name in names {
                match name {
                    Some(name) => {
                        self.bindings.entry((full.clone(), name)).or_default().extend(places.iter().cloned());
                    }
                    None => {
                        for place in &places {
                            self.read(argument.span(), place.clone(), true);
                        }
                    }
                }
            }
        }
        self.result_of(&full)
    }
}

fn variable(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Var { span, .. } if span.text() != "input" && span.text() != "data" => Some(span.text().to_owned()),
        _ => None,
    }
}

fn below(mut place: Pattern, part: Part) -> Pattern {
    if place.len() < DEEPEST {
        place.push(part);
    }
    place
}

fn first_or_empty(expression: &Expr) -> String {
    first_name(expression).unwrap_or_default()
}
