//! Sends findings in batches, and keeps account of each that was not taken.

use super::Outcome;
use super::batch::{Batch, Unfit};
use super::hub::{CallError, Refused};
use super::run::Paced;
use crate::report::asff::AsffFinding;

/// Sends findings to one hub.
pub(super) struct Sender<'a> {
    paced: Paced<'a>,
    dry_run: bool,
    batch: Batch,
    sent: usize,
    unsent: usize,
    refused: Vec<Refused>,
    failure: Option<CallError>,
}

impl<'a> Sender<'a> {
    pub(super) fn new(paced: Paced<'a>, dry_run: bool) -> Self {
        Self { paced, dry_run, batch: Batch::default(), sent: 0, unsent: 0, refused: Vec::new(), failure: None }
    }

    /// Returns how many findings the hub took.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// Sends a finding, together with others when there are enough.
    pub(super) async fn send(&mut self, finding: AsffFinding) {
        if self.dry_run {
            return;
        }
        let id = finding.id.clone();
        match self.batch.add(finding) {
            Ok(None) => {}
            Ok(Some(full)) => self.deliver(full).await,
            Err(Unfit(reason)) => self.refused.push(Refused { id, code: "NotSent".to_owned(), reason }),
        }
    }

    /// Sends what is left, and adds everything to the outcome.
    pub(super) async fn finish(mut self, outcome: &mut Outcome) -> Paced<'a> {
        let rest = self.batch.take();
        if !rest.is_empty() {
            self.deliver(rest).await;
        }
        outcome.unsent += self.unsent;
        outcome.refused.append(&mut self.refused);
        outcome.failure = outcome.failure.take().or(self.failure);
        self.paced
    }

    /// Sends a batch. One that is refused as a whole is halved until what is wrong with it stands alone.
    async fn deliver(&mut self, findings: Vec<AsffFinding>) {
        let mut parts = vec![findings];
        while let Some(mut part) = parts.pop() {
            if self.failure.is_some() {
                self.unsent += part.len();
                continue;
            }
            match self.paced.import(&part).await {
                Ok(refused) => self.settle(part, refused).await,
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
                    self.refused.extend(part.into_iter().map(refused));
                }
                Err(error) => {
                    self.unsent += part.len();
                    self.failure = Some(error);
                }
            }
        }
    }

    /// Sends those once more that the hub may take then, alone.
    async fn settle(&mut self, part: Vec<AsffFinding>, refused: Vec<Refused>) {
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
        self.paced.pause().await;
        match self.paced.import(&again).await {
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
