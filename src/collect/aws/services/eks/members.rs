//! What belongs to a cluster: node groups, Fargate profiles, add-ons, pod identity associations.

use aws_sdk_eks::Client;
use aws_sdk_eks::types::{Addon, FargateProfile, Nodegroup, PodIdentityAssociation, PodIdentityAssociationSummary};

use super::{
    ADDON, DESCRIBE_ADDON, DESCRIBE_FARGATE_PROFILE, DESCRIBE_NODEGROUP, DESCRIBE_POD_IDENTITY_ASSOCIATION,
    FARGATE_PROFILE, LIST_ADDONS, LIST_FARGATE_PROFILES, LIST_NODEGROUPS, LIST_POD_IDENTITY_ASSOCIATIONS, NODE_GROUP,
    POD_IDENTITY_ASSOCIATION, tags, told,
};
use crate::collect::aws::context::{Context, Described, links};
use crate::inventory::aws::eks;
use crate::inventory::{Linked, Reason, Value};

pub(super) async fn node_groups(context: &Context, client: &Client, cluster: &str) {
    if !context.wants(NODE_GROUP) {
        return;
    }
    let mut names: Vec<String> = Vec::new();
    let listed = client.list_nodegroups().cluster_name(cluster).into_paginator().send();
    let _ = context
        .pages(&LIST_NODEGROUPS, cluster, listed, |page| names.extend(page.nodegroups.unwrap_or_default()))
        .await;
    context
        .each(names, |name| async move {
            let subject = format!("{cluster}/{name}");
            let call = client.describe_nodegroup().cluster_name(cluster).nodegroup_name(&name).send();
            let answer = context.call(&DESCRIBE_NODEGROUP, &subject, call).await;
            if let Some(described) = answer.map(|answer| answer.and_then(|answer| answer.nodegroup)).transpose() {
                let arn = context.arn("eks", &format!("nodegroup/{subject}"));
                context.add(node_group(&arn, cluster, &name, described.as_ref()));
            }
        })
        .await;
}

pub(super) async fn fargate_profiles(context: &Context, client: &Client, cluster: &str) {
    if !context.wants(FARGATE_PROFILE) {
        return;
    }
    let mut names: Vec<String> = Vec::new();
    let listed = client.list_fargate_profiles().cluster_name(cluster).into_paginator().send();
    let _ = context
        .pages(&LIST_FARGATE_PROFILES, cluster, listed, |page| {
            names.extend(page.fargate_profile_names.unwrap_or_default());
        })
        .await;
    context
        .each(names, |name| async move {
            let subject = format!("{cluster}/{name}");
            let call = client.describe_fargate_profile().cluster_name(cluster).fargate_profile_name(&name).send();
            let answer = context.call(&DESCRIBE_FARGATE_PROFILE, &subject, call).await;
            if let Some(described) = answer.map(|answer| answer.and_then(|answer| answer.fargate_profile)).transpose() {
                let arn = context.arn("eks", &format!("fargateprofile/{subject}"));
                context.add(fargate_profile(&arn, cluster, &name, described.as_ref()));
            }
        })
        .await;
}

pub(super) async fn addons(context: &Context, client: &Client, cluster: &str) {
    if !context.wants(ADDON) {
        return;
    }
    let mut names: Vec<String> = Vec::new();
    let listed = client.list_addons().cluster_name(cluster).into_paginator().send();
    let _ = context.pages(&LIST_ADDONS, cluster, listed, |page| names.extend(page.addons.unwrap_or_default())).await;
    context
        .each(names, |name| async move {
            let subject = format!("{cluster}/{name}");
            let call = client.describe_addon().cluster_name(cluster).addon_name(&name).send();
            let answer = context.call(&DESCRIBE_ADDON, &subject, call).await;
            if let Some(described) = answer.map(|answer| answer.and_then(|answer| answer.addon)).transpose() {
                let arn = context.arn("eks", &format!("addon/{subject}"));
                context.add(addon(&arn, cluster, &name, described.as_ref()));
            }
        })
        .await;
}

pub(super) async fn associations(context: &Context, client: &Client, cluster: &str) {
    if !context.wants(POD_IDENTITY_ASSOCIATION) {
        return;
    }
    let mut listed_all: Vec<PodIdentityAssociationSummary> = Vec::new();
    let listed = client.list_pod_identity_associations().cluster_name(cluster).into_paginator().send();
    let _ = context
        .pages(&LIST_POD_IDENTITY_ASSOCIATIONS, cluster, listed, |page| {
            listed_all.extend(page.associations.unwrap_or_default());
        })
        .await;
    context
        .each(listed_all, |summary| async move {
            let id = summary.association_id.clone().unwrap_or_default();
            let subject = format!("{cluster}/{id}");
            let call = client.describe_pod_identity_association().cluster_name(cluster).association_id(&id).send();
            let answer = context.call(&DESCRIBE_POD_IDENTITY_ASSOCIATION, &subject, call).await;
            // The list tells everything but the role.
            if let Some(described) = answer.map(|answer| answer.and_then(|answer| answer.association)).transpose() {
                let arn = context.arn("eks", &format!("podidentityassociation/{subject}"));
                context.add(association(&arn, cluster, summary, described.as_ref()));
            }
        })
        .await;
}

