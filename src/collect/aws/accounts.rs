//! Which accounts an audit reads: those that were named, or those of the organization.

use aws_sdk_sts::config::retry::RetryPartition;

use super::calls::Calls;
use super::miss::Miss;
use super::operation::Operation;
use super::session::{Identity, Session};
use super::{Audit, Failure};

pub(crate) const OPERATIONS: &[&Operation] = &[&LIST_ACCOUNTS, &GET_CALLER_IDENTITY];

const LIST_ACCOUNTS: Operation = Operation::listing("Organizations.ListAccounts", "organizations:ListAccounts", &[]);
const GET_CALLER_IDENTITY: Operation = Operation::listing("STS.GetCallerIdentity", "sts:GetCallerIdentity", &[]);

/// Returns the accounts to read with their names, sorted by number.
pub(crate) async fn of(
    audit: &Audit,
    base: &Session,
    caller: &Identity,
    calls: &Calls,
) -> Result<Vec<(String, Option<String>)>, Failure> {
    check(audit)?;
    let mut accounts: Vec<(String, Option<String>)> =
        audit.accounts.iter().map(|account| (account.clone(), None)).collect();
    if audit.organization {
        accounts.extend(listed(base, calls).await?);
    }
    if accounts.is_empty() {
        accounts.push((caller.account.clone(), None));
    }
    if audit.role.is_none()
        && let Some((other, _)) = accounts.iter().find(|(account, _)| *account != caller.account)
    {
        return Err(Failure::NoRole(other.clone()));
    }
    // Of one that was named and listed, the entry with the name stays.
    accounts.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
    accounts.dedup_by(|a, b| a.0 == b.0);
    Ok(accounts)
}

/// Makes sure that the accounts that were named are accounts.
pub(crate) fn check(audit: &Audit) -> Result<(), Failure> {
    match audit.accounts.iter().find(|account| !is_account(account)) {
        Some(wrong) => Err(Failure::NotAnAccount(wrong.clone())),
        None => Ok(()),
    }
}

/// A number of twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

async fn listed(base: &Session, calls: &Calls) -> Result<Vec<(String, Option<String>)>, Failure> {
    let client = aws_sdk_organizations::Client::from_conf(
        aws_sdk_organizations::config::Builder::from(&base.sdk)
            .retry_partition(RetryPartition::custom("organizations").build())
            .retry_classifier(base.renewal.clone())
            .interceptor(base.renewal.clone())
            .interceptor(calls.clone())
            .build(),
    );
    let mut pages = client.list_accounts().into_paginator().send();
    let mut accounts = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            let miss = Miss::of(&error);
            let permission = if miss == Miss::Denied { format!(" ({})", LIST_ACCOUNTS.action) } else { String::new() };
            Failure::NoOrganization(format!("{}{permission}", miss.told()))
        })?;
        accounts.extend(page.accounts.unwrap_or_default().into_iter().filter_map(|account| {
            // A suspended account has nothing that could be read.
            let is_active = account.status.as_ref().is_none_or(|status| status.as_str() == "ACTIVE");
            Some((account.id.filter(|_| is_active)?, account.name))
        }));
    }
    Ok(accounts)
}
