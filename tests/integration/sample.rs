//! Reports and inventories made by hand, for tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use hfscan::evaluate::outcome::{Doubt, Outcome};
use hfscan::finding::report::{
    BaselineSummary, DeltaSummary, Input, RuleSummary, SourceSummary, WaiverNote, WaiverState,
};
use hfscan::finding::{Block, Call, Change, Finding, Place, Related, Report, Subject, Waiver, identity, judge};
use hfscan::inventory::Gap;
use hfscan::policy::rule::{Rule, SelectedRule};
use hfscan::policy::severity::Severity;
use serde_json::json;

pub(crate) const ROUTES: &str = "aws-ec2-private-subnet-routes";
pub(crate) const ENCRYPTION: &str = "aws-rds-storage-encrypted-with-customer-managed-key";
pub(crate) const TAGS: &str = "aws-tags-cost-center";

pub(crate) fn rule(id: &str, control: Option<&str>, title: &str, severity: Severity, enforced: bool) -> RuleSummary {
    RuleSummary {
        id: id.to_owned(),
        control: control.map(str::to_owned),
        title: title.to_owned(),
        severity,
        enforced,
        kinds: vec!["aws.ec2.subnet".to_owned()],
        description: "A default route to an internet gateway turns a private subnet public without anyone \
                      saying so.\n\n- It is found by its routes.\n- Not by its name."
            .to_owned(),
        remediation: "Give each private subnet a route table whose default route targets a NAT gateway of the \
                      same zone."
            .to_owned(),
        references: vec!["https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html".to_owned()],
        documents: BTreeMap::from([("ha-eks".to_owned(), vec![13]), ("innovate".to_owned(), vec![66, 71, 77])]),
        frameworks: BTreeMap::from([("nist-800-53".to_owned(), vec!["SC-7".to_owned()])]),
        custom: false,
        outcomes: hfscan::finding::report::Outcomes::default(),
    }
}

pub(crate) fn finding(rule: &RuleSummary, outcome: Outcome, resource: &str, line: u32, message: &str) -> Finding {
    Finding {
        id: identity::of(&rule.id, resource, None),
        rule: rule.id.clone(),
        control: rule.control.clone(),
        outcome,
        severity: rule.severity,
        enforced: rule.enforced,
        message: message.to_owned(),
        resource: Subject {
            id: resource.to_owned(),
            kind: "aws.ec2.subnet".to_owned(),
            name: Some("private-a".to_owned()),
            address: resource.to_owned(),
            account: None,
            region: Some("eu-central-1".to_owned()),
        },
        tag: None,
        path: vec!["facts".to_owned(), "default_route".to_owned()],
        value: None,
        related: Vec::new(),
        reasons: Vec::new(),
        open: false,
        place: (line > 0).then(|| Place::at("plan.json", line, 7)),
        input_place: None,
        unmapped: None,
        block: None,
        calls: Vec::new(),
        change: None,
        baseline: false,
        waiver: None,
    }
}

