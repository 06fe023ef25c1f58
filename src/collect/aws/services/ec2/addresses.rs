//! Elastic IP addresses and network interfaces. An interface that is a part of something else that is
//! judged by itself, such as the first one of an instance, is no resource of its own, as in a plan.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{self, AttachmentStatus, NetworkInterfaceType};

use super::{ELASTIC_IP, INSTANCE, NETWORK_INTERFACE, tags, wants_any};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::ec2::{ElasticIp, NetworkInterface};
use crate::inventory::{Reason, Value};

pub(super) const DESCRIBE_ADDRESSES: Operation =
    Operation::listing("EC2.DescribeAddresses", "ec2:DescribeAddresses", &[ELASTIC_IP]);
pub(super) const DESCRIBE_NETWORK_INTERFACES: Operation =
    Operation::listing("EC2.DescribeNetworkInterfaces", "ec2:DescribeNetworkInterfaces", &[NETWORK_INTERFACE]);

/// Reads Elastic IP addresses and returns them as they are written.
pub(super) async fn collect_addresses(context: &Context, client: &Client) -> Result<BTreeSet<String>, Reason> {
    let mut known = BTreeSet::new();
    if !wants_any(context, &[ELASTIC_IP, INSTANCE]) {
        return Ok(known);
    }
    // The one listing of EC2 that has no pages.
    let answer = context.call(&DESCRIBE_ADDRESSES, "", client.describe_addresses().send()).await?;
    for address in answer.and_then(|answer| answer.addresses).unwrap_or_default() {
        known.extend(address.public_ip.clone());
        let Some(id) = address.allocation_id.clone().or_else(|| address.public_ip.clone()) else { continue };
        context.add(Described {
            arn: context.arn("ec2", &format!("elastic-ip/{id}")),
            type_name: "AWS::EC2::EIP",
            name: None,
            attributes: ElasticIp {
                instance: links(address.instance_id),
                network_interface: links(address.network_interface_id),
            },
            identifiers: address.public_ip.into_iter().chain([id]).collect(),
            tags: tags(address.tags),
        });
    }
    Ok(known)
}

pub(super) async fn collect_interfaces(context: &Context, client: &Client) {
    if !context.wants(NETWORK_INTERFACE) {
        return;
    }
    let mut interfaces = Vec::new();
    let pages = client.describe_network_interfaces().into_paginator().page_size(1000).send();
    // A broken listing is a gap already.
    let _ = context
        .pages(&DESCRIBE_NETWORK_INTERFACES, "", pages, |page| {
            interfaces.extend(page.network_interfaces.unwrap_or_default());
        })
        .await;
    let homes = homes(&interfaces);
    for interface in interfaces {
        if is_of_instance(&interface, &homes) || is_of_service(&interface, context.account()) {
            continue;
        }
        let Some(id) = interface.network_interface_id.clone() else { continue };
        context.add(Described {
            arn: context.arn("ec2", &format!("network-interface/{id}")),
            type_name: "AWS::EC2::NetworkInterface",
            name: None,
            identifiers: vec![id],
            attributes: network_interface(&interface),
            tags: tags(interface.tag_set),
        });
    }
}

pub(crate) fn network_interface(interface: &types::NetworkInterface) -> NetworkInterface {
    let holds = |one: &&types::NetworkInterfaceAttachment| {
        !matches!(one.status, Some(AttachmentStatus::Detached | AttachmentStatus::Detaching))
    };
    let instance = interface.attachment().filter(holds).and_then(|attachment| attachment.instance_id.clone());
    let interface_type = match interface.interface_type() {
        None => "interface",
        // The model of the API writes it in another way than EC2 does.
        Some(NetworkInterfaceType::NatGateway) => "nat_gateway",
        Some(other) => other.as_str(),
    };
    NetworkInterface {
        subnet: links(interface.subnet_id.clone()),
        security_groups: links(interface.groups().iter().filter_map(|group| group.group_id.clone())),
        instance: links(instance),
        interface_type: Value::Known(interface_type.to_owned()),
        description: Value::Known(interface.description.clone().filter(|text| !text.is_empty())),
    }
}

