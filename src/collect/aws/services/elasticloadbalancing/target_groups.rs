//! Target groups, with the instances that are registered in them.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{TargetGroup, TargetHealthDescription, TargetTypeEnum};

use super::{TARGET_GROUP, tags};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::elb;
use crate::inventory::{Linked, Value};

pub(super) const DESCRIBE_TARGET_GROUPS: Operation = Operation::listing(
    "Elastic Load Balancing v2.DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetGroups",
    &[TARGET_GROUP],
);
pub(super) const DESCRIBE_TARGET_HEALTH: Operation = Operation::detail(
    "Elastic Load Balancing v2.DescribeTargetHealth",
    "elasticloadbalancing:DescribeTargetHealth",
    &[TARGET_GROUP],
    &["TargetGroupNotFound"],
);

pub(super) async fn collect(context: &Context, client: &Client) {
    let mut found: Vec<TargetGroup> = Vec::new();
    let pages = client.describe_target_groups().into_paginator().send();
    let _ = context
        .pages(&DESCRIBE_TARGET_GROUPS, "", pages, |page| found.extend(page.target_groups.unwrap_or_default()))
        .await;
    let arns: Vec<String> = found.iter().filter_map(|one| one.target_group_arn.clone()).collect();
    let mut tags = tags::of(context, client, &arns).await;
    let targets = context.each(&found, |group| targets(context, client, group)).await;
    for (group, targets) in found.iter().zip(targets) {
        let (Some(arn), Some(targets)) = (group.target_group_arn.clone(), targets) else {
            continue;
        };
        context.add(Described {
            type_name: "AWS::ElasticLoadBalancingV2::TargetGroup",
            name: group.target_group_name.clone(),
            identifiers: group.target_group_name.clone().into_iter().collect(),
            tags: tags.take(&arn),
            attributes: target_group(group, targets),
            arn,
        });
    }
}

/// Returns the instances of a group; nothing if it is gone. Targets of other types are no resources.
async fn targets(context: &Context, client: &Client, group: &TargetGroup) -> Option<Linked> {
    let arn = group.target_group_arn.as_deref()?;
    if group.target_type != Some(TargetTypeEnum::Instance) {
        return Some(Linked::default());
    }
    let call = client.describe_target_health().target_group_arn(arn).send();
    match context.call(&DESCRIBE_TARGET_HEALTH, arn, call).await {
        Ok(answer) => Some(instances(&answer?.target_health_descriptions.unwrap_or_default())),
        Err(reason) => Some(Value::Unknown(reason)),
    }
}

fn instances(targets: &[TargetHealthDescription]) -> Linked {
    links(targets.iter().filter_map(|target| target.target.as_ref()?.id.clone()))
}

fn target_group(group: &TargetGroup, targets: Linked) -> elb::TargetGroup {
    elb::TargetGroup {
        target_type: Value::Known(group.target_type.as_ref().map_or("instance", TargetTypeEnum::as_str).to_owned()),
        protocol: Value::Known(group.protocol.as_ref().map(|protocol| protocol.as_str().to_owned())),
        port: Value::Known(group.port.map(i64::from)),
        vpc: links(group.vpc_id.clone()),
        targets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancingv2::types::{ProtocolEnum, TargetDescription};

    #[test]
    fn a_group_is_read_with_its_instances() {
        let group = TargetGroup::builder()
            .target_type(TargetTypeEnum::Instance)
            .protocol(ProtocolEnum::Http)
            .port(8080)
            .vpc_id("vpc-1")
            .build();
        // One instance may be there on two ports.
        let target = |port| {
            let target = TargetDescription::builder().id("i-1").port(port).build();
            TargetHealthDescription::builder().target(target).build()
        };
        let read = target_group(&group, instances(&[target(80), target(81)]));
        assert_eq!(read.targets, links(["i-1"]));
        assert_eq!(read.vpc, links(["vpc-1"]));
        assert!(read.port.is(&Some(8080)) && read.protocol.is(&Some("HTTP".to_owned())));
    }

    #[test]
    fn a_group_of_a_function_has_neither_port_nor_vpc() {
        let group = TargetGroup::builder().target_type(TargetTypeEnum::Lambda).build();
        let read = target_group(&group, Linked::default());
        assert!(read.target_type.is(&"lambda".to_owned()) && read.port.is(&None));
        assert!(read.vpc.known().unwrap().is_absent());
    }
}
