//! Findings of an audit to AWS Security Hub: what is new is sent, what is mended passes, what is gone is
//! archived, and nothing is closed without proof. One session for each account, one hub for each of its
//! regions; each run begins with what the hub holds, so that a broken one is simply started again.
//!
//! API: <https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html>

mod access;
mod batch;
pub mod change;
mod client;
mod convert;
pub mod draft;
pub mod evidence;
pub mod existing;
pub mod hub;
mod kept;
pub mod pace;
pub mod reconcile;
mod run;
pub mod scope;
mod send;

use std::time::Duration;

use futures_util::StreamExt as _;

use crate::failure::Kind;
use crate::finding::Report;
use crate::report::Look;
use crate::report::asff::{self, AsffFinding};

pub use access::Access;
pub use change::{Change, Counts};
pub use hub::{CallError, Hub, Refused};
pub use pace::{Pace, WallPace};
pub use reconcile::Waived;
pub use scope::Scope;

use access::Sessions;
use client::SdkHub;
use draft::Writer;
use run::Run;
use scope::Scopes;

/// How many hubs are written to beside each other; each has rates of its own.
const HUBS_AT_ONCE: usize = 8;

/// Bytes of the stack on which findings are packed and unpacked; memory is taken when it is used.
const STACK: usize = 64 * 1024 * 1024;

/// What to publish.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// What an audit found.
    pub report: &'a Report,
    /// The time of the run, and the home region.
    pub look: &'a Look,
    /// What is done with accepted findings.
    pub waived: Waived,
    /// Whether the changes are told only, and nothing is sent.
    pub dry_run: bool,
}

/// Told of a publication as it goes.
pub trait Watch: Send + Sync {
    /// So many findings of a hub are read or sent.
    fn progress(&self, scope: &Scope, what: &str, count: usize);
    /// What becomes of a finding.
    fn change(&self, scope: &Scope, change: Change, finding: &AsffFinding);
}

/// What became of one hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The hub.
    pub scope: Scope,
    /// What was to be done.
    pub counts: Counts,
    /// Findings that the hub did not take, with its reasons.
    pub refused: Vec<Refused>,
    /// How many were not sent because of the failure.
    pub unsent: usize,
    /// Why it ended early.
    pub failure: Option<CallError>,
    /// Whether the hub is not there, while there was nothing to send either.
    pub is_absent: bool,
}

impl Outcome {
    fn new(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            counts: Counts::default(),
            refused: Vec::new(),
            unsent: 0,
            failure: None,
            is_absent: false,
        }
    }

    /// Returns whether everything that was to be done was done.
    pub fn is_complete(&self) -> bool {
        self.failure.is_none() && self.refused.is_empty() && self.unsent == 0
    }
}

/// What became of all hubs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// The hubs, sorted by account and region.
    pub outcomes: Vec<Outcome>,
    /// How many findings belong to no account and were not sent.
    pub without_account: usize,
}

impl Published {
    /// Returns whether everything that was to be done was done.
    pub fn is_complete(&self) -> bool {
        self.without_account == 0 && self.outcomes.iter().all(Outcome::is_complete)
    }

    /// Returns the counts of all hubs.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        self.outcomes.iter().for_each(|outcome| counts.join(&outcome.counts));
        counts
    }
}

/// Why nothing can be published at all.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The findings are those of a plan, or of manifests.
    #[error("these findings are not those of an audit, and Security Hub is for what runs in an account")]
    NoAudit,
    /// Nobody knows who is asking.
    #[error("cannot tell whose credentials these are: {0}")]
    NoIdentity(String),
    /// The machine gives no threads.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}

impl PublishError {
    /// Returns what kind of failure it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoAudit => Kind::Usage,
            Self::NoIdentity(_) | Self::Runtime(_) => Kind::Publish,
        }
    }

    /// Returns what the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoAudit => {
                "audit the account: hfscan audit aws --publish securityhub; for a plan: -o asff=FILE writes the findings"
            }
            Self::NoIdentity(_) | Self::Runtime(_) => {
                "the findings themselves are written; publish them again with: hfscan report FINDINGS.json --publish securityhub"
            }
        }
    }
}

/// Publishes what an audit found. A hub that cannot be written to does not keep the others from it.
pub fn publish(
    request: &Request<'_>,
    access: &Access,
    pace: &dyn Pace,
    watch: &dyn Watch,
) -> Result<Published, PublishError> {
    if request.report.coverage.is_empty() {
        return Err(PublishError::NoAudit);
    }
    // The SDK's type of a finding has a field for each of a hundred kinds of resource, and is handed from call to
    // call by value: on the stack of an ordinary thread there is no room for that in a debug build.
    let thread = std::thread::Builder::new().name("security-hub".to_owned()).stack_size(STACK);
    std::thread::scope(|threads| {
        let work = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(PublishError::Runtime)?;
            let published = runtime.block_on(publish_all(request, access, pace, watch));
            runtime.shutdown_timeout(Duration::from_secs(1));
            published
        };
        let thread = thread.spawn_scoped(threads, work).map_err(PublishError::Runtime)?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

async fn publish_all(
    request: &Request<'_>,
    access: &Access,
    pace: &dyn Pace,
    watch: &dyn Watch,
) -> Result<Published, PublishError> {
    let sessions = Sessions::open(access).await?;
    let writer = Writer::new(request.report, request.look, sessions.partition(), request.waived);
    let scopes = Scopes::of(request.report, writer.look(), writer.partition());
    let (sessions, writer) = (&sessions, &writer);
    let runs = scopes.findings.iter().map(|(scope, findings)| async move {
        let run = Run { report: request.report, scope, findings, writer, dry_run: request.dry_run, watch };
        match sessions.of(&scope.account).await {
            Ok(session) => {
                let product = asff::product(writer.partition(), &scope.region, &scope.account);
                run.run(&SdkHub::new(&session, scope, &product), pace).await
            }
            Err(why) => {
                Outcome { unsent: findings.len(), failure: Some(CallError::Failed(why)), ..Outcome::new(scope) }
            }
        }
    });
    // Ordered: the same run tells the same, whichever hub answers first.
    let outcomes = futures_util::stream::iter(runs).buffered(HUBS_AT_ONCE).collect().await;
    Ok(Published { outcomes, without_account: scopes.without_account })
}

/// Publishes to hubs that the caller brings, for those who have one that is not the SDK's.
pub async fn publish_to(
    request: &Request<'_>,
    partition: &str,
    hubs: &(dyn Fn(&Scope) -> Box<dyn Hub> + Sync),
    pace: &dyn Pace,
    watch: &dyn Watch,
) -> Published {
    let writer = Writer::new(request.report, request.look, partition, request.waived);
    let scopes = Scopes::of(request.report, writer.look(), writer.partition());
    let mut published = Published { without_account: scopes.without_account, ..Published::default() };
    for (scope, findings) in &scopes.findings {
        let run = Run { report: request.report, scope, findings, writer: &writer, dry_run: request.dry_run, watch };
        published.outcomes.push(run.run(hubs(scope).as_ref(), pace).await);
    }
    published
}
