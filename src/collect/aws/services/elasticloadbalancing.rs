//! Elastic Load Balancing: load balancers with their web ACLs, listeners with rules and certificates,
//! target groups, and classic load balancers.

mod actions;
mod classic;
mod listeners;
mod load_balancers;
mod tags;
mod target_groups;

use aws_sdk_elasticloadbalancingv2::types::LoadBalancer;
use futures_util::future::join4;

use crate::collect::aws::context::{Context, client};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};

const LOAD_BALANCER: &str = "aws.elb.load_balancer";
const LISTENER: &str = "aws.elb.listener";
const TARGET_GROUP: &str = "aws.elb.target_group";
const CLASSIC: &str = "aws.elb.classic_load_balancer";

pub(super) const SERVICE: Service = Service {
    name: "elasticloadbalancing",
    scope: Scope::Regional,
    kinds: &[CLASSIC, LISTENER, LOAD_BALANCER, TARGET_GROUP],
    operations: &[
        &DESCRIBE_LOAD_BALANCERS,
        &load_balancers::DESCRIBE_ATTRIBUTES,
        &load_balancers::GET_WEB_ACL,
        &listeners::DESCRIBE_LISTENERS,
        &listeners::DESCRIBE_CERTIFICATES,
        &listeners::DESCRIBE_RULES,
        &target_groups::DESCRIBE_TARGET_GROUPS,
        &target_groups::DESCRIBE_TARGET_HEALTH,
        &tags::DESCRIBE_TAGS,
        &classic::DESCRIBE_LOAD_BALANCERS,
        &classic::DESCRIBE_TAGS,
    ],
    collect: |context| Box::pin(collect(context)),
};

/// Tags of so many things are told by one call.
const TAGS_AT_ONCE: usize = 20;

// Listeners are listed for each load balancer: without these nobody knows of those either.
const DESCRIBE_LOAD_BALANCERS: Operation = Operation::listing(
    "Elastic Load Balancing v2.DescribeLoadBalancers",
    "elasticloadbalancing:DescribeLoadBalancers",
    &[LOAD_BALANCER, LISTENER],
);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_elasticloadbalancingv2);
    let mut found: Vec<LoadBalancer> = Vec::new();
    if context.wants(LOAD_BALANCER) || context.wants(LISTENER) {
        let pages = client.describe_load_balancers().into_paginator().send();
        // A broken listing is a gap already; what it did tell is read all the same.
        let _ = context
            .pages(&DESCRIBE_LOAD_BALANCERS, "", pages, |page| found.extend(page.load_balancers.unwrap_or_default()))
            .await;
    }
    let (context, client, found) = (&context, &client, found.as_slice());
    join4(
        async {
            if context.wants(LOAD_BALANCER) {
                load_balancers::collect(context, client, found).await;
            }
        },
        async {
            if context.wants(LISTENER) {
                listeners::collect(context, client, found).await;
            }
        },
        async {
            if context.wants(TARGET_GROUP) {
                target_groups::collect(context, client).await;
            }
        },
        async {
            if context.wants(CLASSIC) {
                classic::collect(context).await;
            }
        },
    )
    .await;
}
