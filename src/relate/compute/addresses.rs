//! Public IPv4 addresses: who gives one to an instance or a node.

use std::collections::BTreeMap;

use super::{Template, template_of};
use crate::inventory::aws::ec2::{ElasticIp, Instance, LaunchTemplate, NetworkInterface, Placement, PublicAddress};
use crate::inventory::{Index, Inventory, Reason, Value};

/// Elastic IP addresses by what they are associated with.
#[derive(Debug, Default)]
pub(super) struct Floating {
    by_target: BTreeMap<Index, Vec<(Index, Value<bool>)>>,
    /// Addresses that may be associated with anything.
    anywhere: Vec<(Index, Reason)>,
}

impl Floating {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let mut floating = Self::default();
        for (address, _, _) in inventory.of::<ElasticIp>() {
            for relation in ["instance", "network_interface"] {
                let edges = inventory.edges(address, relation);
                match &edges.doubt {
                    Some(reason) if edges.targets.is_empty() && edges.outside.is_empty() => {
                        floating.anywhere.push((address, reason.clone()));
                    }
                    doubt => {
                        let assigned =
                            doubt.as_ref().map_or(Value::Known(true), |reason| Value::Unknown(reason.clone()));
                        for &target in &edges.targets {
                            floating.by_target.entry(target).or_default().push((address, assigned.clone()));
                        }
                    }
                }
            }
        }
        floating
    }
}

fn address(by: &str, id: &str, assigned: Value<bool>) -> PublicAddress {
    PublicAddress { by: by.to_owned(), id: id.to_owned(), assigned }
}

pub(super) fn of_template(inventory: &Inventory, index: Index, template: &LaunchTemplate) -> Value<Vec<PublicAddress>> {
    template.network_interfaces.as_ref().map(|interfaces| {
        interfaces
            .iter()
            .map(|interface| {
                let assigned = interface.associate_public_ip_address.clone().map(|asked| asked == Some(true));
                address("own_setting", inventory.id(index), assigned)
            })
            .collect()
    })
}

/// Returns what the interfaces of a template say; null when they leave it to the subnet.
fn setting(template: &LaunchTemplate) -> Value<Option<bool>> {
    let interfaces = match &template.network_interfaces {
        Value::Known(interfaces) => interfaces,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    let mut said = None;
    for interface in interfaces {
        match &interface.associate_public_ip_address {
            Value::Known(Some(true)) => return Value::Known(Some(true)),
            Value::Known(Some(false)) => said = Some(false),
            Value::Known(None) => {}
            Value::Unknown(reason) => return Value::Unknown(reason.clone()),
        }
    }
    Value::Known(said)
}

/// Returns what the launch template says, with its id; null when there is none or it says nothing.
fn template_setting(inventory: &Inventory, index: Index) -> (Value<Option<bool>>, Option<Index>) {
    match template_of(inventory, inventory.edges(index, "launch_template")) {
        Template::None => (Value::Known(None), None),
        Template::One(template, attributes) => (setting(attributes), Some(template)),
        Template::Unknown(reason) => (Value::Unknown(reason), None),
    }
}

fn by_subnets(placement: &Placement) -> Value<Vec<PublicAddress>> {
    placement.subnets.as_ref().map(|subnets| {
        subnets.iter().map(|subnet| address("subnet", &subnet.id, subnet.map_public_ip_on_launch.clone())).collect()
    })
}

pub(super) fn of_instance(
    inventory: &Inventory,
    floating: &Floating,
    index: Index,
    instance: &Instance,
) -> Value<Vec<PublicAddress>> {
    let id = inventory.id(index);
    let (from_template, template) = template_setting(inventory, index);
    let template = template.map_or("launch template", |template| inventory.id(template));
    let mut addresses = match (&instance.associate_public_ip_address, from_template) {
        (Value::Known(Some(asked)), _) => vec![address("own_setting", id, Value::Known(*asked))],
        (Value::Unknown(reason), _) => vec![address("own_setting", id, Value::Unknown(reason.clone()))],
        (Value::Known(None), Value::Known(Some(asked))) => {
            vec![address("launch_template", template, Value::Known(asked))]
        }
        (Value::Known(None), Value::Unknown(reason)) => {
            vec![address("launch_template", template, Value::Unknown(reason))]
        }
        // An interface that is made beforehand does not take the subnet's setting.
        (Value::Known(None), Value::Known(None)) if !inventory.edges(index, "network_interfaces").is_absent() => {
            Vec::new()
        }
        (Value::Known(None), Value::Known(None)) => {
            match inventory.facts_of::<Instance>(index).map(|facts| by_subnets(&facts.placement)) {
                Some(Value::Known(addresses)) => addresses,
                Some(Value::Unknown(reason)) => vec![address("subnet", "its subnet", Value::Unknown(reason))],
                None => Vec::new(),
            }
        }
    };
    let mut interfaces = vec![(index, Value::Known(true))];
    let own = inventory.edges(index, "network_interfaces");
    let certain = own.doubt.as_ref().map_or(Value::Known(true), |reason| Value::Unknown(reason.clone()));
    interfaces.extend(own.targets.iter().map(|&interface| (interface, certain.clone())));
    interfaces.extend(inventory.incoming::<NetworkInterface>(index, "instance").map(|(interface, certain)| {
        let certain = if certain {
            Value::Known(true)
        } else {
            Value::Unknown(Reason::Unresolved(format!("which instance {} is attached to", inventory.id(interface))))
        };
        (interface, certain)
    }));
    for (holder, certain) in interfaces {
        for (floating, assigned) in floating.by_target.get(&holder).into_iter().flatten() {
            let assigned = super::super::agree::both(assigned.clone(), certain.clone());
            addresses.push(address("elastic_ip", inventory.id(*floating), assigned));
        }
    }
    addresses.extend(
        floating
            .anywhere
            .iter()
            .filter(|(floating, _)| inventory.near(*floating, index))
            .map(|(floating, reason)| address("elastic_ip", inventory.id(*floating), Value::Unknown(reason.clone()))),
    );
    addresses.sort_by(|a, b| (&a.by, &a.id).cmp(&(&b.by, &b.id)));
    addresses.dedup();
    Value::Known(addresses)
}

/// Addresses of the machines of a node group or Auto Scaling group. A template of the inventory that
/// asks for addresses is judged by itself.
pub(super) fn of_group(inventory: &Inventory, index: Index, placement: &Placement) -> Value<Vec<PublicAddress>> {
    match template_setting(inventory, index) {
        (Value::Known(None), _) => by_subnets(placement),
        (Value::Known(Some(_)), _) => Value::Known(Vec::new()),
        (Value::Unknown(reason), _) => {
            Value::Known(vec![address("launch_template", "launch template", Value::Unknown(reason))])
        }
    }
}
