//! What uses each security group. A group whose attachment is in doubt has its role unknown; a
//! resource that may use any group makes the role of all of them unknown.

use std::collections::BTreeMap;

use crate::inventory::aws::ec2::{Instance, LaunchTemplate, NetworkInterface, Roles, SecurityGroup};
use crate::inventory::aws::{autoscaling, efs, eks, elasticache, elb, lambda, rds};
use crate::inventory::{Edges, Index, Inventory, Linked, Reason, Value};
use crate::relate::near::Strays;
use crate::relate::{Names, lookup};

/// Kinds that are, or stand for, a security group: EKS makes a group for each cluster, and a plan
/// knows that group only by the cluster's address.
pub(crate) const GROUP_KINDS: &[&str] = &["aws.ec2.security_group", "aws.eks.cluster"];

/// Chooses one role of a group.
pub(crate) type Role = fn(&mut Roles) -> &mut Value<bool>;

/// The roles of all groups.
#[derive(Debug, Default)]
pub(crate) struct Assignments {
    by_group: BTreeMap<Index, Roles>,
    /// Roles that any group near a resource may have.
    any_group: Strays<Roles>,
}

impl Assignments {
    /// Returns the roles of a group.
    pub(crate) fn of(&self, inventory: &Inventory, group: Index) -> Roles {
        let mut roles = self.by_group.get(&group).cloned().unwrap_or_default();
        for mut possible in self.any_group.near(inventory, group).cloned() {
            for role in ALL {
                if let Value::Unknown(reason) = role(&mut possible) {
                    doubt(role(&mut roles), reason);
                }
            }
        }
        roles
    }

    /// Makes every role of a group unknown that it is not known to have.
    pub(crate) fn doubt_all(&mut self, group: Index, reason: &Reason) {
        let roles = self.by_group.entry(group).or_default();
        for role in ALL {
            doubt(role(roles), reason);
        }
    }

    /// Gives a role to the groups that a link of a resource leads to, if `holds`.
    pub(crate) fn give(
        &mut self,
        inventory: &Inventory,
        holder: Index,
        edges: &Edges,
        holds: &Value<bool>,
        role: Role,
    ) {
        if holds.is(&false) {
            return;
        }
        let reason = edges.doubt.as_ref().or(holds.reason());
        for chosen in [role, |roles: &mut Roles| &mut roles.attached] {
            for &group in &edges.targets {
                let value = chosen(self.by_group.entry(group).or_default());
                match reason {
                    None => *value = Value::Known(true),
                    Some(reason) => doubt(value, reason),
                }
            }
            if edges.targets.is_empty()
                && edges.outside.is_empty()
                && let Some(reason) = &edges.doubt
                && let Some(roles) = self.any_group.at(inventory, holder, Roles::default)
            {
                doubt(chosen(roles), reason);
            }
        }
    }
}

/// Makes a role unknown, unless it is certain.
fn doubt(role: &mut Value<bool>, reason: &Reason) {
    if role.is(&false) {
        *role = Value::Unknown(reason.clone());
    }
}

const ALL: [Role; 13] = [
    |roles| &mut roles.attached,
    |roles| &mut roles.edge,
    |roles| &mut roles.alb,
    |roles| &mut roles.load_balancer,
    |roles| &mut roles.node,
    |roles| &mut roles.cluster,
    |roles| &mut roles.database,
    |roles| &mut roles.database_proxy,
    |roles| &mut roles.cache,
    |roles| &mut roles.file_system,
    |roles| &mut roles.instance,
    |roles| &mut roles.lambda,
    |roles| &mut roles.remote_access,
];

