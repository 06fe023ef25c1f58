//! Instances with their volumes, launch templates and Auto Scaling groups, as Config records them.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types;

use super::network::add;
use super::row::{Node, Row, left_out, untold};
use super::rows::Rows;
use crate::collect::aws::context::{Context, Described, known_list, links};
use crate::collect::aws::services::ec2::instances;
use crate::inventory::aws::autoscaling::Group;
use crate::inventory::aws::ec2::{BlockDevice, Instance, InterfaceSpecification, LaunchTemplate, MetadataOptions};
use crate::inventory::{Linked, Reason, Value};

pub(super) fn collect(context: &Context, rows: &Rows) {
    let volumes: Result<BTreeMap<String, types::Volume>, Reason> = rows
        .whole("AWS::EC2::Volume")
        .map(|()| rows.of("AWS::EC2::Volume").filter_map(|row| volume(row.configuration())).collect());
    let addresses: Result<BTreeSet<String>, Reason> = rows
        .whole("AWS::EC2::EIP")
        .map(|()| rows.of("AWS::EC2::EIP").filter_map(|row| row.configuration().text("publicIp")).collect());
    for row in rows.of("AWS::EC2::Instance") {
        let told = plain_instance(row);
        if instances::is_there(&told) {
            let mut attributes = instance(row.configuration(), &told, &volumes, &addresses);
            // A tag names the template.
            if let Value::Unknown(reason) = row.tags() {
                attributes.launch_template = Value::Unknown(reason);
            }
            add(context, row, "instance", "AWS::EC2::Instance", attributes);
        }
    }
    for row in rows.of("AWS::EC2::LaunchTemplate") {
        template(context, row);
    }
    for row in rows.of("AWS::AutoScaling::AutoScalingGroup") {
        let document = row.configuration();
        let Some(name) = document.text("autoScalingGroupName").or_else(|| row.head("resourceName").map(str::to_owned))
        else {
            continue;
        };
        context.add(Described {
            arn: document.text("autoScalingGroupARN").or_else(|| row.head("arn").map(str::to_owned)).unwrap_or_else(
                || context.arn("autoscaling", &format!("autoScalingGroup::autoScalingGroupName/{name}")),
            ),
            type_name: "AWS::AutoScaling::AutoScalingGroup",
            name: Some(name.clone()),
            identifiers: vec![name],
            tags: row.tags(),
            attributes: group(document),
        });
    }
}

/// A volume as far as its encryption goes. One that does not tell it counts as not recorded.
fn volume(document: Node<'_>) -> Option<(String, types::Volume)> {
    let volume = types::Volume::builder()
        .encrypted(document.flag("encrypted")?)
        .set_kms_key_id(document.text("kmsKeyId"))
        .build();
    Some((document.text("volumeId")?, volume))
}

fn instance(
    document: Node<'_>,
    told: &types::Instance,
    volumes: &instances::Volumes,
    addresses: &Result<BTreeSet<String>, Reason>,
) -> Instance {
    let read = instances::instance(told, volumes, addresses);
    let interfaces = "networkInterfaces";
    let option = |path: &str| document.told_text(&format!("metadataOptions.{path}")).map(Some);
    let hops = "metadataOptions.httpPutResponseHopLimit";
    Instance {
        security_groups: document.if_list("securityGroups", document.if_list(interfaces, read.security_groups)),
        associate_public_ip_address: document.if_list(interfaces, read.associate_public_ip_address),
        network_interfaces: document.if_list(interfaces, read.network_interfaces),
        subnet: document.told_link("subnetId"),
        instance_type: document.some_text("instanceType"),
        metadata_options: MetadataOptions {
            http_endpoint: option("httpEndpoint"),
            http_tokens: option("httpTokens"),
            http_put_response_hop_limit: document
                .number(hops)
                .map_or_else(|| left_out(hops), |at| Value::Known(Some(at))),
        },
        block_devices: document.if_list("blockDeviceMappings", read.block_devices),
        ..read
    }
}

fn plain_instance(row: &Row) -> types::Instance {
    let document = row.configuration();
    let groups = |node: Node<'_>, path: &str| -> Vec<types::GroupIdentifier> {
        node.list(path).map(|one| types::GroupIdentifier::builder().set_group_id(one.text("groupId")).build()).collect()
    };
    let interfaces = document.list("networkInterfaces").map(|one| {
        let association = one.node("association").map(|association| {
            types::InstanceNetworkInterfaceAssociation::builder()
                .set_public_ip(association.text("publicIp"))
                .set_ip_owner_id(association.text("ipOwnerId"))
                .build()
        });
        let attachment = one.node("attachment").map(|attachment| {
            types::InstanceNetworkInterfaceAttachment::builder()
                .set_device_index(attachment.small("deviceIndex"))
                .set_delete_on_termination(attachment.flag("deleteOnTermination"))
                .build()
        });
        types::InstanceNetworkInterface::builder()
            .set_network_interface_id(one.text("networkInterfaceId"))
            .set_subnet_id(one.text("subnetId"))
            .set_groups(Some(groups(one, "groups")))
            .set_association(association)
            .set_attachment(attachment)
            .build()
    });
    let devices = document.list("blockDeviceMappings").map(|one| {
        let volume = one
            .node("ebs")
            .map(|ebs| types::EbsInstanceBlockDevice::builder().set_volume_id(ebs.text("volumeId")).build());
        types::InstanceBlockDeviceMapping::builder().set_device_name(one.text("deviceName")).set_ebs(volume).build()
    });
    let tags = row.tags().known().cloned().unwrap_or_default();
    let state = document.text("state").or_else(|| document.text("state.name"));
    types::Instance::builder()
        .set_subnet_id(document.text("subnetId"))
        .set_public_ip_address(document.text("publicIpAddress"))
        .set_security_groups(Some(groups(document, "securityGroups")))
        .set_network_interfaces(Some(interfaces.collect()))
        .set_block_device_mappings(Some(devices.collect()))
        .set_iam_instance_profile(
            document.text("iamInstanceProfile.arn").map(|arn| types::IamInstanceProfile::builder().arn(arn).build()),
        )
        .set_state(
            state.map(|state| {
                types::InstanceState::builder().name(types::InstanceStateName::from(state.as_str())).build()
            }),
        )
        .set_tags(Some(
            tags.into_iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build()).collect(),
        ))
        .build()
}

