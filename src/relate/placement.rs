//! Where things stand: the subnets, zones and VPC of a resource. What stands in a VPC follows from
//! it, so the facts of VPCs are derived here too.

mod sources;

use rayon::prelude::*;

use super::Names;
use super::agree::{agree, any};
use super::network::{vpcs, zones};
use crate::inventory::aws::ec2::{PlacedSubnet, Placement, Subnet};
use crate::inventory::aws::{autoscaling, ec2, efs, eks, elasticache, elb, lambda, rds};
use crate::inventory::{Edges, Facts, Index, Inventory, Reason, Value};
use sources::Source;

/// Applies a macro-like body to every kind that has a placement.
macro_rules! placed_kinds {
    ($($variant:ident => $kind:ty;)*) => {
        /// Kinds that stand in subnets.
        const PLACED: &[&str] = &[$(<$kind as crate::inventory::Kind>::NAME),*];

        /// Returns the placement of a resource, if it is of a kind that has one.
        pub(super) fn of(facts: &Facts) -> Option<&Placement> {
            match facts {
                $(Facts::$variant(facts) => Some(&facts.placement),)*
                _ => None,
            }
        }

        fn slot(facts: &mut Facts) -> Option<&mut Placement> {
            match facts {
                $(Facts::$variant(facts) => Some(&mut facts.placement),)*
                _ => None,
            }
        }
    };
}

placed_kinds! {
    AwsAutoscalingGroup => autoscaling::Group;
    AwsEc2Instance => ec2::Instance;
    AwsEc2NatGateway => ec2::NatGateway;
    AwsEc2NetworkInterface => ec2::NetworkInterface;
    AwsEfsMountTarget => efs::MountTarget;
    AwsEksCluster => eks::Cluster;
    AwsEksFargateProfile => eks::FargateProfile;
    AwsEksNodeGroup => eks::NodeGroup;
    AwsElasticacheCluster => elasticache::Cluster;
    AwsElasticacheReplicationGroup => elasticache::ReplicationGroup;
    AwsElbClassicLoadBalancer => elb::ClassicLoadBalancer;
    AwsElbLoadBalancer => elb::LoadBalancer;
    AwsLambdaFunction => lambda::Function;
    AwsRdsCluster => rds::Cluster;
    AwsRdsInstance => rds::Instance;
    AwsRdsProxy => rds::Proxy;
}

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    let shared: &Inventory = inventory;
    let indices: Vec<Index> = PLACED.iter().flat_map(|kind| shared.indices_of_kind(kind)).copied().collect();
    let placements: Vec<(Index, Placement)> = indices
        .into_par_iter()
        .map(|index| {
            let mut placement = place(shared, sources::of(shared, names, index));
            placement.inherited = sources::is_inherited(shared, index);
            (index, placement)
        })
        .collect();
    for (index, placement) in placements {
        if let Some(slot) = inventory.facts.get_mut(index).and_then(slot) {
            *slot = placement;
        }
    }
    vpcs::derive(inventory);
}

fn place(inventory: &Inventory, source: Source) -> Placement {
    match source {
        Source::Subnets(edges) => in_subnets(inventory, &edges),
        Source::DefaultVpc { why, zones } => in_default_vpc(why, &zones),
        Source::OutsideVpc => {
            Placement { in_vpc: Value::Known(false), subnets: Value::Known(Vec::new()), ..Placement::default() }
        }
        Source::Vpc => Placement {
            in_vpc: Value::Known(true),
            subnets: Value::Known(Vec::new()),
            zones: zones::unbounded(),
            ..Placement::default()
        },
        Source::Unknown(reason) => Placement {
            in_vpc: Value::Unknown(reason.clone()),
            subnets: Value::Unknown(reason.clone()),
            zones: zones::unbounded(),
            vpc_default: Value::Unknown(reason),
            ..Placement::default()
        },
    }
}