fn node_group(
    arn: &str,
    cluster: &str,
    name: &str,
    described: Result<&Nodegroup, &Reason>,
) -> Described<eks::NodeGroup> {
    let size = |read: fn(&aws_sdk_eks::types::NodegroupScalingConfig) -> Option<i32>| {
        told(described, |group| group.scaling_config.as_ref().and_then(read).map(i64::from))
    };
    let attributes = eks::NodeGroup {
        node_group_name: Value::Known(Some(name.to_owned())),
        cluster: links([cluster]),
        role: linked(told(described, |group| group.node_role.clone().into_iter().collect())),
        subnets: linked(told(described, |group| group.subnets().to_vec())),
        launch_template: linked(told(described, |group| {
            let template = group.launch_template.as_ref();
            template.and_then(|template| template.id.clone().or_else(|| template.name.clone())).into_iter().collect()
        })),
        ami_type: told(described, |group| group.ami_type.as_ref().map(|ami_type| ami_type.as_str().to_owned())),
        instance_types: told(described, |group| group.instance_types().iter().cloned().map(Value::Known).collect()),
        capacity_type: told(described, |group| {
            let capacity = group.capacity_type.as_ref().map_or("ON_DEMAND", |capacity| capacity.as_str());
            Some(capacity.to_owned())
        }),
        min_size: size(|scaling| scaling.min_size),
        max_size: size(|scaling| scaling.max_size),
        desired_size: size(|scaling| scaling.desired_size),
        labels: told(described, |group| {
            tags(group.labels()).into_iter().map(|(key, value)| (key, Value::Known(value))).collect()
        }),
        taints: told(described, |group| {
            group.taints().iter().map(|taint| Value::Known(taint.key.clone().unwrap_or_default())).collect()
        }),
        version: told(described, |group| group.version.clone()),
        remote_access_security_groups: linked(told(described, |group| {
            group.remote_access.as_ref().map(|remote| remote.source_security_groups().to_vec()).unwrap_or_default()
        })),
        remote_access_key: told(described, |group| group.remote_access.as_ref()?.ec2_ssh_key.clone()),
    };
    Described {
        arn: described.ok().and_then(|group| group.nodegroup_arn.clone()).unwrap_or_else(|| arn.to_owned()),
        type_name: "AWS::EKS::Nodegroup",
        name: Some(name.to_owned()),
        // Its name is its own within its cluster only.
        identifiers: Vec::new(),
        tags: told(described, |group| tags(group.tags())),
        attributes,
    }
}

fn fargate_profile(
    arn: &str,
    cluster: &str,
    name: &str,
    described: Result<&FargateProfile, &Reason>,
) -> Described<eks::FargateProfile> {
    Described {
        arn: described.ok().and_then(|profile| profile.fargate_profile_arn.clone()).unwrap_or_else(|| arn.to_owned()),
        type_name: "AWS::EKS::FargateProfile",
        name: Some(name.to_owned()),
        identifiers: Vec::new(),
        tags: told(described, |profile| tags(profile.tags())),
        attributes: eks::FargateProfile {
            cluster: links([cluster]),
            subnets: linked(told(described, |profile| profile.subnets().to_vec())),
            role: linked(told(described, |profile| profile.pod_execution_role_arn.clone().into_iter().collect())),
        },
    }
}

fn addon(arn: &str, cluster: &str, name: &str, described: Result<&Addon, &Reason>) -> Described<eks::Addon> {
    Described {
        arn: described.ok().and_then(|addon| addon.addon_arn.clone()).unwrap_or_else(|| arn.to_owned()),
        type_name: "AWS::EKS::Addon",
        name: Some(name.to_owned()),
        identifiers: Vec::new(),
        tags: told(described, |addon| tags(addon.tags())),
        attributes: eks::Addon {
            addon_name: Value::Known(Some(name.to_owned())),
            cluster: links([cluster]),
            role: linked(told(described, |addon| addon.service_account_role_arn.clone().into_iter().collect())),
            pod_identity: told(described, |addon| !addon.pod_identity_associations().is_empty()),
        },
    }
}

fn association(
    arn: &str,
    cluster: &str,
    summary: PodIdentityAssociationSummary,
    described: Result<&PodIdentityAssociation, &Reason>,
) -> Described<eks::PodIdentityAssociation> {
    Described {
        arn: summary.association_arn.unwrap_or_else(|| arn.to_owned()),
        type_name: "AWS::EKS::PodIdentityAssociation",
        name: summary.service_account.clone(),
        identifiers: Vec::new(),
        tags: told(described, |association| tags(association.tags())),
        attributes: eks::PodIdentityAssociation {
            cluster: links([cluster]),
            namespace: Value::Known(summary.namespace),
            service_account: Value::Known(summary.service_account),
            role: linked(told(described, |association| association.role_arn.clone().into_iter().collect())),
        },
    }
}

