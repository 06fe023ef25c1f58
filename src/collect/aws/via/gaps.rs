//! What AWS Config leaves open: kinds that it does not tell, types that nobody records, sources that an
//! aggregator could not gather.

use std::collections::BTreeSet;

use super::sources::{self, Source};
use crate::collect::aws::Audit;
use crate::collect::live::GLOBAL;
use crate::inventory::Gap;

/// Returns the kinds that Config tells, of those that are wanted.
pub(super) fn told_kinds(audit: &Audit) -> Vec<String> {
    sources::told().intersection(&audit.kinds).map(|&kind| kind.to_owned()).collect()
}

/// Takes kinds that belong to no region out of the gap of a region.
pub(super) fn with_global_kinds_apart(gap: Gap) -> impl Iterator<Item = Gap> {
    let kinds =
        if gap.kinds.is_empty() { sources::told().into_iter().map(str::to_owned).collect() } else { gap.kinds.clone() };
    let (global, regional): (Vec<String>, Vec<String>) =
        kinds.into_iter().partition(|kind| sources::IDENTITIES.contains(&kind.as_str()));
    let wide = Gap { kinds: global, region: Some(GLOBAL.to_owned()), ..gap.clone() };
    [Gap { kinds: regional, ..gap }, wide].into_iter().filter(|gap| !gap.kinds.is_empty())
}

/// How far an aggregator got with one of its sources.
#[derive(Debug)]
pub(super) struct Status {
    /// The account; none when the source is the organization as a whole.
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) state: String,
    pub(super) error: Option<String>,
}

impl Status {
    /// Returns a gap if the aggregator does not hold what the source has now.
    pub(super) fn gap(&self, audit: &Audit, aggregator: &str, account: &str) -> Option<Gap> {
        let why = match self.state.as_str() {
            "FAILED" => "could not gather it",
            "OUTDATED" => "holds an old state of it",
            _ => return None,
        };
        let code = self.error.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
        Some(Gap {
            subject: format!("aggregator {aggregator}"),
            reason: format!("AWS Config {why}{code}"),
            kinds: told_kinds(audit),
            account: Some(account.to_owned()),
            region: self.region.clone(),
            permission: None,
            hides_resources: true,
        })
    }
}

/// Returns the gap of the kinds that Config does not tell at all.
pub(super) fn untold(audit: &Audit, account: &str) -> Option<Gap> {
    let told = sources::told();
    let kinds: Vec<String> = audit.kinds.difference(&told).map(|&kind| kind.to_owned()).collect();
    (!kinds.is_empty()).then(|| Gap {
        subject: "AWS Config".to_owned(),
        reason: "AWS Config does not tell these kinds; an audit without `--via config` reads them".to_owned(),
        kinds,
        account: Some(account.to_owned()),
        region: None,
        permission: None,
        hides_resources: true,
    })
}

/// Returns the gap of the types that a region does not record.
pub(super) fn unrecorded(audit: &Audit, account: &str, region: &str, why: &str, missing: &[&Source]) -> Option<Gap> {
    let kinds: BTreeSet<&str> =
        missing.iter().flat_map(|source| source.lists).copied().filter(|kind| audit.kinds.contains(kind)).collect();
    (!kinds.is_empty()).then(|| Gap {
        subject: format!("AWS Config in {region}"),
        reason: why.to_owned(),
        kinds: kinds.into_iter().map(str::to_owned).collect(),
        account: Some(account.to_owned()),
        region: Some(region.to_owned()),
        permission: None,
        hides_resources: true,
    })
}
