//! The services that an audit reads, in one table. A new service is a file beside this one and a line
//! here.

mod acm;
mod autoscaling;
mod dynamodb;
pub(crate) mod ec2;
mod ecr;
mod efs;
pub(crate) mod eks;
mod elasticache;
mod elasticloadbalancing;
pub(crate) mod iam;
mod kms;
mod lambda;
mod logs;
pub(crate) mod rds;
pub(crate) mod s3;
mod secretsmanager;
mod sqs;
mod wafv2;

use std::future::Future;
use std::pin::Pin;

use super::context::Context;
use super::operation::Operation;

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
    acm::SERVICE,
    autoscaling::SERVICE,
    dynamodb::SERVICE,
    ec2::SERVICE,
    ecr::SERVICE,
    efs::SERVICE,
    eks::SERVICE,
    elasticache::SERVICE,
    elasticloadbalancing::SERVICE,
    iam::SERVICE,
    kms::SERVICE,
    lambda::SERVICE,
    logs::SERVICE,
    rds::SERVICE,
    s3::SERVICE,
    secretsmanager::SERVICE,
    sqs::SERVICE,
    wafv2::SERVICE,
];

/// A context that calls nothing, for tests of mappings.
#[cfg(test)]
pub(crate) fn offline(service: &'static str, region: &str) -> Context {
    use super::context::{Shared, Where};
    let shared = Shared {
        wanted: std::sync::Arc::default(),
        calls: super::calls::Calls::default(),
        permits: std::sync::Arc::new(tokio::sync::Semaphore::new(1)),
        share: 1,
        deadline: tokio::time::Instant::now(),
    };
    let place = Where {
        account: "111122223333".to_owned(),
        partition: "aws".to_owned(),
        region: region.to_owned(),
        regions: vec![region.to_owned()].into(),
    };
    let session = super::session::Session::of(aws_config::SdkConfig::builder().build());
    Context::new(session, place, service, &shared)
}
