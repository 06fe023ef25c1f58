//! Instances, with their volumes. An instance shows what came of its template and its subnet, so nothing
//! of it is left to defaults.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{self, InstanceStateName, Volume};

use super::{INSTANCE, tags};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::ec2::{BlockDevice, Instance, MetadataOptions};
use crate::inventory::{Linked, Reason, Value};

pub(super) const DESCRIBE_INSTANCES: Operation =
    Operation::listing("EC2.DescribeInstances", "ec2:DescribeInstances", &[INSTANCE]);
pub(super) const DESCRIBE_VOLUMES: Operation =
    Operation::detail("EC2.DescribeVolumes", "ec2:DescribeVolumes", &[INSTANCE], &[]);

/// The tag by which EC2 remembers the template.
const TEMPLATE: &str = "aws:ec2launchtemplate:id";

/// Volumes by id, or why they are not known.
pub(crate) type Volumes = Result<BTreeMap<String, Volume>, Reason>;

/// Reads instances; `addresses` are the account's Elastic IP addresses.
pub(super) async fn collect(context: &Context, client: &Client, addresses: &Result<BTreeSet<String>, Reason>) {
    if !context.wants(INSTANCE) {
        return;
    }
    let mut instances = Vec::new();
    let pages = client.describe_instances().into_paginator().page_size(1000).send();
    // A broken listing is a gap already.
    let _ = context
        .pages(&DESCRIBE_INSTANCES, "", pages, |page| {
            let reservations = page.reservations.unwrap_or_default();
            instances.extend(reservations.into_iter().flat_map(|one| one.instances.unwrap_or_default()));
        })
        .await;
    instances.retain(is_there);
    let volumes = if instances.is_empty() { Ok(BTreeMap::new()) } else { volumes(context, client).await };
    for described in instances {
        let Some(id) = described.instance_id.clone() else { continue };
        let attributes = instance(&described, &volumes, addresses);
        context.add(Described {
            arn: context.arn("ec2", &format!("instance/{id}")),
            type_name: "AWS::EC2::Instance",
            name: None,
            identifiers: vec![id],
            tags: tags(described.tags),
            attributes,
        });
    }
}

/// An instance is shown for a while after its end.
pub(crate) fn is_there(instance: &types::Instance) -> bool {
    let state = instance.state().and_then(|state| state.name());
    !matches!(state, Some(InstanceStateName::Terminated | InstanceStateName::ShuttingDown))
}

/// Instances do not tell whether their volumes are encrypted.
async fn volumes(context: &Context, client: &Client) -> Volumes {
    let mut volumes = BTreeMap::new();
    let attached = types::Filter::builder().name("attachment.status").values("attached").values("attaching").build();
    let pages = client.describe_volumes().filters(attached).into_paginator().page_size(500).send();
    context
        .pages(&DESCRIBE_VOLUMES, "", pages, |page| {
            let all = page.volumes.unwrap_or_default().into_iter();
            volumes.extend(all.filter_map(|volume| Some((volume.volume_id.clone()?, volume))));
        })
        .await?;
    Ok(volumes)
}

pub(crate) fn instance(
    instance: &types::Instance,
    volumes: &Volumes,
    addresses: &Result<BTreeSet<String>, Reason>,
) -> Instance {
    let interfaces = instance.network_interfaces();
    // All interfaces, because a group of any of them opens the instance.
    let groups = interfaces.iter().flat_map(types::InstanceNetworkInterface::groups).chain(instance.security_groups());
    let template = instance.tags().iter().find(|tag| tag.key() == Some(TEMPLATE)).and_then(|tag| tag.value.clone());
    let options = instance.metadata_options();
    Instance {
        subnet: links(instance.subnet_id.clone()),
        security_groups: links(groups.filter_map(|group| group.group_id.clone())),
        associate_public_ip_address: Value::Known(Some(has_public_address(instance, addresses))),
        network_interfaces: links(
            interfaces
                .iter()
                .filter(|interface| !comes_with(instance, interface))
                .filter_map(|interface| interface.network_interface_id.clone()),
        ),
        launch_template: links(template),
        instance_profile: links(instance.iam_instance_profile().and_then(|profile| profile.arn.clone())),
        instance_type: Value::Known(instance.instance_type().map(|name| name.as_str().to_owned())),
        metadata_options: MetadataOptions {
            http_endpoint: Value::Known(
                options.and_then(|options| options.http_endpoint()).map(|endpoint| endpoint.as_str().to_owned()),
            ),
            http_tokens: Value::Known(
                options.and_then(|options| options.http_tokens()).map(|tokens| tokens.as_str().to_owned()),
            ),
            http_put_response_hop_limit: Value::Known(
                options.and_then(|options| options.http_put_response_hop_limit).map(i64::from),
            ),
        },
        block_devices: Value::Known(
            instance.block_device_mappings().iter().map(|mapping| block_device(mapping, volumes)).collect(),
        ),
    }
}

/// Whether an interface is a part of the instance rather than a resource of its own; see `addresses`.
fn comes_with(instance: &types::Instance, interface: &types::InstanceNetworkInterface) -> bool {
    interface.attachment().is_some_and(|attachment| {
        let goes_with_it = attachment.device_index == Some(0) || attachment.delete_on_termination == Some(true);
        goes_with_it && interface.subnet_id == instance.subnet_id
    })
}

