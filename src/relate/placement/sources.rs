//! Which attributes tell where a resource stands, kind by kind, and where it lands without them.

use crate::inventory::aws::{autoscaling, ec2, elb};
use crate::inventory::{Edges, Index, Inventory, Reason, Resource, Value};
use crate::relate::agree::single;
use crate::relate::{Names, lookup};

/// What tells where a resource stands.
pub(super) enum Source {
    /// These subnets.
    Subnets(Edges),
    /// No subnet is named: AWS takes the default VPC.
    DefaultVpc {
        /// What is missing, as a phrase.
        why: &'static str,
        /// Zones that it names instead.
        zones: Vec<Value<String>>,
    },
    /// It runs outside of VPCs.
    OutsideVpc,
    /// It serves a VPC as a whole.
    Vpc,
    /// It cannot be told.
    Unknown(Reason),
}

/// How often a member may point to its owner: replica of a replica of a cluster.
const HOPS: usize = 4;

pub(super) fn of(inventory: &Inventory, names: &Names, index: Index) -> Source {
    of_kind(inventory, names, index, HOPS)
}

/// Returns whether a resource stands where its owner stands: a member of a cluster.
pub(super) fn is_inherited(inventory: &Inventory, index: Index) -> bool {
    let relation = match inventory.resources.get(index).map(Resource::kind) {
        Some("aws.rds.instance") => "cluster",
        Some("aws.elasticache.cluster") => "replication_group",
        _ => return false,
    };
    single(inventory.edges(index, relation)).is_some()
}

fn of_kind(inventory: &Inventory, names: &Names, index: Index, hops: usize) -> Source {
    let Some(resource) = inventory.resources.get(index) else {
        return Source::Unknown(Reason::Unresolved("the resource".to_owned()));
    };
    let edges = |relation| inventory.edges(index, relation);
    match resource.kind() {
        "aws.ec2.instance" => instance(inventory, names, index),
        "aws.autoscaling.group" => scaling_group(inventory, names, index),
        "aws.lambda.function" => {
            let subnets = edges("subnets");
            if subnets.is_absent() { Source::OutsideVpc } else { told(subnets.clone()) }
        }
        "aws.ec2.nat_gateway" if edges("subnet").is_absent() && !edges("vpc").is_absent() => Source::Vpc,
        "aws.ec2.nat_gateway" | "aws.ec2.network_interface" | "aws.efs.mount_target" => told(edges("subnet").clone()),
        "aws.rds.cluster" => database(inventory, names, index, &["replica_of"], hops),
        "aws.rds.instance" => database(inventory, names, index, &["cluster", "replica_of"], hops),
        "aws.elasticache.replication_group" => database(inventory, names, index, &[], hops),
        "aws.elasticache.cluster" => database(inventory, names, index, &["replication_group"], hops),
        "aws.elb.classic_load_balancer" => classic_load_balancer(inventory, index),
        _ => told(edges("subnets").clone()),
    }
}

/// Subnets that the kind must name: naming none means that the source does not tell them.
fn told(edges: Edges) -> Source {
    match &edges.doubt {
        Some(reason) if edges.targets.is_empty() && edges.outside.is_empty() => Source::Unknown(reason.clone()),
        None if edges.is_absent() => Source::Unknown(Reason::Unresolved("its subnets".to_owned())),
        _ => Source::Subnets(edges),
    }
}

/// What stands among the subnets for those that are not told at all.
const NOT_TOLD: &str = "subnets that are not told";

fn merge(mut one: Edges, other: &Edges) -> Edges {
    one.targets.extend(&other.targets);
    one.targets.sort_unstable();
    one.targets.dedup();
    one.outside.extend(other.outside.iter().cloned());
    one.open |= other.open;
    if is_opaque(other) {
        one.outside.push(NOT_TOLD.to_owned());
    } else {
        one.doubt = one.doubt.or_else(|| other.doubt.clone());
    }
    one.outside.sort();
    one.outside.dedup();
    one
}

fn is_opaque(edges: &Edges) -> bool {
    edges.doubt.is_some() && edges.targets.is_empty() && edges.outside.is_empty()
}

/// Follows each target of a relation by another relation; targets that are not in the inventory
/// stay as they are.
fn through(inventory: &Inventory, edges: &Edges, relation: &str) -> Edges {
    let mut result =
        Edges { outside: edges.outside.clone(), doubt: edges.doubt.clone(), open: edges.open, ..Edges::default() };
    for &target in &edges.targets {
        let next = inventory.edges(target, relation);
        if next.is_absent() || is_opaque(next) {
            result.outside.push(inventory.id(target).to_owned());
        } else {
            result = merge(result, next);
        }
    }
    result
}