/// A run with something of everything.
pub(crate) fn mixed() -> Report {
    let routes = rule(
        ROUTES,
        Some("HF-AWS-NET-006"),
        "Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway",
        Severity::Critical,
        true,
    );
    let encryption = rule(
        ENCRYPTION,
        Some("HF-AWS-RDS-004"),
        "Databases are encrypted with a customer managed key",
        Severity::High,
        true,
    );
    let tags = rule(TAGS, None, "Everything carries a cost center", Severity::Low, false);

    let mut first = finding(
        &routes,
        Outcome::Fail,
        r#"module.network.aws_subnet.private["eu-central-1a"]"#,
        1204,
        "default route leads to internet_gateway",
    );
    first.value = Some(json!([{"destination": "0.0.0.0/0", "kind": "internet_gateway"}]));
    first.tag = Some("route[0.0.0.0/0]".to_owned());
    first.related = vec![
        Related {
            id: "module.network.aws_route_table.public".to_owned(),
            kind: Some("aws.ec2.route_table".to_owned()),
            place: Some(Place::at("plan.json", 1402, 7)),
        },
        Related { id: "igw-0123456789abcdef0".to_owned(), kind: None, place: None },
    ];
    let second = finding(
        &routes,
        Outcome::Fail,
        r#"module.platform["production"].module.network["eu-central-1"].aws_subnet.private_with_a_long_name["eu-central-1b"]"#,
        1250,
        "default route leads to internet_gateway",
    );
    let third = finding(&encryption, Outcome::Fail, "aws_db_instance.main", 88, "storage is not encrypted");
    let mut unknown = finding(
        &encryption,
        Outcome::Unknown,
        "aws_db_instance.replica",
        120,
        "cannot tell: attributes.encryption.key is known after apply (from aws_kms_key.db)",
    );
    unknown.reasons = vec![
        Doubt {
            path: "attributes.encryption.key".to_owned(),
            reason: "known after apply (from aws_kms_key.db)".to_owned(),
        },
        Doubt { path: "facts.key_owner".to_owned(), reason: "not in the input: aws_kms_key.db".to_owned() },
    ];
    let error = finding(
        &routes,
        Outcome::Error,
        "aws_subnet.other",
        9,
        "the rule could not be evaluated: policies/aws/ec2/private_subnet_routes.rego:24: sprintf: expected an array",
    );
    let advisory = finding(&tags, Outcome::Fail, "aws_subnet.other", 9, "the tag CostCenter is missing");

    let mut report = Report {
        inputs: vec![Input {
            path: "plan.json".to_owned(),
            kind: "terraform-plan".to_owned(),
            profile: None,
            resources: 1234,
            skipped: BTreeMap::from([("aws_sqs_queue".to_owned(), 10), ("random_id".to_owned(), 2)]),
            warnings: vec!["the plan was made with -refresh=false".to_owned()],
            ..Input::default()
        }],
        profile: Some("innovate-prod".to_owned()),
        findings: vec![advisory, error, unknown, third, second, first],
        gaps: vec![Gap::new("aws_iam_role.broken", "assume_role_policy is not JSON", vec!["aws.iam.role".to_owned()])],
        rules: vec![routes, encryption, tags],
        ..Report::default()
    };
    complete(&mut report);
    report.summary.resources = 1234;
    report.summary.outcomes.pass = 5012;
    report.summary.enforced.outcomes.pass = 4012;
    report.summary.advisory.outcomes.pass = 1000;
    report.summary.outcomes.not_applicable = 300;
    report.summary.enforced.outcomes.not_applicable = 300;
    report
}

