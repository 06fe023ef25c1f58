//! Kinds of Amazon `ElastiCache`.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A Redis or Valkey replication group.
    pub struct ReplicationGroup {
        /// Engine.
        pub engine: Value<Option<String>>,
        /// Its subnet group; absent means the default VPC.
        pub subnet_group: Linked,
        /// Its security groups.
        pub security_groups: Linked,
        /// Whether it is encrypted at rest.
        pub at_rest_encryption: Value<bool>,
        /// Whether connections are encrypted.
        pub transit_encryption: Value<bool>,
    }

    /// What is derived for a replication group.
    pub struct ReplicationGroupFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
    }

    /// A cache cluster of its own.
    pub struct Cluster {
        /// Engine.
        pub engine: Value<Option<String>>,
        /// The replication group that it is a member of.
        pub replication_group: Linked,
        /// Its subnet group; absent means the default VPC.
        pub subnet_group: Linked,
        /// Its security groups.
        pub security_groups: Linked,
    }

    /// What is derived for a cache cluster.
    pub struct ClusterFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
    }

    /// A subnet group.
    pub struct SubnetGroup {
        /// Its subnets.
        pub subnets: Linked,
    }

    /// What is derived for a subnet group.
    pub struct SubnetGroupFacts {}
}

relations!(ReplicationGroup {
    subnet_group => "aws.elasticache.subnet_group",
    security_groups => "aws.ec2.security_group",
});
relations!(Cluster {
    replication_group => "aws.elasticache.replication_group",
    subnet_group => "aws.elasticache.subnet_group",
    security_groups => "aws.ec2.security_group",
});
relations!(SubnetGroup { subnets => "aws.ec2.subnet" });
