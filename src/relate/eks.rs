//! The EKS model: clusters with their nodes, add-ons and identity, and what runs Kubernetes without
//! EKS.

use std::collections::BTreeMap;

use super::Names;
use super::near::Strays;
use super::security_groups::ranges;
use crate::inventory::aws::ec2::Instance;
use crate::inventory::aws::eks::{
    Addon, Cluster, ClusterFacts, EndpointRange, FargateProfile, Member, NodeGroup, PodIdentityAssociation,
    SelfManagedGroup,
};
use crate::inventory::aws::{autoscaling, iam};
use crate::inventory::environment::{EksCluster, Environment, SelfManagedKubernetes};
use crate::inventory::{Index, Inventory, Kind, Reason, Resource, Value};

/// Tags `kubernetes.io/cluster/<name>` make instances and groups members of a cluster.
const MEMBERSHIP: &str = "kubernetes.io/cluster/";
/// EKS itself puts this tag on the Auto Scaling group, and the instances, of a managed node group.
const NODE_GROUP: &str = "eks:nodegroup-name";
/// Tags of nodes that EKS, its Auto Mode or Karpenter made for an EKS cluster.
const OF_EKS: [&str; 4] = [NODE_GROUP, "eks:cluster-name", "aws:eks:cluster-name", "eks:eks-cluster-name"];
/// Tags by which kops and others mark control planes.
const CONTROL_PLANE: [&str; 4] =
    ["k8s.io/role/master", "k8s.io/role/control-plane", "k8s.io/role/apiserver", "kubernetes.io/role/master"];

pub(super) fn derive(inventory: &mut Inventory, _names: &Names) {
    let joining = Joining::of(inventory);
    let clusters: Vec<(Index, ClusterFacts)> = inventory
        .of::<Cluster>()
        .map(|(index, _, cluster)| (index, facts(inventory, index, cluster, &joining)))
        .collect();
    let of_environment: Vec<EksCluster> = clusters
        .iter()
        .map(|(index, facts)| EksCluster {
            id: inventory.id(*index).to_owned(),
            capacity: facts
                .self_managed_groups
                .iter()
                .fold(facts.managed_capacity.clone(), |any, one| either(any, &one.certain)),
        })
        .collect();
    let without_eks = joining.without_eks(inventory);
    for (index, facts) in clusters {
        if let Some(place) = inventory.facts_mut::<Cluster>(index) {
            // Where it stands and how its nodes are spread is known from the steps before.
            *place = ClusterFacts {
                placement: std::mem::take(&mut place.placement),
                nodes: std::mem::take(&mut place.nodes),
                ..facts
            };
        }
    }
    let environments: Vec<Index> = inventory.indices_of_kind(Environment::NAME).to_vec();
    for index in environments {
        if let Some(facts) = inventory.facts_mut::<Environment>(index) {
            facts.eks_clusters.clone_from(&of_environment);
            facts.self_managed_kubernetes.clone_from(&without_eks);
        }
    }
}

/// Returns whether the tags of an instance or an Auto Scaling group make it a worker of a cluster.
pub(super) fn joins_some_cluster(resource: &Resource) -> Value<bool> {
    resource.tags.as_ref().map(|tags| {
        tags.keys().any(|key| key.starts_with(MEMBERSHIP))
            && !tags.keys().any(|key| CONTROL_PLANE.contains(&key.as_str()))
    })
}

/// Returns whether the tags of an Auto Scaling group make its instances nodes that EKS does not manage: the
/// group that EKS makes for a managed node group is tagged for the cluster too.
pub(super) fn joins_unmanaged(resource: &Resource) -> Value<bool> {
    resource
        .tags
        .as_ref()
        .map(|tags| tags.keys().any(|key| key.starts_with(MEMBERSHIP)) && !tags.contains_key(NODE_GROUP))
}

fn facts(inventory: &Inventory, index: Index, cluster: &Cluster, joining: &Joining) -> ClusterFacts {
    let node_groups = members::<NodeGroup>(inventory, index);
    let fargate_profiles = members::<FargateProfile>(inventory, index);
    let managed_capacity = node_groups
        .iter()
        .chain(&fargate_profiles)
        .fold(cluster.auto_mode.clone(), |any, one| either(any, &one.certain));
    let (oidc_provider, oidc_provider_without_audience) = oidc(inventory, index);
    ClusterFacts {
        managed_capacity,
        self_managed_groups: joining.groups_of(inventory, index, cluster),
        oidc_provider,
        oidc_provider_without_audience,
        pod_identity: pod_identity(inventory, index, cluster),
        endpoint_ranges: endpoint_ranges(cluster),
        node_groups,
        fargate_profiles,
        ..ClusterFacts::default()
    }
}

