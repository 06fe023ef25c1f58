//! Facts of VPCs: what stands in them, their tiers and zones, and where zones need NAT gateways.

use std::collections::{BTreeMap, BTreeSet};

use super::subnets::zone_of_gateway;
use super::zones;
use crate::inventory::aws::ec2::{
    InternetGateway, NatGateway, NatZone, PrivateZone, Subnet, SubnetFacts, Tier, Tiers, Vpc, VpcFacts,
};
use crate::inventory::{Edges, Index, Inventory, Reason, Value};
use crate::relate::agree::{agree, any, both, not};
use crate::relate::near::Strays;
use crate::relate::placement;

/// Kinds that are workloads: the reason why a VPC exists.
const WORKLOADS: &[&str] = &[
    "aws.autoscaling.group",
    "aws.ec2.instance",
    "aws.efs.mount_target",
    "aws.eks.cluster",
    "aws.eks.fargate_profile",
    "aws.eks.node_group",
    "aws.elasticache.cluster",
    "aws.elasticache.replication_group",
    "aws.elb.classic_load_balancer",
    "aws.elb.load_balancer",
    "aws.lambda.function",
    "aws.rds.cluster",
    "aws.rds.instance",
];

/// Things that belong to VPCs, by VPC.
#[derive(Debug)]
struct Members {
    by_vpc: BTreeMap<Index, Vec<(Index, Option<Reason>)>>,
    /// Members whose VPC cannot be told: they may belong to any.
    anywhere: Vec<(Index, Reason)>,
}

impl Members {
    fn new() -> Self {
        Self { by_vpc: BTreeMap::new(), anywhere: Vec::new() }
    }

    fn add(&mut self, member: Index, vpc: &Edges) {
        match &vpc.doubt {
            Some(reason) if vpc.targets.is_empty() => self.anywhere.push((member, reason.clone())),
            doubt => {
                for &target in &vpc.targets {
                    self.by_vpc.entry(target).or_default().push((member, doubt.clone()));
                }
            }
        }
    }

    /// Returns the members that belong to a VPC or may do so, with the reason why it is not certain.
    fn of(&self, inventory: &Inventory, vpc: Index) -> impl Iterator<Item = (Index, Option<Reason>)> {
        let near = move |(member, _): &&(Index, Reason)| inventory.near(*member, vpc);
        self.by_vpc
            .get(&vpc)
            .into_iter()
            .flatten()
            .cloned()
            .chain(self.anywhere.iter().filter(near).map(|(member, reason)| (*member, Some(reason.clone()))))
    }
}

/// A NAT gateway as far as zones need it.
struct Gateway {
    zone: Value<String>,
    /// Whether it is a public one in a public subnet.
    usable: Value<bool>,
    regional: Value<bool>,
}

pub(in crate::relate) fn derive(inventory: &mut Inventory) {
    let mut subnets = Members::new();
    for (index, _, _) in inventory.of::<Subnet>() {
        subnets.add(index, inventory.edges(index, "vpc"));
    }
    let mut gateways = Members::new();
    for (index, _, _) in inventory.of::<NatGateway>() {
        let vpc = inventory.edges(index, "vpc");
        let subnet = inventory.edges(index, "subnet");
        if !vpc.is_absent() {
            gateways.add(index, vpc);
        } else if subnet.targets.is_empty() {
            gateways.anywhere.push((index, subnet.incomplete().unwrap_or_else(|| unresolved("its subnet"))));
        } else {
            let mut vpcs = Edges { doubt: subnet.doubt.clone(), ..Edges::default() };
            for &subnet in &subnet.targets {
                let next = inventory.edges(subnet, "vpc");
                vpcs.targets.extend(&next.targets);
                vpcs.doubt = vpcs.doubt.or_else(|| next.doubt.clone());
            }
            vpcs.targets.sort_unstable();
            vpcs.targets.dedup();
            gateways.add(index, &vpcs);
        }
    }
    let (workloads, homeless) = workloads(inventory);
    let facts: Vec<(Index, VpcFacts)> = inventory
        .of::<Vpc>()
        .map(|(index, _, vpc)| {
            let members: Vec<(Index, Option<Reason>)> = subnets.of(inventory, index).collect();
            let several = |(index, _): &Member| inventory.get::<Subnet>(*index).is_some_and(|subnet| subnet.several);
            let open = vpc.managed_elsewhere || members.iter().any(several);
            let ids: Vec<String> = workloads.get(&index).into_iter().flatten().cloned().collect();
            let nats: Vec<(Index, Option<Reason>, Gateway)> = gateways
                .of(inventory, index)
                .filter_map(|(gateway, doubt)| Some((gateway, doubt, gateway_of(inventory, gateway)?)))
                .collect();
            let facts = VpcFacts {
                hosts_workloads: match (ids.is_empty(), homeless.near(inventory, index).next()) {
                    (false, _) => Value::Known(true),
                    (true, Some(reason)) => Value::Unknown(reason.clone()),
                    (true, None) => Value::Known(false),
                },
                workloads: ids,
                subnet_count: zones::length(members.len()),
                tiers: tiers(inventory, &members, open),
                private_zones: private_zones(inventory, &members, open),
                nat_zones: nat_zones(inventory, &members, &nats, open),
                internet_gateways: inventory
                    .incoming::<InternetGateway>(index, "vpc")
                    .filter(|(_, certain)| *certain)
                    .map(|(gateway, _)| inventory.id(gateway).to_owned())
                    .collect(),
            };
            (index, facts)
        })
        .collect();
    for (index, facts) in facts {
        if let Some(slot) = inventory.facts_mut::<Vpc>(index) {
            *slot = facts;
        }
    }
}

