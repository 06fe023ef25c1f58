//! What security groups mean for the resources that they guard: whether they name any group, and
//! whether the worker nodes get through.

use std::collections::BTreeMap;

use crate::inventory::aws::ec2::{EffectiveRule, Firewall, Vpc};
use crate::inventory::aws::{efs, elb, rds};
use crate::inventory::{Edges, Index, Inventory, Kind as _, Linked, Place, Reason, Value};
use crate::relate::near::by_place;
use crate::relate::{Names, lookup};

use super::roles::{GROUP_KINDS, both, either};
use super::{Group, ports, ranges, uses};

/// Derives the firewalls of everything that has to name its groups.
pub(crate) fn firewalls(inventory: &Inventory, names: &Names, groups: &[Group]) -> Vec<(Index, Firewall)> {
    let databases = [rds::Instance::NAME, rds::Cluster::NAME, rds::Proxy::NAME].into_iter();
    let databases = databases.flat_map(|kind| inventory.indices_of_kind(kind)).copied();
    let nodes = by_place(inventory, databases, |place| Nodes::of(inventory, groups, place));
    let doors = |holder, links: &Linked| lookup(inventory, names, holder, links, GROUP_KINDS);
    let mut firewalls = Vec::new();
    for (index, _, balancer) in inventory.of::<elb::LoadBalancer>() {
        firewalls.push((
            index,
            Firewall {
                default_group: unnamed(inventory, &doors(index, &balancer.security_groups)),
                ..Firewall::default()
            },
        ));
    }
    for (index, _, target) in inventory.of::<efs::MountTarget>() {
        firewalls.push((
            index,
            Firewall {
                default_group: unnamed(inventory, &doors(index, &target.security_groups)),
                ..Firewall::default()
            },
        ));
    }
    for (index, _, instance) in inventory.of::<rds::Instance>() {
        let edges = doors(index, &instance.security_groups);
        let cluster = inventory.edges(index, "cluster");
        let own = match (&cluster.doubt, cluster.is_absent()) {
            (_, true) => Value::Known(true),
            (Some(reason), _) if cluster.targets.is_empty() => Value::Unknown(reason.clone()),
            // A member has the groups of its cluster, which is judged by itself.
            _ => Value::Known(false),
        };
        firewalls.push((index, database(inventory, groups, &nodes, index, &edges, &own)));
    }
    for (index, _, cluster) in inventory.of::<rds::Cluster>() {
        let edges = doors(index, &cluster.security_groups);
        firewalls.push((index, database(inventory, groups, &nodes, index, &edges, &Value::Known(true))));
    }
    for (index, _, proxy) in inventory.of::<rds::Proxy>() {
        let edges = doors(index, &proxy.security_groups);
        firewalls.push((index, database(inventory, groups, &nodes, index, &edges, &Value::Known(true))));
    }
    firewalls
}

/// Writes a firewall to the facts of its resource.
pub(crate) fn write(inventory: &mut Inventory, index: Index, firewall: Firewall) {
    if let Some(facts) = inventory.facts_mut::<elb::LoadBalancer>(index) {
        facts.firewall = firewall;
    } else if let Some(facts) = inventory.facts_mut::<efs::MountTarget>(index) {
        facts.firewall = firewall;
    } else if let Some(facts) = inventory.facts_mut::<rds::Instance>(index) {
        facts.firewall = firewall;
    } else if let Some(facts) = inventory.facts_mut::<rds::Cluster>(index) {
        facts.firewall = firewall;
    } else if let Some(facts) = inventory.facts_mut::<rds::Proxy>(index) {
        facts.firewall = firewall;
    }
}

/// Returns whether no group is named but the default group of a VPC, which the input does not manage.
fn unnamed(inventory: &Inventory, groups: &Edges) -> Value<bool> {
    let is_vpc = |name: &String| inventory.index_of(name).is_some_and(|index| inventory.get::<Vpc>(index).is_some());
    match &groups.doubt {
        Some(reason) if groups.targets.is_empty() && groups.outside.is_empty() => Value::Unknown(reason.clone()),
        Some(_) => Value::Known(false),
        None => Value::Known(groups.is_absent() || groups.outside.iter().any(is_vpc)),
    }
}

fn database(
    inventory: &Inventory,
    groups: &[Group],
    nodes: &BTreeMap<Place<'_>, Nodes<'_>>,
    index: Index,
    doors: &Edges,
    own: &Value<bool>,
) -> Firewall {
    let default_group = both(&unnamed(inventory, doors), own);
    let behind_proxy = inventory
        .incoming::<rds::Proxy>(index, "targets")
        .map(|(proxy, certain)| {
            if certain {
                Value::Known(true)
            } else {
                Value::Unknown(Reason::Unresolved(format!("targets of {}", inventory.id(proxy))))
            }
        })
        .fold(Value::Known(false), |any, one| either(&any, &one));
    let direct = both(own, &not(&behind_proxy));
    let named = match &doors.doubt {
        Some(reason) if doors.targets.is_empty() && doors.outside.is_empty() => Value::Unknown(reason.clone()),
        _ => Value::Known(!doors.is_absent()),
    };
    let port = uses::database_port(inventory, index);
    let nodes_shut_out = nodes.get(&inventory.place(index)).map_or(Value::Known(false), |nodes| {
        let admitted = nodes.admitted(inventory, groups, doors, &port);
        both(&both(&nodes.exist, &direct), &both(&named, &not(&admitted)))
    });
    Firewall { default_group, nodes_shut_out }
}

