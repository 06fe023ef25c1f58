//! SARIF 2.1.0, as GitHub code scanning reads it. Failures are results. What is unknown is no alert:
//! GitHub ignores `kind` and would show it as a failure, so it is told as a notification and in
//! the run's numbers. Waived failures are left out unless asked for, because GitHub ignores
//! `suppressions` too; so are fixed ones, because it ignores `baselineState`. Failures that were
//! there before stay: GitHub closes the alert of whatever is missing.

mod logical;
mod place;
mod result;
mod rule;

use std::collections::BTreeMap;
use std::io::{self, Write};

use ::sarif::sarif::{
    ArtifactLocation, Invocation, Message, Notification, PropertyBag, ReportingDescriptor,
    ReportingDescriptorReference, Result as SarifResult, Run, RunAutomationDetails, Sarif, Tool, ToolComponent,
};
use serde_json::{Value as Json, json};

use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Report};

use super::Look;
use super::text::counted;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub refuses a run with more results than this.
pub const MOST_RESULTS: usize = 25_000;

/// GitHub shows this many alerts of a run, the heaviest.
pub const MOST_SHOWN: usize = 5_000;

/// Name of the base that relative paths start from; GitHub sets it to the checkout.
const ROOT: &str = "%SRCROOT%";

/// Notifications are for people; more of one kind than this say no more.
const MOST_NOTIFICATIONS: usize = 500;

/// Inputs that a category names.
const MOST_INPUTS: usize = 3;

/// Writes the log, indented, with a line end.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &log(report, look))?;
    writeln!(out)
}

/// Returns how many failures a SARIF log of this report leaves out, because GitHub refuses more.
pub fn left_out(report: &Report) -> usize {
    let failures = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).count();
    failures.saturating_sub(MOST_RESULTS)
}

fn log(report: &Report, look: &Look) -> Sarif {
    Sarif::builder().schema(SCHEMA).version("2.1.0").runs(vec![run(report, look)]).build()
}

fn run(report: &Report, look: &Look) -> Run {
    let mut listed: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.outcome == Outcome::Fail || (look.show_waived && finding.outcome == Outcome::Waived))
        .collect();
    // The sort is stable: among failures of one weight the enforced ones stay in front.
    listed.sort_by_key(|finding| (finding.outcome == Outcome::Waived, std::cmp::Reverse(finding.severity)));
    let most = look.most_results.min(MOST_RESULTS);
    let too_many = listed.len().saturating_sub(most);
    listed.truncate(most);
    let positions: BTreeMap<&str, i64> = report.rules.iter().map(|rule| rule.id.as_str()).zip(0_i64..).collect();
    let mut results = result::Results::new(report, look, &positions);
    let list: Vec<SarifResult> = listed.iter().map(|finding| results.of(finding)).collect();
    let logical = results.into_logical().into_rows();
    let root = ArtifactLocation::builder().description(message("The root of the checked-out repository.")).build();
    let mut run = Run::builder()
        .tool(tool(report))
        .automation_details(RunAutomationDetails::builder().id(category(report, look)).build())
        .invocations(vec![invocation(report, &positions, too_many, most)])
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
        .column_kind("utf16CodeUnits")
        .results(list)
        .properties(properties([
            ("profile", json!(report.profile)),
            ("summary", json!(report.summary)),
            ("delta", json!(report.delta)),
            ("baseline", json!(report.baseline)),
            ("source", json!(report.source)),
            ("resultsLeftOut", json!(too_many)),
        ]))
        .build();
    if !logical.is_empty() {
        run.logical_locations = Some(logical);
    }
    run
}

fn tool(report: &Report) -> Tool {
    let rules: Vec<ReportingDescriptor> = report.rules.iter().map(rule::descriptor).collect();
    let mut driver = ToolComponent::builder()
        .name(report.tool.name.as_str())
        .version(report.tool.version.as_str())
        .semantic_version(report.tool.version.as_str())
        .rules(rules)
        .build();
    let page = option_env!("CARGO_PKG_HOMEPAGE").filter(|page| !page.is_empty());
    driver.information_uri =
        page.or(option_env!("CARGO_PKG_REPOSITORY")).filter(|page| !page.is_empty()).map(str::to_owned);
    Tool::builder().driver(driver).build()
}

