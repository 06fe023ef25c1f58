//! The baseline: failures that were there when hfscan was brought in. They stay listed, but do not
//! count at the gate. The file has no clock and one order, so that a review of its changes tells
//! exactly which failures came and went.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::failure::WaiveFailure;
use crate::evaluate::outcome::Outcome;
use crate::finding::report::BaselineSummary;
use crate::finding::{Finding, Report};
use crate::policy::severity::Severity;

/// Name of the file's layout.
pub const VERSION: &str = "hfscan-baseline/v1";

/// Name of the file that the commands write.
pub const NAME: &str = "hfscan.baseline.json";

/// A finding that the baseline knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Identity of the finding.
    pub id: String,
    /// Id of the rule.
    pub rule: String,
    /// Id of the resource: its address.
    pub resource: String,
    /// Which element of the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// `fail`, or `unknown` of a strict baseline.
    pub outcome: Outcome,
    /// How much it weighed.
    pub severity: Severity,
    /// Whether it would have counted at the gate.
    pub enforced: bool,
    /// What is wrong, for those who review the file.
    pub message: String,
}

/// The findings that a run need not tell anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Profile that it was made with.
    pub profile: Option<String>,
    /// What it knows, by identity.
    pub findings: BTreeMap<String, Known>,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: String,
    profile: Option<String>,
    findings: Vec<Known>,
}

/// The layout alone, of whatever the file is.
#[derive(Deserialize)]
struct Header {
    version: Option<String>,
}

/// What an update does to a baseline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Entries that stay.
    pub kept: usize,
    /// Entries whose finding is gone.
    pub gone: usize,
    /// Entries whose finding a waiver accepts now.
    pub waived: usize,
    /// Findings that are taken in.
    pub added: usize,
    /// Findings that are not taken in, because nobody asked for it.
    pub left: usize,
}

impl Baseline {
    /// Returns the baseline of a run: its failures, and its unknowns too if the gate is strict.
    pub fn of(report: &Report, strict: bool) -> Self {
        let findings = report.findings.iter().filter(|finding| counts(finding, strict));
        Self {
            profile: report.profile.clone(),
            findings: findings.map(|finding| (finding.id.clone(), entry_of(finding))).collect(),
        }
    }

    /// Parses the text of a file.
    pub fn parse(file: &str, text: &str) -> Result<Self, WaiveFailure> {
        let wrong = |error: &serde_json::Error, reason: String| WaiveFailure::NoBaseline {
            file: file.to_owned(),
            line: error.line().max(1),
            column: error.column().max(1),
            reason,
        };
        let header: Header = serde_json::from_str(text).map_err(|error| wrong(&error, told(&error)))?;
        match header.version.as_deref() {
            Some(VERSION) => {}
            Some(found) if found.starts_with("hfscan-baseline/") => {
                return Err(WaiveFailure::OtherVersion {
                    file: file.to_owned(),
                    found: found.to_owned(),
                    wanted: VERSION,
                });
            }
            found => {
                let reason = match found {
                    Some(crate::finding::report::VERSION) => "it is a report of findings".to_owned(),
                    _ => format!("expected \"version\": \"{VERSION}\""),
                };
                return Err(WaiveFailure::NoBaseline { file: file.to_owned(), line: 1, column: 1, reason });
            }
        }
        let document: Document = serde_json::from_str(text).map_err(|error| wrong(&error, told(&error)))?;
        let findings = document.findings.into_iter().map(|known| (known.id.clone(), known)).collect();
        Ok(Self { profile: document.profile, findings })
    }

    /// Returns the text of the file: the same bytes for the same findings.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let mut findings: Vec<Known> = self.findings.values().cloned().collect();
        findings.sort_by(|a, b| (&a.rule, &a.resource, &a.tag, &a.id).cmp(&(&b.rule, &b.resource, &b.tag, &b.id)));
        let document = Document { version: VERSION.to_owned(), profile: self.profile.clone(), findings };
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    /// Refuses the baseline of another profile.
    pub fn check_profile(&self, file: &str, profile: Option<&str>) -> Result<(), WaiveFailure> {
        if self.profile.as_deref() == profile {
            return Ok(());
        }
        Err(WaiveFailure::OtherProfile {
            file: file.to_owned(),
            made: self.profile.clone(),
            used: profile.map(str::to_owned),
        })
    }

    /// Marks the findings of a report that the baseline knows. It has to see all of them, also those
    /// that are not listed in the end.
    pub fn apply(&self, file: &str, report: &mut Report) {
        let resources: BTreeSet<(&str, &str)> =
            self.findings.values().map(|known| (known.rule.as_str(), known.resource.as_str())).collect();
        let mut summary = BaselineSummary { file: file.to_owned(), ..BaselineSummary::default() };
        for finding in &mut report.findings {
            match self.knows(finding, &resources) {
                Knows::It => {
                    finding.baseline = true;
                    summary.known += 1;
                }
                Knows::Lighter => summary.heavier += 1,
                Knows::Nothing => {}
            }
        }
        let run = Judged::of(report, None);
        summary.gone = self.findings.values().filter(|known| run.is_gone(known)).count();
        report.baseline = Some(summary);
    }

