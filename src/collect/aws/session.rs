//! Credentials: the default chain, a role in each account, and the proof that the account is the one
//! that was asked for.

use std::time::Duration;

use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::SharedCredentialsProvider;
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;
use aws_smithy_types::retry::RetryConfig;

use super::miss::Miss;
use super::{Failure, Role};

/// Where global services and the first call are asked when nothing names a region.
const HOME: &str = "us-east-1";

/// A role session lasts an hour at most when one role assumes another; it is renewed before its end.
const SESSION: Duration = Duration::from_secs(3600);

/// Who the caller is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) account: String,
    pub(crate) partition: String,
}

/// Loads the configuration that every AWS tool uses: environment, shared files, container, instance.
pub(crate) async fn base(profile: Option<&str>, region: Option<&str>, attempts: u32) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::adaptive().with_max_attempts(attempts).with_max_backoff(Duration::from_secs(10)))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_secs(5))
                .read_timeout(Duration::from_secs(30))
                .operation_attempt_timeout(Duration::from_secs(60))
                .build(),
        )
        .app_name(aws_config::AppName::new("hfscan").unwrap_or_else(|_| unreachable!("a plain word")));
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = region {
        loader = loader.region(Region::new(region.to_owned()));
    }
    let config = loader.load().await;
    if config.region().is_some() {
        return config;
    }
    config.to_builder().region(Region::new(HOME)).build()
}

/// Returns the configuration with the credentials of a role in an account.
pub(crate) async fn assume(base: &SdkConfig, partition: &str, account: &str, role: &Role) -> SdkConfig {
    let arn = role.arn(partition, account);
    let mut provider = AssumeRoleProvider::builder(arn)
        .session_name(role.session_name.clone())
        .session_length(SESSION)
        .configure(base);
    if let Some(id) = &role.external_id {
        provider = provider.external_id(id.clone());
    }
    if !role.tags.is_empty() {
        provider = provider.tags(role.tags.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let provider = provider.build().await;
    base.to_builder()
        .credentials_provider(SharedCredentialsProvider::new(provider))
        // A cache of its own, so that no account waits for another one's role.
        .identity_cache(aws_sdk_sts::config::IdentityCache::lazy().build())
        .build()
}

/// Asks who the caller is.
pub(crate) async fn identity(config: &SdkConfig) -> Result<Identity, Miss> {
    let answer = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
    let answer = answer.map_err(|error| match Miss::of(&error) {
        // The credentials could not be had at all: the chain of errors has no code of the service then.
        Miss::Failed(_) if error.code().is_none() && is_credentials(&error) => Miss::Failed(
            "no credentials could be had: neither environment, profile, role nor instance gives any".to_owned(),
        ),
        miss => miss,
    })?;
    let arn = answer.arn().unwrap_or_default();
    Ok(Identity {
        account: answer.account().unwrap_or_default().to_owned(),
        partition: arn.split(':').nth(1).filter(|part| !part.is_empty()).unwrap_or("aws").to_owned(),
    })
}

/// Returns whether somewhere in the chain of causes stands that credentials are missing.
fn is_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<aws_credential_types::provider::error::CredentialsError>() {
            return true;
        }
        next = cause.source();
    }
    false
}

/// Returns the configuration with the role's credentials, when they are those of the account.
pub(crate) async fn in_account(
    base: &SdkConfig,
    caller: &Identity,
    account: &str,
    role: Option<&Role>,
) -> Result<SdkConfig, Failure> {
    let config = match role {
        Some(role) => assume(base, &caller.partition, account, role).await,
        None => base.clone(),
    };
    match identity(&config).await {
        Ok(identity) if identity.account == account => Ok(config),
        Ok(identity) => Err(Failure::OtherAccount { wanted: account.to_owned(), got: identity.account }),
        Err(miss) => Err(Failure::NoSession {
            account: account.to_owned(),
            role: role.map(|role| role.arn(&caller.partition, account)),
            why: miss.told(),
        }),
    }
}
