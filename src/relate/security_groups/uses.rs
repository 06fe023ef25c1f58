//! What the users of a group listen to: database ports, target groups; and where a group lives.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::inventory::aws::ec2::{Roles, Vpc};
use crate::inventory::aws::elb::{Action, Listener, LoadBalancer, TargetGroup};
use crate::inventory::aws::rds;
use crate::inventory::{Edges, Index, Inventory, Place, Reason, Value};
use crate::relate::{Names, lookup};

use super::ranges;
use super::roles::{GROUP_KINDS, either};

/// Ports by group.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    databases: BTreeMap<Index, Vec<Value<i64>>>,
    targets: BTreeMap<Index, Vec<Value<i64>>>,
}

impl Uses {
    /// Reads the ports of databases and target groups.
    pub(crate) fn of(inventory: &Inventory, names: &Names) -> Self {
        let mut uses = Self::default();
        let groups = |holder, links| lookup(inventory, names, holder, links, GROUP_KINDS);
        for (index, _, instance) in inventory.of::<rds::Instance>() {
            add(&mut uses.databases, &groups(index, &instance.security_groups), &[database_port(inventory, index)]);
        }
        for (index, _, cluster) in inventory.of::<rds::Cluster>() {
            add(&mut uses.databases, &groups(index, &cluster.security_groups), &[database_port(inventory, index)]);
        }
        for (index, _, proxy) in inventory.of::<rds::Proxy>() {
            add(&mut uses.databases, &groups(index, &proxy.security_groups), &[database_port(inventory, index)]);
        }
        for (index, _, balancer) in inventory.of::<LoadBalancer>() {
            let ports = balancer_ports(inventory, names, index);
            add(&mut uses.targets, &groups(index, &balancer.security_groups), &ports);
        }
        uses
    }

    /// Returns the ports of databases that use a group, or may.
    pub(crate) fn database_ports(&self, group: Index, roles: &Roles) -> Vec<Value<i64>> {
        let mut ports = self.databases.get(&group).cloned().unwrap_or_default();
        ports.extend([&roles.database, &roles.database_proxy].into_iter().filter_map(unknown));
        ports
    }

    /// Returns the ports that load balancers of a group forward to.
    pub(crate) fn target_ports(&self, group: Index, roles: &Roles) -> Vec<Value<i64>> {
        let mut ports = self.targets.get(&group).cloned().unwrap_or_default();
        ports.extend(unknown(&roles.load_balancer));
        ports
    }
}

fn unknown(role: &Value<bool>) -> Option<Value<i64>> {
    role.reason().map(|reason| Value::Unknown(reason.clone()))
}

fn add(ports: &mut BTreeMap<Index, Vec<Value<i64>>>, groups: &Edges, more: &[Value<i64>]) {
    for &group in &groups.targets {
        ports.entry(group).or_default().extend(more.iter().map(|port| match &groups.doubt {
            Some(reason) => Value::Unknown(reason.clone()),
            None => port.clone(),
        }));
    }
}

/// Returns the port of a database or of its proxy.
pub(crate) fn database_port(inventory: &Inventory, index: Index) -> Value<i64> {
    port_of(inventory, index, 3)
}

/// A replica and a proxy take the port of what they stand for; `steps` ends a circle of them.
fn port_of(inventory: &Inventory, index: Index, steps: u8) -> Value<i64> {
    let unresolved = || Value::Unknown(Reason::Unresolved(format!("engine of {}", inventory.id(index))));
    let (port, engine, source) = if let Some(instance) = inventory.get::<rds::Instance>(index) {
        let source = if inventory.edges(index, "cluster").is_absent() { "replica_of" } else { "cluster" };
        (&instance.port, &instance.engine, source)
    } else if let Some(cluster) = inventory.get::<rds::Cluster>(index) {
        (&cluster.port, &cluster.engine, "replica_of")
    } else {
        // A proxy listens on the default port of its database's engine, whatever the database does.
        let Some(&target) = inventory.edges(index, "targets").targets.first() else {
            return unresolved();
        };
        let engine = match (inventory.get::<rds::Instance>(target), inventory.get::<rds::Cluster>(target)) {
            (Some(instance), _) => &instance.engine,
            (_, Some(cluster)) => &cluster.engine,
            _ => return unresolved(),
        };
        return engine.clone().and_then(|engine| engine.map_or_else(unresolved, |engine| default_port(&engine)));
    };
    port.clone().and_then(|port| match port {
        Some(port) => Value::Known(port),
        None => engine.clone().and_then(|engine| match engine {
            Some(engine) => default_port(&engine),
            None => match inventory.edges(index, source).targets.as_slice() {
                [source] if steps > 0 => port_of(inventory, *source, steps.saturating_sub(1)),
                _ => unresolved(),
            },
        }),
    })
}

