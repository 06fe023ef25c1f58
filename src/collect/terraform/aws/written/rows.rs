//! The table: normalized path → paths below a Terraform block. What is not in it is written under its
//! own name, or about the block as a whole.

/// Types (all types if empty), the normalized path, and the paths that it means, the best first. No
/// path at all means the block as a whole.
pub(super) type Row = (&'static [&'static str], &'static str, &'static [&'static str]);

const SUBNETS: &[&str] = &[
    "subnet_ids",
    "subnets",
    "subnet_mapping",
    "subnet_id",
    "vpc_config.subnet_ids",
    "db_subnet_group_name",
    "subnet_group_name",
    "vpc_subnet_ids",
    "vpc_zone_identifier",
    "network_interface.subnet_id",
    "network_interfaces.subnet_id",
];

const GROUPS: &[&str] = &[
    "vpc_security_group_ids",
    "security_group_ids",
    "security_groups",
    "vpc_config.security_group_ids",
    "network_interfaces.security_groups",
];

const PARAMETERS: &[&str] = &["parameter_group_name", "db_parameter_group_name", "db_cluster_parameter_group_name"];

const TRUST: &[&str] = &["assume_role_policy"];

const ROUTE: &[&str] = &[
    "gateway_id",
    "nat_gateway_id",
    "egress_only_gateway_id",
    "transit_gateway_id",
    "vpc_endpoint_id",
    "vpc_peering_connection_id",
    "network_interface_id",
    "carrier_gateway_id",
    "local_gateway_id",
    "core_network_arn",
];

const SSE: &str = "rule.apply_server_side_encryption_by_default";
const SSE_ALGORITHM: &str = "rule.apply_server_side_encryption_by_default.sse_algorithm";
const SSE_KEY: &str = "rule.apply_server_side_encryption_by_default.kms_master_key_id";

const BUCKET: &[&str] = &["aws_s3_bucket"];
const BUCKET_ENCRYPTION: &[&str] = &["aws_s3_bucket_server_side_encryption_configuration"];
const EKS: &[&str] = &["aws_eks_cluster"];
const NODES: &[&str] = &["aws_eks_node_group"];
const LISTENERS: &[&str] = &["aws_lb_listener", "aws_alb_listener"];
const LISTENER_RULES: &[&str] = &["aws_lb_listener_rule", "aws_alb_listener_rule"];
const ROLE: &[&str] = &["aws_iam_role"];
const CLUSTER: &[&str] = &["aws_rds_cluster"];

/// Rows of single types stand before those of all types.
pub(super) const ROWS: &[Row] = &[
    // EKS
    (EKS, "attributes.cluster_name", &["name"]),
    (EKS, "attributes.role", &["role_arn"]),
    (EKS, "attributes.endpoint_public_access", &["vpc_config.endpoint_public_access"]),
    (EKS, "attributes.endpoint_private_access", &["vpc_config.endpoint_private_access"]),
    (EKS, "attributes.public_access_cidrs", &["vpc_config.public_access_cidrs"]),
    (EKS, "facts.endpoint_ranges", &["vpc_config.public_access_cidrs"]),
    (EKS, "attributes.enabled_log_types", &["enabled_cluster_log_types"]),
    (EKS, "attributes.secrets_key", &["encryption_config.provider.key_arn"]),
    (EKS, "attributes.authentication_mode", &["access_config.authentication_mode"]),
    (EKS, "attributes.auto_mode", &["compute_config.enabled"]),
    (NODES, "attributes.min_size", &["scaling_config.min_size"]),
    (NODES, "attributes.max_size", &["scaling_config.max_size"]),
    (NODES, "attributes.desired_size", &["scaling_config.desired_size"]),
    (NODES, "attributes.role", &["node_role_arn"]),
    (NODES, "attributes.taints", &["taint"]),
    (NODES, "attributes.remote_access_key", &["remote_access.ec2_ssh_key"]),
    (NODES, "attributes.remote_access_security_groups", &["remote_access.source_security_group_ids"]),
    (&["aws_eks_fargate_profile"], "attributes.role", &["pod_execution_role_arn"]),
    (&["aws_eks_addon"], "attributes.role", &["service_account_role_arn"]),
    (&["aws_eks_pod_identity_association"], "attributes.role", &["role_arn"]),
    (&[], "attributes.cluster", &["cluster_name", "cluster_identifier", "cluster_arn"]),
    // Storage
    (BUCKET, "attributes.encryption", &["server_side_encryption_configuration"]),
    (BUCKET, "facts.encryption_algorithm", &["server_side_encryption_configuration"]),
    (BUCKET, "attributes.versioning", &["versioning.enabled"]),
    (BUCKET, "attributes.logging_target", &["logging.target_bucket"]),
    (BUCKET, "attributes.lifecycle", &["lifecycle_rule"]),
    (BUCKET, "attributes.replication", &["replication_configuration"]),
    (BUCKET_ENCRYPTION, "attributes.encryption.algorithm", &[SSE_ALGORITHM]),
    (BUCKET_ENCRYPTION, "attributes.encryption.kms_key", &[SSE_KEY]),
    (BUCKET_ENCRYPTION, "attributes.encryption.bucket_key_enabled", &["rule.bucket_key_enabled"]),
    (BUCKET_ENCRYPTION, "attributes.encryption", &[SSE]),
    (BUCKET_ENCRYPTION, "facts.encryption_algorithm", &[SSE_ALGORITHM]),
    (BUCKET_ENCRYPTION, "facts.key_owner", &[SSE_KEY]),
    (&["aws_s3_bucket_versioning"], "attributes.versioning", &["versioning_configuration.status"]),
    (&["aws_s3_bucket_ownership_controls"], "attributes.object_ownership", &["rule.object_ownership"]),
    (&["aws_s3_bucket_logging"], "attributes.logging_target", &["target_bucket"]),
    (&["aws_s3_bucket_lifecycle_configuration"], "attributes.lifecycle", &["rule"]),
    (&["aws_s3_bucket_replication_configuration"], "attributes.replication", &["rule"]),
    (&["aws_s3_bucket_policy"], "facts.denies_plain_http", &["policy"]),
    (BUCKET, "facts.denies_plain_http", &["policy"]),
    (&["aws_efs_backup_policy"], "attributes.backup", &["backup_policy.status"]),
    // Databases
    (CLUSTER, "attributes.instance_class", &["db_cluster_instance_class"]),
    (CLUSTER, "attributes.replica_of", &["replication_source_identifier"]),
    (&[], "attributes.replica_of", &["replicate_source_db"]),
    (&[], "attributes.snapshot", &["snapshot_identifier"]),
    (&[], "attributes.restored_from", &["restore_to_point_in_time"]),
    (&[], "attributes.global_cluster", &["global_cluster_identifier"]),
    (&[], "attributes.iam_authentication", &["iam_database_authentication_enabled"]),
    (&[], "attributes.parameter_group", PARAMETERS),
    (&[], "attributes.parameters", &["parameter"]),
    (&[], "facts.tls", PARAMETERS),
    (&[], "facts.public_address", &["publicly_accessible", "db_subnet_group_name"]),
    (&[], "facts.encrypted", &["storage_encrypted", "encrypted"]),
    (&[], "attributes.enabled_log_types", &["enabled_cloudwatch_logs_exports"]),
    (&[], "attributes.at_rest_encryption", &["at_rest_encryption_enabled"]),
    (&[], "attributes.transit_encryption", &["transit_encryption_enabled"]),
    // Load balancers
    (LISTENERS, "attributes.default_actions", &["default_action"]),
    (LISTENERS, "facts.answers", &["default_action"]),
    (LISTENERS, "attributes.certificates", &["certificate_arn"]),
    (LISTENERS, "facts.certificates", &["certificate_arn"]),
    (LISTENERS, "facts.min_tls", &["ssl_policy"]),
    (LISTENERS, "attributes.load_balancer", &["load_balancer_arn"]),
    (LISTENER_RULES, "attributes.rules", &["action"]),
    (LISTENER_RULES, "facts.answers", &["action"]),
    // A missing rule group is missing from the whole.
    (&["aws_wafv2_web_acl"], "attributes.rule_groups", &[]),
    // Identities
    (ROLE, "attributes.inline_policies", &["inline_policy"]),
    (ROLE, "attributes.attached_policies", &["managed_policy_arns"]),
    (ROLE, "facts.escalations", &[]),
    (ROLE, "facts.statements", &["inline_policy"]),
    (&[], "attributes.inline_policies", &["policy"]),
    (&[], "attributes.attached_policies", &["policy_arn", "policy_arns"]),
    (&[], "attributes.document", &["policy"]),
    (&[], "facts.statements", &["policy"]),
    (&[], "facts.escalations", &["policy"]),
    (&[], "facts.grants", &["policy"]),
    (&[], "attributes.trust_policy", TRUST),
    (&[], "facts.trust", TRUST),
    (&[], "facts.pod_trust", TRUST),
    (&[], "facts.service_accounts", TRUST),
    // Networks
    (&["aws_route"], "facts.default_routes", ROUTE),
    (&["aws_route_table", "aws_default_route_table"], "facts.default_routes", &["route"]),
    (&[], "attributes.vpc", &["vpc_id"]),
    (&[], "attributes.subnet", &["subnet_id"]),
    (&[], "attributes.subnets", SUBNETS),
    (&[], "attributes.subnet_group", &["db_subnet_group_name", "subnet_group_name"]),
    (&[], "attributes.security_groups", GROUPS),
    (&[], "facts.placement", SUBNETS),
    (&[], "facts.firewall", GROUPS),
    (&[], "attributes.kms_key", &["kms_key_id", "kms_key_arn", "kms_master_key_id"]),
];
