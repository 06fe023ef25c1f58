//! Every path that a built-in rule denies on is written somewhere in Terraform, or is knowingly about the
//! block as a whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hfscan::collect::terraform::aws::written::written;

/// Path of a rule, a type, a tag, and what a person writes; nothing for the block as a whole.
const WRITTEN: &[(&str, &str, &str, &str)] = &[
    ("attributes.attached_policies", "aws_iam_role_policy_attachment", "x", "policy_arn"),
    ("attributes.default_actions", "aws_lb_listener", "default", "default_action"),
    ("attributes.desired_size", "aws_eks_node_group", "", "scaling_config.desired_size"),
    ("attributes.document", "aws_iam_policy", "x", "policy"),
    ("attributes.enabled_log_types", "aws_eks_cluster", "api", "enabled_cluster_log_types"),
    ("attributes.encrypted", "aws_efs_file_system", "", "encrypted"),
    (
        "attributes.encryption",
        "aws_s3_bucket_server_side_encryption_configuration",
        "",
        "rule.apply_server_side_encryption_by_default",
    ),
    ("attributes.endpoint_private_access", "aws_eks_cluster", "", "vpc_config.endpoint_private_access"),
    ("attributes.endpoint_public_access", "aws_eks_cluster", "", "vpc_config.endpoint_public_access"),
    ("attributes.inline_policies", "aws_iam_role_policy", "x/y", "policy"),
    ("attributes.map_public_ip_on_launch", "aws_subnet", "", "map_public_ip_on_launch"),
    ("attributes.max_size", "aws_eks_node_group", "", "scaling_config.max_size"),
    ("attributes.multi_az", "aws_db_instance", "", "multi_az"),
    ("attributes.parameter_group", "aws_db_instance", "", "parameter_group_name"),
    ("attributes.policy", "aws_s3_bucket_policy", "", "policy"),
    ("attributes.public_access_block", "aws_s3_bucket_public_access_block", "block_public_acls", "block_public_acls"),
    ("attributes.publicly_accessible", "aws_db_instance", "", "publicly_accessible"),
    ("attributes.require_tls", "aws_db_proxy", "", "require_tls"),
    ("attributes.rules", "aws_lb_listener_rule", "rule 10", "action"),
    ("attributes.ssl_policy", "aws_lb_listener", "", "ssl_policy"),
    ("attributes.storage_encrypted", "aws_db_instance", "", "storage_encrypted"),
    ("attributes.trust_policy", "aws_iam_role", "x", "assume_role_policy"),
    ("facts.certificates", "aws_lb_listener", "x", "certificate_arn"),
    ("facts.default_routes", "aws_route", "0.0.0.0/0", "gateway_id"),
    ("facts.egress", "aws_vpc_security_group_egress_rule", "egress[all/0.0.0.0/0]", "cidr_ipv4"),
    ("facts.endpoint_ranges", "aws_eks_cluster", "x", "vpc_config.public_access_cidrs"),
    ("facts.escalations", "aws_iam_policy", "x", "policy"),
    ("facts.firewall.default_group", "aws_db_instance", "", "vpc_security_group_ids"),
    ("facts.firewall.nodes_shut_out", "aws_db_instance", "", "vpc_security_group_ids"),
    ("facts.ingress", "aws_security_group", "ingress[443/tcp/0.0.0.0/0]", "ingress.cidr_blocks"),
    ("facts.metadata", "aws_launch_template", "hop_limit[x]", "metadata_options.http_put_response_hop_limit"),
    ("facts.placement.fallback", "aws_instance", "", "subnet_ids"),
    ("facts.placement.subnets", "aws_lambda_function", "x", "subnet_ids"),
    ("facts.placement.zones", "aws_lb", "", "subnet_ids"),
    ("facts.public", "aws_subnet", "kubernetes.io/role/elb", "tags.kubernetes.io/role/elb"),
    ("facts.public_address", "aws_db_instance", "", "publicly_accessible"),
    ("facts.public_addresses", "aws_instance", "own_setting[x]", "associate_public_ip_address"),
    ("facts.service_accounts.at_least", "aws_iam_role", "", "assume_role_policy"),
    // That the thing is there at all, or what it lacks: the block.
    ("attributes.rule_groups", "aws_wafv2_web_acl", "x", ""),
    ("facts.acm_listeners_at_most", "aws_lb", "", ""),
    ("facts.hosts_workloads", "aws_default_vpc", "", ""),
    ("facts.managed_capacity", "aws_eks_cluster", "", ""),
    ("facts.nat_zones", "aws_vpc", "x", ""),
    ("facts.node_actions", "aws_iam_role", "x", ""),
    ("facts.nodes.nodes_at_most", "aws_eks_cluster", "nodes", ""),
    ("facts.nodes.zones", "aws_eks_cluster", "zones", ""),
    ("facts.oidc_provider", "aws_eks_cluster", "", ""),
    ("facts.private_zones", "aws_vpc", "x", ""),
    ("facts.self_managed_groups", "aws_eks_cluster", "x", ""),
    ("facts.tiers", "aws_vpc", "private", ""),
    ("facts.tiers.name", "aws_vpc", "private", ""),
    ("facts.tiers.name.zones", "aws_vpc", "private", ""),
    ("facts.writes_telemetry", "aws_iam_role", "", ""),
    ("id", "aws_instance", "", ""),
];

/// Attributes that stand for the block as a whole because no type has one of this name, and facts of the
/// environment, which stands in no file.
const NOWHERE: &[&str] = &[
    "attributes.adopted",
    "attributes.classic_web_acl",
    "attributes.default",
    "attributes.web_acls",
    "facts.eks_clusters",
    "facts.self_managed_kubernetes",
];

/// The literal paths in the text of a rule: `["facts", "ingress"]`.
fn paths(text: &str, found: &mut BTreeSet<String>) {
    for start in ["[\"attributes\"", "[\"facts\"", "[\"id\"", "[\"tags\""] {
        for (at, _) in text.match_indices(start) {
            let inner = text[at + 1..].split(']').next().unwrap();
            let steps: Vec<String> = inner.split(',').map(|step| step.trim().trim_matches('"').to_owned()).collect();
            found.insert(steps.join("."));
        }
    }
}

fn rules(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            rules(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rego") && !name.ends_with("_test.rego") {
            paths(&fs::read_to_string(&path).unwrap(), found);
        }
    }
}

#[test]
fn every_path_of_a_rule_is_written_somewhere_or_is_the_block() {
    let mut denied = BTreeSet::new();
    rules(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/aws"), &mut denied);
    let known: BTreeSet<String> =
        WRITTEN.iter().map(|(path, ..)| *path).chain(NOWHERE.iter().copied()).map(str::to_owned).collect();
    let missing: Vec<_> = denied.difference(&known).collect();
    assert!(missing.is_empty(), "say in this test, and in the table, where a person writes {missing:?}");
    let stale: Vec<_> = known.difference(&denied).filter(|path| *path != "id").collect();
    assert!(stale.is_empty(), "no rule denies on {stale:?} any more");
}

#[test]
fn paths_are_translated_as_the_provider_names_them() {
    for (path, type_name, tag, expected) in WRITTEN {
        let steps: Vec<&str> = path.split('.').collect();
        let tag = Some(*tag).filter(|tag| !tag.is_empty());
        let first = written(type_name, &steps, tag).paths.first().map(|path| path.join("."));
        assert_eq!(first.unwrap_or_default(), *expected, "{path} of {type_name}");
    }
}
