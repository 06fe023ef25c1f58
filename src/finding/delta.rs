//! What a change does to the findings: the state before apply is judged as the state after is, and
//! each finding is new, unchanged or fixed.
//!
//! Every label rests on evidence. A failure is *new* when its rule did not fail there before: the
//! resource was not there, or the rule could tell and found nothing. It is *unchanged* when the same
//! finding was there and weighed no less. A failure is *fixed* when its rule can tell now and finds it
//! no more, or the resource goes. Where the rule could not tell before, a finding bears no label, and
//! counts at the gate as a new one does.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use crate::evaluate::outcome::{Outcome, Verdict};
use crate::inventory::Inventory;
use crate::policy::rule::SelectedRule;
use crate::policy::severity::Severity;

use super::judge::{self, Context};
use super::report::{DeltaSummary, Report};
use super::{Change, Finding, identity};

/// A rule and a resource that it judges.
type Case = (String, String);

/// Cases that fail for sure while values that are not known may make them fail in more ways.
#[derive(Debug, Default)]
pub struct Open(HashSet<Case>);

impl Open {
    /// Finds them among verdicts.
    pub fn of(verdicts: &[Verdict], inventory: &Inventory, rules: &[SelectedRule]) -> Self {
        let open = verdicts.iter().filter(|verdict| verdict.outcome == Outcome::Fail && !verdict.doubts.is_empty());
        let case = |verdict: &Verdict| {
            let rule = rules.get(verdict.rule)?;
            Some((rule.rule.id.to_string(), inventory.id(verdict.resource).to_owned()))
        };
        Self(open.filter_map(case).collect())
    }
}

/// The state before apply, judged.
#[derive(Debug, Default)]
pub struct Before {
    /// What was wrong, or could not be told. Cases that were in order have no entry.
    findings: BTreeMap<Case, Vec<Finding>>,
    /// The resources that were there, with their kinds.
    kinds: HashMap<String, &'static str>,
    open: Open,
    /// Resources whose old object stays though another one takes its address.
    lingering: BTreeSet<String>,
    /// Whether the input tells too little of the state before to judge it.
    untold: bool,
}

/// What a rule said of a resource before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stood {
    /// The resource was not there.
    Nowhere,
    /// There was nothing to find.
    Clean,
    /// It failed.
    Failed,
    /// It could not tell.
    Unknown,
    /// It broke, or there is nothing to judge by.
    Unjudged,
}

impl Before {
    /// Judges the state before. Without managed resources there was no environment either.
    pub fn judge(verdicts: Vec<Verdict>, inventory: &Inventory, rules: &[SelectedRule], managed: bool) -> Self {
        let open = Open::of(&verdicts, inventory, rules);
        let there = inventory.resources.iter().filter(|resource| managed || resource.kind() != "environment");
        let kinds = there.map(|resource| (resource.id.to_string(), resource.kind())).collect();
        let report = judge::judge(verdicts, inventory, rules, Context::default());
        let mut findings: BTreeMap<Case, Vec<Finding>> = BTreeMap::new();
        for finding in report.findings {
            findings.entry(case(&finding)).or_default().push(finding);
        }
        Self { findings, kinds, open, ..Self::default() }
    }

    /// A state before of which only the names are known.
    pub fn untold(ids: impl IntoIterator<Item = String>) -> Self {
        Self { kinds: ids.into_iter().map(|id| (id, "")).collect(), untold: true, ..Self::default() }
    }

    /// Names resources whose old object stays though another one takes its address.
    #[must_use]
    pub fn with_lingering(self, lingering: BTreeSet<String>) -> Self {
        Self { lingering, ..self }
    }

    fn stood(&self, report: &Report, finding: &Finding) -> Stood {
        let Some(kind) = self.kinds.get(&finding.resource.id) else {
            return if self.untold && finding.resource.kind == "environment" {
                Stood::Unjudged
            } else {
                Stood::Nowhere
            };
        };
        if self.untold {
            return Stood::Unjudged;
        }
        match self.findings.get(&case(finding)).and_then(|findings| findings.first()) {
            Some(first) => match first.outcome {
                Outcome::Fail | Outcome::Waived => Stood::Failed,
                Outcome::Unknown => Stood::Unknown,
                Outcome::Error | Outcome::Pass | Outcome::NotApplicable => Stood::Unjudged,
            },
            None if report.rule(&finding.rule).is_some_and(|rule| rule.kinds.iter().any(|name| name == kind)) => {
                Stood::Clean
            }
            None => Stood::Nowhere,
        }
    }
}

