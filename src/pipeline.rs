//! The way of the data on one page: collect → inventory → relate → evaluate → finding → locate →
//! waive. The commands
//! call these functions and nothing else.

pub mod live;
mod needs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::clock;
use crate::collect::kubernetes;
use crate::collect::terraform::prior::Prior;
use crate::collect::terraform::{self, Plan, aws};
use crate::evaluate::RuleSet;
use crate::failure::Failure;
use crate::finding::delta::{self, Before, Open};
use crate::finding::judge::{self, Context};
use crate::finding::{Report, report::Input};
use crate::inventory::{Annotation, Gap, Inventory, Resource};
use crate::locate::{SourceRequest, Sources};
use crate::policy::load::{self, Policies};
use crate::policy::rule::Rule;
use crate::policy::select::{self, Parameters, Selected};
use crate::policy::severity::Severity;
use crate::relate;
use crate::source::{Source, read_bytes};
use crate::testing::{self, TestReport};
use crate::waive::{self, Baseline, Entry};

pub use needs::needed_kinds;

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
    /// Values of parameters that outweigh those of the profile: the first that has one decides.
    pub parameters: Vec<Parameters>,
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
    /// Whether the state before apply is judged too, to tell what the change brings in.
    pub delta: bool,
    /// Threads to use; one for each core if none.
    pub jobs: Option<usize>,
    /// Where the source of the plans is.
    pub source: SourceRequest,
    /// What is accepted.
    pub accepted: Accepted,
    /// Profiles of live accounts; they outweigh that of the selection.
    pub profiles: BTreeMap<String, String>,
}

/// The risks that a run accepts.
#[derive(Debug, Clone, Default)]
pub struct Accepted {
    /// Files of waivers.
    pub waivers: Vec<PathBuf>,
    /// Whether nothing is waived, neither by files nor by comments.
    pub no_waivers: bool,
    /// Day on which waivers are judged; today if none.
    pub today: Option<Date>,
    /// The baseline.
    pub baseline: Option<PathBuf>,
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
    /// Annotations that speak to hfscan.
    pub annotations: Vec<Annotation>,
}

/// Runs a scan. `step` is told what begins, for a progress display.
pub fn scan(request: &Request, step: &(dyn Fn(&str) + Sync)) -> Result<Report, Failure> {
    let threads = threads(request.jobs)?;
    threads.install(|| {
        step("loading rules");
        let policies = policies(request.selection.policies.as_deref())?;
        if let Some(accounts) = live::snapshots(&request.inputs, request.delta)? {
            return live::judge(accounts, &policies, request, step);
        }
        let selected = choose(&policies, &request.selection)?;
        if selected.rules.is_empty() {
            // A scan without rules would be clean whatever the input.
            return Err(Failure::usage("no rule is left to judge by")
                .hint("hfscan rules list with the same flags shows what they choose"));
        }
        let rule_set = RuleSet::compile(&selected).map_err(Failure::policy)?;
        let known: Vec<&Rule> = policies.rules.values().collect();
        run(request, &known, &selected, &rule_set, step)
    })
}

/// Returns the threads that a run works on.
fn threads(jobs: Option<usize>) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        // Documents may be nested deeply, and the parsers of all of them descend.
        .stack_size(16 << 20)
        .build()
        .map_err(|error| Failure::usage(format!("the worker threads cannot be started: {error}")))
}

/// Runs a scan with rules that are compiled already.
pub fn scan_with(
    request: &Request,
    selected: &Selected,
    rule_set: &RuleSet,
    step: &(dyn Fn(&str) + Sync),
) -> Result<Report, Failure> {
    let known: Vec<&Rule> = selected.rules.iter().map(|selected| &selected.rule).collect();
    run(request, &known, selected, rule_set, step)
}

