//! Kinds of Amazon EKS.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::ec2::{EffectiveRule, Roles, SecurityGroupRule};

model! {
    /// An EKS cluster.
    pub struct Cluster {
        /// Its name.
        pub cluster_name: Value<Option<String>>,
        /// Kubernetes version; null lets AWS choose.
        pub version: Value<Option<String>>,
        /// Role of the control plane.
        pub role: Linked,
        /// Subnets of the control plane's network interfaces.
        pub subnets: Linked,
        /// Security groups besides the cluster security group.
        pub security_groups: Linked,
        /// Whether the API answers on the internet.
        pub endpoint_public_access: Value<bool>,
        /// Whether the API answers inside of the VPC.
        pub endpoint_private_access: Value<bool>,
        /// Ranges that may reach the public endpoint.
        pub public_access_cidrs: Value<Vec<Value<String>>>,
        /// Control-plane log types that are sent to `CloudWatch`.
        pub enabled_log_types: Value<Vec<Value<String>>>,
        /// Key that encrypts Kubernetes secrets.
        pub secrets_key: Linked,
        /// `API`, `CONFIG_MAP` or `API_AND_CONFIG_MAP`.
        pub authentication_mode: Value<Option<String>>,
        /// Whether EKS Auto Mode runs its nodes.
        pub auto_mode: Value<bool>,
        /// Rules that others add to the group that EKS makes for the cluster: traffic that comes in.
        /// What EKS itself puts there (all traffic inside of the group) is not listed.
        pub group_ingress: Value<Vec<SecurityGroupRule>>,
        /// Rules that others add to the group that EKS makes for the cluster: traffic that goes out.
        pub group_egress: Value<Vec<SecurityGroupRule>>,
    }

    /// Something that belongs to a cluster, or may.
    pub struct Member {
        /// Its id.
        pub id: String,
        /// Whether it belongs to this cluster.
        pub certain: Value<bool>,
    }

    /// An Auto Scaling group whose instances join a cluster without EKS managing them.
    pub struct SelfManagedGroup {
        /// Its id.
        pub id: String,
        /// Whether it belongs to this cluster.
        pub certain: Value<bool>,
        /// Smallest number of instances.
        pub min_size: Value<Option<i64>>,
        /// Largest number of instances.
        pub max_size: Value<Option<i64>>,
    }

    /// A range that may reach the public endpoint.
    pub struct EndpointRange {
        /// The range.
        pub range: Value<String>,
        /// Length of its prefix, as of IPv4; IPv6 counts half (a /48 as a /24).
        pub prefix_length: Value<i64>,
    }

    /// How the managed nodes of a cluster are spread.
    pub struct NodeSpread {
        /// Ids of the node groups that certainly belong to the cluster, sorted.
        pub groups: Vec<String>,
        /// Largest number of node groups that may belong to it.
        pub groups_at_most: i64,
        /// Zones that they cover together.
        pub zones: super::ec2::Zones,
        /// Smallest number of nodes that they are kept at, at least.
        pub nodes_at_least: i64,
        /// Smallest number of nodes that they are kept at, at most.
        pub nodes_at_most: i64,
    }

    /// Something that is installed into a cluster: an add-on of EKS, a Helm release or a workload.
    pub struct Component {
        /// Its id.
        pub id: String,
        /// Names that tell what it is: of the add-on, of the chart, of the workload, and the parts of
        /// its images' names.
        pub names: Vec<Value<String>>,
        /// Whether it runs in this cluster.
        pub certain: Value<bool>,
    }

    /// What is derived for a cluster.
    pub struct ClusterFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// Where its node groups run, batch and accelerator groups counted for their zones only.
        pub nodes: NodeSpread,
        /// Its managed node groups.
        pub node_groups: Vec<Member>,
        /// Its Fargate profiles.
        pub fargate_profiles: Vec<Member>,
        /// Auto Scaling groups that join it by the tag `kubernetes.io/cluster/<name>`.
        pub self_managed_groups: Vec<SelfManagedGroup>,
        /// Whether AWS manages nodes for it: managed node groups, Fargate or Auto Mode.
        pub managed_capacity: Value<bool>,
        /// Whether IAM trusts its issuer for service accounts: an `OpenID` Connect provider with the
        /// audience `sts.amazonaws.com`.
        pub oidc_provider: Value<bool>,
        /// Whether an `OpenID` Connect provider exists for its issuer that lacks the audience.
        pub oidc_provider_without_audience: Value<bool>,
        /// Whether pods may get roles by EKS Pod Identity: the agent runs, and an association exists.
        pub pod_identity: Value<bool>,
        /// Ranges that may reach the public endpoint, left out ones filled in.
        pub endpoint_ranges: Value<Vec<EndpointRange>>,
        /// What uses the group that EKS makes for it.
        pub roles: Roles,
        /// Who may come in through the group that EKS makes for it.
        pub ingress: Value<Vec<EffectiveRule>>,
        /// Where traffic may go by the group that EKS makes for it.
        pub egress: Value<Vec<EffectiveRule>>,
        /// Whether a network load balancer without security groups exists.
        pub open_network_load_balancer: Value<bool>,
        /// What is installed into it, as far as the inputs show.
        pub components: Vec<Component>,
        /// Whether `components` are all of them: the run says that its inputs are complete, or they
        /// install something into `kube-system`, and nothing in them brings along what is not visible.
        pub components_told: Value<bool>,
    }

    /// A managed node group.
    pub struct NodeGroup {
        /// Its name.
        pub node_group_name: Value<Option<String>>,
        /// The cluster it belongs to.
        pub cluster: Linked,
        /// Role of its nodes.
        pub role: Linked,
        /// Subnets of its nodes.
        pub subnets: Linked,
        /// Its launch template.
        pub launch_template: Linked,
        /// AMI type, such as `AL2023_x86_64_STANDARD`; null lets AWS choose.
        pub ami_type: Value<Option<String>>,
        /// Instance types.
        pub instance_types: Value<Vec<Value<String>>>,
        /// `ON_DEMAND` or `SPOT`.
        pub capacity_type: Value<Option<String>>,
        /// Smallest number of nodes.
        pub min_size: Value<Option<i64>>,
        /// Largest number of nodes.
        pub max_size: Value<Option<i64>>,
        /// Wanted number of nodes.
        pub desired_size: Value<Option<i64>>,
        /// Kubernetes labels.
        pub labels: Value<std::collections::BTreeMap<String, Value<String>>>,
        /// Keys of Kubernetes taints.
        pub taints: Value<Vec<Value<String>>>,
        /// Kubernetes version; null follows the cluster.
        pub version: Value<Option<String>>,
        /// Security groups that may reach the nodes by SSH; set with `remote_access`.
        pub remote_access_security_groups: Linked,
        /// Key pair for SSH; set with `remote_access`.
        pub remote_access_key: Value<Option<String>>,
    }

    /// What is derived for a node group.
    pub struct NodeGroupFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// How the metadata service of its nodes answers.
        pub metadata: Vec<super::ec2::EffectiveMetadata>,
        /// Ways by which its nodes get public IPv4 addresses, or do not.
        pub public_addresses: Value<Vec<super::ec2::PublicAddress>>,
    }

    /// A Fargate profile.
    pub struct FargateProfile {
        /// The cluster it belongs to.
        pub cluster: Linked,
        /// Subnets of its pods.
        pub subnets: Linked,
        /// Role that runs its pods.
        pub role: Linked,
    }

    /// What is derived for a Fargate profile.
    pub struct FargateProfileFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
    }

    /// An add-on of a cluster.
    pub struct Addon {
        /// Its name, such as `vpc-cni`.
        pub addon_name: Value<Option<String>>,
        /// The cluster it belongs to.
        pub cluster: Linked,
        /// Role of its service account.
        pub role: Linked,
        /// Whether it declares pod identity associations of its own.
        pub pod_identity: Value<bool>,
    }

    /// What is derived for an add-on.
    pub struct AddonFacts {}

    /// An association of a service account with a role.
    pub struct PodIdentityAssociation {
        /// The cluster it belongs to.
        pub cluster: Linked,
        /// Namespace of the service account.
        pub namespace: Value<Option<String>>,
        /// Name of the service account.
        pub service_account: Value<Option<String>>,
        /// The role that pods get.
        pub role: Linked,
    }

    /// What is derived for a pod identity association.
    pub struct PodIdentityAssociationFacts {}
}

relations!(Cluster {
    role => "aws.iam.role",
    subnets => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
    secrets_key => "aws.kms.key",
});
relations!(NodeGroup {
    cluster => "aws.eks.cluster",
    role => "aws.iam.role",
    subnets => "aws.ec2.subnet",
    launch_template => "aws.ec2.launch_template",
    remote_access_security_groups => "aws.ec2.security_group",
});
relations!(FargateProfile { cluster => "aws.eks.cluster", subnets => "aws.ec2.subnet", role => "aws.iam.role" });
relations!(Addon { cluster => "aws.eks.cluster", role => "aws.iam.role" });
relations!(PodIdentityAssociation { cluster => "aws.eks.cluster", role => "aws.iam.role" });