fn linked(names: Value<Vec<String>>) -> Linked {
    names.and_then(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Links, Target};
    use aws_sdk_eks::types::{
        AmiTypes, LaunchTemplateSpecification, NodegroupScalingConfig, RemoteAccessConfig, Taint,
    };

    fn literals(names: &[&str]) -> Linked {
        Value::Known(Links::all(names.iter().map(|&name| Target::Literal(name.to_owned()))))
    }

    #[test]
    fn a_node_group_links_to_its_cluster_role_and_template() {
        let group = Nodegroup::builder()
            .nodegroup_arn("arn:aws:eks:us-east-1:111122223333:nodegroup/main/workers/1a2b")
            .node_role("arn:aws:iam::111122223333:role/node")
            .subnets("subnet-1")
            .ami_type(AmiTypes::Al2023X8664Standard)
            .scaling_config(NodegroupScalingConfig::builder().min_size(2).max_size(6).desired_size(3).build())
            .launch_template(LaunchTemplateSpecification::builder().id("lt-1").name("nodes").version("4").build())
            .remote_access(RemoteAccessConfig::builder().ec2_ssh_key("ops").source_security_groups("sg-ssh").build())
            .taints(Taint::builder().key("gpu").value("true").build())
            .labels("tier", "web")
            .build();
        let described = node_group("unused", "main", "workers", Ok(&group));
        assert!(described.arn.ends_with("/1a2b") && described.identifiers.is_empty());
        let group = described.attributes;
        assert_eq!(group.cluster, literals(&["main"]));
        assert_eq!(group.role, literals(&["arn:aws:iam::111122223333:role/node"]));
        assert_eq!(group.launch_template, literals(&["lt-1"]));
        assert_eq!(group.remote_access_security_groups, literals(&["sg-ssh"]));
        assert!(group.remote_access_key.is(&Some("ops".to_owned())));
        assert!(group.capacity_type.is(&Some("ON_DEMAND".to_owned())));
        assert!(group.min_size.is(&Some(2)) && group.max_size.is(&Some(6)) && group.desired_size.is(&Some(3)));
        assert!(group.ami_type.is(&Some("AL2023_x86_64_STANDARD".to_owned())));
        assert_eq!(group.taints, Value::Known(vec![Value::Known("gpu".to_owned())]));
        assert_eq!(group.instance_types, Value::Known(Vec::new()));
    }

    #[test]
    fn members_that_may_not_be_described_still_belong_to_their_cluster() {
        let reason = Reason::Denied("eks:DescribeNodegroup".to_owned());
        let group = node_group("arn:made", "main", "workers", Err(&reason));
        assert_eq!(group.arn, "arn:made");
        assert_eq!(group.attributes.cluster, literals(&["main"]));
        assert_eq!(group.attributes.launch_template.reason(), Some(&reason));
        assert_eq!(group.attributes.labels.reason(), Some(&reason));
        let profile = fargate_profile("arn:made", "main", "jobs", Err(&reason)).attributes;
        assert_eq!((profile.cluster, profile.subnets.reason()), (literals(&["main"]), Some(&reason)));
        let addon = addon("arn:made", "main", "vpc-cni", Err(&reason)).attributes;
        assert!(addon.addon_name.is(&Some("vpc-cni".to_owned())));
        assert_eq!(addon.pod_identity.reason(), Some(&reason));
    }

    #[test]
    fn an_association_has_its_role_from_its_description_only() {
        let summary = || {
            PodIdentityAssociationSummary::builder()
                .association_arn("arn:aws:eks:us-east-1:111122223333:podidentityassociation/main/a-1")
                .namespace("shop")
                .service_account("cart")
                .build()
        };
        let told = PodIdentityAssociation::builder().role_arn("arn:aws:iam::111122223333:role/cart").build();
        let known = association("unused", "main", summary(), Ok(&told));
        assert!(known.arn.ends_with("/a-1"));
        assert_eq!(known.attributes.role, literals(&["arn:aws:iam::111122223333:role/cart"]));
        let reason = Reason::Denied("eks:DescribePodIdentityAssociation".to_owned());
        let unknown = association("unused", "main", summary(), Err(&reason)).attributes;
        assert_eq!(unknown.role.reason(), Some(&reason));
        assert!(unknown.service_account.is(&Some("cart".to_owned())));
    }

    #[test]
    fn an_addon_with_associations_of_its_own_uses_pod_identity() {
        let of = |told: &Addon| addon("arn", "main", "vpc-cni", Ok(told)).attributes;
        assert!(of(&Addon::builder().build()).pod_identity.is(&false));
        let associated = Addon::builder().pod_identity_associations("arn:aws:eks:::a-1").build();
        assert!(of(&associated).pod_identity.is(&true));
    }
}
