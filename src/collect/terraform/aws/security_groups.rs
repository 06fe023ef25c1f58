//! Security groups and their rules: Terraform types → kinds. A group's rules stand in the group
//! itself, in `aws_security_group_rule` (several peers each) or in a resource per rule and peer.

mod rules;

use super::{Belongs, Mapped, OwnerType, PartType, Types};
use crate::collect::terraform::Block;
use crate::inventory::aws::ec2::{SecurityGroup, SecurityGroupRule};
use crate::inventory::aws::eks::Cluster;
use crate::inventory::link::unresolved;
use crate::inventory::{Attributes, Kind as _, Reason, Value};

/// Rules are parts of a group, or of a cluster when they name the group that EKS makes for it.
const OWNERS_OF_RULES: &[&str] = &["aws.ec2.security_group", "aws.eks.cluster"];

pub(super) const TYPES: Types = Types {
    owners: &[OwnerType { types: &["aws_security_group", "aws_default_security_group"], map: group }],
    parts: &[
        PartType {
            types: &["aws_security_group_rule"],
            owners: OWNERS_OF_RULES,
            owner: "security_group_id",
            path: &["ingress"],
            join: several_peers,
            outside: Some(elsewhere),
        },
        PartType {
            types: &["aws_vpc_security_group_ingress_rule"],
            owners: OWNERS_OF_RULES,
            owner: "security_group_id",
            path: &["ingress"],
            join: ingress,
            outside: Some(elsewhere),
        },
        PartType {
            types: &["aws_vpc_security_group_egress_rule"],
            owners: OWNERS_OF_RULES,
            owner: "security_group_id",
            path: &["egress"],
            join: egress,
            outside: Some(elsewhere),
        },
    ],
    aliases: &[],
};

fn group(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let group = SecurityGroup {
        group_name: name.clone(),
        description: block.string("description"),
        vpc: block.link("vpc_id"),
        default: Value::Known(block.type_name() == "aws_default_security_group"),
        mentioned_only: false,
        ingress: rules::inline(block, "ingress"),
        egress: rules::inline(block, "egress"),
    };
    Mapped { attributes: group.into_attributes(), name, identifiers: Vec::new() }
}

/// A group that only its rules tell of. Whatever else it has is not known, so a rule about the whole
/// of it stays open.
fn elsewhere(_: &Block<'_>) -> Attributes {
    let reason = || Reason::NotInInput("the security group of this rule".to_owned());
    SecurityGroup {
        group_name: Value::Unknown(reason()),
        description: Value::Unknown(reason()),
        vpc: unresolved("VPC of a security group that is not in the input"),
        default: Value::Unknown(reason()),
        mentioned_only: true,
        ingress: Value::Known(vec![rules::anything(&reason())]),
        egress: Value::Known(vec![rules::anything(&reason())]),
    }
    .into_attributes()
}

fn several_peers(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let rule = rules::several_peers(block);
    match block.string("type") {
        Value::Known(Some(direction)) if direction == "egress" => add(owner, false, rule, belongs),
        Value::Known(_) => add(owner, true, rule, belongs),
        Value::Unknown(reason) => {
            let belongs = Belongs::Perhaps(reason);
            add(owner, true, rule.clone(), &belongs);
            add(owner, false, rule, &belongs);
        }
    }
}

fn ingress(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    add(owner, true, rules::one_peer(block), belongs);
}

fn egress(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    add(owner, false, rules::one_peer(block), belongs);
}

fn add(owner: &mut Attributes, incoming: bool, rule: SecurityGroupRule, belongs: &Belongs) {
    let rule = match belongs {
        Belongs::Certainly => rule,
        Belongs::Perhaps(reason) => SecurityGroupRule { doubt: Some(reason.clone()), ..rule },
    };
    let list = if let Some(group) = SecurityGroup::attributes_mut(owner) {
        if incoming { &mut group.ingress } else { &mut group.egress }
    } else if let Some(cluster) = Cluster::attributes_mut(owner) {
        if incoming { &mut cluster.group_ingress } else { &mut cluster.group_egress }
    } else {
        return;
    };
    if let Value::Known(rules) = list {
        rules.push(rule);
    }
}
