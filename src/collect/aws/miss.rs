//! Why a call gave nothing: errors of the SDK, sorted by what a reader of the report can do about them.

use std::error::Error;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::operation::Operation;
use crate::inventory::Reason;

/// What went wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Miss {
    /// The caller may not do this.
    Denied,
    /// The service kept refusing because of too many requests.
    Throttled,
    /// The credentials ended while the audit ran.
    Expired,
    /// The region is not enabled for the account, or its credentials do not hold there.
    RegionOff,
    /// The account has not subscribed to the service.
    NotSubscribed(String),
    /// The time that the audit may take was over.
    Deadline,
    /// Anything else: the error code or the kind of failure, without what the other side wrote.
    Failed(String),
}

const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
    "UnauthorizedAccess",
    "NotAuthorized",
    "Forbidden",
    "AllAccessDisabled",
    "403",
];
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "BandwidthLimitExceeded",
    "PriorRequestNotComplete",
    "SlowDown",
    "EC2ThrottledException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "LimitExceededException",
];
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const REGION_OFF: &[&str] = &[
    "AuthFailure",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "RegionDisabledException",
    "AWSRegionDisabledException",
];
const NOT_SUBSCRIBED: &[&str] =
    &["OptInRequired", "SubscriptionRequiredException", "NotSubscribedException", "InvalidAccessException"];

impl Miss {
    /// Sorts an error of the SDK.
    pub(crate) fn of<E, R>(error: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug,
    {
        match error {
            SdkError::TimeoutError(_) => Self::Failed("no answer in time".to_owned()),
            SdkError::ConstructionFailure(_) => Self::Failed("the request could not be made".to_owned()),
            SdkError::DispatchFailure(failure) => {
                // Credentials that cannot be had fail before anything is sent.
                let text = failure.as_connector_error().map_or("", |error| {
                    if error.is_timeout() {
                        "the connection took too long"
                    } else if error.is_io() {
                        "the connection broke"
                    } else if error.is_user() {
                        "the request could not be sent"
                    } else {
                        "the service could not be reached"
                    }
                });
                Self::Failed(if text.is_empty() { "the service could not be reached" } else { text }.to_owned())
            }
            SdkError::ResponseError(_) => Self::Failed("the answer broke off or could not be read".to_owned()),
            _ => match error.code() {
                Some(code) => Self::of_code(code),
                None => Self::Failed("the answer could not be read".to_owned()),
            },
        }
    }

    /// Sorts an error code.
    pub(crate) fn of_code(code: &str) -> Self {
        // EC2 and others write `Client.` before the code.
        let plain = code.rsplit(['.', '#']).next().unwrap_or(code);
        match plain {
            code if DENIED.contains(&code) => Self::Denied,
            code if THROTTLED.contains(&code) => Self::Throttled,
            code if EXPIRED.contains(&code) => Self::Expired,
            code if REGION_OFF.contains(&code) => Self::RegionOff,
            code if NOT_SUBSCRIBED.contains(&code) => Self::NotSubscribed(code.to_owned()),
            code => Self::Failed(plain_code(code)),
        }
    }

    /// Returns the reason for an attribute that is unknown because of it.
    pub(crate) fn reason(&self, operation: &Operation) -> Reason {
        match self {
            Self::Denied => Reason::Denied(operation.action.to_owned()),
            other => Reason::Unread(format!("{}: {}", operation.action, other.told())),
        }
    }

    /// Returns what went wrong as a phrase.
    pub(crate) fn told(&self) -> String {
        match self {
            Self::Denied => "access denied".to_owned(),
            Self::Throttled => "throttled: the service refused every try because of too many requests".to_owned(),
            Self::Expired => "the credentials ended before the audit did".to_owned(),
            Self::RegionOff => {
                "the region is not enabled for the account, or the credentials do not hold there".to_owned()
            }
            Self::NotSubscribed(code) => format!("the account has not enabled the service ({code})"),
            Self::Deadline => "the time for the audit was over".to_owned(),
            Self::Failed(what) => what.clone(),
        }
    }
}

/// An error code as a report may show it: whatever else a server puts there is none.
fn plain_code(code: &str) -> String {
    let plain: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(80).collect();
    if plain.is_empty() { "the service failed".to_owned() } else { format!("the service failed with {plain}") }
}
