//! Credentials: the default chain, a role in each account, and the proof that the account is the one
//! that was asked for.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_sts::config::SharedCredentialsProvider;
use aws_sdk_sts::config::retry::RetryPartition;
use aws_sdk_sts::error::SdkError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::types::Tag;
use aws_smithy_types::retry::RetryConfig;

use super::calls::Calls;
use super::miss::Miss;
use super::renewal::Renewal;
use super::{Audit, Failure, Role};

/// Where global services and the first call are asked when nothing names a region.
const HOME: &str = "us-east-1";

/// A role session lasts an hour at most when one role assumes another; it is renewed before its end.
const SESSION_SECONDS: i32 = 3600;

/// Configuration of clients with credentials, and what renews these.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) sdk: SdkConfig,
    pub(crate) renewal: Renewal,
}

impl Session {
    /// A session with the credentials of a configuration, as they are.
    #[cfg(test)]
    pub(crate) fn of(sdk: SdkConfig) -> Self {
        Self { sdk, renewal: Renewal::new() }
    }

    /// Returns the same session in another region.
    pub(crate) fn in_region(&self, region: &str) -> Self {
        let sdk = self.sdk.to_builder().region(Region::new(region.to_owned())).build();
        Self { sdk, renewal: self.renewal.clone() }
    }

    /// Returns a client of the service that knows callers and roles.
    fn sts(&self, calls: &Calls) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::from_conf(
            aws_sdk_sts::config::Builder::from(&self.sdk)
                // A quota of its own: the process has one for all accounts otherwise.
                .retry_partition(RetryPartition::custom("sts").build())
                .retry_classifier(self.renewal.clone())
                .interceptor(self.renewal.clone())
                .interceptor(calls.clone())
                .build(),
        )
    }
}

/// Who the caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) partition: String,
}

/// Loads the configuration that every AWS tool uses: environment, shared files, container, instance.
pub(crate) async fn base(audit: &Audit) -> Session {
    let renewal = Renewal::new();
    let retries = RetryConfig::adaptive().with_max_attempts(audit.attempts.max(1));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .identity_cache(renewal.clone())
        .retry_config(retries.with_max_backoff(Duration::from_secs(10)))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(5))
                .read_timeout(Duration::from_secs(30))
                .operation_attempt_timeout(Duration::from_mins(1))
                .build(),
        )
        .app_name(aws_config::AppName::new("hfscan").unwrap_or_else(|_| unreachable!("a plain word")));
    if let Some(profile) = &audit.profile_name {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = audit.regions.first() {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(stand_in) = &audit.stand_in {
        let keys = Credentials::new(&stand_in.access_key, &stand_in.secret_key, None, None, "stand-in");
        let region = audit.regions.first().map_or(HOME, String::as_str).to_owned();
        loader = loader
            .endpoint_url(&stand_in.url)
            .region(Region::new(region))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .empty_test_environment();
    }
    let mut sdk = loader.load().await;
    if sdk.region().is_none() {
        sdk = sdk.to_builder().region(Region::new(HOME)).build();
    }
    Session { sdk, renewal }
}

/// Asks who the caller is.
pub(crate) async fn identity(session: &Session, calls: &Calls) -> Result<Identity, Miss> {
    let answer = session.sts(calls).get_caller_identity().send().await.map_err(|error| match Miss::of(&error) {
        // Of STS, which is everywhere, this says nothing about a region.
        Miss::RegionOff => Miss::Failed("AWS does not know them".to_owned()),
        miss => miss,
    })?;
    let arn = answer.arn().unwrap_or_default();
    Ok(Identity {
        account: answer.account().unwrap_or_default().to_owned(),
        partition: arn.split(':').nth(1).filter(|part| !part.is_empty()).unwrap_or("aws").to_owned(),
    })
}

/// Returns a session in an account, by a role if there is one, when its credentials are those of the account.
pub(crate) async fn in_account(
    base: &Session,
    caller: &Identity,
    account: &str,
    role: Option<&Role>,
    calls: &Calls,
) -> Result<Session, Failure> {
    let no_session = |miss: Miss| Failure::NoSession {
        account: account.to_owned(),
        role: role.map(|role| role.arn(&caller.partition, account)),
        why: miss.told(),
        is_denied: miss == Miss::Denied,
    };
    let session = match role {
        Some(role) => assume(base, &caller.partition, account, role, calls).await.map_err(no_session)?,
        None => base.clone(),
    };
    match identity(&session, calls).await {
        Ok(identity) if identity.account == account => Ok(session),
        Ok(identity) => Err(Failure::OtherAccount { wanted: account.to_owned(), got: identity.account }),
        // Whoever holds credentials may ask whose they are: nothing that a permission could be missing for.
        Err(Miss::Denied) => Err(no_session(Miss::Failed("the new credentials were refused".to_owned()))),
        Err(miss) => Err(no_session(miss)),
    }
}

/// Assumes the role of an account; the session assumes it again whenever its credentials end.
async fn assume(base: &Session, partition: &str, account: &str, role: &Role, calls: &Calls) -> Result<Session, Miss> {
    let provider = RoleProvider {
        sts: base.sts(calls),
        arn: role.arn(partition, account),
        role: role.clone(),
        first: Mutex::default(),
    };
    // At once, because the error of a first call would not tell why there are no credentials.
    let keys = provider.assume().await.map_err(|error| Miss::of(&error))?;
    let keys = keys.ok_or_else(|| Miss::Failed("the answer had no credentials".to_owned()))?;
    *provider.first.lock().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    // A cache of its own, so that no account waits for another one's role.
    let renewal = Renewal::new();
    let sdk = base
        .sdk
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        .identity_cache(renewal.clone())
        .build();
    Ok(Session { sdk, renewal })
}

/// Gives the credentials of a role.
#[derive(Debug)]
struct RoleProvider {
    sts: aws_sdk_sts::Client,
    arn: String,
    role: Role,
    /// Credentials that were had when the session was opened.
    first: Mutex<Option<Credentials>>,
}

impl RoleProvider {
    async fn assume(&self) -> Result<Option<Credentials>, SdkError<AssumeRoleError>> {
        let tags = self.role.tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok());
        let tags: Vec<Tag> = tags.collect();
        let answer = self
            .sts
            .assume_role()
            .role_arn(&self.arn)
            .role_session_name(&self.role.session_name)
            .duration_seconds(SESSION_SECONDS)
            .set_external_id(self.role.external_id.clone())
            .set_tags((!tags.is_empty()).then_some(tags))
            .send()
            .await?;
        Ok(answer.credentials.map(|keys| {
            let end = SystemTime::try_from(keys.expiration).ok();
            Credentials::new(keys.access_key_id, keys.secret_access_key, Some(keys.session_token), end, "role")
        }))
    }
}

impl ProvideCredentials for RoleProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        if let Some(keys) = self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return future::ProvideCredentials::ready(Ok(keys));
        }
        future::ProvideCredentials::new(async move {
            let keys = self.assume().await.map_err(CredentialsError::provider_error)?;
            keys.ok_or_else(|| CredentialsError::unhandled("the answer had no credentials"))
        })
    }
}
