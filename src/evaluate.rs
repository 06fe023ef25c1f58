//! Evaluates rules on the inventory: every rule on every resource of its kind.

pub mod outcome;
pub mod path;

pub(crate) mod coverage;
pub(crate) mod element;
pub(crate) mod engine;
pub(crate) mod gate;
pub(crate) mod lane;
pub(crate) mod lint;
pub(crate) mod partial;
pub(crate) mod reads;
pub(crate) mod syntax;
pub(crate) mod view;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rayon::prelude::*;

use crate::inventory::{Index, Inventory};
use crate::policy::failure::{PolicyFailure, Problem};
use crate::policy::load::Library;
use crate::policy::rule::SelectedRule;
use crate::policy::select::Selected;
use engine::{Program, Runner};
use gate::Others;
use lane::{Lane, Machine, Quick};
use outcome::{Outcome, Verdict};
use reads::Reads;
use view::{Builder, Fields, SECTIONS, View};

/// Time for one evaluation unless the run sets another.
pub const DEFAULT_LIMIT: Duration = Duration::from_millis(200);

/// Rules nest as deep as data does; the threads' usual 2 MiB are too few for both.
const STACK_SIZE: usize = 16 << 20;

/// The rules of a run, ready to be evaluated.
pub struct RuleSet {
    rules: Vec<Slot>,
    by_kind: BTreeMap<String, Vec<usize>>,
    libraries: Vec<Library>,
    limit: Duration,
    pool: rayon::ThreadPool,
    engine_only: bool,
}

/// A rule of a set. A user's rule is checked and compiled at once; one that ships with hfscan is
/// compiled when the first inventory has a resource of its kind, as its tests have checked it.
struct Slot {
    selected: SelectedRule,
    compiled: OnceLock<Result<Compiled, Vec<Problem>>>,
}

/// A compiled rule.
struct Compiled {
    program: Program,
    reads: Reads,
    lane: Option<Lane>,
}

/// What one worker has for itself.
struct Worker {
    builder: Builder,
    machine: Machine,
    runners: Vec<Option<Runner>>,
}

impl RuleSet {
    /// Checks and compiles the rules of a run.
    pub fn compile(selected: &Selected) -> Result<Self, PolicyFailure> {
        Self::compile_with_limit(selected, DEFAULT_LIMIT)
    }

    /// Checks and compiles the rules of a run; one evaluation may take this long.
    pub fn compile_with_limit(selected: &Selected, limit: Duration) -> Result<Self, PolicyFailure> {
        let rules: Vec<Slot> =
            selected.rules.iter().map(|rule| Slot { selected: rule.clone(), compiled: OnceLock::new() }).collect();
        let mut problems: Vec<Problem> = rules
            .par_iter()
            .filter(|slot| slot.selected.rule.custom)
            .filter_map(|slot| slot.compiled(&selected.libraries, limit).as_ref().err().cloned())
            .flatten_iter()
            .collect();
        if !problems.is_empty() {
            problems.sort();
            problems.dedup();
            return Err(PolicyFailure::Invalid(problems));
        }
        let mut by_kind: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, rule) in rules.iter().enumerate() {
            for kind in &rule.selected.rule.kinds {
                by_kind.entry(kind.clone()).or_default().push(position);
            }
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(rayon::current_num_threads())
            .stack_size(STACK_SIZE)
            .thread_name(|number| format!("evaluate-{number}"))
            .build()
            .map_err(|error| PolicyFailure::Threads(error.to_string()))?;
        Ok(Self { rules, by_kind, libraries: selected.libraries.clone(), limit, pool, engine_only: false })
    }

    /// Lets the engine judge alone, without the fast lane: slower, the same verdicts. Tests hold one
    /// against the other.
    #[must_use]
    pub fn engine_only(self) -> Self {
        Self { engine_only: true, ..self }
    }

