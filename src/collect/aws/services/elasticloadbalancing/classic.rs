//! Classic load balancers, which have an API of their own.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancing::Client;
use aws_sdk_elasticloadbalancing::types::{LoadBalancerDescription, TagDescription};

use super::{CLASSIC, TAGS_AT_ONCE};
use crate::collect::aws::context::{Context, Described, client, known_list, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::elb::ClassicLoadBalancer;
use crate::inventory::{Reason, Value};

pub(super) const DESCRIBE_LOAD_BALANCERS: Operation = Operation::listing(
    "Elastic Load Balancing.DescribeLoadBalancers",
    "elasticloadbalancing:DescribeLoadBalancers",
    &[CLASSIC],
);
pub(super) const DESCRIBE_TAGS: Operation = Operation::detail(
    "Elastic Load Balancing.DescribeTags",
    "elasticloadbalancing:DescribeTags",
    &[CLASSIC],
    &["LoadBalancerNotFound"],
);

type Tags = Value<BTreeMap<String, String>>;

pub(super) async fn collect(context: &Context) {
    let client = client!(context, aws_sdk_elasticloadbalancing);
    let mut found: Vec<LoadBalancerDescription> = Vec::new();
    let pages = client.describe_load_balancers().into_paginator().send();
    let _ = context
        .pages(&DESCRIBE_LOAD_BALANCERS, "", pages, |page| {
            found.extend(page.load_balancer_descriptions.unwrap_or_default());
        })
        .await;
    let names: Vec<String> = found.iter().filter_map(|one| one.load_balancer_name.clone()).collect();
    let told = context.each(names.chunks(TAGS_AT_ONCE), |batch| tags_of(context, &client, batch)).await;
    let mut tags: BTreeMap<String, Tags> = told.into_iter().flatten().collect();
    for balancer in &found {
        let Some(name) = balancer.load_balancer_name.clone() else {
            continue;
        };
        context.add(Described {
            arn: context.arn("elasticloadbalancing", &format!("loadbalancer/{name}")),
            type_name: "AWS::ElasticLoadBalancing::LoadBalancer",
            identifiers: vec![name.clone()],
            tags: tags.remove(&name).unwrap_or_default(),
            attributes: classic_load_balancer(balancer),
            name: Some(name),
        });
    }
}

async fn tags_of(context: &Context, client: &Client, batch: &[String]) -> Vec<(String, Tags)> {
    match ask(context, client, batch).await {
        // One that is gone spoils the answer for all: then each is asked for alone.
        Ok(None) if batch.len() > 1 => {
            let mut told = Vec::new();
            for name in batch {
                let one = std::slice::from_ref(name);
                told.extend(sorted(one, ask(context, client, one).await));
            }
            told
        }
        answer => sorted(batch, answer),
    }
}

type Answer = Result<Option<Vec<TagDescription>>, Reason>;

async fn ask(context: &Context, client: &Client, names: &[String]) -> Answer {
    let subject = names.first().map(String::as_str).unwrap_or_default();
    let call = client.describe_tags().set_load_balancer_names(Some(names.to_vec())).send();
    let answer = context.call(&DESCRIBE_TAGS, subject, call).await;
    answer.map(|answer| answer.map(|answer| answer.tag_descriptions.unwrap_or_default()))
}

fn sorted(names: &[String], answer: Answer) -> Vec<(String, Tags)> {
    match answer {
        Ok(told) => {
            let of_one = |one: TagDescription| {
                let tags = one.tags.unwrap_or_default().into_iter();
                let tags = tags.map(|tag| (tag.key, tag.value.unwrap_or_default()));
                Some((one.load_balancer_name?, Value::Known(tags.collect())))
            };
            told.unwrap_or_default().into_iter().filter_map(of_one).collect()
        }
        Err(reason) => names.iter().map(|name| (name.clone(), Value::Unknown(reason.clone()))).collect(),
    }
}

fn classic_load_balancer(balancer: &LoadBalancerDescription) -> ClassicLoadBalancer {
    let subnets = balancer.subnets.clone().unwrap_or_default();
    // The API tells the zones of the subnets too; only without subnets are they a choice.
    let zones = if subnets.is_empty() { balancer.availability_zones.clone() } else { None };
    let listeners = balancer.listener_descriptions.as_deref().unwrap_or_default().iter();
    let protocols = listeners.filter_map(|one| Some(one.listener.as_ref()?.protocol.to_ascii_uppercase()));
    ClassicLoadBalancer {
        internal: Value::Known(balancer.scheme.as_deref() == Some("internal")),
        subnets: links(subnets),
        availability_zones: known_list(zones.unwrap_or_default()),
        security_groups: links(balancer.security_groups.clone().unwrap_or_default()),
        listener_protocols: known_list(protocols),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancing::types::{Listener, ListenerDescription};

    fn balancer() -> aws_sdk_elasticloadbalancing::types::builders::LoadBalancerDescriptionBuilder {
        let listener = Listener::builder().protocol("https").load_balancer_port(443).instance_port(80).build().unwrap();
        LoadBalancerDescription::builder()
            .load_balancer_name("old")
            .scheme("internal")
            .security_groups("sg-1")
            .availability_zones("us-east-1a")
            .listener_descriptions(ListenerDescription::builder().listener(listener).build())
    }

    #[test]
    fn zones_count_only_without_subnets() {
        let read = classic_load_balancer(&balancer().subnets("subnet-1").build());
        assert!(read.availability_zones.known().unwrap().is_empty());
        assert_eq!(read.subnets, links(["subnet-1"]));
        assert!(read.internal.is(&true));
        assert_eq!(read.listener_protocols, known_list(["HTTPS"]));
        let read = classic_load_balancer(&balancer().build());
        assert_eq!(read.availability_zones, known_list(["us-east-1a"]));
    }
}
