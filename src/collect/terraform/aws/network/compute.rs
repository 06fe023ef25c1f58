//! Instances, launch templates, Auto Scaling groups and functions.

use super::super::{Belongs, Mapped};
use super::{add_links, mapped, unnamed};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::autoscaling::Group;
use crate::inventory::aws::ec2::{
    BlockDevice, Instance, InstanceMetadataDefaults, InterfaceSpecification, LaunchTemplate, MetadataOptions,
};
use crate::inventory::aws::lambda::Function;
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Linked, Links, Reason, Value};

const SUBNETS: &[&str] = &["aws_subnet", "aws_default_subnet", "aws_subnets", "aws_subnet_ids"];
const GROUPS: &[&str] = &["aws_security_group", "aws_default_security_group"];
const TEMPLATES: &[&str] = &["aws_launch_template"];
const INTERFACES: &[&str] = &["aws_network_interface"];

pub(super) fn instance(block: &Block<'_>) -> Mapped {
    let mut interfaces = Linked::default();
    for name in ["network_interface", "primary_network_interface"] {
        interfaces =
            join(interfaces, of_blocks(block, name, |block| block.link_to("network_interface_id", INTERFACES)));
    }
    mapped(
        Instance {
            subnet: block.link_to("subnet_id", SUBNETS),
            security_groups: join(
                block.links_to("vpc_security_group_ids", GROUPS),
                block.links_to("security_groups", GROUPS),
            ),
            associate_public_ip_address: block.boolean("associate_public_ip_address"),
            network_interfaces: interfaces,
            launch_template: of_blocks(block, "launch_template", template),
            instance_profile: block.link_to("iam_instance_profile", &["aws_iam_instance_profile"]),
            instance_type: block.string("instance_type"),
            metadata_options: metadata_options(block),
            block_devices: own_devices(block),
        },
        unnamed(),
        Vec::new(),
    )
}

pub(super) fn launch_template(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let interfaces = block.blocks("network_interfaces").map(|interfaces| {
        interfaces
            .iter()
            .map(|interface| InterfaceSpecification {
                associate_public_ip_address: interface.boolean("associate_public_ip_address"),
                security_groups: interface.links_to("security_groups", GROUPS),
                subnet: interface.link_to("subnet_id", SUBNETS),
            })
            .collect()
    });
    let template = LaunchTemplate {
        launch_configuration: Value::Known(false),
        image_id: block.string("image_id"),
        instance_type: block.string("instance_type"),
        security_groups: join(
            block.links_to("vpc_security_group_ids", GROUPS),
            block.links_to("security_group_names", GROUPS),
        ),
        network_interfaces: interfaces,
        instance_profile: of_blocks(block, "iam_instance_profile", |profile| {
            let types = &["aws_iam_instance_profile"];
            join(profile.link_to("name", types), profile.link_to("arn", types))
        }),
        metadata_options: metadata_options(block),
        block_devices: template_devices(block),
    };
    mapped(template, name.clone(), vec![name])
}

pub(super) fn launch_configuration(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let security_groups = block.links_to("security_groups", GROUPS);
    let interface = InterfaceSpecification {
        associate_public_ip_address: block.boolean("associate_public_ip_address"),
        security_groups: Linked::default(),
        subnet: Linked::default(),
    };
    let template = LaunchTemplate {
        launch_configuration: Value::Known(true),
        image_id: block.string("image_id"),
        instance_type: block.string("instance_type"),
        security_groups,
        network_interfaces: Value::Known(vec![interface]),
        instance_profile: block.link_to("iam_instance_profile", &["aws_iam_instance_profile"]),
        metadata_options: metadata_options(block),
        block_devices: own_devices(block),
    };
    mapped(template, name.clone(), vec![name])
}

pub(super) fn scaling_group(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let mut template = join(
        of_blocks(block, "launch_template", template),
        block.link_to("launch_configuration", &["aws_launch_configuration"]),
    );
    template = join(
        template,
        of_blocks(block, "mixed_instances_policy", |policy| {
            of_blocks(policy, "launch_template", |mixed| {
                join(
                    of_blocks(mixed, "launch_template_specification", specification),
                    of_blocks(mixed, "override", |one| of_blocks(one, "launch_template_specification", specification)),
                )
            })
        }),
    );
    let target_groups =
        join(block.links("target_group_arns"), of_blocks(block, "traffic_source", |source| source.link("identifier")));
    let group = Group {
        subnets: block.links_to("vpc_zone_identifier", SUBNETS),
        availability_zones: block.strings("availability_zones"),
        launch_template: template,
        min_size: block.integer("min_size"),
        max_size: block.integer("max_size"),
        target_groups,
    };
    mapped(group, name.clone(), vec![name])
}

