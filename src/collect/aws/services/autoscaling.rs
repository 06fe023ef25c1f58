//! Amazon EC2 Auto Scaling: groups and the launch configurations that older ones start from. User data
//! is never kept.

use std::collections::BTreeMap;

use aws_sdk_autoscaling::Client;
use aws_sdk_autoscaling::types::{self, AutoScalingGroup, BlockDeviceMapping, LaunchTemplateSpecification};

use crate::collect::aws::context::{Context, Described, client, known_list, links};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::autoscaling::Group;
use crate::inventory::aws::ec2::{BlockDevice, InterfaceSpecification, LaunchTemplate, MetadataOptions};
use crate::inventory::{Linked, Reason, Value};

const GROUP: &str = "aws.autoscaling.group";
const LAUNCH_TEMPLATE: &str = "aws.ec2.launch_template";

pub(super) const SERVICE: Service = Service {
    name: "autoscaling",
    scope: Scope::Regional,
    kinds: &[GROUP, LAUNCH_TEMPLATE],
    operations: &[&DESCRIBE_AUTO_SCALING_GROUPS, &DESCRIBE_LAUNCH_CONFIGURATIONS],
    collect: |context| Box::pin(collect(context)),
};

const DESCRIBE_AUTO_SCALING_GROUPS: Operation =
    Operation::listing("Auto Scaling.DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingGroups", &[GROUP]);
const DESCRIBE_LAUNCH_CONFIGURATIONS: Operation = Operation::listing(
    "Auto Scaling.DescribeLaunchConfigurations",
    "autoscaling:DescribeLaunchConfigurations",
    &[LAUNCH_TEMPLATE],
);

/// ARNs of launch configurations by name, or why there may be others. Groups call them by name, which may
/// be that of a launch template too.
type Configurations = (BTreeMap<String, String>, Result<(), Reason>);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_autoscaling);
    let configurations = launch_configurations(&context, &client).await;
    if !context.wants(GROUP) {
        return;
    }
    let pages = client.describe_auto_scaling_groups().into_paginator().page_size(100).send();
    let read = context.pages(&DESCRIBE_AUTO_SCALING_GROUPS, "", pages, |page| {
        for described in page.auto_scaling_groups.unwrap_or_default() {
            add(&context, described, &configurations);
        }
    });
    // A broken listing is a gap already.
    let _ = read.await;
}

fn add(context: &Context, described: AutoScalingGroup, configurations: &Configurations) {
    // A group that is being deleted takes its instances with it.
    if described.status().is_some_and(|status| status.starts_with("Delete")) {
        return;
    }
    let Some(name) = described.auto_scaling_group_name.clone() else { return };
    let attributes = group(&described, configurations);
    let tags = described.tags.unwrap_or_default().into_iter();
    context.add(Described {
        arn: described
            .auto_scaling_group_arn
            .unwrap_or_else(|| context.arn("autoscaling", &format!("autoScalingGroup::autoScalingGroupName/{name}"))),
        type_name: "AWS::AutoScaling::AutoScalingGroup",
        name: Some(name.clone()),
        identifiers: vec![name],
        tags: Value::Known(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()),
        attributes,
    });
}

