//! What a run found, as data: the `hfscan/v1` document. Every format is made from it alone.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Finding, Waiver};
use crate::evaluate::outcome::Outcome;
use crate::inventory::Gap;
use crate::policy::severity::Severity;

/// Name of the document's layout. It changes only when a reader of the old one would break.
pub const VERSION: &str = "hfscan/v1";

/// The program that made the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `hfscan`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// One input of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// The file as the user named it.
    pub path: String,
    /// What it is: `terraform-plan`, `kubernetes-manifests` or `aws-account`.
    pub kind: String,
    /// The profile that this input was judged by, when inputs have profiles of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Ids of the rules that judged this input, sorted; empty when all rules of the run did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// How many resources of modelled kinds it gave.
    pub resources: usize,
    /// Types that hfscan does not model, with how many resources of each were passed over.
    pub skipped: BTreeMap<String, usize>,
    /// What the reader of the report should know about it.
    pub warnings: Vec<String>,
}

/// How often each outcome came up. There is exactly one outcome for every rule and resource of its
/// kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcomes {
    /// Broken, whatever the unknown values turn out to be.
    pub fail: usize,
    /// The rule could not be evaluated.
    pub error: usize,
    /// Depends on values that the input does not tell.
    pub unknown: usize,
    /// Broken, and somebody accepted that.
    pub waived: usize,
    /// Met.
    pub pass: usize,
    /// Nothing to judge.
    pub not_applicable: usize,
}

impl Outcomes {
    /// Counts one outcome.
    pub fn add(&mut self, outcome: Outcome) {
        *self.count(outcome) += 1;
    }

    /// Counts one outcome as another one.
    pub fn replace(&mut self, from: Outcome, to: Outcome) {
        let count = self.count(from);
        *count = count.saturating_sub(1);
        self.add(to);
    }

    fn count(&mut self, outcome: Outcome) -> &mut usize {
        match outcome {
            Outcome::Fail => &mut self.fail,
            Outcome::Error => &mut self.error,
            Outcome::Unknown => &mut self.unknown,
            Outcome::Waived => &mut self.waived,
            Outcome::Pass => &mut self.pass,
            Outcome::NotApplicable => &mut self.not_applicable,
        }
    }

    /// Returns how many outcomes there are in all.
    pub fn total(&self) -> usize {
        self.fail + self.error + self.unknown + self.waived + self.pass + self.not_applicable
    }
}

/// How many failures there are of each severity; a rule that fails on a resource in several ways
/// counts once, by the heaviest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Severities {
    /// Takeover or loss of data.
    pub critical: usize,
    /// A direct breach of the documented architecture.
    pub high: usize,
    /// A weakness that needs another one to matter.
    pub medium: usize,
    /// Presence or hygiene.
    pub low: usize,
}

impl Severities {
    /// Counts one failure.
    pub fn add(&mut self, severity: Severity) {
        *self.count(severity) += 1;
    }

    /// Counts one failure by another severity, or not at all.
    pub fn replace(&mut self, from: Severity, to: Option<Severity>) {
        let count = self.count(from);
        *count = count.saturating_sub(1);
        if let Some(to) = to {
            self.add(to);
        }
    }

    fn count(&mut self, severity: Severity) -> &mut usize {
        match severity {
            Severity::Critical => &mut self.critical,
            Severity::High => &mut self.high,
            Severity::Medium => &mut self.medium,
            Severity::Low => &mut self.low,
        }
    }

    /// Returns the count of one severity.
    pub fn of(&self, severity: Severity) -> usize {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }
}

/// Outcomes and severities of a part of the rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// How often each outcome came up.
    pub outcomes: Outcomes,
    /// Severities of the failures.
    pub severities: Severities,
}

/// The run in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// How many resources were judged.
    pub resources: usize,
    /// How many rules judged them.
    pub rules: usize,
    /// How often each outcome came up, over all rules.
    pub outcomes: Outcomes,
    /// Severities of all failures.
    pub severities: Severities,
    /// The part that counts at the gate.
    pub enforced: Tally,
    /// The part that is only reported.
    pub advisory: Tally,
    /// Findings that `--min-severity` left out of the list.
    pub hidden: usize,
}

/// A rule of the run and how it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleSummary {
    /// Its id.
    pub id: String,
    /// The documented requirement.
    pub control: Option<String>,
    /// One line that says what is required.
    pub title: String,
    /// How much a failure weighs.
    pub severity: Severity,
    /// Whether its failures count at the gate.
    pub enforced: bool,
    /// Kinds that it judges.
    pub kinds: Vec<String>,
    /// Why it matters, in Markdown.
    pub description: String,
    /// What to do, in Markdown.
    pub remediation: String,
    /// Pages to read.
    pub references: Vec<String>,
    /// Lines of the architecture documents that state it.
    pub documents: BTreeMap<String, Vec<u32>>,
    /// Controls of outside benchmarks that it maps to.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// Whether it came from `--policies`.
    pub custom: bool,
    /// How often each outcome came up.
    pub outcomes: Outcomes,
}

