//! Effective security-group rules, the roles of each group, and what groups mean for databases,
//! mount targets and load balancers. Rules of Kubernetes' own load balancers are not part of it:
//! nothing in the input names them.

mod doors;
mod ports;
pub(super) mod ranges;
mod roles;
mod rules;
mod uses;

use rayon::prelude::*;

use super::Names;
use super::near::by_place;
use crate::inventory::aws::ec2::{EffectiveRule, Roles, SecurityGroup, SecurityGroupRule};
use crate::inventory::aws::eks::Cluster;
use crate::inventory::{Index, Inventory, Kind as _, Value};
use roles::Assignments;
use rules::Context;

/// What is derived for one group, or for the group that EKS makes for a cluster.
pub(super) struct Group {
    /// The security group, or the cluster.
    index: Index,
    roles: Roles,
    ingress: Value<Vec<EffectiveRule>>,
    egress: Value<Vec<EffectiveRule>>,
}

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    let assignments = roles::assign(inventory, names);
    let uses = uses::Uses::of(inventory, names);
    let indices: Vec<Index> =
        roles::GROUP_KINDS.iter().flat_map(|kind| inventory.indices_of_kind(kind)).copied().collect();
    let groups: Vec<Group> =
        indices.par_iter().filter_map(|&index| group(inventory, names, &assignments, &uses, index)).collect();
    let firewalls = doors::firewalls(inventory, names, &groups);
    let open: Vec<Value<bool>> = {
        let of_groups = groups.iter().map(|group| group.index);
        let by_place = by_place(inventory, of_groups, |place| uses::open_network_load_balancer(inventory, place));
        groups.iter().map(|group| by_place.get(&inventory.place(group.index)).cloned().unwrap_or_default()).collect()
    };
    for (group, open_network_load_balancer) in groups.into_iter().zip(open) {
        if let Some(facts) = inventory.facts_mut::<SecurityGroup>(group.index) {
            facts.open_network_load_balancer = open_network_load_balancer;
            (facts.roles, facts.ingress, facts.egress) = (group.roles, group.ingress, group.egress);
        } else if let Some(facts) = inventory.facts_mut::<Cluster>(group.index) {
            facts.open_network_load_balancer = open_network_load_balancer;
            (facts.roles, facts.ingress, facts.egress) = (group.roles, group.ingress, group.egress);
        }
    }
    for (index, firewall) in firewalls {
        doors::write(inventory, index, firewall);
    }
}

fn group(
    inventory: &Inventory,
    names: &Names,
    assignments: &Assignments,
    uses: &uses::Uses,
    index: Index,
) -> Option<Group> {
    let roles = assignments.of(inventory, index);
    let resource = inventory.resources.get(index)?;
    let context = Context {
        inventory,
        names,
        roles: assignments,
        group: index,
        vpc: uses::vpc_ranges(inventory, index),
        database_ports: uses.database_ports(index, &roles),
        separate_rules: resource.parts.iter().any(|part| &*part.origin.type_name != "aws_security_group"),
        target_ports: uses.target_ports(index, &roles),
    };
    let (ingress, egress) = if let Some(group) = SecurityGroup::attributes(&resource.attributes) {
        (rules::expand(&context, "ingress", &group.ingress), rules::expand(&context, "egress", &group.egress))
    } else {
        let cluster = Cluster::attributes(&resource.attributes)?;
        // EKS lets the members of its group talk to each other and out:
        // https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
        let inside = SecurityGroupRule { self_reference: Value::Known(true), ..everything() };
        let anywhere = vec![Value::Known("0.0.0.0/0".to_owned())];
        let out = SecurityGroupRule { ipv4_ranges: Value::Known(anywhere), ..everything() };
        (
            rules::expand(&context, "ingress", &with(cluster.group_ingress.clone(), inside)),
            rules::expand(&context, "egress", &with(cluster.group_egress.clone(), out)),
        )
    };
    Some(Group { index, roles, ingress, egress })
}

fn everything() -> SecurityGroupRule {
    SecurityGroupRule { protocol: Value::Known("all".to_owned()), ..SecurityGroupRule::default() }
}

fn with(rules: Value<Vec<SecurityGroupRule>>, one: SecurityGroupRule) -> Value<Vec<SecurityGroupRule>> {
    rules.map(|mut rules| {
        rules.push(one);
        rules
    })
}
