//! Table and detail: what people see.

use hfscan::report::{Format, Look};

use super::rendered;
use crate::sample;

fn look(width: usize) -> Look {
    Look { width, ..Look::default() }
}

#[test]
fn table_of_a_run_with_everything() {
    insta::assert_snapshot!(rendered(Format::Table, &sample::mixed(), &look(80)), @r#"
    Failed ───────────────────────────────────────────────────── 3 findings, 2 rules

    critical  aws-ec2-private-subnet-routes                           HF-AWS-NET-006
      Private subnets reach the internet only through a NAT gateway of the same
      availability zone, never through an internet gateway

        module.network.aws_subnet.private            default route leads to
          ["eu-central-1a"]                          internet_gateway
          plan.json:1204:7                           route[0.0.0.0/0]
        module.platform["production"].module.        default route leads to
          network["eu-central-1"].aws_subnet.        internet_gateway
          private_with_a_long_name["eu-central-1b"]
          plan.json:1250:7

    high  aws-rds-storage-encrypted-with-customer-managed-key         HF-AWS-RDS-004
      Databases are encrypted with a customer managed key

        aws_db_instance.main  storage is not encrypted
          plan.json:88:7

    Failed, advisory ───────────────────────────────────────────── 1 finding, 1 rule

    low  aws-tags-cost-center
      Everything carries a cost center

        aws_subnet.other  the tag CostCenter is missing
          plan.json:9:7

    Errors ──────────────────────────────────────────────────────────── 1 evaluation

    aws-ec2-private-subnet-routes
      the rule could not be evaluated:
      policies/aws/ec2/private_subnet_routes.rego:24: sprintf: expected an array
      on aws_subnet.other

    Unknown ────────────────────────────────────────────────────────────── 1 outcome

    These depend on values that the input does not tell. They are neither passed nor
    failed; -f detail names every value, --strict lets them count.

      Rule                             Resources  Not told by the input
      aws-rds-storage-encrypted-with-          1  attributes.encryption.key: known
      customer-managed-key                        after apply (from aws_kms_key.db)
                                                  facts.key_owner: not in the
                                                  input: aws_kms_key.db

    Gaps ───────────────────────────────────────────────── 1 thing could not be read

      aws_iam_role.broken
        assume_role_policy is not JSON (touches aws.iam.role)

    Summary ─────────────────────────────────────────────── 1,234 resources, 3 rules

      Outcome         Enforced  Advisory
      fail                   3         1
      unknown                1         0
      error                  1         0
      pass               4,012     1,000
      not applicable       300         0

      Failures        2 critical, 1 high, 1 low
      Profile         innovate-prod
      Input           plan.json (terraform plan): 1,234 resources; 12 more of 2
                      types that hfscan does not model: aws_sqs_queue (10),
                      random_id (2)
                      warning: the plan was made with -refresh=false

    ✗ The scan is incomplete; 3 failures at the gate so far.
    "#);
}

#[test]
fn table_uses_a_wider_terminal() {
    insta::assert_snapshot!(rendered(Format::Table, &sample::mixed(), &look(120)), @r#"
    Failed ───────────────────────────────────────────────────────────────────────────────────────────── 3 findings, 2 rules

    critical  aws-ec2-private-subnet-routes                                                                   HF-AWS-NET-006
      Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet
      gateway

        module.network.aws_subnet.private["eu-central-1a"]             default route leads to internet_gateway
          plan.json:1204:7                                             route[0.0.0.0/0]
        module.platform["production"].module.network["eu-central-1"].  default route leads to internet_gateway
          aws_subnet.private_with_a_long_name["eu-central-1b"]
          plan.json:1250:7

    high  aws-rds-storage-encrypted-with-customer-managed-key                                                 HF-AWS-RDS-004
      Databases are encrypted with a customer managed key

        aws_db_instance.main  storage is not encrypted
          plan.json:88:7

    Failed, advisory ───────────────────────────────────────────────────────────────────────────────────── 1 finding, 1 rule

    low  aws-tags-cost-center
      Everything carries a cost center

        aws_subnet.other  the tag CostCenter is missing
          plan.json:9:7

    Errors ──────────────────────────────────────────────────────────────────────────────────────────────────── 1 evaluation

    aws-ec2-private-subnet-routes
      the rule could not be evaluated: policies/aws/ec2/private_subnet_routes.rego:24: sprintf: expected an array
      on aws_subnet.other

    Unknown ────────────────────────────────────────────────────────────────────────────────────────────────────── 1 outcome

    These depend on values that the input does not tell. They are neither passed nor failed; -f detail names every value,
    --strict lets them count.

      Rule                                                 Resources  Not told by the input
      aws-rds-storage-encrypted-with-customer-managed-key          1  attributes.encryption.key: known after apply (from
                                                                      aws_kms_key.db)
                                                                      facts.key_owner: not in the input: aws_kms_key.db

    Gaps ───────────────────────────────────────────────────────────────────────────────────────── 1 thing could not be read

      aws_iam_role.broken
        assume_role_policy is not JSON (touches aws.iam.role)

    Summary ─────────────────────────────────────────────────────────────────────────────────────── 1,234 resources, 3 rules

      Outcome         Enforced  Advisory
      fail                   3         1
      unknown                1         0
      error                  1         0
      pass               4,012     1,000
      not applicable       300         0

      Failures        2 critical, 1 high, 1 low
      Profile         innovate-prod
      Input           plan.json (terraform plan): 1,234 resources; 12 more of 2 types that hfscan does not model:
                      aws_sqs_queue (10), random_id (2)
                      warning: the plan was made with -refresh=false

    ✗ The scan is incomplete; 3 failures at the gate so far.
    "#);
}

#[test]
fn table_of_a_clean_run_is_short() {
    insta::assert_snapshot!(rendered(Format::Table, &sample::clean(), &look(80)), @r#"
    Summary ────────────────────────────────────────────────── 12 resources, 3 rules

      Outcome         Enforced
      fail                   0
      unknown                0
      pass                  40
      not applicable         0

      Profile         innovate-prod

    ✓ Everything that was judged is in order.
    "#);
}

#[test]
fn table_of_an_empty_run_says_that_nothing_was_scanned() {
    insta::assert_snapshot!(rendered(Format::Table, &hfscan::finding::Report::default(), &look(80)), @r#"
    Summary ─────────────────────────────────────────────────── 0 resources, 0 rules

      Outcome         Enforced
      fail                   0
      unknown                0
      pass                   0
      not applicable         0


    ✗ Nothing to scan: no resource of a kind that hfscan models.
    "#);
}

#[test]
fn detail_shows_evidence_path_and_remedy() {
    let mut report = sample::mixed();
    report.findings.retain(|finding| !finding.related.is_empty() || !finding.reasons.is_empty());
    insta::assert_snapshot!(rendered(Format::Detail, &report, &look(80)), @r#"
    fail  critical  aws-ec2-private-subnet-routes                                1/2
      Private subnets reach the internet only through a NAT gateway of the same
      availability zone, never through an internet gateway

      Resource    module.network.aws_subnet.private["eu-central-1a"]
      Kind        aws.ec2.subnet, named private-a, region eu-central-1
      Place       plan.json:1204:7
      Message     default route leads to internet_gateway
      Element     route[0.0.0.0/0]
      Attribute   facts.default_route = [{"destination":"0.0.0.0/
                  0","kind":"internet_gateway"}]
      Path        module.network.aws_subnet.private["eu-central-1a"]
                  → module.network.aws_route_table.public
                    aws.ec2.route_table, plan.json:1402:7
                  → igw-0123456789abcdef0
                    outside of the input
      Control     HF-AWS-NET-006; ha-eks line 13; innovate lines 66, 71, 77
      Why         A default route to an internet gateway turns a private subnet
                  public without anyone saying so.

                  - It is found by its routes.
                  - Not by its name.
      Fix         Give each private subnet a route table whose default route targets
                  a NAT gateway of the same zone.
      See         https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.
                  html
      Finding     25f537b50e3e154dc7b1101bdec2b40f

    unknown  high  aws-rds-storage-encrypted-with-customer-managed-key           2/2
      Databases are encrypted with a customer managed key

      Resource    aws_db_instance.replica
      Kind        aws.ec2.subnet, named private-a, region eu-central-1
      Place       plan.json:120:7
      Message     cannot tell: attributes.encryption.key is known after apply (from
                  aws_kms_key.db)
      Unknown     attributes.encryption.key: known after apply (from aws_kms_key.db)
      Unknown     facts.key_owner: not in the input: aws_kms_key.db
      Control     HF-AWS-RDS-004; ha-eks line 13; innovate lines 66, 71, 77
      Why         A default route to an internet gateway turns a private subnet
                  public without anyone saying so.

                  - It is found by its routes.
                  - Not by its name.
      Fix         Give each private subnet a route table whose default route targets
                  a NAT gateway of the same zone.
      See         https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.
                  html
      Finding     47d051cca1e9078af761a86ac83fa48c

    gap  aws_iam_role.broken
      Reason      assume_role_policy is not JSON
      Touches     aws.iam.role

    1,234 resources by 3 rules: 4 failed, 1 unknown, 1 error, 5,012 passed, 300 not
    applicable
    "#);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [40, 60, 80, 100, 160, 400] {
        for format in [Format::Table, Format::Detail] {
            for report in [sample::mixed(), sample::clean(), sample::many(100)] {
                for line in rendered(format, &report, &look(width)).lines() {
                    let columns = line.chars().count();
                    assert!(columns <= width.min(160), "{columns} columns of {width} in {format:?}: {line}");
                }
            }
        }
    }
}

#[test]
fn addresses_are_wrapped_and_never_cut() {
    let report = sample::mixed();
    for width in [50, 80, 120] {
        let text: String = rendered(Format::Table, &report, &look(width))
            .lines()
            .filter(|line| line.starts_with("    "))
            .map(|line| line.split("  ").find(|part| !part.is_empty()).unwrap_or_default().trim())
            .collect();
        for finding in report.findings.iter().filter(|finding| finding.enforced && finding.place.is_some()).take(2) {
            assert!(text.contains(&finding.resource.id), "{} in {text}", finding.resource.id);
        }
    }
}

#[test]
fn table_of_very_many_findings_is_bounded() {
    let text = rendered(Format::Table, &sample::many(50_000), &look(80));
    assert!(text.lines().count() < 300, "{} lines", text.lines().count());
    assert!(text.contains("… and 12,480 more findings; -f json lists all"));
    assert!(text.contains("12,500 critical, 12,500 high, 12,500 medium, 12,500 low"));
}

#[test]
fn colours_are_there_only_when_wanted() {
    let report = sample::mixed();
    for format in [Format::Table, Format::Detail] {
        let plain = rendered(format, &report, &look(80));
        assert!(!plain.contains('\u{1b}'));
        let coloured = rendered(format, &report, &Look { color: true, ..look(80) });
        assert!(coloured.contains('\u{1b}'));
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain, "colours move nothing");
    }
}

#[test]
fn control_characters_of_an_input_do_not_reach_the_terminal() {
    let mut report = sample::mixed();
    for finding in &mut report.findings {
        finding.resource.id = "aws_subnet.a[\"\u{1b}]0;owned\u{7}\"]".to_owned();
        finding.message = "value \u{1b}[2J".to_owned();
    }
    for format in [Format::Table, Format::Detail] {
        let text = rendered(format, &report, &look(80));
        assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
    }
}

#[test]
fn places_in_the_source_fit_the_page() {
    let report = sample::mapped();
    for (format, widths) in [(Format::Table, [80, 60, 40]), (Format::Detail, [80, 60, 40])] {
        for width in widths {
            let text = rendered(format, &report, &look(width));
            for line in text.lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
            }
        }
    }
    let text = rendered(Format::Table, &report, &look(80));
    assert!(text.contains("../../modules/network/main.tf:12:1"), "{text}");
}
