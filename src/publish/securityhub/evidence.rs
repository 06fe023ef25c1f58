//! What a report proves of a finding that it does not list: that the problem is mended, that the
//! resource is gone, or nothing. Without proof nothing is said; a run that saw less must not close what
//! is true.

use std::collections::{HashMap, HashSet};

use super::scope::{GLOBAL, Scope, only_account};
use crate::evaluate::outcome::Outcome;
use crate::finding::Report;
use crate::finding::report::KindCoverage;

/// What a report proves of a finding that it does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The rule judged the resource and does not find this any more.
    Mended,
    /// The resource is in no list, and the lists are complete.
    Gone,
    /// Nothing.
    Nothing(Why),
}

/// Why a report proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The rule was not selected, or does not judge this kind.
    OtherRules,
    /// Resources of this kind were not read here.
    NotRead,
    /// They were not read to the end, so that one which is not listed may exist.
    Incomplete,
    /// The rule could not tell, or broke, or may have found more than it lists.
    Untold,
    /// The report does not list all of its findings.
    Hidden,
}

/// What a rule said of a resource, as far as it is not a plain pass.
#[derive(Debug, Clone, Copy, Default)]
struct Case {
    /// It cannot be excluded that the rule finds more than it lists.
    open: bool,
}

/// The evidence of a report for one scope.
pub(super) struct Evidence<'a> {
    report: &'a Report,
    /// The lists of each kind that resources of the scope are in.
    lists: HashMap<&'a str, Vec<&'a KindCoverage>>,
    /// The resources of the whole account by kind: one that moved to another region still exists.
    resources: HashMap<&'a str, HashSet<&'a str>>,
    cases: HashMap<(&'a str, &'a str), Case>,
    scope: &'a Scope,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(report: &'a Report, scope: &'a Scope) -> Self {
        let mut evidence =
            Self { report, lists: HashMap::new(), resources: HashMap::new(), cases: HashMap::new(), scope };
        for coverage in report.coverage.iter().filter(|coverage| coverage.account == scope.account) {
            for (kind, list) in &coverage.kinds {
                evidence.resources.entry(kind).or_default().extend(list.resources.iter().map(String::as_str));
                if coverage.region == scope.region || coverage.region == GLOBAL {
                    evidence.lists.entry(kind).or_default().push(list);
                }
            }
        }
        for finding in &report.findings {
            let open = match finding.outcome {
                Outcome::Fail | Outcome::Waived => finding.open,
                Outcome::Unknown | Outcome::Error => true,
                Outcome::Pass | Outcome::NotApplicable => continue,
            };
            let case = evidence.cases.entry((&finding.rule, &finding.resource.id)).or_default();
            case.open |= open;
        }
        evidence
    }

    /// Returns what the report proves of a rule on a resource.
    pub(super) fn on(&self, rule: &str, kind: &str, resource: &str) -> Proof {
        let Some(summary) = self.report.rule(rule) else {
            return Proof::Nothing(Why::OtherRules);
        };
        if !summary.kinds.iter().any(|judged| judged == kind) {
            return Proof::Nothing(Why::OtherRules);
        }
        let case = self.cases.get(&(rule, resource));
        if kind == "environment" {
            // Nothing lists it; it was judged if its rule has an outcome, and there is one environment only.
            let judged = summary.outcomes.total() > 0 && only_account(self.report) == Some(&self.scope.account);
            return if judged { self.mended(case) } else { Proof::Nothing(Why::NotRead) };
        }
        if self.resources.get(kind).is_some_and(|listed| listed.contains(resource)) {
            return self.mended(case);
        }
        match self.lists.get(kind) {
            None => Proof::Nothing(Why::NotRead),
            Some(lists) if lists.iter().all(|list| list.complete) && !self.is_hidden_by_gap(kind) => Proof::Gone,
            Some(_) => Proof::Nothing(Why::Incomplete),
        }
    }

    fn mended(&self, case: Option<&Case>) -> Proof {
        if self.report.summary.hidden > 0 {
            return Proof::Nothing(Why::Hidden);
        }
        if case.is_some_and(|case| case.open) { Proof::Nothing(Why::Untold) } else { Proof::Mended }
    }

    /// Returns whether a gap says that resources of the kind may be missing here, should the coverage not
    /// have heard of it.
    fn is_hidden_by_gap(&self, kind: &str) -> bool {
        self.report.gaps.iter().any(|gap| {
            gap.hides_resources
                && (gap.kinds.is_empty() || gap.kinds.iter().any(|touched| touched == kind))
                && gap.account.as_ref().is_none_or(|account| *account == self.scope.account)
                && gap.region.as_ref().is_none_or(|region| *region == self.scope.region || region == GLOBAL)
        })
    }
}
