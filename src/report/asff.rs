//! The AWS Security Finding Format, as Security Hub imports it: an array of findings, one for each finding
//! of the report. It knows no SDK; `publish` sends what stands here.
//!
//! Everything is cut to the documented lengths and nothing is left out for them: a finding that Security
//! Hub refuses is worse than one whose text ends in "…".

mod compliance;
pub(super) mod identity;
pub mod limits;
mod resource;
mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::checkout::{self, escaped};
use super::cloud::{NO_ACCOUNT, Whereabouts};
use super::style::outcome_name;
use super::{Look, framework, text};
use crate::finding::report::RuleSummary;
use crate::finding::{Change, Finding, Report, Subject};

pub use compliance::status;
pub use identity::PREFIX;
pub use shape::{
    AsffFinding, AsffResource, AssociatedStandard, Compliance, ComplianceStatus, FindingProviderFields,
    ProviderSeverity, Recommendation, RecordState, Remediation, ResourceDetails, SCHEMA_VERSION, SeverityLabel,
    StatusReason,
};

/// The namespace of what hfscan finds, among the types of Security Hub.
const NAMESPACE: &str = "Software and Configuration Checks";

/// Characters of a product field. Security Hub takes more, but all of them together have to fit.
const LONGEST_FIELD: usize = 1_024;

/// Writes the findings as an array, indented, with a line end.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &findings(report, look))?;
    writeln!(out)
}

/// Returns the findings of a report, in its order. Those that a plan takes away are not among them: they
/// are still there until somebody applies it.
pub fn findings(report: &Report, look: &Look) -> Vec<AsffFinding> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        let mut told = of(report, finding, look);
        if !seen.insert(told.id.clone()) {
            told.id = identity::further(&told.id, finding);
            if !seen.insert(told.id.clone()) {
                continue;
            }
        }
        findings.push(told);
    }
    findings
}

/// Returns how many findings go to no account: the input tells none, and nobody named one.
pub fn without_account(report: &Report, look: &Look) -> usize {
    let places = report.findings.iter().map(|finding| Whereabouts::of(&finding.resource, &look.home));
    places.filter(|place| place.account.is_none()).count()
}

/// Returns the account, where one is known, and the region whose Security Hub hears of a resource.
pub fn destination(subject: &Subject, look: &Look) -> (Option<String>, String) {
    let place = Whereabouts::of(subject, &look.home);
    (place.account, place.home)
}

/// Returns the id of a finding in Security Hub.
pub fn id(finding: &Finding, look: &Look) -> String {
    let place = Whereabouts::of(&finding.resource, &look.home);
    let account = place.account.as_deref().unwrap_or(NO_ACCOUNT);
    identity::id(finding, account, &place.home, look.category.as_deref())
}

/// Returns a finding for Security Hub. Another one of the report may have the same id.
pub fn of(report: &Report, finding: &Finding, look: &Look) -> AsffFinding {
    let rule = report.rule(&finding.rule);
    let place = Whereabouts::of(&finding.resource, &look.home);
    let account = place.account.as_deref().unwrap_or(NO_ACCOUNT);
    let now = time(look);
    let title = rule.and_then(|rule| told(&rule.title, limits::TITLE));
    let title = title.or_else(|| told(&finding.message, limits::TITLE));
    AsffFinding {
        schema_version: SCHEMA_VERSION.to_owned(),
        id: identity::id(finding, account, &place.home, look.category.as_deref()),
        product_arn: product(&place.partition, &place.home, account),
        product_name: PREFIX.to_owned(),
        generator_id: identity::generator(&finding.rule),
        aws_account_id: account.to_owned(),
        first_observed_at: now.clone(),
        last_observed_at: now.clone(),
        created_at: now.clone(),
        updated_at: now,
        title: title.unwrap_or_else(|| outcome_name(finding.outcome).to_owned()),
        description: description(finding, rule),
        finding_provider_fields: FindingProviderFields {
            severity: compliance::severity(finding),
            types: types(finding, rule),
        },
        remediation: remediation(rule),
        source_url: source_url(finding, look),
        product_fields: product_fields(report, finding, look),
        resources: vec![resource::of(finding, &place)],
        compliance: compliance::of(finding, rule),
        record_state: compliance::record(finding.outcome),
    }
}