/// A run in CI: findings on lines of the source, with module calls, what the change does to them, a
/// baseline and waivers. Paths are below the working directory `live/prod` of a checkout.
pub(crate) fn mapped() -> Report {
    let mut report = mixed();
    let span = |file: &str, line, column, end_line, end_column| Place {
        end_line: Some(end_line),
        end_column: Some(end_column),
        ..Place::at(file, line, column)
    };
    let plan = |line| Some(Place::at("plan.json", line, 7));
    for finding in &mut report.findings {
        finding.change = Some(Change::New);
        finding.input_place = finding.place.take();
    }
    let find = |report: &Report, id: &str| report.findings.iter().position(|it| it.resource.id.contains(id)).unwrap();

    // A block of several lines in a module of the checkout, called once.
    let first = find(&report, r#"private["eu-central-1a"]"#);
    let it = &mut report.findings[first];
    it.place = Some(span("../../modules/network/main.tf", 12, 1, 19, 2));
    it.block = Some(Block { address: it.resource.address.clone(), type_name: "aws_subnet".to_owned() });
    it.calls = vec![Call { address: "module.network".to_owned(), place: span("main.tf", 4, 1, 4, 17) }];
    it.related[0].place = Some(span("../../modules/network/routes.tf", 30, 3, 30, 39));
    it.input_place = plan(1204);

    // An attribute in a module that Terraform fetched: two calls lead to it, the inner one is fetched too.
    let second = find(&report, "module.platform");
    let it = &mut report.findings[second];
    it.place = Some(span(".terraform/modules/platform.network/subnets.tf", 88, 3, 88, 31));
    it.calls = vec![
        Call { address: r#"module.platform["production"]"#.to_owned(), place: span("main.tf", 21, 1, 21, 18) },
        Call {
            address: r#"module.platform["production"].module.network["eu-central-1"]"#.to_owned(),
            place: span(".terraform/modules/platform/main.tf", 7, 1, 7, 17),
        },
    ];
    it.change = Some(Change::Unchanged);

    // A database that another resource was joined into; it was accepted once.
    let third = find(&report, "aws_db_instance.main");
    let it = &mut report.findings[third];
    it.place = Some(span("data.tf", 40, 3, 40, 28));
    it.baseline = true;
    it.change = Some(Change::Unchanged);
    it.block = Some(Block { address: "aws_kms_key_policy.db".to_owned(), type_name: "aws_kms_key_policy".to_owned() });

    // What could not be mapped stands in the plan.
    for finding in report.findings.iter_mut().filter(|finding| finding.place.is_none()) {
        finding.place = finding.input_place.take();
        finding.unmapped = Some("no block of the source has this address".to_owned());
    }

    let encryption = report.rule(ENCRYPTION).unwrap().clone();
    let mut waived = finding(&encryption, Outcome::Waived, "aws_db_instance.sandbox", 0, "storage is not encrypted");
    waived.place = Some(span("data.tf", 61, 3, 61, 28));
    waived.change = Some(Change::Unchanged);
    waived.waiver = Some(Waiver {
        reason: "sandbox without customer data, see RISK-12".to_owned(),
        owner: Some("platform@example.com".to_owned()),
        until: "2027-01-31".to_owned(),
        place: Some(Place::at("data.tf", 60, 3)),
    });
    report.findings.push(waived);

    let mut fixed = finding(&encryption, Outcome::Fail, "aws_db_instance.old", 0, "storage is not encrypted");
    fixed.change = Some(Change::Fixed);
    report.fixed = vec![fixed];
    complete(&mut report);
    report.summary.resources = 1234;
    report.summary.outcomes.pass = 5012;
    report.delta = Some(DeltaSummary { new: 2, unchanged: 2, fixed: 1, untold: 0 });
    report.source = Some(SourceSummary {
        directory: ".".to_owned(),
        mapped: 4,
        unmapped: 3,
        warnings: vec!["half.tf:3: the block is not closed".to_owned()],
    });
    report.baseline = Some(BaselineSummary { file: "hfscan.baseline.json".to_owned(), known: 1, gone: 2, heavier: 0 });
    report.waivers = vec![WaiverNote {
        state: WaiverState::Expired,
        subject: "aws-tags-cost-center on aws_subnet.other".to_owned(),
        waiver: Waiver {
            reason: "tags come with the next release".to_owned(),
            owner: None,
            until: "2026-06-30".to_owned(),
            place: Some(Place::at("hfscan.waivers.toml", 3, 1)),
        },
    }];
    report
}

/// How a reader of [`mapped`] looks at it.
pub(crate) fn in_checkout() -> hfscan::report::Look {
    hfscan::report::Look {
        checkout: hfscan::report::Checkout::new(
            std::path::Path::new("/home/ci/repo/live/prod"),
            std::path::Path::new("/home/ci/repo"),
        ),
        ..hfscan::report::Look::default()
    }
}

/// A run in which nothing is wrong.
pub(crate) fn clean() -> Report {
    let mut report = Report { findings: Vec::new(), gaps: Vec::new(), ..mixed() };
    report.summary = hfscan::finding::report::Summary { resources: 12, rules: 3, ..Default::default() };
    report.summary.outcomes.pass = 40;
    report.summary.enforced.outcomes.pass = 40;
    for rule in &mut report.rules {
        rule.outcomes = hfscan::finding::report::Outcomes::default();
    }
    report.inputs.truncate(0);
    report
}

/// A run with many failures of one rule.
pub(crate) fn many(count: u32) -> Report {
    let mut report = mixed();
    let rule = report.rules.iter().find(|rule| rule.id == ROUTES).cloned().unwrap();
    report.findings = (0..count)
        .map(|number| {
            let mut finding = finding(
                &rule,
                Outcome::Fail,
                &format!("aws_subnet.private[{number}]"),
                number + 1,
                "default route leads out",
            );
            finding.severity = Severity::ALL[number as usize % 4];
            finding
        })
        .collect();
    report.gaps.clear();
    complete(&mut report);
    report
}

/// Sorts what a report sorts and counts what it counts.
fn complete(report: &mut Report) {
    judge::sort(&mut report.findings);
    report.rules.sort_by(|a, b| a.id.cmp(&b.id));
    report.summary = hfscan::finding::report::Summary { rules: report.rules.len(), ..Default::default() };
    for finding in &report.findings {
        let tally = if finding.enforced { &mut report.summary.enforced } else { &mut report.summary.advisory };
        tally.outcomes.add(finding.outcome);
        report.summary.outcomes.add(finding.outcome);
        if finding.outcome == Outcome::Fail {
            tally.severities.add(finding.severity);
            report.summary.severities.add(finding.severity);
        }
        if let Some(rule) = report.rules.iter_mut().find(|rule| rule.id == finding.rule) {
            rule.outcomes.add(finding.outcome);
        }
    }
}

/// A rule as a run selects it.
pub(crate) fn selected(id: &str, severity: Severity, enforced: bool) -> SelectedRule {
    SelectedRule {
        rule: Rule {
            id: Arc::from(id),
            package: String::new(),
            path: String::new(),
            title: "Something is required".to_owned(),
            description: String::new(),
            references: Vec::new(),
            control: Some("HF-AWS-NET-006".to_owned()),
            kinds: vec!["aws.ec2.subnet".to_owned()],
            severity,
            documents: BTreeMap::new(),
            remediation: String::new(),
            frameworks: BTreeMap::new(),
            params: BTreeMap::new(),
            aliases: Vec::new(),
            custom: false,
            text: Arc::from(""),
        },
        enforced,
        params: BTreeMap::new(),
    }
}