fn in_subnets(inventory: &Inventory, edges: &Edges) -> Placement {
    let mut subnets: Vec<PlacedSubnet> = edges.targets.iter().map(|&index| placed(inventory, index)).collect();
    subnets.extend(edges.outside.iter().map(|name| outside(name)));
    subnets.sort_by(|a, b| a.id.cmp(&b.id));
    let mut zones = if edges.doubt.is_some() {
        zones::count_some(subnets.iter().map(|subnet| &subnet.zone))
    } else {
        zones::count(subnets.iter().map(|subnet| &subnet.zone))
    };
    let several = |index: &Index| inventory.get::<Subnet>(*index).is_some_and(|subnet| subnet.several);
    // An id or a block names one subnet, an output of something else any number.
    let is_one = |name: &String| name.starts_with("subnet-") || name.contains("aws_subnet.");
    if edges.targets.iter().any(several) || !edges.outside.iter().all(is_one) {
        zones.at_most = zones::unbounded().at_most;
    }
    if edges.doubt.is_some() {
        keep_what_all_share(&mut subnets);
    }
    if let Some(reason) = edges.doubt.as_ref().filter(|_| edges.open) {
        subnets.push(untold(reason));
        zones.at_most = zones::unbounded().at_most;
        zones.at_least = zones.at_least.min(1);
    }
    Placement {
        in_vpc: Value::Known(true),
        vpc_default: any(subnets.iter().map(|subnet| subnet.vpc_default.clone())),
        subnets: Value::Known(subnets),
        zones,
        ..Placement::default()
    }
}

fn placed(inventory: &Inventory, index: Index) -> PlacedSubnet {
    let (Some(subnet), Some(facts)) = (inventory.get::<Subnet>(index), inventory.facts_of::<Subnet>(index)) else {
        return outside(inventory.id(index));
    };
    PlacedSubnet {
        id: inventory.id(index).to_owned(),
        public: facts.public.clone(),
        tier: facts.tier.clone(),
        intended_tier: facts.intended_tier.clone(),
        zone: facts.zone.clone(),
        vpc: facts.vpc.clone(),
        vpc_default: facts.vpc_default.clone(),
        map_public_ip_on_launch: subnet.map_public_ip_on_launch.clone(),
        via: facts.via.clone(),
    }
}

fn outside(name: &str) -> PlacedSubnet {
    PlacedSubnet { id: name.to_owned(), ..untold(&Reason::NotInInput(name.to_owned())) }
}

/// A subnet of which nothing is told.
fn untold(reason: &Reason) -> PlacedSubnet {
    fn unknown<T>(reason: &Reason) -> Value<T> {
        Value::Unknown(reason.clone())
    }
    PlacedSubnet {
        id: "a subnet that the plan does not tell".to_owned(),
        public: unknown(reason),
        tier: unknown(reason),
        intended_tier: unknown(reason),
        zone: unknown(reason),
        vpc: unknown(reason),
        vpc_default: unknown(reason),
        map_public_ip_on_launch: unknown(reason),
        via: Vec::new(),
    }
}

/// One or some of the subnets are meant: what differs between them is not known of any.
fn keep_what_all_share(subnets: &mut [PlacedSubnet]) {
    macro_rules! share {
        ($($field:ident),*) => {$(
            let shared = agree(subnets.iter().map(|subnet| subnet.$field.clone()));
            for subnet in subnets.iter_mut() {
                subnet.$field = shared.clone();
            }
        )*};
    }
    share!(public, tier, intended_tier, zone, vpc, vpc_default, map_public_ip_on_launch);
}

fn in_default_vpc(why: &'static str, zone_names: &[Value<String>]) -> Placement {
    let zones = if zone_names.is_empty() { zones::unbounded() } else { zones::count(zone_names) };
    Placement {
        in_vpc: Value::Known(true),
        subnets: Value::Known(vec![PlacedSubnet {
            id: "default".to_owned(),
            public: Value::Known(true),
            tier: Value::Known("public".to_owned()),
            intended_tier: Value::Known("other".to_owned()),
            zone: Value::Unknown(Reason::KnownAfterApply(Some("AWS chooses the zone".to_owned()))),
            vpc: Value::Unknown(Reason::NotInInput("the default VPC".to_owned())),
            vpc_default: Value::Known(true),
            map_public_ip_on_launch: Value::Known(true),
            via: Vec::new(),
        }]),
        zones,
        vpc_default: Value::Known(true),
        fallback: Some(why.to_owned()),
        inherited: false,
    }
}
