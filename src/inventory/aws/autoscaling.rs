//! Kinds of EC2 Auto Scaling.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// An Auto Scaling group.
    pub struct Group {
        /// Its subnets; absent means the default VPC.
        pub subnets: Linked,
        /// Zones it may use when it names no subnet.
        pub availability_zones: Value<Vec<Value<String>>>,
        /// The launch template or configuration, mixed-instances policies included.
        pub launch_template: Linked,
        /// Smallest number of instances.
        pub min_size: Value<Option<i64>>,
        /// Largest number of instances.
        pub max_size: Value<Option<i64>>,
        /// Target groups that its instances join.
        pub target_groups: Linked,
    }

    /// What is derived for an Auto Scaling group.
    pub struct GroupFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// Whether it runs self-managed EKS nodes: a tag names their cluster.
        pub runs_eks_nodes: Value<bool>,
        /// Ways by which its instances get public IPv4 addresses, or do not.
        pub public_addresses: Value<Vec<super::ec2::PublicAddress>>,
    }
}

relations!(Group {
    subnets => "aws.ec2.subnet",
    launch_template => "aws.ec2.launch_template",
    target_groups => "aws.elb.target_group",
});
