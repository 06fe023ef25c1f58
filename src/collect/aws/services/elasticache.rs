//! Amazon `ElastiCache`: replication groups, cache clusters of their own, subnet groups. In: the
//! `ElastiCache` API. Out: its kinds.

use std::collections::BTreeMap;

use aws_sdk_elasticache::Client;
use aws_sdk_elasticache::types::{CacheCluster, CacheSubnetGroup, ReplicationGroup};
use futures_util::future::join3;

use crate::collect::aws::context::{Context, Described, client, links, value_of};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::elasticache;
use crate::inventory::{Linked, Reason, Value};

const CLUSTER: &str = "aws.elasticache.cluster";
const REPLICATION_GROUP: &str = "aws.elasticache.replication_group";
const SUBNET_GROUP: &str = "aws.elasticache.subnet_group";

pub(super) const SERVICE: Service = Service {
    name: "elasticache",
    scope: Scope::Regional,
    kinds: &[CLUSTER, REPLICATION_GROUP, SUBNET_GROUP],
    operations: &[
        &DESCRIBE_REPLICATION_GROUPS,
        &DESCRIBE_CACHE_CLUSTERS,
        &DESCRIBE_CACHE_SUBNET_GROUPS,
        &LIST_TAGS_FOR_RESOURCE,
    ],
    collect: |context| Box::pin(collect(context)),
};

const DESCRIBE_REPLICATION_GROUPS: Operation = Operation::listing(
    "ElastiCache.DescribeReplicationGroups",
    "elasticache:DescribeReplicationGroups",
    &[REPLICATION_GROUP],
);
// Members tell the subnet group and the security groups of their replication group.
const DESCRIBE_CACHE_CLUSTERS: Operation = Operation::listing(
    "ElastiCache.DescribeCacheClusters",
    "elasticache:DescribeCacheClusters",
    &[CLUSTER, REPLICATION_GROUP],
);
const DESCRIBE_CACHE_SUBNET_GROUPS: Operation = Operation::listing(
    "ElastiCache.DescribeCacheSubnetGroups",
    "elasticache:DescribeCacheSubnetGroups",
    &[SUBNET_GROUP],
);
const LIST_TAGS_FOR_RESOURCE: Operation = Operation::detail(
    "ElastiCache.ListTagsForResource",
    "elasticache:ListTagsForResource",
    &[CLUSTER, REPLICATION_GROUP],
    &["CacheClusterNotFound", "ReplicationGroupNotFoundFault", "InvalidARN", "InvalidReplicationGroupState"],
);

type Tags = Value<BTreeMap<String, String>>;

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_elasticache);
    let mut groups: Vec<ReplicationGroup> = Vec::new();
    let mut clusters: Vec<CacheCluster> = Vec::new();
    let ((), members, ()) = join3(
        async {
            if context.wants(REPLICATION_GROUP) {
                let pages = client.describe_replication_groups().into_paginator().page_size(100).send();
                // A broken listing is a gap already.
                let _ = context
                    .pages(&DESCRIBE_REPLICATION_GROUPS, "", pages, |page| {
                        groups.extend(page.replication_groups.unwrap_or_default());
                    })
                    .await;
            }
        },
        async {
            if !context.wants(REPLICATION_GROUP) && !context.wants(CLUSTER) {
                return Ok(());
            }
            let pages = client.describe_cache_clusters().into_paginator().page_size(100).send();
            context
                .pages(&DESCRIBE_CACHE_CLUSTERS, "", pages, |page| {
                    clusters.extend(page.cache_clusters.unwrap_or_default());
                })
                .await
        },
        subnet_groups(&context, &client),
    )
    .await;
    let (context, client) = (&context, &client);
    let (clusters_ref, members) = (&clusters, &members);
    context
        .each(groups, |told| async move {
            let name = told.replication_group_id.clone().unwrap_or_default();
            let arn =
                told.arn.clone().unwrap_or_else(|| context.arn("elasticache", &format!("replicationgroup:{name}")));
            let tags = tags(context, client, &arn).await;
            let member = clusters_ref.iter().find(|one| one.replication_group_id.as_ref() == Some(&name));
            context.add(replication_group(context, arn, &told, member, members.as_ref().err(), tags));
        })
        .await;
    if context.wants(CLUSTER) {
        // A member is judged as its replication group, as in a plan.
        let own = clusters_ref.iter().filter(|one| one.replication_group_id.is_none());
        context
            .each(own, |told| async move {
                let name = told.cache_cluster_id.clone().unwrap_or_default();
                let arn = told.arn.clone().unwrap_or_else(|| context.arn("elasticache", &format!("cluster:{name}")));
                let tags = tags(context, client, &arn).await;
                context.add(cluster(context, arn, told, tags));
            })
            .await;
    }
}

async fn tags(context: &Context, client: &Client, arn: &str) -> Tags {
    let answer = client.list_tags_for_resource().resource_name(arn).send();
    value_of(context.call(&LIST_TAGS_FOR_RESOURCE, arn, answer).await, |answer| {
        let tags = answer.and_then(|answer| answer.tag_list).unwrap_or_default();
        tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
    })
}