    fn knows(&self, finding: &Finding, resources: &BTreeSet<(&str, &str)>) -> Knows {
        match (finding.outcome, self.findings.get(&finding.id)) {
            // What was only doubtful then and is broken now is news.
            (Outcome::Fail, Some(known)) if known.outcome == Outcome::Fail => {
                let heavier = finding.severity > known.severity || (finding.enforced && !known.enforced);
                if heavier { Knows::Lighter } else { Knows::It }
            }
            (Outcome::Unknown, Some(known)) if known.outcome == Outcome::Unknown => Knows::It,
            // What was broken then and cannot be told now is no worse.
            (Outcome::Unknown, _) if resources.contains(&(finding.rule.as_str(), finding.resource.id.as_str())) => {
                Knows::It
            }
            _ => Knows::Nothing,
        }
    }

    /// Returns the baseline without what is gone or waived, with the words of this run; with what is
    /// new only if `add` says so. What this run did not judge stays. `least` is the lightest severity
    /// that the report lists.
    pub fn update(&self, report: &Report, least: Option<Severity>, strict: bool, add: bool) -> (Self, Changes) {
        let run = Judged::of(report, least);
        let mut changes = Changes::default();
        let mut findings = BTreeMap::new();
        let present: BTreeMap<&str, &Finding> =
            report.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect();
        for (id, known) in &self.findings {
            match present.get(id.as_str()).map(|finding| (finding.outcome, *finding)) {
                Some((Outcome::Waived, _)) => changes.waived += 1,
                Some((outcome, finding)) if outcome == known.outcome => {
                    changes.kept += 1;
                    findings.insert(id.clone(), refreshed(known, finding));
                }
                _ if run.is_gone(known) => changes.gone += 1,
                _ => {
                    changes.kept += 1;
                    findings.insert(id.clone(), known.clone());
                }
            }
        }
        let resources: BTreeSet<(&str, &str)> =
            self.findings.values().map(|known| (known.rule.as_str(), known.resource.as_str())).collect();
        for finding in report.findings.iter().filter(|finding| counts(finding, strict)) {
            if matches!(self.knows(finding, &resources), Knows::It) {
                continue;
            }
            if add {
                changes.added += 1;
                findings.insert(finding.id.clone(), entry_of(finding));
            } else {
                changes.left += 1;
            }
        }
        (Self { profile: self.profile.clone(), findings }, changes)
    }
}

enum Knows {
    It,
    /// It, but as something that weighed less.
    Lighter,
    Nothing,
}

/// What a run has judged, so that what it does not find is told from what it did not look for.
struct Judged<'a> {
    rules: BTreeSet<&'a str>,
    findings: BTreeSet<&'a str>,
    /// Rules and resources that could not be judged.
    open: BTreeSet<(&'a str, &'a str)>,
    /// Whether something could not be read.
    gaps: bool,
    least: Severity,
}

impl<'a> Judged<'a> {
    fn of(report: &'a Report, least: Option<Severity>) -> Self {
        let open = |finding: &&Finding| matches!(finding.outcome, Outcome::Unknown | Outcome::Error);
        let broken = |finding: &&Finding| {
            matches!(finding.outcome, Outcome::Fail | Outcome::Unknown | Outcome::Waived | Outcome::Error)
        };
        Self {
            rules: report.rules.iter().map(|rule| rule.id.as_str()).collect(),
            findings: report.findings.iter().filter(broken).map(|finding| finding.id.as_str()).collect(),
            open: report
                .findings
                .iter()
                .filter(open)
                .map(|finding| (finding.rule.as_str(), finding.resource.id.as_str()))
                .collect(),
            gaps: !report.gaps.is_empty(),
            least: least.unwrap_or(Severity::Low),
        }
    }

    fn is_gone(&self, known: &Known) -> bool {
        !self.gaps
            && self.rules.contains(known.rule.as_str())
            && known.severity >= self.least
            && !self.findings.contains(known.id.as_str())
            && !self.open.contains(&(known.rule.as_str(), known.resource.as_str()))
    }
}

fn counts(finding: &Finding, strict: bool) -> bool {
    finding.outcome == Outcome::Fail || (strict && finding.outcome == Outcome::Unknown)
}

fn entry_of(finding: &Finding) -> Known {
    Known {
        id: finding.id.clone(),
        rule: finding.rule.clone(),
        resource: finding.resource.id.clone(),
        tag: finding.tag.clone(),
        outcome: finding.outcome,
        severity: finding.severity,
        enforced: finding.enforced,
        message: finding.message.clone(),
    }
}

/// Takes the words of this run, and its weight where it is lighter: a baseline is never made wider
/// without somebody's word.
fn refreshed(known: &Known, finding: &Finding) -> Known {
    Known {
        severity: known.severity.min(finding.severity),
        enforced: known.enforced && finding.enforced,
        ..entry_of(finding)
    }
}

fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // The place stands in front of the message already.
    text.rsplit_once(" at line ").map_or(text.clone(), |(text, _)| text.to_owned())
}
