//! What goes wrong on purpose: which calls, and how.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::request::Request;

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The caller may not do this.
    Denied,
    /// Too many requests, so many times.
    Throttled(u64),
    /// The credentials are over.
    Expired,
    /// The connection ends in the middle of the body.
    Truncated,
    /// An answer of status 200 with this body.
    Broken(Vec<u8>),
    /// The answer comes late.
    Delay(Duration),
    /// The answer never comes.
    Hang,
    /// The connection ends without an answer.
    Reset,
    /// Status 500 in the protocol's shape.
    ServerError,
    /// Status 502 with a page that is for people.
    Page,
    /// Status 400 with a code.
    Code(&'static str),
}

/// Which calls go wrong; what is not said fits all.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) api: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
    /// Only requests that mention this.
    pub(crate) subject: Option<String>,
    /// Only requests that are signed with this access key.
    pub(crate) key: Option<String>,
    /// Only the n-th of the requests that fit, from 1.
    pub(crate) nth: Option<u64>,
    pub(crate) kind: Kind,
}

impl Fault {
    pub(crate) fn of(api: &str, kind: Kind) -> Self {
        Self { api: Some(api.to_owned()), ..Self::everywhere(kind) }
    }

    pub(crate) fn everywhere(kind: Kind) -> Self {
        Self { api: None, account: None, region: None, subject: None, key: None, nth: None, kind }
    }

    pub(crate) fn account(mut self, account: &str) -> Self {
        self.account = Some(account.to_owned());
        self
    }

    pub(crate) fn region(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    pub(crate) fn subject(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub(crate) fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Returns what goes wrong with this request, if anything; counts those that fit.
    pub(super) fn strikes(&self, request: &Request, count: &AtomicU64) -> Option<Kind> {
        let fits = |wanted: &Option<String>, got: &str| wanted.as_deref().is_none_or(|wanted| wanted == got);
        if !fits(&self.api, &format!("{}.{}", request.service.sdk, request.operation))
            || !fits(&self.account, &request.account)
            || !fits(&self.region, &request.region)
            || !fits(&self.key, &request.key)
            || self.subject.as_ref().is_some_and(|subject| !request.subjects.contains(subject))
        {
            return None;
        }
        let number = count.fetch_add(1, Ordering::Relaxed) + 1;
        let strikes = self.nth.is_none_or(|nth| nth == number)
            && !matches!(self.kind, Kind::Throttled(times) if number > times);
        strikes.then(|| self.kind.clone())
    }
}
