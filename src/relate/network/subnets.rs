//! Facts of each subnet: the route table in force and what follows from it.

use std::collections::BTreeMap;

use super::intent;
use super::routes::{self, Table};
use super::usage::Usage;
use super::zones;
use crate::inventory::aws::ec2::{DefaultRoute, NatGateway, RouteTable, Subnet, SubnetFacts, Vpc};
use crate::inventory::{Edges, Index, Inventory, Reason, Resource, Value};
use crate::relate::agree::{agree, any, single, single_id};

/// A route table that may be in force.
#[derive(Debug, Clone)]
enum Candidate {
    /// One of the inventory.
    Table(Index),
    /// The main table that AWS makes with a VPC: the local route only.
    Local,
    /// The main table of a VPC that gets routes by way of the VPC.
    OfVpc(Index),
    /// The main table of a default VPC, which AWS makes with a route to an internet gateway.
    DefaultVpc,
    /// One that the input does not tell.
    Unknown(Reason),
}

/// Main route tables by VPC, and whether each certainly is.
#[derive(Debug, Default)]
struct MainTables {
    by_vpc: BTreeMap<Index, Vec<(Index, Option<Reason>)>>,
}

pub(super) fn derive(inventory: &mut Inventory, tables: &BTreeMap<Index, Table>, usage: &Usage) {
    let mains = main_tables(inventory);
    let facts: Vec<(Index, SubnetFacts)> = inventory
        .of::<Subnet>()
        .map(|(index, resource, subnet)| (index, of(inventory, tables, usage, &mains, index, resource, subnet)))
        .collect();
    for (index, facts) in facts {
        if let Some(slot) = inventory.facts_mut::<Subnet>(index) {
            *slot = facts;
        }
    }
}

fn main_tables(inventory: &Inventory) -> MainTables {
    let mut mains = MainTables::default();
    for (index, _, table) in inventory.of::<RouteTable>() {
        if table.main.is(&false) {
            continue;
        }
        let vpc = inventory.edges(index, "vpc");
        let doubt = table.main.reason().cloned().or_else(|| vpc.doubt.clone());
        for &target in &vpc.targets {
            mains.by_vpc.entry(target).or_default().push((index, doubt.clone()));
        }
    }
    mains
}

fn of(
    inventory: &Inventory,
    tables: &BTreeMap<Index, Table>,
    usage: &Usage,
    mains: &MainTables,
    index: Index,
    resource: &Resource,
    subnet: &Subnet,
) -> SubnetFacts {
    let zone = zones::of_subnet(subnet);
    let vpc = inventory.edges(index, "vpc");
    let candidates = candidates(inventory, mains, index, subnet, vpc);
    let routes: Vec<(Value<bool>, Value<Vec<DefaultRoute>>)> =
        candidates.iter().map(|candidate| routes_of(inventory, tables, candidate, &zone)).collect();
    let public = agree(routes.iter().map(|(public, _)| public.clone()));
    let via = match candidates.as_slice() {
        [Candidate::Table(table) | Candidate::OfVpc(table)] => {
            let mut via = vec![inventory.id(*table).to_owned()];
            if let Some(Value::Known(routes)) = routes.first().map(|(_, routes)| routes) {
                let wanted = routes.iter().find(|route| {
                    public.is(&true) == route.target_kind.known().is_some_and(|kind| kind == "internet_gateway")
                });
                via.extend(wanted.and_then(|route| route.target.clone()));
            }
            via
        }
        _ => Vec::new(),
    };
    let declared = intent::declared(resource);
    let hosts_eks_nodes = usage.eks_nodes.contain(inventory, index);
    let data = usage.data.contain(inventory, index);
    let machines = usage.machines.contain(inventory, index);
    SubnetFacts {
        route_table: agree(candidates.iter().map(|candidate| match candidate {
            Candidate::Table(table) => Value::Known(Some(inventory.id(*table).to_owned())),
            Candidate::Local | Candidate::OfVpc(_) | Candidate::DefaultVpc => Value::Known(None),
            Candidate::Unknown(reason) => Value::Unknown(reason.clone()),
        })),
        default_routes: common(routes.into_iter().map(|(_, routes)| routes).collect()),
        intended_tier: intended_tier(&declared, &hosts_eks_nodes, &data),
        tier: tier(&public, &declared, &data, &any([hosts_eks_nodes.clone(), machines])),
        public,
        via,
        zone,
        vpc: if vpc.is_absent() && !subnet.default.is(&true) {
            Value::Unknown(Reason::Unresolved("the VPC of the subnet".to_owned()))
        } else {
            single_id(inventory, vpc)
        },
        vpc_default: vpc_default(inventory, subnet, vpc),
        hosts_eks_nodes,
        tagged_for_public_load_balancers: intent::tagged(resource, intent::PUBLIC_ROLE),
        tagged_for_internal_load_balancers: intent::tagged(resource, intent::INTERNAL_ROLE),
    }
}