    /// Returns the rules, in the order that [`Verdict::rule`] counts.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &SelectedRule> {
        self.rules.iter().map(|rule| &rule.selected)
    }

    /// Returns the kinds that rules of the set judge, sorted.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.by_kind.keys().map(String::as_str)
    }

    /// Returns whether a rule of the set may read anything of any resource: it looks at others than the
    /// one it judges, or cannot be followed.
    pub fn reads_all(&self) -> bool {
        let reads_all = |slot: &Slot| match slot.compiled(&self.libraries, self.limit) {
            Ok(rule) => rule.reads.inventory,
            Err(_) => true,
        };
        self.pool.install(|| self.rules.par_iter().any(reads_all))
    }

    /// Returns whether a rule of the set that judges this kind may read what is at a path of its input,
    /// or below it; `*` is any element of a list.
    pub fn reads(&self, kind: &str, path: &[&str]) -> bool {
        let rules = self.by_kind.get(kind).into_iter().flatten().filter_map(|&position| self.rules.get(position));
        rules
            .map(|slot| slot.compiled(&self.libraries, self.limit))
            .any(|rule| rule.as_ref().map_or(true, |rule| rule.reads.meet(path)))
    }

    /// Evaluates every rule on every resource of its kinds: exactly one verdict for each, sorted by
    /// rule and resource.
    pub fn evaluate(&self, inventory: &Inventory) -> Vec<Verdict> {
        let mut verdicts = self.pool.install(|| self.on_workers(inventory));
        verdicts.sort_unstable_by_key(|verdict| (verdict.rule, verdict.resource));
        verdicts
    }

    fn on_workers(&self, inventory: &Inventory) -> Vec<Verdict> {
        let used: Vec<&Slot> = inventory
            .by_kind
            .keys()
            .filter_map(|kind| self.by_kind.get(*kind))
            .flatten()
            .filter_map(|&position| self.rules.get(position))
            .collect();
        let looks_around = used
            .par_iter()
            .filter(|slot| slot.compiled(&self.libraries, self.limit).as_ref().is_ok_and(|rule| rule.reads.inventory))
            .count()
            > 0;
        let others = looks_around.then(|| Others::of(inventory));
        let wanted = self.wanted(inventory);
        let judged: Vec<Index> = inventory
            .resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| self.by_kind.contains_key(resource.kind()))
            .map(|(index, _)| index)
            .collect();
        judged
            .par_iter()
            .with_min_len(16)
            .map_init(
                || self.worker(),
                |worker, &index| self.resource(worker, inventory, others.as_ref(), &wanted, index),
            )
            .flatten_iter()
            .collect()
    }

    fn worker(&self) -> Worker {
        Worker {
            builder: Builder::default(),
            machine: Machine::default(),
            runners: self.rules.iter().map(|_| None).collect(),
        }
    }

    fn resource(
        &self,
        worker: &mut Worker,
        inventory: &Inventory,
        others: Option<&Others>,
        wanted: &Wanted<'_>,
        index: Index,
    ) -> Vec<Verdict> {
        let kind = inventory.resources.get(index).map_or("", |resource| resource.kind());
        let Some(positions) = self.by_kind.get(kind) else {
            return Vec::new();
        };
        let mut machine = (!self.engine_only).then_some(&mut worker.machine);
        let view = worker.builder.view(inventory, index, wanted.get(kind).and_then(Option::as_ref));
        let mut verdicts: Vec<Verdict> = positions
            .iter()
            .filter_map(|&position| {
                let slot = self.rules.get(position)?;
                let runner = worker.runners.get_mut(position)?;
                let (outcome, evidence) = match slot.compiled(&self.libraries, self.limit) {
                    Ok(rule) => {
                        let judged = rule.judge(runner, machine.as_deref_mut(), &view, others);
                        match inventory.gap_near(index).filter(|_| rule.reads.inventory) {
                            Some(gap) => gate::beside_gap(judged, gap),
                            None => judged,
                        }
                    }
                    Err(problems) => {
                        let message = problems.first().map_or_else(String::new, ToString::to_string);
                        (Outcome::Error, gate::Evidence::error(message.into()))
                    }
                };
                Some(evidence.verdict(position, index, outcome))
            })
            .collect();
        // A finding may point at a value that no rule reads.
        let mut bare =
            verdicts.iter_mut().flat_map(|verdict| &mut verdict.denials).filter(|d| d.value.is_none()).peekable();
        if bare.peek().is_some() {
            let whole = worker.builder.view(inventory, index, None);
            bare.for_each(|denial| denial.value = view::at(&whole.input, &denial.path, denial.tag.as_deref()));
        }
        verdicts
    }

    /// Returns the fields that the rules of each kind read, for kinds where they do not read all.
    fn wanted<'a>(&self, inventory: &'a Inventory) -> Wanted<'a> {
        let of_kind = |kind: &str| {
            let mut wanted = Fields::new();
            for section in SECTIONS {
                let fields = wanted.entry(section).or_default();
                for slot in self.by_kind.get(kind)?.iter().filter_map(|&position| self.rules.get(position)) {
                    let Ok(rule) = slot.compiled(&self.libraries, self.limit) else { continue };
                    if rule.reads.fields_of(section, fields) {
                        return None;
                    }
                }
            }
            Some(Arc::new(wanted))
        };
        inventory.by_kind.keys().map(|&kind| (kind, of_kind(kind))).collect()
    }
}