/// The port that RDS chooses: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
fn default_port(engine: &str) -> Value<i64> {
    let engine = engine.to_ascii_lowercase();
    let begins = |prefix: &str| engine.starts_with(prefix) || engine.starts_with(&format!("custom-{prefix}"));
    if engine == "postgres" || engine == "aurora-postgresql" {
        Value::Known(5432)
    } else if ["mysql", "mariadb", "aurora", "aurora-mysql"].contains(&engine.as_str()) {
        Value::Known(3306)
    } else if begins("oracle-") {
        Value::Known(1521)
    } else if begins("sqlserver-") {
        Value::Known(1433)
    } else if begins("db2-") {
        Value::Known(50000)
    } else {
        Value::Unknown(Reason::NotInTable(format!("default port of the engine {engine}")))
    }
}

fn balancer_ports(inventory: &Inventory, names: &Names, balancer: Index) -> Vec<Value<i64>> {
    let mut ports = Vec::new();
    for (listener, certain) in inventory.incoming::<Listener>(balancer, "load_balancer") {
        let holder = listener;
        let Some(listener) = inventory.get::<Listener>(holder) else {
            continue;
        };
        let from = ports.len();
        actions(inventory, names, holder, &listener.default_actions, &mut ports);
        match &listener.rules {
            Value::Known(rules) => {
                for rule in rules {
                    actions(inventory, names, holder, &rule.actions, &mut ports);
                }
            }
            Value::Unknown(reason) => ports.push(Value::Unknown(reason.clone())),
        }
        if !certain {
            for port in ports.iter_mut().skip(from) {
                *port = Value::Unknown(Reason::Unresolved("load balancer of a listener".to_owned()));
            }
        }
    }
    if ports.is_empty() {
        // Kubernetes may add listeners and target groups of its own.
        ports.push(Value::Unknown(Reason::NotInInput(format!("target groups of {}", inventory.id(balancer)))));
    }
    ports
}

fn actions(
    inventory: &Inventory,
    names: &Names,
    holder: Index,
    actions: &Value<Vec<Action>>,
    ports: &mut Vec<Value<i64>>,
) {
    let actions = match actions {
        Value::Known(actions) => actions,
        Value::Unknown(reason) => return ports.push(Value::Unknown(reason.clone())),
    };
    for action in actions {
        let edges = lookup(inventory, names, holder, &action.target_groups, &["aws.elb.target_group"]);
        for &target in &edges.targets {
            if let Some(group) = inventory.get::<TargetGroup>(target) {
                match &group.port {
                    Value::Known(Some(port)) => ports.push(Value::Known(*port)),
                    // A function has no port.
                    Value::Known(None) => {}
                    Value::Unknown(reason) => ports.push(Value::Unknown(reason.clone())),
                }
            }
        }
        if let Some(reason) = edges.incomplete() {
            ports.push(Value::Unknown(reason));
        }
    }
}

/// Returns the IPv4 ranges of the VPC that a group, or a cluster, belongs to.
pub(crate) fn vpc_ranges(inventory: &Inventory, group: Index) -> Value<Vec<IpNet>> {
    let own = inventory.edges(group, "vpc");
    let of_subnets;
    let edges = if inventory.resources.get(group).is_some_and(|resource| resource.kind() == "aws.eks.cluster") {
        if let Some(&subnet) = inventory.edges(group, "subnets").targets.first() {
            inventory.edges(subnet, "vpc")
        } else {
            of_subnets = Edges {
                doubt: Some(Reason::Unresolved(format!("VPC of {}", inventory.id(group)))),
                ..Edges::default()
            };
            &of_subnets
        }
    } else {
        own
    };
    if let Some(reason) = edges.incomplete() {
        return Value::Unknown(reason);
    }
    let Some(&vpc) = edges.targets.first() else {
        // The default VPC has the same range everywhere.
        return ranges::parse("172.31.0.0/16").map(|range| vec![range]);
    };
    let Some(vpc) = inventory.get::<Vpc>(vpc) else {
        return Value::Known(Vec::new());
    };
    vpc.cidr_block.clone().and_then(|block| match block {
        Some(block) => ranges::parse(&block).map(|range| vec![range]),
        None => Value::Unknown(Reason::KnownAfterApply(Some("range of the VPC".to_owned()))),
    })
}

/// Returns whether a network load balancer without security groups exists near a place.
pub(crate) fn open_network_load_balancer(inventory: &Inventory, place: Place<'_>) -> Value<bool> {
    let near = inventory.of::<LoadBalancer>().filter(|(_, resource, _)| Place::of(resource).is_near(place));
    near.fold(Value::Known(false), |any, (index, _, balancer)| {
        let groups = inventory.edges(index, "security_groups");
        let one = balancer.load_balancer_type.clone().and_then(|balancer_type| match &groups.doubt {
            _ if balancer_type != "network" => Value::Known(false),
            Some(reason) if groups.targets.is_empty() => Value::Unknown(reason.clone()),
            _ => Value::Known(groups.is_absent()),
        });
        either(&any, &one)
    })
}