fn vpc_default(inventory: &Inventory, subnet: &Subnet, vpc: &Edges) -> Value<bool> {
    if subnet.default.is(&true) {
        return Value::Known(true);
    }
    match (&vpc.doubt, vpc.outside.first()) {
        (Some(reason), _) if vpc.targets.is_empty() => Value::Unknown(reason.clone()),
        (_, Some(name)) => Value::Unknown(Reason::NotInInput(name.clone())),
        _ => agree(vpc.targets.iter().filter_map(|&vpc| Some(inventory.get::<Vpc>(vpc)?.default.clone()))),
    }
}

/// Returns the route tables that may be in force.
fn candidates(inventory: &Inventory, mains: &MainTables, index: Index, subnet: &Subnet, vpc: &Edges) -> Vec<Candidate> {
    let of_edges = |edges: &Edges| -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = edges.targets.iter().map(|&table| Candidate::Table(table)).collect();
        for name in &edges.outside {
            // `aws_vpc.x.main_route_table_id`
            match inventory.index_of(name).filter(|&vpc| inventory.get::<Vpc>(vpc).is_some()) {
                Some(vpc) => candidates.extend(main_of(inventory, mains, subnet, vpc)),
                None => candidates.push(Candidate::Unknown(Reason::NotInInput(name.clone()))),
            }
        }
        if let (Some(reason), true) = (&edges.doubt, candidates.is_empty()) {
            candidates.push(Candidate::Unknown(reason.clone()));
        }
        candidates
    };
    let explicit = of_edges(inventory.edges(index, "route_tables"));
    if !explicit.is_empty() {
        return explicit;
    }
    // An association that may be with this subnet or with another one: else the main table holds.
    let mut candidates = of_edges(inventory.edges(index, "possible_route_tables"));
    candidates.extend(main_candidates(inventory, mains, subnet, vpc));
    candidates
}

fn main_candidates(inventory: &Inventory, mains: &MainTables, subnet: &Subnet, vpc: &Edges) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> =
        vpc.targets.iter().flat_map(|&vpc| main_of(inventory, mains, subnet, vpc)).collect();
    candidates.extend(
        vpc.outside.iter().map(|name| Candidate::Unknown(Reason::NotInInput(format!("route tables of {name}")))),
    );
    if candidates.is_empty() {
        candidates.push(match (&vpc.doubt, &subnet.default) {
            (_, Value::Known(true)) => Candidate::DefaultVpc,
            (Some(reason), _) => Candidate::Unknown(reason.clone()),
            _ => Candidate::Unknown(Reason::Unresolved("the VPC of the subnet".to_owned())),
        });
    }
    candidates
}

/// Returns the tables that may be the main one of a VPC.
fn main_of(inventory: &Inventory, mains: &MainTables, subnet: &Subnet, index: Index) -> Vec<Candidate> {
    let Some(attributes) = inventory.get::<Vpc>(index) else {
        return Vec::new();
    };
    let named = inventory.edges(index, "main_route_table");
    let mut candidates: Vec<Candidate> = named.targets.iter().map(|&table| Candidate::Table(table)).collect();
    candidates.extend(named.outside.iter().map(|name| Candidate::Unknown(Reason::NotInInput(name.clone()))));
    if let (Some(reason), true) = (&named.doubt, candidates.is_empty()) {
        candidates.push(Candidate::Unknown(reason.clone()));
    }
    if !candidates.is_empty() {
        return candidates;
    }
    let adopted = mains.by_vpc.get(&index).map_or(&[][..], Vec::as_slice);
    candidates.extend(adopted.iter().map(|(table, _)| Candidate::Table(*table)));
    if adopted.iter().any(|(_, doubt)| doubt.is_none()) {
        return candidates;
    }
    candidates.push(match (&attributes.default, &subnet.default, attributes.managed_elsewhere) {
        (Value::Known(true), _, _) | (_, Value::Known(true), _) => Candidate::DefaultVpc,
        (_, _, true) => Candidate::Unknown(Reason::NotInInput(format!("route tables of {}", inventory.id(index)))),
        (Value::Unknown(reason), _, _) | (_, Value::Unknown(reason), _) => Candidate::Unknown(reason.clone()),
        (Value::Known(false), Value::Known(false), false) => {
            if attributes.main_routes.known().is_some_and(Vec::is_empty) {
                Candidate::Local
            } else {
                Candidate::OfVpc(index)
            }
        }
    });
    candidates
}