/// Says of each finding of the state after what the change does to it, and adds those that it fixes.
pub fn compare(report: &mut Report, open: &Open, mut before: Before) {
    let mut failures: BTreeMap<Case, Vec<usize>> = BTreeMap::new();
    let mut untellable: HashSet<Case> = HashSet::new();
    let mut changes: Vec<Option<Change>> = vec![None; report.findings.len()];
    for ((position, finding), change) in report.findings.iter().enumerate().zip(&mut changes) {
        match finding.outcome {
            Outcome::Fail | Outcome::Waived => failures.entry(case(finding)).or_default().push(position),
            Outcome::Unknown => {
                untellable.insert(case(finding));
                *change = match before.stood(report, finding) {
                    Stood::Nowhere | Stood::Clean => Some(Change::New),
                    Stood::Unknown => Some(Change::Unchanged),
                    Stood::Failed | Stood::Unjudged => None,
                };
            }
            Outcome::Error => {
                untellable.insert(case(finding));
            }
            Outcome::Pass | Outcome::NotApplicable => {}
        }
    }
    for (case, positions) in &failures {
        let Some(first) = positions.first().and_then(|position| report.findings.get(*position)) else { continue };
        let unmatched = match before.stood(report, first) {
            Stood::Nowhere | Stood::Clean => Some(Change::New),
            Stood::Unknown | Stood::Unjudged => None,
            Stood::Failed => (!before.open.0.contains(case)).then_some(Change::New),
        };
        let known = before.findings.get_mut(case).filter(|findings| findings.iter().all(is_failure));
        let after: Vec<&Finding> = positions.iter().filter_map(|position| report.findings.get(*position)).collect();
        let pairs = known.map_or_else(|| vec![None; after.len()], |known| pair(&after, known));
        for (position, found) in positions.iter().zip(pairs) {
            let severity = report.findings.get(*position).map(|finding| finding.severity);
            if let Some(change) = changes.get_mut(*position) {
                *change = match found {
                    // What weighs more than before is not what was accepted before.
                    Some(weight) if severity > Some(weight) => Some(Change::New),
                    Some(_) => Some(Change::Unchanged),
                    None => unmatched,
                };
            }
        }
    }
    for (finding, change) in report.findings.iter_mut().zip(changes) {
        finding.change = change;
    }
    let gone = std::mem::take(&mut before.findings).into_iter().filter(|(case, _)| {
        !untellable.contains(case) && !open.0.contains(case) && !before.lingering.contains(&case.1)
    });
    report.fixed = gone
        .flat_map(|(_, findings)| findings)
        .filter(is_failure)
        .map(|finding| Finding { change: Some(Change::Fixed), ..finding })
        .collect();
    judge::sort(&mut report.fixed);
    report.delta = Some(count(report));
}

fn is_failure(finding: &Finding) -> bool {
    matches!(finding.outcome, Outcome::Fail | Outcome::Waived)
}

fn case(finding: &Finding) -> Case {
    (finding.rule.clone(), finding.resource.id.clone())
}

/// Finds for each failure of a case the one that was there before, takes that out of `known`, and
/// returns its weight. Failures with a tag are told apart by their identity. Those without one are
/// first compared by what they say, since the identity of the first depends on the others; then by the
/// attribute that proves them, since a message may hold a value that differs.
fn pair(after: &[&Finding], known: &mut Vec<Finding>) -> Vec<Option<Severity>> {
    let said =
        |finding: &Finding| identity::of_untagged(&finding.rule, &finding.resource.id, &finding.path, &finding.message);
    let names = |finding: &Finding| {
        let names = finding.path.iter().filter(|step| step.parse::<usize>().is_err());
        names.cloned().collect::<Vec<String>>()
    };
    let mut take = |matches: &dyn Fn(&Finding) -> bool| {
        let position = known.iter().position(matches)?;
        Some(known.remove(position).severity)
    };
    let mut pairs: Vec<Option<Severity>> = after
        .iter()
        .map(|finding| match finding.tag {
            Some(_) => take(&|old| old.tag.is_some() && old.id == finding.id),
            None => take(&|old| old.tag.is_none() && said(old) == said(finding)),
        })
        .collect();
    for (finding, found) in after.iter().zip(&mut pairs) {
        if found.is_none() && finding.tag.is_none() {
            *found = take(&|old| old.tag.is_none() && names(old) == names(finding));
        }
    }
    pairs
}

/// Counts the labels of a report's failures. To be called again by whoever changes outcomes.
pub fn count(report: &Report) -> DeltaSummary {
    let mut delta = DeltaSummary { fixed: report.fixed.len(), ..DeltaSummary::default() };
    for finding in report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail) {
        match finding.change {
            Some(Change::New) => delta.new += 1,
            Some(Change::Unchanged) => delta.unchanged += 1,
            Some(Change::Fixed) => {}
            None => delta.untold += 1,
        }
    }
    delta
}

impl fmt::Display for DeltaSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fixed, {} new, {} unchanged", self.fixed, self.new, self.unchanged)?;
        if self.untold > 0 {
            write!(f, ", {} new or unchanged: the state before cannot be told", self.untold)?;
        }
        Ok(())
    }
}