/// Subnets that the network interfaces of launch templates name.
fn of_templates(inventory: &Inventory, names: &Names, templates: &Edges) -> Edges {
    let mut result = Edges {
        outside: templates.outside.clone(),
        doubt: templates.doubt.clone(),
        open: templates.open,
        ..Edges::default()
    };
    for &template in &templates.targets {
        let Some(attributes) = inventory.get::<ec2::LaunchTemplate>(template) else {
            continue;
        };
        match &attributes.network_interfaces {
            Value::Known(interfaces) => {
                for interface in interfaces {
                    result = merge(result, &lookup(inventory, names, template, &interface.subnet, &["aws.ec2.subnet"]));
                }
            }
            Value::Unknown(_) => result.outside.push(NOT_TOLD.to_owned()),
        }
    }
    result
}

fn instance(inventory: &Inventory, names: &Names, index: Index) -> Source {
    let own = inventory.edges(index, "subnet");
    let interfaces = inventory.edges(index, "network_interfaces");
    // A subnet and interfaces exclude each other.
    let mut edges = own.clone();
    if edges.is_absent() {
        edges = through(inventory, interfaces, "subnet");
    }
    if edges.is_absent() {
        edges = of_templates(inventory, names, inventory.edges(index, "launch_template"));
    }
    if edges.is_absent() {
        return Source::DefaultVpc { why: "it names no subnet", zones: Vec::new() };
    }
    told(edges)
}

fn scaling_group(inventory: &Inventory, names: &Names, index: Index) -> Source {
    let subnets = inventory.edges(index, "subnets");
    if !subnets.is_absent() {
        return told(subnets.clone());
    }
    let edges = of_templates(inventory, names, inventory.edges(index, "launch_template"));
    if !edges.is_absent() {
        return told(edges);
    }
    zones_only(inventory.get::<autoscaling::Group>(index).map(|group| &group.availability_zones))
}

fn classic_load_balancer(inventory: &Inventory, index: Index) -> Source {
    let subnets = inventory.edges(index, "subnets");
    if !subnets.is_absent() {
        return told(subnets.clone());
    }
    zones_only(inventory.get::<elb::ClassicLoadBalancer>(index).map(|balancer| &balancer.availability_zones))
}

fn zones_only(zones: Option<&Value<Vec<Value<String>>>>) -> Source {
    match zones {
        Some(Value::Unknown(reason)) => Source::Unknown(reason.clone()),
        zones => Source::DefaultVpc {
            why: "it names no subnet",
            zones: zones.and_then(Value::known).cloned().unwrap_or_default(),
        },
    }
}

/// Returns whether a replica stands in another region than its source, whose subnet group it does not have then.
fn is_elsewhere(inventory: &Inventory, replica: Index, source: &Edges) -> Option<Value<bool>> {
    let region = |index: Index| inventory.resources.get(index).map(|resource| resource.region.clone());
    let (own, other) = match (source.targets.as_slice(), source.outside.as_slice()) {
        ([source], []) => (region(replica)?, region(*source)?),
        ([], [name]) => {
            (region(replica)?, Value::Known(Some(name.strip_prefix("arn:")?.split(':').nth(2)?.to_owned())))
        }
        _ => return None,
    };
    Some(own.and_then(|own| other.map(|other| own.is_some() && other.is_some() && own != other)))
}

/// A database or cache: its subnet group, or that of the thing it belongs to or replicates.
fn database(inventory: &Inventory, names: &Names, index: Index, owners: &[&str], hops: usize) -> Source {
    let group = inventory.edges(index, "subnet_group");
    if !group.is_absent() && !is_inherited(inventory, index) {
        // AWS makes a group of this name in the default VPC.
        if group.doubt.is_none() && group.targets.is_empty() && group.outside.iter().all(|name| name == "default") {
            return Source::DefaultVpc { why: "it uses the subnet group `default`", zones: Vec::new() };
        }
        return told(through(inventory, group, "subnets"));
    }
    for relation in owners {
        let owner = inventory.edges(index, relation);
        if owner.is_absent() {
            continue;
        }
        if *relation == "replica_of" {
            match is_elsewhere(inventory, index, owner) {
                Some(Value::Known(true)) => break,
                Some(Value::Unknown(reason)) => return Source::Unknown(reason),
                _ => {}
            }
        }
        return match (&owner.doubt, owner.targets.as_slice(), owner.outside.first()) {
            (None, [owner], None) if hops > 0 => of_kind(inventory, names, *owner, hops - 1),
            (Some(reason), _, _) => Source::Unknown(reason.clone()),
            (None, _, Some(name)) => Source::Unknown(Reason::NotInInput(name.clone())),
            _ => Source::Unknown(Reason::Unresolved("what it belongs to".to_owned())),
        };
    }
    Source::DefaultVpc { why: "it names no subnet group", zones: Vec::new() }
}
