//! Live AWS accounts: accounts × regions × services, each unit on its own, many beside each other. In:
//! which accounts, regions and kinds. Out: for each account its resources and the gaps in what was read.

pub mod accounts;
pub mod calls;
mod context;
mod document;
pub(crate) mod miss;
pub mod operation;
pub mod policy;
mod regions;
mod renewal;
mod services;
pub(crate) mod session;
mod settle;
pub mod via;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

use crate::collect::live::{Account, GLOBAL, Part, PartName};
use crate::inventory::Gap;
use calls::Calls;
use context::{Context, Shared, Where};
use miss::Miss;
use operation::Operation;
use services::{SERVICES, Scope, Service};
use session::Session;
use via::ByConfig;

/// A role that is assumed in each account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its name with its path, such as `security/HfscanAudit`, or an ARN in which `{account}` stands
    /// for the account.
    pub name: String,
    /// The external id that its trust policy demands.
    pub external_id: Option<String>,
    /// The session's name, which `CloudTrail` shows.
    pub session_name: String,
    /// Tags of the session.
    pub tags: BTreeMap<String, String>,
}

impl Role {
    /// Returns the role's ARN in an account.
    pub fn arn(&self, partition: &str, account: &str) -> String {
        if self.name.starts_with("arn:") {
            self.name.replace("{account}", account)
        } else {
            format!("arn:{partition}:iam::{account}:role/{}", self.name.trim_start_matches('/'))
        }
    }
}

/// What to audit.
#[derive(Debug, Clone)]
pub struct Audit {
    /// A profile of the shared configuration files; the default chain if none.
    pub profile_name: Option<String>,
    /// Regions; all that are enabled if none.
    pub regions: Vec<String>,
    /// Accounts; the caller's own if none.
    pub accounts: Vec<String>,
    /// Whether every active account of the caller's organization is audited.
    pub organization: bool,
    /// The role to assume in each account; the caller's own credentials if none.
    pub role: Option<Role>,
    /// How AWS Config is asked; the services themselves are if not set.
    pub by_config: Option<ByConfig>,
    /// Kinds that the selected rules need.
    pub kinds: BTreeSet<&'static str>,
    /// The longest that the audit may take.
    pub deadline: Duration,
    /// How many calls run beside each other.
    pub concurrency: usize,
    /// How often a call is tried.
    pub attempts: u32,
    /// A server that stands in for AWS, for tests; neither environment nor files are read then.
    #[doc(hidden)]
    pub stand_in: Option<StandIn>,
}

/// A server that stands in for AWS, and the keys to sign its requests with.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Where it listens.
    pub url: String,
    /// The caller's access key.
    pub access_key: String,
    /// The secret that goes with it.
    pub secret_key: String,
}

/// Told of an audit as it goes.
pub trait Watch: Send + Sync {
    /// So many units of so many are done; requests and resources so far.
    fn progress(&self, done: usize, of: usize, what: &str, calls: u64, resources: usize);
    /// A part that an earlier run finished already, if there is one.
    fn finished(&self, part: &PartName) -> Option<Part> {
        let _ = part;
        None
    }
    /// A part is finished, by this run or by an earlier one. Gives it back if it is to be held in memory.
    fn part(&self, part: Part, is_new: bool) -> Result<Option<Part>, Failure> {
        let _ = is_new;
        Ok(Some(part))
    }
}

/// Why an audit ends, or cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody knows who is asking.
    #[error("cannot tell whose credentials these are: {0}")]
    NoIdentity(String),
    /// The accounts of the organization cannot be listed.
    #[error("cannot list the accounts of the organization: {0}")]
    NoOrganization(String),
    /// An account is not a number of twelve digits.
    #[error("`{0}` is no account: expected twelve digits")]
    NotAnAccount(String),
    /// Another account than the caller's was named without a role.
    #[error("account {0} is not the caller's own, and no role to assume there was named")]
    NoRole(String),
    /// The credentials belong to another account than was asked for.
    #[error("asked for account {wanted}, but the credentials are those of account {got}")]
    OtherAccount {
        /// The account that was asked for.
        wanted: String,
        /// The account that answered.
        got: String,
    },
    /// The role could not be assumed.
    #[error("no session in account {account}{}: {why}", .role.as_ref().map(|role| format!(" by {role}")).unwrap_or_default())]
    NoSession {
        /// The account.
        account: String,
        /// The role.
        role: Option<String>,
        /// Why not.
        why: String,
        /// Whether a permission is missing.
        is_denied: bool,
    },
    /// Parts that were read could not be kept.
    #[error("cannot keep what was read: {0}")]
    Keep(String),
    /// The machine gives no threads.
    #[error("cannot start the audit: {0}")]
    Runtime(std::io::Error),
}

