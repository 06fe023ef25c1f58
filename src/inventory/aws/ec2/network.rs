//! VPC and subnet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::kind::{Relation, Relations};
use crate::inventory::link::Linked;
use crate::inventory::value::Value;

/// A virtual private cloud.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Vpc {
    /// Whether it is the default VPC of its region.
    pub default: Value<bool>,
    /// IPv4 range in CIDR form.
    pub cidr_block: Value<Option<String>>,
}

/// What is derived for a VPC.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct VpcFacts {
    /// Ids of the subnets in it.
    pub subnets: Value<Vec<String>>,
}

impl Relations for Vpc {
    fn relations(&self) -> Vec<Relation<'_>> {
        Vec::new()
    }
}

/// A subnet of a VPC.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct Subnet {
    /// The VPC it belongs to.
    pub vpc: Linked,
    /// Whether instances get a public IPv4 address at launch.
    pub map_public_ip_on_launch: Value<bool>,
    /// Availability zone by name; not set when AWS chooses.
    pub availability_zone: Value<Option<String>>,
}

/// What is derived for a subnet.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct SubnetFacts {
    /// What the subnet is meant to be: `public`, `private` or `database`.
    pub intended_tier: Value<String>,
    /// Whether a default route leads to an internet gateway.
    pub public: Value<bool>,
}

impl Relations for Subnet {
    fn relations(&self) -> Vec<Relation<'_>> {
        vec![Relation { name: "vpc", to: &["aws.ec2.vpc"], links: &self.vpc }]
    }
}