/// The subnet of each instance's first interface: where the instance itself stands.
pub(crate) fn homes(interfaces: &[types::NetworkInterface]) -> BTreeMap<String, String> {
    let home = |interface: &types::NetworkInterface| {
        let attachment = interface.attachment().filter(|attachment| attachment.device_index == Some(0))?;
        Some((attachment.instance_id.clone()?, interface.subnet_id.clone()?))
    };
    interfaces.iter().filter_map(home).collect()
}

/// Whether an interface is a part of an instance that is judged by itself: the first one always, since the
/// instance stands where it stands; of the others those that go away with the instance, as pods have
/// them, unless they stand elsewhere.
pub(crate) fn is_of_instance(interface: &types::NetworkInterface, homes: &BTreeMap<String, String>) -> bool {
    interface.attachment().is_some_and(|attachment| {
        let home = attachment.instance_id.as_ref().and_then(|instance| homes.get(instance));
        let at_home = home.is_some() && home == interface.subnet_id.as_ref();
        at_home && (attachment.device_index == Some(0) || attachment.delete_on_termination == Some(true))
    })
}

/// How services whose resources are judged by themselves describe their interfaces: control planes, mount
/// targets, databases, proxies, caches and functions.
const OF_SERVICES: &[&str] = &[
    "Amazon EKS ",
    "EFS mount target for ",
    "RDSNetworkInterface",
    "Network interface for DBProxy ",
    "ElastiCache ",
    "AWS Lambda VPC ENI",
];

/// Whether an interface is a part of such a resource. A description alone proves nothing: only services
/// make interfaces that they manage, or attach them to machines of theirs.
pub(crate) fn is_of_service(interface: &types::NetworkInterface, account: &str) -> bool {
    let machine = interface.attachment().and_then(|attachment| attachment.instance_owner_id());
    let managed = interface.requester_managed == Some(true)
        || interface.interface_type == Some(NetworkInterfaceType::Lambda)
        || machine.is_some_and(|owner| owner != account);
    let described = interface.description().unwrap_or_default();
    managed && OF_SERVICES.iter().any(|prefix| described.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::NetworkInterfaceAttachment;

    use super::*;

    fn of_instance(device: i32, subnet: &str, delete_on_termination: bool) -> types::NetworkInterface {
        types::NetworkInterface::builder()
            .subnet_id(subnet)
            .attachment(
                NetworkInterfaceAttachment::builder()
                    .instance_id("i-1")
                    .instance_owner_id("111111111111")
                    .device_index(device)
                    .delete_on_termination(delete_on_termination)
                    .build(),
            )
            .build()
    }

    #[test]
    fn interfaces_that_come_with_an_instance_are_parts_of_it() {
        let all = [
            of_instance(0, "subnet-a", false),
            of_instance(1, "subnet-a", true),
            of_instance(2, "subnet-b", true),
            of_instance(3, "subnet-a", false),
        ];
        let homes = homes(&all);
        let parts: Vec<bool> = all.iter().map(|interface| is_of_instance(interface, &homes)).collect();
        assert_eq!(parts, [true, true, false, false]);
    }

    #[test]
    fn interfaces_of_services_are_told_by_who_manages_them_and_how_they_are_described() {
        let attached = |description: &str, owner: &str| {
            types::NetworkInterface::builder()
                .description(description)
                .attachment(NetworkInterfaceAttachment::builder().instance_owner_id(owner).build())
                .build()
        };
        let account = "111111111111";
        assert!(is_of_service(&attached("Amazon EKS prod", "222222222222"), account));
        assert!(is_of_service(&attached("RDSNetworkInterface", "amazon-rds"), account));
        assert!(!is_of_service(&attached("Amazon EKS prod", account), account), "anybody can write that");
        assert!(!is_of_service(&attached("ELB app/web/1", "amazon-elb"), account));
        assert!(!is_of_service(&attached("Interface of something new", "amazon-new"), account));
    }

    #[test]
    fn the_type_of_a_nat_gateways_interface_has_one_spelling() {
        for given in [NetworkInterfaceType::NatGateway, NetworkInterfaceType::from("nat_gateway")] {
            let interface = types::NetworkInterface::builder().interface_type(given).build();
            assert_eq!(network_interface(&interface).interface_type, Value::Known("nat_gateway".to_owned()));
        }
    }
}
