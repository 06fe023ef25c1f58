//! Kinds of Amazon RDS and Aurora.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::ec2::Firewall;

model! {
    /// A DB instance: one of its own, or a member of a cluster.
    pub struct Instance {
        /// Engine, such as `postgres`.
        pub engine: Value<Option<String>>,
        /// Engine version; null lets AWS choose.
        pub engine_version: Value<Option<String>>,
        /// Instance class.
        pub instance_class: Value<Option<String>>,
        /// The cluster that it is a member of; absent for an instance of its own.
        pub cluster: Linked,
        /// Whether it is a member of a cluster, whichever it is.
        pub cluster_member: Value<bool>,
        /// The instance that it replicates.
        pub replica_of: Linked,
        /// The snapshot that it was restored from.
        pub snapshot: Value<Option<String>>,
        /// The instance whose point in time it was restored from.
        pub restored_from: Linked,
        /// Whether it has a standby in another zone.
        pub multi_az: Value<bool>,
        /// Whether its address is public; null when left out on a cluster member, where the subnet
        /// group decides.
        pub publicly_accessible: Value<Option<bool>>,
        /// Whether its storage is encrypted; null when left out on a replica or a restored snapshot,
        /// which inherit it.
        pub storage_encrypted: Value<Option<bool>>,
        /// The key that encrypts its storage.
        pub kms_key: Linked,
        /// Its subnet group; absent means the default VPC, or that of the cluster for a member.
        pub subnet_group: Linked,
        /// Its security groups; absent means the VPC's default group, or those of the cluster for a
        /// member.
        pub security_groups: Linked,
        /// Its parameter group; absent means the engine's default.
        pub parameter_group: Linked,
        /// Port; null means the engine's default.
        pub port: Value<Option<i64>>,
        /// Days that backups are kept.
        pub backup_retention_period: Value<Option<i64>>,
        /// Whether it is protected from deletion.
        pub deletion_protection: Value<bool>,
        /// Whether minor versions are applied by themselves.
        pub auto_minor_version_upgrade: Value<bool>,
        /// Whether IAM identities may log in.
        pub iam_authentication: Value<bool>,
        /// Log types that are sent to `CloudWatch`.
        pub enabled_log_types: Value<Vec<Value<String>>>,
    }

    /// What is derived for a DB instance.
    pub struct InstanceFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// What its security groups mean for it.
        pub firewall: Firewall,
        /// `primary`, `replica` or `cluster_member`.
        pub role: Value<String>,
        /// Whether it gets a public address.
        pub public_address: Value<bool>,
        /// Whether its storage is encrypted, also where a source or a cluster decides.
        pub encrypted: Value<bool>,
        /// Ids of the resources whose encryption it inherits, next one first.
        pub encryption_inherited_from: Vec<String>,
        /// Owner of the key that encrypts its storage: `aws_owned`, `aws_managed`,
        /// `customer_managed` or `external_account`; null when it is not encrypted.
        pub key_owner: Value<Option<String>>,
        /// Whether its connections must use TLS; null where a cluster decides, and for engines that
        /// have no such parameter.
        pub tls: Value<Option<TlsEnforcement>>,
        /// Port that it listens on, the engine's default included.
        pub port: Value<Option<i64>>,
    }

    /// The parameter by which a database demands TLS.
    pub struct TlsEnforcement {
        /// Its engine.
        pub engine: String,
        /// Major version of the engine; null when neither group nor engine version tell it.
        pub major_version: Value<i64>,
        /// Its name, such as `rds.force_ssl`.
        pub parameter: String,
        /// Whether a parameter group sets it.
        pub explicit: Value<bool>,
        /// Whether TLS is demanded: by the group's value, else by the default of the family.
        pub enforced: Value<bool>,
        /// Ids of the parameter groups that were looked at.
        pub groups: Vec<String>,
    }

    /// An Aurora or Multi-AZ DB cluster.
    pub struct Cluster {
        /// Engine, such as `aurora-postgresql`.
        pub engine: Value<Option<String>>,
        /// `provisioned`, `serverless` …
        pub engine_mode: Value<String>,
        /// Engine version; null lets AWS choose.
        pub engine_version: Value<Option<String>>,
        /// Instance class of a Multi-AZ DB cluster; null for Aurora.
        pub instance_class: Value<Option<String>>,
        /// Whether its storage is encrypted; null when left out where it is inherited.
        pub storage_encrypted: Value<Option<bool>>,
        /// The key that encrypts its storage.
        pub kms_key: Linked,
        /// The global cluster that it belongs to.
        pub global_cluster: Linked,
        /// The snapshot that it was restored from.
        pub snapshot: Value<Option<String>>,
        /// The cluster or instance that it replicates.
        pub replica_of: Linked,
        /// The cluster whose point in time it was restored from.
        pub restored_from: Linked,
        /// Its subnet group; absent means the default VPC.
        pub subnet_group: Linked,
        /// Its security groups; absent means the VPC's default group.
        pub security_groups: Linked,
        /// Its cluster parameter group; absent means the engine's default.
        pub parameter_group: Linked,
        /// Port; null means the engine's default.
        pub port: Value<Option<i64>>,
        /// Days that backups are kept.
        pub backup_retention_period: Value<Option<i64>>,
        /// Whether it is protected from deletion.
        pub deletion_protection: Value<bool>,
    }

    /// What is derived for a DB cluster.
    pub struct ClusterFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// What its security groups mean for it.
        pub firewall: Firewall,
        /// `aurora` or `multi_az`.
        pub topology: Value<String>,
        /// Ids of its member instances, those included that perhaps belong to another cluster.
        pub members: Vec<String>,
        /// Whether its storage is encrypted, also where a source or a global database decides.
        pub encrypted: Value<bool>,
        /// Ids of the resources whose encryption it inherits, next one first.
        pub encryption_inherited_from: Vec<String>,
        /// Owner of the key that encrypts its storage, as of an instance.
        pub key_owner: Value<Option<String>>,
        /// Whether its connections must use TLS; null for engines that have no such parameter.
        pub tls: Value<Option<TlsEnforcement>>,
        /// Port that it listens on, the engine's default included.
        pub port: Value<Option<i64>>,
    }

    /// An Aurora global database.
    pub struct GlobalCluster {
        /// Whether its storage is encrypted; null when left out with a source cluster, which decides.
        pub storage_encrypted: Value<Option<bool>>,
        /// The cluster that it was made from.
        pub source_cluster: Linked,
    }

    /// What is derived for a global database.
    pub struct GlobalClusterFacts {
        /// Whether its storage is encrypted, also where the source cluster decides.
        pub encrypted: Value<bool>,
        /// Ids of the resources whose encryption it inherits, next one first.
        pub encryption_inherited_from: Vec<String>,
    }

    /// One parameter of a parameter group.
    pub struct Parameter {
        /// Its name.
        pub name: Value<String>,
        /// Its value.
        pub value: Value<String>,
    }

    /// A parameter group for instances or clusters.
    pub struct ParameterGroup {
        /// Family, such as `postgres16`.
        pub family: Value<Option<String>>,
        /// Whether it is for clusters.
        pub cluster: Value<bool>,
        /// Parameters that differ from the family's default.
        pub parameters: Value<Vec<Parameter>>,
        /// Parameters that demand TLS and are left at the family's default, with the value in force; a
        /// live account tells it.
        #[serde(default)]
        pub defaults: Value<Vec<Parameter>>,
    }

    /// What is derived for a parameter group.
    pub struct ParameterGroupFacts {}

    /// A subnet group.
    pub struct SubnetGroup {
        /// Its subnets.
        pub subnets: Linked,
    }

    /// What is derived for a subnet group.
    pub struct SubnetGroupFacts {}

    /// An RDS proxy.
    pub struct Proxy {
        /// Whether clients must use TLS.
        pub require_tls: Value<bool>,
        /// Its subnets.
        pub subnets: Linked,
        /// Its security groups.
        pub security_groups: Linked,
        /// Databases that it stands before.
        pub targets: Linked,
    }

    /// What is derived for a proxy.
    pub struct ProxyFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// What its security groups mean for it.
        pub firewall: Firewall,
    }
}

relations!(Instance {
    cluster => "aws.rds.cluster",
    replica_of => "aws.rds.instance" | "aws.rds.cluster",
    restored_from => "aws.rds.instance",
    kms_key => "aws.kms.key",
    subnet_group => "aws.rds.subnet_group",
    security_groups => "aws.ec2.security_group",
    parameter_group => "aws.rds.parameter_group",
});
relations!(Cluster {
    kms_key => "aws.kms.key",
    global_cluster => "aws.rds.global_cluster",
    replica_of => "aws.rds.cluster" | "aws.rds.instance",
    restored_from => "aws.rds.cluster",
    subnet_group => "aws.rds.subnet_group",
    security_groups => "aws.ec2.security_group",
    parameter_group => "aws.rds.parameter_group",
});
relations!(GlobalCluster { source_cluster => "aws.rds.cluster" });
relations!(ParameterGroup {});
relations!(SubnetGroup { subnets => "aws.ec2.subnet" });
relations!(Proxy {
    subnets => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
    targets => "aws.rds.instance" | "aws.rds.cluster",
});
