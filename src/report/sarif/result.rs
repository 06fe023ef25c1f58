//! Results: one for each failure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ::sarif::sarif::{Location, LogicalLocation, Message, Result as SarifResult, ResultKind, ResultLevel};
use serde_json::json;

use crate::finding::{Finding, Report};

use super::{message, place, rule, stopless};

/// Key of our fingerprint; its number changes with the way identities are made.
const FINGERPRINT: &str = "hfscan/v1";

/// Key that GitHub fills itself where it can read the file.
const GITHUB_FINGERPRINT: &str = "primaryLocationLineHash";

/// GitHub takes at most this many related locations of a result.
const MOST_RELATED: usize = 1_000;

/// Returns the result of a failure.
pub(super) fn of(report: &Report, finding: &Finding, rules: &BTreeMap<&str, i64>) -> SarifResult {
    let mut fingerprints = BTreeMap::from([(FINGERPRINT.to_owned(), finding.id.clone())]);
    if place::is_virtual(report, finding) {
        fingerprints.insert(GITHUB_FINGERPRINT.to_owned(), format!("{}:1", finding.id));
    }
    let level = match rule::level(finding.severity, finding.enforced) {
        "error" => ResultLevel::Error,
        "warning" => ResultLevel::Warning,
        _ => ResultLevel::Note,
    };
    let mut result = SarifResult::builder()
        .rule_id(finding.rule.as_str())
        .kind(ResultKind::Fail)
        .level(level)
        .message(told(finding))
        .locations(vec![location(report, finding)])
        .partial_fingerprints(fingerprints)
        .properties(super::properties([
            ("control", json!(finding.control)),
            ("severity", json!(finding.severity)),
            ("enforced", json!(finding.enforced)),
            ("kind", json!(finding.resource.kind)),
            ("tag", json!(finding.tag)),
            ("path", json!(finding.path)),
            ("value", json!(finding.value)),
        ]))
        .build();
    result.rule_index = rules.get(finding.rule.as_str()).copied();
    if !finding.related.is_empty() {
        result.related_locations = Some(related(finding));
    }
    result
}

/// Returns the message, with a link to every related resource that has a place.
fn told(finding: &Finding) -> Message {
    let mut text = format!("'{}': {}.", finding.resource.id, stopless(&finding.message));
    if !finding.related.is_empty() {
        text.push_str(" Path: ");
        for (number, related) in (1_usize..).zip(finding.related.iter().take(MOST_RELATED)) {
            if number > 1 {
                text.push_str(" → ");
            }
            match related.place {
                Some(_) => {
                    let _ = write!(text, "[{}]({number})", escape(&related.id));
                }
                None => text.push_str(&related.id),
            }
        }
        text.push('.');
    }
    message(&text)
}

/// Brackets end the text of a link unless they are escaped.
fn escape(text: &str) -> String {
    text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]")
}

fn location(report: &Report, finding: &Finding) -> Location {
    let resource = &finding.resource;
    let mut logical = logical(&resource.id, &resource.kind);
    logical.decorated_name.clone_from(&resource.name);
    Location::builder().physical_location(place::of(report, finding)).logical_locations(vec![logical]).build()
}

fn related(finding: &Finding) -> Vec<Location> {
    (1_i64..)
        .zip(finding.related.iter().take(MOST_RELATED))
        .map(|(number, related)| {
            let kind = related.kind.as_deref().unwrap_or("outside of the input");
            let mut location = Location::builder()
                .id(number)
                .message(message(&format!("{} ({kind})", related.id)))
                .logical_locations(vec![logical(&related.id, kind)])
                .build();
            location.physical_location = related.place.as_ref().map(place::physical);
            location
        })
        .collect()
}

fn logical(id: &str, kind: &str) -> LogicalLocation {
    LogicalLocation::builder().name(id).fully_qualified_name(id).kind(kind).build()
}
