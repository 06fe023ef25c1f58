//! The resolver: from the references that a plan lists for an expression to the resource instances
//! that they lead to, through variables, outputs, `for_each` and `count`.
//!
//! A plan tells which things an expression mentions, not what it does with them. So every answer
//! says whether all targets are certain; where a mention can select or decide, it does not.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

use serde_json::Value as Json;

use super::address::Key;
use super::configuration::{Configuration, Expression};
use super::instances::{Instances, ModuleId};
use super::reference::{Reference, Root, Step};
use super::resolved::{Lead, Literal, Mentioned, Pick, Resolved, constant};
use super::select;
use crate::inventory::Certainty;

/// One resource instance that an expression leads to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResolvedTarget {
    /// Position in the plan's resources.
    pub position: usize,
    /// The attribute of it that is used; empty when the plan does not tell.
    pub attribute: Vec<String>,
}

/// Where an expression leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The resource instances, sorted.
    pub targets: Vec<ResolvedTarget>,
    /// Whether all of them hold.
    pub certainty: Certainty,
    /// References whose target the plan does not tell.
    pub unresolved: Vec<String>,
    /// Whether a list of constants takes part, which may be further values of the attribute.
    pub others: bool,
}

/// Whether an attribute holds one value or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// One string: several candidates are alternatives.
    One,
    /// A list or set: several candidates may all hold.
    Many,
}

/// Where an expression stands: its module instance, and the instance of the block that it is in.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub(super) module: ModuleId,
    pub(super) key: Option<&'a Key>,
    pub(super) for_each: Option<&'a Expression>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    module: ModuleId,
    root: Root,
    steps: Vec<Step>,
}

/// What is shared by all walks: answers that do not depend on the asking block.
#[derive(Debug, Default)]
pub(super) struct Memory {
    answers: RwLock<HashMap<Question, Arc<Resolved>>>,
}

/// One walk from one expression.
pub(super) struct Walk<'a> {
    pub(super) instances: &'a Instances,
    configuration: &'a Configuration,
    variables: &'a std::collections::BTreeMap<String, Json>,
    memory: &'a Memory,
    /// Questions that are being answered: asked again they are a cycle, which a valid
    /// configuration has not.
    open: Vec<Question>,
    /// Steps left; only a hostile plan uses them up.
    fuel: usize,
    /// Set when a cycle was cut, so that half an answer is not remembered.
    cut: bool,
}

const DEEPEST: usize = 200;

impl<'a> Walk<'a> {
    pub(super) fn new(
        instances: &'a Instances,
        configuration: &'a Configuration,
        variables: &'a std::collections::BTreeMap<String, Json>,
        memory: &'a Memory,
    ) -> Self {
        Self {
            instances,
            configuration,
            variables,
            memory,
            open: Vec::new(),
            // Far more than a real plan needs, whatever is remembered already.
            fuel: 1_000_000 + 64 * (instances.modules.len() + instances.groups.len()),
            cut: false,
        }
    }

    /// Resolves an expression; `path` is what is taken out of its value.
    pub(super) fn expression(&mut self, expression: &Expression, scope: Scope<'_>, path: &[Step]) -> Resolved {
        match expression {
            Expression::Constant(json) => constant(json, path),
            Expression::References(references) => self.references(references.longest(), scope, path),
            Expression::Blocks(_) | Expression::Fields(_) => {
                let found: Vec<Reference> = expression.references().into_iter().cloned().collect();
                // Without any reference the plan tells nothing: a call of a function, for instance.
                let mut resolved = self.references(&found, scope, path);
                resolved.scalar = true;
                resolved
            }
        }
    }

    /// Resolves references that stand in one expression.
    pub(super) fn references(&mut self, references: &[Reference], scope: Scope<'_>, path: &[Step]) -> Resolved {
        if let [reference] = references {
            return self.reference(reference, scope, path);
        }
        let parts: Vec<Resolved> = references.iter().map(|reference| self.reference(reference, scope, &[])).collect();
        let parts = self.open_modules(parts);
        select::combine(self.instances, parts, path)
    }

    fn reference(&mut self, reference: &Reference, scope: Scope<'_>, path: &[Step]) -> Resolved {
        let Some(fuel) = self.fuel.checked_sub(1) else {
            self.cut = true;
            return Resolved::unresolved(&reference.text);
        };
        self.fuel = fuel;
        let steps = || reference.steps.iter().chain(path).cloned().collect::<Vec<Step>>();
        match &reference.root {
            Root::Resource(name) => self.resource(reference, name, scope.module, &steps()),
            Root::EachKey => match scope.key {
                Some(key) => Resolved::literal(Literal::Key(key.clone())),
                None => Resolved::unresolved(&reference.text),
            },
            Root::CountIndex => match scope.key {
                Some(Key::Integer(index)) => Resolved::literal(Literal::Index(*index)),
                _ => Resolved::unresolved(&reference.text),
            },
            Root::EachValue => match (scope.key, scope.for_each) {
                (Some(key), Some(for_each)) => {
                    let inside = Scope { key: None, for_each: None, ..scope };
                    let mut path = steps();
                    path.insert(0, Step::Index(key.clone()));
                    let mut resolved = self.expression(for_each, inside, &path);
                    if resolved.leads.is_empty() && resolved.literal.is_none() {
                        resolved.scalar = true;
                    }
                    resolved
                }
                _ => Resolved::unresolved(&reference.text),
            },
            Root::Constant => Resolved::default(),
            Root::Variable(_) | Root::Local(_) | Root::Module(_) => {
                self.remembered(scope.module, &reference.root, steps(), &reference.text)
            }
        }
    }

