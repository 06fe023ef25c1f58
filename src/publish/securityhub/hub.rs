//! A hub as the publisher sees it: three calls, and what can go wrong with each.

use futures_util::future::BoxFuture;

use crate::report::asff::AsffFinding;

/// The permissions that publishing needs.
pub const PERMISSIONS: [&str; 3] =
    ["securityhub:BatchImportFindings", "securityhub:DescribeHub", "securityhub:GetFindings"];

/// A call to Security Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Asks whether the hub is there.
    Describe,
    /// Reads a page of findings.
    Read,
    /// Sends findings.
    Import,
}

impl Call {
    /// Returns the permission that it needs.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Describe => "securityhub:DescribeHub",
            Self::Read => "securityhub:GetFindings",
            Self::Import => "securityhub:BatchImportFindings",
        }
    }
}

/// What went wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The account has not enabled Security Hub in the region.
    #[error("Security Hub is not enabled")]
    NotEnabled,
    /// The credentials lack a permission.
    #[error("access denied: the permission {} is missing", .0.permission())]
    Denied(Call),
    /// The region is not enabled for the account, or the credentials do not hold there.
    #[error("the region is not enabled for the account, or the credentials do not hold there")]
    RegionOff,
    /// Too many requests.
    #[error("Security Hub refuses because of too many requests")]
    Throttled,
    /// A failure that may pass.
    #[error("{0}")]
    Passing(String),
    /// What was sent is refused.
    #[error("Security Hub refuses what was sent: {0}")]
    Refused(String),
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl CallError {
    /// Returns whether another try may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Throttled | Self::Passing(_))
    }
}

/// Some of the findings of a hub.
#[derive(Debug, Default)]
pub struct Page {
    /// The findings; those that hfscan cannot have written are left out.
    pub findings: Vec<AsffFinding>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A finding that a hub did not take.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// Its id.
    pub id: String,
    /// The hub's code.
    pub code: String,
    /// The hub's reason.
    pub reason: String,
}

impl Refused {
    /// Returns whether the hub may take it when it is sent again.
    pub fn is_passing(&self) -> bool {
        ["Internal", "Throttl", "TooManyRequests", "LimitExceeded", "Unavailable", "Timeout"]
            .iter()
            .any(|word| self.code.contains(word))
    }
}

/// A hub. The real one is that of the SDK; tests bring their own.
pub trait Hub: Send + Sync {
    /// Asks whether the hub is there.
    fn describe(&self) -> BoxFuture<'_, Result<(), CallError>>;
    /// Reads a page of hfscan's own findings of the account and region.
    fn page(&self, token: Option<String>) -> BoxFuture<'_, Result<Page, CallError>>;
    /// Sends findings; returns those that were not taken.
    fn import<'a>(&'a self, findings: &'a [AsffFinding]) -> BoxFuture<'a, Result<Vec<Refused>, CallError>>;
}
