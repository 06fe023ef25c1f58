//! Why a call gave nothing: errors of the SDK, sorted by what a reader of the report can do about them.

use std::any::Any;
use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
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
pub(crate) const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
/// The signature was not taken. Whose clock is wrong cannot be told from here.
const SIGNATURE: &[&str] = &["SignatureDoesNotMatch", "InvalidSignatureException", "RequestTimeTooSkewed", "RequestInTheFuture"];
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
        R: std::fmt::Debug + 'static,
    {
        // Credentials that cannot be had fail before anything is sent.
        if let Some(missing) = credentials(error) {
            return Self::Failed(missing.to_owned());
        }
        match error {
            SdkError::TimeoutError(_) => Self::Failed("no answer in time".to_owned()),
            SdkError::ConstructionFailure(_) => Self::Failed("the request could not be made".to_owned()),
            SdkError::DispatchFailure(failure) => {
                let text = match failure.as_connector_error() {
                    Some(error) if error.is_timeout() => "the connection took too long",
                    Some(error) if error.is_io() => "the connection broke",
                    Some(error) if error.is_user() => "the request could not be sent",
                    _ => "the service could not be reached",
                };
                Self::Failed(text.to_owned())
            }
            SdkError::ResponseError(_) => Self::Failed("the answer broke off or could not be read".to_owned()),
            SdkError::ServiceError(service) => match error.code() {
                Some(code) => Self::of_code(code),
                None => Self::of_status(status(service.raw())),
            },
            _ => Self::Failed("the answer could not be read".to_owned()),
        }
    }

    /// Sorts an answer that has no error code: of something on the way, or one that is broken.
    fn of_status(status: Option<u16>) -> Self {
        match status {
            Some(401 | 403) => Self::Denied,
            Some(429) => Self::Throttled,
            Some(status) if status >= 400 => Self::Failed(format!("the service failed with status {status}")),
            _ => Self::Failed("the answer could not be read".to_owned()),
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
            code if SIGNATURE.contains(&code) => Self::Failed(format!(
                "the signature was refused ({}): the clock of this machine or the secret key may be wrong",
                plain_code(code)
            )),
            code if NOT_SUBSCRIBED.contains(&code) => Self::NotSubscribed(code.to_owned()),
            code => match plain_code(code) {
                plain if plain.is_empty() => Self::Failed("the service failed".to_owned()),
                plain => Self::Failed(format!("the service failed with {plain}")),
            },
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
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(80).collect()
}

fn status<R: 'static>(raw: &R) -> Option<u16> {
    (raw as &dyn Any).downcast_ref::<HttpResponse>().map(|response| response.status().as_u16())
}

/// Returns what is wrong with the credentials when somewhere in the chain of causes stands that they are.
fn credentials(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut next = Some(error);
    while let Some(cause) = next {
        match cause.downcast_ref::<CredentialsError>() {
            Some(CredentialsError::CredentialsNotLoaded(_)) => {
                return Some("no credentials could be had: neither environment, profile, role nor instance gives any");
            }
            Some(_) => return Some("the credentials could not be had or renewed"),
            None => next = cause.source(),
        }
    }
    None
}