fn routes_of(
    inventory: &Inventory,
    tables: &BTreeMap<Index, Table>,
    candidate: &Candidate,
    zone: &Value<String>,
) -> (Value<bool>, Value<Vec<DefaultRoute>>) {
    match candidate {
        Candidate::Unknown(reason) => (Value::Unknown(reason.clone()), Value::Unknown(reason.clone())),
        Candidate::Local => (Value::Known(false), Value::Known(Vec::new())),
        Candidate::DefaultVpc => (
            Value::Known(true),
            Value::Known(vec![DefaultRoute {
                family: Value::Known("ipv4".to_owned()),
                destination: Some("0.0.0.0/0".to_owned()),
                label: "0.0.0.0/0".to_owned(),
                target_kind: Value::Known("internet_gateway".to_owned()),
                target: None,
                same_zone: Value::Known(true),
                via: Vec::new(),
                address: None,
            }]),
        ),
        Candidate::Table(index) | Candidate::OfVpc(index) => tables.get(index).map_or_else(
            || {
                let reason = Reason::NotInInput(inventory.id(*index).to_owned());
                (Value::Unknown(reason.clone()), Value::Unknown(reason))
            },
            |table| {
                let routes = table
                    .defaults
                    .as_ref()
                    .map(|defaults| defaults.iter().map(|default| route(inventory, *index, default, zone)).collect());
                (table.public.clone(), routes)
            },
        ),
    }
}

fn route(inventory: &Inventory, table: Index, default: &routes::Default, zone: &Value<String>) -> DefaultRoute {
    let same_zone = if default.target_kind.known().is_some_and(|kind| kind != "nat_gateway") {
        Value::Known(true)
    } else {
        same_zone(inventory, &default.target, zone)
    };
    let mut via = vec![inventory.id(table).to_owned()];
    let target = single(&default.target);
    if let Some(target) = target {
        via.push(inventory.id(target).to_owned());
        via.extend(single(inventory.edges(target, "subnet")).map(|subnet| inventory.id(subnet).to_owned()));
    }
    let doubtful = |value: Value<String>| match &default.doubt {
        Some(reason) => Value::Unknown(reason.clone()),
        None => value,
    };
    DefaultRoute {
        family: default.family.clone().map(str::to_owned),
        destination: default.destination.clone(),
        label: default.destination.clone().unwrap_or_else(|| "destination not told".to_owned()),
        target_kind: doubtful(default.target_kind.clone()),
        target: target
            .map(|target| inventory.id(target).to_owned())
            .or_else(|| default.target.outside.first().cloned()),
        same_zone: match &default.doubt {
            Some(reason) if !same_zone.is(&true) => Value::Unknown(reason.clone()),
            _ => same_zone,
        },
        via,
        address: default.address.clone(),
    }
}

/// Returns whether the NAT gateway of a route stands in a zone, or serves all zones.
fn same_zone(inventory: &Inventory, target: &Edges, zone: &Value<String>) -> Value<bool> {
    if let Some(name) = target.outside.first() {
        return Value::Unknown(Reason::NotInInput(name.clone()));
    }
    if let (Some(reason), true) = (&target.doubt, target.targets.is_empty()) {
        return Value::Unknown(reason.clone());
    }
    agree(target.targets.iter().map(|&gateway| {
        let Some(attributes) = inventory.get::<NatGateway>(gateway) else {
            return Value::Known(true);
        };
        if attributes.availability_mode.is(&"regional".to_owned()) {
            return Value::Known(true);
        }
        let same = zones::same(zone, &zone_of_gateway(inventory, gateway));
        match (&attributes.availability_mode, same) {
            (Value::Unknown(reason), Value::Known(false)) => Value::Unknown(reason.clone()),
            (_, same) => same,
        }
    }))
}

