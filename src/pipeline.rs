//! The way of the data on one page: collect → inventory → relate → evaluate → finding. The commands
//! call these functions and nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::collect::kubernetes;
use crate::collect::terraform::{self, Plan, aws};
use crate::evaluate::RuleSet;
use crate::failure::Failure;
use crate::finding::judge::{self, Context};
use crate::finding::{Report, report::Input};
use crate::inventory::{Gap, Resource};
use crate::policy::load::{self, Policies};
use crate::policy::rule::Rule;
use crate::policy::select::{self, Selected};
use crate::policy::severity::Severity;
use crate::relate;
use crate::source::{Source, read_bytes};
use crate::testing::{self, TestReport};

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

/// What the collectors gave.
#[derive(Debug, Default)]
pub struct Collected {
    /// The resources of all inputs.
    pub resources: Vec<Resource>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// The inputs, for the report.
    pub inputs: Vec<Input>,
}

/// Runs a scan. `step` is told what begins, for a progress display.
pub fn scan(request: &Request, step: &(dyn Fn(&str) + Sync)) -> Result<Report, Failure> {
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(request.jobs.unwrap_or(0))
        .build()
        .map_err(|error| Failure::usage(format!("the worker threads cannot be started: {error}")))?;
    threads.install(|| {
        step("loading rules");
        let selected = rules(&request.selection)?;
        if selected.rules.is_empty() {
            // A scan without rules would be clean whatever the input.
            return Err(Failure::usage("no rule is left to judge by")
                .hint("hfscan rules list with the same flags shows what they choose"));
        }
        let rule_set = RuleSet::compile(&selected).map_err(Failure::policy)?;
        step("reading inputs");
        let collected = collect(&request.inputs)?;
        step("relating resources");
        let inventory = relate::relate(collected.resources, collected.gaps, request.complete);
        step("evaluating rules");
        let verdicts = rule_set.evaluate(&inventory);
        Ok(judge::judge(
            verdicts,
            &inventory,
            &selected.rules,
            Context {
                inputs: collected.inputs,
                profile: request.selection.profile.clone(),
                all: request.all,
                min_severity: request.selection.min_severity,
            },
        ))
    })
}

/// Judges one plan that is in memory already.
pub fn scan_text(name: &str, text: &str, selected: &Selected, rule_set: &RuleSet) -> Result<Report, Failure> {
    let source = Source::from_bytes(Arc::from(name), text.as_bytes().to_vec());
    let plan = Plan::parse(source).map_err(Failure::usage)?;
    let mut collected = Collected::default();
    add(&plan, name, &mut collected)?;
    let inventory = relate::relate(collected.resources, collected.gaps, false);
    let verdicts = rule_set.evaluate(&inventory);
    let context = Context { inputs: collected.inputs, profile: None, all: true, min_severity: None };
    Ok(judge::judge(verdicts, &inventory, &selected.rules, context))
}

/// Reads the inputs into normalized resources.
pub fn collect(candidates: &[Candidate]) -> Result<Collected, Failure> {
    let mut plans = Vec::new();
    let mut manifests = Vec::new();
    let mut passed_over = Vec::new();
    for candidate in candidates {
        let path = &candidate.path;
        let (file, bytes) = read_bytes(path).map_err(|error| Failure::usage(terraform::Failure::from(error)))?;
        if kubernetes::is_manifest(path, &bytes) {
            let source = Source::from_bytes(file, bytes);
            manifests.push(kubernetes::File { source, named: candidate.named });
            continue;
        }
        match Plan::from_bytes(path, file, bytes) {
            Ok(plan) => plans.push((path.display().to_string(), plan)),
            Err(failure) if !failure.is_another_kind_of_file() => return Err(Failure::usage(failure)),
            Err(failure) => match unusual_manifest(candidate) {
                Some(file) => manifests.push(file),
                None if candidate.named => return Err(Failure::usage(failure)),
                None => passed_over.push(path.display().to_string()),
            },
        }
    }
    terraform::tell_apart(&mut plans);
    let mut collected = Collected::default();
    for (name, plan) in plans {
        add(&plan, &name, &mut collected)?;
    }
    let read = kubernetes::collect(&manifests).map_err(Failure::usage)?;
    collected.inputs.extend(read.parts.into_iter().map(|part| Input {
        path: part.path,
        kind: "kubernetes-manifests".to_owned(),
        resources: part.resources,
        skipped: std::collections::BTreeMap::new(),
        warnings: part.warnings,
    }));
    collected.resources.extend(read.resources);
    collected.gaps.extend(read.gaps);
    passed_over.extend(read.passed_over);
    passed_over.sort();
    if collected.inputs.is_empty()
        && collected.gaps.is_empty()
        && let Some(first) = passed_over.first()
    {
        let count = passed_over.len();
        return Err(Failure::nothing(format!("no plan or manifest among {count} files, such as `{first}`")));
    }
    // Nothing of a folder vanishes: what is no plan, such as a state, is not judged, and that is said.
    if let (false, Some(input)) = (passed_over.is_empty(), collected.inputs.first_mut()) {
        let files = passed_over.join(", ");
        let count = passed_over.len();
        input
            .warnings
            .push(format!("{count} files beside it are no plans and no manifests, and were not judged: {files}"));
    }
    Ok(collected)
}

/// Reads a file again that is no plan and may hold manifests.
fn unusual_manifest(candidate: &Candidate) -> Option<kubernetes::File> {
    if candidate.path.as_os_str() == "-" {
        return None;
    }
    let (file, bytes) = read_bytes(&candidate.path).ok()?;
    kubernetes::unusual(file, bytes).map(|source| kubernetes::File { source, named: candidate.named })
}

fn add(plan: &Plan, name: &str, collected: &mut Collected) -> Result<(), Failure> {
    let read = aws::collect(plan).map_err(Failure::usage)?;
    collected.inputs.push(Input {
        path: name.to_owned(),
        kind: "terraform-plan".to_owned(),
        resources: read.resources.len(),
        skipped: read.skipped,
        warnings: plan.warnings().to_vec(),
    });
    collected.resources.extend(read.resources);
    collected.gaps.extend(read.gaps);
    Ok(())
}

/// Returns everything that a run may choose from.
pub fn policies(directory: Option<&Path>) -> Result<Policies, Failure> {
    let policies = load::builtin().map_err(Failure::policy)?;
    match directory {
        Some(directory) => policies.with_directory(directory).map_err(Failure::policy),
        None => Ok(policies),
    }
}

/// Returns the rules that a selection chooses, sorted by id.
pub fn rules(selection: &Selection) -> Result<Selected, Failure> {
    let policies = policies(selection.policies.as_deref())?;
    let wanted = select::Selection {
        profile: selection.profile.clone(),
        rules: selection.rules.clone(),
        skip_rules: selection.skip_rules.clone(),
        framework: selection.framework.clone(),
        min_severity: selection.min_severity,
    };
    select::select(&policies, &wanted).map_err(Failure::policy)
}

/// Returns the rule with this id or former id, from the built-in rules and those of a directory.
pub fn rule(directory: Option<&Path>, id: &str) -> Result<Option<Rule>, Failure> {
    Ok(policies(directory)?.rule(id).cloned())
}

/// Lints the rules of a directory and runs their tests.
pub fn test(directory: &Path) -> Result<TestReport, Failure> {
    testing::run(directory).map_err(Failure::policy)
}
