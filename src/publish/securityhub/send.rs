//! Sends findings in batches, a few of them beside each other, and keeps account of each that was not taken.

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;

use super::Outcome;
use super::batch::{Batch, Unfit};
use super::hub::{CallError, Refused};
use super::run::Paced;
use crate::report::asff::AsffFinding;

/// Batches on the way at a time: enough for the documented rate when an answer takes four tenths of a second.
const ON_THE_WAY: usize = 4;

/// Sends findings to one hub.
pub(super) struct Sender<'a> {
    paced: &'a Paced<'a>,
    dry_run: bool,
    batch: Batch,
    on_the_way: FuturesOrdered<BoxFuture<'a, Delivered>>,
    so_far: Delivered,
}

/// What became of findings.
#[derive(Default)]
struct Delivered {
    sent: usize,
    unsent: usize,
    refused: Vec<Refused>,
    failure: Option<CallError>,
}

impl<'a> Sender<'a> {
    pub(super) fn new(paced: &'a Paced<'a>, dry_run: bool) -> Self {
        let batch = Batch::default();
        Self { paced, dry_run, batch, on_the_way: FuturesOrdered::new(), so_far: Delivered::default() }
    }

    /// Returns how many findings the hub took.
    pub(super) fn sent(&self) -> usize {
        self.so_far.sent
    }

    /// Sends a finding, together with others when there are enough.
    pub(super) async fn send(&mut self, finding: AsffFinding) {
        if self.dry_run {
            return;
        }
        let id = finding.id.clone();
        match self.batch.add(finding) {
            Ok(None) => {}
            Ok(Some(full)) => self.dispatch(full).await,
            Err(Unfit(reason)) => self.so_far.refused.push(Refused { id, code: "NotSent".to_owned(), reason }),
        }
    }

    /// Takes note of findings that cannot be sent, and why; nothing more is sent after that.
    pub(super) fn give_up(&mut self, count: usize, failure: CallError) {
        self.so_far.unsent += count;
        self.so_far.failure.get_or_insert(failure);
    }

    /// Sends what is left, waits for all answers, and adds everything to the outcome.
    pub(super) async fn finish(&mut self, outcome: &mut Outcome) {
        let rest = self.batch.take();
        if !rest.is_empty() {
            self.dispatch(rest).await;
        }
        while let Some(delivered) = self.on_the_way.next().await {
            self.so_far.join(delivered);
        }
        outcome.unsent += self.so_far.unsent;
        outcome.refused.append(&mut self.so_far.refused);
        outcome.failure = self.so_far.failure.take();
    }

    /// Sends a batch on its way, when there is room for one more. After a failure nothing is sent any more.
    async fn dispatch(&mut self, findings: Vec<AsffFinding>) {
        if self.on_the_way.len() == ON_THE_WAY
            && let Some(delivered) = self.on_the_way.next().await
        {
            self.so_far.join(delivered);
        }
        if self.so_far.failure.is_some() {
            self.so_far.unsent += findings.len();
        } else {
            self.on_the_way.push_back(Box::pin(deliver(self.paced, findings)));
        }
    }
}

impl Delivered {
    /// Adds what became of later ones.
    fn join(&mut self, mut later: Self) {
        self.sent += later.sent;
        self.unsent += later.unsent;
        self.refused.append(&mut later.refused);
        self.failure = self.failure.take().or(later.failure);
    }

    /// Takes note of the answer to a part. Findings that the hub may take then are sent once more, alone.
    async fn settle(&mut self, paced: &Paced<'_>, part: Vec<AsffFinding>, refused: Vec<Refused>) {
        self.sent += part.len().saturating_sub(refused.len());
        let (passing, lasting): (Vec<_>, Vec<_>) = refused.into_iter().partition(Refused::is_passing);
        self.refused.extend(lasting);
        if passing.is_empty() {
            return;
        }
        let is_passing = |finding: &AsffFinding| passing.iter().any(|refused| refused.id == finding.id);
        let again: Vec<AsffFinding> = part.into_iter().filter(is_passing).collect();
        if again.is_empty() {
            self.refused.extend(passing);
            return;
        }
        paced.pause().await;
        match paced.import(&again).await {
            Ok(refused) => {
                self.sent += again.len().saturating_sub(refused.len());
                self.refused.extend(refused);
            }
            // Each has its reason from the first time.
            Err(CallError::Refused(_)) => self.refused.extend(passing),
            Err(error) => {
                self.unsent += again.len();
                self.failure = Some(error);
            }
        }
    }
}

/// Sends a batch. One that is refused as a whole is halved until what is wrong with it stands alone.
async fn deliver(paced: &Paced<'_>, findings: Vec<AsffFinding>) -> Delivered {
    let mut delivered = Delivered::default();
    let mut parts = vec![findings];
    while let Some(mut part) = parts.pop() {
        if delivered.failure.is_some() {
            delivered.unsent += part.len();
            continue;
        }
        match paced.import(&part).await {
            Ok(refused) => delivered.settle(paced, part, refused).await,
            Err(CallError::Refused(_)) if part.len() > 1 => {
                let second = part.split_off(part.len() / 2);
                parts.push(second);
                parts.push(part);
            }
            Err(CallError::Refused(reason)) => {
                let refused = |finding: AsffFinding| Refused {
                    id: finding.id,
                    code: "InvalidInput".to_owned(),
                    reason: reason.clone(),
                };
                delivered.refused.extend(part.into_iter().map(refused));
            }
            Err(error) => {
                delivered.unsent += part.len();
                delivered.failure = Some(error);
            }
        }
    }
    delivered
}