/// Returns the zone that a NAT gateway stands in.
pub(super) fn zone_of_gateway(inventory: &Inventory, gateway: Index) -> Value<String> {
    let subnets = inventory.edges(gateway, "subnet");
    if let Some(name) = subnets.outside.first() {
        return Value::Unknown(Reason::NotInInput(name.clone()));
    }
    if let (Some(reason), true) = (&subnets.doubt, subnets.targets.is_empty()) {
        return Value::Unknown(reason.clone());
    }
    agree(subnets.targets.iter().filter_map(|&subnet| inventory.get::<Subnet>(subnet)).map(zones::of_subnet))
}

/// Merges the default routes of the tables that may be in force: what differs is not known.
fn common(mut candidates: Vec<Value<Vec<DefaultRoute>>>) -> Value<Vec<DefaultRoute>> {
    if candidates.len() < 2 {
        return candidates.pop().unwrap_or_default();
    }
    let mut lists = Vec::new();
    for candidate in candidates {
        match candidate {
            Value::Known(list) => lists.push(list),
            Value::Unknown(reason) => return Value::Unknown(reason),
        }
    }
    let shape = |list: &[DefaultRoute]| -> Vec<(Value<String>, Option<String>)> {
        list.iter().map(|route| (route.family.clone(), route.destination.clone())).collect()
    };
    let first = lists.first().map(|list| shape(list)).unwrap_or_default();
    let alike = lists.iter().all(|list| shape(list) == first);
    let unresolved = || Reason::Unresolved("one of several route tables is in force".to_owned());
    if !alike {
        let mut routes: Vec<DefaultRoute> = lists.into_iter().flatten().collect();
        for route in &mut routes {
            route.target_kind = Value::Unknown(unresolved());
            route.same_zone = Value::Unknown(unresolved());
        }
        return Value::Known(routes);
    }
    let routes = (0..first.len()).filter_map(|position| {
        let same: Vec<&DefaultRoute> = lists.iter().filter_map(|list| list.get(position)).collect();
        let mut route = (*same.first()?).clone();
        route.target_kind = agree(same.iter().map(|route| route.target_kind.clone()));
        route.same_zone = agree(same.iter().map(|route| route.same_zone.clone()));
        if same.iter().any(|other| other.target != route.target) {
            route.target = None;
            route.via = Vec::new();
        }
        Some(route)
    });
    Value::Known(routes.collect())
}

fn intended_tier(
    declared: &Value<Option<&'static str>>,
    hosts_eks_nodes: &Value<bool>,
    data: &Value<bool>,
) -> Value<String> {
    match declared {
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
        Value::Known(Some(tier)) => Value::Known((*tier).to_owned()),
        Value::Known(None) => match (hosts_eks_nodes, data) {
            (Value::Known(true), _) => Value::Known("private".to_owned()),
            (Value::Unknown(reason), _) | (Value::Known(false), Value::Unknown(reason)) => {
                Value::Unknown(reason.clone())
            }
            (Value::Known(false), Value::Known(true)) => Value::Known("database".to_owned()),
            (Value::Known(false), Value::Known(false)) => Value::Known("other".to_owned()),
        },
    }
}

fn tier(
    public: &Value<bool>,
    declared: &Value<Option<&'static str>>,
    data: &Value<bool>,
    machines: &Value<bool>,
) -> Value<String> {
    let named = |tier: &str| Value::Known(tier.to_owned());
    match (public, declared) {
        (Value::Unknown(reason), _) | (Value::Known(false), Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        (Value::Known(true), _) => named("public"),
        (Value::Known(false), Value::Known(Some("database"))) => named("database"),
        (Value::Known(false), Value::Known(Some("private"))) => named("private"),
        (Value::Known(false), Value::Known(_)) => match (data, machines) {
            (Value::Known(false), _) | (_, Value::Known(true)) => named("private"),
            (Value::Known(true), Value::Known(false)) => named("database"),
            (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        },
    }
}