/// How many findings could be placed in the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceSummary {
    /// The folder of the source, as the user named it or as it was found.
    pub directory: String,
    /// Findings that stand on a line of the source.
    pub mapped: usize,
    /// Findings that stand on a line of the input, because the source does not have their block.
    pub unmapped: usize,
    /// What is odd about the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What the change of a plan does to the failures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeltaSummary {
    /// Failures that the change brings in.
    pub new: usize,
    /// Failures that are there before and after.
    pub unchanged: usize,
    /// Failures that the change takes away.
    pub fixed: usize,
    /// Failures of which the input does not tell whether they are there before. They have no change,
    /// and count at the gate as new ones do.
    #[serde(default)]
    pub untold: usize,
}

/// A waiver of the run that needs somebody's look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct WaiverNote {
    /// What is wrong with it.
    pub state: WaiverState,
    /// What it waives, in its own words.
    pub subject: String,
    /// The waiver.
    pub waiver: Waiver,
}

/// What is wrong with a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaiverState {
    /// Its last day is over: what it waived counts again.
    Expired,
    /// Nothing in this run needs it.
    Unused,
    /// Its last day is near.
    Expiring,
    /// Its end is more than a year away, which is no end.
    Distant,
    /// It names a rule that hfscan does not know.
    NoSuchRule,
    /// A comment that means to be a waiver, but cannot be read; its subject says why.
    Malformed,
}

impl WaiverNote {
    /// Returns what is wrong and what to do, in one sentence without a final stop.
    pub fn told(&self) -> String {
        let Self { subject, waiver, .. } = self;
        let owner = waiver.owner.as_ref().map_or_else(String::new, |owner| format!(" of {owner}"));
        let what = format!("the waiver{owner} for {subject}");
        let until = &waiver.until;
        match self.state {
            WaiverState::Expired => {
                format!("{what} ended on {until}, what it waived counts again; mend it, or decide anew")
            }
            WaiverState::Unused => format!("{what} waives nothing; remove it"),
            WaiverState::Expiring => format!("{what} ends on {until}; mend what it waives, or decide anew"),
            WaiverState::Distant => format!("{what} ends on {until}, in more than a year; choose an earlier end"),
            WaiverState::Malformed => subject.clone(),
            WaiverState::NoSuchRule => format!("{what} names a rule that does not exist; correct it"),
        }
    }
}

/// The baseline of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineSummary {
    /// The file.
    pub file: String,
    /// Findings of this run that it knows.
    pub known: usize,
    /// Its entries that this run does not find any more.
    pub gone: usize,
    /// Findings of this run that it knows as lighter ones, or as advice; they count at the gate.
    #[serde(default)]
    pub heavier: usize,
}

/// What an audit read of one region of one account. With it a reader tells what is gone or mended from
/// what nobody looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// The account.
    pub account: String,
    /// The region; `global` for services that have none.
    pub region: String,
    /// Kinds that were asked for.
    pub kinds: BTreeMap<String, KindCoverage>,
}

/// What an audit read of one kind in one region of one account.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct KindCoverage {
    /// Whether all resources of the kind were listed. If not, one that is not in the list may exist.
    pub complete: bool,
    /// Ids of the resources that were judged, sorted.
    pub resources: Vec<String>,
}

/// What a run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "hfscan findings", description = "What a run of hfscan found: the json report.")]
pub struct Report {
    /// Layout of the document: `hfscan/v1`.
    pub version: String,
    /// The program that made it.
    pub tool: Tool,
    /// What was read.
    pub inputs: Vec<Input>,
    /// The profile in force.
    pub profile: Option<String>,
    /// Whether the inputs were taken for all there is.
    pub complete: bool,
    /// The run in numbers.
    pub summary: Summary,
    /// Failures, errors, unknowns and waived failures, the heaviest first; with `--all` the rest too.
    pub findings: Vec<Finding>,
    /// Failures that the change takes away; told by `--delta` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Finding>,
    /// What the change does to the failures, with `--delta`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<DeltaSummary>,
    /// How many findings could be placed in the source, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceSummary>,
    /// Waivers that are over or not needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<WaiverNote>,
    /// The baseline in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineSummary>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What was read of live accounts, sorted by account and region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coverage: Vec<Coverage>,
    /// The rules of the run, sorted by id.
    pub rules: Vec<RuleSummary>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            version: VERSION.to_owned(),
            tool: Tool::default(),
            inputs: Vec::new(),
            profile: None,
            complete: false,
            summary: Summary::default(),
            findings: Vec::new(),
            fixed: Vec::new(),
            delta: None,
            source: None,
            waivers: Vec::new(),
            baseline: None,
            gaps: Vec::new(),
            coverage: Vec::new(),
            rules: Vec::new(),
        }
    }
}

impl Report {
    /// Returns the rule with this id.
    pub fn rule(&self, id: &str) -> Option<&RuleSummary> {
        let position = self.rules.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()?;
        self.rules.get(position)
    }

    /// Leaves findings out of the lists that weigh less than this; errors stay.
    pub fn leave_out(&mut self, lighter_than: Severity) {
        self.fixed.retain(|finding| finding.severity >= lighter_than);
        let before = self.findings.len();
        self.findings.retain(|finding| finding.severity >= lighter_than || finding.outcome == Outcome::Error);
        self.summary.hidden += before - self.findings.len();
    }

    /// Returns whether something was left unjudged: a gap in the input or a rule that broke.
    pub fn is_incomplete(&self) -> bool {
        !self.gaps.is_empty() || self.summary.outcomes.error > 0
    }
}
