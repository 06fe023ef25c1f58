//! Where findings go: the hubs of a report, one for each account and region. What belongs to no region
//! goes to the account's home region.

use std::collections::BTreeMap;
use std::fmt;

use crate::evaluate::outcome::Outcome;
use crate::finding::{Finding, Report, Subject};
use crate::report::{Look, asff};

/// The region of what has none.
pub(super) const GLOBAL: &str = "global";

/// One region of one account, whose Security Hub takes findings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The account.
    pub account: String,
    /// The region.
    pub region: String,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.account, self.region)
    }
}

/// The hubs of a report with the findings that belong there.
#[derive(Debug, Default)]
pub struct Scopes<'a> {
    /// Failures and accepted failures by hub, in the order of the report. A hub where something was read,
    /// and nothing found, is there too: what was found there before may be mended now.
    pub findings: BTreeMap<Scope, Vec<&'a Finding>>,
    /// How many findings belong to no account.
    pub without_account: usize,
}

impl<'a> Scopes<'a> {
    /// Finds them. `look` says what account and region is home.
    pub fn of(report: &'a Report, look: &Look, partition: &str) -> Self {
        let mut scopes = Self::default();
        for coverage in &report.coverage {
            let region = if coverage.region == GLOBAL {
                home(&coverage.account, partition, look)
            } else {
                coverage.region.clone()
            };
            scopes.findings.entry(Scope { account: coverage.account.clone(), region }).or_default();
        }
        for finding in &report.findings {
            if !matches!(finding.outcome, Outcome::Fail | Outcome::Waived) {
                continue;
            }
            match asff::destination(&finding.resource, look) {
                (Some(account), region) => {
                    scopes.findings.entry(Scope { account, region }).or_default().push(finding);
                }
                (None, _) => scopes.without_account += 1,
            }
        }
        scopes
    }
}

/// Returns the region whose hub hears of an account's global resources.
pub(super) fn home(account: &str, partition: &str, look: &Look) -> String {
    let root = format!("arn:{partition}:iam::{account}:root");
    let subject = Subject {
        address: root.clone(),
        id: root,
        kind: String::new(),
        name: None,
        account: Some(account.to_owned()),
        region: None,
    };
    asff::destination(&subject, look).1
}

/// Returns the account of the audit, if it is one.
pub(super) fn only_account(report: &Report) -> Option<&str> {
    let (first, rest) = report.coverage.split_first()?;
    rest.iter().all(|coverage| coverage.account == first.account).then_some(first.account.as_str())
}