/// Returns what links to a cluster by `cluster`, and all that may.
pub(super) fn members<K: Kind + 'static>(inventory: &Inventory, cluster: Index) -> Vec<Member> {
    let mut members: Vec<Member> = inventory
        .incoming::<K>(cluster, "cluster")
        .map(|(index, certain)| {
            let certain = if certain { Value::Known(true) } else { undecided(inventory, index, "cluster") };
            Member { id: inventory.id(index).to_owned(), certain }
        })
        .collect();
    // Those whose cluster cannot be told at all may belong to any near them.
    members.extend(
        stray::<K>(inventory, cluster).map(|index| Member {
            id: inventory.id(index).to_owned(),
            certain: undecided(inventory, index, "cluster"),
        }),
    );
    members
}

fn stray<K: Kind + 'static>(inventory: &Inventory, cluster: Index) -> impl Iterator<Item = Index> {
    inventory.indices_of_kind(K::NAME).iter().copied().filter(move |&index| {
        let edges = inventory.edges(index, "cluster");
        edges.targets.is_empty() && edges.outside.is_empty() && edges.doubt.is_some() && inventory.near(index, cluster)
    })
}

fn undecided(inventory: &Inventory, index: Index, relation: &str) -> Value<bool> {
    let reason = inventory.edges(index, relation).doubt.clone();
    Value::Unknown(reason.unwrap_or_else(|| Reason::Unresolved(format!("{relation} of {}", inventory.id(index)))))
}

fn either(one: Value<bool>, other: &Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(true), _) | (_, Value::Known(true)) => Value::Known(true),
        (Value::Unknown(reason), _) => Value::Unknown(reason),
        (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
        _ => Value::Known(false),
    }
}

/// Returns whether an `OpenID` Connect provider serves the cluster, and whether one does not because
/// it lacks the audience.
fn oidc(inventory: &Inventory, cluster: Index) -> (Value<bool>, Value<bool>) {
    let mut serves = Value::Known(false);
    let mut lacks = Value::Known(false);
    let linked = inventory.incoming::<iam::OidcProvider>(cluster, "cluster").collect::<Vec<_>>();
    let stray = stray::<iam::OidcProvider>(inventory, cluster).map(|index| (index, false));
    for (index, certain) in linked.into_iter().chain(stray) {
        let Some(provider) = inventory.get::<iam::OidcProvider>(index) else {
            continue;
        };
        let audience = provider.client_ids.as_ref().and_then(|ids| {
            ids.iter()
                .fold(Value::Known(false), |any, id| either(any, &id.as_ref().map(|id| id == "sts.amazonaws.com")))
        });
        let (yes, no) = if certain {
            (audience.clone(), audience.map(|audience| !audience))
        } else {
            let unknown = undecided(inventory, index, "cluster");
            (unknown.clone(), unknown)
        };
        serves = either(serves, &yes);
        lacks = either(lacks, &no);
    }
    (serves, lacks)
}

fn pod_identity(inventory: &Inventory, index: Index, cluster: &Cluster) -> Value<bool> {
    let mut association = members::<PodIdentityAssociation>(inventory, index)
        .iter()
        .fold(Value::Known(false), |any, one| either(any, &one.certain));
    // Auto Mode brings the agent along.
    let mut agent = cluster.auto_mode.clone();
    for member in members::<Addon>(inventory, index) {
        let Some(addon) = inventory.index_of(&member.id).and_then(|index| inventory.get::<Addon>(index)) else {
            continue;
        };
        let is_agent = addon.addon_name.as_ref().map(|name| name.as_deref() == Some("eks-pod-identity-agent"));
        agent = either(agent, &both(&member.certain, is_agent));
        association = either(association, &both(&member.certain, addon.pod_identity.clone()));
    }
    both(&association, agent)
}

fn both(one: &Value<bool>, other: Value<bool>) -> Value<bool> {
    match (one, other) {
        (Value::Known(false), _) | (_, Value::Known(false)) => Value::Known(false),
        (Value::Unknown(reason), _) => Value::Unknown(reason.clone()),
        (_, Value::Unknown(reason)) => Value::Unknown(reason),
        _ => Value::Known(true),
    }
}

fn endpoint_ranges(cluster: &Cluster) -> Value<Vec<EndpointRange>> {
    cluster.public_access_cidrs.clone().map(|ranges| {
        // Without a list EKS opens the endpoint to everybody.
        let ranges = if ranges.is_empty() { vec![Value::Known("0.0.0.0/0".to_owned())] } else { ranges };
        ranges
            .into_iter()
            .map(|range| EndpointRange {
                prefix_length: range.as_ref().and_then(|text| ranges::parse(text)).map(|range| ranges::width(&range)),
                range,
            })
            .collect()
    })
}

