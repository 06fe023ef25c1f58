//! What uses a subnet: EKS nodes, databases and caches, other machines.

use std::collections::BTreeSet;

use crate::inventory::aws::{autoscaling, ec2, eks, elasticache, rds};
use crate::inventory::{Index, Inventory, Kind, Reason, Value};
use crate::relate::near::Strays;

/// Subnets that are used in one way.
#[derive(Debug, Default)]
pub(super) struct Users {
    certain: BTreeSet<Index>,
    possible: BTreeSet<Index>,
    /// Why users name subnets that cannot be told: any of those near them may be meant.
    any: Strays<Reason>,
}

impl Users {
    fn add<K: Kind + 'static>(
        &mut self,
        inventory: &Inventory,
        relation: &str,
        certain: impl Fn(Index) -> Value<bool>,
    ) {
        for &user in inventory.indices_of_kind(K::NAME) {
            let counts = certain(user);
            if counts.is(&false) {
                continue;
            }
            let edges = inventory.edges(user, relation);
            match (&edges.doubt, counts.is(&true)) {
                (None, true) => self.certain.extend(&edges.targets),
                (Some(reason), _) if edges.targets.is_empty() => {
                    self.any.add(inventory, user, || reason.clone());
                }
                _ => self.possible.extend(&edges.targets),
            }
        }
    }

    /// Returns whether a subnet is used in this way.
    pub(super) fn contain(&self, inventory: &Inventory, subnet: Index) -> Value<bool> {
        if self.certain.contains(&subnet) {
            Value::Known(true)
        } else if self.possible.contains(&subnet) {
            Value::Unknown(Reason::Unresolved("it is one of several subnets that may be meant".to_owned()))
        } else if let Some(reason) = self.any.near(inventory, subnet).next() {
            Value::Unknown(reason.clone())
        } else {
            Value::Known(false)
        }
    }
}

/// The uses of all subnets.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// Node groups, Fargate profiles and self-managed nodes.
    pub(super) eks_nodes: Users,
    /// Subnet groups of databases and caches.
    pub(super) data: Users,
    /// Instances and Auto Scaling groups.
    pub(super) machines: Users,
}

pub(super) fn of_subnets(inventory: &Inventory) -> Usage {
    let always = |_| Value::Known(true);
    let mut usage = Usage::default();
    usage.eks_nodes.add::<eks::NodeGroup>(inventory, "subnets", always);
    usage.eks_nodes.add::<eks::FargateProfile>(inventory, "subnets", always);
    usage.eks_nodes.add::<autoscaling::Group>(inventory, "subnets", |group| runs_eks_nodes(inventory, group));
    usage.data.add::<rds::SubnetGroup>(inventory, "subnets", always);
    usage.data.add::<elasticache::SubnetGroup>(inventory, "subnets", always);
    usage.machines.add::<autoscaling::Group>(inventory, "subnets", always);
    usage.machines.add::<ec2::Instance>(inventory, "subnet", always);
    usage
}

/// Returns whether an Auto Scaling group runs self-managed EKS nodes: it is tagged for a cluster.
pub(in crate::relate) fn runs_eks_nodes(inventory: &Inventory, group: Index) -> Value<bool> {
    let Some(resource) = inventory.resources.get(group) else {
        return Value::Known(false);
    };
    crate::relate::eks::joins_unmanaged(resource)
}
