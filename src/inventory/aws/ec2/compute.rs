//! Instances and the templates that start them.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// How the instance metadata service answers.
    pub struct MetadataOptions {
        /// `enabled` or `disabled`; null when nothing is set and AMI or account decide.
        pub http_endpoint: Value<Option<String>>,
        /// `required` (version 2 of the service) or `optional`; null when AMI or account decide.
        pub http_tokens: Value<Option<String>>,
        /// How many hops the answer may travel; null when AMI or account decide.
        pub http_put_response_hop_limit: Value<Option<i64>>,
    }

    /// A network interface that a template or instance declares.
    pub struct InterfaceSpecification {
        /// Whether it gets a public IPv4 address; null inherits the subnet's setting.
        pub associate_public_ip_address: Value<Option<bool>>,
        /// Its security groups.
        pub security_groups: Linked,
        /// Its subnet.
        pub subnet: Linked,
    }

    /// A block device that a template or instance declares.
    pub struct BlockDevice {
        /// Device name.
        pub device_name: Value<Option<String>>,
        /// Whether it is encrypted; null lets the account decide.
        pub encrypted: Value<Option<bool>>,
        /// The key that encrypts it.
        pub kms_key: Linked,
    }

    /// An EC2 instance.
    pub struct Instance {
        /// The subnet; absent means the default VPC.
        pub subnet: Linked,
        /// Its security groups; absent means the VPC's default group.
        pub security_groups: Linked,
        /// Whether it gets a public IPv4 address; null inherits the subnet's setting.
        pub associate_public_ip_address: Value<Option<bool>>,
        /// Network interfaces that it declares.
        pub network_interfaces: Linked,
        /// The launch template that it starts from.
        pub launch_template: Linked,
        /// The instance profile that it carries.
        pub instance_profile: Linked,
        /// Instance type.
        pub instance_type: Value<Option<String>>,
        /// How the metadata service answers.
        pub metadata_options: MetadataOptions,
        /// Its block devices, the root device included.
        pub block_devices: Value<Vec<BlockDevice>>,
    }

    /// What is derived for an instance.
    pub struct InstanceFacts {
        /// Where it stands.
        pub placement: super::placement::Placement,
        /// How its metadata service answers.
        pub metadata: Vec<EffectiveMetadata>,
        /// Ways by which it gets a public IPv4 address, or does not.
        pub public_addresses: Value<Vec<PublicAddress>>,
    }

    /// A launch template or a launch configuration.
    pub struct LaunchTemplate {
        /// Whether it is an old launch configuration.
        pub launch_configuration: Value<bool>,
        /// AMI; null lets the service choose.
        pub image_id: Value<Option<String>>,
        /// Instance type; null lets the service choose.
        pub instance_type: Value<Option<String>>,
        /// Its security groups outside of the network interfaces.
        pub security_groups: Linked,
        /// Network interfaces that it declares.
        pub network_interfaces: Value<Vec<InterfaceSpecification>>,
        /// The instance profile that its instances carry.
        pub instance_profile: Linked,
        /// How the metadata service answers.
        pub metadata_options: MetadataOptions,
        /// Its block devices.
        pub block_devices: Value<Vec<BlockDevice>>,
    }

    /// How the metadata service answers on what a template or a node group runs.
    pub struct EffectiveMetadata {
        /// Id of the node group, Auto Scaling group or instance; the template itself when nothing of
        /// the input uses it.
        pub runs: String,
        /// What decides: `template`, `instance`, `ami_type`, `account` or `ami`.
        pub decided_by: String,
        /// Whether it answers at all.
        pub enabled: Value<bool>,
        /// `required` (version 2 of the service) or `optional`.
        pub http_tokens: Value<String>,
        /// How many hops the answer may travel.
        pub http_put_response_hop_limit: Value<i64>,
    }

    /// A way by which an instance or a node gets a public IPv4 address, or does not.
    pub struct PublicAddress {
        /// What decides: `own_setting`, `launch_template`, `subnet` or `elastic_ip`.
        pub by: String,
        /// Id of that thing.
        pub id: String,
        /// Whether it gives an address.
        pub assigned: Value<bool>,
    }

    /// What is derived for a launch template.
    pub struct LaunchTemplateFacts {
        /// Whether anything of the input runs it.
        pub used: Value<bool>,
        /// How the metadata service answers, for everything that runs it.
        pub metadata: Vec<EffectiveMetadata>,
        /// Whether its network interfaces ask for public addresses.
        pub public_addresses: Value<Vec<PublicAddress>>,
    }

    /// The metadata options that an account gives to instances in a region.
    pub struct InstanceMetadataDefaults {
        /// `enabled` or `disabled`; null without a preference.
        pub http_endpoint: Value<Option<String>>,
        /// `required` or `optional`; null without a preference.
        pub http_tokens: Value<Option<String>>,
        /// Number of hops; null without a preference.
        pub http_put_response_hop_limit: Value<Option<i64>>,
    }

    /// What is derived for metadata defaults.
    pub struct InstanceMetadataDefaultsFacts {}
}

relations!(Instance {
    subnet => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
    network_interfaces => "aws.ec2.network_interface",
    launch_template => "aws.ec2.launch_template",
    instance_profile => "aws.iam.instance_profile",
});
relations!(LaunchTemplate {
    security_groups => "aws.ec2.security_group",
    instance_profile => "aws.iam.instance_profile",
});
relations!(InstanceMetadataDefaults {});