/// Returns the category under which GitHub keeps the alerts of this input and profile apart from
/// those of others: a run closes the alerts of its own category only.
fn category(report: &Report, look: &Look) -> String {
    if let Some(name) = &look.category {
        // GitHub takes what stands in front of the last slash.
        return format!("{name}/");
    }
    let mut parts: Vec<String> = report.profile.iter().cloned().collect();
    parts.extend(report.inputs.iter().take(MOST_INPUTS).map(|input| input_name(&input.path, report, look)));
    let more = report.inputs.len().saturating_sub(MOST_INPUTS);
    if more > 0 {
        parts.push(format!("and-{more}-more"));
    }
    let mut id = report.tool.name.clone();
    for part in parts {
        id.push('/');
        id.push_str(part.trim_matches('/'));
    }
    id.push('/');
    id
}

/// Returns the path of an input as a category names it. Every job writes its plan to the same
/// temporary folder, so a plan outside of the checkout is told by the source that it was made from:
/// by its own name alone, each stack's upload would close the alerts of the others.
fn input_name(path: &str, report: &Report, look: &Look) -> String {
    let checkout = &look.checkout;
    let source = report.source.as_ref().map(|source| source.directory.as_str());
    match source.filter(|source| !checkout.holds(path) && checkout.holds(source)) {
        Some(source) => {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            format!("{}/{name}", checkout.path(source).trim_start_matches("./"))
        }
        None => checkout.path(path),
    }
}

fn invocation(report: &Report, positions: &BTreeMap<&str, i64>, too_many: usize, most: usize) -> Invocation {
    let mut notes: Vec<Notification> = Vec::new();
    for gap in report.gaps.iter().take(MOST_NOTIFICATIONS) {
        notes.push(notification("error", &format!("Not read: '{}': {}.", gap.named(), stopless(&gap.reason)), None));
    }
    let errors = report.findings.iter().filter(|finding| finding.outcome == Outcome::Error);
    for finding in errors.take(MOST_NOTIFICATIONS) {
        let text = format!("'{}' on '{}': {}.", finding.rule, finding.resource.id, stopless(&finding.message));
        notes.push(notification("error", &text, rule_reference(&finding.rule, positions)));
    }
    for rule in report.rules.iter().filter(|rule| rule.outcomes.unknown > 0) {
        let resources = counted(rule.outcomes.unknown, "resource", "resources");
        let text = format!("'{}' cannot tell for {resources}: the input does not hold the values.", rule.id);
        notes.push(notification("note", &text, rule_reference(&rule.id, positions)));
    }
    for warning in report.source.iter().flat_map(|source| &source.warnings).take(MOST_NOTIFICATIONS) {
        notes.push(notification("warning", &format!("{}.", stopless(warning)), None));
    }
    for input in &report.inputs {
        for warning in &input.warnings {
            notes.push(notification("warning", &format!("'{}': {}.", input.path, stopless(warning)), None));
        }
    }
    if too_many > 0 {
        let text = format!(
            "{} left out: this run holds at most {most} results, the heaviest are kept; the json report has all.",
            counted(too_many, "failure", "failures")
        );
        notes.push(notification("warning", &text, None));
    }
    let failures = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).count();
    if failures > MOST_SHOWN {
        let text = format!(
            "GitHub shows the {MOST_SHOWN} heaviest of {}; --rule and --min-severity choose fewer.",
            counted(failures, "failure", "failures")
        );
        notes.push(notification("note", &text, None));
    }
    let mut invocation = Invocation::builder().execution_successful(!report.is_incomplete()).build();
    if !notes.is_empty() {
        invocation.tool_execution_notifications = Some(notes);
    }
    invocation
}

fn notification(level: &str, text: &str, rule: Option<ReportingDescriptorReference>) -> Notification {
    let mut notification = Notification::builder().level(level).message(message(text)).build();
    notification.associated_rule = rule;
    notification
}

fn rule_reference(id: &str, positions: &BTreeMap<&str, i64>) -> Option<ReportingDescriptorReference> {
    let index = *positions.get(id)?;
    Some(ReportingDescriptorReference::builder().id(id).index(index).build())
}

fn message(text: &str) -> Message {
    Message::builder().text(text).build()
}

fn properties<const N: usize>(fields: [(&str, Json); N]) -> PropertyBag {
    let fields: BTreeMap<String, Json> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    PropertyBag::builder().additional_properties(fields).build()
}

/// SARIF messages are sentences; ours are phrases, so exactly one stop is put behind them.
fn stopless(text: &str) -> &str {
    text.trim_end_matches(['.', ' '])
}
