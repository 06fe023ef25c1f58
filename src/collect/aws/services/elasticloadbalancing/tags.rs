//! Tags of load balancers, listeners and target groups: one call tells those of twenty.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::TagDescription;

use super::{LISTENER, LOAD_BALANCER, TAGS_AT_ONCE, TARGET_GROUP};
use crate::collect::aws::context::Context;
use crate::collect::aws::operation::Operation;
use crate::inventory::{Reason, Value};

pub(super) const DESCRIBE_TAGS: Operation = Operation::detail(
    "Elastic Load Balancing v2.DescribeTags",
    "elasticloadbalancing:DescribeTags",
    &[LISTENER, LOAD_BALANCER, TARGET_GROUP],
    &["LoadBalancerNotFound", "ListenerNotFound", "TargetGroupNotFound"],
);

/// The tags of one thing.
pub(super) type Tags = Value<BTreeMap<String, String>>;

/// Tags by ARN.
pub(super) struct ByArn(BTreeMap<String, Tags>);

impl ByArn {
    /// Takes the tags of one thing; it has none if nothing tells of it.
    pub(super) fn take(&mut self, arn: &str) -> Tags {
        self.0.remove(arn).unwrap_or_default()
    }
}

/// Reads the tags of many things.
pub(super) async fn of(context: &Context, client: &Client, arns: &[String]) -> ByArn {
    let batches = arns.chunks(TAGS_AT_ONCE);
    let told = context.each(batches, |batch| of_batch(context, client, batch)).await;
    ByArn(told.into_iter().flatten().collect())
}

async fn of_batch(context: &Context, client: &Client, batch: &[String]) -> Vec<(String, Tags)> {
    let mut told = Vec::new();
    match ask(context, client, batch).await {
        // One that is gone spoils the answer for all: then each is asked for alone.
        Ok(None) if batch.len() > 1 => {
            for arn in batch {
                told.extend(sorted(std::slice::from_ref(arn), ask(context, client, std::slice::from_ref(arn)).await));
            }
        }
        answer => told.extend(sorted(batch, answer)),
    }
    told
}

type Answer = Result<Option<Vec<TagDescription>>, Reason>;

async fn ask(context: &Context, client: &Client, arns: &[String]) -> Answer {
    let subject = arns.first().map(String::as_str).unwrap_or_default();
    let call = client.describe_tags().set_resource_arns(Some(arns.to_vec())).send();
    let answer = context.call(&DESCRIBE_TAGS, subject, call).await;
    answer.map(|answer| answer.map(|answer| answer.tag_descriptions.unwrap_or_default()))
}

fn sorted(arns: &[String], answer: Answer) -> Vec<(String, Tags)> {
    match answer {
        Ok(told) => {
            let of_one = |one: TagDescription| {
                let tags = one.tags.unwrap_or_default().into_iter();
                let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
                Some((one.resource_arn?, Value::Known(tags.collect())))
            };
            told.unwrap_or_default().into_iter().filter_map(of_one).collect()
        }
        Err(reason) => arns.iter().map(|arn| (arn.clone(), Value::Unknown(reason.clone()))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancingv2::types::Tag;

    #[test]
    fn tags_are_told_by_arn_and_a_refusal_touches_every_one() {
        let arns = ["a".to_owned(), "b".to_owned()];
        let tag = Tag::builder().key("team").value("edge").build();
        let told = TagDescription::builder().resource_arn("a").tags(tag).build();
        let mut tags = ByArn(sorted(&arns, Ok(Some(vec![told]))).into_iter().collect());
        assert_eq!(tags.take("a").known().unwrap()["team"], "edge");
        assert!(tags.take("b").known().unwrap().is_empty());
        let denied = Reason::Denied("elasticloadbalancing:DescribeTags".to_owned());
        let mut tags = ByArn(sorted(&arns, Err(denied.clone())).into_iter().collect());
        assert_eq!(tags.take("b"), Value::Unknown(denied));
    }
}
