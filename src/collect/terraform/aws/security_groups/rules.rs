//! The three ways of writing a rule.

use crate::collect::terraform::Block;
use crate::inventory::aws::ec2::SecurityGroupRule;
use crate::inventory::link::unresolved;
use crate::inventory::{Linked, Links, Reason, Target, Value};

/// Reads the rules that stand in a group itself. Blocks of this kind are attributes to the provider:
/// the configuration names the references of all of them at once.
pub(crate) fn inline(block: &Block<'_>, name: &'static str) -> Value<Vec<SecurityGroupRule>> {
    let written = block.configured(name);
    let whole = block.raw_unknown(name).is_some_and(|marks| marks.as_bool() == Some(true));
    // Terraform removes what AWS puts there at first, unless it adopts a group that exists; a default
    // group without blocks is emptied.
    if !written && (whole || block.type_name() == "aws_default_security_group") {
        return Value::Known(Vec::new());
    }
    // The values of a group that exists already may come from its state rather than from blocks,
    // which older versions of Terraform do not show when they hold constants only.
    let exists = block.resource().is_some_and(|resource| !resource.actions.iter().any(|action| action == "create"));
    match block.blocks(name) {
        Value::Known(blocks) => Value::Known(
            blocks.iter().map(|one| SecurityGroupRule { observed: exists && !written, ..inline_rule(one) }).collect(),
        ),
        // Other resources may add rules that are known: keep the list, and doubt one element of it.
        Value::Unknown(reason) => Value::Known(vec![anything(&reason)]),
    }
}

fn inline_rule(block: &Block<'_>) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: block.string_or("protocol", "all"),
        security_groups: groups(block.links("security_groups")),
        self_reference: block.boolean_or("self", false),
        ..common(block)
    }
}

/// Reads an `aws_security_group_rule`.
pub(crate) fn several_peers(block: &Block<'_>) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: block.string_or("protocol", "all"),
        security_groups: groups(block.link("source_security_group_id")),
        self_reference: block.boolean_or("self", false),
        address: Some(block.address().to_owned()),
        ..common(block)
    }
}

fn common(block: &Block<'_>) -> SecurityGroupRule {
    SecurityGroupRule {
        from_port: block.integer("from_port"),
        to_port: block.integer("to_port"),
        ipv4_ranges: block.strings("cidr_blocks"),
        ipv6_ranges: block.strings("ipv6_cidr_blocks"),
        prefix_lists: block.links("prefix_list_ids"),
        description: block.string("description"),
        ..SecurityGroupRule::default()
    }
}

/// Reads an `aws_vpc_security_group_ingress_rule` or `…_egress_rule`.
pub(crate) fn one_peer(block: &Block<'_>) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: block.string_or("ip_protocol", "all"),
        from_port: block.integer("from_port"),
        to_port: block.integer("to_port"),
        ipv4_ranges: block.string("cidr_ipv4").map(|range| range.map(Value::Known).into_iter().collect()),
        ipv6_ranges: block.string("cidr_ipv6").map(|range| range.map(Value::Known).into_iter().collect()),
        prefix_lists: block.link("prefix_list_id"),
        security_groups: groups(block.link("referenced_security_group_id")),
        description: block.string("description"),
        address: Some(block.address().to_owned()),
        ..SecurityGroupRule::default()
    }
}

/// A rule of which nothing is known, not even whether it exists.
pub(crate) fn anything(reason: &Reason) -> SecurityGroupRule {
    let ranges = Value::Known(vec![Value::Unknown(reason.clone())]);
    SecurityGroupRule {
        protocol: Value::Unknown(reason.clone()),
        from_port: Value::Unknown(reason.clone()),
        to_port: Value::Unknown(reason.clone()),
        ipv4_ranges: ranges.clone(),
        ipv6_ranges: ranges,
        prefix_lists: Value::Unknown(reason.clone()),
        security_groups: unresolved(reason.to_string()),
        self_reference: Value::Known(false),
        description: Value::Unknown(reason.clone()),
        address: None,
        doubt: Some(reason.clone()),
        observed: false,
    }
}

/// A group of another account is written `123456789012/sg-0a1b2c3d`.
fn groups(links: Linked) -> Linked {
    links.map(|links| {
        let certainty = links.certainty;
        let targets = links.targets.into_iter().map(|target| match target {
            Target::Literal(name) => match name.split_once('/') {
                Some((account, group)) if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Target::Literal(group.to_owned())
                }
                _ => Target::Literal(name),
            },
            resource @ Target::Resource(_) => resource,
        });
        Links { certainty, ..Links::all(targets) }
    })
}
