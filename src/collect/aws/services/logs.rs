//! Amazon `CloudWatch` Logs: log groups with retention and key.

use aws_sdk_cloudwatchlogs::types::LogGroup as Told;

use crate::collect::aws::context::{Context, Described, client, links};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::logs::LogGroup;
use crate::inventory::{Reason, Value};

const LOG_GROUP: &str = "aws.logs.log_group";

pub(super) const SERVICE: Service = Service {
    name: "logs",
    scope: Scope::Regional,
    kinds: &[LOG_GROUP],
    operations: &[&DESCRIBE_LOG_GROUPS],
    collect: |context| Box::pin(collect(context)),
};

const DESCRIBE_LOG_GROUPS: Operation =
    Operation::listing("CloudWatchLogs.DescribeLogGroups", "logs:DescribeLogGroups", &[LOG_GROUP]);

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_cloudwatchlogs);
    let listed = client.describe_log_groups().into_paginator().page_size(50).send();
    let _ = context
        .pages(&DESCRIBE_LOG_GROUPS, "", listed, |page| {
            page.log_groups.into_iter().flatten().filter_map(log_group).for_each(|it| context.add(it));
        })
        .await;
}

fn log_group(told: Told) -> Option<Described<LogGroup>> {
    // The older of the two fields ends in `:*`, which stands for the streams in the group.
    let older = told.arn.map(|arn| arn.strip_suffix(":*").map(str::to_owned).unwrap_or(arn));
    Some(Described {
        arn: told.log_group_arn.or(older)?,
        type_name: "AWS::Logs::LogGroup",
        name: told.log_group_name.clone(),
        identifiers: told.log_group_name.iter().cloned().collect(),
        // The listing gives fifty groups a call, tags would take one for each of them.
        tags: Value::Unknown(Reason::Unread("the listing of log groups leaves tags out".to_owned())),
        attributes: LogGroup {
            log_group_name: Value::Known(told.log_group_name),
            retention_in_days: Value::Known(told.retention_in_days.map_or(0, i64::from)),
            kms_key: links(told.kms_key_id),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_without_retention_keeps_events_for_ever() {
        let arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/app";
        let read = log_group(Told::builder().log_group_name("/app").arn(format!("{arn}:*")).build()).unwrap();
        assert_eq!(read.arn, arn);
        assert_eq!(read.attributes.retention_in_days, Value::Known(0));
        assert!(read.attributes.kms_key.known().unwrap().is_absent());
        let kept = log_group(Told::builder().log_group_arn(arn).retention_in_days(30).kms_key_id("arn:k").build());
        let kept = kept.unwrap().attributes;
        assert_eq!(kept.retention_in_days, Value::Known(30));
        assert_eq!(kept.kms_key, links(["arn:k"]));
    }
}
