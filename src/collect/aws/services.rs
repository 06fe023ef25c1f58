//! The services that an audit reads, in one table. A new service is a file beside this one and a line
//! here.

mod autoscaling;
mod ec2;
mod efs;
mod eks;
mod elasticache;
mod kms;
mod rds;

use std::future::Future;
use std::pin::Pin;

use super::context::Context;
use super::operation::Operation;
use crate::inventory::Resource;

/// Whether a service is asked in each region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Its resources belong to a region.
    Regional,
    /// Its resources belong to the account, or one call lists those of all regions.
    Global,
}

type Collect = fn(Context) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// One service: calls → kinds.
pub(crate) struct Service {
    /// Its name, as ARNs have it.
    pub(crate) name: &'static str,
    /// Where it is asked.
    pub(crate) scope: Scope,
    /// Kinds that it gives.
    pub(crate) kinds: &'static [&'static str],
    /// Every operation that it may call.
    pub(crate) operations: &'static [&'static Operation],
    /// Reads one region of one account.
    pub(crate) collect: Collect,
}

/// Every service, sorted by name.
pub(crate) const SERVICES: &[Service] = &[
    autoscaling::SERVICE,
    ec2::SERVICE,
    eks::SERVICE,
    elasticache::SERVICE,
    efs::SERVICE,
    kms::SERVICE,
    rds::SERVICE,
];

/// Tells once what several services tell of the same thing, among the resources of one region of one account.
pub(crate) fn settle(resources: &mut Vec<Resource>) {
    eks::settle(resources);
}

/// A context that calls nothing, for tests of mappings.
#[cfg(test)]
fn offline(service: &'static str, region: &str) -> Context {
    use super::context::{Shared, Where};
    let shared = Shared {
        wanted: std::sync::Arc::default(),
        calls: super::calls::Calls::default(),
        permits: std::sync::Arc::new(tokio::sync::Semaphore::new(1)),
        deadline: tokio::time::Instant::now(),
    };
    let place =
        Where { account: "111122223333".to_owned(), partition: "aws".to_owned(), region: region.to_owned() };
    Context::new(aws_config::SdkConfig::builder().build(), place, service, &shared)
}
