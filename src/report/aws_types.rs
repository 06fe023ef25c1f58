//! What AWS calls a resource of each kind: in Security Hub, and in `CloudFormation` and Config.

/// What Security Hub calls a resource that it has no type for.
pub(super) const OTHER: &str = "Other";

/// A kind, its type in Security Hub, and its type in `CloudFormation` or Config.
const TYPES: [(&str, &str, &str); 51] = [
    ("aws.acm.certificate", "AwsCertificateManagerCertificate", "AWS::CertificateManager::Certificate"),
    ("aws.autoscaling.group", "AwsAutoScalingAutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup"),
    ("aws.dynamodb.table", "AwsDynamoDbTable", "AWS::DynamoDB::Table"),
    ("aws.ec2.egress_only_internet_gateway", OTHER, "AWS::EC2::EgressOnlyInternetGateway"),
    ("aws.ec2.elastic_ip", "AwsEc2Eip", "AWS::EC2::EIP"),
    ("aws.ec2.instance", "AwsEc2Instance", "AWS::EC2::Instance"),
    // The defaults of a region are a setting, which neither service lists.
    ("aws.ec2.instance_metadata_defaults", OTHER, OTHER),
    ("aws.ec2.internet_gateway", OTHER, "AWS::EC2::InternetGateway"),
    ("aws.ec2.launch_template", "AwsEc2LaunchTemplate", "AWS::EC2::LaunchTemplate"),
    ("aws.ec2.nat_gateway", OTHER, "AWS::EC2::NatGateway"),
    ("aws.ec2.network_interface", "AwsEc2NetworkInterface", "AWS::EC2::NetworkInterface"),
    ("aws.ec2.prefix_list", OTHER, "AWS::EC2::PrefixList"),
    ("aws.ec2.route_table", "AwsEc2RouteTable", "AWS::EC2::RouteTable"),
    ("aws.ec2.security_group", "AwsEc2SecurityGroup", "AWS::EC2::SecurityGroup"),
    ("aws.ec2.subnet", "AwsEc2Subnet", "AWS::EC2::Subnet"),
    ("aws.ec2.vpc", "AwsEc2Vpc", "AWS::EC2::VPC"),
    ("aws.ecr.repository", "AwsEcrRepository", "AWS::ECR::Repository"),
    ("aws.efs.file_system", OTHER, "AWS::EFS::FileSystem"),
    ("aws.efs.mount_target", OTHER, "AWS::EFS::MountTarget"),
    ("aws.eks.addon", OTHER, "AWS::EKS::Addon"),
    ("aws.eks.cluster", "AwsEksCluster", "AWS::EKS::Cluster"),
    ("aws.eks.fargate_profile", OTHER, "AWS::EKS::FargateProfile"),
    ("aws.eks.node_group", OTHER, "AWS::EKS::Nodegroup"),
    ("aws.eks.pod_identity_association", OTHER, "AWS::EKS::PodIdentityAssociation"),
    ("aws.elasticache.cluster", OTHER, "AWS::ElastiCache::CacheCluster"),
    ("aws.elasticache.replication_group", OTHER, "AWS::ElastiCache::ReplicationGroup"),
    ("aws.elasticache.subnet_group", OTHER, "AWS::ElastiCache::SubnetGroup"),
    ("aws.elb.classic_load_balancer", "AwsElbLoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer"),
    ("aws.elb.listener", OTHER, "AWS::ElasticLoadBalancingV2::Listener"),
    ("aws.elb.load_balancer", "AwsElbv2LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
    ("aws.elb.target_group", OTHER, "AWS::ElasticLoadBalancingV2::TargetGroup"),
    ("aws.iam.group", "AwsIamGroup", "AWS::IAM::Group"),
    ("aws.iam.instance_profile", OTHER, "AWS::IAM::InstanceProfile"),
    ("aws.iam.oidc_provider", OTHER, "AWS::IAM::OIDCProvider"),
    ("aws.iam.policy", "AwsIamPolicy", "AWS::IAM::Policy"),
    ("aws.iam.role", "AwsIamRole", "AWS::IAM::Role"),
    ("aws.iam.user", "AwsIamUser", "AWS::IAM::User"),
    ("aws.kms.key", "AwsKmsKey", "AWS::KMS::Key"),
    ("aws.lambda.function", "AwsLambdaFunction", "AWS::Lambda::Function"),
    ("aws.logs.log_group", OTHER, "AWS::Logs::LogGroup"),
    ("aws.rds.cluster", "AwsRdsDbCluster", "AWS::RDS::DBCluster"),
    ("aws.rds.global_cluster", OTHER, "AWS::RDS::GlobalCluster"),
    ("aws.rds.instance", "AwsRdsDbInstance", "AWS::RDS::DBInstance"),
    ("aws.rds.parameter_group", OTHER, "AWS::RDS::DBParameterGroup"),
    ("aws.rds.proxy", OTHER, "AWS::RDS::DBProxy"),
    ("aws.rds.subnet_group", OTHER, "AWS::RDS::DBSubnetGroup"),
    ("aws.s3.account_public_access_block", "AwsS3AccountPublicAccessBlock", "AWS::S3::AccountPublicAccessBlock"),
    ("aws.s3.bucket", "AwsS3Bucket", "AWS::S3::Bucket"),
    ("aws.secretsmanager.secret", "AwsSecretsManagerSecret", "AWS::SecretsManager::Secret"),
    ("aws.sqs.queue", "AwsSqsQueue", "AWS::SQS::Queue"),
    ("aws.wafv2.web_acl", "AwsWafv2WebAcl", "AWS::WAFv2::WebACL"),
];

/// Returns the type of a kind in Security Hub; `Other` where it has none.
pub(super) fn in_security_hub(kind: &str) -> &'static str {
    find(kind).map_or(OTHER, |(_, type_name, _)| type_name)
}

/// Returns the type of a kind in `CloudFormation` and Config, where they have one.
pub(super) fn in_cloud_formation(kind: &str) -> Option<&'static str> {
    find(kind).map(|(_, _, type_name)| *type_name).filter(|type_name| *type_name != OTHER)
}

fn find(kind: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    TYPES.iter().find(|(name, ..)| *name == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_the_cloud_has_a_line() {
        let names: Vec<&str> = TYPES.iter().map(|(name, ..)| *name).collect();
        let kinds = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/inventory/kind.rs")).unwrap();
        let named = kinds.split('"').filter(|text| text.starts_with("aws.") && text.matches('.').count() == 2);
        assert_eq!(names, named.collect::<Vec<_>>());
    }
}
