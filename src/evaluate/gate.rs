//! The rule of meaning: `fail` only if a resource fails whatever its unknown values turn out to be,
//! `pass` only if it passes whatever they turn out to be; otherwise `unknown`.
//!
//! If a rule reads nothing that is unknown, the engine's answer stands. Otherwise the rule is
//! evaluated over all possible values at once by [`super::partial`].

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value;

use super::engine::{Answer, Program, Runner};
use super::outcome::{Denial, Doubt, Outcome, Verdict};
use super::partial::{self, Truth};
use super::reads::Reads;
use super::view::{Builder, Unknown, View};
use crate::inventory::{Gap, Index, Inventory};

/// What stands behind an outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// For `fail`.
    pub denials: Vec<Denial>,
    /// For `unknown`.
    pub doubts: Vec<Doubt>,
    /// For `error`.
    pub error: Option<Arc<str>>,
}

impl Evidence {
    /// The evidence of an error.
    pub(crate) fn error(message: Arc<str>) -> Self {
        Self { error: Some(message), ..Self::default() }
    }

    /// Makes a verdict of it.
    pub(crate) fn verdict(self, rule: usize, resource: Index, outcome: Outcome) -> Verdict {
        let Self { denials, doubts, error } = self;
        Verdict { rule, resource, outcome, denials, doubts, error }
    }
}

#[derive(Debug, Clone)]
/// All resources as `data.hfscan.inventory`, for rules that look at other resources.
pub(crate) struct Others {
    /// The data document: views by id.
    pub value: Value,
    /// What is unknown of each, by id.
    pub unknown: BTreeMap<Arc<str>, Vec<Unknown>>,
}

impl Others {
    /// Builds the views of all resources.
    pub(crate) fn of(inventory: &Inventory) -> Self {
        let mut builder = Builder::default();
        let mut value = BTreeMap::new();
        let mut unknown = BTreeMap::new();
        for (index, resource) in inventory.resources.iter().enumerate() {
            let view = builder.view(inventory, index, None);
            value.insert(Value::String(Arc::clone(&resource.id)), view.input);
            if !view.unknown.is_empty() {
                unknown.insert(Arc::clone(&resource.id), view.unknown);
            }
        }
        Self { value: Value::from(value), unknown }
    }
}

/// Returns whether the rule may read something of the resource that is not known.
pub(crate) fn in_doubt(reads: &Reads, view: &View, others: Option<&Others>) -> bool {
    view.unknown.iter().any(|unknown| reads.overlap(&unknown.path))
        || others.is_some_and(|others| !others.unknown.is_empty())
}

/// Judges an input whose values are all known.
pub(crate) fn judge_known(runner: &mut Runner, input: &Value) -> (Outcome, Evidence) {
    match runner.answer(input) {
        Err(error) => (Outcome::Error, Evidence::error(error)),
        Ok(Answer::NotApplicable) => (Outcome::NotApplicable, Evidence::default()),
        Ok(Answer::Judged { denials, unsure }) => {
            let doubts = unsure.into_iter().map(own_doubt).collect::<Vec<_>>();
            let outcome = match (denials.is_empty(), doubts.is_empty()) {
                (false, _) => Outcome::Fail,
                (true, false) => Outcome::Unknown,
                (true, true) => Outcome::Pass,
            };
            (outcome, Evidence { denials, doubts, error: None })
        }
    }
}

/// Judges over all possible values at once.
pub(crate) fn judge_partly(
    program: &Program,
    reads: &Reads,
    view: &View,
    others: Option<&Others>,
) -> (Outcome, Evidence) {
    let answer = match partial::evaluate(program, reads, view, others) {
        Ok(answer) => answer,
        Err(message) => return (Outcome::Error, Evidence::error(message)),
    };
    if answer.applies == Truth::No {
        return (Outcome::NotApplicable, Evidence::default());
    }
    if answer.applies == Truth::Yes && !answer.denials.is_empty() {
        // Beside what is certain there may be more.
        let doubts = if answer.may_deny { answer.doubts } else { Vec::new() };
        return (Outcome::Fail, Evidence { denials: answer.denials, doubts, error: None });
    }
    let in_doubt = answer.applies == Truth::Maybe || answer.may_deny || answer.may_be_unsure;
    if !in_doubt && answer.unsure.is_empty() {
        return (Outcome::Pass, Evidence::default());
    }
    let mut doubts = answer.doubts;
    doubts.extend(answer.unsure.into_iter().map(own_doubt));
    doubts.sort();
    doubts.dedup();
    (Outcome::Unknown, Evidence { doubts, ..Evidence::default() })
}

/// Takes back what a rule says after a look at the other resources, of which a gap may hide some.
pub(crate) fn beside_gap((outcome, mut evidence): (Outcome, Evidence), gap: &Gap) -> (Outcome, Evidence) {
    match outcome {
        Outcome::Pass | Outcome::Fail => {
            evidence.denials = Vec::new();
            evidence.doubts.push(own_doubt(gap.told()));
            (Outcome::Unknown, evidence)
        }
        _ => (outcome, evidence),
    }
}

/// A doubt that the rule's author expressed; it is about no one path.
fn own_doubt(reason: String) -> Doubt {
    Doubt { path: String::new(), reason }
}

impl Others {
    /// Takes views that are written as JSON, all known.
    pub(crate) fn of_json(views: &serde_json::Value) -> Self {
        Self { value: Value::from(views.clone()), unknown: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests;
