//! The list of rules.

use hfscan::policy::severity::Severity;
use hfscan::report::{Look, list_rules};

use crate::sample::{ENCRYPTION, ROUTES, selected};

fn listed(width: usize) -> String {
    let mut rules = vec![selected(ROUTES, Severity::Critical, true), selected(ENCRYPTION, Severity::Low, false)];
    rules[0].rule.title =
        String::from("Private subnets reach the internet only through a NAT gateway of the same zone");
    rules[1].rule.kinds = vec!["aws.rds.cluster".to_owned(), "aws.rds.instance".to_owned()];
    let mut out = Vec::new();
    list_rules(&rules, &Look { width, ..Look::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn rules_at_eighty_columns() {
    insta::assert_snapshot!(listed(80), @r#"
    aws-ec2-private-subnet-routes
      Private subnets reach the internet only through a NAT gateway of the same zone
      critical, HF-AWS-NET-006, aws.ec2.subnet

    aws-rds-storage-encrypted-with-customer-managed-key
      Something is required
      low, advisory, HF-AWS-NET-006, aws.rds.cluster, aws.rds.instance

    2 rules
    "#);
}

#[test]
fn rules_on_a_wide_terminal() {
    insta::assert_snapshot!(listed(160), @r#"
    Rule                                                 Control         Severity       Kinds             Title
    aws-ec2-private-subnet-routes                        HF-AWS-NET-006  critical       aws.ec2.subnet    Private subnets reach the internet only through a NAT
                                                                                                          gateway of the same zone
    aws-rds-storage-encrypted-with-customer-managed-key  HF-AWS-NET-006  low, advisory  aws.rds.cluster   Something is required
                                                                                        aws.rds.instance

    2 rules
    "#);
}