fn unresolved(what: &str) -> Reason {
    Reason::Unresolved(what.to_owned())
}

/// Returns the workloads of each VPC, and why some workload may stand in any of them.
fn workloads(inventory: &Inventory) -> (BTreeMap<Index, BTreeSet<String>>, Strays<Reason>) {
    let mut by_vpc: BTreeMap<Index, BTreeSet<String>> = BTreeMap::new();
    let mut homeless = Strays::default();
    for &index in WORKLOADS.iter().flat_map(|kind| inventory.indices_of_kind(kind)) {
        let Some(placement) = inventory.facts.get(index).and_then(placement::of) else {
            continue;
        };
        let subnets = match &placement.subnets {
            Value::Known(subnets) => subnets,
            Value::Unknown(reason) => {
                homeless.add(inventory, index, || reason.clone());
                continue;
            }
        };
        for subnet in subnets {
            match &subnet.vpc {
                Value::Known(Some(vpc)) => {
                    if let Some(vpc) = inventory.index_of(vpc) {
                        by_vpc.entry(vpc).or_default().insert(inventory.id(index).to_owned());
                    }
                }
                Value::Known(None) => {}
                // What lands in the default VPC stands in none of the others.
                Value::Unknown(_) if placement.fallback.is_some() => {}
                Value::Unknown(reason) => {
                    homeless.add(inventory, index, || reason.clone());
                }
            }
        }
    }
    (by_vpc, homeless)
}

type Member = (Index, Option<Reason>);

fn facts_of<'a>(
    inventory: &'a Inventory,
    members: &'a [Member],
) -> impl Iterator<Item = (Index, &'a Option<Reason>, &'a SubnetFacts)> {
    members.iter().filter_map(|(subnet, doubt)| Some((*subnet, doubt, inventory.facts_of::<Subnet>(*subnet)?)))
}

fn tiers(inventory: &Inventory, members: &[Member], open: bool) -> Tiers {
    let tier = |belongs: &dyn Fn(&SubnetFacts) -> Value<bool>| {
        let mut certain = Vec::new();
        let mut certain_zones = Vec::new();
        let mut possible_zones = Vec::new();
        for (subnet, doubt, facts) in facts_of(inventory, members) {
            match (belongs(facts), doubt) {
                (Value::Known(false), _) => {}
                (Value::Known(true), None) => {
                    certain.push(inventory.id(subnet).to_owned());
                    certain_zones.push(&facts.zone);
                }
                _ => possible_zones.push(&facts.zone),
            }
        }
        let mut covered = zones::count(certain_zones.iter().copied());
        let most = zones::count(certain_zones.into_iter().chain(possible_zones.iter().copied()));
        covered.at_most = if open { zones::unbounded().at_most } else { most.at_most };
        let at_least = zones::length(certain.len());
        Tier {
            subnets: certain,
            at_least,
            at_most: if open { zones::unbounded().at_most } else { at_least + zones::length(possible_zones.len()) },
            zones: covered,
        }
    };
    let named = |name: &'static str| move |facts: &SubnetFacts| facts.tier.as_ref().map(|tier| tier == name);
    Tiers {
        public: tier(&|facts| facts.public.clone()),
        private: tier(&named("private")),
        database: tier(&named("database")),
        not_public: tier(&|facts| not(facts.public.clone())),
    }
}

fn certainly(value: Value<bool>, doubt: Option<&Reason>) -> Value<bool> {
    match (value, doubt) {
        (Value::Known(true), Some(reason)) => Value::Unknown(reason.clone()),
        (value, _) => value,
    }
}

/// Something that may exist outside of the input keeps a `false` from being certain.
fn unless_open(value: Value<bool>, open: bool) -> Value<bool> {
    match value {
        Value::Known(false) if open => Value::Unknown(Reason::NotInInput("other parts of the VPC".to_owned())),
        value => value,
    }
}

/// Takes zones that do not count out: local zones.
fn counts(zone: &Value<String>) -> bool {
    zone.known().is_none_or(|zone| !zones::is_local(zone))
}

fn label(inventory: &Inventory, subnet: Index, zone: &Value<String>) -> String {
    zone.known().cloned().unwrap_or_else(|| inventory.id(subnet).to_owned())
}

/// Subnets of one zone that are or may be public.
type PublicOfZone<'a> = Vec<(&'a Value<String>, Value<bool>)>;