impl Audit {
    /// Returns what is read as a text: two audits with the same one read the same.
    pub fn described(&self) -> String {
        let Self { profile_name, regions, accounts, organization, role, kinds, by_config, .. } = self;
        let version = env!("CARGO_PKG_VERSION");
        format!("{version} {profile_name:?} {regions:?} {accounts:?} {organization} {role:?} {kinds:?} {by_config:?}")
    }
}

/// Every operation that an audit may call, sorted by service and name.
pub fn operations() -> Vec<&'static Operation> {
    let mut operations: Vec<_> = SERVICES
        .iter()
        .flat_map(|service| service.operations.iter().copied())
        .chain(regions::OPERATIONS.iter().copied())
        .chain(accounts::OPERATIONS.iter().copied())
        .collect();
    operations.sort_by_key(|operation| operation.api);
    operations.dedup_by_key(|operation| operation.api);
    operations
}

/// Every kind that a live audit can read, sorted.
pub fn kinds() -> BTreeSet<&'static str> {
    SERVICES.iter().flat_map(|service| service.kinds.iter().copied()).collect()
}

/// Reads accounts. Accounts come back in the order of their numbers; one that cannot be read at all has
/// a gap that touches everything. `calls` counts the requests.
pub fn audit(audit: &Audit, watch: &dyn Watch, calls: &Calls) -> Result<Vec<Account>, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::Runtime)?;
    let read = runtime.block_on(run(audit, watch, calls));
    runtime.shutdown_timeout(Duration::from_secs(1));
    read
}

async fn run(audit: &Audit, watch: &dyn Watch, calls: &Calls) -> Result<Vec<Account>, Failure> {
    let deadline = Instant::now() + audit.deadline;
    let late = || Failure::NoIdentity(Miss::Deadline.told());
    let base = timeout_at(deadline, session::base(audit)).await.map_err(|_| late())?;
    let caller = timeout_at(deadline, session::identity(&base, calls)).await.map_err(|_| late())?;
    let caller = caller.map_err(|miss| Failure::NoIdentity(miss.told()))?;
    let shared = Shared {
        wanted: Arc::new(audit.kinds.clone()),
        calls: calls.clone(),
        permits: Arc::new(Semaphore::new(audit.concurrency.max(1))),
        share: audit.concurrency.div_ceil(4).max(1),
        deadline,
    };
    if let Some(by) = &audit.by_config {
        return via::run(audit, by, &base, &caller, &shared, watch).await;
    }
    let accounts = timeout_at(deadline, accounts::of(audit, &base, &caller, calls)).await;
    let accounts = accounts.map_err(|_| Failure::NoOrganization(Miss::Deadline.told()))??;
    // Sessions and regions of all accounts first: then the number of units is known.
    let plans = futures_util::stream::iter(
        accounts.iter().map(|(account, name)| plan(audit, &base, &caller, account, name.as_deref(), &shared)),
    )
    .buffered(8)
    .collect::<Vec<_>>()
    .await;
    let mut accounts = Vec::new();
    let mut units = Vec::new();
    for (number, (account, session)) in plans.into_iter().enumerate() {
        if let Some((session, partition)) = session {
            let regions: Arc<[String]> = account.regions.clone().into();
            for (region, kinds) in &account.kinds {
                let name = PartName { account: account.account.clone(), region: region.clone() };
                let place = Where {
                    account: name.account.clone(),
                    partition: partition.clone(),
                    region: region.clone(),
                    regions: Arc::clone(&regions),
                };
                units.push((number, name, kinds.clone(), session.clone(), place));
            }
        }
        accounts.push(account);
    }
    let of = units.len();
    let (mut done, mut seen) = (0, 0);
    let shared = &shared;
    let mut parts =
        futures_util::stream::iter(units.into_iter().map(|(number, name, kinds, session, place)| async move {
            match watch.finished(&name) {
                Some(part) => (number, part, false),
                None => (number, read(name, kinds, &session, &place, shared).await, true),
            }
        }))
        .buffer_unordered(REGIONS_AT_ONCE);
    while let Some((number, part, is_new)) = parts.next().await {
        done += 1;
        seen += part.resources.len();
        let what = format!("{} {}", part.name.account, part.name.region);
        watch.progress(done, of, &what, calls.total(), seen);
        if let (Some(account), Some(part)) = (accounts.get_mut(number), watch.part(part, is_new)?) {
            account.add(part);
        }
    }
    for account in &mut accounts {
        account.sort();
    }
    Ok(accounts)
}