    fn resource(&self, reference: &Reference, name: &str, module: ModuleId, steps: &[Step]) -> Resolved {
        let Some(instance) = self.instances.modules.get(module) else {
            return Resolved::default();
        };
        let group = instance.groups.get(name).copied();
        let Some((id, group)) = group.and_then(|id| Some((id, self.instances.groups.get(id)?))) else {
            let known = instance.module.and_then(|module| self.configuration.modules.get(module));
            // In the configuration but without instances: `count = 0`. It leads nowhere, for sure.
            return if known.is_some_and(|module| module.resources.contains_key(name)) {
                Resolved::default()
            } else {
                Resolved::unresolved(&reference.text)
            };
        };
        let pick = match steps.first() {
            _ if group.single().is_some() => Pick::One(None),
            Some(Step::Index(key)) => match select::member(group, key) {
                Some(key) => Pick::One(Some(key)),
                // An index past the end, as `try` allows.
                None if matches!(reference.steps.first(), Some(Step::Index(_))) => return Resolved::default(),
                None => Pick::All,
            },
            _ => Pick::All,
        };
        let doubt = pick == Pick::All && matches!(steps.first(), Some(Step::Index(_)));
        let lead = Lead { group: id, pick, attribute: select::attribute(steps) };
        Resolved { leads: BTreeSet::from([lead]), doubt, ..Resolved::default() }
    }

    /// Answers what does not depend on the asking block, once.
    fn remembered(&mut self, module: ModuleId, root: &Root, steps: Vec<Step>, text: &str) -> Resolved {
        let question = Question { module, root: root.clone(), steps };
        let known = self.memory.answers.read().ok().and_then(|answers| answers.get(&question).cloned());
        if let Some(answer) = known {
            return (*answer).clone();
        }
        if self.open.len() >= DEEPEST || self.open.contains(&question) {
            self.cut = true;
            return Resolved::unresolved(text);
        }
        self.open.push(question.clone());
        let outer = std::mem::replace(&mut self.cut, false);
        let answer = match root {
            Root::Variable(name) => self.variable(module, name, &question.steps, text),
            Root::Local(name) => self.local(module, name, &question.steps, text),
            Root::Module(name) => self.output(module, name, &question.steps, text),
            _ => Resolved::default(),
        };
        self.open.pop();
        if !self.cut
            && let Ok(mut answers) = self.memory.answers.write()
        {
            answers.insert(question, Arc::new(answer.clone()));
        }
        self.cut |= outer;
        answer
    }

    fn variable(&mut self, module: ModuleId, name: &str, steps: &[Step], text: &str) -> Resolved {
        let Some(instance) = self.instances.modules.get(module) else {
            return Resolved::unresolved(text);
        };
        let configuration = self.configuration;
        let default =
            instance.module.and_then(|module| configuration.modules.get(module)?.variables.get(name)?.as_ref());
        let Some(parent) = instance.parent else {
            return match self.variables.get(name).or(default) {
                Some(json) => constant(json, steps),
                None => Resolved::unresolved(text),
            };
        };
        let call = self
            .instances
            .modules
            .get(parent)
            .and_then(|caller| configuration.modules.get(caller.module?)?.calls.get(&instance.step.name));
        match (call.and_then(|call| Some((call, call.arguments.get(name)?))), default) {
            (Some((call, argument)), _) => {
                let scope = Scope { module: parent, key: instance.step.key.as_ref(), for_each: call.for_each.as_ref() };
                self.expression(argument, scope, steps)
            }
            (None, Some(json)) => constant(json, steps),
            (None, None) => Resolved::unresolved(text),
        }
    }

    fn local(&mut self, module: ModuleId, name: &str, steps: &[Step], text: &str) -> Resolved {
        let configuration = self.configuration;
        let expression = self
            .instances
            .modules
            .get(module)
            .and_then(|instance| configuration.modules.get(instance.module?)?.locals.get(name));
        match expression {
            Some(expression) => self.expression(expression, Scope { module, key: None, for_each: None }, steps),
            None => Resolved::unresolved(text),
        }
    }