/// Fields that are read, by kind; nothing where all of them are.
type Wanted<'a> = BTreeMap<&'a str, Option<Arc<Fields>>>;

impl Slot {
    fn compiled(&self, libraries: &[Library], limit: Duration) -> &Result<Compiled, Vec<Problem>> {
        // The tests of hfscan check those that ship with it.
        let check = self.selected.rule.custom;
        self.compiled.get_or_init(|| Compiled::new(&self.selected, libraries, limit, check))
    }
}

impl Compiled {
    /// Compiles a rule; `check` is for those that nobody has checked yet.
    fn new(selected: &SelectedRule, libraries: &[Library], limit: Duration, check: bool) -> Result<Self, Vec<Problem>> {
        let program = Program::compile(selected, libraries, limit).map_err(|problem| vec![problem])?;
        let reads = Reads::of(&program);
        if check {
            program.prepare().map_err(|problem| vec![problem])?;
            let problems = lint::program(&selected.rule, &program, &reads);
            if !problems.is_empty() {
                return Err(problems);
            }
        }
        let lane = Lane::compile(&program);
        Ok(Self { program, reads, lane })
    }

    fn judge(
        &self,
        runner: &mut Option<Runner>,
        machine: Option<&mut Machine>,
        view: &View,
        others: Option<&Others>,
    ) -> (Outcome, gate::Evidence) {
        let others = others.filter(|_| self.reads.inventory);
        if gate::in_doubt(&self.reads, view, others) {
            return gate::judge_partly(&self.program, &self.reads, view, others);
        }
        let lane = self.lane.as_ref().zip(machine);
        match lane.and_then(|(lane, machine)| lane.judge(machine, &view.input)) {
            Some(Quick::Pass) => (Outcome::Pass, gate::Evidence::default()),
            Some(Quick::NotApplicable) => (Outcome::NotApplicable, gate::Evidence::default()),
            None => self.judge_by_engine(runner, view, others),
        }
    }

    fn judge_by_engine(
        &self,
        runner: &mut Option<Runner>,
        view: &View,
        others: Option<&Others>,
    ) -> (Outcome, gate::Evidence) {
        if runner.is_none() {
            let fresh = self.program.runner().map_err(|problem| Arc::from(problem.to_string()));
            let fresh = fresh.and_then(|mut runner| {
                others.map_or(Ok(()), |others| runner.set_inventory(&others.value)).map(|()| runner)
            });
            match fresh {
                Ok(fresh) => *runner = Some(fresh),
                Err(error) => return (Outcome::Error, gate::Evidence::error(error)),
            }
        }
        match runner {
            Some(runner) => gate::judge_known(runner, &view.input),
            None => (Outcome::Error, gate::Evidence::error(Arc::from("no engine"))),
        }
    }
}

/// One rule alone, for `hfscan test`.
pub(crate) struct Bench {
    rule: Compiled,
}

impl Bench {
    /// Checks and compiles a rule.
    pub(crate) fn compile(selected: &SelectedRule, libraries: &[Library]) -> Result<Self, Vec<Problem>> {
        Compiled::new(selected, libraries, DEFAULT_LIMIT, true).map(|rule| Self { rule })
    }

    /// Judges a resource as a scan does.
    pub(crate) fn judge(&self, view: &View, others: &Others) -> (Outcome, gate::Evidence) {
        self.rule.judge(&mut None, Some(&mut Machine::default()), view, Some(others))
    }

    /// Judges a resource by the engine, and by the fast lane if that can tell, to hold the two against
    /// each other; nothing if something unknown is read.
    pub(crate) fn judge_both_ways(&self, view: &View, others: &Others) -> Option<(Outcome, Option<Outcome>)> {
        let others = Some(others).filter(|_| self.rule.reads.inventory);
        if gate::in_doubt(&self.rule.reads, view, others) {
            return None;
        }
        let quick = self.rule.lane.as_ref().and_then(|lane| lane.judge(&mut Machine::default(), &view.input));
        let quick = quick.map(|quick| match quick {
            Quick::Pass => Outcome::Pass,
            Quick::NotApplicable => Outcome::NotApplicable,
        });
        Some((self.rule.judge_by_engine(&mut None, view, others).0, quick))
    }

    /// Judges a resource as if something unknown were read, to hold the two ways against each other.
    pub(crate) fn judge_partly(&self, view: &View, others: &Others) -> (Outcome, gate::Evidence) {
        gate::judge_partly(&self.rule.program, &self.rule.reads, view, Some(others))
    }
}

#[cfg(test)]
mod tests;
