//! Amazon RDS and Aurora: databases, global databases, proxies, and the groups that databases name. In:
//! the RDS API. Out: kinds of RDS. Neptune and `DocumentDB`, which the same API tells, are other services.

pub(crate) mod databases;
mod parameters;
mod proxies;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbSubnetGroup, Tag};
use futures_util::future::{join, join4};

use crate::collect::aws::context::{Context, Described, client, links};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::rds::SubnetGroup;
use crate::inventory::{Reason, Value};

const CLUSTER: &str = "aws.rds.cluster";
const GLOBAL_CLUSTER: &str = "aws.rds.global_cluster";
const INSTANCE: &str = "aws.rds.instance";
const PARAMETER_GROUP: &str = "aws.rds.parameter_group";
const PROXY: &str = "aws.rds.proxy";
const SUBNET_GROUP: &str = "aws.rds.subnet_group";

pub(super) const SERVICE: Service = Service {
    name: "rds",
    scope: Scope::Regional,
    kinds: &[CLUSTER, GLOBAL_CLUSTER, INSTANCE, PARAMETER_GROUP, PROXY, SUBNET_GROUP],
    operations: &[
        &DESCRIBE_DB_INSTANCES,
        &DESCRIBE_DB_CLUSTERS,
        &DESCRIBE_GLOBAL_CLUSTERS,
        &DESCRIBE_DB_SUBNET_GROUPS,
        &parameters::DESCRIBE_DB_PARAMETER_GROUPS,
        &parameters::DESCRIBE_DB_CLUSTER_PARAMETER_GROUPS,
        &parameters::DESCRIBE_DB_PARAMETERS,
        &parameters::DESCRIBE_DB_CLUSTER_PARAMETERS,
        &proxies::DESCRIBE_DB_PROXIES,
        &proxies::DESCRIBE_DB_PROXY_TARGETS,
        &proxies::LIST_TAGS_FOR_RESOURCE,
    ],
    collect: |context| Box::pin(collect(context)),
};

// Databases tell which parameter groups are in use.
const DESCRIBE_DB_INSTANCES: Operation =
    Operation::listing("RDS.DescribeDBInstances", "rds:DescribeDBInstances", &[INSTANCE, PARAMETER_GROUP]);
const DESCRIBE_DB_CLUSTERS: Operation =
    Operation::listing("RDS.DescribeDBClusters", "rds:DescribeDBClusters", &[CLUSTER, PARAMETER_GROUP]);
const DESCRIBE_GLOBAL_CLUSTERS: Operation =
    Operation::listing("RDS.DescribeGlobalClusters", "rds:DescribeGlobalClusters", &[GLOBAL_CLUSTER]);
const DESCRIBE_DB_SUBNET_GROUPS: Operation =
    Operation::listing("RDS.DescribeDBSubnetGroups", "rds:DescribeDBSubnetGroups", &[SUBNET_GROUP]);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_rds);
    join4(
        databases_and_parameters(&context, &client),
        global_clusters(&context, &client),
        subnet_groups(&context, &client),
        proxies::collect(&context, &client),
    )
    .await;
}

async fn databases_and_parameters(context: &Context, client: &Client) {
    let mut used = parameters::Used::default();
    let mut used_by_clusters = BTreeSet::new();
    let parameters_wanted = context.wants(PARAMETER_GROUP);
    let instances = async {
        if !context.wants(INSTANCE) && !parameters_wanted {
            return;
        }
        let pages = client.describe_db_instances().into_paginator().page_size(100).send();
        let read = context.pages(&DESCRIBE_DB_INSTANCES, "", pages, |page| {
            for told in page.db_instances.unwrap_or_default() {
                if is_other_service(told.engine.as_deref()) {
                    continue;
                }
                used.instances.extend(databases::parameter_groups(&told).map(str::to_owned));
                if context.wants(INSTANCE) {
                    context.add(databases::instance(context, &told));
                }
            }
        });
        // A broken listing is a gap already; what it did tell stays.
        let _ = read.await;
    };
    let clusters = async {
        if !context.wants(CLUSTER) && !parameters_wanted {
            return;
        }
        let pages = client.describe_db_clusters().into_paginator().page_size(100).send();
        let read = context.pages(&DESCRIBE_DB_CLUSTERS, "", pages, |page| {
            for told in page.db_clusters.unwrap_or_default() {
                if is_other_service(told.engine.as_deref()) {
                    continue;
                }
                used_by_clusters.extend(told.db_cluster_parameter_group.clone());
                if context.wants(CLUSTER) {
                    context.add(databases::cluster(context, &told));
                }
            }
        });
        let _ = read.await;
    };
    join(instances, clusters).await;
    used.clusters = used_by_clusters;
    if parameters_wanted {
        parameters::collect(context, client, &used).await;
    }
}

/// Neptune and `DocumentDB` answer to the same calls.
pub(crate) fn is_other_service(engine: Option<&str>) -> bool {
    matches!(engine, Some("neptune" | "docdb"))
}

async fn global_clusters(context: &Context, client: &Client) {
    if !context.wants(GLOBAL_CLUSTER) {
        return;
    }
    let pages = client.describe_global_clusters().into_paginator().page_size(100).send();
    let read = context.pages(&DESCRIBE_GLOBAL_CLUSTERS, "", pages, |page| {
        for told in page.global_clusters.unwrap_or_default() {
            // Every region of a member tells it: it counts where its writer is.
            let here = databases::region_of_writer(&told).is_none_or(|region| region == context.region());
            if here && !is_other_service(told.engine.as_deref()) {
                context.add(databases::global_cluster(context, &told));
            }
        }
    });
    let _ = read.await;
}

async fn subnet_groups(context: &Context, client: &Client) {
    if !context.wants(SUBNET_GROUP) {
        return;
    }
    let pages = client.describe_db_subnet_groups().into_paginator().page_size(100).send();
    let read = context.pages(&DESCRIBE_DB_SUBNET_GROUPS, "", pages, |page| {
        for told in page.db_subnet_groups.unwrap_or_default() {
            context.add(subnet_group(context, &told));
        }
    });
    let _ = read.await;
}

fn subnet_group(context: &Context, told: &DbSubnetGroup) -> Described<SubnetGroup> {
    let name = told.db_subnet_group_name.clone().unwrap_or_default();
    Described {
        arn: context.arn("rds", &format!("subgrp:{name}")),
        type_name: "AWS::RDS::DBSubnetGroup",
        name: Some(name.clone()),
        identifiers: vec![name],
        tags: untold_tags(),
        attributes: SubnetGroup {
            subnets: links(told.subnets().iter().filter_map(|subnet| subnet.subnet_identifier.clone())),
        },
    }
}

/// Tags that would cost a call for each group, and that nothing reads.
fn untold_tags() -> Value<BTreeMap<String, String>> {
    Value::Unknown(Reason::NotInInput("tags, which hfscan does not read here".to_owned()))
}

fn tags(tags: &[Tag]) -> BTreeMap<String, String> {
    let named = tags.iter().filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default())));
    named.collect()
}
