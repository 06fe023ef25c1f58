//! What a report proves of a finding that it does not list: that the problem is mended, that the
//! resource is gone, or nothing. Without proof nothing is said; a run that saw less must not close what
//! is true.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::existing::Existing;
use super::scope::{GLOBAL, Scope};
use crate::evaluate::outcome::Outcome;
use crate::finding::Report;
use crate::finding::report::{KindCoverage, RuleSummary};

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
    /// Resources that the report finds something in: whatever the lists say, they are there.
    found: HashSet<&'a str>,
    /// Rules that judged the account, when not all rules of the run did.
    rules: Option<&'a [String]>,
    /// Regions of the account that were read.
    regions: BTreeSet<&'a str>,
    scope: &'a Scope,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(report: &'a Report, scope: &'a Scope) -> Self {
        let name = format!("aws://{}", scope.account);
        let input = report.inputs.iter().find(|input| input.path == name);
        let mut evidence = Self {
            report,
            lists: HashMap::new(),
            resources: HashMap::new(),
            cases: HashMap::new(),
            found: report.findings.iter().map(|finding| finding.resource.id.as_str()).collect(),
            rules: input.map(|input| input.rules.as_slice()).filter(|rules| !rules.is_empty()),
            regions: BTreeSet::new(),
            scope,
        };
        for coverage in report.coverage.iter().filter(|coverage| coverage.account == scope.account) {
            evidence.regions.insert(&coverage.region);
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

    /// Returns what the report proves of a finding that it does not list.
    pub(super) fn on(&self, existing: &Existing) -> Proof {
        let (rule, kind) = (existing.rule.as_str(), existing.kind.as_str());
        let judges = |judged: &RuleSummary| judged.kinds.iter().any(|of| of == kind);
        if !self.report.rule(rule).is_some_and(judges) || !self.is_selected(rule) {
            return Proof::Nothing(Why::OtherRules);
        }
        let Some(resource) = existing.resource.as_deref() else {
            return Proof::Nothing(Why::Untold);
        };
        let case = self.cases.get(&(rule, resource));
        if self.resources.get(kind).is_some_and(|listed| listed.contains(resource)) {
            // What has no region may hang on something in any region: this run must have seen them all.
            let is_narrower = existing.known.regions().any(|region| !self.regions.contains(region));
            return if is_narrower { Proof::Nothing(Why::NotRead) } else { self.mended(case) };
        }
        match self.lists.get(kind) {
            None => Proof::Nothing(Why::NotRead),
            Some(_) if self.found.contains(resource) => Proof::Nothing(Why::Incomplete),
            Some(lists) if lists.iter().all(|list| list.complete) && !self.is_hidden_by_gap(kind) => Proof::Gone,
            Some(_) => Proof::Nothing(Why::Incomplete),
        }
    }

    /// Accounts may have profiles, and so rules, of their own.
    fn is_selected(&self, rule: &str) -> bool {
        self.rules.is_none_or(|rules| rules.iter().any(|selected| selected == rule))
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
