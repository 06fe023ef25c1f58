//! One rule, compiled: its module, the helper modules it imports and its parameters in an engine of
//! its own. Errors, panics and the time limit become messages that name the place in the rule.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use regorus::unstable::{BUILTINS, Expr, Module, Ref, Rule as Node, RuleHead};
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use super::outcome::Denial;
use super::partial::Index;
use super::view::at;
use crate::policy::failure::Problem;
use crate::policy::load::Library;
use crate::policy::rule::SelectedRule;
use crate::policy::severity::Severity;

/// How many steps the engine takes between two looks at the time.
const STEPS_BETWEEN_CHECKS: NonZeroU32 = NonZeroU32::MIN.saturating_add(255);

/// A parsed module.
pub type Syntax = Ref<Module>;

/// A rule that is ready to be evaluated.
#[derive(Clone)]
pub struct Program {
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
    engine: Engine,
}

/// A rule's engine for one worker. Nothing in it is shared with another worker.
pub struct Runner {
    engine: Engine,
    deny: String,
    applies: Option<String>,
    unsure: Option<String>,
    limit: Duration,
    pristine: Engine,
}

/// What a rule says of an input whose values are all known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
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
    pub fn compile(selected: &SelectedRule, libraries: &[Library], limit: Duration) -> Result<Self, Problem> {
        let rule = &selected.rule;
        let problem = |error: &anyhow_message::Message| error.problem(&rule.path);
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
                if modules
                    .iter()
                    .any(|loaded| loaded.package.span.source.get_path() == &library.path)
                {
                    continue;
                }
                modules.push(add(&mut engine, &library.path, &library.text).map_err(|error| problem(&error))?);
            }
        }
        let params = Value::from(serde_json::Value::Object(selected.params.clone().into_iter().collect()));
        let data = nested("params", params.clone());
        engine
            .add_data(data)
            .map_err(|error| problem(&anyhow_message::Message::new(&error)))?;
        engine.set_execution_timer_config(ExecutionTimerConfig {
            limit,
            check_interval: STEPS_BETWEEN_CHECKS,
        });

        let index = Index::of(&modules);
        let mut modules = modules.into_iter();
        let Some(module) = modules.next() else {
            return Err(Problem::new(
                &rule.path,
                1,
                1,
                "the rule is empty; expected a module; write one",
            ));
        };
        let defines = |name: &str| {
            module
                .policy
                .iter()
                .any(|node| defined_name(node).is_some_and(|found| found == name))
        };
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
            engine: prepared(engine, &rule.package).map_err(|error| problem(&error))?,
        };
        Ok(program)
    }

    /// Makes an engine for one worker.
    pub fn runner(&self) -> Runner {
        let path = |export: &str| format!("data.{}.{export}", self.package);
        Runner {
            engine: self.engine.clone(),
            pristine: self.engine.clone(),
            deny: path("deny"),
            applies: self.has_applies.then(|| path("applies")),
            unsure: self.has_unsure.then(|| path("unsure")),
            limit: self.limit,
        }
    }

    /// Returns all modules: the rule first.
    pub fn modules(&self) -> impl Iterator<Item = &Syntax> {
        std::iter::once(&self.rule).chain(&self.libraries)
    }
}

impl Runner {
    /// Gives the rule the inventory, for `data.hfscan.inventory`.
    pub fn set_inventory(&mut self, inventory: &Value) -> Result<(), Arc<str>> {
        let add = |engine: &mut Engine| {
            engine
                .add_data(nested("inventory", inventory.clone()))
                .map_err(|error| Arc::from(error.to_string()))
        };
        add(&mut self.pristine)?;
        add(&mut self.engine)
    }

    /// Evaluates the rule on an input.
    pub fn answer(&mut self, input: &Value) -> Result<Answer, Arc<str>> {
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
            Ok(Err(error)) => Err(anyhow_message::Message::new(&error).text(self.limit).into()),
            Err(_) => {
                // What a panic leaves behind is not to be trusted.
                self.engine = self.pristine.clone();
                Err("the Rego engine failed on this rule; please report it with the rule and the input".into())
            }
        }
    }
}

/// Returns the name that a rule of a module defines: the first part of its head.
pub fn defined_name(node: &Node) -> Option<String> {
    let head = match node {
        Node::Spec {
            head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. },
            ..
        }
        | Node::Default { refr, .. } => refr,
    };
    first_name(head)
}

fn first_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => first_name(refr),
        _ => None,
    }
}

/// Returns `data.a.b` for a reference of plain names.
pub fn dotted(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Var { span, .. } => Some(span.text().to_owned()),
        Expr::RefDot { refr, field, .. } => Some(format!("{}.{}", dotted(refr)?, field.0.text())),
        _ => None,
    }
}

/// Returns how many arguments a built-in function takes, if there is one of this name; 0 if any
/// number will do.
pub fn builtin_arity(name: &str) -> Option<usize> {
    match name {
        "print" => Some(0),
        _ => BUILTINS.get(name).map(|(_, arity)| usize::from(*arity)),
    }
}

/// Turns the value of `deny` into denials, sorted.
pub fn denials(value: &Value, input: &Value) -> Result<Vec<Denial>, Arc<str>> {
    let elements: Vec<&Value> = match value {
        Value::Undefined => Vec::new(),
        Value::Set(set) => set.iter().collect(),
        _ => return Err("`deny` is not a set; expected `deny contains finding.at(…) if {…}`".into()),
    };
    let mut denials = elements
        .into_iter()
        .map(|element| denial(element, input))
        .collect::<Result<Vec<_>, _>>()?;
    denials.sort_by(|a, b| (&a.path, &a.tag, &a.message).cmp(&(&b.path, &b.tag, &b.message)));
    Ok(denials)
}