fn private_zones(inventory: &Inventory, members: &[Member], open: bool) -> Vec<PrivateZone> {
    let mut by_zone: BTreeMap<String, (Vec<String>, Vec<Value<bool>>)> = BTreeMap::new();
    let mut public: BTreeMap<Option<&str>, PublicOfZone<'_>> = BTreeMap::new();
    for (_, doubt, facts) in facts_of(inventory, members) {
        if !facts.public.is(&false) {
            let key = facts.zone.known().map(String::as_str);
            public.entry(key).or_default().push((&facts.zone, certainly(facts.public.clone(), doubt.as_ref())));
        }
    }
    for (subnet, doubt, facts) in facts_of(inventory, members) {
        let private = certainly(facts.tier.as_ref().map(|tier| tier == "private"), doubt.as_ref());
        if private.is(&false) || !counts(&facts.zone) {
            continue;
        }
        // Only one of each zone matters for the answer, so the work stays linear in the zones.
        let covered = unless_open(
            any(public.values().map(|of_zone| {
                let same = of_zone.first().map_or(Value::Known(false), |(zone, _)| zones::same(&facts.zone, zone));
                both(same, any(of_zone.iter().map(|(_, public)| public.clone())))
            })),
            open,
        );
        let entry = by_zone.entry(label(inventory, subnet, &facts.zone)).or_default();
        entry.0.push(inventory.id(subnet).to_owned());
        entry.1.push(any([not(private), covered]));
    }
    by_zone
        .into_iter()
        .map(|(zone, (subnets, covered))| PrivateZone {
            zone,
            subnets,
            has_public: not(any(covered.into_iter().map(not))),
        })
        .collect()
}

fn gateway_of(inventory: &Inventory, index: Index) -> Option<Gateway> {
    let attributes = inventory.get::<NatGateway>(index)?;
    let subnet = inventory.edges(index, "subnet");
    let regional = attributes.availability_mode.as_ref().map(|mode| mode == "regional");
    let in_public = if let Some(reason) = subnet.incomplete().filter(|_| subnet.targets.is_empty()) {
        Value::Unknown(reason)
    } else {
        agree(subnet.targets.iter().filter_map(|&subnet| Some(inventory.facts_of::<Subnet>(subnet)?.public.clone())))
    };
    let public = attributes.connectivity_type.as_ref().map(|kind| kind == "public");
    Some(Gateway {
        zone: zone_of_gateway(inventory, index),
        usable: both(public, any([regional.clone(), in_public])),
        regional,
    })
}

fn nat_zones(
    inventory: &Inventory,
    members: &[Member],
    gateways: &[(Index, Option<Reason>, Gateway)],
    open: bool,
) -> Vec<NatZone> {
    let mut by_zone: BTreeMap<String, NatZone> = BTreeMap::new();
    for (subnet, doubt, facts) in facts_of(inventory, members) {
        let needs = certainly(needs_nat(facts), doubt.as_ref());
        if needs.is(&false) || !counts(&facts.zone) {
            continue;
        }
        let zone = label(inventory, subnet, &facts.zone);
        let entry = by_zone.entry(zone.clone()).or_insert_with(|| NatZone {
            zone,
            subnets: Vec::new(),
            needs_nat: Value::Known(false),
            has_nat: unless_open(
                any(gateways.iter().map(|(_, doubt, gateway)| {
                    let serves = any([gateway.regional.clone(), zones::same(&facts.zone, &gateway.zone)]);
                    certainly(both(serves, gateway.usable.clone()), doubt.as_ref())
                })),
                open,
            ),
            nat_gateways: Vec::new(),
        });
        entry.subnets.push(inventory.id(subnet).to_owned());
        entry.needs_nat = any([entry.needs_nat.clone(), needs]);
        let routes = facts.default_routes.known().into_iter().flatten();
        entry.nat_gateways.extend(
            routes
                .filter(|route| route.target_kind.known().is_some_and(|kind| kind == "nat_gateway"))
                .filter_map(|route| route.target.clone()),
        );
        entry.nat_gateways.sort();
        entry.nat_gateways.dedup();
    }
    by_zone.into_values().collect()
}

/// A private subnet needs a NAT gateway if its default route leads to one, or if it runs EKS nodes
/// and its default route does not lead to a transit gateway, an endpoint or the like.
fn needs_nat(facts: &SubnetFacts) -> Value<bool> {
    let routes = match &facts.default_routes {
        Value::Known(routes) => routes,
        Value::Unknown(reason) => {
            return both(not(facts.public.clone()), Value::Unknown(reason.clone()));
        }
    };
    let leads = |wanted: &dyn Fn(&str) -> bool| {
        any(routes
            .iter()
            .filter(|route| !route.family.is(&"ipv6".to_owned()))
            .map(|route| route.target_kind.as_ref().map(|kind| wanted(kind))))
    };
    let by_nat = leads(&|kind| kind == "nat_gateway");
    let elsewhere = leads(&|kind| kind != "nat_gateway" && kind != "none" && kind != "local");
    both(not(facts.public.clone()), any([by_nat, both(facts.hosts_eks_nodes.clone(), not(elsewhere))]))
}
