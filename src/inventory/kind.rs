//! The kinds that hfscan models, in one table. A new kind is a struct for its attributes, a struct
//! for its facts, and one line here.

use serde::Serialize;

use super::aws::{
    acm, autoscaling, dynamodb, ec2, ecr, efs, eks, elasticache, elb, iam, kms, lambda, logs, rds, s3, secretsmanager,
    sqs, wafv2,
};
use super::environment;
use super::kubernetes::{apps, autoscaling as scaling, core as kubernetes_core, helm, keda, object};
use super::link::Linked;

/// A relation that a kind's attributes declare.
pub struct Relation<'a> {
    /// Its name in `input.relations`.
    pub name: &'static str,
    /// Kinds that it may lead to.
    pub to: &'static [&'static str],
    /// What the attribute says.
    pub links: &'a Linked,
}

/// A kind of resource: its name, attributes, relations and facts.
pub trait Kind: Sized + Serialize {
    /// The dotted name.
    const NAME: &'static str;
    /// What is derived for it from other resources.
    type Facts: Serialize + Default;

    /// Takes the attributes out of the table's type.
    fn attributes(attributes: &Attributes) -> Option<&Self>;
    /// Takes the attributes out of the table's type, for writing.
    fn attributes_mut(attributes: &mut Attributes) -> Option<&mut Self>;
    /// Takes the facts out of the table's type.
    fn facts(facts: &Facts) -> Option<&Self::Facts>;
    /// Takes the facts out of the table's type, for writing.
    fn facts_mut(facts: &mut Facts) -> Option<&mut Self::Facts>;
    /// Puts the attributes into the table's type.
    fn into_attributes(self) -> Attributes;
}

/// Declares which attributes of a kind are links.
pub trait Relations {
    /// Returns the relations that the attributes declare.
    fn relations(&self) -> Vec<Relation<'_>>;
}

macro_rules! kinds {
    ($($variant:ident: $name:literal => $attributes:ty, $facts:ty;)*) => {
        /// Attributes of a resource, by kind.
        #[derive(Debug, Clone)]
        pub enum Attributes {
            $(#[doc = concat!("`", $name, "`")] $variant(Box<$attributes>),)*
        }

        /// Facts of a resource, by kind.
        #[derive(Debug, Clone)]
        pub enum Facts {
            $(#[doc = concat!("`", $name, "`")] $variant(Box<$facts>),)*
        }

        /// Every kind's name, sorted as in the table.
        pub const NAMES: &[&str] = &[$($name),*];

        impl Attributes {
            /// Returns the kind's dotted name.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// Returns the relations that the attributes declare.
            pub fn relations(&self) -> Vec<Relation<'_>> {
                match self { $(Self::$variant(attributes) => attributes.relations(),)* }
            }

            /// Returns empty facts of the same kind.
            pub fn empty_facts(&self) -> Facts {
                match self { $(Self::$variant(_) => Facts::$variant(Box::default()),)* }
            }
        }

        impl Attributes {
            /// Reads the attributes of a kind back from the JSON that they serialize to; `None` if there
            /// is no such kind.
            pub fn from_json(kind: &str, json: &str) -> Option<serde_json::Result<Self>> {
                match kind {
                    $($name => Some(serde_json::from_str::<$attributes>(json).map(|read| Self::$variant(Box::new(read)))),)*
                    _ => None,
                }
            }
        }

        impl Serialize for Attributes {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(attributes) => attributes.serialize(serializer),)* }
            }
        }

        impl Serialize for Facts {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(facts) => facts.serialize(serializer),)* }
            }
        }

        $(impl Kind for $attributes {
            const NAME: &'static str = $name;
            type Facts = $facts;

            fn attributes(attributes: &Attributes) -> Option<&Self> {
                match attributes { Attributes::$variant(inner) => Some(inner), _ => None }
            }
            fn attributes_mut(attributes: &mut Attributes) -> Option<&mut Self> {
                match attributes { Attributes::$variant(inner) => Some(inner), _ => None }
            }
            fn facts(facts: &Facts) -> Option<&Self::Facts> {
                match facts { Facts::$variant(inner) => Some(inner), _ => None }
            }
            fn facts_mut(facts: &mut Facts) -> Option<&mut Self::Facts> {
                match facts { Facts::$variant(inner) => Some(inner), _ => None }
            }
            fn into_attributes(self) -> Attributes {
                Attributes::$variant(Box::new(self))
            }
        })*

        /// Returns the JSON Schemas of a kind's attributes and facts.
        pub(super) fn schemas(kind: &str) -> Option<(schemars::Schema, schemars::Schema)> {
            let settings = || schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
            match kind {
                $($name => Some((
                    settings().into_generator().into_root_schema_for::<$attributes>(),
                    settings().into_generator().into_root_schema_for::<$facts>(),
                )),)*
                _ => None,
            }
        }

        /// Returns the relations that a kind declares, with the kinds that each may lead to.
        pub fn relations_of(kind: &str) -> Vec<(&'static str, &'static [&'static str])> {
            match kind {
                $($name => {
                    let attributes = <$attributes>::default();
                    attributes.relations().into_iter().map(|relation| (relation.name, relation.to)).collect()
                })*
                _ => Vec::new(),
            }
        }
    };
}

