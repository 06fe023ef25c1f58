//! Public addresses, metadata options and the spread of nodes.

use hfscan::inventory::aws::{ec2, eks};
use hfscan::inventory::{Inventory, Value};
use serde_json::{Value as Json, json};

use super::{Builder, facts};

fn assigned(inventory: &Inventory, instance: &str) -> Vec<(String, Value<bool>)> {
    facts::<ec2::Instance>(inventory, instance)
        .public_addresses
        .known()
        .unwrap()
        .iter()
        .map(|address| (address.by.clone(), address.assigned.clone()))
        .collect()
}

fn private(known: Json) -> Builder {
    Builder::default().vpc().subnet("private", "us-east-1a").resource(
        "aws_instance.web",
        known,
        &[("subnet_id", &["aws_subnet.private.id", "aws_subnet.private"])],
    )
}

#[test]
fn an_instance_takes_its_own_setting_before_the_subnets() {
    let inventory = private(json!({"associate_public_ip_address": true})).inventory();
    assert_eq!(assigned(&inventory, "aws_instance.web"), [("own_setting".into(), Value::Known(true))]);
    let inventory = private(json!({})).inventory();
    assert_eq!(assigned(&inventory, "aws_instance.web"), [("subnet".into(), Value::Known(false))]);
}

#[test]
fn an_elastic_ip_counts_by_itself_by_association_and_by_interface() {
    let instance = ("instance_id", &["aws_instance.web.id", "aws_instance.web"][..]);
    let by_itself = private(json!({})).resource("aws_eip.web", json!({}), &[("instance", instance.1)]);
    let by_association = private(json!({})).resource("aws_eip.web", json!({}), &[]).resource(
        "aws_eip_association.web",
        json!({}),
        &[instance, ("allocation_id", &["aws_eip.web.id", "aws_eip.web"])],
    );
    let by_interface = private(json!({}))
        .resource(
            "aws_network_interface.web",
            json!({}),
            &[("subnet_id", &["aws_subnet.private.id", "aws_subnet.private"])],
        )
        .resource(
            "aws_network_interface_attachment.web",
            json!({"device_index": 1}),
            &[instance, ("network_interface_id", &["aws_network_interface.web.id", "aws_network_interface.web"])],
        )
        .resource(
            "aws_eip.web",
            json!({}),
            &[("network_interface", &["aws_network_interface.web.id", "aws_network_interface.web"])],
        );
    for builder in [by_itself, by_association, by_interface] {
        let inventory = builder.inventory();
        assert_eq!(assigned(&inventory, "aws_instance.web")[0], ("elastic_ip".into(), Value::Known(true)));
    }
    let of_nat = private(json!({})).resource("aws_eip.nat", json!({}), &[]);
    assert_eq!(assigned(&of_nat.inventory(), "aws_instance.web").len(), 1);
}

fn node_group(known: Json, template: Option<Json>) -> Inventory {
    let mut builder = Builder::default().vpc().subnet("private", "us-east-1a").resource(
        "aws_eks_cluster.c",
        json!({"name": "c", "version": "1.29"}),
        &[],
    );
    let mut known = known;
    known["cluster_name"] = json!("c");
    known["scaling_config"] = json!([{"min_size": 3, "max_size": 6, "desired_size": 3}]);
    if let Some(template) = template {
        builder = builder.resource("aws_launch_template.node", template, &[]);
        known["launch_template"] = json!([{"name": "node"}]);
    }
    builder
        .resource("aws_eks_node_group.ng", known, &[("subnet_ids", &["aws_subnet.private.id", "aws_subnet.private"])])
        .inventory()
}

#[test]
fn a_node_group_without_a_template_follows_its_ami_type() {
    let tokens = |known: Json| {
        let inventory = node_group(known, None);
        facts::<eks::NodeGroup>(&inventory, "aws_eks_node_group.ng").metadata[0].http_tokens.clone()
    };
    assert_eq!(tokens(json!({"ami_type": "AL2023_x86_64_STANDARD"})), Value::Known("required".into()));
    assert_eq!(tokens(json!({"ami_type": "AL2_x86_64"})), Value::Known("optional".into()));
    assert!(tokens(json!({"ami_type": "CUSTOM"})).known().is_none());
    assert!(tokens(json!({"ami_type": "AL2077_x86_64"})).known().is_none());
    // The version of the cluster decides what EKS takes.
    assert_eq!(tokens(json!({})), Value::Known("optional".into()));
    assert_eq!(tokens(json!({"version": "1.31"})), Value::Known("required".into()));
}

#[test]
fn a_template_decides_and_the_ami_type_fills_what_it_leaves_out() {
    let template = |options: Json| {
        let mut template = json!({"name": "node"});
        if !options.is_null() {
            template["metadata_options"] = json!([options]);
        }
        let inventory = node_group(json!({"ami_type": "AL2_x86_64"}), Some(template));
        let of_group = &facts::<eks::NodeGroup>(&inventory, "aws_eks_node_group.ng").metadata;
        assert!(of_group.is_empty());
        let metadata = &facts::<ec2::LaunchTemplate>(&inventory, "aws_launch_template.node").metadata;
        assert_eq!(metadata.len(), 1);
        (metadata[0].runs.clone(), metadata[0].http_tokens.clone(), metadata[0].http_put_response_hop_limit.clone())
    };
    let required = Value::Known("required".to_owned());
    assert_eq!(
        template(json!({"http_tokens": "required", "http_put_response_hop_limit": 1})),
        ("aws_launch_template.node".into(), required.clone(), Value::Known(1))
    );
    assert_eq!(
        template(json!({"http_tokens": "required"})),
        ("aws_eks_node_group.ng".into(), required, Value::Known(2))
    );
    assert_eq!(template(Json::Null).1, Value::Known("optional".into()));
}

#[test]
fn an_instance_without_options_depends_on_account_and_ami() {
    let tokens = |builder: Builder| {
        let inventory = builder.inventory();
        facts::<ec2::Instance>(&inventory, "aws_instance.web").metadata[0].http_tokens.clone()
    };
    assert!(tokens(private(json!({}))).known().is_none());
    let of_account = private(json!({})).resource(
        "aws_ec2_instance_metadata_defaults.all",
        json!({"http_tokens": "required", "http_put_response_hop_limit": 1}),
        &[],
    );
    assert_eq!(tokens(of_account), Value::Known("required".into()));
    let own = private(json!({"metadata_options": [{"http_tokens": "optional"}]}));
    assert_eq!(tokens(own), Value::Known("optional".into()));
}

#[test]
fn groups_for_batch_work_do_not_count_for_the_spread() {
    let spread = |known: Json| {
        let inventory = node_group(known, None);
        let nodes = &facts::<eks::Cluster>(&inventory, "aws_eks_cluster.c").nodes;
        (nodes.groups.len(), nodes.zones.at_most, nodes.nodes_at_least)
    };
    assert_eq!(spread(json!({"labels": {"pool": "general"}})), (1, 1, 3));
    assert_eq!(spread(json!({"labels": {"pool": "batch"}})), (0, 0, 0));
    assert_eq!(spread(json!({"ami_type": "AL2023_x86_64_NVIDIA"})), (0, 0, 0));
}