fn run(
    request: &Request,
    known: &[&Rule],
    selected: &Selected,
    rule_set: &RuleSet,
    step: &(dyn Fn(&str) + Sync),
) -> Result<Report, Failure> {
    let accepting = Accepting::read(request)?;
    step("reading inputs");
    let files = files(&request.inputs)?;
    let before = if request.delta {
        step("judging the state before");
        Some(before(&files.plans, selected, rule_set, request.complete)?)
    } else {
        None
    };
    let mut collected = collected(files)?;
    step("relating resources");
    let inventory = relate::relate(collected.resources, collected.gaps, request.complete);
    step("evaluating rules");
    let verdicts = rule_set.evaluate(&inventory);
    let before_change = before.map(|(before, notes)| {
        for (input, notes) in collected.inputs.iter_mut().zip(notes) {
            input.warnings.extend(notes);
        }
        (before, Open::of(&verdicts, &inventory, &selected.rules))
    });
    let mut report = judge::judge(
        verdicts,
        &inventory,
        &selected.rules,
        Context { inputs: collected.inputs, profile: request.selection.profile.clone(), all: request.all },
    );
    if let Some((before, open)) = before_change {
        delta::compare(&mut report, &open, before);
    }
    step("placing findings in the source");
    let sources = Sources::open(&request.source, &inventory);
    sources.place(&mut report, &inventory);
    let run = waive::Run {
        today: request.accepted.today.unwrap_or_else(clock::today),
        rules: &selected.rules,
        known: known.to_vec(),
        accounts: accounts(&inventory),
        addresses: addresses(&inventory),
        annotations: &collected.annotations,
    };
    accepting.apply(request, &mut report, &sources, &run);
    // What is waived or not listed is no failure of the change any more.
    report.delta = report.delta.map(|_| delta::count(&report));
    Ok(report)
}

/// What is accepted, read and checked.
struct Accepting {
    waivers: Vec<Entry>,
    baseline: Option<Baseline>,
}

impl Accepting {
    /// Reads what the request names, before anything takes its time.
    fn read(request: &Request) -> Result<Self, Failure> {
        let waivers = waivers(&request.accepted)?;
        let baseline = request.accepted.baseline.as_deref().map(baseline).transpose()?;
        if let (Some(baseline), Some(file)) = (&baseline, &request.accepted.baseline) {
            let profile = request.selection.profile.as_deref();
            baseline.check_profile(&file.display().to_string(), profile).map_err(Failure::usage)?;
        }
        Ok(Self { waivers, baseline })
    }

    /// Waives what is accepted, and leaves out what is too light.
    fn apply(self, request: &Request, report: &mut Report, sources: &Sources, run: &waive::Run<'_>) {
        if !request.accepted.no_waivers {
            waive::apply(report, self.waivers, sources, run);
        }
        if let (Some(baseline), Some(file)) = (&self.baseline, &request.accepted.baseline) {
            baseline.apply(&file.display().to_string(), report);
        }
        // After waiving: a verdict is waived when all of its findings are, also those that are not listed.
        if let Some(lightest) = request.selection.min_severity {
            report.leave_out(lightest);
        }
    }
}

/// Judges the state before apply. Returns with it what the reader should know of each plan's.
fn before(
    plans: &[(String, Plan)],
    selected: &Selected,
    rule_set: &RuleSet,
    complete: bool,
) -> Result<(Before, Vec<Vec<String>>), Failure> {
    let prior = Prior::read(plans).map_err(Failure::usage)?;
    let notes = prior.notes();
    if !prior.is_told() {
        return Ok((Before::untold(prior.ids()), notes));
    }
    let managed = !prior.is_empty();
    let mut resources = Vec::new();
    let mut gaps = Vec::new();
    for plan in &prior.plans {
        let read = aws::collect(plan).map_err(Failure::usage)?;
        resources.extend(read.resources);
        gaps.extend(read.gaps);
    }
    let before = if resources.is_empty() && !managed {
        Before::default()
    } else {
        let inventory = relate::relate(resources, gaps, complete);
        Before::judge(rule_set.evaluate(&inventory), &inventory, &selected.rules, managed)
    };
    Ok((before.with_lingering(prior.lingering()), notes))
}

/// Reads the files of waivers.
fn waivers(accepted: &Accepted) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for path in accepted.waivers.iter().filter(|_| !accepted.no_waivers) {
        entries.extend(waive::file::read(path).map_err(Failure::usage)?);
    }
    Ok(entries)
}