fn not(value: &Value<bool>) -> Value<bool> {
    value.clone().map(|value| !value)
}

/// The groups of worker nodes and where they may send traffic.
struct Nodes<'a> {
    exist: Value<bool>,
    to_group: BTreeMap<Index, Vec<&'a EffectiveRule>>,
    elsewhere: BTreeMap<&'a str, &'a EffectiveRule>,
    /// Whether nodes may send more than is listed.
    more: Value<bool>,
}

impl<'a> Nodes<'a> {
    /// Finds the groups of nodes near a place.
    fn of(inventory: &Inventory, groups: &'a [Group], place: Place<'_>) -> Self {
        let mut nodes = Self {
            exist: Value::Known(false),
            to_group: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            more: Value::Known(false),
        };
        let near = groups.iter().filter(|group| inventory.place(group.index).is_near(place));
        for group in near.filter(|group| !group.roles.node.is(&false)) {
            nodes.exist = either(&nodes.exist, &group.roles.node);
            let (rules, reason) = match (&group.egress, group.roles.node.reason()) {
                (Value::Known(rules), None) => (rules, None),
                (Value::Unknown(reason), _) | (_, Some(reason)) => (&EMPTY, Some(reason)),
            };
            if let Some(reason) = reason {
                nodes.more = Value::Unknown(reason.clone());
            }
            for rule in rules {
                if rule.peer_kind.known().is_some_and(|kind| kind == "self") {
                    nodes.to_group.entry(group.index).or_default().push(rule);
                } else if rule.peer_ids.is_empty() {
                    nodes.elsewhere.entry(&rule.tag).or_insert(rule);
                }
                for peer in rule.peer_ids.iter().filter_map(|id| inventory.index_of(id)) {
                    nodes.to_group.entry(peer).or_default().push(rule);
                }
            }
        }
        nodes
    }

    /// Returns whether nodes may reach a port behind these groups.
    fn admitted(&self, inventory: &Inventory, groups: &[Group], doors: &Edges, port: &Value<i64>) -> Value<bool> {
        let mut enter = doors.incomplete().map_or(Value::Known(false), Value::Unknown);
        let mut leave = either(&self.more, &enter);
        for &door in &doors.targets {
            let vpc = uses::vpc_ranges(inventory, door);
            let lies = |rule: &EffectiveRule| both(&opens(rule, port), &covers(rule, &vpc));
            if let Ok(position) = groups.binary_search_by_key(&(group_rank(inventory, door), door), |group| {
                (group_rank(inventory, group.index), group.index)
            }) && let Some(group) = groups.get(position)
            {
                enter = match &group.ingress {
                    Value::Known(rules) => rules
                        .iter()
                        .map(|rule| both(&opens(rule, port), &either(&rule.peer_roles.node, &covers(rule, &vpc))))
                        .fold(enter, |any, one| either(&any, &one)),
                    Value::Unknown(reason) => either(&enter, &Value::Unknown(reason.clone())),
                };
            }
            let direct = self.to_group.get(&door).into_iter().flatten().map(|rule| {
                let open = opens(rule, port);
                if rule.peer_ids.len() > 1 { both(&open, &Value::Unknown(pooled(rule))) } else { open }
            });
            leave = direct.fold(leave, |any, one| either(&any, &one));
            leave = self.elsewhere.values().map(|rule| lies(rule)).fold(leave, |any, one| either(&any, &one));
        }
        both(&enter, &leave)
    }
}

static EMPTY: Vec<EffectiveRule> = Vec::new();

/// Groups are in the order of their kinds, then of the inventory.
fn group_rank(inventory: &Inventory, index: Index) -> usize {
    let kind = inventory.resources.get(index).map(crate::inventory::resource::Resource::kind);
    GROUP_KINDS.iter().position(|known| Some(*known) == kind).unwrap_or(GROUP_KINDS.len())
}

fn pooled(rule: &EffectiveRule) -> Reason {
    Reason::Unresolved(format!("one or some of {}", rule.peer_ids.join(", ")))
}

fn opens(rule: &EffectiveRule, port: &Value<i64>) -> Value<bool> {
    both(&rule.present, &ports::includes(&rule.protocol, &rule.from_port, &rule.to_port, port))
}

/// Whether a range covers the whole VPC. One that covers a part of it may hold the nodes or not.
fn covers(rule: &EffectiveRule, vpc: &Value<Vec<ipnet::IpNet>>) -> Value<bool> {
    let Value::Known(kind) = &rule.peer_kind else {
        return rule.world.clone();
    };
    match kind.as_str() {
        "prefix_list" => {
            let list = rule.peer.known().map_or("a prefix list", String::as_str);
            either(
                &rule.world,
                &Value::Unknown(Reason::Unresolved(format!("whether {list} holds the addresses of nodes"))),
            )
        }
        "cidr4" => rule.peer.as_ref().and_then(|text| ranges::parse(text)).and_then(|range| {
            let blocks = match vpc {
                Value::Known(blocks) => blocks,
                Value::Unknown(reason) if range.prefix_len() > 1 => return Value::Unknown(reason.clone()),
                Value::Unknown(_) => return Value::Known(true),
            };
            if blocks.iter().all(|block| range.contains(block)) {
                Value::Known(true)
            } else if blocks.iter().any(|block| block.contains(&range)) {
                Value::Unknown(Reason::Unresolved(format!("whether {range} holds the addresses of nodes")))
            } else {
                Value::Known(false)
            }
        }),
        _ => Value::Known(false),
    }
}
