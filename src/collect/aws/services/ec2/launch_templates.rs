//! Launch templates: what the default version of each says. Its user data is never kept.

use std::collections::BTreeMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{self, LaunchTemplateBlockDeviceMapping, ResponseLaunchTemplateData};

use super::{LAUNCH_TEMPLATE, tags};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::ec2::{BlockDevice, InterfaceSpecification, LaunchTemplate, MetadataOptions};
use crate::inventory::{Linked, Reason, Value};

pub(super) const DESCRIBE_LAUNCH_TEMPLATES: Operation =
    Operation::listing("EC2.DescribeLaunchTemplates", "ec2:DescribeLaunchTemplates", &[LAUNCH_TEMPLATE]);
pub(super) const DESCRIBE_LAUNCH_TEMPLATE_VERSIONS: Operation = Operation::detail(
    "EC2.DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplateVersions",
    &[LAUNCH_TEMPLATE],
    &[],
);

pub(super) async fn collect(context: &Context, client: &Client) {
    if !context.wants(LAUNCH_TEMPLATE) {
        return;
    }
    let mut templates = Vec::new();
    let pages = client.describe_launch_templates().into_paginator().page_size(200).send();
    // A broken listing is a gap already.
    let _ = context
        .pages(&DESCRIBE_LAUNCH_TEMPLATES, "", pages, |page| {
            templates.extend(page.launch_templates.unwrap_or_default());
        })
        .await;
    if templates.is_empty() {
        return;
    }
    let mut versions: BTreeMap<String, LaunchTemplate> = BTreeMap::new();
    // Without a template the call tells that version of all of them.
    let pages = client.describe_launch_template_versions().versions("$Default").into_paginator().page_size(200).send();
    let read = context
        .pages(&DESCRIBE_LAUNCH_TEMPLATE_VERSIONS, "", pages, |page| {
            for version in page.launch_template_versions.unwrap_or_default() {
                if let (Some(id), Some(data)) = (version.launch_template_id, version.launch_template_data) {
                    versions.insert(id, launch_template(&data));
                }
            }
        })
        .await;
    for template in templates {
        let Some(id) = template.launch_template_id.clone() else { continue };
        let attributes = match (versions.remove(&id), &read) {
            (Some(attributes), _) => attributes,
            // It went away between the two calls.
            (None, Ok(())) => continue,
            (None, Err(reason)) => unread(reason),
        };
        context.add(Described {
            arn: context.arn("ec2", &format!("launch-template/{id}")),
            type_name: "AWS::EC2::LaunchTemplate",
            name: template.launch_template_name.clone(),
            identifiers: template.launch_template_name.into_iter().chain([id]).collect(),
            tags: tags(template.tags),
            attributes,
        });
    }
}

/// A template of which only the name is known.
fn unread(reason: &Reason) -> LaunchTemplate {
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

fn launch_template(data: &ResponseLaunchTemplateData) -> LaunchTemplate {
    let profile = data.iam_instance_profile();
    let interfaces = data.network_interfaces().iter().map(|interface| InterfaceSpecification {
        associate_public_ip_address: Value::Known(interface.associate_public_ip_address),
        security_groups: links(interface.groups().iter().cloned()),
        subnet: links(interface.subnet_id.clone()),
    });
    LaunchTemplate {
        launch_configuration: Value::Known(false),
        image_id: Value::Known(data.image_id.clone()),
        instance_type: Value::Known(data.instance_type().map(|instance_type| instance_type.as_str().to_owned())),
        security_groups: links(data.security_group_ids().iter().chain(data.security_groups()).cloned()),
        network_interfaces: Value::Known(interfaces.collect()),
        instance_profile: links(profile.and_then(|profile| profile.arn.clone().or_else(|| profile.name.clone()))),
        metadata_options: metadata_options(data.metadata_options()),
        block_devices: Value::Known(data.block_device_mappings().iter().filter_map(block_device).collect()),
    }
}

fn metadata_options(options: Option<&types::LaunchTemplateInstanceMetadataOptions>) -> MetadataOptions {
    let Some(options) = options else { return MetadataOptions::default() };
    MetadataOptions {
        http_endpoint: Value::Known(options.http_endpoint().map(|endpoint| endpoint.as_str().to_owned())),
        http_tokens: Value::Known(options.http_tokens().map(|tokens| tokens.as_str().to_owned())),
        http_put_response_hop_limit: Value::Known(options.http_put_response_hop_limit.map(i64::from)),
    }
}

/// Only volumes count: what else may be mapped has no encryption to choose.
fn block_device(mapping: &LaunchTemplateBlockDeviceMapping) -> Option<BlockDevice> {
    let volume = mapping.ebs()?;
    Some(BlockDevice {
        device_name: Value::Known(mapping.device_name.clone()),
        encrypted: Value::Known(volume.encrypted),
        kms_key: volume.kms_key_id.clone().map_or_else(Linked::default, |key| links([key])),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{
        LaunchTemplateEbsBlockDevice, LaunchTemplateHttpTokensState, LaunchTemplateInstanceMetadataOptions,
        LaunchTemplateInstanceNetworkInterfaceSpecification,
    };

    use super::*;

    #[test]
    fn what_a_template_leaves_out_is_null_and_user_data_is_not_kept() {
        let data = ResponseLaunchTemplateData::builder()
            .user_data("c2VjcmV0")
            .metadata_options(
                LaunchTemplateInstanceMetadataOptions::builder()
                    .http_tokens(LaunchTemplateHttpTokensState::Required)
                    .build(),
            )
            .network_interfaces(
                LaunchTemplateInstanceNetworkInterfaceSpecification::builder()
                    .associate_public_ip_address(true)
                    .groups("sg-1")
                    .build(),
            )
            .block_device_mappings(
                LaunchTemplateBlockDeviceMapping::builder()
                    .device_name("/dev/xvda")
                    .ebs(LaunchTemplateEbsBlockDevice::builder().encrypted(true).kms_key_id("key-1").build())
                    .build(),
            )
            .block_device_mappings(
                LaunchTemplateBlockDeviceMapping::builder().device_name("/dev/sdb").virtual_name("ephemeral0").build(),
            )
            .build();
        let template = launch_template(&data);
        assert_eq!(template.image_id, Value::Known(None));
        assert_eq!(template.metadata_options.http_tokens, Value::Known(Some("required".to_owned())));
        assert_eq!(template.metadata_options.http_put_response_hop_limit, Value::Known(None));
        let interfaces = template.network_interfaces.known().expect("told");
        assert_eq!(interfaces.len(), 1);
        assert!(interfaces.iter().all(|one| one.associate_public_ip_address.is(&Some(true))));
        let devices = template.block_devices.known().expect("told");
        assert_eq!(devices.iter().map(|device| device.kms_key.clone()).collect::<Vec<_>>(), [links(["key-1"])]);
        assert!(!format!("{template:?}").contains("c2VjcmV0"));
    }
}
