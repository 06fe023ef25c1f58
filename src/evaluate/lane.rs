//! The fast lane: a rule compiled to a small program that can tell one thing, that a resource passes or
//! that the rule does not apply to it. Everything else, a failure, an author's doubt, an error, is the
//! engine's to say; so is every rule that uses something the lane does not know.
//!
//! Most verdicts are passes, and most of what the engine spends on them goes into names: which rule,
//! which module, which path. Here all names are resolved once. The engine stays the reference: tests
//! hold the lane against it on every case of every rule and on every plan there is.

mod body;
mod code;
mod expression;
mod machine;
mod rules;
mod scope;

use regorus::Value;

use super::engine::Program;
use code::RuleCode;
pub(crate) use machine::Machine;

/// What the lane can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quick {
    /// The rule applies and finds nothing wrong.
    Pass,
    /// The rule does not apply.
    NotApplicable,
}

/// A rule as the lane runs it.
pub(crate) struct Lane {
    rules: Vec<RuleCode>,
    applies: Option<usize>,
    deny: usize,
    unsure: Option<usize>,
}

/// Why something cannot be compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    /// A variable has no value yet; another statement may give it one.
    Unbound,
    /// The lane does not know this part of the language.
    Foreign,
}

type Compiled<T> = Result<T, Refusal>;

impl Lane {
    /// Compiles a rule, if it uses only what the lane knows.
    pub(crate) fn compile(program: &Program) -> Option<Self> {
        let mut compiler = rules::Compiler::new(program);
        let package = &program.package;
        let mut export = |name: &str| compiler.rule(&format!("data.{package}.{name}")).ok();
        let applies = if program.has_applies { Some(export("applies")?) } else { None };
        let deny = export("deny")?;
        let unsure = if program.has_unsure { Some(export("unsure")?) } else { None };
        Some(Self { rules: compiler.finish()?, applies, deny, unsure })
    }

    /// Judges an input whose values are all known; nothing if that is the engine's to say.
    pub(crate) fn judge(&self, machine: &mut Machine, input: &Value) -> Option<Quick> {
        machine.start(self.rules.len());
        if let Some(applies) = self.applies
            && machine.rule(&self.rules, applies, input).ok()? != Value::Bool(true)
        {
            return Some(Quick::NotApplicable);
        }
        let empty = |value: &Value| matches!(value, Value::Set(set) if set.is_empty());
        for export in [Some(self.deny), self.unsure].into_iter().flatten() {
            if !empty(&machine.rule(&self.rules, export, input).ok()?) {
                return None;
            }
        }
        Some(Quick::Pass)
    }
}