/// Returns the product that findings of an account's own tools belong to; it is there in every account.
pub fn product(partition: &str, region: &str, account: &str) -> String {
    format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
}

/// Returns the time of the run as Security Hub reads it: RFC 3339 with milliseconds.
fn time(look: &Look) -> String {
    look.now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Returns a text in one line and at most so long, or nothing where it says nothing.
fn told(text: &str, most: usize) -> Option<String> {
    let plain = text::plain(text);
    let plain = plain.trim();
    (!plain.is_empty()).then(|| text::clip(plain, most))
}

fn description(finding: &Finding, rule: Option<&RuleSummary>) -> String {
    let resource = &finding.resource.address;
    let why = rule.map_or("", |rule| rule.description.trim());
    let message = finding.message.trim_end_matches(['.', ' ']);
    let description = told(&format!("'{resource}': {message}. {why}"), limits::DESCRIPTION);
    description.unwrap_or_else(|| outcome_name(finding.outcome).to_owned())
}

pub(super) fn types(finding: &Finding, rule: Option<&RuleSummary>) -> Vec<String> {
    let mut types = Vec::new();
    if finding.resource.kind.starts_with("aws.") {
        types.push(format!("{NAMESPACE}/AWS Security Best Practices"));
    }
    let classifiers = rule.into_iter().flat_map(framework::classifiers);
    types.extend(classifiers.map(|name| format!("{NAMESPACE}/Industry and Regulatory Standards/{name}")));
    if types.is_empty() {
        types.push(NAMESPACE.to_owned());
    }
    types
}

fn remediation(rule: Option<&RuleSummary>) -> Option<Remediation> {
    let text = rule.and_then(|rule| told(&rule.remediation, limits::RECOMMENDATION));
    let url = rule.and_then(|rule| rule.references.iter().find(|page| is_url(page)).cloned());
    let says_something = text.is_some() || url.is_some();
    says_something.then_some(Remediation { recommendation: Recommendation { text, url } })
}

pub(super) fn source_url(finding: &Finding, look: &Look) -> Option<String> {
    let (base, place) = (look.link_base.as_ref()?, checkout::mendable(finding)?);
    let path = escaped(&look.checkout.path(&place.file));
    let url = format!("{}/{path}#L{}", base.trim_end_matches('/'), place.line);
    is_url(&url).then_some(url)
}

pub(super) fn is_url(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty())
        && text.len() <= limits::ARN
        && text.chars().all(|letter| letter.is_ascii_graphic())
}

fn product_fields(report: &Report, finding: &Finding, look: &Look) -> BTreeMap<String, String> {
    let waiver = finding.waiver.as_ref();
    let place = checkout::mendable(finding);
    let change = finding.change.map(|change| match change {
        Change::New => "new",
        Change::Unchanged => "unchanged",
        Change::Fixed => "fixed",
    });
    let fields = [
        ("finding", Some(finding.id.clone())),
        ("rule", Some(finding.rule.clone())),
        ("control", finding.control.clone()),
        ("outcome", Some(outcome_name(finding.outcome).replace(' ', "_"))),
        ("message", Some(finding.message.clone())),
        ("enforced", Some(finding.enforced.to_string())),
        ("tag", finding.tag.clone()),
        ("profile", report.profile.clone()),
        ("scan", look.category.clone()),
        ("change", change.map(str::to_owned)),
        ("baseline", finding.baseline.then(|| "true".to_owned())),
        ("source", place.map(|place| format!("{}:{}", look.checkout.path(&place.file), place.line))),
        ("waiver/reason", waiver.map(|waiver| waiver.reason.clone())),
        ("waiver/owner", waiver.and_then(|waiver| waiver.owner.clone())),
        ("waiver/until", waiver.map(|waiver| waiver.until.clone())),
        ("version", Some(report.tool.version.clone())),
    ];
    let told =
        fields.into_iter().filter_map(|(name, text)| Some((format!("{PREFIX}/{name}"), told(&text?, LONGEST_FIELD)?)));
    told.collect()
}