/// How many regions, over all accounts, are read beside each other; calls have a bound of their own.
const REGIONS_AT_ONCE: usize = 24;

/// Opens a session in an account and finds its regions. Without one the account is a gap.
async fn plan(
    audit: &Audit,
    base: &Session,
    caller: &session::Identity,
    number: &str,
    name: Option<&str>,
    shared: &Shared,
) -> (Account, Option<(Session, String)>) {
    let mut account = Account { account: number.to_owned(), name: name.map(str::to_owned), ..Account::default() };
    // The management account of an organization lacks the role that it gives the others.
    let role = audit.role.as_ref().filter(|_| number != caller.account || !audit.organization);
    let session = session::in_account(base, caller, number, role, &shared.calls);
    let session = timeout_at(shared.deadline, session).await.unwrap_or_else(|_| {
        Err(Failure::NoSession {
            account: number.to_owned(),
            role: role.map(|role| role.arn(&caller.partition, number)),
            why: Miss::Deadline.told(),
            is_denied: false,
        })
    });
    let session = match session {
        Ok(session) => session,
        Err(failure) => {
            let is_denied = matches!(failure, Failure::NoSession { is_denied: true, .. });
            account.gaps.push(Gap {
                subject: format!("account {number}"),
                reason: failure.to_string(),
                kinds: audit.kinds.iter().map(|&kind| kind.to_owned()).collect(),
                account: Some(number.to_owned()),
                region: None,
                permission: is_denied.then(|| "sts:AssumeRole".to_owned()),
                hides_resources: true,
            });
            return (account, None);
        }
    };
    let (regions, gaps) = regions::of(audit, &session, number, &caller.partition, shared).await;
    account.gaps.extend(gaps);
    account.kinds = asked(audit, &regions);
    account.regions = regions;
    (account, Some((session, caller.partition.clone())))
}

/// Returns the kinds that are asked for in each region; `global` for those of services that have none.
fn asked(audit: &Audit, regions: &[String]) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut asked: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for service in SERVICES {
        let kinds = service.kinds.iter().copied().filter(|kind| audit.kinds.contains(kind));
        let kinds: BTreeSet<&'static str> = kinds.collect();
        if kinds.is_empty() {
            continue;
        }
        match service.scope {
            Scope::Regional => regions.iter().for_each(|region| {
                asked.entry(region.clone()).or_default().extend(kinds.iter().copied());
            }),
            Scope::Global => asked.entry(GLOBAL.to_owned()).or_default().extend(kinds),
        }
    }
    asked
}

/// Reads one region of an account: its services beside each other.
async fn read(
    name: PartName,
    kinds: BTreeSet<&'static str>,
    session: &Session,
    place: &Where,
    shared: &Shared,
) -> Part {
    let scope = if name.region == GLOBAL { Scope::Global } else { Scope::Regional };
    let session = session.in_region(match scope {
        Scope::Regional => &name.region,
        Scope::Global => regions::home(&place.partition),
    });
    let wanted =
        |service: &&Service| service.scope == scope && service.kinds.iter().any(|kind| shared.wanted.contains(kind));
    let found = futures_util::future::join_all(SERVICES.iter().filter(wanted).map(|service| {
        let context = Context::new(session.clone(), place.clone(), service.name, shared);
        async move {
            (service.collect)(context.clone()).await;
            context.finish()
        }
    }));
    let mut part = Part { name, kinds, resources: Vec::new(), gaps: Vec::new() };
    for found in found.await {
        part.resources.extend(found.resources);
        part.gaps.extend(found.gaps);
    }
    settle::settle(&mut part.resources);
    part.resources.sort_by(|a, b| a.id.cmp(&b.id));
    part.gaps.sort();
    part
}