/// Finds out what uses each group.
pub(crate) fn assign(inventory: &Inventory, names: &Names) -> Assignments {
    let mut assignments = Assignments::default();
    let certain = Value::Known(true);
    let groups = |holder, links: &Linked| lookup(inventory, names, holder, links, GROUP_KINDS);
    for (index, _, balancer) in inventory.of::<elb::LoadBalancer>() {
        let edges = groups(index, &balancer.security_groups);
        let application = balancer.load_balancer_type.clone().map(|balancer_type| balancer_type == "application");
        let edge = balancer.internal.clone().map(|internal| !internal);
        assignments.give(inventory, index, &edges, &application, |roles| &mut roles.alb);
        assignments.give(inventory, index, &edges, &edge, |roles| &mut roles.edge);
        assignments.give(inventory, index, &edges, &certain, |roles| &mut roles.load_balancer);
    }
    for (index, _, balancer) in inventory.of::<elb::ClassicLoadBalancer>() {
        let edges = groups(index, &balancer.security_groups);
        let edge = balancer.internal.clone().map(|internal| !internal);
        assignments.give(inventory, index, &edges, &edge, |roles| &mut roles.edge);
        assignments.give(inventory, index, &edges, &certain, |roles| &mut roles.load_balancer);
    }
    for (index, _, instance) in inventory.of::<rds::Instance>() {
        assignments
            .give(inventory, index, &groups(index, &instance.security_groups), &certain, |roles| &mut roles.database);
    }
    for (index, _, cluster) in inventory.of::<rds::Cluster>() {
        assignments
            .give(inventory, index, &groups(index, &cluster.security_groups), &certain, |roles| &mut roles.database);
    }
    for (index, _, proxy) in inventory.of::<rds::Proxy>() {
        assignments.give(inventory, index, &groups(index, &proxy.security_groups), &certain, |roles| {
            &mut roles.database_proxy
        });
    }
    for (index, _, cache) in inventory.of::<elasticache::ReplicationGroup>() {
        assignments.give(inventory, index, &groups(index, &cache.security_groups), &certain, |roles| &mut roles.cache);
    }
    for (index, _, cache) in inventory.of::<elasticache::Cluster>() {
        assignments.give(inventory, index, &groups(index, &cache.security_groups), &certain, |roles| &mut roles.cache);
    }
    for (index, _, target) in inventory.of::<efs::MountTarget>() {
        assignments
            .give(inventory, index, &groups(index, &target.security_groups), &certain, |roles| &mut roles.file_system);
    }
    for (index, _, function) in inventory.of::<lambda::Function>() {
        assignments
            .give(inventory, index, &groups(index, &function.security_groups), &certain, |roles| &mut roles.lambda);
    }
    for (index, _, interface) in inventory.of::<NetworkInterface>() {
        assignments
            .give(inventory, index, &groups(index, &interface.security_groups), &certain, |roles| &mut roles.attached);
    }
    nodes(inventory, names, &mut assignments);
    for (index, resource, group) in inventory.of::<SecurityGroup>() {
        if group.mentioned_only {
            assignments.doubt_all(index, &Reason::NotInInput(format!("what uses the group of {}", resource.id)));
        }
    }
    assignments
}

fn nodes(inventory: &Inventory, names: &Names, assignments: &mut Assignments) {
    let certain = Value::Known(true);
    for (index, _, cluster) in inventory.of::<eks::Cluster>() {
        let own = itself(index);
        assignments.give(inventory, index, &own, &certain, |roles| &mut roles.cluster);
        let more = lookup(inventory, names, index, &cluster.security_groups, GROUP_KINDS);
        assignments.give(inventory, index, &more, &certain, |roles| &mut roles.cluster);
        // Nodes of Auto Mode get the group of the cluster unless a node class in Kubernetes says
        // otherwise.
        assignments.give(inventory, index, &own, &cluster.auto_mode, |roles| &mut roles.node);
    }
    for (index, _, _) in inventory.of::<eks::FargateProfile>() {
        assignments.give(inventory, index, inventory.edges(index, "cluster"), &certain, |roles| &mut roles.node);
    }
    for (index, _, _) in inventory.of::<eks::NodeGroup>() {
        for (edges, holds) in groups_of_nodes(inventory, names, index) {
            assignments.give(inventory, index, &edges, &holds, |roles| &mut roles.node);
        }
    }
    for (index, _, group) in inventory.of::<eks::NodeGroup>() {
        let clients = lookup(inventory, names, index, &group.remote_access_security_groups, GROUP_KINDS);
        assignments.give(inventory, index, &clients, &certain, |roles| &mut roles.remote_access);
    }
    for (index, resource, _) in inventory.of::<autoscaling::Group>() {
        let node = crate::relate::eks::joins_some_cluster(resource);
        let instance = node.clone().map(|node| !node);
        for (edges, holds) in groups_of_template(inventory, names, inventory.edges(index, "launch_template")) {
            assignments.give(inventory, index, &edges, &both(&holds, &node), |roles| &mut roles.node);
            assignments.give(inventory, index, &edges, &both(&holds, &instance), |roles| &mut roles.instance);
        }
    }
    for (index, resource, instance) in inventory.of::<Instance>() {
        let node = crate::relate::eks::joins_some_cluster(resource);
        let other = node.clone().map(|node| !node);
        let own = lookup(inventory, names, index, &instance.security_groups, GROUP_KINDS);
        let all = if own.is_absent() {
            groups_of_template(inventory, names, inventory.edges(index, "launch_template"))
        } else {
            vec![(own, Value::Known(true))]
        };
        for (edges, holds) in all {
            assignments.give(inventory, index, &edges, &both(&holds, &node), |roles| &mut roles.node);
            assignments.give(inventory, index, &edges, &both(&holds, &other), |roles| &mut roles.instance);
        }
    }
}