kinds! {
    AwsAcmCertificate: "aws.acm.certificate" => acm::Certificate, acm::CertificateFacts;
    AwsAutoscalingGroup: "aws.autoscaling.group" => autoscaling::Group, autoscaling::GroupFacts;
    AwsDynamodbTable: "aws.dynamodb.table" => dynamodb::Table, dynamodb::TableFacts;
    AwsEc2EgressOnlyInternetGateway: "aws.ec2.egress_only_internet_gateway" => ec2::EgressOnlyInternetGateway, ec2::EgressOnlyInternetGatewayFacts;
    AwsEc2ElasticIp: "aws.ec2.elastic_ip" => ec2::ElasticIp, ec2::ElasticIpFacts;
    AwsEc2Instance: "aws.ec2.instance" => ec2::Instance, ec2::InstanceFacts;
    AwsEc2InstanceMetadataDefaults: "aws.ec2.instance_metadata_defaults" => ec2::InstanceMetadataDefaults, ec2::InstanceMetadataDefaultsFacts;
    AwsEc2InternetGateway: "aws.ec2.internet_gateway" => ec2::InternetGateway, ec2::InternetGatewayFacts;
    AwsEc2LaunchTemplate: "aws.ec2.launch_template" => ec2::LaunchTemplate, ec2::LaunchTemplateFacts;
    AwsEc2NatGateway: "aws.ec2.nat_gateway" => ec2::NatGateway, ec2::NatGatewayFacts;
    AwsEc2NetworkInterface: "aws.ec2.network_interface" => ec2::NetworkInterface, ec2::NetworkInterfaceFacts;
    AwsEc2PrefixList: "aws.ec2.prefix_list" => ec2::PrefixList, ec2::PrefixListFacts;
    AwsEc2RouteTable: "aws.ec2.route_table" => ec2::RouteTable, ec2::RouteTableFacts;
    AwsEc2SecurityGroup: "aws.ec2.security_group" => ec2::SecurityGroup, ec2::SecurityGroupFacts;
    AwsEc2Subnet: "aws.ec2.subnet" => ec2::Subnet, ec2::SubnetFacts;
    AwsEc2Vpc: "aws.ec2.vpc" => ec2::Vpc, ec2::VpcFacts;
    AwsEcrRepository: "aws.ecr.repository" => ecr::Repository, ecr::RepositoryFacts;
    AwsEfsFileSystem: "aws.efs.file_system" => efs::FileSystem, efs::FileSystemFacts;
    AwsEfsMountTarget: "aws.efs.mount_target" => efs::MountTarget, efs::MountTargetFacts;
    AwsEksAddon: "aws.eks.addon" => eks::Addon, eks::AddonFacts;
    AwsEksCluster: "aws.eks.cluster" => eks::Cluster, eks::ClusterFacts;
    AwsEksFargateProfile: "aws.eks.fargate_profile" => eks::FargateProfile, eks::FargateProfileFacts;
    AwsEksNodeGroup: "aws.eks.node_group" => eks::NodeGroup, eks::NodeGroupFacts;
    AwsEksPodIdentityAssociation: "aws.eks.pod_identity_association" => eks::PodIdentityAssociation, eks::PodIdentityAssociationFacts;
    AwsElasticacheCluster: "aws.elasticache.cluster" => elasticache::Cluster, elasticache::ClusterFacts;
    AwsElasticacheReplicationGroup: "aws.elasticache.replication_group" => elasticache::ReplicationGroup, elasticache::ReplicationGroupFacts;
    AwsElasticacheSubnetGroup: "aws.elasticache.subnet_group" => elasticache::SubnetGroup, elasticache::SubnetGroupFacts;
    AwsElbClassicLoadBalancer: "aws.elb.classic_load_balancer" => elb::ClassicLoadBalancer, elb::ClassicLoadBalancerFacts;
    AwsElbListener: "aws.elb.listener" => elb::Listener, elb::ListenerFacts;
    AwsElbLoadBalancer: "aws.elb.load_balancer" => elb::LoadBalancer, elb::LoadBalancerFacts;
    AwsElbTargetGroup: "aws.elb.target_group" => elb::TargetGroup, elb::TargetGroupFacts;
    AwsIamGroup: "aws.iam.group" => iam::Group, iam::GroupFacts;
    AwsIamInstanceProfile: "aws.iam.instance_profile" => iam::InstanceProfile, iam::InstanceProfileFacts;
    AwsIamOidcProvider: "aws.iam.oidc_provider" => iam::OidcProvider, iam::OidcProviderFacts;
    AwsIamPolicy: "aws.iam.policy" => iam::Policy, iam::PolicyFacts;
    AwsIamRole: "aws.iam.role" => iam::Role, iam::RoleFacts;
    AwsIamUser: "aws.iam.user" => iam::User, iam::UserFacts;
    AwsKmsKey: "aws.kms.key" => kms::Key, kms::KeyFacts;
    AwsLambdaFunction: "aws.lambda.function" => lambda::Function, lambda::FunctionFacts;
    AwsLogsLogGroup: "aws.logs.log_group" => logs::LogGroup, logs::LogGroupFacts;
    AwsRdsCluster: "aws.rds.cluster" => rds::Cluster, rds::ClusterFacts;
    AwsRdsGlobalCluster: "aws.rds.global_cluster" => rds::GlobalCluster, rds::GlobalClusterFacts;
    AwsRdsInstance: "aws.rds.instance" => rds::Instance, rds::InstanceFacts;
    AwsRdsParameterGroup: "aws.rds.parameter_group" => rds::ParameterGroup, rds::ParameterGroupFacts;
    AwsRdsProxy: "aws.rds.proxy" => rds::Proxy, rds::ProxyFacts;
    AwsRdsSubnetGroup: "aws.rds.subnet_group" => rds::SubnetGroup, rds::SubnetGroupFacts;
    AwsS3AccountPublicAccessBlock: "aws.s3.account_public_access_block" => s3::AccountPublicAccessBlock, s3::AccountPublicAccessBlockFacts;
    AwsS3Bucket: "aws.s3.bucket" => s3::Bucket, s3::BucketFacts;
    AwsSecretsmanagerSecret: "aws.secretsmanager.secret" => secretsmanager::Secret, secretsmanager::SecretFacts;
    AwsSqsQueue: "aws.sqs.queue" => sqs::Queue, sqs::QueueFacts;
    AwsWafv2WebAcl: "aws.wafv2.web_acl" => wafv2::WebAcl, wafv2::WebAclFacts;
    Environment: "environment" => environment::Environment, environment::EnvironmentFacts;
    KubernetesAppsDaemonSet: "kubernetes.apps.daemon_set" => apps::DaemonSet, apps::DaemonSetFacts;
    KubernetesAppsDeployment: "kubernetes.apps.deployment" => apps::Deployment, apps::DeploymentFacts;
    KubernetesAppsStatefulSet: "kubernetes.apps.stateful_set" => apps::StatefulSet, apps::StatefulSetFacts;
    KubernetesAutoscalingHorizontalPodAutoscaler: "kubernetes.autoscaling.horizontal_pod_autoscaler" => scaling::HorizontalPodAutoscaler, scaling::HorizontalPodAutoscalerFacts;
    KubernetesCoreService: "kubernetes.core.service" => kubernetes_core::Service, kubernetes_core::ServiceFacts;
    KubernetesHelmRelease: "kubernetes.helm.release" => helm::Release, helm::ReleaseFacts;
    KubernetesKedaScaledObject: "kubernetes.keda.scaled_object" => keda::ScaledObject, keda::ScaledObjectFacts;
    KubernetesObject: "kubernetes.object" => object::Object, object::ObjectFacts;
}
