//! Rules and functions: found by their full names, compiled once each.

use std::collections::BTreeMap;

use regorus::Value;
use regorus::unstable::{Expr, Ref, Rule as Node, RuleAssign, RuleBody, RuleHead};

use super::code::{Body, Code, Definition, RuleCode, Step};
use super::expression::no_iteration;
use super::scope::Scope;
use super::{Compiled, Refusal};
use crate::evaluate::engine::Program;

/// Compiles the rules that a program needs.
pub(super) struct Compiler<'a> {
    pub(super) program: &'a Program,
    numbers: BTreeMap<String, usize>,
    rules: Vec<Option<RuleCode>>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        Self { program, numbers: BTreeMap::new(), rules: Vec::new() }
    }

    /// Returns the compiled rules by number.
    pub(super) fn finish(self) -> Option<Vec<RuleCode>> {
        self.rules.into_iter().collect()
    }

    /// Returns whether a rule or function has this full name.
    pub(super) fn is_rule(&self, full: &str) -> bool {
        !self.program.index.definitions(full).is_empty()
    }

    pub(super) fn own(&self, name: &str, scope: &Scope) -> String {
        self.program.index.own(scope.module, name)
    }

    pub(super) fn alias(&self, name: &str, scope: &Scope) -> Option<String> {
        self.program.index.alias(scope.module, name).map(ToOwned::to_owned)
    }

    pub(super) fn is_global(&self, name: &str, scope: &Scope) -> bool {
        name == "input" || name == "data" || self.is_rule(&self.own(name, scope)) || self.alias(name, scope).is_some()
    }

    /// Returns the full name of a function of the rule's own or of a module that it imports; nothing for a
    /// built-in one.
    pub(super) fn function(&self, name: &str, scope: &Scope) -> Compiled<Option<String>> {
        let own = self.own(name, scope);
        if self.is_rule(&own) {
            return Ok(Some(own));
        }
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let full = match self.alias(first, scope) {
            Some(target) => format!("{target}.{rest}"),
            None if first == "data" => name.to_owned(),
            None => return Ok(None),
        };
        if self.is_rule(&full) { Ok(Some(full)) } else { Err(Refusal::Foreign) }
    }

    /// Returns the number of a function, compiled.
    pub(super) fn function_of(&mut self, full: &str, arity: usize) -> Compiled<usize> {
        let number = self.number(full, true)?;
        match self.rules.get(number) {
            Some(Some(RuleCode::Complete { definitions, .. }))
                if definitions.iter().all(|definition| definition.arity == arity) =>
            {
                Ok(number)
            }
            _ => Err(Refusal::Foreign),
        }
    }

    /// Returns the number of a rule, compiled.
    pub(super) fn rule(&mut self, full: &str) -> Compiled<usize> {
        self.number(full, false)
    }

    fn number(&mut self, full: &str, is_function: bool) -> Compiled<usize> {
        if let Some(&number) = self.numbers.get(full) {
            return Ok(number);
        }
        let number = self.rules.len();
        self.numbers.insert(full.to_owned(), number);
        self.rules.push(None);
        // Whatever is unbound in there stays so.
        let code = self.compile(full, is_function).map_err(|_| Refusal::Foreign)?;
        if let Some(place) = self.rules.get_mut(number) {
            *place = Some(code);
        }
        Ok(number)
    }

    fn compile(&mut self, full: &str, is_function: bool) -> Compiled<RuleCode> {
        let program = self.program;
        let nodes = program.index.definitions(full);
        let is_set = nodes.iter().any(|(_, node)| matches!(&**node, Node::Spec { head: RuleHead::Set { .. }, .. }));
        if is_set {
            let mut bodies = Vec::new();
            for (module, node) in nodes {
                self.set(*module, node, &mut bodies)?;
            }
            return Ok(RuleCode::Set(bodies));
        }
        let (mut definitions, mut default, mut default_slots) = (Vec::new(), None, 0);
        for (module, node) in nodes {
            match &**node {
                Node::Default { value, args, .. } if args.is_empty() != is_function => {
                    let mut scope = Scope::new(*module);
                    let mut steps = Vec::new();
                    default = Some(self.expression(value, &mut scope, &mut steps)?);
                    default_slots = scope.slots();
                    if !steps.is_empty() {
                        return Err(Refusal::Foreign);
                    }
                }
                Node::Default { .. } => return Err(Refusal::Foreign),
                Node::Spec { head, bodies, .. } => {
                    definitions.push(self.definition(*module, head, bodies, is_function)?);
                }
            }
        }
        Ok(RuleCode::Complete { definitions, default, default_slots })
    }

    fn set(&mut self, module: usize, node: &Node, found: &mut Vec<Body>) -> Compiled<()> {
        let Node::Spec { head: RuleHead::Set { refr, key: Some(key), .. }, bodies, .. } = node else {
            return Err(Refusal::Foreign);
        };
        if !matches!(&**refr, Expr::Var { .. }) {
            return Err(Refusal::Foreign);
        }
        if bodies.is_empty() {
            found.push(self.branch(None, key, &mut Scope::new(module))?);
        }
        for body in bodies {
            if body.is_else {
                return Err(Refusal::Foreign);
            }
            found.push(self.branch(Some(body), key, &mut Scope::new(module))?);
        }
        Ok(())
    }

    fn definition(
        &mut self,
        module: usize,
        head: &RuleHead,
        bodies: &[RuleBody],
        is_function: bool,
    ) -> Compiled<Definition> {
        let (refr, assign, patterns): (_, _, &[Ref<Expr>]) = match head {
            RuleHead::Compr { refr, assign, .. } if !is_function => (refr, assign, &[]),
            RuleHead::Func { refr, args, assign, .. } if is_function => (refr, assign, args),
            _ => return Err(Refusal::Foreign),
        };
        if !(matches!(&**refr, Expr::Var { .. }) || (is_function && matches!(&**refr, Expr::RefDot { .. }))) {
            return Err(Refusal::Foreign);
        }
        let mut scope = Scope::new(module);
        let arguments: Vec<usize> = patterns.iter().map(|_| scope.temporary()).collect();
        let mut parameters: Vec<Step> = Vec::new();
        for (pattern, slot) in patterns.iter().zip(arguments) {
            self.parameter(pattern, slot, &mut scope, &mut parameters)?;
        }
        let mut chains: Vec<Vec<Body>> = Vec::new();
        if bodies.is_empty() {
            chains.push(vec![self.assigned(None, assign.as_ref(), &mut scope)?]);
        }
        for (position, body) in bodies.iter().enumerate() {
            let assign = body.assign.as_ref().or(if position == 0 { assign.as_ref() } else { None });
            let branch = self.assigned(Some(body), assign, &mut scope)?;
            match chains.last_mut() {
                Some(chain) if body.is_else => chain.push(branch),
                _ => chains.push(vec![branch]),
            }
        }
        Ok(Definition { parameters, arity: patterns.len(), slots: scope.slots(), chains })
    }

    fn parameter(
        &mut self,
        pattern: &Ref<Expr>,
        slot: usize,
        scope: &mut Scope,
        steps: &mut Vec<Step>,
    ) -> Compiled<()> {
        match &**pattern {
            Expr::Var { span, .. } if span.text() == "_" => Ok(()),
            // A parameter hides a rule of its name.
            Expr::Var { span, .. } => {
                let own = scope.bind(span.text());
                steps.push(Step::Bind(own, Code::Slot(slot)));
                Ok(())
            }
            Expr::String { .. } | Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. } => {
                self.pattern(pattern, Code::Slot(slot), scope, steps)
            }
            _ => Err(Refusal::Foreign),
        }
    }

    fn assigned(&mut self, body: Option<&RuleBody>, assign: Option<&RuleAssign>, scope: &mut Scope) -> Compiled<Body> {
        if let Some(assign) = assign {
            return self.branch(body, &assign.value, scope);
        }
        let mark = scope.mark();
        let steps = self.steps(body, scope)?;
        if body.is_some() {
            scope.leave();
        }
        scope.back(mark);
        Ok(Body { slots: scope.slots(), steps, value: Code::Constant(Value::Bool(true)) })
    }

    fn branch(&mut self, body: Option<&RuleBody>, value: &Ref<Expr>, scope: &mut Scope) -> Compiled<Body> {
        let mark = scope.mark();
        let mut steps = self.steps(body, scope)?;
        let length = steps.len();
        let value = self.expression(value, scope, &mut steps);
        no_iteration(&steps, length)?;
        if body.is_some() {
            scope.leave();
        }
        scope.back(mark);
        Ok(Body { slots: scope.slots(), steps, value: value? })
    }

    fn steps(&mut self, body: Option<&RuleBody>, scope: &mut Scope) -> Compiled<Vec<Step>> {
        body.map_or_else(|| Ok(Vec::new()), |body| self.body(&body.query, scope))
    }
}