/// Returns the groups of a managed node group's nodes: those of its launch template, else the group
/// that EKS makes for the cluster. Each comes with whether it is in use at all.
pub(crate) fn groups_of_nodes(inventory: &Inventory, names: &Names, node_group: Index) -> Vec<(Edges, Value<bool>)> {
    let cluster = inventory.edges(node_group, "cluster");
    let templates = inventory.edges(node_group, "launch_template");
    if templates.is_absent() {
        return vec![(cluster.clone(), Value::Known(true))];
    }
    let mut all = groups_of_template(inventory, names, templates);
    let named = all.iter().any(|(edges, _)| !edges.targets.is_empty() || !edges.outside.is_empty());
    let doubt =
        all.iter().find_map(|(edges, holds)| edges.doubt.as_ref().or(holds.reason())).or(templates.doubt.as_ref());
    let without_group = match (named && templates.doubt.is_none(), doubt) {
        (true, _) => return all,
        (false, Some(reason)) => Value::Unknown(reason.clone()),
        (false, None) => Value::Known(true),
    };
    all.push((cluster.clone(), without_group));
    all
}

/// Returns the groups that launch templates give to instances; none when they name none.
fn groups_of_template(inventory: &Inventory, names: &Names, templates: &Edges) -> Vec<(Edges, Value<bool>)> {
    let mut all = Vec::new();
    let holds = templates.doubt.clone().map_or(Value::Known(true), Value::Unknown);
    for &index in &templates.targets {
        let Some(template) = inventory.get::<LaunchTemplate>(index) else {
            continue;
        };
        all.push(lookup(inventory, names, index, &template.security_groups, GROUP_KINDS));
        match &template.network_interfaces {
            Value::Known(interfaces) => {
                all.extend(
                    interfaces.iter().map(|one| lookup(inventory, names, index, &one.security_groups, GROUP_KINDS)),
                );
            }
            Value::Unknown(reason) => all.push(anything(reason)),
        }
    }
    if let Some(name) = templates.outside.first() {
        // A template that is not in the input may name any group.
        all.push(anything(&Reason::NotInInput(name.clone())));
    } else if templates.targets.is_empty()
        && let Some(reason) = &templates.doubt
    {
        all.push(anything(reason));
    }
    all.retain(|edges| !edges.is_absent());
    all.into_iter().map(|edges| (edges, holds.clone())).collect()
}

fn anything(reason: &Reason) -> Edges {
    Edges { doubt: Some(reason.clone()), ..Edges::default() }
}

fn itself(index: Index) -> Edges {
    Edges { targets: vec![index], ..Edges::default() }
}

/// Both of two, as far as known.
pub(crate) fn both(one: &Value<bool>, other: &Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(false), _) | (_, Value::Known(false)) => Value::Known(false),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        _ => Value::Known(true),
    }
}

/// Either of two, as far as known.
pub(crate) fn either(one: &Value<bool>, other: &Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(true), _) | (_, Value::Known(true)) => Value::Known(true),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        _ => Value::Known(false),
    }
}
