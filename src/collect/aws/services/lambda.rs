//! AWS Lambda: functions with their role and place in the network; never their environment.

use aws_sdk_lambda::types::FunctionConfiguration;

use crate::collect::aws::context::{Context, Described, client, links};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::lambda::Function;
use crate::inventory::{Reason, Value};

const FUNCTION: &str = "aws.lambda.function";

pub(super) const SERVICE: Service = Service {
    name: "lambda",
    scope: Scope::Regional,
    kinds: &[FUNCTION],
    operations: &[&LIST_FUNCTIONS],
    collect: |context| Box::pin(collect(context)),
};

const LIST_FUNCTIONS: Operation = Operation::listing("Lambda.ListFunctions", "lambda:ListFunctions", &[FUNCTION]);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_lambda);
    let listed = client.list_functions().into_paginator().send();
    let _ = context
        .pages(&LIST_FUNCTIONS, "", listed, |page| {
            page.functions.into_iter().flatten().filter_map(function).for_each(|it| context.add(it));
        })
        .await;
}

fn function(told: FunctionConfiguration) -> Option<Described<Function>> {
    // A function outside of a VPC has no configuration for one, or an empty one.
    let (subnets, groups) = told
        .vpc_config
        .map(|vpc| (vpc.subnet_ids.unwrap_or_default(), vpc.security_group_ids.unwrap_or_default()))
        .unwrap_or_default();
    Some(Described {
        arn: told.function_arn?,
        type_name: "AWS::Lambda::Function",
        name: told.function_name.clone(),
        identifiers: told.function_name.into_iter().collect(),
        // The listing gives fifty functions a call, tags would take one for each of them.
        tags: Value::Unknown(Reason::Unread("the listing of functions leaves tags out".to_owned())),
        attributes: Function { role: links(told.role), subnets: links(subnets), security_groups: links(groups) },
    })
}
