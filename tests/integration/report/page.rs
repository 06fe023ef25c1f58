//! The page of a rule.

use std::collections::BTreeMap;

use hfscan::policy::page;
use hfscan::policy::rule::Parameter;
use hfscan::policy::severity::Severity;
use serde_json::json;

use crate::sample::{ROUTES, selected};

#[test]
fn page_of_a_rule() {
    let mut rule = selected(ROUTES, Severity::Critical, true).rule;
    rule.description = "A default route turns a private subnet public.\n".to_owned();
    rule.remediation = "Route through a NAT gateway.".to_owned();
    rule.path = "policies/aws/ec2/private_subnet_routes.rego".to_owned();
    rule.documents = BTreeMap::from([("ha-eks".to_owned(), vec![13]), ("innovate".to_owned(), vec![66, 71])]);
    rule.params = BTreeMap::from([(
        "name".to_owned(),
        Parameter { default: json!("priv|app"), description: "Names of private subnets".to_owned() },
    )]);
    rule.references = vec!["https://docs.aws.amazon.com/vpc/".to_owned()];
    insta::assert_snapshot!(page::of(&rule), @r#"
    # aws-ec2-private-subnet-routes

    Something is required

    | | |
    |---|---|
    | Control | HF-AWS-NET-006 |
    | Severity | critical |
    | Judges | `aws.ec2.subnet` |
    | Stated in | ha-eks, line 13 |
    | Stated in | innovate, lines 66, 71 |
    | Source | `policies/aws/ec2/private_subnet_routes.rego` |

    ## Why

    A default route turns a private subnet public.

    ## What to do

    Route through a NAT gateway.

    ## Parameters

    | Name | Default | Meaning |
    |---|---|---|
    | `name` | `"priv\|app"` | Names of private subnets |

    ## Read on

    - <https://docs.aws.amazon.com/vpc/>
    "#);
}
