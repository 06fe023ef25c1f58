//! What becomes of a live cluster with its node group, provider and Auto Scaling groups when it is related.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{Cluster, Identity, Oidc, VpcConfigResponse};

use super::cluster;
use super::group::Group;
use crate::collect::aws::context::{Context, Described, known_list, links};
use crate::collect::aws::services::offline;
use crate::collect::aws::settle::settle;
use crate::inventory::aws::ec2::{NetworkInterface, SecurityGroup, SecurityGroupRule};
use crate::inventory::aws::{autoscaling, ec2, eks, iam};
use crate::inventory::environment::Environment;
use crate::inventory::{Inventory, Kind, Resource, Value};
use crate::relate::relate;

fn add<K: Kind>(context: &Context, arn: &str, names: &[&str], tags: &[(&str, &str)], attributes: K) {
    context.add(Described {
        arn: arn.to_owned(),
        type_name: "AWS::Test::Resource",
        name: None,
        identifiers: names.iter().map(|&name| name.to_owned()).collect(),
        tags: Value::Known(
            tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>(),
        ),
        attributes,
    });
}

/// A cluster `main` with what AWS and people make beside it.
fn region(name: &str) -> Vec<Resource> {
    let context = offline("eks", name);
    let arn = |rest: &str| context.arn("test", rest);
    let issuer = format!("oidc.eks.{name}.amazonaws.com/id/ABC");
    let told = Cluster::builder()
        .resources_vpc_config(VpcConfigResponse::builder().cluster_security_group_id("sg-own").build())
        .identity(Identity::builder().oidc(Oidc::builder().issuer(format!("https://{issuer}")).build()).build())
        .build();
    let rules = Ok(Group {
        ingress: vec![SecurityGroupRule {
            protocol: Value::Known("tcp".to_owned()),
            from_port: Value::Known(Some(443)),
            to_port: Value::Known(Some(443)),
            ipv4_ranges: known_list(["0.0.0.0/0"]),
            ..SecurityGroupRule::default()
        }],
        egress: Vec::new(),
    });
    context.add(cluster::of(&arn("cluster/main"), "main", Ok(&told), Some(&rules)));
    add(&context, &arn("group/own"), &["sg-own"], &[], SecurityGroup::default());
    add(&context, &arn("group/other"), &["sg-other"], &[], SecurityGroup::default());
    let interface = NetworkInterface { security_groups: links(["sg-own"]), ..NetworkInterface::default() };
    add(&context, &arn("interface/1"), &[], &[], interface);
    let nodes = eks::NodeGroup { cluster: links(["main"]), ..eks::NodeGroup::default() };
    add(&context, &arn("nodegroup/main/workers"), &[], &[], nodes);
    let provider = iam::OidcProvider {
        cluster: links([issuer.as_str()]),
        client_ids: known_list(["sts.amazonaws.com"]),
        ..iam::OidcProvider::default()
    };
    add(&context, &arn("provider"), &[], &[], provider);
    let owned = ("kubernetes.io/cluster/main", "owned");
    let managed = [owned, ("eks:nodegroup-name", "workers"), ("eks:cluster-name", "main")];
    add(&context, &arn("asg/managed"), &[], &managed, autoscaling::Group::default());
    add(&context, &arn("asg/self"), &[], &[owned], autoscaling::Group::default());
    add(&context, &arn("instance/managed"), &[], &managed, ec2::Instance::default());
    let mut resources = context.finish().resources;
    settle(&mut resources);
    resources
}

fn related(regions: &[&str]) -> Inventory {
    relate(regions.iter().flat_map(|name| region(name)).collect(), Vec::new(), true)
}

fn facts<'a, K: Kind>(inventory: &'a Inventory, id: &str) -> &'a K::Facts {
    let index = inventory.index_of(&format!("arn:aws:test:us-east-1:111122223333:{id}")).expect("the resource");
    inventory.facts_of::<K>(index).expect("of this kind")
}

#[test]
fn the_group_of_a_managed_node_group_is_no_self_managed_one() {
    let inventory = related(&["us-east-1"]);
    let main = facts::<eks::Cluster>(&inventory, "cluster/main");
    assert!(main.managed_capacity.is(&true) && main.oidc_provider.is(&true));
    assert_eq!(main.node_groups.len(), 1);
    let own: Vec<&str> = main.self_managed_groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(own, ["arn:aws:test:us-east-1:111122223333:asg/self"]);
    assert!(facts::<autoscaling::Group>(&inventory, "asg/managed").runs_eks_nodes.is(&false));
    assert!(facts::<autoscaling::Group>(&inventory, "asg/self").runs_eks_nodes.is(&true));
}

#[test]
fn clusters_of_one_name_in_two_regions_keep_their_own_groups() {
    let inventory = related(&["us-east-1", "eu-west-1"]);
    assert_eq!(facts::<eks::Cluster>(&inventory, "cluster/main").self_managed_groups.len(), 1);
}

#[test]
fn nodes_of_eks_are_no_kubernetes_of_ones_own_even_if_no_cluster_could_be_read() {
    let without = region("us-east-1").into_iter().filter(|resource| resource.kind() != "aws.eks.cluster");
    let inventory = relate(without.collect(), Vec::new(), true);
    let environment = inventory.index_of("environment").expect("the environment");
    let found = &inventory.facts_of::<Environment>(environment).expect("its facts").self_managed_kubernetes;
    let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["arn:aws:test:us-east-1:111122223333:asg/self"]);
}

#[test]
fn a_cluster_stands_for_the_group_that_eks_made() {
    let inventory = related(&["us-east-1"]);
    let groups: Vec<&str> =
        inventory.of::<SecurityGroup>().map(|(_, resource, _)| resource.id.rsplit('/').next().unwrap_or("")).collect();
    assert_eq!(groups, ["other"]);
    let main = facts::<eks::Cluster>(&inventory, "cluster/main");
    assert!(main.roles.attached.is(&true) && main.roles.cluster.is(&true) && main.roles.node.is(&true));
    let tags: Vec<&str> = main.ingress.known().expect("rules").iter().map(|rule| rule.tag.as_str()).collect();
    assert_eq!(tags, ["ingress[443/tcp/0.0.0.0/0]", "ingress[all/self]"]);
}
