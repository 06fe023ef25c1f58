//! Where a resource stands: its subnets, their zones and the VPC. One fact for all placed kinds.

use crate::inventory::model::model;
use crate::inventory::value::Value;

model! {
    /// How many availability zones some subnets cover. Local and Wavelength zones do not count.
    pub struct Zones {
        /// Zones that are certainly among them, sorted.
        pub names: Vec<String>,
        /// Smallest number of zones that it can be.
        pub at_least: i64,
        /// Largest number of zones that it can be.
        pub at_most: i64,
    }

    /// A subnet that a resource stands in, with what matters of it.
    ///
    /// When it cannot be told which of several subnets is meant, each of them is listed, and only
    /// what is true of all of them is known.
    pub struct PlacedSubnet {
        /// Id of the subnet; the cloud's own id when it is not part of the input; `default` for the
        /// default subnets of the region.
        pub id: String,
        /// Whether instances in it can be reached from the internet: its route table leads there.
        pub public: Value<bool>,
        /// `public`, `private` or `database`, by routes and use.
        pub tier: Value<String>,
        /// `public`, `private`, `database` or `other`, by tags, name and use.
        pub intended_tier: Value<String>,
        /// Availability zone: its name, or its id when only that is told.
        pub zone: Value<String>,
        /// Id of the VPC.
        pub vpc: Value<Option<String>>,
        /// Whether it belongs to the default VPC.
        pub vpc_default: Value<bool>,
        /// Whether instances get a public IPv4 address at launch.
        pub map_public_ip_on_launch: Value<bool>,
        /// Ids of what proves `public`: route table, gateway.
        pub via: Vec<String>,
    }

    /// Where a resource stands.
    pub struct Placement {
        /// Whether it stands in a VPC at all; a function may not.
        pub in_vpc: Value<bool>,
        /// Its subnets, sorted by id. Unknown only when nothing is known of them.
        pub subnets: Value<Vec<PlacedSubnet>>,
        /// The zones of its subnets.
        pub zones: Zones,
        /// Whether a subnet of it belongs to the default VPC, or it names none and lands there.
        pub vpc_default: Value<bool>,
        /// Why it names no subnet but stands in the default VPC all the same, as a phrase; null
        /// when it names its subnets.
        pub fallback: Option<String>,
        /// Whether something else that is judged by itself decides where it stands: the cluster of a
        /// member.
        pub inherited: bool,
    }
}
