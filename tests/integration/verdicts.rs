//! Verdicts on plans that terraform made of our own code: what a plan does not show is not taken for what is
//! not there, and what it shows is not lost beside it.

use std::path::Path;

use serde_json::Value;

use crate::harness::hfscan;

/// Rule, address, outcome; `pass` is what has no finding.
type Expected<'a> = &'a [(&'a str, &'a str, &'a str)];

const ADMINISTRATOR: &str = "aws-iam-administrator-permissions";
const ESCALATION: &str = "aws-iam-privilege-escalation";
const IRSA: &str = "aws-iam-irsa-trust";
const MANAGED: &str = "aws-iam-managed-policies";
const PUBLIC: &str = "aws-iam-public-resource-policies";

const PERMISSIONS: Expected<'_> = &[
    // Lists that are unknown as a whole.
    (MANAGED, "aws_iam_role.managed_unknown", "unknown"),
    (ESCALATION, "aws_iam_role.managed_unknown", "unknown"),
    (MANAGED, "aws_iam_role.exclusive_unknown", "unknown"),
    (ADMINISTRATOR, "aws_iam_policy.compact_unknown", "unknown"),
    (ADMINISTRATOR, "aws_iam_policy.plain_pass", "pass"),
    // Holders outside of the plan.
    (MANAGED, "aws_iam_user_policy_attachment.literal_fail", "fail"),
    (ADMINISTRATOR, "aws_iam_policy.attached_outside", "fail critical"),
    // Names, opaque documents, boundaries, denials.
    (ESCALATION, "aws_iam_role.generated_fail", "fail"),
    (ESCALATION, "aws_iam_role.beside_opaque_fail", "fail"),
    (ESCALATION, "aws_iam_role.opaque_alone_unknown", "unknown"),
    (ESCALATION, "aws_iam_role.bounded_pass", "pass"),
    (ESCALATION, "aws_iam_role.unbounded_fail", "fail"),
    (ESCALATION, "aws_iam_role.denied_pass", "pass"),
    (ESCALATION, "aws_iam_role.tagged[\"equals_pass\"]", "pass"),
    (ESCALATION, "aws_iam_role.tagged[\"excludes_fail\"]", "fail"),
    (ESCALATION, "aws_iam_role.tagged[\"anything_fail\"]", "fail"),
    (ESCALATION, "aws_iam_role.tagged[\"absent_fail\"]", "fail"),
    // Conditions that let everybody through.
    (PUBLIC, "aws_sqs_queue.open[\"account_pass\"]", "pass"),
    (PUBLIC, "aws_sqs_queue.open[\"organization_pass\"]", "pass"),
    (PUBLIC, "aws_sqs_queue.open[\"topic_pass\"]", "pass"),
    (PUBLIC, "aws_sqs_queue.open[\"bucket_pass\"]", "pass"),
    (PUBLIC, "aws_sqs_queue.open[\"any_org_fail\"]", "fail"),
    (PUBLIC, "aws_sqs_queue.open[\"any_path_fail\"]", "fail"),
    (PUBLIC, "aws_sqs_queue.open[\"any_arn_fail\"]", "fail"),
    (PUBLIC, "aws_sqs_queue.open[\"any_topic_fail\"]", "fail"),
    // Service accounts in a dynamic block.
    (IRSA, "aws_iam_role.pods[\"any_fail\"]", "fail"),
    (IRSA, "aws_iam_role.pods[\"one_unknown\"]", "unknown"),
    ("aws-iam-service-account-roles", "aws_iam_role.pods[\"two_unknown\"]", "fail"),
    ("aws-iam-service-account-roles", "aws_iam_role.pods[\"one_unknown\"]", "pass"),
    // Nodes behind a policy of several instance types.
    ("aws-iam-node-managed-policies", "aws_iam_role.nodes_fail", "fail"),
];

const NETWORKS: Expected<'_> = &[
    ("aws-ec2-nat-gateway-per-zone", "aws_vpc.ranges", "fail"),
    ("aws-ec2-no-public-addresses", "aws_instance.addressed_fail", "fail"),
    ("aws-ec2-no-public-addresses", "aws_instance.plain_pass", "pass"),
    ("aws-ec2-data-stores-in-private-subnets", "aws_db_instance.source_pass", "pass"),
    ("aws-ec2-data-stores-in-private-subnets", "aws_db_instance.near_pass", "pass"),
    ("aws-ec2-data-stores-in-private-subnets", "aws_db_instance.far_fail", "fail"),
    ("aws-rds-multi-az", "aws_db_instance.null_fail", "fail"),
    ("aws-elb-load-balancer-zones", "aws_lb.handed_on_unknown", "unknown"),
    ("aws-eks-node-zones", "aws_eks_cluster.labels_fail", "fail"),
    ("aws-ec2-data-stores-in-private-subnets", "aws_db_instance.local_unknown", "unknown"),
    ("aws-elb-http-redirects-to-https", "aws_lb_listener.no_protocol_fail", "fail"),
    ("aws-ec2-security-group-file-system-sources", "aws_efs_mount_target.default_fail", "fail"),
];

fn check(folder: &str, expected: Expected<'_>) {
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform").join(folder).join("plan.json");
    let ran = hfscan(&["scan", plan.to_str().unwrap(), "--profile", "ha-eks", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
    let findings = report["findings"].as_array().unwrap();
    let rules = report["rules"].as_array().unwrap();
    let plan = std::fs::read_to_string(plan).unwrap();
    for (rule, address, outcome) in expected {
        assert!(plan.contains(&serde_json::to_string(address).unwrap()), "no {address} in the plan");
        assert!(rules.iter().any(|one| one["rule"] == *rule || one["id"] == *rule), "no {rule} in the report");
        let of = |finding: &&Value| finding["rule"] == *rule && finding["resource"]["address"] == *address;
        let found: Vec<String> = findings
            .iter()
            .filter(of)
            .map(|one| format!("{} {}", one["outcome"].as_str().unwrap(), one["severity"].as_str().unwrap()))
            .collect();
        let right = match *outcome {
            "pass" => found.is_empty(),
            outcome => found.iter().any(|found| found.starts_with(outcome)),
        };
        assert!(right, "{rule} on {address}: {found:?} instead of {outcome}");
    }
}

#[test]
fn permissions_that_a_plan_half_tells() {
    check("permissions", PERMISSIONS);
}

#[test]
fn networks_that_are_reached_through_other_things() {
    check("networks", NETWORKS);
}
