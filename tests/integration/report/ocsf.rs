//! OCSF: events that fit the schema, and tell the same as the report.

use std::collections::BTreeMap;
use std::sync::LazyLock;

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

/// Validators of events with the profile `cloud`, and of those without it.
static VALIDATORS: LazyLock<[jsonschema::Validator; 2]> = LazyLock::new(|| {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ocsf/compliance_finding-1.6.0.json");
    let in_cloud: Json = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut elsewhere = in_cloud.clone();
    elsewhere["required"].as_array_mut().unwrap().retain(|name| name != "cloud");
    elsewhere["properties"].as_object_mut().unwrap().remove("cloud");
    elsewhere["$defs"].as_object_mut().unwrap().remove("cloud");
    [in_cloud, elsewhere].map(|schema| jsonschema::validator_for(&schema).unwrap())
});

fn faults(events: &Json) -> Vec<String> {
    let [in_cloud, elsewhere] = &*VALIDATORS;
    let of = |event| {
        let event: &Json = event;
        let validator = if event["metadata"]["profiles"] == json!(["cloud"]) { in_cloud } else { elsewhere };
        let found = validator.iter_errors(event).map(|error| format!("{}: {error}", error.instance_path()));
        found.collect::<Vec<_>>()
    };
    events.as_array().unwrap().iter().flat_map(of).collect()
}

/// Where a number and its caption stand, and which ones there are.
type Captions = (&'static str, &'static str, &'static str, &'static [(u64, &'static str)]);

/// Numbers and captions of the schema, for which a JSON Schema has no words.
fn captions_fit(event: &Json) {
    let captions: &[Captions] = &[
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
    insta::assert_snapshot!(rendered(Format::Ocsf, &report, &look()), @r#"
    [
      {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "type_uid": 200301,
        "type_name": "Compliance Finding: Create",
        "time": 1774185733933,
        "severity_id": 5,
        "severity": "Critical",
        "status_id": 1,
        "status": "New",
        "message": "default route leads to internet_gateway",
        "metadata": {
          "version": "1.6.0",
          "product": {
            "name": "hfscan",
            "vendor_name": "hfscan",
            "version": "0.1.0"
          },
          "profiles": [
            "cloud"
          ],
          "uid": "hfscan/123456789012/eu-central-1/aws-ec2-private-subnet-routes/25f537b50e3e154dc7b1101bdec2b40f/1774185733933"
        },
        "finding_info": {
          "uid": "hfscan/123456789012/eu-central-1/aws-ec2-private-subnet-routes/25f537b50e3e154dc7b1101bdec2b40f",
          "title": "Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway",
          "desc": "A default route to an internet gateway turns a private subnet public without anyone saying so.\n\n- It is found by its routes.\n- Not by its name.",
          "created_time": 1774185733933,
          "last_seen_time": 1774185733933,
          "types": [
            "Software and Configuration Checks/AWS Security Best Practices",
            "Software and Configuration Checks/Industry and Regulatory Standards/NIST 800-53 Controls (USA)"
          ],
          "analytic": {
            "uid": "aws-ec2-private-subnet-routes",
            "name": "Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway",
            "type_id": 1,
            "type": "Rule"
          },
          "src_url": "https://git.example/o/r/blob/abc/modules/network/main.tf#L12"
        },
        "compliance": {
          "control": "HF-AWS-NET-006",
          "desc": "Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway",
          "standards": [
            "NIST SP 800-53 Rev. 5",
            "ha-eks",
            "innovate"
          ],
          "requirements": [
            "NIST.800-53.r5 SC-7",
            "ha-eks line 13",
            "innovate lines 66, 71, 77"
          ],
          "status_id": 3,
          "status": "Fail",
          "status_code": "fail"
        },
        "resources": [
          {
            "uid": "module.network.aws_subnet.private[\"eu-central-1a\"]",
            "type": "AWS::EC2::Subnet",
            "name": "private-a",
            "region": "eu-central-1",
            "cloud_partition": "aws",
            "owner": {
              "account": {
                "uid": "123456789012",
                "type_id": 10,
                "type": "AWS Account"
              }
            },
            "data": {
              "address": "module.network.aws_subnet.private[\"eu-central-1a\"]",
              "attribute": "facts.default_route",
              "block": "module.network.aws_subnet.private[\"eu-central-1a\"]",
              "element": "route[0.0.0.0/0]",
              "kind": "aws.ec2.subnet",
              "related": [
                "module.network.aws_route_table.public",
                "igw-0123456789abcdef0"
              ],
              "value": [
                {
                  "destination": "0.0.0.0/0",
                  "kind": "internet_gateway"
                }
              ]
            }
          }
        ],
        "remediation": {
          "desc": "Give each private subnet a route table whose default route targets a NAT gateway of the same zone.",
          "references": [
            "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html"
          ]
        },
        "cloud": {
          "provider": "AWS",
          "region": "eu-central-1",
          "account": {
            "uid": "123456789012",
            "type_id": 10,
            "type": "AWS Account"
          }
        },
        "unmapped": {
          "hfscan": {
            "change": "new",
            "enforced": true,
            "finding": "25f537b50e3e154dc7b1101bdec2b40f",
            "outcome": "fail",
            "profile": "innovate-prod",
            "rule": "aws-ec2-private-subnet-routes",
            "severity": "critical",
            "source": "modules/network/main.tf:12"
          }
        }
      }
    ]
    "#);
}

#[test]
fn ocsf_fits_the_schema() {
    let mut cluster = sample::mixed();
    for finding in &mut cluster.findings {
        finding.resource.kind = "kubernetes.apps.workload".to_owned();
    }
    let mut bare = sample::mixed();
    bare.rules.clear();
    for report in [sample::mixed(), sample::clean(), sample::mapped(), cluster, bare, Report::default()] {
        for look in [look(), Look::default()] {
            let events = parsed_as(Format::Ocsf, &report, &look);
            assert_eq!(faults(&events), Vec::<String>::new());
            events.as_array().unwrap().iter().for_each(captions_fit);
        }
    }
    // The check is worth something.
    let mut events = parsed_as(Format::Ocsf, &sample::mixed(), &look());
    events[0]["severity_id"] = json!(7);
    events[1]["compliance"]["state"] = json!("x");
    assert_eq!(faults(&events).len(), 2);
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
        prop_assert_eq!(faults(&events), Vec::<String>::new());
    }
}