/// Reads a baseline.
pub fn baseline(path: &Path) -> Result<Baseline, Failure> {
    let source = Source::read(path).map_err(|error| {
        Failure::usage(error)
            .hint("make a baseline with `hfscan baseline create`, with the inputs and flags of the scan")
    })?;
    Baseline::parse(source.name(), source.text()).map_err(Failure::usage)
}

fn accounts(inventory: &Inventory) -> BTreeSet<String> {
    inventory.resources.iter().filter_map(|resource| resource.account.known().cloned().flatten()).collect()
}

fn addresses(inventory: &Inventory) -> BTreeSet<String> {
    let of_parts = inventory.resources.iter().flat_map(|resource| &resource.parts).map(|part| &part.origin.address);
    let own = inventory.resources.iter().flat_map(|resource| [&resource.id, &resource.origin.address]);
    own.chain(of_parts).map(ToString::to_string).collect()
}

/// Judges one plan that is in memory already.
pub fn scan_text(name: &str, text: &str, selected: &Selected, rule_set: &RuleSet) -> Result<Report, Failure> {
    let source = Source::from_bytes(Arc::from(name), text.as_bytes().to_vec());
    let plan = Plan::parse(source).map_err(Failure::usage)?;
    let mut collected = Collected::default();
    add(&plan, name, &mut collected)?;
    let inventory = relate::relate(collected.resources, collected.gaps, false);
    let verdicts = rule_set.evaluate(&inventory);
    let context = Context { inputs: collected.inputs, profile: None, all: true };
    Ok(judge::judge(verdicts, &inventory, &selected.rules, context))
}

/// Reads the inputs into normalized resources.
pub fn collect(candidates: &[Candidate]) -> Result<Collected, Failure> {
    collected(files(candidates)?)
}

/// Files by what they are.
struct Files {
    plans: Vec<(String, Plan)>,
    manifests: Vec<kubernetes::File>,
    passed_over: Vec<String>,
}

/// Reads the plans and the manifests among files, and names the files that are neither.
fn files(candidates: &[Candidate]) -> Result<Files, Failure> {
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
    Ok(Files { plans, manifests, passed_over })
}

fn collected(files: Files) -> Result<Collected, Failure> {
    let Files { plans, manifests, mut passed_over } = files;
    let mut collected = Collected::default();
    for (name, plan) in plans {
        add(&plan, &name, &mut collected)?;
    }
    let read = kubernetes::collect(&manifests).map_err(Failure::usage)?;
    collected.inputs.extend(read.parts.into_iter().map(|part| Input {
        path: part.path,
        kind: "kubernetes-manifests".to_owned(),
        resources: part.resources,
        warnings: part.warnings,
        ..Input::default()
    }));
    collected.resources.extend(read.resources);
    collected.gaps.extend(read.gaps);
    collected.annotations.extend(read.annotations);
    passed_over.extend(read.passed_over);
    passed_over.sort();
    if collected.inputs.is_empty()
        && collected.gaps.is_empty()
        && let Some(first) = passed_over.first()
    {
        let (count, s) = (passed_over.len(), if passed_over.len() == 1 { "" } else { "s" });
        return Err(Failure::nothing(format!("no plan or manifest among {count} file{s}, such as `{first}`")));
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
        ..Input::default()
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
    choose(&policies(selection.policies.as_deref())?, selection)
}

fn choose(policies: &Policies, selection: &Selection) -> Result<Selected, Failure> {
    let wanted = select::Selection {
        profile: selection.profile.clone(),
        rules: selection.rules.clone(),
        skip_rules: selection.skip_rules.clone(),
        framework: selection.framework.clone(),
        min_severity: selection.min_severity,
        parameters: selection.parameters.clone(),
    };
    select::select(policies, &wanted).map_err(Failure::policy)
}

/// Returns the rule with this id or former id, from the built-in rules and those of a directory.
pub fn rule(directory: Option<&Path>, id: &str) -> Result<Option<Rule>, Failure> {
    Ok(policies(directory)?.rule(id).cloned())
}

/// Lints the rules of a directory and runs their tests.
pub fn test(directory: &Path) -> Result<TestReport, Failure> {
    testing::run(directory).map_err(Failure::policy)
}
