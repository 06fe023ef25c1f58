//! What an answer of GitHub means: take it, wait and try again, or stop and say why.
//!
//! Limits: <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{PublishError, pace};

/// Which request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The upload.
    Upload,
    /// The question how far it is.
    Look,
}

/// An answer of GitHub.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// GitHub's own words, clean; empty if there are none.
    pub(super) message: String,
    pub(super) body: String,
    pub(super) retry_after: Option<String>,
    pub(super) remaining: Option<String>,
    pub(super) reset: Option<String>,
    pub(super) date: Option<String>,
}

/// What to do about an answer.
#[derive(Debug)]
pub(super) enum Advice {
    /// It is what was asked for.
    Take,
    /// Another try may help.
    Retry { wait: Duration, reason: String },
    /// No other try will help.
    Stop(PublishError),
}

impl Answer {
    /// Returns what to do after the try of this number, counted from 0.
    pub(super) fn advice(&self, step: Step, tries: u32) -> Advice {
        let message = self.message.clone();
        let retry = |wait| Advice::Retry { wait, reason: self.told() };
        match self.status {
            200..=299 => Advice::Take,
            403 | 429 => match self.limit(tries) {
                Some(wait) => retry(wait),
                None if self.is_switched_off() => Advice::Stop(PublishError::SwitchedOff { message }),
                None => Advice::Stop(PublishError::Forbidden { message }),
            },
            401 => Advice::Stop(PublishError::Unauthorized { message }),
            // An upload may not be known everywhere at once.
            404 if step == Step::Look => retry(pace::backoff(tries)),
            404 => Advice::Stop(PublishError::NotFound { message }),
            413 => Advice::Stop(PublishError::Refused { message: format!("it is too large ({})", self.told()) }),
            400 | 422 => Advice::Stop(PublishError::Invalid { status: self.status, message }),
            408 | 500..=599 => retry(self.named_wait().unwrap_or_else(|| pace::backoff(tries))),
            _ => Advice::Stop(PublishError::Unexpected { status: self.status, message }),
        }
    }

    /// Returns the wait if a rate limit, primary or secondary, stopped the request.
    fn limit(&self, tries: u32) -> Option<Duration> {
        if let Some(wait) = self.named_wait() {
            return Some(wait);
        }
        if self.remaining.as_deref().is_some_and(|left| left.trim() == "0") {
            return Some(self.until_reset().unwrap_or_else(|| pace::limited(tries)));
        }
        let words = self.message.to_ascii_lowercase();
        let limited = self.status == 429 || words.contains("rate limit") || words.contains("abuse detection");
        limited.then(|| pace::limited(tries))
    }

    /// Returns the wait that `Retry-After` names, in seconds or as a date.
    fn named_wait(&self) -> Option<Duration> {
        let text = self.retry_after.as_deref()?.trim();
        match text.parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => self.until(httpdate::parse_http_date(text).ok()?),
        }
    }

    fn until_reset(&self) -> Option<Duration> {
        let seconds = self.reset.as_deref()?.trim().parse().ok()?;
        self.until(UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?)
    }

    /// Returns how far a time is from the moment of the answer, by the server's own clock: ours may
    /// be wrong. One second more, because headers count whole ones.
    fn until(&self, then: SystemTime) -> Option<Duration> {
        let now = httpdate::parse_http_date(self.date.as_deref()?).ok()?;
        Some(then.duration_since(now).unwrap_or_default() + Duration::from_secs(1))
    }

    /// Returns whether the repository has no code scanning, as GitHub words it.
    fn is_switched_off(&self) -> bool {
        let words = self.message.to_ascii_lowercase();
        words.contains("advanced security") || words.contains("code security") || words.contains("not enabled")
    }

    fn told(&self) -> String {
        match self.message.as_str() {
            "" => format!("GitHub answers {}", self.status),
            message => format!("GitHub answers {}: {message}", self.status),
        }
    }
}