    /// Follows `module.name[key].output.rest`.
    fn output(&mut self, module: ModuleId, name: &str, steps: &[Step], text: &str) -> Resolved {
        let children = self.instances.modules.get(module).and_then(|instance| instance.children.get(name));
        let Some(children) = children else {
            return self.without_instances(module, name, text);
        };
        let all = || children.values().copied().collect();
        let (chosen, steps): (Vec<ModuleId>, &[Step]) = match (steps, children.get(&None)) {
            ([Step::Index(_) | Step::Splat, rest @ ..], Some(&only)) => (vec![only], rest),
            (steps, Some(&only)) => (vec![only], steps),
            ([Step::Index(key), rest @ ..], None) => match select::child(children, key) {
                Some(child) => (vec![child], rest),
                None => return Resolved::default(),
            },
            ([] | [Step::Splat], None) => {
                let modules = vec![Mentioned::Call(module, name.to_owned())];
                return Resolved { modules, ..Resolved::default() };
            }
            ([Step::Splat, rest @ ..], None) => (all(), rest),
            (steps, None) => (all(), steps),
        };
        let Some((Step::Attribute(output), rest)) = steps.split_first() else {
            let modules = chosen.into_iter().map(Mentioned::Instance).collect();
            return Resolved { modules, ..Resolved::default() };
        };
        let answers = chosen.iter().map(|child| self.output_of(*child, output, rest, text)).collect::<Vec<_>>();
        let mut answers = answers.into_iter();
        let first = answers.next().unwrap_or_default();
        answers.fold(first, Resolved::merge)
    }

    fn without_instances(&self, module: ModuleId, name: &str, text: &str) -> Resolved {
        let instance = self.instances.modules.get(module);
        let called = instance.and_then(|instance| self.configuration.modules.get(instance.module?)?.calls.get(name));
        // Called, but without instances: `count = 0`. A module without resources of its own has none in a plan
        // whatever its count is.
        let is_none = called.is_some_and(|call| self.has_resources(call.module, DEEPEST));
        if is_none { Resolved::default() } else { Resolved::unresolved(text) }
    }

    fn has_resources(&self, module: usize, depth: usize) -> bool {
        let Some(module) = self.configuration.modules.get(module) else { return false };
        let mut calls = module.calls.values();
        !module.resources.is_empty() || depth > 0 && calls.any(|call| self.has_resources(call.module, depth - 1))
    }

    fn output_of(&mut self, child: ModuleId, output: &str, rest: &[Step], text: &str) -> Resolved {
        let configuration = self.configuration;
        let expression = self
            .instances
            .modules
            .get(child)
            .and_then(|instance| configuration.modules.get(instance.module?)?.outputs.get(output));
        match expression {
            Some(expression) => self.expression(expression, Scope { module: child, key: None, for_each: None }, rest),
            None => Resolved::unresolved(text),
        }
    }

    /// Where the plan lost which output is used, as in `module.m[each.key].out`, every output of the
    /// selected instances is a candidate.
    fn open_modules(&mut self, mut parts: Vec<Resolved>) -> Vec<Resolved> {
        if parts.iter().all(|part| part.modules.is_empty()) {
            return parts;
        }
        let selectors: Vec<Literal> = parts.iter().filter_map(|part| part.literal.clone()).collect();
        for part in &mut parts {
            let modules = std::mem::take(&mut part.modules);
            let chosen = select::modules(self.instances, &modules, &selectors);
            for module in chosen {
                let opened = self.all_outputs(module);
                *part = std::mem::take(part).merge(opened);
            }
        }
        parts
    }

    fn all_outputs(&mut self, module: ModuleId) -> Resolved {
        let configuration = self.configuration;
        let outputs = self
            .instances
            .modules
            .get(module)
            .and_then(|instance| configuration.modules.get(instance.module?))
            .map(|module| module.outputs.keys())
            .into_iter()
            .flatten();
        let mut all = Resolved::default();
        for output in outputs {
            // What an output says beside resources does not matter: it is not what is used, or it is
            // known.
            let opened = self.output_of(module, output, &[], output);
            let opened = self.open_modules(vec![opened]).into_iter().next().unwrap_or_default();
            all.leads.extend(opened.leads);
            all.unresolved.extend(opened.unresolved);
        }
        all.doubt = select::is_several(self.instances, &all.leads);
        all
    }

    /// Turns what was found into targets.
    pub(super) fn finish(&mut self, resolved: Resolved, arity: Arity, pooled: bool) -> Resolution {
        let resolved = self.open_modules(vec![resolved]).into_iter().next().unwrap_or_default();
        let mut targets: Vec<ResolvedTarget> = Vec::new();
        for lead in &resolved.leads {
            let Some(group) = self.instances.groups.get(lead.group) else {
                continue;
            };
            match &lead.pick {
                Pick::All => targets.extend(
                    group
                        .members
                        .values()
                        .map(|&position| ResolvedTarget { position, attribute: lead.attribute.clone() }),
                ),
                Pick::One(key) => targets.extend(
                    group
                        .members
                        .get(key)
                        .map(|&position| ResolvedTarget { position, attribute: lead.attribute.clone() }),
                ),
            }
        }
        targets.sort();
        targets.dedup();
        let several = targets.windows(2).any(|pair| matches!(pair, [a, b] if a.position != b.position));
        let others = resolved.others && arity == Arity::Many;
        let alternatives = several && (resolved.doubt || pooled || arity == Arity::One);
        let doubt = others || alternatives || !resolved.unresolved.is_empty();
        Resolution {
            targets,
            certainty: if doubt { Certainty::Some } else { Certainty::All },
            unresolved: resolved.unresolved.into_iter().collect(),
            others,
        }
    }
}
