//! What every AWS resource of a plan has besides its kind's fields: origin, account, region, tags.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::collect::terraform::{Block, Plan};
use crate::inventory::{Origin, Reason, Value};

/// Services that belong to no region.
const GLOBAL_TYPES: &[&str] = &["aws_iam_", "aws_route53_", "aws_cloudfront_", "aws_organizations_"];

/// Accounts and regions of the plan's providers.
pub(crate) struct Places<'a> {
    plan: &'a Plan,
    regions: HashMap<&'a str, Value<Option<String>>>,
    types: HashMap<&'a str, Arc<str>>,
}

impl<'a> Places<'a> {
    /// Reads the provider configuration of a plan.
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let regions = plan
            .document()
            .configuration
            .providers
            .iter()
            .map(|(key, provider)| {
                let region = match provider.expressions.get("region") {
                    Some(expression) if provider.module.is_empty() => {
                        match plan.resolve_constant(plan.root_scope(), expression) {
                            Some(serde_json::Value::String(region)) if is_region(&region) => Value::Known(Some(region)),
                            _ => Value::Unknown(Reason::Unresolved(format!("the region of provider {key}"))),
                        }
                    }
                    Some(_) => Value::Unknown(Reason::Unresolved(format!("the region of provider {key}"))),
                    None => Value::Unknown(Reason::NotInInput(
                        "the provider takes its region from the environment".to_owned(),
                    )),
                };
                (key.as_str(), region)
            })
            .collect();
        let types = plan
            .resources()
            .iter()
            .map(|resource| (resource.parsed.type_name.as_str(), Arc::from(resource.parsed.type_name.as_str())))
            .collect();
        Self { plan, regions, types }
    }

    /// Returns where a resource was read.
    pub(crate) fn origin(&self, block: &Block<'_>) -> Origin {
        let resource = block.resource();
        Origin {
            file: Arc::clone(self.plan.document().source.name()),
            address: resource.map_or_else(|| "".into(), |resource| Arc::clone(&resource.address)),
            type_name: self.types.get(block.type_name()).cloned().unwrap_or_else(|| block.type_name().into()),
            line: resource.map_or(1, |resource| resource.position.line),
            column: resource.map_or(1, |resource| resource.position.column),
        }
    }

    /// Returns the account: that of the resource's own ARN, if it is known already.
    pub(crate) fn account(block: &Block<'_>) -> Value<Option<String>> {
        let known = ["arn", "owner_id"].into_iter().find_map(|attribute| match block.string(attribute) {
            Value::Known(Some(text)) if text.starts_with("arn:") => text.split(':').nth(4).map(str::to_owned),
            Value::Known(Some(text)) => Some(text),
            _ => None,
        });
        match known.filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())) {
            Some(account) => Value::Known(Some(account)),
            None => Value::Unknown(Reason::NotInInput("a plan does not tell the account".to_owned())),
        }
    }

    /// Returns the region: the resource's own, or that of its ARN, else its provider's, else that of its
    /// zone.
    pub(crate) fn region(&self, block: &Block<'_>) -> Value<Option<String>> {
        if GLOBAL_TYPES.iter().any(|prefix| block.type_name().starts_with(prefix)) {
            return Value::Known(Some("global".to_owned()));
        }
        if let Value::Known(Some(region)) = block.string("region") {
            return Value::Known(Some(region));
        }
        if let Value::Known(Some(arn)) = block.string("arn")
            && let Some(region) = arn.strip_prefix("arn:").and_then(|arn| arn.split(':').nth(2))
            && !region.is_empty()
        {
            return Value::Known(Some(region.to_owned()));
        }
        let provider = block
            .resource()
            .and_then(|resource| self.plan.position_of(&resource.address))
            .and_then(|position| self.plan.written(position))
            .and_then(|written| written.provider.as_deref());
        // A module that inherits its provider has a key of its own.
        let provider = provider.and_then(|key| self.plan.document().configuration.provider(key));
        let region = provider.and_then(|(key, _)| self.regions.get(key)).cloned();
        match region {
            Some(region @ Value::Known(_)) => region,
            other => match block.string("availability_zone") {
                Value::Known(Some(zone)) if zone.ends_with(|last: char| last.is_ascii_lowercase()) => {
                    Value::Known(Some(zone.trim_end_matches(|last: char| last.is_ascii_lowercase()).to_owned()))
                }
                _ => other.unwrap_or_else(|| {
                    Value::Unknown(Reason::NotInInput("the plan does not tell the provider's region".to_owned()))
                }),
            },
        }
    }
}

/// Returns the tags in force: `tags_all` has the provider's default tags too, when it is known.
pub(crate) fn tags(block: &Block<'_>) -> Value<BTreeMap<String, Value<String>>> {
    if block.type_name() == "aws_autoscaling_group" {
        return tag_blocks(block);
    }
    if block.raw("tags_all").is_some() { block.map("tags_all") } else { block.map("tags") }
}

/// An Auto Scaling group has a block for each tag.
fn tag_blocks(block: &Block<'_>) -> Value<BTreeMap<String, Value<String>>> {
    block.blocks("tag").and_then(|blocks| {
        let mut tags = BTreeMap::new();
        for one in blocks {
            match one.string("key") {
                Value::Known(Some(key)) => tags.insert(key, one.string_or("value", "")),
                Value::Known(None) => None,
                Value::Unknown(reason) => return Value::Unknown(reason),
            };
        }
        Value::Known(tags)
    })
}

/// Returns whether a text looks like a region, and not like a part of one: `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let words: Vec<&str> = text.split('-').collect();
    words.len() >= 3
        && words.last().is_some_and(|last| last.bytes().all(|letter| letter.is_ascii_digit()) && !last.is_empty())
}