fn template(context: &Context, row: &Row) {
    let document = row.configuration();
    let Some(id) = document.text("Id").or_else(|| row.head("resourceId").map(str::to_owned)) else { return };
    let name = document.text("LaunchTemplateName");
    context.add(Described {
        arn: context.arn("ec2", &format!("launch-template/{id}")),
        type_name: "AWS::EC2::LaunchTemplate",
        name: name.clone(),
        identifiers: name.into_iter().chain([id]).collect(),
        tags: row.tags(),
        attributes: launch_template(document),
    });
}

/// Config holds the data of one version and its schema has no field that says of which: it can be told where
/// there is one only.
fn launch_template(document: Node<'_>) -> LaunchTemplate {
    let versions = [document.text("DefaultVersionNumber"), document.text("LatestVersionNumber")];
    let data = match (document.node("LaunchTemplateData"), versions) {
        (Some(data), [Some(default), Some(latest)]) if default == latest => data,
        _ => return unread_template(&untold("which version of the template its data is of")),
    };
    let interfaces = data.list("NetworkInterfaces").map(|one| InterfaceSpecification {
        associate_public_ip_address: Value::Known(one.flag("AssociatePublicIpAddress")),
        security_groups: links(one.texts("Groups")),
        subnet: one.link("SubnetId"),
    });
    let devices = data.list("BlockDeviceMappings").filter_map(|one| {
        let volume = one.node("Ebs")?;
        Some(BlockDevice {
            device_name: Value::Known(one.text("DeviceName")),
            encrypted: Value::Known(volume.flag("Encrypted")),
            kms_key: volume.link("KmsKeyId"),
        })
    });
    LaunchTemplate {
        launch_configuration: Value::Known(false),
        image_id: Value::Known(data.text("ImageId")),
        instance_type: Value::Known(data.text("InstanceType")),
        security_groups: links(data.texts("SecurityGroupIds").into_iter().chain(data.texts("SecurityGroups"))),
        network_interfaces: Value::Known(interfaces.collect()),
        instance_profile: links(data.text("IamInstanceProfile.Arn").or_else(|| data.text("IamInstanceProfile.Name"))),
        metadata_options: MetadataOptions {
            http_endpoint: Value::Known(data.text("MetadataOptions.HttpEndpoint")),
            http_tokens: Value::Known(data.text("MetadataOptions.HttpTokens")),
            http_put_response_hop_limit: Value::Known(data.number("MetadataOptions.HttpPutResponseHopLimit")),
        },
        block_devices: Value::Known(devices.collect()),
    }
}

fn unread_template(reason: &Reason) -> LaunchTemplate {
    LaunchTemplate {
        launch_configuration: Value::Known(false),
        image_id: Value::Unknown(reason.clone()),
        instance_type: Value::Unknown(reason.clone()),
        security_groups: Value::Unknown(reason.clone()),
        network_interfaces: Value::Unknown(reason.clone()),
        instance_profile: Value::Unknown(reason.clone()),
        metadata_options: MetadataOptions {
            http_endpoint: Value::Unknown(reason.clone()),
            http_tokens: Value::Unknown(reason.clone()),
            http_put_response_hop_limit: Value::Unknown(reason.clone()),
        },
        block_devices: Value::Unknown(reason.clone()),
    }
}

fn group(document: Node<'_>) -> Group {
    let number = |path: &str| document.number(path).map_or_else(|| left_out(path), |number| Value::Known(Some(number)));
    let zones = document.text("vpczoneIdentifier").unwrap_or_default();
    Group {
        subnets: document.if_told("vpczoneIdentifier", links(zones.split(',').map(str::trim))),
        availability_zones: document.if_list("availabilityZones", known_list(document.texts("availabilityZones"))),
        launch_template: launch_templates(document),
        min_size: number("minSize"),
        max_size: number("maxSize"),
        target_groups: document.told_links("targetGroupARNs"),
    }
}

fn launch_templates(document: Node<'_>) -> Linked {
    if let Some(name) = document.text("launchConfigurationName") {
        return Value::Unknown(Reason::NotInInput(format!("launch configuration {name}")));
    }
    let mixed = "mixedInstancesPolicy.launchTemplate";
    let overrides = document.node(mixed).into_iter().flat_map(|mixed| mixed.list("overrides"));
    let named = document
        .node("launchTemplate")
        .into_iter()
        .chain(document.node(&format!("{mixed}.launchTemplateSpecification")))
        .chain(overrides.filter_map(|one| one.node("launchTemplateSpecification")));
    let found: Vec<String> =
        named.filter_map(|one| one.text("launchTemplateId").or_else(|| one.text("launchTemplateName"))).collect();
    // Every group has one of them.
    if found.is_empty() { left_out("the launch template of a group") } else { links(found) }
}
