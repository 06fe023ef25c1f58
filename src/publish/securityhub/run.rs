//! One hub: read what it holds, decide, send. A run that breaks leaves a hub that the next run brings to
//! the same end, because every run begins with what the hub holds.

use std::io;

use futures_util::future::BoxFuture;

use super::draft::Writer;
use super::existing::Existing;
use super::hub::{Call, CallError, Hub, Refused};
use super::kept::Kept;
use super::pace::{Bucket, Pace, backoff};
use super::reconcile::{Reconcile, Seen};
use super::scope::Scope;
use super::send::Sender;
use super::{Outcome, Watch};
use crate::finding::{Finding, Report};
use crate::report::asff::{self, AsffFinding};

/// How often a call is tried.
const TRIES: u32 = 8;

/// What the run of one hub needs.
#[expect(clippy::struct_field_names, reason = "dry run is the word for it")]
pub(super) struct Run<'a> {
    pub(super) report: &'a Report,
    pub(super) scope: &'a Scope,
    /// Failures and accepted failures that belong here.
    pub(super) findings: &'a [&'a Finding],
    pub(super) writer: &'a Writer<'a>,
    pub(super) dry_run: bool,
    pub(super) watch: &'a dyn Watch,
}

/// A hub behind its rates.
pub(super) struct Paced<'a> {
    hub: &'a dyn Hub,
    pace: &'a dyn Pace,
    reads: Bucket,
    imports: Bucket,
}

impl<'a> Paced<'a> {
    pub(super) fn new(hub: &'a dyn Hub, pace: &'a dyn Pace) -> Self {
        Self { hub, pace, reads: Bucket::reads(), imports: Bucket::imports() }
    }

    /// Sends findings; tries again while that may help.
    pub(super) async fn import(&self, findings: &[AsffFinding]) -> Result<Vec<Refused>, CallError> {
        self.call(Call::Import, || self.hub.import(findings)).await
    }

    pub(super) async fn pause(&self) {
        self.pace.pause(backoff(1)).await;
    }

    async fn call<'b, T>(
        &self,
        call: Call,
        make: impl Fn() -> BoxFuture<'b, Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let mut tries = 0;
        loop {
            match call {
                Call::Import => self.imports.admit(self.pace).await,
                Call::Read => self.reads.admit(self.pace).await,
                Call::Describe => {}
            }
            match make().await {
                Err(error) if error.is_passing() && tries + 1 < TRIES => {
                    self.pace.pause(backoff(tries)).await;
                    tries += 1;
                }
                Err(error) if error.is_passing() => {
                    return Err(CallError::Failed(format!("{error}, {TRIES} times in a row")));
                }
                answer => return answer,
            }
        }
    }
}

impl Run<'_> {
    pub(super) async fn run(&self, hub: &dyn Hub, pace: &dyn Pace) -> Outcome {
        let mut outcome = Outcome::new(self.scope);
        let paced = Paced::new(hub, pace);
        if let Err(error) = paced.call(Call::Describe, || hub.describe()).await {
            let nothing_lost = self.findings.is_empty();
            outcome.unsent = self.findings.len();
            match error {
                // A hub that is not there holds nothing, so with nothing to send nothing is missing.
                CallError::NotEnabled | CallError::RegionOff if nothing_lost => outcome.is_absent = true,
                error => outcome.failure = Some(error),
            }
            return outcome;
        }
        let mut reconcile = Reconcile::new(self.report, self.scope, self.findings, self.writer);
        let kept = match self.read(&paced, &mut reconcile).await {
            Ok(kept) => kept,
            Err(error) => {
                // What the hub holds is not known, so what is new is not known either.
                outcome.unsent = self.findings.len();
                outcome.failure = Some(error);
                return outcome;
            }
        };
        let mut sender = Sender::new(&paced, self.dry_run);
        let (count, mut handled) = (kept.count(), 0);
        match self.send_again(kept, &mut handled, &mut sender).await {
            Ok(()) => self.send_wanted(&mut reconcile, &mut sender).await,
            Err(error) => sender.give_up(count - handled + reconcile.wanted(), aside(&error)),
        }
        sender.finish(&mut outcome).await;
        self.watch.progress(self.scope, "sent", sender.sent());
        outcome.counts = std::mem::take(&mut reconcile.counts);
        outcome
    }

    /// Sends what the hub has, with what becomes of it.
    async fn send_again(&self, kept: Kept, handled: &mut usize, sender: &mut Sender<'_>) -> io::Result<()> {
        for finding in kept.into_findings()? {
            sender.send(finding?).await;
            *handled += 1;
            self.watch.progress(self.scope, "sent", sender.sent());
        }
        Ok(())
    }

    /// Sends the findings of this run that the hub does not have so.
    async fn send_wanted(&self, reconcile: &mut Reconcile<'_>, sender: &mut Sender<'_>) {
        for position in 0..reconcile.wanted() {
            if let Some((change, finding)) = reconcile.settle(position) {
                self.watch.change(self.scope, change, &finding);
                sender.send(finding).await;
                self.watch.progress(self.scope, "sent", sender.sent());
            }
        }
    }

    /// Reads everything of hfscan's that the hub holds. Kept are those that have to be sent again, and of the
    /// others what tells whether they changed.
    async fn read(&self, paced: &Paced<'_>, reconcile: &mut Reconcile<'_>) -> Result<Kept, CallError> {
        let product = asff::product(self.writer.partition(), &self.scope.region, &self.scope.account);
        let mut kept = Kept::new();
        let mut token: Option<String> = None;
        let mut seen = 0;
        loop {
            let page = paced.call(Call::Read, || paced.hub.page(token.clone())).await?;
            for finding in page.findings {
                seen += 1;
                let Some(existing) = Existing::of(&finding, &product, &self.scope.account) else { continue };
                let Seen::Send(change) = reconcile.see(&existing) else { continue };
                self.watch.change(self.scope, change, &finding);
                reconcile.counts.add(change);
                if !self.dry_run {
                    kept.add(&self.writer.again(finding, change)).map_err(|error| aside(&error))?;
                }
            }
            self.watch.progress(self.scope, "read", seen);
            match page.next {
                None => return Ok(kept),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(CallError::Failed("Security Hub gives the same page again and again".to_owned()));
                }
                next => token = next,
            }
        }
    }
}

/// Says that findings cannot be kept aside.
fn aside(error: &io::Error) -> CallError {
    CallError::Failed(format!(
        "findings to send again cannot be kept in a temporary file ({error}); TMPDIR names a directory for it"
    ))
}
