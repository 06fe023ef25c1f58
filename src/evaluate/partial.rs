//! Evaluates a rule over all values that the unknown places may turn out to have, at once.
//!
//! It is an interpreter of Rego whose values may be unknown in whole or in part. A statement has
//! any number of solutions; each is certain, or it hangs on the unknown values that it names. The
//! law of it: whatever the unknown values turn out to be, every solution that then exists is
//! covered by one found here, and every certain one found here then exists. What it cannot follow,
//! it gives up on, and the outcome is unknown.
//!
//! It runs only for resources of which a rule may read something unknown; all others take the
//! engine's way. `hfscan test` holds the two against each other on every case.

mod body;
mod builtins;
mod expression;
mod reference;
mod rules;
mod shapes;
mod term;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use regorus::unstable::{Ref, Rule as Node};

use super::engine::{Program, finding};
use super::gate::Others;
use super::outcome::{Denial, Doubt};
use super::reads::Reads;
use super::syntax::{Syntax, aliases, defined_name, package_path};
use super::view::{Unknown, View};
use term::{Term, Why};

/// What is known of a statement about all possible values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds for all.
    Yes,
    /// It holds for none.
    No,
    /// It may hold for some.
    Maybe,
}

/// What a rule says over all possible values.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// Whether the rule applies.
    pub applies: Truth,
    /// Denials that are certain.
    pub denials: Vec<Denial>,
    /// Whether there may be others.
    pub may_deny: bool,
    /// The author's own doubts that are certain.
    pub unsure: Vec<String>,
    /// Whether there may be others.
    pub may_be_unsure: bool,
    /// The unknown values that the answer hangs on.
    pub doubts: Vec<Doubt>,
}

/// Why an evaluation ended early.
#[derive(Debug)]
enum Stop {
    /// A variable has no value yet; another statement may give it one.
    Unbound,
    /// The rule has an error, whatever the unknown values are.
    Error(Arc<str>),
    /// Something that this interpreter does not follow.
    TooHard,
}

type Outcome<T> = Result<T, Stop>;

/// Steps after which an evaluation counts as too hard: no rule is worth more.
const MOST_STEPS: usize = 200_000;

/// A module's names.
#[derive(Clone)]
struct Module {
    package: String,
    aliases: BTreeMap<String, String>,
}

/// All definitions of a program by name; made once for each rule.
#[derive(Clone)]
pub(crate) struct Index {
    modules: Vec<Module>,
    /// Rules and functions by full name, each with its module.
    rules: BTreeMap<String, Vec<(usize, Ref<Node>)>>,
    /// Whether a module has a shape that is not to be followed through unknown values.
    is_odd: bool,
}

impl Index {
    /// Finds the definitions of all modules.
    pub(crate) fn of<'a>(modules: impl IntoIterator<Item = &'a Syntax>) -> Self {
        let mut index = Self { modules: Vec::new(), rules: BTreeMap::new(), is_odd: false };
        for (number, syntax) in modules.into_iter().enumerate() {
            let package = package_path(syntax);
            for node in &syntax.policy {
                if let Some(name) = defined_name(node) {
                    index.rules.entry(format!("{package}.{name}")).or_default().push((number, node.clone()));
                }
            }
            index.modules.push(Module { package, aliases: aliases(syntax) });
            let is_global = |name: &str| {
                matches!(name, "input" | "data")
                    || !index.definitions(&index.own(number, name)).is_empty()
                    || index.alias(number, name).is_some()
            };
            index.is_odd |= shapes::is_odd(syntax, &is_global);
        }
        index
    }

    /// Returns the definitions of a rule or function, each with the number of its module.
    pub(crate) fn definitions(&self, full: &str) -> &[(usize, Ref<Node>)] {
        self.rules.get(full).map_or(&[], Vec::as_slice)
    }

    /// Returns the full name that a name would have as a rule of this module.
    pub(crate) fn own(&self, module: usize, name: &str) -> String {
        self.modules.get(module).map_or_else(String::new, |module| format!("{}.{name}", module.package))
    }

    /// Returns what a module's import of this name stands for.
    pub(crate) fn alias(&self, module: usize, name: &str) -> Option<&str> {
        self.modules.get(module)?.aliases.get(name).map(String::as_str)
    }
}

struct Evaluator<'a> {
    program: &'a Program,
    others: Option<&'a Others>,
    input: Term,
    doubts: Vec<Doubt>,
    index: &'a Index,
    module: usize,
    values: HashMap<String, Vec<(Term, Why)>>,
    views: HashMap<String, Option<Term>>,
    depth: usize,
    steps: usize,
}

