//! Amazon SQS: queues with their resource policies.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName;

use crate::collect::aws::context::{Context, Described, client, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::aws::sqs::Queue;
use crate::inventory::{Reason, Value};

const QUEUE: &str = "aws.sqs.queue";

pub(super) const SERVICE: Service = Service {
    name: "sqs",
    scope: Scope::Regional,
    kinds: &[QUEUE],
    operations: &[&LIST_QUEUES, &GET_QUEUE_ATTRIBUTES, &LIST_QUEUE_TAGS],
    collect: |context| Box::pin(collect(context)),
};

/// Both names of the error: that of the protocol of today, and that of before, which the SDK prefers.
const GONE: &[&str] = &["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

const LIST_QUEUES: Operation = Operation::listing("SQS.ListQueues", "sqs:ListQueues", &[QUEUE]);
const GET_QUEUE_ATTRIBUTES: Operation =
    Operation::detail("SQS.GetQueueAttributes", "sqs:GetQueueAttributes", &[QUEUE], GONE);
const LIST_QUEUE_TAGS: Operation = Operation::detail("SQS.ListQueueTags", "sqs:ListQueueTags", &[QUEUE], GONE);

/// Without a number of one's own, SQS ends after a thousand queues and does not say that there are more.
const PAGE: i32 = 1000;

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_sqs);
    let mut urls: Vec<String> = Vec::new();
    let listed = client.list_queues().into_paginator().page_size(PAGE).send();
    let _ = context.pages(&LIST_QUEUES, "", listed, |page| urls.extend(page.queue_urls.unwrap_or_default())).await;
    context.each(urls, |url| queue(&context, &client, url)).await;
}

async fn queue(context: &Context, client: &aws_sdk_sqs::Client, url: String) {
    let Some(name) = name_of(&url) else { return };
    let attributes = client
        .get_queue_attributes()
        .queue_url(&url)
        .attribute_names(QueueAttributeName::Policy)
        .attribute_names(QueueAttributeName::QueueArn)
        .send();
    let (attributes, tags) = futures_util::future::join(
        context.call(&GET_QUEUE_ATTRIBUTES, name, attributes),
        context.call(&LIST_QUEUE_TAGS, name, client.list_queue_tags().queue_url(&url).send()),
    )
    .await;
    let attributes = match attributes {
        Ok(None) => return,
        Ok(Some(answer)) => Ok(answer.attributes.unwrap_or_default()),
        Err(reason) => Err(reason),
    };
    let told = attributes.as_ref().ok().and_then(|told| told.get(&QueueAttributeName::QueueArn));
    context.add(Described {
        arn: told.cloned().unwrap_or_else(|| context.arn("sqs", name)),
        type_name: "AWS::SQS::Queue",
        name: Some(name.to_owned()),
        identifiers: vec![name.to_owned(), url.clone()],
        tags: value_of(tags, |answer| answer.and_then(|answer| answer.tags).into_iter().flatten().collect()),
        attributes: Queue { policy: policy(attributes) },
    });
}

/// The name of a queue: the end of its URL.
fn name_of(url: &str) -> Option<&str> {
    url.rsplit('/').next().filter(|name| !name.is_empty())
}

fn policy(told: Result<HashMap<QueueAttributeName, String>, Reason>) -> Value<Option<PolicyDocument>> {
    match told {
        Ok(told) => document::optional(told.get(&QueueAttributeName::Policy).map(String::as_str)),
        Err(reason) => Value::Unknown(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_named_by_the_end_of_its_url() {
        assert_eq!(name_of("https://sqs.eu-west-1.amazonaws.com/111122223333/jobs.fifo"), Some("jobs.fifo"));
        assert_eq!(name_of("https://sqs.eu-west-1.amazonaws.com/"), None);
    }

    #[test]
    fn a_queue_without_a_policy_has_none_and_one_that_was_denied_is_unknown() {
        assert_eq!(policy(Ok(HashMap::new())), Value::Known(None));
        let empty = HashMap::from([(QueueAttributeName::Policy, String::new())]);
        assert_eq!(policy(Ok(empty)), Value::Known(None));
        assert!(policy(Err(Reason::Denied("sqs:GetQueueAttributes".to_owned()))).reason().is_some());
    }
}
