//! AWS Config as the source of an audit: its resources are queried, from an aggregator or from the recorder
//! of each account and region, instead of asking every service. In: which accounts and kinds. Out: the same
//! accounts as the direct audit gives, with gaps for what Config does not record.
//!
//! The names of types and fields are those of <https://github.com/awslabs/aws-config-resource-schema>, which lists
//! what a query can search. Answers tell more than that: policies, access control lists, attributes of load
//! balancers. Where the schema is silent the name follows the casing of its neighbors, and the field counts
//! as unknown if it is left out. `names.rs` holds the names against what reads them.

mod compute;
mod data;
mod edge;
mod gaps;
mod identity;
#[cfg(test)]
mod names;
mod network;
mod query;
mod row;
mod rows;
mod sources;
mod storage;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use tokio::time::timeout_at;

use super::context::{Context, Shared, Where};
use super::miss::Miss;
use super::operation::Operation;
use super::services::{SERVICES, Scope};
use super::session::{Identity, Session};
use super::{Audit, Failure, Watch, accounts, asked, plan, settle};
use crate::collect::live::{Account, GLOBAL, Part, PartName};
use crate::inventory::{Gap, Reason};
use gaps::{Status, told_kinds, unrecorded, untold, with_global_kinds_apart};
use query::{Told, query, statuses};
use row::Row;
use rows::{Recorders, Rows};
use sources::{RECORDERS, SOURCES_STATUS, Source};

/// How an audit asks AWS Config.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByConfig {
    /// The aggregator that gathers all accounts: `NAME`, or `REGION/NAME`; each account's own recorders if
    /// none.
    pub aggregator: Option<String>,
}

/// Returns the operations that an audit of these kinds by Config may call.
pub(super) fn operations(kinds: &BTreeSet<&str>, by: &ByConfig) -> Vec<&'static Operation> {
    let sources = sources::wanted(kinds).chain([&RECORDERS]);
    match by.aggregator {
        Some(_) => sources.map(|source| &source.gathered).chain([&SOURCES_STATUS]).collect(),
        None => sources.map(|source| &source.own).collect(),
    }
}

/// Reads accounts by Config.
pub(super) async fn run(
    audit: &Audit,
    by: &ByConfig,
    base: &Session,
    caller: &Identity,
    shared: &Shared,
    watch: &dyn Watch,
) -> Result<Vec<Account>, Failure> {
    match &by.aggregator {
        Some(aggregator) => gathered(audit, aggregator, base, caller, shared, watch).await,
        None => own(audit, base, caller, shared, watch).await,
    }
}

/// Asks the recorders of each account and region.
async fn own(
    audit: &Audit,
    base: &Session,
    caller: &Identity,
    shared: &Shared,
    watch: &dyn Watch,
) -> Result<Vec<Account>, Failure> {
    let numbers = timeout_at(shared.deadline, accounts::of(audit, base, caller, &shared.calls)).await;
    let numbers = numbers.map_err(|_| Failure::NoOrganization(Miss::Deadline.told()))??;
    let of = numbers.len();
    let mut reading = futures_util::stream::iter(numbers.iter().map(|(number, name)| async move {
        let (mut account, session) = plan(audit, base, caller, number, name.as_deref(), shared).await;
        let Some((session, partition)) = session else { return (account, String::new(), Told::default()) };
        let mut told = Told::default();
        let regions = account.regions.clone();
        let asked = regions.iter().map(|region| {
            let place = place(number, &partition, region, &regions);
            let context = Context::new(session.in_region(region), place, "config", shared);
            async move {
                let told = query(&context, None, &[], &audit.kinds).await;
                (told, context.finish().gaps)
            }
        });
        for (more, gaps) in futures_util::future::join_all(asked).await {
            told.rows.extend(more.rows);
            told.failed.extend(more.failed);
            account.gaps.extend(gaps.into_iter().flat_map(with_global_kinds_apart));
        }
        (account, partition, told)
    }))
    .buffered(8);
    let mut read = Vec::new();
    while let Some((mut account, partition, told)) = reading.next().await {
        if !account.kinds.is_empty() {
            let rows: Vec<&Row> = told.rows.iter().collect();
            assemble(audit, &mut account, &partition, base, &rows, &told.failed, shared, watch)?;
        }
        read.push(account);
        watch.progress(read.len(), of, "accounts by AWS Config", shared.calls.total(), told.rows.len());
    }
    Ok(read)
}

