//! One hub: read what it holds, decide, send. A run that breaks leaves a hub that the next run brings to
//! the same end, because every run begins with what the hub holds.

use futures_util::future::BoxFuture;

use super::change::{Change, Counts};
use super::draft::Writer;
use super::existing::Existing;
use super::hub::{Call, CallError, Hub, Refused};
use super::pace::{Bucket, Pace, backoff};
use super::reconcile::{Reconcile, Seen};
use super::scope::Scope;
use super::send::Sender;
use super::{Outcome, Watch};
use crate::finding::{Finding, Report};
use crate::report::asff::{self, AsffFinding};

/// How often a call is tried.
const TRIES: u32 = 8;

/// Findings of the hub that are kept in memory to be sent again. If there are more, they are read once
/// more after the first ones are sent.
const MOST_KEPT: usize = 10_000;

/// How often a hub is read for those that were more.
const ROUNDS: usize = 1_000;

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
    pub(super) async fn import(&mut self, findings: &[AsffFinding]) -> Result<Vec<Refused>, CallError> {
        let hub = self.hub;
        self.call(Call::Import, || hub.import(findings)).await
    }

    pub(super) async fn pause(&self) {
        self.pace.pause(backoff(1)).await;
    }

    async fn call<'b, T>(
        &mut self,
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

/// What the first look at a hub gave.
struct Read {
    /// Findings to send again, with what becomes of them.
    again: Vec<(Change, AsffFinding)>,
    /// How many more there are.
    more: usize,
}

impl Run<'_> {
    pub(super) async fn run(&self, hub: &dyn Hub, pace: &dyn Pace) -> Outcome {
        let mut outcome = Outcome::new(self.scope);
        let mut paced = Paced::new(hub, pace);
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
        for round in 0..ROUNDS {
            let mut reconcile = Reconcile::new(self.report, self.scope, self.findings, self.writer);
            let read = match self.read(&mut paced, &mut reconcile).await {
                Ok(read) => read,
                Err(error) => {
                    // What the hub holds is not known, so what is new is not known either.
                    outcome.unsent += if round == 0 { self.findings.len() } else { 0 };
                    outcome.failure = Some(error);
                    return outcome;
                }
            };
            let before = outcome.counts.sent();
            let mut sender = Sender::new(paced, self.dry_run);
            for (change, finding) in read.again {
                reconcile.counts.add(change);
                sender.send(finding).await;
            }
            if round == 0 {
                for position in 0..reconcile.wanted() {
                    if let Some((change, finding)) = reconcile.settle(position) {
                        self.watch.change(self.scope, change, &finding);
                        sender.send(finding).await;
                        self.watch.progress(self.scope, "sent", sender.sent());
                    }
                }
            }
            paced = sender.finish(&mut outcome).await;
            let counts = std::mem::take(&mut reconcile.counts);
            if round == 0 {
                outcome.counts.join(&counts);
            } else {
                outcome.counts.join(&Counts { changes: counts.changes, ..Counts::default() });
            }
            let stands_still = outcome.counts.sent() == before;
            if read.more == 0 || stands_still || outcome.failure.is_some() {
                outcome.unsent += read.more;
                return outcome;
            }
        }
        outcome
    }

    /// Reads everything of hfscan's that the hub holds. In memory stay those that have to be sent again, up
    /// to a bound, and of the others what tells whether they changed.
    async fn read(&self, paced: &mut Paced<'_>, reconcile: &mut Reconcile<'_>) -> Result<Read, CallError> {
        let product = asff::product(self.writer.partition(), &self.scope.region, &self.scope.account);
        let mut read = Read { again: Vec::new(), more: 0 };
        let mut token: Option<String> = None;
        let mut seen = 0;
        loop {
            let hub = paced.hub;
            let page = paced.call(Call::Read, || hub.page(token.clone())).await?;
            for finding in page.findings {
                seen += 1;
                let Some(existing) = Existing::of(&finding, &product, &self.scope.account) else { continue };
                let Seen::Send(change) = reconcile.see(&existing) else { continue };
                if self.dry_run {
                    self.watch.change(self.scope, change, &finding);
                    reconcile.counts.add(change);
                } else if read.again.len() == MOST_KEPT {
                    read.more += 1;
                } else {
                    self.watch.change(self.scope, change, &finding);
                    read.again.push((change, self.writer.again(finding, change)));
                }
            }
            self.watch.progress(self.scope, "read", seen);
            match page.next {
                None => return Ok(read),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(CallError::Failed("Security Hub gives the same page again and again".to_owned()));
                }
                next => token = next,
            }
        }
    }
}
