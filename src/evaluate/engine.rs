//! One rule, compiled: its module, the helper modules it imports and its parameters in an engine of
//! its own. Errors, panics and the time limit become messages that name the place in the rule.

pub(crate) mod finding;
pub(crate) mod message;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use super::outcome::Denial;
use super::partial::Index;
use super::syntax::{Syntax, defined_name, dotted};
use crate::policy::failure::Problem;
use crate::policy::load::Library;
use crate::policy::rule::SelectedRule;

use finding::{denials, messages};
use message::Message;

/// How many steps the engine takes between two looks at the time.
const STEPS_BETWEEN_CHECKS: NonZeroU32 = NonZeroU32::MIN.saturating_add(255);

/// A rule that is ready to be evaluated.
#[derive(Clone)]
pub(crate) struct Program {
    /// The package that holds its exports.
    pub package: String,
    /// The parsed rule.
    pub rule: Syntax,
    /// The parsed helper modules that it uses.
    pub libraries: Vec<Syntax>,
    /// Whether it says when it applies.
    pub has_applies: bool,
    /// Whether it has doubts of its own.
    pub has_unsure: bool,
    /// Parameter values, as the rule sees them.
    pub params: Value,
    /// Time for one evaluation.
    pub limit: Duration,
    /// Its definitions by name.
    pub index: Index,
    path: String,
    loaded: Engine,
    prepared: OnceLock<Result<Engine, Problem>>,
}

/// A rule's engine for one worker. Nothing in it is shared with another worker.
pub(crate) struct Runner {
    engine: Engine,
    deny: String,
    applies: Option<String>,
    unsure: Option<String>,
    limit: Duration,
    pristine: Engine,
}

/// What a rule says of an input whose values are all known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// `applies` is not true.
    NotApplicable,
    /// The elements of `deny`, and those of `unsure` if there are none.
    Judged {
        /// Elements of `deny`, sorted.
        denials: Vec<Denial>,
        /// Elements of `unsure`, sorted.
        unsure: Vec<String>,
    },
}

impl Program {
    /// Compiles a rule with the helper modules that it imports.
    pub(crate) fn compile(selected: &SelectedRule, libraries: &[Library], limit: Duration) -> Result<Self, Problem> {
        let rule = &selected.rule;
        let problem = |error: &Message| error.problem(&rule.path);
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(true);
        let mut modules = vec![add(&mut engine, &rule.path, &rule.text).map_err(|error| problem(&error))?];
        let by_package: BTreeMap<&str, &Library> = libraries.iter().map(|l| (l.package.as_str(), l)).collect();
        let mut next = 0;
        while let Some(module) = modules.get(next).cloned() {
            next += 1;
            for import in &module.imports {
                let path = dotted(&import.refr).unwrap_or_default();
                let Some(library) = library_of(&by_package, &path) else {
                    continue;
                };
                if modules.iter().any(|loaded| loaded.package.span.source.get_path() == &library.path) {
                    continue;
                }
                modules.push(add(&mut engine, &library.path, &library.text).map_err(|error| problem(&error))?);
            }
        }
        let params = Value::from(serde_json::Value::Object(selected.params.clone().into_iter().collect()));
        let data = nested("params", params.clone());
        engine.add_data(data).map_err(|error| problem(&Message::new(&error)))?;
        engine.set_execution_timer_config(ExecutionTimerConfig { limit, check_interval: STEPS_BETWEEN_CHECKS });

        let index = Index::of(&modules);
        let mut modules = modules.into_iter();
        let Some(module) = modules.next() else {
            return Err(Problem::new(&rule.path, 1, 1, "the rule is empty; expected a module; write one"));
        };
        let defines =
            |name: &str| module.policy.iter().any(|node| defined_name(node).is_some_and(|found| found == name));
        if !defines("deny") {
            let message = "no `deny`; expected `deny contains finding.at(…) if {…}`; add it, or move helpers to lib/";
            return Err(Problem::new(&rule.path, module.package.span.line, 1, message));
        }
        let program = Self {
            package: rule.package.clone(),
            has_applies: defines("applies"),
            has_unsure: defines("unsure"),
            rule: module,
            libraries: modules.collect(),
            params,
            limit,
            index,
            path: rule.path.clone(),
            loaded: engine,
            prepared: OnceLock::new(),
        };
        Ok(program)
    }