/// Turns one element of `deny` into a denial; adds the value found at its path.
pub fn denial(element: &Value, input: &Value) -> Result<Denial, Arc<str>> {
    let bad = |what: &str| -> Arc<str> {
        format!("an element of `deny` {what}; make it with a function of data.hfscan.lib.finding").into()
    };
    let Value::Object(object) = element else {
        return Err(bad("is not an object"));
    };
    for (key, _) in object.iter() {
        let known = key
            .as_string()
            .is_ok_and(|key| matches!(&**key, "path" | "message" | "tag" | "related" | "severity"));
        if !known {
            return Err(bad(&format!(
                "has the field {key}; expected path, message, tag, related, severity"
            )));
        }
    }
    let field = |name: &str| object.get(&Value::from(name));
    let text = |name: &str| match field(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.to_string())),
        Some(_) => Err(bad(&format!("has a `{name}` that is not a string"))),
    };
    let strings = |name: &str| match field(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.to_string()),
                Value::Number(number) if name == "path" => Ok(number.format_decimal()),
                _ => Err(bad(&format!("has a `{name}` with something that is not a string"))),
            })
            .collect(),
        Some(_) => Err(bad(&format!("has a `{name}` that is not a list"))),
    };
    let path = match field("path") {
        Some(Value::String(dotted)) => dotted.split('.').map(ToOwned::to_owned).collect(),
        Some(_) => strings("path")?,
        None => return Err(bad("has no `path`")),
    };
    let message = text("message")?
        .filter(|message| !message.is_empty())
        .ok_or_else(|| bad("has no `message`"))?;
    let severity = text("severity")?
        .map(|name| name.parse::<Severity>())
        .transpose()
        .map_err(|error| bad(&format!("has a wrong severity: {error}")))?;
    Ok(Denial {
        value: at(input, &path),
        path,
        message,
        tag: text("tag")?,
        related: strings("related")?,
        severity,
    })
}

/// Turns the value of `unsure` into messages, sorted.
pub fn messages(value: &Value) -> Result<Vec<String>, Arc<str>> {
    match value {
        Value::Undefined => Ok(Vec::new()),
        Value::Set(set) => set
            .iter()
            .map(|element| match element {
                Value::String(message) => Ok(message.to_string()),
                _ => Err(Arc::from(
                    "an element of `unsure` is not a string; say in a sentence what cannot be told",
                )),
            })
            .collect(),
        _ => Err("`unsure` is not a set; expected `unsure contains \"…\" if {…}`".into()),
    }
}

fn add(engine: &mut Engine, path: &str, text: &str) -> Result<Syntax, anyhow_message::Message> {
    engine
        .add_policy(path.to_owned(), text.to_owned())
        .map_err(|error| anyhow_message::Message::new(&error))?;
    engine
        .get_modules()
        .last()
        .cloned()
        .ok_or_else(|| anyhow_message::Message::plain("the module is empty"))
}

/// Analyses the modules once, so that clones need not.
fn prepared(mut engine: Engine, package: &str) -> Result<Engine, anyhow_message::Message> {
    let entry: Arc<str> = format!("data.{package}.deny").into();
    let compiled = catch_unwind(AssertUnwindSafe(|| engine.compile_with_entrypoint(&entry).map(|_| ())));
    match compiled {
        Ok(Ok(())) => Ok(engine),
        Ok(Err(error)) => Err(anyhow_message::Message::new(&error)),
        Err(_) => Err(anyhow_message::Message::plain("the Rego engine cannot compile it")),
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

/// The engine's error texts, taken apart.
pub(super) mod anyhow_message {
    use std::time::Duration;

    use crate::policy::failure::Problem;

    /// Place and message of an error of the engine.
    pub struct Message {
        place: Option<(String, u32, u32)>,
        what: String,
        is_limit: bool,
    }

    impl Message {
        /// Takes the engine's error apart: ` --> file:line:column`, a drawing, `error: what`.
        pub fn new(error: &(impl std::fmt::Display + ?Sized)) -> Self {
            let text = error.to_string();
            let place = text.lines().find_map(|line| {
                let mut parts = line.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
                let column = parts.next()?.trim().parse().ok()?;
                let line = parts.next()?.parse().ok()?;
                Some((parts.next()?.to_owned(), line, column))
            });
            let what = match text.split_once("error: ") {
                Some((_, what)) => what
                    .lines()
                    .map(str::trim)
                    .filter(|l| !l.is_empty())
                    .collect::<Vec<_>>()
                    .join(" "),
                None => text.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            };
            let is_limit = text.contains("time limit");
            Self { place, what, is_limit }
        }

        /// A message without a place.
        pub fn plain(what: &str) -> Self {
            Self {
                place: None,
                what: what.to_owned(),
                is_limit: false,
            }
        }

        /// The message for an outcome.
        pub fn text(&self, limit: Duration) -> String {
            let what = if self.is_limit {
                format!(
                    "the rule took longer than {} ms on this resource and was stopped",
                    limit.as_millis()
                )
            } else {
                self.what.clone()
            };
            match &self.place {
                Some((file, line, column)) => format!("{file}:{line}:{column}: {what}"),
                None => what,
            }
        }

        /// The message for a rule that does not compile.
        pub fn problem(&self, path: &str) -> Problem {
            match &self.place {
                Some((file, line, column)) => Problem::new(file, *line, *column, self.what.clone()),
                None => Problem::new(path, 1, 1, self.what.clone()),
            }
        }
    }
}
