//! Runs tests that are written in Rego, and counts the lines of rules that they reach.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use regorus::unstable::{Module, Rule as Node};
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};

use super::engine::message::Message;
use super::syntax::{defined_name, package_path};
use super::{DEFAULT_LIMIT, view::View};
use crate::policy::failure::Problem;

/// An engine that runs test modules and remembers which lines were reached.
pub(crate) struct Runs {
    engine: Engine,
}

/// A test of a module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    /// Its full path: `data.hfscan.rules.….test_name`.
    pub path: String,
    /// Line where it begins.
    pub line: u32,
}

impl Runs {
    /// Loads modules: a rule or helper, what it imports, its tests.
    pub(crate) fn load<'a>(modules: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Problem> {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(true);
        engine.set_enable_coverage(true);
        engine.set_execution_timer_config(ExecutionTimerConfig {
            // A test may build its input, and tests run side by side.
            limit: DEFAULT_LIMIT * 50,
            check_interval: std::num::NonZeroU32::MIN.saturating_add(255),
        });
        for (path, text) in modules {
            engine.add_policy(path.to_owned(), text.to_owned()).map_err(|error| Message::new(&error).problem(path))?;
        }
        Ok(Self { engine })
    }

    /// Returns the tests of a file.
    pub(crate) fn tests(&mut self, file: &str) -> Vec<Test> {
        let modules = self.engine.get_modules().iter().filter(|module| module.package.span.source.get_path() == file);
        let mut tests: Vec<Test> = modules.flat_map(|module| tests_of(module)).collect();
        tests.sort();
        tests.dedup_by(|a, b| a.path == b.path);
        tests
    }

    /// Runs a test; only `true` passes. The error says what came instead.
    pub(crate) fn run(&mut self, test: &Test) -> Result<(), String> {
        let engine = &mut self.engine;
        engine.set_input(Value::new_object());
        match catch_unwind(AssertUnwindSafe(|| engine.eval_rule(test.path.clone()))) {
            Ok(Ok(Value::Bool(true))) => Ok(()),
            Ok(Ok(Value::Undefined)) => Err("is undefined; expected true".into()),
            Ok(Ok(Value::Bool(false))) => Err("is false; expected true".into()),
            Ok(Ok(_)) => Err("is not a truth value; expected true".into()),
            Ok(Err(error)) => Err(Message::new(&error).text(DEFAULT_LIMIT * 50)),
            Err(_) => Err("the Rego engine failed".into()),
        }
    }

    /// Evaluates the exports of a rule on a case, for the lines that it reaches.
    pub(crate) fn reach(&mut self, package: &str, exports: &[&str], view: &View, data: &serde_json::Value) {
        let engine = &mut self.engine;
        // Each case brings its own data.
        engine.clear_data();
        if engine.add_data(Value::from(data.clone())).is_err() {
            return;
        }
        engine.set_input(view.input.clone());
        for export in exports {
            // Undefined exports and errors do not matter here: the case itself reports them.
            let _ = catch_unwind(AssertUnwindSafe(|| engine.eval_rule(format!("data.{package}.{export}"))));
        }
        engine.clear_data();
    }

    /// Returns the lines of each file that no test reached.
    pub(crate) fn uncovered(&self) -> BTreeMap<String, Vec<u32>> {
        let Ok(report) = self.engine.get_coverage_report() else {
            return BTreeMap::new();
        };
        report
            .files
            .into_iter()
            .map(|file| (file.path, file.not_covered.into_iter().collect::<Vec<_>>()))
            .filter(|(_, lines)| !lines.is_empty())
            .collect()
    }
}

fn tests_of(module: &Module) -> Vec<Test> {
    let package = package_path(module);
    let tests = module.policy.iter().filter_map(|node| {
        let name = defined_name(node).filter(|name| name.starts_with("test_"))?;
        let Node::Spec { span, .. } = &**node else { return None };
        Some(Test { path: format!("{package}.{name}"), line: span.line })
    });
    tests.collect()
}
