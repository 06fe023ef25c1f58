//! What the authors of the plans say about them, against what hfscan says. Their rules are not ours:
//! every difference is named with its reason, and nothing else may differ.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Finding, Report};

use super::{scan, shared};

/// Rules of the labels and the control that asks the same. All others ask what no control of ours
/// does; those that only seem to are:
/// `aws-elb-m-3` wants every load balancer internal, HF-AWS-NET-009 the right subnets for each;
/// `aws-lambda-m-1` is about permissions of functions, which HF-AWS-IAM-018 does not list;
/// `aws-sqs-m-1`, `aws-elasticache-*` and `aws-redshift-*` have no rule here.
const SAME: &[(&str, &str)] = &[
    ("aws-ec2linux-m-1", "HF-AWS-NET-014"),
    ("aws-ec2linux-m-2", "HF-AWS-NODE-006"),
    ("aws-ec2linux-r-1", "HF-AWS-NET-015"),
    ("aws-ecr-m-2", "HF-AWS-IAM-018"),
    ("aws-efs-m-1", "HF-AWS-ENC-007"),
    ("aws-efs-m-2", "HF-AWS-NET-021"),
    ("aws-efs-m-3", "HF-AWS-IAM-018"),
    ("aws-eks-m-1", "HF-AWS-LOG-001"),
    ("aws-eks-m-2", "HF-AWS-NET-036"),
    ("aws-elb-m-4", "HF-AWS-ENC-015"),
    ("tf_aws_iam_admin_policy", "HF-AWS-IAM-001"),
    ("tf_aws_s3_bucketpolicy_allowlist", "HF-AWS-IAM-018"),
];

const NO_CONFIGURATION: &str = "the plan has no configuration: whether the author left the rest of the metadata options \
                                out cannot be told, and a switched off endpoint would be in order";
const ENCRYPTION_IS_ENOUGH: &str = "the label wants a key of the customer; the control wants encryption with any key";
const GROUP_NOT_TARGET: &str = "the same range, told of the group that has the rule and not of the mount target";
const ACCOUNT_NOT_TOLD: &str = "a role of an account is let in, and a plan does not tell whether it is the own account";
const TARGETS_ARE_NOT_LISTENERS: &str = "the label is about target groups; the control about listeners";
const READING_IS_ENOUGH: &str =
    "the label looks for policies that allow everything; the control for any that let in everyone";

/// Rule, case (or address), what we say, and why that is not what the label says.
const DIFFERENCES: &[(&str, &str, &str, &str)] = &[
    ("aws-ec2linux-m-2", "invalid_no_metadata", "unknown", NO_CONFIGURATION),
    ("aws-ec2linux-m-2", "invalid_optional", "unknown", NO_CONFIGURATION),
    ("aws-ec2linux-m-2", "valid", "unknown", NO_CONFIGURATION),
    ("aws-efs-m-1", "default_kms", "pass", ENCRYPTION_IS_ENOUGH),
    ("aws-efs-m-1", "invalid_kms_key", "pass", ENCRYPTION_IS_ENOUGH),
    ("aws-efs-m-2", "invalid_sg_ref_cidr", "fail elsewhere", GROUP_NOT_TARGET),
    ("aws-efs-m-2", "invalid_sg_ref_cidr2", "fail elsewhere", GROUP_NOT_TARGET),
    (
        "aws-efs-m-2",
        "valid_referenced",
        "fail",
        "the label accepts the range of the VPC and port 443 from everywhere; the control only worker nodes",
    ),
    (
        "aws-efs-m-3",
        "invalid_condition",
        "unknown",
        "the label wants a condition on mount targets; the control closed principals, and the account is not told",
    ),
    ("aws-efs-m-3", "no_policy", "pass", "the label wants a policy; without one nobody from outside is let in"),
    ("aws-efs-m-3", "valid", "unknown", ACCOUNT_NOT_TOLD),
    ("aws-elb-m-4", "invalid_tg_protocol", "not judged", TARGETS_ARE_NOT_LISTENERS),
    (
        "aws-elb-m-4",
        "undefined_listener_protocol",
        "unknown",
        "the plan has no configuration: which protocol the provider chooses is known after apply",
    ),
    ("aws-elb-m-4", "undefined_tg_protocol", "not judged", TARGETS_ARE_NOT_LISTENERS),
    ("aws-elb-m-4", "valid_https_tg_protocol", "not judged", TARGETS_ARE_NOT_LISTENERS),
    ("aws-elb-m-4", "valid_tls_tg_protocol", "not judged", TARGETS_ARE_NOT_LISTENERS),
    ("tf_aws_s3_bucketpolicy_allowlist", "aws_s3_bucket.allowget-external-policy", "fail", READING_IS_ENOUGH),
    ("tf_aws_s3_bucketpolicy_allowlist", "aws_s3_bucket.allowget-inline-policy", "fail", READING_IS_ENOUGH),
];

