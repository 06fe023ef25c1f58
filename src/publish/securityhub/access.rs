//! Credentials of each account: the caller's own, or those of a role there, as in an audit.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::sync::Mutex;

use super::PublishError;
use crate::collect::aws::calls::Calls;
use crate::collect::aws::session::{self, Session};
use crate::collect::aws::{Audit, Role, StandIn};

/// Tries of a call that opens a session.
const ATTEMPTS: u32 = 5;

/// How accounts are reached.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A profile of the shared configuration files; the default chain if none.
    pub profile_name: Option<String>,
    /// The role to assume in each account; the caller's own credentials if none.
    pub role: Option<Role>,
    /// A server that stands in for AWS, for tests; neither environment nor files are read then.
    #[doc(hidden)]
    pub stand_in: Option<StandIn>,
}

impl Access {
    /// Sessions are opened as for an audit that reads nothing.
    fn as_of_audit(&self) -> Audit {
        Audit {
            profile_name: self.profile_name.clone(),
            regions: Vec::new(),
            accounts: Vec::new(),
            organization: false,
            role: self.role.clone(),
            kinds: BTreeSet::new(),
            deadline: Duration::MAX,
            concurrency: 1,
            attempts: ATTEMPTS,
            stand_in: self.stand_in.clone(),
            by_config: None,
        }
    }
}

/// The sessions of a publication, opened when they are needed.
pub(super) struct Sessions<'a> {
    access: &'a Access,
    base: Session,
    caller: session::Identity,
    calls: Calls,
    open: Mutex<BTreeMap<String, Result<Session, String>>>,
}

impl<'a> Sessions<'a> {
    pub(super) async fn open(access: &'a Access) -> Result<Self, PublishError> {
        let base = session::base(&access.as_of_audit()).await;
        let calls = Calls::default();
        let caller = session::identity(&base, &calls).await.map_err(|miss| PublishError::NoIdentity(miss.told()))?;
        Ok(Self { access, base, caller, calls, open: Mutex::new(BTreeMap::new()) })
    }

    pub(super) fn partition(&self) -> &str {
        &self.caller.partition
    }

    /// Returns the session in an account; that it is this account was checked.
    pub(super) async fn of(&self, account: &str) -> Result<Session, String> {
        let mut open = self.open.lock().await;
        if let Some(session) = open.get(account) {
            return session.clone();
        }
        let session = self.session(account).await;
        open.insert(account.to_owned(), session.clone());
        session
    }

    async fn session(&self, account: &str) -> Result<Session, String> {
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
        match session::in_account(&self.base, &self.caller, account, Some(role), &self.calls).await {
            Ok(session) => Ok(session),
            // The management account of an organization lacks the role that it gives the others.
            Err(_) if own => Ok(self.base.clone()),
            Err(failure) => Err(failure.to_string()),
        }
    }
}