pub(super) fn function(block: &Block<'_>) -> Mapped {
    let name = block.string("function_name");
    let function = Function {
        role: block.link("role"),
        subnets: of_blocks(block, "vpc_config", |config| config.links_to("subnet_ids", SUBNETS)),
        security_groups: of_blocks(block, "vpc_config", |config| config.links_to("security_group_ids", GROUPS)),
    };
    mapped(function, name.clone(), vec![name])
}

pub(super) fn metadata_defaults(block: &Block<'_>) -> Mapped {
    let preference = |name: &str| block.string(name).map(|value| value.filter(|value| value != "no-preference"));
    mapped(
        InstanceMetadataDefaults {
            http_endpoint: preference("http_endpoint"),
            http_tokens: preference("http_tokens"),
            http_put_response_hop_limit: block
                .integer("http_put_response_hop_limit")
                .map(|limit| limit.filter(|limit| *limit > 0)),
        },
        unnamed(),
        Vec::new(),
    )
}

pub(super) fn join_target_group(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(group) = Group::attributes_mut(owner) else {
        return;
    };
    let groups = join(block.link("lb_target_group_arn"), block.link("alb_target_group_arn"));
    add_links(&mut group.target_groups, groups, belongs);
}

/// Joins the links that nested blocks hold.
fn of_blocks<'a>(block: &Block<'a>, name: &'a str, read: impl Fn(&Block<'a>) -> Linked) -> Linked {
    match block.blocks(name) {
        Value::Unknown(reason) => Value::Unknown(reason),
        Value::Known(blocks) => blocks.iter().map(read).fold(Linked::default(), join),
    }
}

fn template(block: &Block<'_>) -> Linked {
    either(block, "id", "name")
}

fn specification(block: &Block<'_>) -> Linked {
    either(block, "launch_template_id", "launch_template_name")
}

/// Id or name, whichever the author gives; a state shows both.
fn either(block: &Block<'_>, id: &str, name: &str) -> Linked {
    let by_id = block.link_to(id, TEMPLATES);
    if by_id.known().is_some_and(Links::is_absent) { block.link_to(name, TEMPLATES) } else { by_id }
}

fn metadata_options(block: &Block<'_>) -> MetadataOptions {
    match block.block("metadata_options") {
        Value::Known(Some(options)) => MetadataOptions {
            http_endpoint: options.string("http_endpoint").map(not_empty),
            http_tokens: options.string("http_tokens").map(not_empty),
            http_put_response_hop_limit: options.integer("http_put_response_hop_limit"),
        },
        Value::Known(None) => MetadataOptions::default(),
        Value::Unknown(reason) => MetadataOptions {
            http_endpoint: Value::Unknown(reason.clone()),
            http_tokens: Value::Unknown(reason.clone()),
            http_put_response_hop_limit: Value::Unknown(reason),
        },
    }
}

fn not_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn device(block: &Block<'_>) -> BlockDevice {
    BlockDevice {
        device_name: block.string("device_name"),
        encrypted: block.boolean("encrypted"),
        kms_key: block.link("kms_key_id"),
    }
}

/// Devices of an instance or a launch configuration; the root device is there without a block too.
fn own_devices(block: &Block<'_>) -> Value<Vec<BlockDevice>> {
    let mut devices = Vec::new();
    let mut root = false;
    for name in ["root_block_device", "ebs_block_device"] {
        match block.blocks(name) {
            Value::Known(blocks) => {
                root |= name == "root_block_device" && !blocks.is_empty();
                devices.extend(blocks.iter().map(device));
            }
            Value::Unknown(reason) => return Value::Unknown(reason),
        }
    }
    if !root {
        devices.insert(0, BlockDevice::default());
    }
    Value::Known(devices)
}

fn template_devices(block: &Block<'_>) -> Value<Vec<BlockDevice>> {
    let mappings = match block.blocks("block_device_mappings") {
        Value::Known(mappings) => mappings,
        Value::Unknown(reason) => return Value::Unknown(reason),
    };
    let mut devices = Vec::new();
    for mapping in mappings {
        let device_name = mapping.string("device_name");
        match mapping.blocks("ebs") {
            Value::Known(volumes) => devices.extend(
                volumes.iter().map(|volume| BlockDevice { device_name: device_name.clone(), ..device(volume) }),
            ),
            Value::Unknown(reason) => devices.push(unknown_device(device_name, &reason)),
        }
    }
    Value::Known(devices)
}

fn unknown_device(device_name: Value<Option<String>>, reason: &Reason) -> BlockDevice {
    BlockDevice { device_name, encrypted: Value::Unknown(reason.clone()), kms_key: Value::Unknown(reason.clone()) }
}