/// One plan and what its authors say of it.
#[derive(Debug)]
struct Label {
    rule: String,
    case: String,
    plan: String,
    fails: bool,
    /// Addresses that fail; of a label that passes, the address that does, if it names one.
    addresses: BTreeSet<String>,
}

fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        let fields = line.split('\t').map(str::to_owned);
        names.iter().map(|name| (*name).to_owned()).zip(fields).collect()
    };
    lines.map(row).collect()
}

fn labels(folder: &Path) -> Vec<Label> {
    let mut labels: BTreeMap<(String, String), Label> = BTreeMap::new();
    let aws = table(&folder.join("aws_samples_labels.tsv")).into_iter().map(|row| Label {
        rule: row["rule"].clone(),
        case: row["case"].clone(),
        plan: row["corpus_file"].clone(),
        fails: row["label"] == "fail",
        addresses: BTreeSet::from([row["failing_addresses"].clone()]),
    });
    let regula = table(&folder.join("regula_plan_labels.tsv")).into_iter().map(|row| Label {
        rule: row["rule"].clone(),
        case: row["address"].clone(),
        plan: format!("plans/regula/fugue__regula__{}", row["plan"].replace('/', "__")),
        fails: row["label"] == "fail",
        addresses: BTreeSet::from([row["address"].clone()]),
    });
    for label in aws.chain(regula) {
        let key = (label.rule.clone(), label.case.clone());
        let addresses = label.addresses.clone();
        labels.entry(key).or_insert(label).addresses.extend(addresses);
    }
    labels
        .into_values()
        .map(|mut label| {
            label.addresses.remove("");
            label
        })
        .collect()
}

/// Whether a finding is about an address: its resource, or an inline policy of it, by which its tag
/// begins.
fn is_about(finding: &Finding, address: &str) -> bool {
    let name = address.rsplit('.').next().unwrap_or(address);
    let tag = finding.tag.as_deref().unwrap_or_default();
    finding.resource.address == address || tag.starts_with(&format!("{name}/"))
}

fn verdict(report: &Report, control: &str, label: &Label) -> &'static str {
    let of_control = |finding: &&Finding| finding.control.as_deref() == Some(control);
    let findings: Vec<&Finding> = report.findings.iter().filter(of_control).collect();
    let with = |outcome: Outcome| findings.iter().filter(move |finding| finding.outcome == outcome);
    let named = |finding: &&&Finding| label.addresses.iter().any(|address| is_about(finding, address));
    if with(Outcome::Fail).any(|finding| label.addresses.is_empty() || named(&finding)) {
        "fail"
    } else if label.fails && with(Outcome::Fail).next().is_some() {
        "fail elsewhere"
    } else if with(Outcome::Unknown).any(|finding| label.addresses.is_empty() || named(&finding)) {
        "unknown"
    } else if findings.is_empty() {
        "not judged"
    } else {
        "pass"
    }
}

#[test]
fn labels_agree_but_for_the_named_differences() {
    let Some(folder) = shared("labels") else { return };
    let Some(plans) = shared("plans") else { return };
    let root = plans.parent().unwrap();
    let (mut agree, mut absent) = (0, 0);
    let mut differences = BTreeSet::new();
    for label in labels(&folder) {
        let Some((_, control)) = SAME.iter().find(|(rule, _)| *rule == label.rule) else {
            continue;
        };
        let path = root.join(&label.plan);
        if label.plan.is_empty() || !path.is_file() {
            eprintln!("SKIPPED: {} {}: its plan is not at hand", label.rule, label.case);
            absent += 1;
            continue;
        }
        let report = scan(&path).unwrap();
        let verdict = verdict(&report, control, &label);
        if verdict == if label.fails { "fail" } else { "pass" } {
            agree += 1;
        } else {
            differences.insert((label.rule, label.case, verdict.to_owned()));
        }
    }
    let expected: BTreeSet<_> = DIFFERENCES
        .iter()
        .map(|(rule, case, verdict, _)| ((*rule).to_owned(), (*case).to_owned(), (*verdict).to_owned()))
        .collect();
    let new: Vec<_> = differences.difference(&expected).collect();
    let stale: Vec<_> = expected.difference(&differences).collect();
    println!("{agree} labels agree, {} differ, {absent} have no plan", differences.len());
    assert!(new.is_empty() && stale.is_empty(), "new: {new:#?}, gone: {stale:#?}");
}