/// Asks an aggregator for all accounts that it gathers.
async fn gathered(
    audit: &Audit,
    aggregator: &str,
    base: &Session,
    caller: &Identity,
    shared: &Shared,
    watch: &dyn Watch,
) -> Result<Vec<Account>, Failure> {
    accounts::check(audit)?;
    let (session, name) = match aggregator.split_once('/') {
        Some((region, name)) => (base.in_region(region), name),
        None => (base.clone(), aggregator),
    };
    let region = session.sdk.region().map(ToString::to_string).unwrap_or_default();
    let context = Context::new(session, place(&caller.account, &caller.partition, &region, &[]), "config", shared);
    let told = query(&context, Some(name), &audit.accounts, &audit.kinds).await;
    let statuses = statuses(&context, name).await;
    let failures = context.finish().gaps;
    let mut numbers: BTreeSet<&str> = told.rows.iter().filter_map(Row::account).collect();
    numbers.extend(statuses.iter().filter_map(|status| status.account.as_deref()));
    if numbers.is_empty() && audit.accounts.is_empty() {
        numbers.insert(&caller.account);
    }
    if !audit.accounts.is_empty() {
        numbers = audit.accounts.iter().map(String::as_str).collect();
    }
    let of = numbers.len();
    let mut by_account: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &told.rows {
        by_account.entry(row.account().unwrap_or_default()).or_default().push(row);
    }
    let mut read = Vec::new();
    for number in numbers {
        let rows = by_account.remove(number).unwrap_or_default();
        let own: Vec<&Status> =
            statuses.iter().filter(|status| status.account.as_deref().is_none_or(|of| of == number)).collect();
        let mut account = Account { account: number.to_owned(), ..Account::default() };
        account.regions = regions(audit, &rows, &own);
        account.kinds = asked(audit, &account.regions);
        let behind = own.iter().filter_map(|status| status.gap(audit, name, number));
        account.gaps.extend(behind.flat_map(with_global_kinds_apart));
        for failure in &failures {
            // An answer of the aggregator that is missing is missing for every account.
            let kinds = if failure.kinds.is_empty() { told_kinds(audit) } else { failure.kinds.clone() };
            account.gaps.push(Gap { account: Some(number.to_owned()), region: None, kinds, ..failure.clone() });
        }
        if rows.is_empty() {
            account.gaps.push(Gap {
                subject: format!("account {number}"),
                reason: format!("the aggregator {name} of AWS Config tells nothing of it"),
                kinds: audit.kinds.iter().map(|&kind| kind.to_owned()).collect(),
                account: Some(number.to_owned()),
                region: None,
                permission: None,
                hides_resources: true,
            });
        }
        assemble(audit, &mut account, &caller.partition, base, &rows, &told.failed, shared, watch)?;
        read.push(account);
        watch.progress(read.len(), of, "accounts by AWS Config", shared.calls.total(), told.rows.len());
    }
    Ok(read)
}

fn place(account: &str, partition: &str, region: &str, regions: &[String]) -> Where {
    Where {
        account: account.to_owned(),
        partition: partition.to_owned(),
        region: region.to_owned(),
        regions: regions.to_vec().into(),
    }
}

/// Returns the regions of an account: those that were named, or those that Config knows.
fn regions(audit: &Audit, rows: &[&Row], statuses: &[&Status]) -> Vec<String> {
    let known =
        rows.iter().map(|row| row.region()).chain(statuses.iter().filter_map(|status| status.region.as_deref()));
    let named = audit.regions.iter().map(String::as_str);
    let regions: BTreeSet<&str> = if audit.regions.is_empty() { known.collect() } else { named.collect() };
    regions.into_iter().filter(|region| !region.is_empty() && *region != GLOBAL).map(str::to_owned).collect()
}

