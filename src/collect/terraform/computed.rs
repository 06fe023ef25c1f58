//! Blocks that the provider computes when the author leaves them out. Only these may be unknown
//! without being written; any other unknown block is a dynamic one whose `for_each` is unknown.
//!
//! The table is from an experiment: a create plan with as few arguments as possible, terraform 1.11.4
//! and hashicorp/aws 5.100.0.

/// Resource types that were tried, with the blocks that plans call unknown when they are left out.
#[rustfmt::skip]
const COMPUTED: &[(&str, &[&str])] = &[
    ("aws_accessanalyzer_analyzer", &[]),
    ("aws_acm_certificate", &["options", "renewal_summary"]),
    ("aws_ami_copy", &["ebs_block_device", "ephemeral_block_device"]),
    ("aws_api_gateway_domain_name", &["endpoint_configuration"]),
    ("aws_api_gateway_rest_api", &["endpoint_configuration"]),
    ("aws_api_gateway_stage", &[]),
    ("aws_apigatewayv2_api", &[]),
    ("aws_apigatewayv2_route", &[]),
    ("aws_autoscaling_group", &["availability_zone_distribution", "capacity_reservation_specification", "launch_template", "mixed_instances_policy", "traffic_source"]),
    ("aws_backup_plan", &[]),
    ("aws_backup_selection", &["condition"]),
    ("aws_budgets_budget", &["cost_filter", "cost_types"]),
    ("aws_cloudfront_distribution", &["trusted_key_groups", "trusted_signers"]),
    ("aws_cloudtrail", &[]),
    ("aws_cloudwatch_metric_alarm", &[]),
    ("aws_codebuild_project", &[]),
    ("aws_config_configuration_recorder", &["recording_group", "recording_mode"]),
    ("aws_config_delivery_channel", &[]),
    ("aws_db_instance", &["listener_endpoint", "master_user_secret"]),
    ("aws_db_proxy", &[]),
    ("aws_default_route_table", &[]),
    ("aws_default_security_group", &["egress", "ingress"]),
    ("aws_dynamodb_table", &["point_in_time_recovery", "server_side_encryption", "ttl"]),
    ("aws_ecr_repository", &[]),
    ("aws_efs_file_system", &["protection", "size_in_bytes"]),
    ("aws_eks_addon", &[]),
    ("aws_eks_cluster", &["access_config", "certificate_authority", "identity", "kubernetes_network_config", "upgrade_policy"]),
    ("aws_eks_node_group", &["node_repair_config", "resources", "update_config"]),
    ("aws_elasticache_cluster", &["cache_nodes"]),
    ("aws_elasticache_replication_group", &[]),
    ("aws_elb", &["health_check"]),
    ("aws_flow_log", &[]),
    ("aws_globalaccelerator_accelerator", &["ip_sets"]),
    ("aws_globalaccelerator_endpoint_group", &[]),
    ("aws_globalaccelerator_listener", &[]),
    ("aws_guardduty_detector", &["datasources"]),
    ("aws_guardduty_detector_feature", &[]),
    ("aws_guardduty_organization_configuration", &["datasources"]),
    ("aws_iam_role", &["inline_policy"]),
    ("aws_instance", &["capacity_reservation_specification", "cpu_options", "ebs_block_device", "enclave_options", "ephemeral_block_device", "instance_market_options", "maintenance_options", "metadata_options", "network_interface", "private_dns_name_options", "root_block_device"]),
    ("aws_launch_template", &["metadata_options"]),
    ("aws_lb", &["subnet_mapping"]),
    ("aws_lb_listener", &["mutual_authentication"]),
    ("aws_lb_target_group", &["health_check", "stickiness", "target_failover", "target_group_health", "target_health_state"]),
    ("aws_network_acl", &["egress"]),
    ("aws_organizations_organization", &["accounts", "non_master_accounts", "roots"]),
    ("aws_rds_cluster", &["master_user_secret"]),
    ("aws_rds_cluster_parameter_group", &[]),
    ("aws_rds_global_cluster", &["global_cluster_members"]),
    ("aws_route53_record", &[]),
    ("aws_route53_zone", &[]),
    ("aws_route_table", &["route"]),
    ("aws_s3_bucket", &["cors_rule", "grant", "lifecycle_rule", "logging", "object_lock_configuration", "replication_configuration", "server_side_encryption_configuration", "versioning", "website"]),
    ("aws_s3_bucket_replication_configuration", &[]),
    ("aws_s3_bucket_server_side_encryption_configuration", &[]),
    ("aws_s3_bucket_versioning", &[]),
    ("aws_secretsmanager_secret", &["replica"]),
    ("aws_security_group", &["egress"]),
    ("aws_securityhub_organization_configuration", &["organization_configuration"]),
    ("aws_vpc_endpoint", &["dns_entry", "dns_options", "subnet_configuration"]),
    ("aws_vpc_peering_connection", &["accepter", "requester"]),
    ("aws_wafv2_web_acl", &[]),
    ("aws_wafv2_web_acl_logging_configuration", &[]),
];

/// Returns whether a left-out block of a resource may be unknown in plans. For types that were not
/// tried, it may.
pub(super) fn is_computed_block(type_name: &str, name: &str) -> bool {
    match COMPUTED.binary_search_by_key(&type_name, |(type_name, _)| type_name) {
        Ok(index) => COMPUTED.get(index).is_none_or(|(_, blocks)| blocks.contains(&name)),
        Err(_) => true,
    }
}
