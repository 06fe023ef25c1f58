//! AWS Lambda: functions with their role and place in the network; never their environment.

use std::collections::BTreeMap;

use aws_sdk_lambda::types::FunctionConfiguration;

use crate::collect::aws::context::{Context, Described, client, links};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;
use crate::inventory::aws::lambda::Function;

const FUNCTION: &str = "aws.lambda.function";

pub(super) const SERVICE: Service = Service {
    name: "lambda",
    scope: Scope::Regional,
    kinds: &[FUNCTION],
    operations: &[&LIST_FUNCTIONS, &LIST_TAGS],
    collect: |context| Box::pin(collect(context)),
};

const LIST_FUNCTIONS: Operation = Operation::listing("Lambda.ListFunctions", "lambda:ListFunctions", &[FUNCTION]);
const LIST_TAGS: Operation =
    Operation::detail("Lambda.ListTags", "lambda:ListTags", &[FUNCTION], &["ResourceNotFoundException"]);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_lambda);
    let mut functions: Vec<FunctionConfiguration> = Vec::new();
    let listed = client.list_functions().into_paginator().send();
    let _ =
        context.pages(&LIST_FUNCTIONS, "", listed, |page| functions.extend(page.functions.unwrap_or_default())).await;
    let (context, client) = (&context, &client);
    context
        .each(functions, |told| async move {
            let Some(arn) = told.function_arn.clone() else { return };
            // Whoever may stand in a public subnet is told by tags.
            let tags = match context.call(&LIST_TAGS, &arn, client.list_tags().resource(&arn).send()).await {
                Ok(Some(answer)) => Value::Known(answer.tags.into_iter().flatten().collect()),
                Ok(None) => return,
                Err(reason) => Value::Unknown(reason),
            };
            context.add(function(arn, told, tags));
        })
        .await;
}

fn function(arn: String, told: FunctionConfiguration, tags: Value<BTreeMap<String, String>>) -> Described<Function> {
    // A function outside of a VPC has no configuration for one, or an empty one.
    let (subnets, groups) = told
        .vpc_config
        .map(|vpc| (vpc.subnet_ids.unwrap_or_default(), vpc.security_group_ids.unwrap_or_default()))
        .unwrap_or_default();
    Described {
        arn,
        type_name: "AWS::Lambda::Function",
        name: told.function_name.clone(),
        identifiers: told.function_name.into_iter().collect(),
        tags,
        attributes: Function { role: links(told.role), subnets: links(subnets), security_groups: links(groups) },
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types::VpcConfigResponse;

    use super::*;

    #[test]
    fn a_function_outside_of_a_vpc_has_no_subnets() {
        let told = || FunctionConfiguration::builder().function_name("f").role("arn:aws:iam::111122223333:role/f");
        let read = |told: FunctionConfiguration| function("arn".to_owned(), told, Value::default()).attributes;
        let outside = read(told().build());
        let empty = read(told().vpc_config(VpcConfigResponse::builder().vpc_id("").build()).build());
        assert_eq!(outside, empty);
        assert!(outside.subnets.known().unwrap().is_absent());
        let vpc = VpcConfigResponse::builder().subnet_ids("subnet-1").security_group_ids("sg-1").build();
        assert_eq!(read(told().vpc_config(vpc).build()).security_groups, links(["sg-1"]));
    }
}
