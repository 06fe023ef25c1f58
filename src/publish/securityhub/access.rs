//! Credentials of each account: the caller's own, or those of a role there, as in an audit.

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use tokio::sync::Mutex;

use super::PublishError;
use crate::collect::aws::{Role, session};

/// Tries of a call that opens a session.
const ATTEMPTS: u32 = 5;

/// How accounts are reached.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A profile of the shared configuration files; the default chain if none.
    pub profile_name: Option<String>,
    /// The role to assume in each account; the caller's own credentials if none.
    pub role: Option<Role>,
    /// A configuration to begin with instead of that of the environment.
    pub config: Option<SdkConfig>,
}

/// The sessions of a publication, opened when they are needed.
pub(super) struct Sessions<'a> {
    access: &'a Access,
    base: SdkConfig,
    caller: session::Identity,
    open: Mutex<BTreeMap<String, Result<SdkConfig, String>>>,
}

impl<'a> Sessions<'a> {
    pub(super) async fn open(access: &'a Access) -> Result<Self, PublishError> {
        let base = match &access.config {
            Some(config) => config.clone(),
            None => session::base(access.profile_name.as_deref(), None, ATTEMPTS).await,
        };
        let caller = session::identity(&base).await.map_err(|miss| PublishError::NoIdentity(miss.told()))?;
        Ok(Self { access, base, caller, open: Mutex::new(BTreeMap::new()) })
    }

    pub(super) fn partition(&self) -> &str {
        &self.caller.partition
    }

    /// Returns the configuration with an account's credentials; the account was checked.
    pub(super) async fn of(&self, account: &str) -> Result<SdkConfig, String> {
        let mut open = self.open.lock().await;
        if let Some(config) = open.get(account) {
            return config.clone();
        }
        let config = self.session(account).await;
        open.insert(account.to_owned(), config.clone());
        config
    }

    async fn session(&self, account: &str) -> Result<SdkConfig, String> {
        let own = account == self.caller.account;
        let Some(role) = &self.access.role else {
            return if own {
                Ok(self.base.clone())
            } else {
                Err(format!(
                    "no session in account {account}: the credentials are those of account {}, and no role was named \
                     (--publish-role)",
                    self.caller.account
                ))
            };
        };
        match session::in_account(&self.base, &self.caller, account, Some(role)).await {
            Ok(config) => Ok(config),
            // The management account of an organization lacks the role that it gives the others.
            Err(_) if own => Ok(self.base.clone()),
            Err(failure) => Err(failure.to_string()),
        }
    }
}
