//! ASFF: what Security Hub takes, whatever stands in the report.

use std::collections::BTreeSet;

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Finding, Report, identity};
use hfscan::report::asff::{
    AsffFinding, ComplianceStatus as Status, RecordState as Record, SeverityLabel as Label, findings, limits,
    without_account,
};
use hfscan::report::{Format, Home, Look};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::{hostile, parsed_as, rendered};
use crate::sample;

/// A look with a time and an account, as the command line gives it.
fn look() -> Look {
    Look {
        now: "2026-03-22T13:22:13.933Z".parse().unwrap(),
        home: Home { account: Some("123456789012".to_owned()), region: Some("eu-central-1".to_owned()) },
        link_base: Some("https://git.example/o/r/blob/abc".to_owned()),
        ..sample::in_checkout()
    }
}

fn faults(findings: &[AsffFinding]) -> Vec<String> {
    findings.iter().flat_map(limits::check).collect()
}

fn of<'a>(findings: &'a [AsffFinding], resource: &str) -> &'a AsffFinding {
    findings.iter().find(|finding| finding.resources[0].id.contains(resource)).unwrap()
}

#[test]
fn asff_of_a_sample() {
    let mut first = sample::mapped();
    first.findings.retain(|finding| finding.resource.id.contains(r#"private["eu-central-1a"]"#));
    insta::assert_snapshot!(rendered(Format::Asff, &first, &look()), @r#"
    [
      {
        "SchemaVersion": "2018-10-08",
        "Id": "hfscan/123456789012/eu-central-1/aws-ec2-private-subnet-routes/25f537b50e3e154dc7b1101bdec2b40f",
        "ProductArn": "arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default",
        "ProductName": "hfscan",
        "GeneratorId": "hfscan/aws-ec2-private-subnet-routes",
        "AwsAccountId": "123456789012",
        "FirstObservedAt": "2026-03-22T13:22:13.933Z",
        "LastObservedAt": "2026-03-22T13:22:13.933Z",
        "CreatedAt": "2026-03-22T13:22:13.933Z",
        "UpdatedAt": "2026-03-22T13:22:13.933Z",
        "Title": "Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway",
        "Description": "'module.network.aws_subnet.private[\"eu-central-1a\"]': default route leads to internet_gateway. A default route to an internet gateway turns a private subnet public without anyone saying so. - It is found by its routes. - Not by its name.",
        "FindingProviderFields": {
          "Severity": {
            "Label": "CRITICAL",
            "Original": "critical"
          },
          "Types": [
            "Software and Configuration Checks/AWS Security Best Practices",
            "Software and Configuration Checks/Industry and Regulatory Standards/NIST 800-53 Controls (USA)"
          ]
        },
        "Remediation": {
          "Recommendation": {
            "Text": "Give each private subnet a route table whose default route targets a NAT gateway of the same zone.",
            "Url": "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html"
          }
        },
        "SourceUrl": "https://git.example/o/r/blob/abc/modules/network/main.tf#L12",
        "ProductFields": {
          "hfscan/change": "new",
          "hfscan/control": "HF-AWS-NET-006",
          "hfscan/enforced": "true",
          "hfscan/finding": "25f537b50e3e154dc7b1101bdec2b40f",
          "hfscan/message": "default route leads to internet_gateway",
          "hfscan/outcome": "fail",
          "hfscan/profile": "innovate-prod",
          "hfscan/rule": "aws-ec2-private-subnet-routes",
          "hfscan/source": "modules/network/main.tf:12",
          "hfscan/tag": "route[0.0.0.0/0]",
          "hfscan/version": "0.1.0"
        },
        "Resources": [
          {
            "Type": "AwsEc2Subnet",
            "Id": "module.network.aws_subnet.private[\"eu-central-1a\"]",
            "Partition": "aws",
            "Region": "eu-central-1",
            "Details": {
              "Other": {
                "address": "module.network.aws_subnet.private[\"eu-central-1a\"]",
                "attribute": "facts.default_route",
                "block": "module.network.aws_subnet.private[\"eu-central-1a\"]",
                "element": "route[0.0.0.0/0]",
                "kind": "aws.ec2.subnet",
                "name": "private-a",
                "related": "module.network.aws_route_table.public → igw-0123456789abcdef0",
                "type": "AWS::EC2::Subnet",
                "value": "[{\"destination\":\"0.0.0.0/0\",\"kind\":\"internet_gateway\"}]"
              }
            }
          }
        ],
        "Compliance": {
          "Status": "FAILED",
          "RelatedRequirements": [
            "NIST.800-53.r5 SC-7",
            "ha-eks line 13",
            "innovate lines 66, 71, 77"
          ],
          "SecurityControlId": "HF-AWS-NET-006",
          "AssociatedStandards": [
            {
              "StandardsId": "standards/hfscan/ha-eks"
            },
            {
              "StandardsId": "standards/hfscan/innovate"
            }
          ]
        },
        "RecordState": "ACTIVE"
      }
    ]
    "#);
}

#[test]
fn asff_tells_every_outcome_in_the_words_of_security_hub() {
    let mut report = sample::mapped();
    for (outcome, id) in [(Outcome::Pass, "aws_subnet.pass"), (Outcome::NotApplicable, "aws_subnet.none")] {
        let rule = report.rules[0].clone();
        report.findings.push(sample::finding(&rule, outcome, id, 0, "said"));
    }
    let findings = findings(&report, &look());
    assert_eq!(findings.len(), report.findings.len());
    assert_eq!(faults(&findings), Vec::<String>::new());
    let told: Vec<_> = findings
        .iter()
        .map(|finding| {
            let compliance = &finding.compliance;
            let code = compliance.status_reasons.first().map_or("", |reason| reason.reason_code.as_str());
            let outcome = finding.product_fields["hfscan/outcome"].as_str();
            (outcome, compliance.status, code, finding.finding_provider_fields.severity.label, finding.record_state)
        })
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert_eq!(
        told,
        [
            ("error", Status::NotAvailable, "RULE_ERROR", Label::Informational, Record::Active),
            ("fail", Status::Failed, "", Label::Low, Record::Active),
            ("fail", Status::Failed, "", Label::High, Record::Active),
            ("fail", Status::Failed, "", Label::Critical, Record::Active),
            ("not_applicable", Status::NotAvailable, "NOT_APPLICABLE", Label::Informational, Record::Active),
            ("pass", Status::Passed, "", Label::Informational, Record::Active),
            ("unknown", Status::Warning, "VALUE_UNKNOWN", Label::Informational, Record::Active),
            ("waived", Status::Failed, "RISK_ACCEPTED", Label::High, Record::Archived),
        ]
    );
}

#[test]
fn asff_leaves_to_security_hub_what_is_not_the_providers() {
    let list = parsed_as(Format::Asff, &sample::mapped(), &look());
    for finding in list.as_array().unwrap() {
        for field in
            ["Severity", "Types", "Workflow", "WorkflowState", "Note", "UserDefinedFields", "VerificationState"]
        {
            assert_eq!(finding.get(field), None);
        }
        let read: AsffFinding = serde_json::from_value(finding.clone()).unwrap();
        assert_eq!(&serde_json::to_value(&read).unwrap(), finding, "nothing is lost on the way");
    }
    assert_eq!(parsed_as(Format::Asff, &sample::clean(), &look()), Json::Array(Vec::new()));
}

#[test]
fn asff_goes_to_the_account_and_region_of_the_resource() {
    let mut report = sample::mixed();
    let mut live = |id: &str, account: Option<&str>, region: Option<&str>| {
        let mut finding = report.findings[0].clone();
        finding.resource.id = id.to_owned();
        finding.resource.account = account.map(str::to_owned);
        finding.resource.region = region.map(str::to_owned);
        finding.id = identity::of(&finding.rule, id, None);
        report.findings.push(finding);
    };
    live("arn:aws:iam::111111111111:role/global", Some("111111111111"), Some("global"));
    live("arn:aws-cn:s3:::china", Some("222222222222"), Some("cn-northwest-1"));
    live("arn:aws-us-gov:iam::333333333333:user/gov", None, None);
    live("aws_vpc.nowhere", None, None);
    let list = findings(&report, &look());
    let told = |resource: &str| {
        let finding = of(&list, resource);
        let partition = finding.resources[0].partition.clone().unwrap_or_default();
        let region = finding.resources[0].region.clone().unwrap_or_default();
        (finding.product_arn.clone(), finding.aws_account_id.clone(), partition, region)
    };
    let product = |partition: &str, region: &str, account: &str| {
        format!("arn:{partition}:securityhub:{region}:{account}:product/{account}/default")
    };
    let wanted = |partition: &str, hub: &str, account: &str, region: &str| {
        (product(partition, hub, account), account.to_owned(), partition.to_owned(), region.to_owned())
    };
    assert_eq!(told("role/global"), wanted("aws", "eu-central-1", "111111111111", ""));
    assert_eq!(told("china"), wanted("aws-cn", "cn-northwest-1", "222222222222", "cn-northwest-1"));
    assert_eq!(told("user/gov"), wanted("aws-us-gov", "us-gov-west-1", "333333333333", ""));
    assert_eq!(told("aws_vpc.nowhere"), wanted("aws", "eu-central-1", "123456789012", ""));
    assert_eq!(faults(&list), Vec::<String>::new());
    assert_eq!(without_account(&report, &look()), 0);
    // Those of the sample and the last one are from a plan.
    assert_eq!(without_account(&report, &Look::default()), report.findings.len() - 3);
    let list = findings(&report, &Look::default());
    assert_eq!(of(&list, "aws_vpc.nowhere").aws_account_id, "000000000000");
    assert_eq!(faults(&list), Vec::<String>::new());
}

/// Findings that tools with ids of names alone have mixed up.
fn namesakes() -> Vec<Finding> {
    let report = sample::mixed();
    let rule = report.rules[0].clone();
    let live = |id: String, account: &str, region: &str, tag: Option<&str>| {
        let mut finding = sample::finding(&rule, Outcome::Fail, &id, 0, "is wrong");
        finding.id = identity::of(&rule.id, &id, tag);
        finding.resource.account = Some(account.to_owned());
        finding.resource.region = Some(region.to_owned());
        finding.resource.name = Some("app".to_owned());
        finding.tag = tag.map(str::to_owned);
        finding
    };
    let (one, two) = ("111111111111", "222222222222");
    let mut findings = Vec::new();
    for key in ["AKIAONE", "AKIATWO"] {
        findings.push(live(format!("arn:aws:iam::{one}:user/app"), one, "global", Some(&format!("access_key[{key}]"))));
    }
    for (account, region) in [(one, "eu-central-1"), (one, "eu-west-1"), (two, "eu-central-1"), (two, "eu-west-1")] {
        findings.push(live(format!("arn:aws:eks:{region}:{account}:cluster/app"), account, region, None));
        for cluster in ["a", "b"] {
            findings.push(live(format!("arn:aws:ecs:{region}:{account}:service/{cluster}/app"), account, region, None));
        }
    }
    findings.extend((0..10).map(|number| live(format!("arn:aws:s3:::app-{number}"), one, "eu-central-1", None)));
    // The same address in two accounts, as two plans have it.
    findings.extend([one, two].map(|account| live("aws_s3_bucket.logs".to_owned(), account, "eu-central-1", None)));
    findings
}

#[test]
fn asff_ids_never_collide_and_never_change() {
    let report = Report { findings: namesakes(), ..sample::mixed() };
    let ids = |report: &Report, look: &Look| -> Vec<String> {
        findings(report, look).into_iter().map(|finding| finding.id).collect()
    };
    let first = ids(&report, &look());
    assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), report.findings.len());
    // Nothing but the identity of a finding and its place is in the id.
    let mut later = report.clone();
    for finding in &mut later.findings {
        finding.message = "is still wrong".to_owned();
        finding.outcome = Outcome::Waived;
        finding.path = vec!["attributes".to_owned()];
        finding.place = None;
        finding.baseline = true;
    }
    let next_year = Look { now: "2027-01-01T00:00:00Z".parse().unwrap(), ..look() };
    assert_eq!(ids(&later, &next_year), first);
    // A plan's addresses are those of its stack, which the category names; an ARN is nobody else's.
    let named = |name: &str| Look { category: Some(name.to_owned()), ..look() };
    assert_eq!(ids(&report, &named("network")), first);
    let plan = sample::mixed();
    let stacks: BTreeSet<String> = ["", "network", "data"]
        .iter()
        .flat_map(|name| {
            ids(&plan, &Look { category: Some((*name).to_owned()).filter(|name| !name.is_empty()), ..look() })
        })
        .collect();
    assert_eq!(stacks.len(), 3 * plan.findings.len());
    assert_eq!(
        first[2],
        format!("hfscan/111111111111/eu-central-1/{}/{}", report.findings[2].rule, report.findings[2].id)
    );
}

#[test]
fn asff_cuts_and_refuses_nothing() {
    let mut report = sample::mapped();
    let long = |letter: &str| format!("{} ", letter.repeat(7)).repeat(3_000);
    let heavy = "𝄞\"\\\u{1}é";
    for rule in &mut report.rules {
        rule.title = long(heavy);
        rule.description = long(heavy);
        rule.remediation = long(heavy);
        rule.references = vec![format!("https://example.com/{}", "a".repeat(4_000)), "http://example.com".to_owned()];
        rule.documents = (0..100).map(|number| (format!("{number}{}", long("d")), (0..100).collect())).collect();
        rule.frameworks = (0..100).map(|number| (format!("{number}{}", long("f")), vec![long("c"); 3])).collect();
    }
    for finding in &mut report.findings {
        finding.message = long(heavy);
        finding.tag = Some(long(heavy));
        finding.control = Some(long(heavy));
        finding.path = vec![long(heavy); 4];
        finding.value = Some(serde_json::json!([long(heavy)]));
        finding.resource.name = Some(long(heavy));
        finding.resource.address = long(heavy);
        finding.resource.id = format!("{}{}", finding.resource.id, long(heavy));
        finding.related = finding.related.iter().cycle().take(300).cloned().collect();
    }
    let look = Look { category: Some(long(heavy)), ..look() };
    let list = findings(&report, &look);
    assert_eq!(list.len(), report.findings.len());
    assert_eq!(faults(&list), Vec::<String>::new());
    let finding = &list[0];
    for (text, most) in [(&finding.title, limits::TITLE), (&finding.description, limits::DESCRIPTION)] {
        assert!(text.ends_with('…') && text.chars().count() == most, "{text}");
    }
    assert_eq!(finding.compliance.related_requirements.len(), limits::REQUIREMENTS);
}

/// Something that makes a finding one that Security Hub refuses.
type Change = fn(&mut AsffFinding);

#[test]
fn asff_check_finds_what_security_hub_refuses() {
    let finding = findings(&sample::mapped(), &look()).remove(0);
    let wrong: [(Change, &str); 9] = [
        (|finding| finding.title = "é".repeat(257), "Title has 257 characters, more than 256"),
        (|finding| finding.id = " ".to_owned(), "Id is empty"),
        (|finding| finding.aws_account_id = "1234".to_owned(), "AwsAccountId has not twelve digits"),
        (|finding| finding.updated_at = "yesterday".to_owned(), "a time is not in RFC 3339 with milliseconds"),
        (|finding| finding.finding_provider_fields.types = vec!["Mine".to_owned()], "a type is no namespace"),
        (|finding| finding.resources.clear(), "Resources has 0 entries"),
        (|finding| finding.resources[0].partition = Some("aws-x".to_owned()), "Resource.Partition is unknown"),
        (
            |finding| {
                finding.product_fields.insert("aws/securityhub/x".to_owned(), "y".to_owned());
            },
            "ProductFields has a key of Security Hub's own",
        ),
        (
            |finding| {
                finding.resources[0].details.other.insert("k".to_owned(), "v".repeat(1_024));
            },
            "Details.Other k has 1024 characters",
        ),
    ];
    assert_eq!(limits::check(&finding), Vec::<String>::new());
    for (change, fault) in wrong {
        let mut finding = finding.clone();
        change(&mut finding);
        assert!(limits::check(&finding).iter().any(|found| found.starts_with(fault)), "{fault}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn asff_of_hostile_text_keeps_to_every_limit(report in hostile::report(), times in 1..400_usize) {
        let mut report = report;
        for finding in &mut report.findings {
            finding.message = finding.message.repeat(times);
            finding.rule = finding.rule.repeat(times);
            finding.resource.id = finding.resource.id.repeat(times);
            finding.resource.account = Some(finding.message.clone());
            finding.resource.region.clone_from(&finding.tag);
        }
        let look = Look { category: Some(report.rules[0].title.clone()), ..look() };
        let list = findings(&report, &look);
        prop_assert_eq!(faults(&list), Vec::<String>::new());
        let ids: BTreeSet<&str> = list.iter().map(|finding| finding.id.as_str()).collect();
        prop_assert_eq!(ids.len(), list.len());
        let written: Json = serde_json::from_str(&rendered(Format::Asff, &report, &look)).unwrap();
        prop_assert_eq!(written, serde_json::to_value(&list).unwrap());
    }
}
