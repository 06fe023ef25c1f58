//! Amazon ECR: repositories with their resource policies.

use aws_sdk_ecr::operation::get_repository_policy::GetRepositoryPolicyError;
use aws_sdk_ecr::types::Repository as Told;

use crate::collect::aws::context::{Context, Described, client, value_of};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::ecr::Repository;

const REPOSITORY: &str = "aws.ecr.repository";

pub(super) const SERVICE: Service = Service {
    name: "ecr",
    scope: Scope::Regional,
    kinds: &[REPOSITORY],
    operations: &[&DESCRIBE_REPOSITORIES, &GET_REPOSITORY_POLICY, &LIST_TAGS_FOR_RESOURCE],
    collect: |context| Box::pin(collect(context)),
};

const DESCRIBE_REPOSITORIES: Operation =
    Operation::listing("ECR.DescribeRepositories", "ecr:DescribeRepositories", &[REPOSITORY]);
const GET_REPOSITORY_POLICY: Operation = Operation::detail(
    "ECR.GetRepositoryPolicy",
    "ecr:GetRepositoryPolicy",
    &[REPOSITORY],
    &["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"],
);
const LIST_TAGS_FOR_RESOURCE: Operation = Operation::detail(
    "ECR.ListTagsForResource",
    "ecr:ListTagsForResource",
    &[REPOSITORY],
    &["RepositoryNotFoundException"],
);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_ecr);
    let mut repositories: Vec<Told> = Vec::new();
    let listed = client.describe_repositories().into_paginator().send();
    let _ = context
        .pages(&DESCRIBE_REPOSITORIES, "", listed, |page| repositories.extend(page.repositories.unwrap_or_default()))
        .await;
    context.each(repositories, |told| repository(&context, &client, told)).await;
}

async fn repository(context: &Context, client: &aws_sdk_ecr::Client, told: Told) {
    let (Some(arn), Some(name)) = (told.repository_arn, told.repository_name) else { return };
    let mut gone = false;
    let (policy, tags) = futures_util::future::join(
        context.call(&GET_REPOSITORY_POLICY, &name, async {
            let answer = client.get_repository_policy().repository_name(&name).send().await;
            let error = answer.as_ref().err().and_then(|error| error.as_service_error());
            gone = error.is_some_and(GetRepositoryPolicyError::is_repository_not_found_exception);
            answer
        }),
        context.call(&LIST_TAGS_FOR_RESOURCE, &name, client.list_tags_for_resource().resource_arn(&arn).send()),
    )
    .await;
    if gone {
        return;
    }
    context.add(Described {
        arn,
        type_name: "AWS::ECR::Repository",
        name: Some(name.clone()),
        identifiers: vec![name],
        tags: value_of(tags, |answer| {
            let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
            tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
        }),
        attributes: Repository {
            policy: match policy {
                Ok(answer) => document::optional(answer.and_then(|answer| answer.policy_text).as_deref()),
                Err(reason) => Value::Unknown(reason),
            },
        },
    });
}
