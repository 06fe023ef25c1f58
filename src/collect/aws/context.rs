//! What a service's collector works with: one account, one region, the calls, and where resources and
//! gaps go. In: calls of the SDK. Out: the resources and gaps of one unit of an audit.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_sts::config::retry::RetryPartition;
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use super::calls::Calls;
use super::miss::Miss;
use super::operation::{Operation, Reads};
use super::renewal::Renewal;
use super::session::Session;
use crate::inventory::{Attributes, Gap, Kind, Linked, Links, Origin, Reason, Resource, Target, Value};

/// How many calls of one unit run beside each other.
const FAN_OUT: usize = 16;
/// How many calls of one unit are made ready at a time.
const AT_HAND: usize = 8 * FAN_OUT;
/// How many subjects a gap names.
const NAMED: usize = 3;

/// Makes a client of a service: `client!(context, aws_sdk_kms)`; for another region than the unit's own
/// `client!(context, aws_sdk_s3, &context.sdk_in(region))`.
macro_rules! client {
    ($context:expr, $sdk:ident) => {
        $crate::collect::aws::context::client!($context, $sdk, $context.sdk())
    };
    ($context:expr, $sdk:ident, $config:expr) => {
        $sdk::Client::from_conf(
            $sdk::config::Builder::from($config)
                .retry_partition($context.retry_partition())
                .retry_classifier($context.renewal().clone())
                .interceptor($context.renewal().clone())
                .interceptor($context.calls().clone())
                .build(),
        )
    };
}
pub(crate) use client;

