//! Kinds of Amazon EFS.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::ec2::Firewall;

use super::iam::PolicyDocument;

model! {
    /// A file system.
    pub struct FileSystem {
        /// Whether it is encrypted.
        pub encrypted: Value<bool>,
        /// The key that encrypts it.
        pub kms_key: Linked,
        /// Its resource policy; null without one.
        pub policy: Value<Option<PolicyDocument>>,
        /// Whether automatic backups are on.
        pub backup: Value<bool>,
    }

    /// What is derived for a file system.
    pub struct FileSystemFacts {
        /// Whom its resource policy lets in.
        pub grants: Vec<super::iam::Grant>,
        /// Ids of its mount targets, those included that perhaps belong to another file system.
        pub mount_targets: Vec<String>,
        /// Owner of the key that encrypts it: `aws_managed`, `customer_managed` or
        /// `external_account`; null when it is not encrypted.
        pub key_owner: Value<Option<String>>,
        /// Whether its policy denies everyone every request without TLS.
        pub denies_plain_nfs: Value<bool>,
    }

    /// A mount target.
    pub struct MountTarget {
        /// The file system it belongs to.
        pub file_system: Linked,
        /// The subnet that it stands in.
        pub subnet: Linked,
        /// Its security groups; absent means the VPC's default group.
        pub security_groups: Linked,
    }

    /// What is derived for a mount target.
    pub struct MountTargetFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// What its security groups mean for it.
        pub firewall: Firewall,
    }
}

relations!(FileSystem { kms_key => "aws.kms.key" });
relations!(MountTarget {
    file_system => "aws.efs.file_system",
    subnet => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
});