/// Whether EC2 gave it a public address by itself. Elastic IP addresses are told by themselves.
fn has_public_address(instance: &types::Instance, addresses: &Result<BTreeSet<String>, Reason>) -> bool {
    let own = |public: Option<&str>, owner: Option<&str>| {
        public.is_some_and(|public| match addresses {
            Ok(addresses) => !addresses.contains(public),
            // What belongs to an account is an Elastic IP address.
            Err(_) => owner.is_none_or(|owner| !owner.bytes().all(|byte| byte.is_ascii_digit())),
        })
    };
    let association = |interface: &types::InstanceNetworkInterface| {
        interface.association().is_some_and(|one| own(one.public_ip(), one.ip_owner_id()))
    };
    instance.network_interfaces().iter().any(association)
        || (instance.network_interfaces().is_empty() && own(instance.public_ip_address(), None))
}

fn block_device(mapping: &types::InstanceBlockDeviceMapping, volumes: &Volumes) -> BlockDevice {
    let device_name = Value::Known(mapping.device_name.clone());
    let volume = mapping.ebs().and_then(|volume| volume.volume_id()).unwrap_or_default();
    let found = match volumes {
        Ok(volumes) => volumes.get(volume).ok_or_else(|| Reason::Unresolved(format!("volume {volume}"))),
        Err(reason) => Err(reason.clone()),
    };
    match found {
        Ok(volume) => BlockDevice {
            device_name,
            encrypted: Value::Known(Some(volume.encrypted.unwrap_or(false))),
            kms_key: volume.kms_key_id.clone().map_or_else(Linked::default, |key| links([key])),
        },
        Err(reason) => {
            BlockDevice { device_name, encrypted: Value::Unknown(reason.clone()), kms_key: Value::Unknown(reason) }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        EbsInstanceBlockDevice, GroupIdentifier, InstanceBlockDeviceMapping, InstanceNetworkInterface,
        InstanceNetworkInterfaceAssociation, InstanceNetworkInterfaceAttachment, InstanceState, Tag,
    };

    use super::*;

    fn interface(id: &str, public: Option<(&str, &str)>, delete_on_termination: bool) -> InstanceNetworkInterface {
        InstanceNetworkInterface::builder()
            .network_interface_id(id)
            .subnet_id("subnet-1")
            .groups(GroupIdentifier::builder().group_id(format!("sg-{id}")).build())
            .set_association(public.map(|(address, owner)| {
                InstanceNetworkInterfaceAssociation::builder().public_ip(address).ip_owner_id(owner).build()
            }))
            .attachment(
                InstanceNetworkInterfaceAttachment::builder().delete_on_termination(delete_on_termination).build(),
            )
            .build()
    }

    fn with(public: Option<(&str, &str)>) -> types::Instance {
        types::Instance::builder().subnet_id("subnet-1").network_interfaces(interface("a", public, true)).build()
    }

    #[test]
    fn only_addresses_that_ec2_gives_by_itself_are_its_own_setting() {
        let elastic = Ok(BTreeSet::from(["198.51.100.1".to_owned()]));
        let denied = Err(Reason::Denied("ec2:DescribeAddresses".to_owned()));
        let account = "111111111111";
        for (public, expected) in
            [(None, false), (Some(("198.51.100.1", account)), false), (Some(("198.51.100.9", "amazon")), true)]
        {
            assert_eq!(has_public_address(&with(public), &elastic), expected);
            assert_eq!(has_public_address(&with(public), &denied), expected);
        }
    }

    #[test]
    fn groups_of_all_interfaces_count_and_only_interfaces_of_their_own_are_linked() {
        let described = types::Instance::builder()
            .subnet_id("subnet-1")
            .network_interfaces(interface("a", None, true))
            .network_interfaces(interface("b", None, false))
            .tags(Tag::builder().key(TEMPLATE).value("lt-1").build())
            .block_device_mappings(
                InstanceBlockDeviceMapping::builder()
                    .device_name("/dev/xvda")
                    .ebs(EbsInstanceBlockDevice::builder().volume_id("vol-1").build())
                    .build(),
            )
            .build();
        let volume = Volume::builder().volume_id("vol-1").encrypted(true).kms_key_id("key-1").build();
        let read = instance(&described, &Ok(BTreeMap::from([("vol-1".to_owned(), volume)])), &Ok(BTreeSet::new()));
        assert_eq!(read.security_groups, links(["sg-a", "sg-b"]));
        assert_eq!(read.network_interfaces, links(["b"]));
        assert_eq!(read.launch_template, links(["lt-1"]));
        let devices = read.block_devices.known().expect("told");
        assert!(devices.iter().all(|device| device.encrypted.is(&Some(true)) && device.kms_key == links(["key-1"])));
        let denied = Err(Reason::Denied("ec2:DescribeVolumes".to_owned()));
        let read = instance(&described, &denied, &Ok(BTreeSet::new()));
        let devices = read.block_devices.known().expect("told");
        assert!(devices.iter().all(|device| device.encrypted.known().is_none()));
    }

    #[test]
    fn what_is_terminated_is_not_there() {
        let in_state = |name: InstanceStateName| {
            types::Instance::builder().state(InstanceState::builder().name(name).build()).build()
        };
        assert!(!is_there(&in_state(InstanceStateName::Terminated)));
        assert!(is_there(&in_state(InstanceStateName::Stopped)));
    }
}
