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
    }

    /// What is derived for a VPC.
    pub struct VpcFacts {}

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
    }

    /// What is derived for a subnet.
    pub struct SubnetFacts {}

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
        /// The subnet that it stands in.
        pub subnet: Linked,
        /// `public` or `private`.
        pub connectivity_type: Value<String>,
        /// `zonal` or `regional`.
        pub availability_mode: Value<String>,
        /// The Elastic IP address that it uses.
        pub elastic_ip: Linked,
    }

    /// What is derived for a NAT gateway.
    pub struct NatGatewayFacts {}

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
    pub struct NetworkInterfaceFacts {}

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
relations!(Subnet { vpc => "aws.ec2.vpc", route_tables => "aws.ec2.route_table" });
relations!(RouteTable { vpc => "aws.ec2.vpc" });
relations!(InternetGateway { vpc => "aws.ec2.vpc" });
relations!(EgressOnlyInternetGateway { vpc => "aws.ec2.vpc" });
relations!(NatGateway { subnet => "aws.ec2.subnet", elastic_ip => "aws.ec2.elastic_ip" });
relations!(ElasticIp { instance => "aws.ec2.instance", network_interface => "aws.ec2.network_interface" });
relations!(NetworkInterface {
    subnet => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
    instance => "aws.ec2.instance",
});
relations!(PrefixList {});
