//! The EKS model.

use hfscan::inventory::aws::eks::{Addon, Cluster, NodeGroup, PodIdentityAssociation};
use hfscan::inventory::aws::{autoscaling, ec2, iam};
use hfscan::inventory::environment::Environment;
use hfscan::inventory::{Kind as _, Links, Resource, Value};

use super::{facts, later, related, resource, some_of, tagged, to};

fn cluster(id: &str, name: &str) -> Resource {
    resource(id, Cluster { cluster_name: Value::Known(Some(name.to_owned())), ..Default::default() }.into_attributes())
}

fn provider(cluster: hfscan::inventory::Linked, audience: &str) -> Resource {
    let client_ids = Value::Known(vec![Value::Known(audience.to_owned())]);
    resource("oidc", iam::OidcProvider { cluster, client_ids, ..Default::default() }.into_attributes())
}

#[test]
fn a_provider_serves_the_cluster_whose_issuer_it_names() {
    let of = |provider: Resource, id: &str| {
        let inventory = related(vec![cluster("one", "one"), cluster("two", "two"), provider]);
        facts::<Cluster>(&inventory, id).oidc_provider.known().copied()
    };
    assert_eq!(of(provider(to(&["one"]), "sts.amazonaws.com"), "one"), Some(true));
    assert_eq!(of(provider(to(&["one"]), "sts.amazonaws.com"), "two"), Some(false));
    assert_eq!(of(provider(to(&["one"]), "other"), "one"), Some(false));
    assert_eq!(of(provider(some_of(&["one", "two"]), "sts.amazonaws.com"), "one"), None);
    assert_eq!(of(provider(Value::Unknown(later()), "sts.amazonaws.com"), "one"), None);
}

#[test]
fn pod_identity_needs_its_agent_and_an_association() {
    let addon = |name: &str| {
        let addon =
            Addon { cluster: to(&["one"]), addon_name: Value::Known(Some(name.to_owned())), ..Default::default() };
        resource("addon", addon.into_attributes())
    };
    let association = || {
        resource(
            "association",
            PodIdentityAssociation { cluster: to(&["one"]), ..Default::default() }.into_attributes(),
        )
    };
    let has = |more: Vec<Resource>| {
        let inventory = related([vec![cluster("one", "one")], more].concat());
        facts::<Cluster>(&inventory, "one").pod_identity.known().copied()
    };
    assert_eq!(has(vec![addon("eks-pod-identity-agent"), association()]), Some(true));
    assert_eq!(has(vec![addon("eks-pod-identity-agent")]), Some(false));
    assert_eq!(has(vec![addon("coredns"), association()]), Some(false));
}

#[test]
fn capacity_is_what_aws_manages_or_what_joins() {
    let nodes = |cluster| resource("nodes", NodeGroup { cluster, ..Default::default() }.into_attributes());
    let asg = || tagged("asg", autoscaling::Group::default().into_attributes(), "kubernetes.io/cluster/one", "owned");
    let managed = related(vec![cluster("one", "one"), nodes(to(&["one"]))]);
    assert!(facts::<Cluster>(&managed, "one").managed_capacity.is(&true));
    let perhaps = related(vec![cluster("one", "one"), cluster("two", "two"), nodes(some_of(&["one", "two"]))]);
    assert!(facts::<Cluster>(&perhaps, "one").managed_capacity.reason().is_some());
    let joined = related(vec![cluster("one", "one"), asg()]);
    let of_cluster = facts::<Cluster>(&joined, "one");
    assert!(of_cluster.managed_capacity.is(&false));
    assert!(of_cluster.self_managed_groups[0].certain.is(&true));
    let environment = facts::<Environment>(&joined, "environment");
    assert!(environment.eks_clusters[0].capacity.is(&true));
    assert!(environment.self_managed_kubernetes.is_empty(), "workers of an EKS cluster are no masters");
}

#[test]
fn masters_on_instances_are_told_by_their_tags() {
    let machine = |tag: &str, value: &str| tagged("machine", ec2::Instance::default().into_attributes(), tag, value);
    let found = |machine: Resource| {
        let inventory = related(vec![cluster("one", "one"), machine]);
        let found = &facts::<Environment>(&inventory, "environment").self_managed_kubernetes;
        found.first().map(|machine| machine.control_plane.known().copied())
    };
    assert_eq!(found(machine("k8s.io/role/master", "1")), Some(Some(true)));
    assert_eq!(found(machine("kubernetes.io/cluster/kubeadm", "owned")), Some(Some(true)));
    assert_eq!(found(machine("kubernetes.io/cluster/one", "owned")), None);
    assert_eq!(found(machine("kubernetes.io/cluster/kubeadm", "shared")), None);
    assert_eq!(found(machine("Name", "web")), None);
    let untold = Resource { tags: Value::Unknown(later()), ..machine("Name", "web") };
    assert_eq!(found(untold), Some(None));
}

#[test]
fn a_public_endpoint_without_ranges_is_open_to_all() {
    let inventory = related(vec![resource("one", Cluster::default().into_attributes())]);
    let ranges = facts::<Cluster>(&inventory, "one").endpoint_ranges.known().unwrap();
    assert!(ranges[0].prefix_length.is(&0));
    assert_eq!(Links::default(), Links::all([]));
}
