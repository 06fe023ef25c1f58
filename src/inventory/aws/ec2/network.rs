//! VPC, subnets, routing, gateways and addresses.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

model! {
    /// A virtual private cloud.
    pub struct Vpc {
        /// Whether it is the default VPC of its region.
        pub default: Value<bool>,
        /// Primary IPv4 range in CIDR form.
        pub cidr_block: Value<Option<String>>,
        /// Whether Terraform adopts the default VPC only to delete it (`force_destroy`).
        pub removed_on_destroy: Value<bool>,
        /// The main route table, when the source names it.
        pub main_route_table: Linked,
        /// Whether the source only reads it and another run manages it: then its routing and its
        /// other subnets are not told.
        pub managed_elsewhere: bool,
        /// Whether the source brings a default VPC under its control, as `aws_default_vpc` does.
        pub adopted: bool,
        /// Routes that are added to its first main table by way of the VPC.
        pub main_routes: Value<Vec<Route>>,
    }

    /// The subnets of one tier of a VPC.
    pub struct Tier {
        /// Subnets that are certainly of this tier, sorted.
        pub subnets: Vec<String>,
        /// Smallest number of subnets that it can have.
        pub at_least: i64,
        /// Largest number of subnets that it can have.
        pub at_most: i64,
        /// The zones that they cover.
        pub zones: super::placement::Zones,
    }

    /// The tiers of a VPC, by routes and use, not by name.
    pub struct Tiers {
        /// Subnets that lead to an internet gateway.
        pub public: Tier,
        /// Subnets that do not, databases' own excepted.
        pub private: Tier,
        /// Subnets that do not and that only databases or caches use.
        pub database: Tier,
        /// Private and database subnets together.
        pub not_public: Tier,
    }

    /// A zone of the private tier, and whether the public tier is there too.
    pub struct PrivateZone {
        /// The zone.
        pub zone: String,
        /// Private subnets in it.
        pub subnets: Vec<String>,
        /// Whether a public subnet is in it.
        pub has_public: Value<bool>,
    }

    /// A zone whose private subnets go out through NAT gateways.
    pub struct NatZone {
        /// The zone; when it is not told, the id of the subnet stands here.
        pub zone: String,
        /// Private subnets in it that go out through a NAT gateway or run EKS nodes.
        pub subnets: Vec<String>,
        /// Whether any of them certainly needs a NAT gateway.
        pub needs_nat: Value<bool>,
        /// Whether a public NAT gateway stands in a public subnet of the zone, or a regional one
        /// serves the VPC.
        pub has_nat: Value<bool>,
        /// NAT gateways that its subnets use.
        pub nat_gateways: Vec<String>,
    }

    /// What is derived for a VPC.
    pub struct VpcFacts {
        /// Ids of the resources that stand in it, gateways and interfaces not counted, sorted.
        pub workloads: Vec<String>,
        /// Whether any workload stands in it.
        pub hosts_workloads: Value<bool>,
        /// Number of subnets of the input that may belong to it.
        pub subnet_count: i64,
        /// Its subnets by tier.
        pub tiers: Tiers,
        /// Zones of its private tier.
        pub private_zones: Vec<PrivateZone>,
        /// Zones that go out through NAT gateways, or should.
        pub nat_zones: Vec<NatZone>,
        /// Internet gateways that are attached to it, sorted.
        pub internet_gateways: Vec<String>,
    }

    /// A subnet of a VPC.
    pub struct Subnet {
        /// The VPC it belongs to.
        pub vpc: Linked,
        /// Whether it is a default subnet of its zone.
        pub default: Value<bool>,
        /// IPv4 range in CIDR form.
        pub cidr_block: Value<Option<String>>,
        /// Availability zone by name (`us-east-1a`); null when AWS chooses.
        pub availability_zone: Value<Option<String>>,
        /// Availability zone by id (`use1-az1`).
        pub availability_zone_id: Value<Option<String>>,
        /// Whether instances get a public IPv4 address at launch.
        pub map_public_ip_on_launch: Value<bool>,
        /// Whether instances get an IPv6 address at launch.
        pub assign_ipv6_address_on_creation: Value<bool>,
        /// Route tables that are explicitly associated.
        pub route_tables: Linked,
        /// Route tables whose association is with this subnet or with another one.
        pub possible_route_tables: Linked,
        /// Whether the source brings a default subnet under its control, as `aws_default_subnet`
        /// does.
        pub adopted: bool,
        /// Whether the source only reads it and another run manages it.
        pub managed_elsewhere: bool,
        /// Whether it stands for several subnets that the source reads together.
        pub several: bool,
    }

    /// A route of a subnet for all destinations, or one of those that cover them together.
    ///
    /// When the route table is one of several, only what is true of all of them is known.
    pub struct DefaultRoute {
        /// `ipv4` or `ipv6`; unknown when the destination is not told.
        pub family: Value<String>,
        /// The destination: a range or a prefix list; null when it is not told.
        pub destination: Option<String>,
        /// The destination as findings name it.
        pub label: String,
        /// What it leads to, as `target_kind` of a route says it.
        pub target_kind: Value<String>,
        /// Id of the target, when it is told.
        pub target: Option<String>,
        /// Whether the NAT gateway that it leads to stands in the zone of the subnet, or is
        /// regional; true for every other kind of target.
        pub same_zone: Value<bool>,
        /// Ids that prove it: route table, target, the target's subnet.
        pub via: Vec<String>,
        /// Address of the source's own resource for the route, when it has one.
        pub address: Option<String>,
    }

    /// What is derived for a subnet.
    pub struct SubnetFacts {
        /// Id of the route table in force; null for the main table that AWS makes.
        pub route_table: Value<Option<String>>,
        /// Its default routes, of both families.
        pub default_routes: Value<Vec<DefaultRoute>>,
        /// Whether a default route leads to an internet gateway.
        pub public: Value<bool>,
        /// Ids that prove `public`, or that its route table does not lead to the internet.
        pub via: Vec<String>,
        /// What it is meant to be, by tags, name and use: `public`, `private`, `database` or
        /// `other`.
        pub intended_tier: Value<String>,
        /// What it is, by routes and use: `public`, `private` or `database`.
        pub tier: Value<String>,
        /// Availability zone: its name, or its id when only that is told.
        pub zone: Value<String>,
        /// Id of its VPC.
        pub vpc: Value<Option<String>>,
        /// Whether it belongs to the default VPC.
        pub vpc_default: Value<bool>,
        /// Whether EKS nodes run in it.
        pub hosts_eks_nodes: Value<bool>,
        /// Whether tags let load balancers of the internet be put into it
        /// (`kubernetes.io/role/elb`).
        pub tagged_for_public_load_balancers: Value<bool>,
        /// Whether tags let internal load balancers be put into it
        /// (`kubernetes.io/role/internal-elb`).
        pub tagged_for_internal_load_balancers: Value<bool>,
    }

    /// One route: where traffic for a destination goes.
    pub struct Route {
        /// IPv4 or IPv6 range, or the id of a prefix list; null when none of them is told.
        pub destination: Value<Option<String>>,
        /// The destination as a managed prefix list of the inventory.
        pub destination_prefix_list: Linked,
        /// What the target is: `internet_gateway`, `egress_only_internet_gateway`, `nat_gateway`,
        /// `transit_gateway`, `vpc_endpoint`, `vpc_peering_connection`, `network_interface`,
        /// `virtual_private_gateway`, `carrier_gateway`, `local_gateway`, `core_network`, `local` or
        /// `none`. A `gateway_id` that is an internet or a virtual private gateway is told apart by
        /// what it refers to or by its prefix.
        pub target_kind: Value<String>,
        /// The target, where it is a kind that hfscan models.
        pub target: Linked,
        /// Whether it is a blackhole (live only).
        pub active: Value<bool>,
        /// Address of the source's own resource for this route, when it has one.
        pub address: Option<String>,
    }

    /// A route table with all of its routes, inline or separate.
    pub struct RouteTable {
        /// The VPC it belongs to.
        pub vpc: Linked,
        /// Whether it is the main table of its VPC.
        pub main: Value<bool>,
        /// Its routes; the local route is not listed.
        pub routes: Value<Vec<Route>>,
    }

    /// What is derived for a route table.
    pub struct RouteTableFacts {}

    /// An internet gateway.
    pub struct InternetGateway {
        /// The VPC it is attached to.
        pub vpc: Linked,
    }

    /// What is derived for an internet gateway.
    pub struct InternetGatewayFacts {}

    /// An egress-only internet gateway for IPv6.
    pub struct EgressOnlyInternetGateway {
        /// The VPC it is attached to.
        pub vpc: Linked,
    }

    /// What is derived for an egress-only internet gateway.
    pub struct EgressOnlyInternetGatewayFacts {}

    /// A NAT gateway.
    pub struct NatGateway {
        /// The subnet that it stands in; a regional one names none.
        pub subnet: Linked,
        /// The VPC that it serves, when it is regional.
        pub vpc: Linked,
        /// `public` or `private`.
        pub connectivity_type: Value<String>,
        /// `zonal` or `regional`.
        pub availability_mode: Value<String>,
        /// The Elastic IP address that it uses.
        pub elastic_ip: Linked,
    }

    /// What is derived for a NAT gateway.
    pub struct NatGatewayFacts {
        /// Where it stands.
        pub placement: super::placement::Placement,
    }

    /// An Elastic IP address.
    pub struct ElasticIp {
        /// The instance that it is associated with, by itself or by an association.
        pub instance: Linked,
        /// The network interface that it is associated with.
        pub network_interface: Linked,
    }

    /// What is derived for an Elastic IP address.
    pub struct ElasticIpFacts {}

    /// A network interface.
    pub struct NetworkInterface {
        /// The subnet that it stands in.
        pub subnet: Linked,
        /// Its security groups.
        pub security_groups: Linked,
        /// The instance that it is attached to.
        pub instance: Linked,
        /// What made it: `interface`, `nat_gateway`, `network_load_balancer` … (live), `interface`
        /// for planned ones.
        pub interface_type: Value<String>,
        /// Its description.
        pub description: Value<Option<String>>,
    }

    /// What is derived for a network interface.
    pub struct NetworkInterfaceFacts {
        /// Whether it belongs to a load balancer, a NAT gateway, an endpoint or an accelerator.
        pub of_edge_service: Value<bool>,
        /// Where it stands.
        pub placement: super::placement::Placement,
    }

    /// A managed prefix list.
    pub struct PrefixList {
        /// Its name.
        pub name: Value<Option<String>>,
        /// The ranges in it.
        pub entries: Value<Vec<Value<String>>>,
    }

    /// What is derived for a prefix list.
    pub struct PrefixListFacts {}
}

relations!(Vpc { main_route_table => "aws.ec2.route_table" });
relations!(Subnet {
    vpc => "aws.ec2.vpc",
    route_tables => "aws.ec2.route_table",
    possible_route_tables => "aws.ec2.route_table",
});
relations!(RouteTable { vpc => "aws.ec2.vpc" });
relations!(InternetGateway { vpc => "aws.ec2.vpc" });
relations!(EgressOnlyInternetGateway { vpc => "aws.ec2.vpc" });
relations!(NatGateway {
    subnet => "aws.ec2.subnet",
    vpc => "aws.ec2.vpc",
    elastic_ip => "aws.ec2.elastic_ip",
});
relations!(ElasticIp {
    instance => "aws.ec2.instance",
    // The first interface of an instance is no resource of its own.
    network_interface => "aws.ec2.network_interface" | "aws.ec2.instance",
});
relations!(NetworkInterface {
    subnet => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
    instance => "aws.ec2.instance",
});
relations!(PrefixList {});
