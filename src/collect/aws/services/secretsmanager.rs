//! AWS Secrets Manager: secrets with their resource policies; never what they hold.

use aws_sdk_secretsmanager::types::SecretListEntry;

use crate::collect::aws::context::{Context, Described, client};
use crate::collect::aws::document;
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::aws::secretsmanager::Secret;

const SECRET: &str = "aws.secretsmanager.secret";

pub(super) const SERVICE: Service = Service {
    name: "secretsmanager",
    scope: Scope::Regional,
    kinds: &[SECRET],
    operations: &[&LIST_SECRETS, &GET_RESOURCE_POLICY],
    collect: |context| Box::pin(collect(context)),
};

const LIST_SECRETS: Operation =
    Operation::listing("SecretsManager.ListSecrets", "secretsmanager:ListSecrets", &[SECRET]);
/// A secret that is gone, or was marked for deletion since the listing, is refused by these.
const GET_RESOURCE_POLICY: Operation = Operation::detail(
    "SecretsManager.GetResourcePolicy",
    "secretsmanager:GetResourcePolicy",
    &[SECRET],
    &["ResourceNotFoundException", "InvalidRequestException"],
);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_secretsmanager);
    let mut secrets: Vec<SecretListEntry> = Vec::new();
    // Secrets that are marked for deletion are not listed unless one asks: nobody can read them.
    let listed = client.list_secrets().into_paginator().page_size(100).send();
    let _ = context.pages(&LIST_SECRETS, "", listed, |page| secrets.extend(page.secret_list.unwrap_or_default())).await;
    let (context, client) = (&context, &client);
    context
        .each(secrets, |entry| async move {
            let Some(arn) = entry.arn.clone() else { return };
            let get = client.get_resource_policy().secret_id(&arn).send();
            let policy = match context.call(&GET_RESOURCE_POLICY, &arn, get).await {
                Ok(Some(answer)) => document::optional(answer.resource_policy.as_deref()),
                Ok(None) => return,
                Err(reason) => Value::Unknown(reason),
            };
            context.add(secret(arn, entry, policy));
        })
        .await;
}

fn secret(arn: String, entry: SecretListEntry, policy: Value<Option<PolicyDocument>>) -> Described<Secret> {
    let tags = entry.tags.into_iter().flatten();
    Described {
        arn,
        type_name: "AWS::SecretsManager::Secret",
        name: entry.name.clone(),
        identifiers: entry.name.into_iter().collect(),
        tags: Value::Known(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()),
        attributes: Secret { policy },
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::types::Tag;

    use super::*;

    #[test]
    fn a_secret_is_named_and_tagged_by_the_listing() {
        let tag = Tag::builder().key("team").value("web").build();
        let entry = SecretListEntry::builder().name("app/db").tags(tag).build();
        let read = secret("arn".to_owned(), entry, Value::Known(None));
        assert_eq!(read.identifiers, ["app/db"]);
        assert_eq!(read.tags.known().unwrap()["team"], "web");
        assert_eq!(read.attributes.policy, Value::Known(None));
    }
}
