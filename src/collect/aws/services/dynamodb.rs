//! Amazon `DynamoDB`: tables with their resource policies.

use aws_sdk_dynamodb::operation::get_resource_policy::GetResourcePolicyError;

use crate::collect::aws::context::{Context, Described, client, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::dynamodb::Table;

const TABLE: &str = "aws.dynamodb.table";

pub(super) const SERVICE: Service = Service {
    name: "dynamodb",
    scope: Scope::Regional,
    kinds: &[TABLE],
    operations: &[&LIST_TABLES, &GET_RESOURCE_POLICY, &LIST_TAGS_OF_RESOURCE],
    collect: |context| Box::pin(collect(context)),
};

const LIST_TABLES: Operation = Operation::listing("DynamoDB.ListTables", "dynamodb:ListTables", &[TABLE]);
const GET_RESOURCE_POLICY: Operation = Operation::detail(
    "DynamoDB.GetResourcePolicy",
    "dynamodb:GetResourcePolicy",
    &[TABLE],
    &["PolicyNotFoundException", "ResourceNotFoundException"],
);
const LIST_TAGS_OF_RESOURCE: Operation = Operation::detail(
    "DynamoDB.ListTagsOfResource",
    "dynamodb:ListTagsOfResource",
    &[TABLE],
    &["ResourceNotFoundException"],
);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_dynamodb);
    let mut names: Vec<String> = Vec::new();
    let listed = client.list_tables().into_paginator().send();
    let _ = context.pages(&LIST_TABLES, "", listed, |page| names.extend(page.table_names.unwrap_or_default())).await;
    context.each(names, |name| table(&context, &client, name)).await;
}

async fn table(context: &Context, client: &aws_sdk_dynamodb::Client, name: String) {
    // A table's ARN is made of its name: no need to describe it.
    let arn = context.arn("dynamodb", &format!("table/{name}"));
    let mut gone = false;
    let (policy, tags) = futures_util::future::join(
        context.call(&GET_RESOURCE_POLICY, &name, async {
            let answer = client.get_resource_policy().resource_arn(&arn).send().await;
            let error = answer.as_ref().err().and_then(|error| error.as_service_error());
            gone = error.is_some_and(GetResourcePolicyError::is_resource_not_found_exception);
            answer
        }),
        context.call(&LIST_TAGS_OF_RESOURCE, &name, client.list_tags_of_resource().resource_arn(&arn).send()),
    )
    .await;
    if gone {
        return;
    }
    context.add(Described {
        arn,
        type_name: "AWS::DynamoDB::Table",
        name: Some(name.clone()),
        identifiers: vec![name],
        // A table has fifty tags at most, and a page holds them all.
        tags: value_of(tags, |answer| {
            let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
            tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
        }),
        attributes: Table {
            policy: match policy {
                Ok(answer) => document::optional(answer.and_then(|answer| answer.policy).as_deref()),
                Err(reason) => Value::Unknown(reason),
            },
        },
    });
}
