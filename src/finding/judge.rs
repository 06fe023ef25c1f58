//! Turns verdicts into the report: one finding for every reason of a failure, one for every other
//! outcome worth a line, and counts for all of them.

use std::collections::BTreeSet;

use crate::evaluate::outcome::{Denial, Doubt, Outcome, Verdict};
use crate::inventory::{Inventory, Origin, Resource, Value};
use crate::policy::rule::SelectedRule;
use crate::policy::severity::Severity;

use super::evidence::Evidence;
use super::report::{Input, Outcomes, Report, RuleSummary, Summary};
use super::{Block, Finding, Place, Related, Subject, identity, mask};

/// Everything of a run that the report tells beside its verdicts.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// What was read.
    pub inputs: Vec<Input>,
    /// The profile in force.
    pub profile: Option<String>,
    /// Whether findings with outcome `pass` and `not_applicable` are listed too.
    pub all: bool,
}

/// Returns the report of a run. Verdicts refer to `rules` and to the resources of `inventory` by
/// position; those that refer to nothing are dropped. Memory grows with the findings listed, not
/// with the verdicts.
pub fn judge(
    verdicts: impl IntoIterator<Item = Verdict>,
    inventory: &Inventory,
    rules: &[SelectedRule],
    context: Context,
) -> Report {
    let mut judge = Judge {
        inventory,
        evidence: Evidence::new(inventory),
        all: context.all,
        findings: Vec::new(),
        summary: Summary {
            resources: inventory.resources.iter().filter(|resource| resource.kind() != "environment").count(),
            rules: rules.len(),
            ..Summary::default()
        },
    };
    let mut outcomes = vec![Outcomes::default(); rules.len()];
    for verdict in verdicts {
        let (Some(rule), Some(resource)) = (rules.get(verdict.rule), inventory.resources.get(verdict.resource)) else {
            continue;
        };
        if let Some(outcomes) = outcomes.get_mut(verdict.rule) {
            outcomes.add(verdict.outcome);
        }
        judge.count(rule, &verdict);
        judge.add(rule, resource, verdict);
    }
    let Judge { mut findings, summary, .. } = judge;
    sort(&mut findings);
    let mut rules: Vec<RuleSummary> =
        rules.iter().zip(outcomes).map(|(rule, outcomes)| summarize(rule, outcomes)).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let mut gaps = inventory.gaps.clone();
    gaps.sort();
    gaps.dedup();
    Report {
        inputs: context.inputs,
        profile: context.profile,
        complete: inventory.complete,
        summary,
        findings,
        gaps,
        rules,
        ..Report::default()
    }
}

/// Sorts findings into the order of every report: what counts at the gate first, the heaviest
/// first, then by outcome, rule, resource and element.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        b.enforced
            .cmp(&a.enforced)
            .then_with(|| b.severity.cmp(&a.severity))
            .then_with(|| a.outcome.cmp(&b.outcome))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.resource.id.cmp(&b.resource.id))
            .then_with(|| a.tag.cmp(&b.tag))
            .then_with(|| a.path.cmp(&b.path))
            .then_with(|| a.message.cmp(&b.message))
    });
}

struct Judge<'a> {
    inventory: &'a Inventory,
    evidence: Evidence<'a>,
    all: bool,
    findings: Vec<Finding>,
    summary: Summary,
}

impl Judge<'_> {
    fn count(&mut self, rule: &SelectedRule, verdict: &Verdict) {
        let tally = if rule.enforced { &mut self.summary.enforced } else { &mut self.summary.advisory };
        tally.outcomes.add(verdict.outcome);
        self.summary.outcomes.add(verdict.outcome);
        if verdict.outcome == Outcome::Fail {
            let heaviest = verdict.denials.iter().map(|denial| weight(rule, denial)).max();
            let severity = heaviest.unwrap_or(rule.rule.severity);
            tally.severities.add(severity);
            self.summary.severities.add(severity);
        }
    }

    fn add(&mut self, rule: &SelectedRule, resource: &Resource, verdict: Verdict) {
        match verdict.outcome {
            Outcome::Fail | Outcome::Waived => self.add_denials(rule, resource, verdict),
            Outcome::Unknown => {
                let message = doubtful(&verdict.doubts);
                let path = verdict.doubts.first().filter(|doubt| !doubt.path.is_empty());
                let path = path.map(|doubt| doubt.path.split('.').map(str::to_owned).collect());
                let mut finding = blank(rule, resource, Outcome::Unknown, message, path.unwrap_or_default());
                self.prove(&mut finding, resource, None);
                finding.reasons = verdict.doubts;
                self.findings.push(finding);
            }
            Outcome::Error => {
                let message = verdict.error.as_deref().unwrap_or("the engine gave no reason");
                let message = format!("the rule could not be evaluated: {message}");
                self.findings.push(blank(rule, resource, Outcome::Error, message, Vec::new()));
            }
            Outcome::Pass | Outcome::NotApplicable if self.all => {
                let message = match verdict.outcome {
                    Outcome::Pass => "the requirement is met",
                    _ => "the rule has nothing to judge here",
                };
                self.findings.push(blank(rule, resource, verdict.outcome, message.to_owned(), Vec::new()));
            }
            Outcome::Pass | Outcome::NotApplicable => {}
        }
    }

    fn add_denials(&mut self, rule: &SelectedRule, resource: &Resource, verdict: Verdict) {
        let mut seen = BTreeSet::new();
        let open = !verdict.doubts.is_empty();
        for denial in verdict.denials {
            let severity = weight(rule, &denial);
            let Denial { path, message, tag, related, value, .. } = denial;
            let mut finding = blank(rule, resource, verdict.outcome, message, path);
            finding.severity = severity;
            finding.open = open;
            finding.id = identity::of(&rule.rule.id, &resource.id, tag.as_deref());
            finding.tag = tag;
            if !seen.insert(finding.id.clone()) {
                // Two findings of one identity would hide each other in every tracker.
                finding.id = identity::of_untagged(&rule.rule.id, &resource.id, &finding.path, &finding.message);
                if !seen.insert(finding.id.clone()) {
                    continue;
                }
            }
            self.prove(&mut finding, resource, value.as_ref());
            finding.value = value.map(|value| mask::mask(&finding.path, value));
            finding.related = related.into_iter().map(|id| self.related(id)).collect();
            self.findings.push(finding);
        }
    }

    /// Says where the source states what a finding is about.
    fn prove(&self, finding: &mut Finding, resource: &Resource, value: Option<&serde_json::Value>) {
        let origin = self.evidence.origin(resource, &finding.path, finding.tag.as_deref(), value);
        finding.place = place(origin);
        finding.block = block(origin);
    }

    fn related(&self, id: String) -> Related {
        let resource = self.inventory.index_of(&id).and_then(|index| self.inventory.resources.get(index));
        Related {
            kind: resource.map(|resource| resource.kind().to_owned()),
            place: resource.and_then(|resource| place(&resource.origin)),
            id,
        }
    }
}

