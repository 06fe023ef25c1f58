//! Parameter groups that databases use, with the parameters that their kind keeps. Groups that nothing uses
//! are in force nowhere, among them the default groups of every engine that the account ever touched.

use std::collections::BTreeSet;

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{Filter, Parameter};

use super::{PARAMETER_GROUP, untold_tags};
use crate::collect::aws::context::{Context, Described};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::rds;
use crate::inventory::{Reason, Value};

/// The group went away between the list and the look.
const GONE: &[&str] = &["DBParameterGroupNotFound"];

pub(super) const DESCRIBE_DB_PARAMETER_GROUPS: Operation =
    Operation::listing("RDS.DescribeDBParameterGroups", "rds:DescribeDBParameterGroups", &[PARAMETER_GROUP]);
pub(super) const DESCRIBE_DB_CLUSTER_PARAMETER_GROUPS: Operation = Operation::listing(
    "RDS.DescribeDBClusterParameterGroups",
    "rds:DescribeDBClusterParameterGroups",
    &[PARAMETER_GROUP],
);
pub(super) const DESCRIBE_DB_PARAMETERS: Operation =
    Operation::detail("RDS.DescribeDBParameters", "rds:DescribeDBParameters", &[PARAMETER_GROUP], GONE);
pub(super) const DESCRIBE_DB_CLUSTER_PARAMETERS: Operation =
    Operation::detail("RDS.DescribeDBClusterParameters", "rds:DescribeDBClusterParameters", &[PARAMETER_GROUP], GONE);

/// Parameters that facts are derived from; a group has hundreds.
const KEPT: [&str; 2] = ["rds.force_ssl", "require_secure_transport"];

/// Names of the groups that databases use.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub(super) instances: BTreeSet<String>,
    pub(super) clusters: BTreeSet<String>,
}

/// A group as its listing tells it.
struct Listed {
    name: String,
    family: Option<String>,
    of_clusters: bool,
}

pub(super) async fn collect(context: &Context, client: &Client, used: &Used) {
    let mut groups: Vec<Listed> = Vec::new();
    if !used.instances.is_empty() {
        let pages = client.describe_db_parameter_groups().into_paginator().page_size(100).send();
        let read = context.pages(&DESCRIBE_DB_PARAMETER_GROUPS, "", pages, |page| {
            groups.extend(page.db_parameter_groups.unwrap_or_default().into_iter().filter_map(|group| {
                let name = group.db_parameter_group_name.filter(|name| used.instances.contains(name))?;
                Some(Listed { name, family: group.db_parameter_group_family, of_clusters: false })
            }));
        });
        // A broken listing is a gap already.
        let _ = read.await;
    }
    if !used.clusters.is_empty() {
        let pages = client.describe_db_cluster_parameter_groups().into_paginator().page_size(100).send();
        let read = context.pages(&DESCRIBE_DB_CLUSTER_PARAMETER_GROUPS, "", pages, |page| {
            groups.extend(page.db_cluster_parameter_groups.unwrap_or_default().into_iter().filter_map(|group| {
                let name = group.db_cluster_parameter_group_name.filter(|name| used.clusters.contains(name))?;
                Some(Listed { name, family: group.db_parameter_group_family, of_clusters: true })
            }));
        });
        let _ = read.await;
    }
    context
        .each(groups, |listed| async move {
            let parameters = parameters(context, client, &listed).await;
            context.add(group(context, listed, parameters.as_deref()));
        })
        .await;
}

async fn parameters(context: &Context, client: &Client, listed: &Listed) -> Result<Vec<Parameter>, Reason> {
    let kept = || Filter::builder().name("parameter-name").set_values(Some(KEPT.map(str::to_owned).to_vec())).build();
    let mut parameters = Vec::new();
    if listed.of_clusters {
        let call = client.describe_db_cluster_parameters().db_cluster_parameter_group_name(&listed.name);
        let pages = call.filters(kept()).into_paginator().page_size(100).send();
        let read = context.pages(&DESCRIBE_DB_CLUSTER_PARAMETERS, &listed.name, pages, |page| {
            parameters.extend(page.parameters.unwrap_or_default());
        });
        read.await?;
    } else {
        let call = client.describe_db_parameters().db_parameter_group_name(&listed.name);
        let pages = call.filters(kept()).into_paginator().page_size(100).send();
        let read = context.pages(&DESCRIBE_DB_PARAMETERS, &listed.name, pages, |page| {
            parameters.extend(page.parameters.unwrap_or_default());
        });
        read.await?;
    }
    Ok(parameters)
}

fn group(
    context: &Context,
    listed: Listed,
    parameters: Result<&[Parameter], &Reason>,
) -> Described<rds::ParameterGroup> {
    let (what, type_name) = if listed.of_clusters {
        ("cluster-pg", "AWS::RDS::DBClusterParameterGroup")
    } else {
        ("pg", "AWS::RDS::DBParameterGroup")
    };
    let some = |set: bool| match parameters {
        Ok(parameters) => Value::Known(kept(parameters, set)),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    Described {
        arn: context.arn("rds", &format!("{what}:{}", listed.name)),
        type_name,
        name: Some(listed.name.clone()),
        identifiers: vec![listed.name],
        tags: untold_tags(),
        attributes: rds::ParameterGroup {
            family: Value::Known(listed.family),
            cluster: Value::Known(listed.of_clusters),
            parameters: some(true),
            defaults: some(false),
        },
    }
}

/// Returns the parameters that the group sets, or those that it leaves at the default.
fn kept(parameters: &[Parameter], set: bool) -> Vec<rds::Parameter> {
    let mut kept: Vec<(&str, &str)> = parameters
        .iter()
        .filter(|one| one.source.as_deref().is_none_or(|source| source == "user") == set)
        .filter_map(|one| Some((one.parameter_name.as_deref()?, one.parameter_value.as_deref()?)))
        .filter(|(name, _)| KEPT.contains(name))
        .collect();
    kept.sort_unstable();
    let known = |text: &str| Value::Known(text.to_owned());
    kept.into_iter().map(|(name, value)| rds::Parameter { name: known(name), value: known(value) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, value: Option<&str>, source: &str) -> Parameter {
        let builder = Parameter::builder().parameter_name(name).source(source);
        builder.set_parameter_value(value.map(str::to_owned)).build()
    }

    #[test]
    fn what_a_group_sets_and_what_it_leaves_stand_apart_and_the_rest_is_not_kept() {
        let all = [
            parameter("rds.force_ssl", Some("0"), "user"),
            parameter("require_secure_transport", Some("ON"), "system"),
            parameter("rds.force_admin_logging_level", Some("log"), "user"),
            parameter("rds.force_ssl", None, "engine-default"),
        ];
        let names = |set| {
            let name = |one: rds::Parameter| (one.name.known().cloned(), one.value.known().cloned());
            kept(&all, set).into_iter().map(name).collect::<Vec<_>>()
        };
        let pair = |name: &str, value: &str| (Some(name.to_owned()), Some(value.to_owned()));
        assert_eq!(names(true), [pair("rds.force_ssl", "0")]);
        assert_eq!(names(false), [pair("require_secure_transport", "ON")]);
    }

    #[test]
    fn every_parameter_of_the_table_is_kept() {
        let table: serde_json::Value =
            serde_json::from_str(include_str!("../../../../../policies/data/rds_parameter_defaults.json")).unwrap();
        for engine in table["engines"].as_object().unwrap().values() {
            assert!(KEPT.contains(&engine["parameter"].as_str().unwrap()), "{engine}");
        }
    }
}
