//! Managed prefix lists: the account's own, and those of AWS or of other accounts that routes and security
//! groups name. AWS has dozens in each region; what nobody names decides nothing.

use std::collections::BTreeSet;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::ManagedPrefixList;

use super::{PREFIX_LIST, tags};
use crate::collect::aws::context::{Context, Described, known_list};
use crate::collect::aws::operation::Operation;
use crate::inventory::Value;
use crate::inventory::aws::ec2::PrefixList;

pub(super) const DESCRIBE_MANAGED_PREFIX_LISTS: Operation =
    Operation::listing("EC2.DescribeManagedPrefixLists", "ec2:DescribeManagedPrefixLists", &[PREFIX_LIST]);
pub(super) const GET_MANAGED_PREFIX_LIST_ENTRIES: Operation = Operation::detail(
    "EC2.GetManagedPrefixListEntries",
    "ec2:GetManagedPrefixListEntries",
    &[PREFIX_LIST],
    &["InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"],
);

/// Reads the lists; `named` are those that something names.
pub(super) async fn collect(context: &Context, client: &Client, named: &BTreeSet<String>) {
    if !context.wants(PREFIX_LIST) {
        return;
    }
    let mut lists = Vec::new();
    let pages = client.describe_managed_prefix_lists().into_paginator().page_size(100).send();
    // A broken listing is a gap already.
    let _ = context
        .pages(&DESCRIBE_MANAGED_PREFIX_LISTS, "", pages, |page| lists.extend(page.prefix_lists.unwrap_or_default()))
        .await;
    lists.retain(|list| matters(list, context.account(), named));
    context.each(lists, |list| read(context, client, list)).await;
}

fn matters(list: &ManagedPrefixList, account: &str, named: &BTreeSet<String>) -> bool {
    list.owner_id() == Some(account) || list.prefix_list_id().is_some_and(|id| named.contains(id))
}

async fn read(context: &Context, client: &Client, list: ManagedPrefixList) {
    let Some(id) = list.prefix_list_id.clone() else { return };
    let mut entries: Vec<String> = Vec::new();
    let pages = client.get_managed_prefix_list_entries().prefix_list_id(&id).into_paginator().page_size(100).send();
    let told = context
        .pages(&GET_MANAGED_PREFIX_LIST_ENTRIES, &id, pages, |page| {
            entries.extend(page.entries.unwrap_or_default().into_iter().filter_map(|entry| entry.cidr));
        })
        .await;
    entries.sort();
    context.add(Described {
        // Lists of AWS have no account in their ARN: the account that names them makes it unique.
        arn: context.arn("ec2", &format!("prefix-list/{id}")),
        type_name: "AWS::EC2::PrefixList",
        name: list.prefix_list_name.clone(),
        identifiers: list.prefix_list_arn.into_iter().chain([id]).collect(),
        tags: tags(list.tags),
        attributes: PrefixList {
            name: Value::Known(list.prefix_list_name),
            entries: match told {
                Ok(()) => known_list(entries),
                Err(reason) => Value::Unknown(reason),
            },
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_aws_matter_only_when_something_names_them() {
        let list = |id: &str, owner: &str| ManagedPrefixList::builder().prefix_list_id(id).owner_id(owner).build();
        let named = BTreeSet::from(["pl-s3".to_owned()]);
        let account = "111111111111";
        assert!(matters(&list("pl-s3", "AWS"), account, &named));
        assert!(!matters(&list("pl-dynamodb", "AWS"), account, &named));
        assert!(matters(&list("pl-own", account), account, &named));
    }
}
