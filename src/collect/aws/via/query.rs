//! Queries of AWS Config: types → rows, and how far an aggregator got with its sources.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_config::operation::select_aggregate_resource_config::SelectAggregateResourceConfigOutput as Gathered;
use aws_sdk_config::operation::select_resource_config::SelectResourceConfigOutput as Own;

use super::gaps::Status;
use super::row::Row;
use super::sources::{self, RECORDERS, SOURCES_STATUS, Source};
use crate::collect::aws::accounts;
use crate::collect::aws::context::{Context, client};
use crate::collect::aws::miss::Miss;
use crate::inventory::Reason;

/// The most that a page of an answer may hold; without a number of one's own it is 25.
const PAGE: i32 = 100;

/// What was asked and told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) rows: Vec<Row>,
    /// Types whose answer broke off, and why.
    pub(super) failed: BTreeMap<&'static str, Reason>,
}

/// Asks for every wanted type.
pub(super) async fn query(
    context: &Context,
    aggregator: Option<&str>,
    accounts: &[String],
    kinds: &BTreeSet<&str>,
) -> Told {
    let client = client!(context, aws_sdk_config);
    let asked: Vec<&'static Source> = sources::wanted(kinds).chain([&RECORDERS]).collect();
    let client = &client;
    let answers = context
        .each(asked, |source| async move {
            let mut texts: Vec<String> = Vec::new();
            let expression = sources::expression(source.type_name, accounts);
            let read = if let Some(name) = aggregator {
                let query = client.select_aggregate_resource_config().configuration_aggregator_name(name);
                let pages = query.expression(expression).into_paginator().page_size(PAGE).send();
                let page = |page: Gathered| {
                    texts.extend(page.results.unwrap_or_default());
                };
                context.pages(&source.gathered, source.type_name, pages, page).await
            } else {
                let query = client.select_resource_config().expression(expression);
                let pages = query.into_paginator().page_size(PAGE).send();
                let page = |page: Own| {
                    texts.extend(page.results.unwrap_or_default());
                };
                context.pages(&source.own, source.type_name, pages, page).await
            };
            let operation = if aggregator.is_some() { &source.gathered } else { &source.own };
            let count = texts.len();
            let rows: Vec<Row> = texts.iter().filter_map(|text| Row::parse(text)).collect();
            let read = match read {
                Ok(()) if rows.len() < count => {
                    let miss = Miss::Failed("rows of the answer could not be read".to_owned());
                    Err(context.miss(operation, source.type_name, miss))
                }
                read => read,
            };
            (source.type_name, rows, read)
        })
        .await;
    let mut told = Told::default();
    for (type_name, rows, read) in answers {
        told.rows.extend(rows);
        if let Err(reason) = read {
            told.failed.insert(type_name, reason);
        }
    }
    told
}

/// Asks how far an aggregator got.
pub(super) async fn statuses(context: &Context, aggregator: &str) -> Vec<Status> {
    let client = client!(context, aws_sdk_config);
    let mut statuses = Vec::new();
    let query = client.describe_configuration_aggregator_sources_status().configuration_aggregator_name(aggregator);
    // An answer that is missing is a gap already.
    let _ = context
        .pages(&SOURCES_STATUS, aggregator, query.into_paginator().page_size(PAGE).send(), |page| {
            statuses.extend(page.aggregated_source_status_list.unwrap_or_default().into_iter().map(|told| Status {
                account: told.source_id.filter(|id| accounts::is_account(id)),
                region: told.aws_region,
                state: told.last_update_status.map(|state| state.as_str().to_owned()).unwrap_or_default(),
                error: told.last_error_code,
            }));
        })
        .await;
    statuses
}