/// Evaluates a rule over all possible values. An error is one that the rule has for all of them.
pub(crate) fn evaluate(
    program: &Program,
    reads: &Reads,
    view: &View,
    others: Option<&Others>,
) -> Result<Answer, Arc<str>> {
    let mut evaluator = Evaluator::new(program, view, others);
    let answer = if program.index.is_odd { Err(Stop::TooHard) } else { evaluator.answer() };
    match answer {
        Ok(answer) => Ok(answer),
        Err(Stop::Error(message)) => Err(message),
        Err(Stop::Unbound | Stop::TooHard) => {
            // Everything unknown that the rule may read.
            let own = view.unknown.iter().filter(|unknown| reads.overlap(&unknown.path)).map(doubt);
            let mut doubts: Vec<Doubt> = own.collect();
            if doubts.is_empty() {
                doubts = evaluator.doubts;
            }
            if doubts.is_empty() {
                doubts.push(Doubt { path: String::new(), reason: "the rule is too hard to follow here".into() });
            }
            Ok(Answer {
                applies: Truth::Maybe,
                denials: Vec::new(),
                may_deny: true,
                unsure: Vec::new(),
                may_be_unsure: false,
                doubts,
            })
        }
    }
}

fn doubt(unknown: &Unknown) -> Doubt {
    Doubt { path: unknown.path.to_string(), reason: unknown.reason.to_string() }
}

impl<'a> Evaluator<'a> {
    fn new(program: &'a Program, view: &View, others: Option<&'a Others>) -> Self {
        let mut evaluator = Self {
            program,
            others,
            input: Term::Known(regorus::Value::Null),
            doubts: Vec::new(),
            index: &program.index,
            module: 0,
            values: HashMap::new(),
            views: HashMap::new(),
            depth: 0,
            steps: 0,
        };
        evaluator.input = evaluator.shown(&view.input, &view.unknown, None);
        evaluator
    }

    /// Makes a term of a view, its unknown places marked.
    fn shown(&mut self, input: &regorus::Value, unknown: &[Unknown], of: Option<&str>) -> Term {
        let mut places = Vec::new();
        for unknown in unknown {
            let number = u32::try_from(self.doubts.len()).unwrap_or(u32::MAX);
            let mut doubt = doubt(unknown);
            if let Some(id) = of {
                doubt.path = format!("inventory[\"{id}\"].{}", doubt.path);
            }
            self.doubts.push(doubt);
            places.push((unknown.path.0.as_slice(), number));
        }
        Term::of_view(input, &places)
    }

    fn answer(&mut self) -> Outcome<Answer> {
        let mut doubted = BTreeSet::new();
        let applies = if self.program.has_applies { self.applies(&mut doubted)? } else { Truth::Yes };
        let mut answer = Answer {
            applies,
            denials: Vec::new(),
            may_deny: false,
            unsure: Vec::new(),
            may_be_unsure: false,
            doubts: Vec::new(),
        };
        if applies == Truth::No {
            return Ok(answer);
        }
        for (element, why) in self.export("deny")? {
            if let Some(why) = why {
                answer.may_deny = true;
                doubted.extend(why.iter().copied());
            } else {
                let denied = finding::denial(&element.as_finding(), &self.input.to_value());
                answer.denials.push(denied.map_err(Stop::Error)?);
            }
        }
        answer.denials.sort_by(|a, b| (&a.path, &a.tag, &a.message).cmp(&(&b.path, &b.tag, &b.message)));
        answer.denials.dedup();
        if self.program.has_unsure {
            for (element, why) in self.export("unsure")? {
                match (why, element.to_value()) {
                    (None, regorus::Value::String(message)) => answer.unsure.push(message.to_string()),
                    (None, _) => return Err(Stop::Error("an element of `unsure` is not a string".into())),
                    (Some(why), _) => {
                        answer.may_be_unsure = true;
                        doubted.extend(why.iter().copied());
                    }
                }
            }
        }
        answer.doubts =
            doubted.into_iter().filter_map(|number| self.doubts.get(usize::try_from(number).ok()?).cloned()).collect();
        Ok(answer)
    }

    fn applies(&mut self, doubted: &mut BTreeSet<u32>) -> Outcome<Truth> {
        let name = format!("data.{}.applies", self.program.package);
        let mut truth = Truth::No;
        for (value, why) in self.rule(&name)? {
            let equal = value.equal(&Term::Known(regorus::Value::Bool(true)));
            match (equal, why) {
                (term::Equal::Yes, None) => return Ok(Truth::Yes),
                (term::Equal::No, _) => {}
                (term::Equal::Yes, Some(why)) => {
                    truth = Truth::Maybe;
                    doubted.extend(why.iter().copied());
                }
                (term::Equal::Maybe(on), why) => {
                    truth = Truth::Maybe;
                    doubted.extend(on.iter().copied());
                    doubted.extend(why.iter().flat_map(|why| why.iter().copied()));
                }
            }
        }
        Ok(truth)
    }

    /// Returns the elements of a set that the rule exports.
    fn export(&mut self, name: &str) -> Outcome<Vec<(Term, Why)>> {
        let full = format!("data.{}.{name}", self.program.package);
        self.elements_of_set(&full)
    }

    fn step(&mut self) -> Outcome<()> {
        self.steps += 1;
        if self.steps > MOST_STEPS { Err(Stop::TooHard) } else { Ok(()) }
    }
}
