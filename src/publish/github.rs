//! Upload of a SARIF log to GitHub code scanning: send, then wait until GitHub has processed it.
//!
//! Endpoints: <https://docs.github.com/en/rest/code-scanning/code-scanning#upload-an-analysis-as-sarif-data>

mod answer;
mod client;
pub mod failure;
pub mod pace;
mod payload;
pub mod target;

use std::time::Duration;

use serde::Deserialize;

pub use failure::PublishError;
pub use pace::{Pace, WallPace};
pub use target::{Target, TargetError, Token};

use answer::{Advice, Answer, Step};
use client::{Client, Request};

/// How often a request is sent before the upload is given up.
const TRIES: u32 = 5;

/// Longest wait between two looks at the processing.
const SLOWEST_LOOK: Duration = Duration::from_secs(10);

/// What GitHub made of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// GitHub's name of the upload.
    pub id: String,
    /// What GitHub says of results that it took nevertheless.
    pub notes: Vec<String>,
    /// Whether GitHub changed no alert, because the log says that the run did not succeed.
    pub unsuccessful: bool,
}

/// GitHub's answer to an upload.
#[derive(Debug, Deserialize)]
struct Receipt {
    id: String,
}

/// GitHub's answer to the question how far an upload is.
#[derive(Debug, Deserialize)]
struct Processing {
    #[serde(default)]
    processing_status: Option<String>,
    #[serde(default)]
    errors: Option<Vec<String>>,
}

/// Uploads a SARIF log and waits for GitHub to process it. `timeout` bounds all of it: retries, their
/// waits and the processing.
pub fn publish(
    target: &Target,
    token: &Token,
    sarif: &[u8],
    pace: &dyn Pace,
    timeout: Duration,
) -> Result<Published, PublishError> {
    let body = payload::body(target, sarif)?;
    let run = Run { client: Client::new(target, token), pace, timeout };
    let receipt = run.send(&Request { path: target.uploads(), body: Some(body) }, Step::Upload)?;
    let id = match serde_json::from_str::<Receipt>(&receipt.body) {
        Ok(Receipt { id }) if is_id(&id) => id,
        _ => return Err(PublishError::NoReceipt { status: receipt.status }),
    };
    run.wait(target, id)
}

/// An id becomes part of a path, so it is checked.
fn is_id(id: &str) -> bool {
    (1..=100).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

struct Run<'a> {
    client: Client<'a>,
    pace: &'a dyn Pace,
    timeout: Duration,
}

impl Run<'_> {
    /// Sends a request until GitHub takes it, refuses it for good, or time or tries are over.
    fn send(&self, request: &Request, step: Step) -> Result<Answer, PublishError> {
        let mut tries = 0;
        loop {
            let (wait, reason) = match self.client.send(request, self.left()) {
                Ok(answer) => match answer.advice(step, tries) {
                    Advice::Take => return Ok(answer),
                    Advice::Stop(error) => return Err(error),
                    Advice::Retry { wait, reason } => (wait, reason),
                },
                Err(error) if error.is_passing() => (pace::backoff(tries), error.to_string()),
                Err(error) => return Err(PublishError::Connection(error)),
            };
            tries += 1;
            if tries == TRIES {
                return Err(PublishError::GaveUp { tries, reason });
            }
            if wait >= self.left() {
                return Err(PublishError::NoTimeLeft { reason, wait, timeout: self.timeout });
            }
            self.pace.pause(wait);
        }
    }

    fn wait(&self, target: &Target, id: String) -> Result<Published, PublishError> {
        let request = Request { path: target.upload(&id), body: None };
        let mut looks = 0;
        loop {
            let answer = self.send(&request, Step::Look)?;
            let processing: Processing = serde_json::from_str(&answer.body)
                .map_err(|_| PublishError::NoStatus { status: answer.status, id: id.clone() })?;
            let errors: Vec<String> =
                processing.errors.unwrap_or_default().iter().map(|error| self.client.clean(error)).collect();
            match processing.processing_status.as_deref() {
                Some("complete") => return Ok(Published { id, notes: errors, unsuccessful: false }),
                // What GitHub answers to every log of an incomplete run.
                Some("failed") if !errors.is_empty() && errors.iter().all(|error| is_unsuccessful_run(error)) => {
                    return Ok(Published { id, notes: Vec::new(), unsuccessful: true });
                }
                Some("failed") => return Err(PublishError::Processing { errors }),
                _ => {}
            }
            let wait = pace::look(looks).min(SLOWEST_LOOK);
            looks += 1;
            if wait >= self.left() {
                return Err(PublishError::Pending { id, timeout: self.timeout });
            }
            self.pace.pause(wait);
        }
    }

    fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.pace.elapsed())
    }
}

fn is_unsuccessful_run(error: &str) -> bool {
    error.starts_with("unsuccessful execution")
}