/// Auto Scaling groups and instances whose tags speak of Kubernetes.
struct Joining {
    /// Groups by the name of the cluster that their tags make them join.
    groups: BTreeMap<String, Vec<Index>>,
    /// Groups whose tags cannot be told.
    untold: Vec<(Index, Reason)>,
    /// EKS clusters of the inventory by name.
    clusters: BTreeMap<String, Vec<Index>>,
    /// Why the names of EKS clusters cannot be told.
    nameless: Strays<Reason>,
}

impl Joining {
    fn of(inventory: &Inventory) -> Self {
        let mut joining = Self {
            groups: BTreeMap::new(),
            untold: Vec::new(),
            clusters: BTreeMap::new(),
            nameless: Strays::default(),
        };
        for (index, resource, _) in inventory.of::<autoscaling::Group>() {
            match &resource.tags {
                Value::Known(tags) if tags.contains_key(NODE_GROUP) => {}
                Value::Known(tags) => {
                    for name in tags.keys().filter_map(|key| key.strip_prefix(MEMBERSHIP)) {
                        joining.groups.entry(name.to_owned()).or_default().push(index);
                    }
                }
                Value::Unknown(reason) => joining.untold.push((index, reason.clone())),
            }
        }
        for (index, _, cluster) in inventory.of::<Cluster>() {
            match &cluster.cluster_name {
                Value::Known(Some(name)) => joining.clusters.entry(name.clone()).or_default().push(index),
                Value::Known(None) => {}
                Value::Unknown(reason) => joining.nameless.add(inventory, index, || reason.clone()),
            }
        }
        joining
    }

    fn groups_of(&self, inventory: &Inventory, cluster_index: Index, cluster: &Cluster) -> Vec<SelfManagedGroup> {
        let candidates: Vec<(Index, Value<bool>)> = match &cluster.cluster_name {
            Value::Known(Some(name)) => {
                let own = self.groups.get(name).into_iter().flatten();
                own.map(|&index| (index, Value::Known(true))).collect()
            }
            Value::Known(None) => Vec::new(),
            Value::Unknown(_) => self
                .groups
                .values()
                .flatten()
                .map(|&index| {
                    let reason = Reason::Unresolved(format!("name of {}", inventory.id(cluster_index)));
                    (index, Value::Unknown(reason))
                })
                .collect(),
        };
        let untold = self.untold.iter().map(|(index, reason)| (*index, Value::Unknown(reason.clone())));
        candidates
            .into_iter()
            .chain(untold)
            // Clusters of several regions or accounts may have one name.
            .filter(|(index, _)| inventory.near(*index, cluster_index))
            .filter_map(|(index, certain)| {
                let group = inventory.get::<autoscaling::Group>(index)?;
                Some(SelfManagedGroup {
                    id: inventory.id(index).to_owned(),
                    certain,
                    min_size: group.min_size.clone(),
                    max_size: group.max_size.clone(),
                })
            })
            .collect()
    }

    /// Returns what seems to run Kubernetes without EKS.
    fn without_eks(&self, inventory: &Inventory) -> Vec<SelfManagedKubernetes> {
        let instances = inventory.of::<Instance>().map(|(index, resource, _)| (index, resource));
        let groups = inventory.of::<autoscaling::Group>().map(|(index, resource, _)| (index, resource));
        instances.chain(groups).filter_map(|(index, resource)| self.control_plane(inventory, index, resource)).collect()
    }

    fn control_plane(&self, inventory: &Inventory, index: Index, resource: &Resource) -> Option<SelfManagedKubernetes> {
        let found = |control_plane, tag: Option<&str>| {
            Some(SelfManagedKubernetes { id: resource.id.to_string(), control_plane, tag: tag.map(str::to_owned) })
        };
        let tags = match &resource.tags {
            Value::Known(tags) => tags,
            Value::Unknown(reason) => return found(Value::Unknown(reason.clone()), None),
        };
        if let Some(tag) = tags.keys().find(|key| CONTROL_PLANE.contains(&key.as_str())) {
            return found(Value::Known(true), Some(tag));
        }
        if tags.keys().any(|key| OF_EKS.contains(&key.as_str())) {
            return None;
        }
        let (tag, name) = tags.keys().find_map(|key| Some((key, key.strip_prefix(MEMBERSHIP)?)))?;
        let is_eks = self.clusters.get(name).is_some_and(|all| all.iter().any(|&one| inventory.near(one, index)));
        match self.nameless.near(inventory, index).next() {
            None if is_eks => None,
            // `shared` is what others than the members of a cluster carry.
            _ if tags.get(tag).is_some_and(|value| value.known().is_some_and(|value| value != "owned")) => None,
            // Workers of an EKS cluster in another input come in groups, not one by one.
            None if resource.kind() == autoscaling::Group::NAME && !inventory.complete => {
                found(Value::Unknown(Reason::NotInInput(format!("EKS cluster {name}"))), Some(tag))
            }
            None => found(Value::Known(true), Some(tag)),
            Some(reason) => found(Value::Unknown(reason.clone()), Some(tag)),
        }
    }
}