fn group(group: &AutoScalingGroup, configurations: &Configurations) -> Group {
    let subnets = group.vpc_zone_identifier().unwrap_or_default().split(',').map(str::trim);
    // Classic load balancers and VPC Lattice are traffic sources too.
    let sources = group.traffic_sources().iter().filter(|source| source.r#type() == Some("elbv2"));
    let target_groups = group.target_group_arns().iter().cloned();
    Group {
        subnets: links(subnets),
        availability_zones: known_list(group.availability_zones().iter().cloned()),
        launch_template: launch_template(group, configurations),
        min_size: Value::Known(group.min_size.map(i64::from)),
        max_size: Value::Known(group.max_size.map(i64::from)),
        target_groups: links(target_groups.chain(sources.filter_map(|source| source.identifier.clone()))),
    }
}

fn launch_template(group: &AutoScalingGroup, (configurations, read): &Configurations) -> Linked {
    if let Some(name) = group.launch_configuration_name().filter(|name| !name.is_empty()) {
        return match (configurations.get(name), read) {
            (Some(arn), _) => links([arn.clone()]),
            (None, Err(reason)) => Value::Unknown(reason.clone()),
            (None, Ok(())) => Value::Unknown(Reason::NotInInput(format!("launch configuration {name}"))),
        };
    }
    let mixed = group.mixed_instances_policy().and_then(|policy| policy.launch_template());
    let overrides = mixed.into_iter().flat_map(types::LaunchTemplate::overrides);
    let named = group
        .launch_template()
        .into_iter()
        .chain(mixed.and_then(|mixed| mixed.launch_template_specification()))
        .chain(overrides.filter_map(|one| one.launch_template_specification()));
    let id =
        |one: &LaunchTemplateSpecification| one.launch_template_id.clone().or_else(|| one.launch_template_name.clone());
    links(named.filter_map(id))
}

async fn launch_configurations(context: &Context, client: &Client) -> Configurations {
    let mut known = BTreeMap::new();
    if !context.wants(GROUP) && !context.wants(LAUNCH_TEMPLATE) {
        return (known, Ok(()));
    }
    let pages = client.describe_launch_configurations().into_paginator().page_size(100).send();
    let read = context.pages(&DESCRIBE_LAUNCH_CONFIGURATIONS, "", pages, |page| {
        for described in page.launch_configurations.unwrap_or_default() {
            let Some(name) = described.launch_configuration_name.clone() else { continue };
            let arn = described.launch_configuration_arn.clone().unwrap_or_else(|| {
                context.arn("autoscaling", &format!("launchConfiguration::launchConfigurationName/{name}"))
            });
            context.add(Described {
                arn: arn.clone(),
                type_name: "AWS::AutoScaling::LaunchConfiguration",
                name: Some(name.clone()),
                // Not by its name: a launch template may have the same.
                identifiers: Vec::new(),
                tags: Value::default(),
                attributes: launch_configuration(&described),
            });
            known.insert(name, arn);
        }
    });
    let read = read.await;
    (known, read)
}

fn launch_configuration(configuration: &types::LaunchConfiguration) -> LaunchTemplate {
    let options = configuration.metadata_options();
    let not_empty = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    LaunchTemplate {
        launch_configuration: Value::Known(true),
        image_id: Value::Known(not_empty(&configuration.image_id)),
        instance_type: Value::Known(not_empty(&configuration.instance_type)),
        security_groups: links(configuration.security_groups().iter().cloned()),
        network_interfaces: Value::Known(vec![InterfaceSpecification {
            associate_public_ip_address: Value::Known(configuration.associate_public_ip_address),
            security_groups: Linked::default(),
            subnet: Linked::default(),
        }]),
        instance_profile: links(configuration.iam_instance_profile.clone()),
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
        block_devices: Value::Known(block_devices(configuration.block_device_mappings())),
    }
}

/// Usual names of root devices.
const ROOTS: &[&str] = &["/dev/xvda", "/dev/sda1", "/dev/sda"];

/// The root device is there without a mapping too.
fn block_devices(mappings: &[BlockDeviceMapping]) -> Vec<BlockDevice> {
    let volumes = mappings.iter().filter_map(|mapping| Some((mapping.device_name.clone(), mapping.ebs()?)));
    let mut devices: Vec<BlockDevice> = volumes
        .map(|(device_name, volume)| BlockDevice {
            device_name: Value::Known(device_name),
            encrypted: Value::Known(volume.encrypted),
            kms_key: Linked::default(),
        })
        .collect();
    let is_root = |device: &BlockDevice| {
        device.device_name.known().and_then(Option::as_deref).is_some_and(|name| ROOTS.contains(&name))
    };
    if !devices.iter().any(is_root) {
        devices.insert(0, BlockDevice::default());
    }
    devices
}

#[cfg(test)]
mod tests {
    use aws_sdk_autoscaling::types::{
        LaunchConfiguration, LaunchTemplate as Mixed, LaunchTemplateOverrides, MixedInstancesPolicy,
        TrafficSourceIdentifier,
    };

    use super::*;

    fn none() -> Configurations {
        (BTreeMap::new(), Ok(()))
    }

    fn specification(id: &str) -> LaunchTemplateSpecification {
        LaunchTemplateSpecification::builder().launch_template_id(id).launch_template_name("web").build()
    }

    #[test]
    fn subnets_are_one_text_and_load_balancers_of_other_kinds_are_no_target_groups() {
        let source = |kind: &str, id: &str| TrafficSourceIdentifier::builder().r#type(kind).identifier(id).build();
        let described = AutoScalingGroup::builder()
            .vpc_zone_identifier("subnet-2, subnet-1")
            .traffic_sources(source("elbv2", "arn:tg-1"))
            .traffic_sources(source("elb", "classic"))
            .target_group_arns("arn:tg-1")
            .min_size(1)
            .max_size(3)
            .build();
        let read = group(&described, &none());
        assert_eq!(read.subnets, links(["subnet-1", "subnet-2"]));
        assert_eq!(read.target_groups, links(["arn:tg-1"]));
        assert_eq!((read.min_size, read.max_size), (Value::Known(Some(1)), Value::Known(Some(3))));
        let nowhere = AutoScalingGroup::builder().vpc_zone_identifier("").build();
        assert_eq!(group(&nowhere, &none()).subnets, Linked::default());
    }

    #[test]
    fn templates_of_mixed_groups_and_their_overrides_are_all_linked() {
        let described = AutoScalingGroup::builder()
            .mixed_instances_policy(
                MixedInstancesPolicy::builder()
                    .launch_template(
                        Mixed::builder()
                            .launch_template_specification(specification("lt-1"))
                            .overrides(
                                LaunchTemplateOverrides::builder()
                                    .launch_template_specification(specification("lt-2"))
                                    .build(),
                            )
                            .build(),
                    )
                    .build(),
            )
            .build();
        assert_eq!(group(&described, &none()).launch_template, links(["lt-1", "lt-2"]));
    }

    #[test]
    fn a_launch_configuration_is_called_by_its_arn() {
        let described = AutoScalingGroup::builder().launch_configuration_name("web").build();
        let known = (BTreeMap::from([("web".to_owned(), "arn:lc".to_owned())]), Ok(()));
        assert_eq!(group(&described, &known).launch_template, links(["arn:lc"]));
        let denied = (BTreeMap::new(), Err(Reason::Denied("autoscaling:DescribeLaunchConfigurations".to_owned())));
        assert!(group(&described, &denied).launch_template.known().is_none());
    }

    #[test]
    fn a_launch_configuration_keeps_no_user_data() {
        let described = LaunchConfiguration::builder().user_data("c2VjcmV0").associate_public_ip_address(true).build();
        let read = launch_configuration(&described);
        assert_eq!(read.launch_configuration, Value::Known(true));
        assert_eq!(read.block_devices.known().map(Vec::len), Some(1));
        assert!(!format!("{read:?}").contains("c2VjcmV0"));
    }
}