    /// Analyses the rule, once, so that the engines of the workers need not.
    pub(crate) fn prepare(&self) -> Result<&Engine, Problem> {
        let prepared = self
            .prepared
            .get_or_init(|| prepared(self.loaded.clone(), &self.package).map_err(|error| error.problem(&self.path)));
        prepared.as_ref().map_err(Clone::clone)
    }

    /// Makes an engine for one worker.
    pub(crate) fn runner(&self) -> Result<Runner, Problem> {
        let path = |export: &str| format!("data.{}.{export}", self.package);
        let engine = self.prepare()?;
        Ok(Runner {
            engine: engine.clone(),
            pristine: engine.clone(),
            deny: path("deny"),
            applies: self.has_applies.then(|| path("applies")),
            unsure: self.has_unsure.then(|| path("unsure")),
            limit: self.limit,
        })
    }

    /// Returns all modules: the rule first.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Syntax> {
        std::iter::once(&self.rule).chain(&self.libraries)
    }
}

impl Runner {
    /// Gives the rule the inventory, for `data.hfscan.inventory`.
    pub(crate) fn set_inventory(&mut self, inventory: &Value) -> Result<(), Arc<str>> {
        let add = |engine: &mut Engine| {
            engine.add_data(nested("inventory", inventory.clone())).map_err(|error| Arc::from(error.to_string()))
        };
        add(&mut self.pristine)?;
        add(&mut self.engine)
    }

    /// Evaluates the rule on an input.
    pub(crate) fn answer(&mut self, input: &Value) -> Result<Answer, Arc<str>> {
        self.engine.set_input(input.clone());
        if let Some(applies) = self.applies.clone()
            && self.run(&applies)? != Value::Bool(true)
        {
            return Ok(Answer::NotApplicable);
        }
        let deny = self.deny.clone();
        let denials = denials(&self.run(&deny)?, input)?;
        let unsure = match self.unsure.clone() {
            Some(unsure) if denials.is_empty() => messages(&self.run(&unsure)?)?,
            _ => Vec::new(),
        };
        Ok(Answer::Judged { denials, unsure })
    }

    fn run(&mut self, path: &str) -> Result<Value, Arc<str>> {
        let engine = &mut self.engine;
        let result = catch_unwind(AssertUnwindSafe(|| engine.eval_rule(path.to_owned())));
        match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(Message::new(&error).text(self.limit).into()),
            Err(_) => {
                // What a panic leaves behind is not to be trusted.
                self.engine = self.pristine.clone();
                Err("the Rego engine failed on this rule; please report it with the rule and the input".into())
            }
        }
    }
}

fn add(engine: &mut Engine, path: &str, text: &str) -> Result<Syntax, Message> {
    engine.add_policy(path.to_owned(), text.to_owned()).map_err(|error| Message::new(&error))?;
    engine.get_modules().last().cloned().ok_or_else(|| Message::plain("the module is empty"))
}

/// Analyses the modules once, so that clones need not.
fn prepared(mut engine: Engine, package: &str) -> Result<Engine, Message> {
    let entry: Arc<str> = format!("data.{package}.deny").into();
    let compiled = catch_unwind(AssertUnwindSafe(|| engine.compile_with_entrypoint(&entry).map(|_| ())));
    match compiled {
        Ok(Ok(())) => Ok(engine),
        Ok(Err(error)) => Err(Message::new(&error)),
        Err(_) => Err(Message::plain("the Rego engine cannot compile it")),
    }
}

fn library_of<'a>(libraries: &BTreeMap<&str, &'a Library>, path: &str) -> Option<&'a Library> {
    let mut package = path.strip_prefix("data.")?;
    loop {
        if let Some(library) = libraries.get(package) {
            return Some(library);
        }
        package = package.rsplit_once('.')?.0;
    }
}

fn nested(name: &str, value: Value) -> Value {
    let inner = Value::from(BTreeMap::from([(Value::from(name), value)]));
    Value::from(BTreeMap::from([(Value::from("hfscan"), inner)]))
}
