//! OCSF: events that fit the schema, and tell the same as the report.

use std::collections::BTreeMap;

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::Report;
use hfscan::report::{Format, Home, Look};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{hostile, parsed_as, rendered};
use crate::sample;

fn look() -> Look {
    Look {
        now: "2026-03-22T13:22:13.933Z".parse().unwrap(),
        home: Home { account: Some("123456789012".to_owned()), region: Some("eu-central-1".to_owned()) },
        link_base: Some("https://git.example/o/r/blob/abc".to_owned()),
        ..sample::in_checkout()
    }
}

/// Returns validators of events with the profile `cloud`, and of those without it.
fn validators() -> [jsonschema::Validator; 2] {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ocsf/compliance_finding-1.6.0.json");
    let in_cloud: Json = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut elsewhere = in_cloud.clone();
    elsewhere["required"].as_array_mut().unwrap().retain(|name| name != "cloud");
    elsewhere["properties"].as_object_mut().unwrap().remove("cloud");
    elsewhere["$defs"].as_object_mut().unwrap().remove("cloud");
    [in_cloud, elsewhere].map(|schema| jsonschema::validator_for(&schema).unwrap())
}

fn faults(validators: &[jsonschema::Validator; 2], events: &Json) -> Vec<String> {
    let [in_cloud, elsewhere] = validators;
    let of = |event| {
        let event: &Json = event;
        let validator = if event["metadata"]["profiles"] == json!(["cloud"]) { in_cloud } else { elsewhere };
        let found = validator.iter_errors(event).map(|error| format!("{}: {error}", error.instance_path()));
        found.collect::<Vec<_>>()
    };
    events.as_array().unwrap().iter().flat_map(of).collect()
}

/// Numbers and captions of the schema, for which a JSON Schema has no words.
fn captions_fit(event: &Json) {
    let captions: &[(&str, &str, &str, &[(u64, &str)])] = &[
        ("", "activity_id", "activity_name", &[(1, "Create")]),
        ("", "category_uid", "category_name", &[(2, "Findings")]),
        ("", "class_uid", "class_name", &[(2003, "Compliance Finding")]),
        ("", "type_uid", "type_name", &[(200_301, "Compliance Finding: Create")]),
        (
            "",
            "severity_id",
            "severity",
            &[(1, "Informational"), (2, "Low"), (3, "Medium"), (4, "High"), (5, "Critical")],
        ),
        ("", "status_id", "status", &[(1, "New"), (3, "Suppressed"), (4, "Resolved")]),
        (
            "/compliance",
            "status_id",
            "status",
            &[(1, "Pass"), (2, "Warning"), (3, "Fail"), (99, "Error"), (99, "Not Applicable")],
        ),
        ("/finding_info/analytic", "type_id", "type", &[(1, "Rule")]),
        ("/cloud/account", "type_id", "type", &[(10, "AWS Account")]),
    ];
    for (object, number, caption, pairs) in captions {
        let Some(object) = event.pointer(object) else { continue };
        let found = (object[number].as_u64().unwrap(), object[caption].as_str().unwrap());
        assert!(pairs.contains(&found), "{number}: {found:?}");
    }
}

#[test]
fn ocsf_of_a_sample() {
    let mut report = sample::mapped();
    report.findings.retain(|finding| finding.resource.id.contains(r#"private["eu-central-1a"]"#));
    insta::assert_snapshot!(rendered(Format::Ocsf, &report, &look()), @"");
}

#[test]
fn ocsf_fits_the_schema() {
    let validators = validators();
    let mut cluster = sample::mixed();
    for finding in &mut cluster.findings {
        finding.resource.kind = "kubernetes.apps.workload".to_owned();
    }
    let mut bare = sample::mixed();
    bare.rules.clear();
    for report in [sample::mixed(), sample::clean(), sample::mapped(), cluster, bare, Report::default()] {
        for look in [look(), Look::default()] {
            let events = parsed_as(Format::Ocsf, &report, &look);
            assert_eq!(faults(&validators, &events), Vec::<String>::new());
            events.as_array().unwrap().iter().for_each(captions_fit);
        }
    }
    // The check is worth something.
    let mut events = parsed_as(Format::Ocsf, &sample::mixed(), &look());
    events[0]["severity_id"] = json!(7);
    events[1]["compliance"]["state"] = json!("x");
    assert_eq!(faults(&validators, &events).len(), 2);
}

#[test]
fn ocsf_tells_every_outcome_in_the_words_of_the_schema() {
    let mut report = sample::mapped();
    for (outcome, id) in [(Outcome::Pass, "aws_subnet.pass"), (Outcome::NotApplicable, "aws_subnet.none")] {
        let rule = report.rules[0].clone();
        report.findings.push(sample::finding(&rule, outcome, id, 0, "said"));
    }
    let events = parsed_as(Format::Ocsf, &report, &look());
    let mut told = BTreeMap::new();
    for event in events.as_array().unwrap() {
        captions_fit(event);
        let text = |pointer: &str| event.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let severity = if text("/unmapped/hfscan/outcome") == "fail" { String::new() } else { text("/severity") };
        told.insert(text("/compliance/status_code"), [text("/compliance/status"), text("/status"), severity]);
    }
    let wanted = [
        ("error", ["Error", "New", "Informational"]),
        ("fail", ["Fail", "New", ""]),
        ("not_applicable", ["Not Applicable", "Resolved", "Informational"]),
        ("pass", ["Pass", "Resolved", "Informational"]),
        ("unknown", ["Warning", "New", "Informational"]),
        ("waived", ["Fail", "Suppressed", "High"]),
    ];
    assert_eq!(told, wanted.map(|(code, words)| (code.to_owned(), words.map(str::to_owned))).into());
}

#[test]
fn ocsf_and_asff_call_a_finding_by_the_same_id() {
    let ids = |format, field: &str| -> Vec<Json> {
        let list = parsed_as(format, &sample::mapped(), &look());
        list.as_array().unwrap().iter().map(|finding| finding.pointer(field).unwrap().clone()).collect()
    };
    assert_eq!(ids(Format::Ocsf, "/finding_info/uid"), ids(Format::Asff, "/Id"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn ocsf_of_hostile_text_fits_the_schema(report in hostile::report()) {
        let events = parsed_as(Format::Ocsf, &report, &look());
        prop_assert_eq!(events.as_array().unwrap().len(), report.findings.len());
        prop_assert_eq!(faults(&validators(), &events), Vec::<String>::new());
    }
}