/// Makes resources of an account's rows and hands them over, region by region.
#[expect(clippy::too_many_arguments, reason = "one step of two ways to ask, with all that each of them has")]
fn assemble(
    audit: &Audit,
    account: &mut Account,
    partition: &str,
    session: &Session,
    rows: &[&Row],
    failed: &BTreeMap<&'static str, Reason>,
    shared: &Shared,
    watch: &dyn Watch,
) -> Result<(), Failure> {
    account.gaps.extend(untold(audit, &account.account));
    let regions = account.regions.clone();
    let mut parts: Vec<(String, Rows<'_>)> = Vec::new();
    for region in &regions {
        let mut here = Rows::of_rows(rows.iter().copied().filter(|row| row.region() == region && !is_global(row)));
        let recorders = Recorders::of(&here);
        let why = if recorders.are_known() { "AWS Config does not record them there" } else { NO_RECORDER };
        let missing: Vec<&Source> = sources::wanted(&audit.kinds)
            .filter(|source| !source.type_name.starts_with(IDENTITY) && !recorders.record(source.type_name))
            .collect();
        account.gaps.extend(unrecorded(audit, &account.account, region, why, &missing));
        for source in missing {
            here.miss(source.type_name, Reason::Unread(why.to_owned()));
        }
        parts.push((region.clone(), here));
    }
    let wide = Rows::of_rows(rows.iter().copied().filter(|row| {
        is_global(row) && (row.region() == GLOBAL || regions.iter().any(|region| region == row.region()))
    }));
    // What belongs to no region is recorded in one of them, be it one that the audit leaves out.
    let everywhere = Rows::of_rows(rows.iter().copied());
    let anywhere = Recorders::of(&everywhere);
    let missing: Vec<&Source> = sources::wanted(&audit.kinds)
        .filter(|source| source.type_name.starts_with(IDENTITY) && !anywhere.record(source.type_name))
        .collect();
    account.gaps.extend(unrecorded(
        audit,
        &account.account,
        GLOBAL,
        "AWS Config records them in none of the regions that it was asked about",
        &missing,
    ));
    parts.push((GLOBAL.to_owned(), wide));
    for (region, mut rows) in parts {
        let Some(kinds) = account.kinds.get(&region).cloned() else { continue };
        for (type_name, reason) in failed {
            rows.miss(type_name, reason.clone());
        }
        let place = place(&account.account, partition, &region, &regions);
        let context = Context::new(session.clone(), place, "config", shared);
        for collect in
            [network::collect, compute::collect, identity::collect, data::collect, storage::collect, edge::collect]
        {
            collect(&context, &rows);
        }
        let mut found = context.finish();
        settle::settle(&mut found.resources);
        found.resources.sort_by(|a, b| a.id.cmp(&b.id));
        let name = PartName { account: account.account.clone(), region };
        let part = Part { name, kinds, resources: found.resources, gaps: found.gaps };
        if let Some(part) = watch.part(part, true)? {
            account.add(part);
        }
    }
    account.sort();
    Ok(())
}

/// Types that belong to no region begin so.
const IDENTITY: &str = "AWS::IAM::";
const NO_RECORDER: &str = "AWS Config tells of no recorder there: it records nothing, or does not tell what";

/// Whether the kinds of a row are read with those that belong to no region, as the direct audit has them.
fn is_global(row: &Row) -> bool {
    let type_name = row.head("resourceType").unwrap_or_default();
    let kinds = sources::SOURCES.iter().find(|source| source.type_name == type_name).map(|source| source.lists);
    let of_kind = |kind: &&str| SERVICES.iter().any(|one| one.scope == Scope::Global && one.kinds.contains(kind));
    kinds.is_some_and(|kinds| kinds.iter().any(of_kind))
}
