//! The resource of a finding: AWS's name of its type, and the evidence as names and texts.

use std::collections::BTreeMap;

use super::shape::{AsffResource, ResourceDetails};
use super::{limits, told};
use crate::finding::Finding;
use crate::report::cloud::Whereabouts;

/// What Security Hub calls a resource of a kind that it has no type for.
pub const OTHER: &str = "Other";

/// Kinds that Security Hub has a type for.
const TYPES: [(&str, &str); 28] = [
    ("aws.acm.certificate", "AwsCertificateManagerCertificate"),
    ("aws.autoscaling.group", "AwsAutoScalingAutoScalingGroup"),
    ("aws.dynamodb.table", "AwsDynamoDbTable"),
    ("aws.ec2.elastic_ip", "AwsEc2Eip"),
    ("aws.ec2.instance", "AwsEc2Instance"),
    ("aws.ec2.launch_template", "AwsEc2LaunchTemplate"),
    ("aws.ec2.network_interface", "AwsEc2NetworkInterface"),
    ("aws.ec2.route_table", "AwsEc2RouteTable"),
    ("aws.ec2.security_group", "AwsEc2SecurityGroup"),
    ("aws.ec2.subnet", "AwsEc2Subnet"),
    ("aws.ec2.vpc", "AwsEc2Vpc"),
    ("aws.ecr.repository", "AwsEcrRepository"),
    ("aws.eks.cluster", "AwsEksCluster"),
    ("aws.elb.classic_load_balancer", "AwsElbLoadBalancer"),
    ("aws.elb.load_balancer", "AwsElbv2LoadBalancer"),
    ("aws.iam.group", "AwsIamGroup"),
    ("aws.iam.policy", "AwsIamPolicy"),
    ("aws.iam.role", "AwsIamRole"),
    ("aws.iam.user", "AwsIamUser"),
    ("aws.kms.key", "AwsKmsKey"),
    ("aws.lambda.function", "AwsLambdaFunction"),
    ("aws.rds.cluster", "AwsRdsDbCluster"),
    ("aws.rds.instance", "AwsRdsDbInstance"),
    ("aws.s3.account_public_access_block", "AwsS3AccountPublicAccessBlock"),
    ("aws.s3.bucket", "AwsS3Bucket"),
    ("aws.secretsmanager.secret", "AwsSecretsManagerSecret"),
    ("aws.sqs.queue", "AwsSqsQueue"),
    ("aws.wafv2.web_acl", "AwsWafv2WebAcl"),
];

/// Related resources that the evidence tells; those behind them say little more.
const MOST_RELATED: usize = 10;

/// Returns the name of a kind in Security Hub.
pub fn type_of(kind: &str) -> &'static str {
    TYPES.iter().find(|(name, _)| *name == kind).map_or(OTHER, |(_, type_name)| type_name)
}

/// Returns the resource of a finding with the evidence.
pub(super) fn of(finding: &Finding, place: &Whereabouts) -> AsffResource {
    let subject = &finding.resource;
    let id = told(&subject.id, limits::RESOURCE_ID).or_else(|| told(&subject.address, limits::RESOURCE_ID));
    AsffResource {
        type_name: type_of(&subject.kind).to_owned(),
        id: id.unwrap_or_else(|| "unnamed".to_owned()),
        partition: limits::PARTITIONS.contains(&place.partition.as_str()).then(|| place.partition.clone()),
        region: place.region.clone(),
        details: ResourceDetails { other: evidence(finding) },
    }
}

fn evidence(finding: &Finding) -> BTreeMap<String, String> {
    let subject = &finding.resource;
    let related: Vec<&str> = finding.related.iter().take(MOST_RELATED).map(|related| related.id.as_str()).collect();
    let reasons: Vec<String> = finding.reasons.iter().map(ToString::to_string).collect();
    let fields = [
        ("kind", subject.kind.clone()),
        ("name", subject.name.clone().unwrap_or_default()),
        ("address", subject.address.clone()),
        ("element", finding.tag.clone().unwrap_or_default()),
        ("attribute", finding.path.join(".")),
        ("value", finding.value.as_ref().map_or_else(String::new, ToString::to_string)),
        ("related", related.join(" → ")),
        ("unknown", reasons.join("; ")),
        ("block", finding.block.as_ref().map_or_else(String::new, |block| block.address.clone())),
    ];
    let told = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), told(&text, limits::OTHER_VALUE)?)));
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_sorted_by_kind() {
        assert!(TYPES.is_sorted());
        assert_eq!((type_of("aws.ec2.subnet"), type_of("aws.ec2.nat_gateway")), ("AwsEc2Subnet", OTHER));
    }
}
