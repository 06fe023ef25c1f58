//! Which types of Config an audit asks for, and what asking takes.

use std::collections::BTreeSet;

use super::rows::RECORDER;
use crate::collect::aws::operation::Operation;

/// A type of Config.
#[derive(Debug)]
pub(super) struct Source {
    /// Its name: `AWS::EC2::Subnet`.
    pub(super) type_name: &'static str,
    /// Kinds whose resources its rows are.
    pub(super) lists: &'static [&'static str],
    /// Kinds that its rows tell more of.
    serves: &'static [&'static str],
    /// The query in one account and region.
    pub(super) own: Operation,
    /// The query in an aggregator.
    pub(super) gathered: Operation,
}

const fn source(type_name: &'static str, lists: &'static [&'static str], serves: &'static [&'static str]) -> Source {
    Source {
        type_name,
        lists,
        serves,
        own: Operation::listing("Config Service.SelectResourceConfig", "config:SelectResourceConfig", lists),
        gathered: Operation::listing(
            "Config Service.SelectAggregateResourceConfig",
            "config:SelectAggregateResourceConfig",
            lists,
        ),
    }
}

/// Every type that is asked for. Kinds of which Config leaves the essential out, such as the policies of
/// secrets and tables, are not among them: one gap says more than as many unknown values.
pub(super) static SOURCES: &[Source] = &[
    source("AWS::AutoScaling::AutoScalingGroup", &["aws.autoscaling.group"], &[]),
    source("AWS::EC2::EIP", &["aws.ec2.elastic_ip"], &["aws.ec2.instance"]),
    source("AWS::EC2::Instance", &["aws.ec2.instance"], &[]),
    source("AWS::EC2::InternetGateway", &["aws.ec2.internet_gateway"], &[]),
    source("AWS::EC2::LaunchTemplate", &["aws.ec2.launch_template"], &[]),
    source("AWS::EC2::NatGateway", &["aws.ec2.nat_gateway"], &[]),
    source("AWS::EC2::NetworkInterface", &["aws.ec2.network_interface"], &[]),
    source("AWS::EC2::RouteTable", &["aws.ec2.route_table"], &["aws.ec2.subnet", "aws.ec2.vpc"]),
    source("AWS::EC2::SecurityGroup", &["aws.ec2.security_group"], &["aws.eks.cluster"]),
    source("AWS::EC2::Subnet", &["aws.ec2.subnet"], &[]),
    source("AWS::EC2::VPC", &["aws.ec2.vpc"], &[]),
    source("AWS::EC2::Volume", &[], &["aws.ec2.instance"]),
    source("AWS::ECR::Repository", &["aws.ecr.repository"], &[]),
    source("AWS::EFS::FileSystem", &["aws.efs.file_system"], &[]),
    source("AWS::EKS::Cluster", &["aws.eks.cluster"], &[]),
    source("AWS::ElasticLoadBalancingV2::LoadBalancer", &["aws.elb.load_balancer"], &[]),
    source("AWS::IAM::Group", &["aws.iam.group"], IDENTITIES),
    source("AWS::IAM::Policy", &["aws.iam.policy"], IDENTITIES),
    source("AWS::IAM::Role", &["aws.iam.instance_profile", "aws.iam.role"], IDENTITIES),
    source("AWS::IAM::User", &["aws.iam.user"], IDENTITIES),
    source("AWS::KMS::Key", &["aws.kms.key"], &[]),
    source("AWS::RDS::DBCluster", &["aws.rds.cluster"], &[]),
    source("AWS::RDS::DBInstance", &["aws.rds.instance"], &[]),
    source("AWS::RDS::DBSubnetGroup", &["aws.rds.subnet_group"], &[]),
    source("AWS::S3::Bucket", &["aws.s3.bucket"], &[]),
    source("AWS::SQS::Queue", &["aws.sqs.queue"], &[]),
];

/// What a role may do hangs on policies: whoever needs one of them needs them all.
pub(super) const IDENTITIES: &[&str] =
    &["aws.iam.group", "aws.iam.instance_profile", "aws.iam.policy", "aws.iam.role", "aws.iam.user"];

/// Config's own recorders: without them nobody knows what an empty answer means.
pub(super) static RECORDERS: Source = source(RECORDER, &[], &[]);

pub(super) const SOURCES_STATUS: Operation = Operation::listing(
    "Config Service.DescribeConfigurationAggregatorSourcesStatus",
    "config:DescribeConfigurationAggregatorSourcesStatus",
    &[],
);

/// Returns the types that an audit of these kinds asks for.
pub(super) fn wanted<'a>(kinds: &'a BTreeSet<&str>) -> impl Iterator<Item = &'static Source> + use<'a> {
    SOURCES.iter().filter(|source| source.lists.iter().chain(source.serves).any(|kind| kinds.contains(kind)))
}

/// Returns the kinds that Config tells.
pub(super) fn told() -> BTreeSet<&'static str> {
    SOURCES.iter().flat_map(|source| source.lists.iter().copied()).collect()
}

/// Returns the query for a type; only resources of these accounts, or of all if there are none.
pub(super) fn expression(type_name: &str, accounts: &[String]) -> String {
    let mut text = format!(
        "SELECT resourceId, resourceName, resourceType, arn, awsRegion, accountId, configurationItemStatus, \
         configuration, supplementaryConfiguration, tags WHERE resourceType = '{type_name}'"
    );
    // A query may have 4096 characters: where there are more accounts, all are asked for and sorted out here.
    if !accounts.is_empty() && accounts.len() <= 200 {
        let named: Vec<String> = accounts.iter().map(|account| format!("'{account}'")).collect();
        text += &format!(" AND accountId IN ({})", named.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_its_accounts_and_stays_short() {
        let own = expression("AWS::EC2::VPC", &[]);
        assert!(own.ends_with("WHERE resourceType = 'AWS::EC2::VPC'"), "{own}");
        let accounts = vec!["111122223333".to_owned(); 200];
        let many = expression("AWS::ElasticLoadBalancingV2::LoadBalancer", &accounts);
        assert!(many.contains("AND accountId IN ('111122223333', ") && many.len() < 4096, "{}", many.len());
        assert!(!expression("AWS::EC2::VPC", &vec![String::new(); 201]).contains("accountId IN"));
    }

    #[test]
    fn every_kind_is_one_that_the_direct_audit_reads() {
        let known = crate::collect::aws::kinds();
        assert!(told().is_subset(&known), "{:?}", told().difference(&known).collect::<Vec<_>>());
        let volumes = wanted(&BTreeSet::from(["aws.ec2.instance"])).any(|source| source.type_name.ends_with("Volume"));
        assert!(volumes);
    }
}
