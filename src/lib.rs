//! hfscan judges planned and live cloud resources against a written architecture.
//!
//! The data flows one way: collect → inventory → relate → evaluate → finding → report. The
//! functions below are that way on one page; the commands in [`cli`] call them and nothing else.

pub mod cli;
pub mod evaluate;
pub mod failure;
pub mod finding;
pub mod inventory;
pub mod policy;
pub mod report;

use std::path::{Path, PathBuf};

use failure::Failure;
use finding::Report;
use finding::judge::{self, Context};
use inventory::Inventory;
use policy::rule::{Rule, SelectedRule};
use policy::severity::Severity;

/// Which rules a run uses.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// A directory of rules and profiles beside the built-in ones.
    pub policies: Option<PathBuf>,
    /// The profile; without one all rules are enforced.
    pub profile: Option<String>,
    /// Only rules that one of these globs names.
    pub rules: Vec<String>,
    /// No rule that one of these globs names.
    pub skip_rules: Vec<String>,
    /// Only rules that map to this framework.
    pub framework: Option<String>,
    /// No rule that weighs less.
    pub min_severity: Option<Severity>,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The path as the user named it, or below a directory that the user named.
    pub path: PathBuf,
    /// Whether the user named the file itself. Then it must be readable and of a known type;
    /// files found in a directory may be something else and are passed over.
    pub named: bool,
}

/// A scan to run.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The files to read, together one inventory.
    pub inputs: Vec<Candidate>,
    /// The rules to use.
    pub selection: Selection,
    /// Whether the inputs are all there is.
    pub complete: bool,
    /// Whether outcomes that need no attention are listed too.
    pub all: bool,
    /// Threads to use; one for each core if none.
    pub jobs: Option<usize>,
}

/// How one test of a rule came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// `aws-ec2-private-subnet-routes: test_deny_direct_route`.
    pub name: String,
    /// Why it failed, with file and line; nothing if it passed.
    pub failure: Option<String>,
}

/// How the tests and the lint of a directory of rules came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestRun {
    /// The tests, sorted by name.
    pub cases: Vec<TestCase>,
    /// What the lint found, with file and line; lines that no test covers too.
    pub problems: Vec<String>,
}

/// Runs a scan. `step` is told what begins, for a progress display.
pub fn scan(request: &Request, step: &dyn Fn(&str)) -> Result<Report, Failure> {
    step("loading rules");
    let rules = rules(&request.selection)?;
    if rules.is_empty() {
        // A scan without rules would be clean whatever the input.
        return Err(Failure::usage("no rule is left to judge by")
            .hint("hfscan rules list with the same flags shows what they choose"));
    }
    step("reading inputs");
    // WIRE: collect::… of `request.inputs` gives resources, gaps and one `report::Input` for each
    // input; relate gives the inventory; `jobs` sizes the rayon pool.
    let inventory = Inventory {
        complete: request.complete,
        ..Inventory::default()
    };
    let inputs = Vec::new();
    step("evaluating rules");
    // WIRE: evaluate::RuleSet::compile(&rules, …)?.evaluate(&inventory)
    let verdicts = Vec::new();
    Ok(judge::judge(
        verdicts,
        &inventory,
        &rules,
        Context {
            inputs,
            profile: request.selection.profile.clone(),
            all: request.all,
            min_severity: request.selection.min_severity,
        },
    ))
}

/// Returns the rules that a selection chooses, sorted by id.
pub fn rules(_selection: &Selection) -> Result<Vec<SelectedRule>, Failure> {
    // WIRE: policy::load::builtin() + with_directory, then policy::select::select
    Ok(Vec::new())
}

/// Returns the rule with this id or former id, from the built-in rules and those of a directory.
pub fn rule(policies: Option<&Path>, id: &str) -> Result<Option<Rule>, Failure> {
    // WIRE: Policies::rule(id), which knows former ids
    let selection = Selection {
        policies: policies.map(Path::to_owned),
        ..Selection::default()
    };
    Ok(rules(&selection)?
        .into_iter()
        .map(|selected| selected.rule)
        .find(|rule| &*rule.id == id))
}

/// Lints the rules of a directory, or the built-in ones, and runs their tests.
pub fn test(_directory: Option<&Path>) -> Result<TestRun, Failure> {
    // WIRE: policy::testing
    Ok(TestRun::default())
}
