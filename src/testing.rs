//! `hfscan test`: runs the tests beside rules and helpers, checks the rules, and tells which lines no
//! test reaches. Two kinds of tests: `<rule>_test.rego` in plain Rego, which OPA runs as well, and
//! `<rule>_cases.yaml`, inputs with unknown values and the outcome that a scan has to give.

mod cases;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::evaluate::Bench;
use crate::evaluate::coverage::Runs;
use crate::policy::failure::{PolicyFailure, Problem};
use crate::policy::load::{Library, Policies, read_directory};
use crate::policy::rule::{Rule, SelectedRule};

/// A test that ran.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tested {
    /// The test file.
    pub file: String,
    /// Line of the test.
    pub line: u32,
    /// Name of the test or case.
    pub name: String,
    /// What went wrong, if it failed.
    pub failure: Option<String>,
}

/// What a run of `hfscan test` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestReport {
    /// Every test, sorted by file and line.
    pub tests: Vec<Tested>,
    /// Mistakes in rules, helpers and test files, sorted.
    pub problems: Vec<Problem>,
    /// Lines of rules and helpers that no test reaches.
    pub uncovered: BTreeMap<String, Vec<u32>>,
    /// Rules without a test of either kind.
    pub untested: Vec<String>,
}

impl TestReport {
    /// Returns whether nothing failed. Lines and rules without tests do not fail a run by themselves.
    pub fn is_success(&self) -> bool {
        self.problems.is_empty() && self.tests.iter().all(|test| test.failure.is_none())
    }

    /// Returns whether nothing failed and every line of every rule is tested.
    pub fn is_complete(&self) -> bool {
        self.is_success() && self.uncovered.is_empty() && self.untested.is_empty()
    }

    fn add(&mut self, other: Self) {
        self.tests.extend(other.tests);
        self.problems.extend(other.problems);
        self.uncovered.extend(other.uncovered);
        self.untested.extend(other.untested);
    }

    fn sort(&mut self) {
        self.tests.sort();
        self.problems.sort();
        self.problems.dedup();
        self.untested.sort();
    }
}

/// Files of a directory by path, as messages name them.
type Files = BTreeMap<String, String>;

/// Runs all tests of a directory.
pub fn run(directory: &Path) -> Result<TestReport, PolicyFailure> {
    let files: Files = read_directory(directory)?.into_iter().map(|(_, path, text)| (path, text)).collect();
    let mut report = TestReport::default();
    let policies = match Policies::of_directory(directory) {
        Ok(policies) => policies,
        Err(PolicyFailure::Invalid(problems)) => {
            report.problems = problems;
            return Ok(report);
        }
        Err(failure) => return Err(failure),
    };
    let libraries: Vec<Library> = policies.libraries.values().cloned().collect();
    let parts: Vec<TestReport> = policies
        .rules
        .values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|rule| test_rule(rule, &libraries, &files))
        .chain(
            libraries
                .par_iter()
                .filter(|library| files.contains_key(&library.path))
                .map(|library| test_library(library, &libraries, &files)),
        )
        .collect();
    for part in parts {
        report.add(part);
    }
    report.sort();
    Ok(report)
}

fn test_rule(rule: &Rule, libraries: &[Library], files: &Files) -> TestReport {
    let mut report = TestReport::default();
    let params = rule.params.iter().map(|(name, parameter)| (name.clone(), parameter.default.clone())).collect();
    let selected = SelectedRule { rule: rule.clone(), enforced: true, params };
    // Compiling checks the rule; its tests run only when it is sound.
    let bench = match Bench::compile(&selected, libraries) {
        Ok(bench) => bench,
        Err(problems) => {
            report.problems = problems;
            return report;
        }
    };
    let stem = rule.path.strip_suffix(".rego").unwrap_or(&rule.path);
    let rego = files.get_key_value(&format!("{stem}_test.rego"));
    let cases = files.get_key_value(&format!("{stem}_cases.yaml"));
    if rego.is_none() && cases.is_none() {
        report.untested.push(rule.path.clone());
        return report;
    }
    let modules = std::iter::once((rule.path.as_str(), &*rule.text))
        .chain(libraries.iter().map(|library| (library.path.as_str(), &*library.text)))
        .chain(rego.map(|(path, text)| (path.as_str(), text.as_str())));
    let mut runs = match Runs::load(modules) {
        Ok(runs) => runs,
        Err(problem) => {
            report.problems.push(problem);
            return report;
        }
    };
    if let Some((path, _)) = rego {
        report.tests.extend(rego_tests(&mut runs, path));
    }
    if let Some((path, text)) = cases {
        match cases::parse(path, text) {
            Ok(parsed) => {
                let under_test = cases::RuleUnderTest { selected: &selected, libraries, bench: &bench };
                for case in parsed {
                    report.problems.extend(case.problems(rule, path));
                    report.tests.push(case.run(&under_test, path, &mut runs));
                }
            }
            Err(problem) => report.problems.push(problem),
        }
    }
    report.uncovered = runs.uncovered().into_iter().filter(|(file, _)| *file == rule.path).collect();
    report
}

fn test_library(library: &Library, libraries: &[Library], files: &Files) -> TestReport {
    let mut report = TestReport::default();
    let stem = library.path.strip_suffix(".rego").unwrap_or(&library.path);
    let Some((path, text)) = files.get_key_value(&format!("{stem}_test.rego")) else {
        report.untested.push(library.path.clone());
        return report;
    };
    let modules = libraries
        .iter()
        .map(|library| (library.path.as_str(), &*library.text))
        .chain(std::iter::once((path.as_str(), text.as_str())));
    match Runs::load(modules) {
        Ok(mut runs) => {
            report.tests.extend(rego_tests(&mut runs, path));
            report.uncovered = runs.uncovered().into_iter().filter(|(file, _)| *file == library.path).collect();
        }
        Err(problem) => report.problems.push(problem),
    }
    report
}

fn rego_tests(runs: &mut Runs, file: &str) -> Vec<Tested> {
    runs.tests(file)
        .into_iter()
        .map(|test| Tested {
            file: file.to_owned(),
            line: test.line,
            name: test.path.rsplit('.').next().unwrap_or(&test.path).to_owned(),
            failure: runs.run(&test).err(),
        })
        .collect()
}
