//! Which regions of an account are read: those that were named, or all that are enabled.

use std::sync::Arc;

use super::Audit;
use super::context::{Context, Shared, Where, client};
use super::operation::Operation;
use super::session::Session;
use crate::inventory::Gap;

pub(crate) const OPERATIONS: &[&Operation] = &[&DESCRIBE_REGIONS];

const DESCRIBE_REGIONS: Operation = Operation::listing("EC2.DescribeRegions", "ec2:DescribeRegions", &[]);

/// Returns the region of a partition in which global services are asked.
pub(crate) fn home(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-iso" => "us-iso-east-1",
        "aws-iso-b" => "us-isob-east-1",
        "aws-eusc" => "eusc-de-east-1",
        _ => "us-east-1",
    }
}

/// Returns the regions to read, sorted, and a gap for each that was named but is not enabled. When the
/// account does not tell its regions, those that were named are read, and that is all.
pub(crate) async fn of(
    audit: &Audit,
    session: &Session,
    account: &str,
    partition: &str,
    shared: &Shared,
) -> (Vec<String>, Vec<Gap>) {
    let region = session.sdk.region().map_or_else(|| home(partition).to_owned(), ToString::to_string);
    let place = Where { account: account.to_owned(), partition: partition.to_owned(), region, regions: Arc::default() };
    let context = Context::new(session.clone(), place, "regions", shared);
    let client = client!(context, aws_sdk_ec2);
    let answer = context.call(&DESCRIBE_REGIONS, "", client.describe_regions().all_regions(true).send()).await;
    let touched = || audit.kinds.iter().map(|&kind| kind.to_owned()).collect::<Vec<_>>();
    let mut wanted = audit.regions.clone();
    wanted.sort();
    wanted.dedup();
    let Ok(Some(answer)) = answer else {
        let mut gaps = context.finish().gaps;
        for gap in &mut gaps {
            // Named regions are read all the same; without names nobody knows what there is.
            gap.kinds = touched();
            gap.region = None;
            gap.hides_resources = wanted.is_empty();
        }
        return (wanted, gaps);
    };
    let enabled: Vec<String> = answer
        .regions
        .unwrap_or_default()
        .into_iter()
        .filter(|region| region.opt_in_status.as_deref() != Some("not-opted-in"))
        .filter_map(|region| region.region_name)
        .collect();
    if wanted.is_empty() {
        let mut enabled = enabled;
        enabled.sort();
        enabled.dedup();
        return (enabled, Vec::new());
    }
    let (read, off): (Vec<String>, Vec<String>) = wanted.into_iter().partition(|region| enabled.contains(region));
    let gaps = off.into_iter().map(|region| Gap {
        subject: format!("region {region}"),
        reason: "it is not enabled for the account, or does not exist".to_owned(),
        kinds: touched(),
        account: Some(account.to_owned()),
        region: Some(region),
        permission: None,
        hides_resources: true,
    });
    let gaps = gaps.collect();
    (read, gaps)
}