/// Where an audit reads: an account and a region of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Where {
    /// The account's number.
    pub(crate) account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` …
    pub(crate) partition: String,
    /// The region; `global` for services that have none.
    pub(crate) region: String,
    /// All regions of the account that the audit reads, for services whose one listing tells of every
    /// region.
    pub(crate) regions: Arc<[String]>,
}

/// A resource as its service tells it.
pub(crate) struct Described<K> {
    /// Its ARN, or an ARN-like id that is unique; the id in the inventory.
    pub(crate) arn: String,
    /// The type's name in `CloudFormation`: `AWS::EC2::Subnet`.
    pub(crate) type_name: &'static str,
    /// The name that people know it by; the `Name` tag stands in when it is null.
    pub(crate) name: Option<String>,
    /// Ids and names by which others may call it; the ARN is added.
    pub(crate) identifiers: Vec<String>,
    /// Its tags.
    pub(crate) tags: Value<BTreeMap<String, String>>,
    /// What it is.
    pub(crate) attributes: K,
}

/// What one unit of an audit found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) resources: Vec<Resource>,
    pub(crate) gaps: Vec<Gap>,
}

/// One account, one region, one service.
#[derive(Clone)]
pub(crate) struct Context {
    inner: Arc<Inner>,
}

struct Inner {
    session: Session,
    place: Where,
    retries: RetryPartition,
    wanted: Arc<BTreeSet<&'static str>>,
    calls: Calls,
    own_permits: Semaphore,
    permits: Arc<Semaphore>,
    deadline: Instant,
    resources: Mutex<Vec<Resource>>,
    misses: Mutex<BTreeMap<(&'static str, Miss), Missed>>,
}

/// What a call that gave nothing was about. One that fills other kinds each time, as a query does, tells
/// all of them.
struct Missed {
    operation: &'static Operation,
    kinds: Vec<&'static str>,
    subjects: BTreeSet<String>,
}

/// What all units of an account share.
pub(crate) struct Shared {
    pub(crate) wanted: Arc<BTreeSet<&'static str>>,
    pub(crate) calls: Calls,
    /// Calls of the whole audit that may run beside each other.
    pub(crate) permits: Arc<Semaphore>,
    /// Those of them that one service of one region may hold: when it is throttled, its calls wait long
    /// between their tries, and others are to go on.
    pub(crate) share: usize,
    pub(crate) deadline: Instant,
}

impl Context {
    pub(crate) fn new(session: Session, place: Where, service: &'static str, shared: &Shared) -> Self {
        let name = format!("{service}-{}-{}", place.account, place.region);
        Self {
            inner: Arc::new(Inner {
                session,
                place,
                // The SDK's retry quota is the process's own by default: one account would starve the others.
                retries: RetryPartition::custom(name).build(),
                wanted: Arc::clone(&shared.wanted),
                calls: shared.calls.clone(),
                own_permits: Semaphore::new(shared.share),
                permits: Arc::clone(&shared.permits),
                deadline: shared.deadline,
                resources: Mutex::default(),
                misses: Mutex::default(),
            }),
        }
    }

    /// Returns the configuration for clients: this account's credentials, this region.
    pub(crate) fn sdk(&self) -> &SdkConfig {
        &self.inner.session.sdk
    }

    /// Returns the same configuration for another region, as buckets need it.
    pub(crate) fn sdk_in(&self, region: &str) -> SdkConfig {
        self.inner.session.sdk.to_builder().region(aws_config::Region::new(region.to_owned())).build()
    }

    /// Returns the quota of retries, which all clients of this unit share.
    pub(crate) fn retry_partition(&self) -> RetryPartition {
        self.inner.retries.clone()
    }

    /// Returns what renews credentials that ended, which every client asks what to try again.
    pub(crate) fn renewal(&self) -> &Renewal {
        &self.inner.session.renewal
    }

    /// Returns the counter of calls, which every client carries as an interceptor.
    pub(crate) fn calls(&self) -> &Calls {
        &self.inner.calls
    }

    /// Returns the account's number.
    pub(crate) fn account(&self) -> &str {
        &self.inner.place.account
    }

    /// Returns the region; that of the global services' endpoint for a global service.
    pub(crate) fn region(&self) -> &str {
        &self.inner.place.region
    }

    /// Returns whether the audit reads a region of this account.
    pub(crate) fn reads(&self, region: &str) -> bool {
        self.inner.place.regions.iter().any(|read| read == region)
    }

    /// Returns the partition: `aws`, `aws-cn` …
    pub(crate) fn partition(&self) -> &str {
        &self.inner.place.partition
    }

    /// Returns whether a selected rule needs resources of this kind.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.inner.wanted.contains(kind)
    }

    /// Returns an ARN of this account and region: `context.arn("ec2", "subnet/subnet-1")`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        let Where { account, partition, region, .. } = &self.inner.place;
        format!("arn:{partition}:{service}:{region}:{account}:{resource}")
    }

    /// Runs one call. `Ok(None)` is an answer too: what was asked for does not exist. An error is
    /// recorded as a gap and returned as the reason why what it would have told is unknown. `subject` is
    /// what the call is about, such as the name of a bucket; empty for a listing.
    pub(crate) async fn call<O, E, R>(
        &self,
        operation: &'static Operation,
        subject: &str,
        call: impl Future<Output = Result<O, SdkError<E, R>>>,
    ) -> Result<Option<O>, Reason>
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        let answer = timeout_at(self.inner.deadline, async {
            let _permits = self.permits().await;
            call.await
        });
        match answer.await {
            Ok(Ok(output)) => Ok(Some(output)),
            Ok(Err(error)) if is_absent(operation, &error) => Ok(None),
            Ok(Err(error)) => Err(self.miss(operation, subject, Miss::of(&error))),
            Err(_) => Err(self.miss(operation, subject, Miss::Deadline)),
        }
    }

    /// Reads all pages of a listing and hands each to `page`. Returns the reason why there may be more,
    /// if a page could not be read; it is recorded as a gap, and what was read before stays.
    pub(crate) async fn pages<O, E, R>(
        &self,
        operation: &'static Operation,
        subject: &str,
        mut pages: PaginationStream<Result<O, SdkError<E, R>>>,
        mut page: impl FnMut(O),
    ) -> Result<(), Reason>
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        loop {
            let next = timeout_at(self.inner.deadline, async {
                let _permits = self.permits().await;
                pages.next().await
            });
            match next.await {
                Ok(None) => return Ok(()),
                Ok(Some(Ok(output))) => page(output),
                Ok(Some(Err(error))) if is_absent(operation, &error) => return Ok(()),
                Ok(Some(Err(error))) => return Err(self.miss(operation, subject, Miss::of(&error))),
                Err(_) => return Err(self.miss(operation, subject, Miss::Deadline)),
            }
        }
    }

    /// Waits until a call may run.
    async fn permits(&self) -> impl Sized {
        let own = self.inner.own_permits.acquire().await;
        (own, self.inner.permits.acquire().await)
    }

    /// Runs a future for each item, several beside each other; results stand in the order of the items.
    pub(crate) async fn each<T, R, F: Future<Output = R>>(
        &self,
        items: impl IntoIterator<Item = T>,
        mut run: impl FnMut(T) -> F,
    ) -> Vec<R> {
        // A few at a time: the future of a call has tens of kilobytes, and there may be thousands of items.
        let mut left: Vec<T> = items.into_iter().collect();
        let mut results = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(AT_HAND));
            let futures: Vec<F> = std::mem::replace(&mut left, rest).into_iter().map(&mut run).collect();
            results.extend(futures_util::stream::iter(futures).buffered(FAN_OUT).collect::<Vec<R>>().await);
        }
        results
    }

    /// Records that something could not be read, and returns the reason.
    pub(crate) fn miss(&self, operation: &'static Operation, subject: &str, miss: Miss) -> Reason {
        let reason = miss.reason(operation);
        let mut misses = self.inner.misses.lock().unwrap_or_else(PoisonError::into_inner);
        let missed = misses.entry((operation.api, miss)).or_insert_with(|| Missed {
            operation,
            kinds: Vec::new(),
            subjects: BTreeSet::new(),
        });
        for kind in operation.kinds {
            if !missed.kinds.contains(kind) {
                missed.kinds.push(kind);
            }
        }
        if !subject.is_empty() {
            missed.subjects.insert(subject.to_owned());
        }
        reason
    }

    /// Adds a resource of this account and region.
    pub(crate) fn add<K: Kind>(&self, described: Described<K>) {
        self.add_in(self.region(), described);
    }

    /// Adds a resource of this account and another region; `global` if it belongs to none.
    pub(crate) fn add_in<K: Kind>(&self, region: &str, described: Described<K>) {
        let Described { arn, type_name, name, mut identifiers, tags, attributes } = described;
        let attributes: Attributes = attributes.into_attributes();
        let name = name.or_else(|| tags.known()?.get("Name").cloned()).filter(|name| !name.is_empty());
        identifiers.push(arn.clone());
        identifiers.sort();
        identifiers.dedup();
        let resource = Resource {
            id: arn.as_str().into(),
            name: Value::Known(name),
            provider: "aws",
            account: Value::Known(Some(self.account().to_owned())),
            region: Value::Known(Some(region.to_owned())),
            tags: tags.map(|tags| tags.into_iter().map(|(key, value)| (key, Value::Known(value))).collect()),
            identifiers,
            origin: Origin::live(&arn, type_name),
            parts: Vec::new(),
            attributes,
        };
        self.inner.resources.lock().unwrap_or_else(PoisonError::into_inner).push(resource);
    }

    /// Takes what was found.
    pub(crate) fn finish(&self) -> Found {
        let mut resources = std::mem::take(&mut *self.inner.resources.lock().unwrap_or_else(PoisonError::into_inner));
        resources.sort_by(|a, b| a.id.cmp(&b.id));
        resources.dedup_by(|a, b| a.id == b.id);
        let misses = std::mem::take(&mut *self.inner.misses.lock().unwrap_or_else(PoisonError::into_inner));
        let mut gaps: Vec<Gap> = misses.into_iter().map(|((_, miss), missed)| self.gap(&missed, &miss)).collect();
        gaps.sort();
        Found { resources, gaps }
    }

    fn gap(&self, missed: &Missed, miss: &Miss) -> Gap {
        let Missed { operation, kinds, subjects } = missed;
        let named: Vec<&str> = subjects.iter().take(NAMED).map(String::as_str).collect();
        let more = subjects.len().saturating_sub(named.len());
        let about = match (named.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => format!(" of {}", named.join(", ")),
            (false, more) => format!(" of {} and {more} more", named.join(", ")),
        };
        Gap {
            subject: format!("{}{about}", operation.action),
            reason: miss.told(),
            kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
            account: Some(self.account().to_owned()),
            region: Some(self.region().to_owned()),
            permission: (*miss == Miss::Denied).then(|| operation.action.to_owned()),
            hides_resources: operation.reads == Reads::Listing,
        }
    }
}

fn is_absent<E: ProvideErrorMetadata, R>(operation: &Operation, error: &SdkError<E, R>) -> bool {
    error.code().is_some_and(|code| operation.absent.contains(&code))
}

/// Links to what an attribute names by id, ARN or name; none is an attribute that was left out.
pub(crate) fn links<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Linked {
    let names = names.into_iter().map(Into::into).filter(|name: &String| !name.is_empty());
    Value::Known(Links::all(names.map(Target::Literal)))
}

/// A list of plain values.
pub(crate) fn known_list<S: Into<String>>(items: impl IntoIterator<Item = S>) -> Value<Vec<Value<String>>> {
    Value::Known(items.into_iter().map(|item| Value::Known(item.into())).collect())
}

/// Turns the answer of a call into a value: `map` gets `None` when what was asked for does not exist.
pub(crate) fn value_of<O, T>(answer: Result<Option<O>, Reason>, map: impl FnOnce(Option<O>) -> T) -> Value<T> {
    match answer {
        Ok(output) => Value::Known(map(output)),
        Err(reason) => Value::Unknown(reason),
    }
}
