//! RDS proxies with the databases that they stand before.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbProxy, DbProxyTarget};
use futures_util::future::join;

use super::databases::own;
use super::{PROXY, tags};
use crate::collect::aws::context::{Context, Described, links, value_of};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::rds::Proxy;
use crate::inventory::{Linked, Value};

/// The proxy went away between the list and the look, or has no targets yet.
const GONE: &[&str] =
    &["DBProxyNotFoundFault", "DBProxyTargetGroupNotFoundFault", "DBProxyTargetNotFoundFault", "DBProxyNotFound"];

pub(super) const DESCRIBE_DB_PROXIES: Operation =
    Operation::listing("RDS.DescribeDBProxies", "rds:DescribeDBProxies", &[PROXY]);
pub(super) const DESCRIBE_DB_PROXY_TARGETS: Operation =
    Operation::detail("RDS.DescribeDBProxyTargets", "rds:DescribeDBProxyTargets", &[PROXY], GONE);
pub(super) const LIST_TAGS_FOR_RESOURCE: Operation =
    Operation::detail("RDS.ListTagsForResource", "rds:ListTagsForResource", &[PROXY], GONE);

pub(super) async fn collect(context: &Context, client: &Client) {
    if !context.wants(PROXY) {
        return;
    }
    let mut proxies: Vec<DbProxy> = Vec::new();
    let pages = client.describe_db_proxies().into_paginator().page_size(100).send();
    // A broken listing is a gap already.
    let _ = context
        .pages(&DESCRIBE_DB_PROXIES, "", pages, |page| proxies.extend(page.db_proxies.unwrap_or_default()))
        .await;
    context
        .each(proxies, |told| async move {
            let name = told.db_proxy_name.clone().unwrap_or_default();
            let arn = told.db_proxy_arn.clone().unwrap_or_else(|| own(context, "db-proxy", &name));
            let mut targets: Vec<DbProxyTarget> = Vec::new();
            let pages = client.describe_db_proxy_targets().db_proxy_name(&name).into_paginator().page_size(100).send();
            let (read, tagged) = join(
                context.pages(&DESCRIBE_DB_PROXY_TARGETS, &name, pages, |page| {
                    targets.extend(page.targets.unwrap_or_default());
                }),
                context.call(
                    &LIST_TAGS_FOR_RESOURCE,
                    &name,
                    client.list_tags_for_resource().resource_name(&arn).send(),
                ),
            )
            .await;
            let targets = match read {
                Ok(()) => links(targets.iter().filter_map(|target| database(context, target))),
                Err(reason) => Value::Unknown(reason),
            };
            context.add(Described {
                arn,
                type_name: "AWS::RDS::DBProxy",
                identifiers: vec![name.clone()],
                name: Some(name),
                tags: value_of(tagged, |answer| tags(&answer.and_then(|answer| answer.tag_list).unwrap_or_default())),
                attributes: proxy(&told, targets),
            });
        })
        .await;
}

fn proxy(told: &DbProxy, targets: Linked) -> Proxy {
    Proxy {
        require_tls: Value::Known(told.require_tls.unwrap_or(false)),
        subnets: links(told.vpc_subnet_ids().iter().cloned()),
        security_groups: links(told.vpc_security_group_ids().iter().cloned()),
        targets,
    }
}

/// Returns the ARN of the database behind a target. Of a cluster every member is a target too: the cluster
/// stands for them.
fn database(context: &Context, target: &DbProxyTarget) -> Option<String> {
    let filled = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
    let is_cluster = target.r#type.as_ref().is_some_and(|kind| kind.as_str() == "TRACKED_CLUSTER");
    if let Some(cluster) = filled(&target.tracked_cluster_id) {
        return Some(own(context, "cluster", &cluster));
    }
    let name = filled(&target.rds_resource_id)?;
    Some(own(context, if is_cluster { "cluster" } else { "db" }, &name))
}
