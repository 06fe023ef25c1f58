//! Security groups with all of their rules, inline or separate, and what these rules mean.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::{Reason, Value};

model! {
    /// One rule of a security group as its source writes it: a port range and its peers. A peer is
    /// the source of a rule for incoming traffic, the destination of one for outgoing traffic.
    pub struct SecurityGroupRule {
        /// `tcp`, `udp`, `icmp`, `icmpv6`, `all` or a protocol number.
        pub protocol: Value<String>,
        /// First port; null means all ports (or all ICMP types).
        pub from_port: Value<Option<i64>>,
        /// Last port; null means all ports.
        pub to_port: Value<Option<i64>>,
        /// IPv4 ranges.
        pub ipv4_ranges: Value<Vec<Value<String>>>,
        /// IPv6 ranges.
        pub ipv6_ranges: Value<Vec<Value<String>>>,
        /// Managed prefix lists.
        pub prefix_lists: Linked,
        /// Referenced security groups; an EKS cluster stands for the group that EKS makes for it.
        pub security_groups: Linked,
        /// Whether the group itself is a peer.
        pub self_reference: Value<bool>,
        /// Its description.
        pub description: Value<Option<String>>,
        /// Address of the source's own resource for this rule, when it has one.
        pub address: Option<String>,
        /// Why this group may not have this rule: it may be a rule of another group, or be about
        /// to go.
        pub doubt: Option<Reason>,
        /// Whether only the last refresh of the state tells it. The same rule from a resource of its
        /// own then makes it superfluous.
        pub observed: bool,
    }

    /// A security group.
    pub struct SecurityGroup {
        /// Its name.
        pub group_name: Value<Option<String>>,
        /// Its description.
        pub description: Value<Option<String>>,
        /// The VPC it belongs to; absent means the default VPC.
        pub vpc: Linked,
        /// Whether it is the default group of its VPC.
        pub default: Value<bool>,
        /// Whether the input only mentions it, as a rule does that adds to a group of elsewhere: what
        /// else it holds and what uses it are then not known.
        pub mentioned_only: bool,
        /// Rules for traffic that comes in.
        pub ingress: Value<Vec<SecurityGroupRule>>,
        /// Rules for traffic that goes out.
        pub egress: Value<Vec<SecurityGroupRule>>,
    }

    /// What uses a security group.
    pub struct Roles {
        /// Anything at all that hfscan models.
        pub attached: Value<bool>,
        /// A load balancer that faces the internet.
        pub edge: Value<bool>,
        /// An application load balancer.
        pub alb: Value<bool>,
        /// Any load balancer.
        pub load_balancer: Value<bool>,
        /// Worker nodes or pods.
        pub node: Value<bool>,
        /// The control plane of an EKS cluster.
        pub cluster: Value<bool>,
        /// A database.
        pub database: Value<bool>,
        /// A database proxy.
        pub database_proxy: Value<bool>,
        /// A cache.
        pub cache: Value<bool>,
        /// A mount target of a file system.
        pub file_system: Value<bool>,
        /// An instance that is no worker node.
        pub instance: Value<bool>,
        /// A function.
        pub lambda: Value<bool>,
        /// Clients that may log in to worker nodes by SSH, as node groups name them.
        pub remote_access: Value<bool>,
    }

    /// Who stands at the other end of an effective rule.
    pub struct Peer {
        /// The group itself.
        pub itself: Value<bool>,
        /// A group of a load balancer.
        pub load_balancer: Value<bool>,
        /// A group of worker nodes or pods.
        pub node: Value<bool>,
        /// A group of a cluster's control plane.
        pub cluster: Value<bool>,
        /// A group of a database proxy.
        pub database_proxy: Value<bool>,
        /// A group that node groups name for SSH.
        pub remote_access: Value<bool>,
    }

    /// What one rule means for one peer.
    pub struct EffectiveRule {
        /// Names it whatever the order of rules: `ingress[443/tcp/0.0.0.0/0]`.
        pub tag: String,
        /// Whether the group has this rule.
        pub present: Value<bool>,
        /// `tcp`, `udp`, `icmp`, `icmpv6`, `all` or a protocol number.
        pub protocol: Value<String>,
        /// First port; 0 for all ports, and for ICMP and other protocols without ports.
        pub from_port: Value<i64>,
        /// Last port; 65535 for all ports, -1 for ICMP and other protocols without ports.
        pub to_port: Value<i64>,
        /// Type of ICMP messages; -1 means all types and stands for other protocols too.
        pub icmp_type: Value<i64>,
        /// `cidr4`, `cidr6`, `prefix_list`, `security_group` or `self`.
        pub peer_kind: Value<String>,
        /// Range, id of a prefix list or id of a security group.
        pub peer: Value<String>,
        /// Ids of the resources that the peer is, or may be.
        pub peer_ids: Vec<String>,
        /// Whether the peer is the whole internet, or one half of it.
        pub world: Value<bool>,
        /// Whether the peer holds public addresses. AWS's own prefix lists do not count: they name
        /// its services, not the internet.
        pub public_address_space: Value<bool>,
        /// How wide a public peer is, as the length of an IPv4 prefix: 0 is the internet, 32 one
        /// address. IPv6 counts half (a /48 as a /24, a /64 as one address). 33 when it is not public.
        pub public_prefix_length: Value<i64>,
        /// Whether it is a range inside of the group's VPC.
        pub vpc_internal: Value<bool>,
        /// Whether it is a range of which that cannot be told, because the ranges of the VPC are not.
        pub vpc_untold: bool,
        /// Who the peer is, if it is a group.
        pub peer_roles: Peer,
        /// Whether it opens the port of a database that uses the group, and no other.
        pub database_port: Value<bool>,
        /// Whether it opens ports of target groups that the group's load balancers forward to, and
        /// no others.
        pub target_port: Value<bool>,
        /// `certain`, or `pooled` when the source names several groups for several rules at once.
        pub confidence: String,
        /// Address of the source's own resource for the rule, when it has one.
        pub address: Option<String>,
    }

    /// What is derived for a security group.
    pub struct SecurityGroupFacts {
        /// What uses it.
        pub roles: Roles,
        /// Who may come in, one element per rule and peer.
        pub ingress: Value<Vec<EffectiveRule>>,
        /// Where traffic may go, one element per rule and peer.
        pub egress: Value<Vec<EffectiveRule>>,
        /// Whether a network load balancer without security groups exists: what it forwards keeps
        /// the address of the client or of the balancer, so only ranges can admit it.
        pub open_network_load_balancer: Value<bool>,
    }

    /// What security groups mean for something that uses them.
    pub struct Firewall {
        /// Whether it names no group, so that the default group of its VPC guards it.
        pub default_group: Value<bool>,
        /// Whether worker nodes exist and none of them may reach its port.
        pub nodes_shut_out: Value<bool>,
    }
}

relations!(SecurityGroup { vpc => "aws.ec2.vpc" });
