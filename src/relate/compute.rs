//! Facts of what runs: metadata options in force, public addresses, and how the nodes of a cluster
//! are spread.

mod addresses;
mod metadata;
mod spread;

use super::network::runs_eks_nodes;
use crate::inventory::aws::ec2::NetworkInterface;
use crate::inventory::aws::{autoscaling, ec2, eks};
use crate::inventory::{Edges, Index, Inventory, Kind, Reason, Value};

pub(super) fn derive(inventory: &mut Inventory) {
    let account = metadata::Account::of(inventory);
    let floating = addresses::Floating::of(inventory);
    each::<ec2::LaunchTemplate, _>(
        inventory,
        |inventory, index, template| {
            (
                metadata::used(inventory, index),
                metadata::of_template(inventory, &account, index, template),
                addresses::of_template(inventory, index, template),
            )
        },
        |facts, (used, metadata, public_addresses)| {
            facts.used = used;
            facts.metadata = metadata;
            facts.public_addresses = public_addresses;
        },
    );
    each::<ec2::Instance, _>(
        inventory,
        |inventory, index, instance| {
            (
                metadata::of_instance(inventory, &account, index, instance),
                addresses::of_instance(inventory, &floating, index, instance),
            )
        },
        |facts, (metadata, public_addresses)| {
            facts.metadata = metadata;
            facts.public_addresses = public_addresses;
        },
    );
    each::<eks::NodeGroup, _>(
        inventory,
        |inventory, index, group| {
            let placement = &inventory.facts_of::<eks::NodeGroup>(index)?.placement;
            let metadata = metadata::of_node_group(inventory, index, group);
            Some((metadata, addresses::of_group(inventory, index, placement)))
        },
        |facts, found| {
            if let Some((metadata, public_addresses)) = found {
                facts.metadata = metadata;
                facts.public_addresses = public_addresses;
            }
        },
    );
    each::<autoscaling::Group, _>(
        inventory,
        |inventory, index, _| {
            let placement = &inventory.facts_of::<autoscaling::Group>(index)?.placement;
            Some((runs_eks_nodes(inventory, index), addresses::of_group(inventory, index, placement)))
        },
        |facts, found| {
            if let Some((runs_eks_nodes, public_addresses)) = found {
                facts.runs_eks_nodes = runs_eks_nodes;
                facts.public_addresses = public_addresses;
            }
        },
    );
    each::<NetworkInterface, _>(
        inventory,
        |_, _, interface| of_edge_service(interface),
        |facts, of_edge_service| facts.of_edge_service = of_edge_service,
    );
    let spread = spread::of_clusters(inventory);
    for (cluster, nodes) in spread {
        if let Some(facts) = inventory.facts_mut::<eks::Cluster>(cluster) {
            facts.nodes = nodes;
        }
    }
}

/// Derives something for every resource of a kind, then writes it down.
fn each<K: Kind + 'static, T>(
    inventory: &mut Inventory,
    derive: impl Fn(&Inventory, Index, &K) -> T,
    write: impl Fn(&mut K::Facts, T),
) {
    let found: Vec<(Index, T)> =
        inventory.of::<K>().map(|(index, _, attributes)| (index, derive(inventory, index, attributes))).collect();
    for (index, value) in found {
        if let Some(facts) = inventory.facts_mut::<K>(index) {
            write(facts, value);
        }
    }
}

/// Interface types of services that belong into public subnets.
const EDGE_INTERFACES: &[&str] = &[
    "network_load_balancer",
    "gateway_load_balancer_endpoint",
    "nat_gateway",
    "vpc_endpoint",
    "global_accelerator_managed",
];

/// Load balancers describe their interfaces so.
const EDGE_DESCRIPTIONS: &[&str] = &["ELB app/", "ELB net/", "ELB "];

fn of_edge_service(interface: &NetworkInterface) -> Value<bool> {
    let by_type = interface.interface_type.as_ref().map(|kind| EDGE_INTERFACES.contains(&kind.as_str()));
    let by_description = interface.description.as_ref().map(|description| {
        description
            .as_ref()
            .is_some_and(|description| EDGE_DESCRIPTIONS.iter().any(|prefix| description.starts_with(prefix)))
    });
    super::agree::any([by_type, by_description])
}

/// What is known of the launch template that something starts from.
enum Template<'a> {
    /// It names none.
    None,
    /// One of the inventory.
    One(Index, &'a ec2::LaunchTemplate),
    /// One that the input does not tell.
    Unknown(Reason),
}

fn template_of<'a>(inventory: &'a Inventory, edges: &Edges) -> Template<'a> {
    if edges.is_absent() {
        return Template::None;
    }
    match (edges.incomplete(), edges.targets.as_slice()) {
        (None, [index]) => match inventory.get::<ec2::LaunchTemplate>(*index) {
            Some(template) => Template::One(*index, template),
            None => Template::None,
        },
        (Some(reason), _) => Template::Unknown(reason),
        (None, _) => Template::Unknown(Reason::Unresolved("which of several launch templates is used".to_owned())),
    }
}
