//! Tests of live audits against a small API server of AWS on this machine.

mod accounts;
mod command;
mod faults;
mod garbage;
mod large;
mod paging;
mod server;
mod things;
mod whole;

use std::collections::BTreeSet;
use std::time::Duration;

use hfscan::collect::aws::calls::Calls;
use hfscan::collect::aws::{self, Audit, Failure, Role, StandIn, Watch};
use hfscan::collect::live::Account;
use hfscan::inventory::Gap;
use server::Server;
use server::state::SECRET;

/// The account of the caller.
const HOME: &str = "111111111111";
const OTHER: &str = "222222222222";
const THIRD: &str = "333333333333";
/// Where most tests look.
const EAST: &str = "us-east-1";
const WEST: &str = "eu-west-1";

struct Silent;

impl Watch for Silent {
    fn progress(&self, _done: usize, _of: usize, _what: &str, _calls: u64, _resources: usize) {}
}

/// An audit of everything in the caller's own account and all regions, with few tries.
fn audit_of(server: &Server) -> Audit {
    Audit {
        profile_name: None,
        regions: Vec::new(),
        accounts: Vec::new(),
        organization: false,
        role: None,
        by_config: None,
        kinds: aws::kinds(),
        deadline: Duration::from_mins(1),
        concurrency: 64,
        attempts: 1,
        stand_in: Some(StandIn { url: server.url(), access_key: format!("AKIA{HOME}"), secret_key: SECRET.to_owned() }),
    }
}

/// The same of nothing but keys.
fn keys_of(server: &Server) -> Audit {
    Audit { kinds: ["aws.kms.key"].into(), ..audit_of(server) }
}

fn role() -> Role {
    Role {
        name: "HfscanAudit".to_owned(),
        external_id: Some("external-1".to_owned()),
        session_name: "hfscan".to_owned(),
        tags: [("team".to_owned(), "security".to_owned())].into(),
    }
}

fn try_read(audit: &Audit) -> Result<Vec<Account>, Failure> {
    aws::audit(audit, &Silent, &Calls::default())
}

fn read(audit: &Audit) -> Vec<Account> {
    try_read(audit).unwrap()
}

/// Ids of the resources of an account.
fn ids(account: &Account) -> BTreeSet<String> {
    account.resources.iter().map(|resource| resource.id.to_string()).collect()
}

/// A gap in one line.
fn told(gap: &Gap) -> String {
    let place = |place: &Option<String>| place.clone().unwrap_or_else(|| "-".to_owned());
    let permission = gap.permission.as_ref().map(|permission| format!(" [{permission}]")).unwrap_or_default();
    let hides = if gap.hides_resources { " (resources)" } else { "" };
    format!("{} {} {}: {}{permission}{hides}", place(&gap.account), place(&gap.region), gap.subject, gap.reason)
}

fn gaps(accounts: &[Account]) -> Vec<String> {
    accounts.iter().flat_map(|account| &account.gaps).map(told).collect()
}