async fn subnet_groups(context: &Context, client: &Client) {
    if !context.wants(SUBNET_GROUP) {
        return;
    }
    let pages = client.describe_cache_subnet_groups().into_paginator().page_size(100).send();
    let read = context.pages(&DESCRIBE_CACHE_SUBNET_GROUPS, "", pages, |page| {
        for told in page.cache_subnet_groups.unwrap_or_default() {
            context.add(subnet_group(context, &told));
        }
    });
    let _ = read.await;
}

fn replication_group(
    context: &Context,
    arn: String,
    told: &ReplicationGroup,
    member: Option<&CacheCluster>,
    unread: Option<&Reason>,
    tags: Tags,
) -> Described<elasticache::ReplicationGroup> {
    let name = told.replication_group_id.clone().unwrap_or_default();
    let of_member = |read: &dyn Fn(&CacheCluster) -> Linked| match (member, unread) {
        (Some(member), _) => read(member),
        (None, Some(reason)) => Value::Unknown(reason.clone()),
        (None, None) => Value::Unknown(Reason::Unresolved(format!("a member of the replication group {name}"))),
    };
    let engine = told.engine.clone().or_else(|| member.and_then(|member| member.engine.clone()));
    Described {
        arn,
        type_name: "AWS::ElastiCache::ReplicationGroup",
        attributes: elasticache::ReplicationGroup {
            engine: Value::Known(Some(engine.unwrap_or_else(|| "redis".to_owned()))),
            subnet_group: of_member(&|member| subnet_group_of(context, member)),
            security_groups: of_member(&security_groups),
            at_rest_encryption: Value::Known(told.at_rest_encryption_enabled.unwrap_or(false)),
            transit_encryption: Value::Known(told.transit_encryption_enabled.unwrap_or(false)),
        },
        identifiers: vec![name.clone()],
        name: Some(name),
        tags,
    }
}

fn cluster(context: &Context, arn: String, told: &CacheCluster, tags: Tags) -> Described<elasticache::Cluster> {
    let name = told.cache_cluster_id.clone().unwrap_or_default();
    Described {
        arn,
        type_name: "AWS::ElastiCache::CacheCluster",
        attributes: elasticache::Cluster {
            engine: Value::Known(told.engine.clone()),
            replication_group: Linked::default(),
            subnet_group: subnet_group_of(context, told),
            security_groups: security_groups(told),
        },
        identifiers: vec![name.clone()],
        name: Some(name),
        tags,
    }
}

fn subnet_group(context: &Context, told: &CacheSubnetGroup) -> Described<elasticache::SubnetGroup> {
    let name = told.cache_subnet_group_name.clone().unwrap_or_default();
    Described {
        arn: context.arn("elasticache", &format!("subnetgroup:{name}")),
        type_name: "AWS::ElastiCache::SubnetGroup",
        attributes: elasticache::SubnetGroup {
            subnets: links(told.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone())),
        },
        identifiers: vec![name.clone()],
        name: Some(name),
        tags: Value::Unknown(Reason::NotInInput("tags, which hfscan does not read here".to_owned())),
    }
}

fn subnet_group_of(context: &Context, told: &CacheCluster) -> Linked {
    let name = told.cache_subnet_group_name.iter();
    links(name.map(|name| context.arn("elasticache", &format!("subnetgroup:{name}"))))
}

fn security_groups(told: &CacheCluster) -> Linked {
    links(told.security_groups().iter().filter_map(|group| group.security_group_id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::aws::services::offline;
    use crate::inventory::{Links, Target};
    use aws_sdk_elasticache::types::SecurityGroupMembership;

    fn literal(name: &str) -> Linked {
        Value::Known(Links::all([Target::Literal(name.to_owned())]))
    }

    fn member() -> CacheCluster {
        CacheCluster::builder()
            .cache_cluster_id("sessions-001")
            .replication_group_id("sessions")
            .engine("valkey")
            .cache_subnet_group_name("caches")
            .security_groups(SecurityGroupMembership::builder().security_group_id("sg-1").build())
            .build()
    }

    #[test]
    fn a_replication_group_takes_its_network_from_a_member() {
        let context = offline("elasticache", "us-east-1");
        let told =
            ReplicationGroup::builder().replication_group_id("sessions").transit_encryption_enabled(true).build();
        let of = |member: Option<&CacheCluster>, unread: Option<&Reason>| {
            replication_group(&context, "arn".to_owned(), &told, member, unread, Value::default()).attributes
        };
        let group = of(Some(&member()), None);
        assert_eq!(group.subnet_group, literal("arn:aws:elasticache:us-east-1:111122223333:subnetgroup:caches"));
        assert_eq!(group.security_groups, literal("sg-1"));
        assert!(group.engine.is(&Some("valkey".to_owned())));
        assert!(group.at_rest_encryption.is(&false) && group.transit_encryption.is(&true));
        let denied = Reason::Denied("elasticache:DescribeCacheClusters".to_owned());
        assert_eq!(of(None, Some(&denied)).subnet_group.reason(), Some(&denied));
        assert!(of(None, None).security_groups.reason().is_some(), "no member is not the same as no group");
    }

    #[test]
    fn a_cluster_links_to_its_subnet_group_by_the_id_that_this_has() {
        let context = offline("elasticache", "us-east-1");
        let cluster = cluster(&context, "arn".to_owned(), &member(), Value::default()).attributes;
        let group = subnet_group(&context, &CacheSubnetGroup::builder().cache_subnet_group_name("caches").build());
        assert_eq!(cluster.subnet_group, literal(&group.arn));
    }
}
