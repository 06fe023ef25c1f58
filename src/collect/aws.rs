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
mod services;
pub(crate) mod session;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use futures_util::StreamExt as _;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::collect::live::{Account, GLOBAL, Part, PartName};
use crate::inventory::Gap;
use calls::Calls;
use context::{Context, Shared, Where};
use operation::Operation;
use services::{SERVICES, Scope, Service};

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
    /// Kinds that the selected rules need.
    pub kinds: BTreeSet<&'static str>,
    /// The longest that the audit may take.
    pub deadline: Duration,
    /// How many calls run beside each other.
    pub concurrency: usize,
    /// How often a call is tried.
    pub attempts: u32,
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
        let Self { profile_name, regions, accounts, organization, role, kinds, .. } = self;
        let version = env!("CARGO_PKG_VERSION");
        format!("{version} {profile_name:?} {regions:?} {accounts:?} {organization} {role:?} {kinds:?}")
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
    let first = audit.regions.first().map(String::as_str);
    let base = session::base(audit.profile_name.as_deref(), first, audit.attempts).await;
    let caller = session::identity(&base).await.map_err(|miss| Failure::NoIdentity(miss.told()))?;
    let accounts = accounts::of(audit, &base, &caller).await?;
    let shared = Shared {
        wanted: Arc::new(audit.kinds.clone()),
        calls: calls.clone(),
        permits: Arc::new(Semaphore::new(audit.concurrency.max(1))),
        deadline,
    };
    // Sessions and regions of all accounts first: then the number of units is known.
    let plans = futures_util::stream::iter(
        accounts.iter().map(|(account, name)| plan(audit, &base, &caller, account, name.as_deref(), &shared)),
    )
    .buffered(8)
    .collect::<Vec<_>>()
    .await;
    let mut accounts = Vec::new();
    let mut units = Vec::new();
    for (number, (account, sdk)) in plans.into_iter().enumerate() {
        if let Some((sdk, partition)) = sdk {
            for (region, kinds) in &account.kinds {
                let name = PartName { account: account.account.clone(), region: region.clone() };
                let place =
                    Where { account: name.account.clone(), partition: partition.clone(), region: region.clone() };
                units.push((number, name, kinds.clone(), sdk.clone(), place));
            }
        }
        accounts.push(account);
    }
    let of = units.len();
    let (mut done, mut seen) = (0, 0);
    let shared = &shared;
    let mut parts = futures_util::stream::iter(units.into_iter().map(|(number, name, kinds, sdk, place)| async move {
        match watch.finished(&name) {
            Some(part) => (number, part, false),
            None => (number, read(name, kinds, &sdk, &place, shared).await, true),
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
    base: &SdkConfig,
    caller: &session::Identity,
    number: &str,
    name: Option<&str>,
    shared: &Shared,
) -> (Account, Option<(SdkConfig, String)>) {
    let mut account = Account { account: number.to_owned(), name: name.map(str::to_owned), ..Account::default() };
    // The management account of an organization lacks the role that it gives the others.
    let role = audit.role.as_ref().filter(|_| number != caller.account || !audit.organization);
    let sdk = match session::in_account(base, caller, number, role).await {
        Ok(sdk) => sdk,
        Err(failure) => {
            account.gaps.push(Gap {
                subject: format!("account {number}"),
                reason: failure.to_string(),
                kinds: audit.kinds.iter().map(|&kind| kind.to_owned()).collect(),
                account: Some(number.to_owned()),
                region: None,
                permission: role.map(|_| "sts:AssumeRole".to_owned()),
                hides_resources: true,
            });
            return (account, None);
        }
    };
    let (regions, gaps) = regions::of(audit, &sdk, number, &caller.partition, shared).await;
    account.gaps.extend(gaps);
    for service in SERVICES {
        let kinds = service.kinds.iter().copied().filter(|kind| audit.kinds.contains(kind));
        let kinds: BTreeSet<&'static str> = kinds.collect();
        if kinds.is_empty() {
            continue;
        }
        match service.scope {
            Scope::Regional => regions.iter().for_each(|region| {
                account.kinds.entry(region.clone()).or_default().extend(kinds.iter().copied());
            }),
            Scope::Global => account.kinds.entry(GLOBAL.to_owned()).or_default().extend(kinds),
        }
    }
    account.regions = regions;
    (account, Some((sdk, caller.partition.clone())))
}

/// Reads one region of an account: its services beside each other.
async fn read(name: PartName, kinds: BTreeSet<&'static str>, sdk: &SdkConfig, place: &Where, shared: &Shared) -> Part {
    let scope = if name.region == GLOBAL { Scope::Global } else { Scope::Regional };
    let sdk = match scope {
        Scope::Regional => sdk.to_builder().region(aws_config::Region::new(name.region.clone())).build(),
        Scope::Global => sdk.to_builder().region(aws_config::Region::new(regions::home(&place.partition))).build(),
    };
    let wanted =
        |service: &&Service| service.scope == scope && service.kinds.iter().any(|kind| shared.wanted.contains(kind));
    let found = futures_util::future::join_all(SERVICES.iter().filter(wanted).map(|service| {
        let context = Context::new(sdk.clone(), place.clone(), service.name, shared);
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
    part.resources.sort_by(|a, b| a.id.cmp(&b.id));
    part.gaps.sort();
    part
}