fn blank(rule: &SelectedRule, resource: &Resource, outcome: Outcome, message: String, path: Vec<String>) -> Finding {
    Finding {
        id: identity::of(&rule.rule.id, &resource.id, None),
        rule: rule.rule.id.to_string(),
        control: rule.rule.control.clone(),
        outcome,
        severity: rule.rule.severity,
        enforced: rule.enforced,
        message,
        resource: subject(resource),
        tag: None,
        place: place(&resource.origin),
        input_place: None,
        unmapped: None,
        block: block(&resource.origin),
        calls: Vec::new(),
        change: None,
        baseline: false,
        path,
        value: None,
        related: Vec::new(),
        reasons: Vec::new(),
        open: false,
        waiver: None,
    }
}

/// A denial may weigh less than its rule, never more.
fn weight(rule: &SelectedRule, denial: &Denial) -> Severity {
    denial.severity.map_or(rule.rule.severity, |severity| severity.min(rule.rule.severity))
}

fn doubtful(doubts: &[Doubt]) -> String {
    let Some((first, rest)) = doubts.split_first() else {
        return "cannot tell from this input".to_owned();
    };
    let verb = if first.reason.starts_with("cannot") { "" } else { "is " };
    let more = match rest.len() {
        0 => String::new(),
        1 => "; one more value is unknown".to_owned(),
        count => format!("; {count} more values are unknown"),
    };
    match first.path.as_str() {
        "" => format!("cannot tell: {}{more}", first.reason),
        path => format!("cannot tell: {path} {verb}{}{more}", first.reason),
    }
}

fn subject(resource: &Resource) -> Subject {
    Subject {
        id: resource.id.to_string(),
        kind: resource.kind().to_owned(),
        name: text(&resource.name),
        address: resource.origin.address.to_string(),
        account: text(&resource.account),
        region: text(&resource.region),
    }
}

fn text(value: &Value<Option<String>>) -> Option<String> {
    value.known().cloned().flatten()
}

/// A live resource, and the environment, stand in no file.
fn place(origin: &Origin) -> Option<Place> {
    (!origin.file.is_empty() && origin.line > 0)
        .then(|| Place::at(origin.file.to_string(), origin.line, origin.column.max(1)))
}

fn block(origin: &Origin) -> Option<Block> {
    place(origin)?;
    Some(Block { address: origin.address.to_string(), type_name: origin.type_name.to_string() })
}

fn summarize(selected: &SelectedRule, outcomes: Outcomes) -> RuleSummary {
    let rule = &selected.rule;
    RuleSummary {
        id: rule.id.to_string(),
        control: rule.control.clone(),
        title: rule.title.clone(),
        severity: rule.severity,
        enforced: selected.enforced,
        kinds: rule.kinds.clone(),
        description: rule.description.clone(),
        remediation: rule.remediation.clone(),
        references: rule.references.clone(),
        documents: rule.documents.clone(),
        frameworks: rule.frameworks.clone(),
        custom: rule.custom,
        outcomes,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::inventory::{Attributes, Kind as _, aws::ec2::Subnet};

    fn resource(id: &str, line: u32) -> Resource {
        let attributes: Attributes = Subnet::default().into_attributes();
        Resource {
            id: Arc::from(id),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::default(),
            identifiers: Vec::new(),
            origin: Origin {
                file: Arc::from("plan.json"),
                address: Arc::from(id),
                type_name: Arc::from("aws_subnet"),
                line,
                column: 0,
            },
            parts: Vec::new(),
            attributes,
        }
    }

    #[test]
    fn related_resources_of_the_inventory_have_kind_and_place() {
        let mut inventory = Inventory { resources: vec![resource("a", 3), resource("b", 7)], ..Inventory::default() };
        inventory.by_id.insert(Arc::from("b"), 1);
        let judge = Judge {
            inventory: &inventory,
            evidence: Evidence::new(&inventory),
            all: false,
            findings: Vec::new(),
            summary: Summary::default(),
        };
        let place = Place::at("plan.json", 7, 1);
        let known = Related { id: "b".to_owned(), kind: Some("aws.ec2.subnet".to_owned()), place: Some(place) };
        assert_eq!(judge.related("b".to_owned()), known);
        assert_eq!(judge.related("igw-1".to_owned()), Related { id: "igw-1".to_owned(), kind: None, place: None });
    }
}
