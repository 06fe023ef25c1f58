//! Amazon EKS: clusters, and what belongs to each of them. In: the EKS API, and EC2 for the rules of the
//! group that EKS makes for a cluster. Out: kinds of EKS.

mod cluster;
pub(crate) mod group;
mod members;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use aws_sdk_eks::Client;
use aws_sdk_eks::types::Cluster;
use futures_util::future::join5;

use crate::collect::aws::context::{Context, client};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::{Reason, Value};

const ADDON: &str = "aws.eks.addon";
const CLUSTER: &str = "aws.eks.cluster";
const FARGATE_PROFILE: &str = "aws.eks.fargate_profile";
const NODE_GROUP: &str = "aws.eks.node_group";
const POD_IDENTITY_ASSOCIATION: &str = "aws.eks.pod_identity_association";
const KINDS: &[&str] = &[ADDON, CLUSTER, FARGATE_PROFILE, NODE_GROUP, POD_IDENTITY_ASSOCIATION];

pub(super) const SERVICE: Service = Service {
    name: "eks",
    scope: Scope::Regional,
    kinds: KINDS,
    operations: &[
        &LIST_CLUSTERS,
        &LIST_NODEGROUPS,
        &LIST_FARGATE_PROFILES,
        &LIST_ADDONS,
        &LIST_POD_IDENTITY_ASSOCIATIONS,
        &DESCRIBE_CLUSTER,
        &DESCRIBE_NODEGROUP,
        &DESCRIBE_FARGATE_PROFILE,
        &DESCRIBE_ADDON,
        &DESCRIBE_POD_IDENTITY_ASSOCIATION,
        &group::DESCRIBE_SECURITY_GROUPS,
    ],
    collect: |context| Box::pin(collect(context)),
};

/// The cluster, or what belongs to it, went away between the list and the look.
const GONE: &[&str] = &["ResourceNotFoundException"];

const LIST_CLUSTERS: Operation = Operation::listing("EKS.ListClusters", "eks:ListClusters", KINDS);
const LIST_NODEGROUPS: Operation =
    Operation { absent: GONE, ..Operation::listing("EKS.ListNodegroups", "eks:ListNodegroups", &[NODE_GROUP]) };
const LIST_FARGATE_PROFILES: Operation = Operation {
    absent: GONE,
    ..Operation::listing("EKS.ListFargateProfiles", "eks:ListFargateProfiles", &[FARGATE_PROFILE])
};
const LIST_ADDONS: Operation =
    Operation { absent: GONE, ..Operation::listing("EKS.ListAddons", "eks:ListAddons", &[ADDON]) };
const LIST_POD_IDENTITY_ASSOCIATIONS: Operation = Operation {
    absent: GONE,
    ..Operation::listing(
        "EKS.ListPodIdentityAssociations",
        "eks:ListPodIdentityAssociations",
        &[POD_IDENTITY_ASSOCIATION],
    )
};
const DESCRIBE_CLUSTER: Operation = Operation::detail("EKS.DescribeCluster", "eks:DescribeCluster", &[CLUSTER], GONE);
const DESCRIBE_NODEGROUP: Operation =
    Operation::detail("EKS.DescribeNodegroup", "eks:DescribeNodegroup", &[NODE_GROUP], GONE);
const DESCRIBE_FARGATE_PROFILE: Operation =
    Operation::detail("EKS.DescribeFargateProfile", "eks:DescribeFargateProfile", &[FARGATE_PROFILE], GONE);
const DESCRIBE_ADDON: Operation = Operation::detail("EKS.DescribeAddon", "eks:DescribeAddon", &[ADDON], GONE);
const DESCRIBE_POD_IDENTITY_ASSOCIATION: Operation = Operation::detail(
    "EKS.DescribePodIdentityAssociation",
    "eks:DescribePodIdentityAssociation",
    &[POD_IDENTITY_ASSOCIATION],
    GONE,
);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_eks);
    let mut names: Vec<String> = Vec::new();
    let listed = client.list_clusters().into_paginator().send();
    // A broken listing is a gap already; the clusters that it did tell are read all the same.
    let _ = context.pages(&LIST_CLUSTERS, "", listed, |page| names.extend(page.clusters.unwrap_or_default())).await;
    let clusters = context.each(&names, |name| one(&context, &client, name)).await;
    let clusters: Vec<(&String, Described)> =
        names.iter().zip(clusters).filter_map(|(name, cluster)| Some((name, cluster?))).collect();
    let groups = clusters.iter().filter_map(|(_, described)| cluster::group_of(described.as_ref().ok()?));
    let groups = group::read(&context, groups.map(str::to_owned)).await;
    for (name, described) in clusters {
        let own = described.as_ref().ok().and_then(cluster::group_of).and_then(|id| groups.get(id));
        context.add(cluster::of(&context.arn("eks", &format!("cluster/{name}")), name, described.as_ref(), own));
    }
}

/// What the API tells of a cluster, or why it does not.
type Described = Result<Cluster, Reason>;

/// Reads a cluster and all that belongs to it. Returns the cluster if its kind is wanted and it is still
/// there.
async fn one(context: &Context, client: &Client, name: &str) -> Option<Described> {
    let described = async {
        if !context.wants(CLUSTER) {
            return None;
        }
        let answer = context.call(&DESCRIBE_CLUSTER, name, client.describe_cluster().name(name).send()).await;
        answer.map(|answer| answer.and_then(|answer| answer.cluster)).transpose()
    };
    let (described, ..) = join5(
        described,
        members::node_groups(context, client, name),
        members::fargate_profiles(context, client, name),
        members::addons(context, client, name),
        members::associations(context, client, name),
    )
    .await;
    described
}

/// Reads something of what was described; it is unknown when the description is.
fn told<T, V>(described: Result<&T, &Reason>, read: impl FnOnce(&T) -> V) -> Value<V> {
    match described {
        Ok(described) => Value::Known(read(described)),
        Err(reason) => Value::Unknown(reason.clone()),
    }
}

fn tags(tags: Option<&HashMap<String, String>>) -> BTreeMap<String, String> {
    tags.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}
