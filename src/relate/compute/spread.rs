//! How the managed nodes of each cluster are spread over zones, and how many there are at least.

use std::collections::BTreeMap;

use super::super::agree::any;
use super::super::network::zones;
use crate::inventory::aws::ec2::Zones;
use crate::inventory::aws::eks::{Cluster, NodeGroup, NodeSpread};
use crate::inventory::{Index, Inventory, Value};

/// Words that tell nodes for batch work or accelerators: they need not span zones.
const BATCH_WORDS: &[&str] = &["batch", "gpu", "nvidia", "neuron"];

#[derive(Default)]
struct Groups {
    certain: Vec<Index>,
    possible: Vec<Index>,
}

pub(super) fn of_clusters(inventory: &Inventory) -> Vec<(Index, NodeSpread)> {
    let mut by_cluster: BTreeMap<Index, Groups> = BTreeMap::new();
    let mut anywhere = Vec::new();
    let mut unmatched = Vec::new();
    for (index, _, group) in inventory.of::<NodeGroup>() {
        let batch = is_batch(group);
        if batch.is(&true) {
            continue;
        }
        let cluster = inventory.edges(index, "cluster");
        if cluster.targets.is_empty() && cluster.doubt.is_some() {
            anywhere.push(index);
        }
        if !cluster.outside.is_empty() {
            unmatched.push(index);
        }
        let certain = cluster.doubt.is_none() && batch.is(&false);
        for &cluster in &cluster.targets {
            let groups = by_cluster.entry(cluster).or_default();
            if certain { &mut groups.certain } else { &mut groups.possible }.push(index);
        }
    }
    inventory
        .indices_of_kind("aws.eks.cluster")
        .iter()
        .filter(|index| inventory.get::<Cluster>(**index).is_some())
        .map(|&cluster| {
            let mut groups = by_cluster.remove(&cluster).unwrap_or_default();
            let near = |group: &&Index| inventory.near(**group, cluster);
            groups.possible.extend(anywhere.iter().filter(near));
            // A group that names no cluster of the input may name one whose name is not told.
            if inventory.get::<Cluster>(cluster).is_some_and(|cluster| cluster.cluster_name.known().is_none()) {
                groups.possible.extend(unmatched.iter().filter(near));
            }
            (cluster, spread(inventory, &groups))
        })
        .collect()
}

fn spread(inventory: &Inventory, groups: &Groups) -> NodeSpread {
    let of = |indices: &[Index]| -> Vec<Zones> {
        indices
            .iter()
            .filter_map(|&group| Some(inventory.facts_of::<NodeGroup>(group)?.placement.zones.clone()))
            .collect()
    };
    let certain = of(&groups.certain);
    let possible = of(&groups.possible);
    let mut zones = zones::union(&certain);
    zones.at_most = zones::union(certain.iter().chain(&possible)).at_most;
    let sizes = |indices: &[Index]| -> (i64, i64) {
        indices
            .iter()
            .filter_map(|&group| inventory.get::<NodeGroup>(group))
            .map(nodes)
            .fold((0, 0), |(least, most), (at_least, at_most)| (least + at_least, most + at_most))
    };
    let (nodes_at_least, most) = sizes(&groups.certain);
    NodeSpread {
        groups: groups.certain.iter().map(|&group| inventory.id(group).to_owned()).collect(),
        groups_at_most: zones::length(groups.certain.len() + groups.possible.len()),
        zones,
        nodes_at_least,
        nodes_at_most: most + sizes(&groups.possible).1,
    }
}

/// Returns how many nodes a group keeps: the greater of its smallest and its wanted size.
fn nodes(group: &NodeGroup) -> (i64, i64) {
    let known = |size: &Value<Option<i64>>| size.known().copied().flatten();
    let least = known(&group.min_size).unwrap_or(0).max(known(&group.desired_size).unwrap_or(0));
    let unbounded = known(&group.max_size).unwrap_or_else(|| zones::unbounded().at_most);
    if group.min_size.known().is_some() && group.desired_size.known().is_some() {
        (least, least)
    } else {
        (least, unbounded.max(least))
    }
}

fn is_batch(group: &NodeGroup) -> Value<bool> {
    let tells = |text: &str| {
        let text = text.to_ascii_lowercase();
        BATCH_WORDS.iter().any(|word| text.contains(word))
    };
    let denies = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "false" | "no" | "none" | "0");
    let name = group.node_group_name.known().cloned().flatten().is_some_and(|name| tells(&name));
    let ami_type = group.ami_type.as_ref().map(|ami_type| ami_type.as_ref().is_some_and(|name| tells(name)));
    let labels = match &group.labels {
        Value::Known(labels) => any(labels.iter().map(|(key, value)| {
            if tells(key) {
                value.as_ref().map(|value| !denies(value))
            } else {
                value.as_ref().map(|value| tells(value))
            }
        })),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    };
    let taints = match &group.taints {
        Value::Known(taints) => any(taints.iter().map(|key| key.as_ref().map(|key| tells(key)))),
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    };
    any([Value::Known(name), ami_type, labels, taints])
}
