//! OCSF: an array of Compliance Finding events (class 2003), one for each finding of the report.
//!
//! The events keep to version 1.6.0 of the schema, and use nothing that 1.5.0 or 1.8.0 lack.

mod enums;
mod shape;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::asff::{self, identity};
use super::cloud::{NO_ACCOUNT, Whereabouts};
use super::style::outcome_name;
use super::{Look, aws_types, checkout, framework};
use crate::evaluate::outcome::Outcome;
use crate::finding::report::RuleSummary;
use crate::finding::{Finding, Report};
use enums::{CATEGORY, CLASS, CREATE, Named, RULE};
use shape::{
    Account, Analytic, Cloud, Compliance, Event, FindingInfo, Metadata, Owner, Product, Remediation, Resource,
};

/// Version of the schema.
const VERSION: &str = "1.6.0";

/// Writes the events as an array, indented, with a line end.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let events: Vec<Event> = report.findings.iter().map(|finding| event(report, finding, look)).collect();
    serde_json::to_writer_pretty(&mut *out, &events)?;
    writeln!(out)
}

fn event(report: &Report, finding: &Finding, look: &Look) -> Event {
    let rule = report.rule(&finding.rule);
    let place = Whereabouts::of(&finding.resource, &look.home);
    let account = place.account.as_deref().unwrap_or(NO_ACCOUNT);
    let uid = identity::id(finding, account, &place.home, look.category.as_deref());
    let time = look.now.as_millisecond();
    let (severity, status) = (enums::severity(finding), enums::status(finding.outcome));
    // Manifests of a cluster tell nothing of a cloud.
    let cloud = (finding.resource.kind.starts_with("aws.") || place.account.is_some()).then(|| Cloud {
        provider: "AWS",
        region: place.region.clone(),
        account: place.account.clone().map(Account::aws),
    });
    Event {
        activity_id: CREATE.id,
        activity_name: CREATE.name,
        category_uid: CATEGORY.id,
        category_name: CATEGORY.name,
        class_uid: CLASS.id,
        class_name: CLASS.name,
        type_uid: CLASS.id * 100 + CREATE.id,
        type_name: format!("{}: {}", CLASS.name, CREATE.name),
        time,
        severity_id: severity.id,
        severity: severity.name,
        status_id: status.id,
        status: status.name,
        message: finding.message.clone(),
        metadata: Metadata {
            version: VERSION,
            product: Product {
                name: report.tool.name.clone(),
                vendor_name: report.tool.name.clone(),
                version: report.tool.version.clone(),
            },
            profiles: cloud.iter().map(|_| "cloud").collect(),
            uid: format!("{uid}/{time}"),
        },
        finding_info: finding_info(uid, time, finding, rule, look),
        compliance: compliance(finding, rule),
        resources: vec![resource(finding, &place, cloud.is_some())],
        remediation: rule.and_then(remediation),
        cloud,
        unmapped: BTreeMap::from([("hfscan", unmapped(report, finding, look))]),
    }
}

fn finding_info(uid: String, time: i64, finding: &Finding, rule: Option<&RuleSummary>, look: &Look) -> FindingInfo {
    let title = rule.map_or(finding.message.as_str(), |rule| rule.title.as_str());
    FindingInfo {
        uid,
        title: title.to_owned(),
        desc: rule.map(|rule| rule.description.trim().to_owned()).filter(|text| !text.is_empty()),
        created_time: time,
        last_seen_time: time,
        types: asff::types(finding, rule),
        analytic: Analytic {
            uid: finding.rule.clone(),
            name: title.to_owned(),
            type_id: RULE.id,
            type_name: RULE.name,
        },
        src_url: asff::source_url(finding, look),
    }
}

fn compliance(finding: &Finding, rule: Option<&RuleSummary>) -> Compliance {
    let Named { id, name } = enums::compliance(finding.outcome);
    let mut details: Vec<String> = finding.reasons.iter().map(ToString::to_string).collect();
    match finding.outcome {
        Outcome::Error | Outcome::NotApplicable => details.push(finding.message.clone()),
        Outcome::Waived => {
            details.extend(finding.waiver.as_ref().map(|waiver| {
                let owner = waiver.owner.as_ref().map_or_else(String::new, |owner| format!(" by {owner}"));
                format!("accepted until {}{owner}: {}", waiver.until, waiver.reason)
            }));
        }
        Outcome::Fail | Outcome::Unknown | Outcome::Pass => {}
    }
    Compliance {
        control: Some(finding.control.clone().unwrap_or_else(|| finding.rule.clone())),
        desc: rule.map(|rule| rule.title.clone()),
        standards: rule.map(framework::standards).unwrap_or_default(),
        requirements: rule.map(framework::requirements).unwrap_or_default(),
        status_id: id,
        status: name,
        status_code: outcome_name(finding.outcome).replace(' ', "_"),
        status_details: details,
    }
}

fn resource(finding: &Finding, place: &Whereabouts, in_cloud: bool) -> Resource {
    let subject = &finding.resource;
    let type_name = aws_types::in_cloud_formation(&subject.kind).unwrap_or(&subject.kind);
    let related: Vec<&str> = finding.related.iter().map(|related| related.id.as_str()).collect();
    let evidence: Vec<(&str, Json)> = vec![
        ("kind", json!(subject.kind)),
        ("address", json!(subject.address)),
        ("element", json!(finding.tag)),
        ("attribute", if finding.path.is_empty() { Json::Null } else { json!(finding.path.join(".")) }),
        ("value", json!(finding.value)),
        ("related", if related.is_empty() { Json::Null } else { json!(related) }),
        ("block", json!(finding.block.as_ref().map(|block| &block.address))),
    ];
    Resource {
        uid: subject.id.clone(),
        type_name: type_name.to_owned(),
        name: subject.name.clone(),
        region: place.region.clone(),
        cloud_partition: in_cloud.then(|| place.partition.clone()),
        owner: place.account.clone().map(|uid| Owner { account: Account::aws(uid) }),
        data: told(evidence),
    }
}

fn remediation(rule: &RuleSummary) -> Option<Remediation> {
    let desc = rule.remediation.trim();
    let references = rule.references.iter().filter(|page| asff::is_url(page)).cloned().collect();
    (!desc.is_empty()).then(|| Remediation { desc: desc.to_owned(), references })
}

/// Returns what only hfscan knows of a finding.
fn unmapped(report: &Report, finding: &Finding, look: &Look) -> BTreeMap<&'static str, Json> {
    let place = checkout::mendable(finding);
    told(vec![
        ("finding", json!(finding.id)),
        ("rule", json!(finding.rule)),
        ("outcome", json!(finding.outcome)),
        ("severity", json!(finding.severity)),
        ("enforced", json!(finding.enforced)),
        ("profile", json!(report.profile)),
        ("scan", json!(look.category)),
        ("change", json!(finding.change)),
        ("baseline", if finding.baseline { json!(true) } else { Json::Null }),
        ("source", json!(place.map(|place| format!("{}:{}", look.checkout.path(&place.file), place.line)))),
        ("waiver", json!(finding.waiver)),
    ])
}

/// Returns the fields that say something.
fn told(fields: Vec<(&'static str, Json)>) -> BTreeMap<&'static str, Json> {
    fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
}
