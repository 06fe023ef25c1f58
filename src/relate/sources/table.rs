//! The table of facts and the kinds that they are derived from, but for placements.
//!
//! A test removes the resources of each kind from an environment and holds what changes against it.

use super::{Kinds, Source, source};

pub(super) const ROUTE_TABLE: Kinds = &["aws.ec2.route_table"];
pub(super) const SUBNET: Kinds = &["aws.ec2.subnet"];
pub(super) const VPC: Kinds = &["aws.ec2.vpc"];
/// Where routes lead, and what their destinations are.
pub(super) const ROUTE_TARGETS: Kinds = &[
    "aws.ec2.egress_only_internet_gateway",
    "aws.ec2.internet_gateway",
    "aws.ec2.nat_gateway",
    "aws.ec2.network_interface",
    "aws.ec2.prefix_list",
];
const PREFIX_LIST: Kinds = &["aws.ec2.prefix_list"];

const EKS_NODE_USERS: Kinds = &["aws.autoscaling.group", "aws.eks.fargate_profile", "aws.eks.node_group"];
/// What tells by its use what a subnet is meant to be.
pub(super) const SUBNET_USERS: Kinds = &[
    "aws.autoscaling.group",
    "aws.eks.fargate_profile",
    "aws.eks.node_group",
    "aws.elasticache.subnet_group",
    "aws.rds.subnet_group",
];
const INSTANCE: Kinds = &["aws.ec2.instance"];
/// What tells by its use what a subnet is.
pub(super) const TIER_USERS: Kinds = &[
    "aws.autoscaling.group",
    "aws.ec2.instance",
    "aws.eks.fargate_profile",
    "aws.eks.node_group",
    "aws.elasticache.subnet_group",
    "aws.rds.subnet_group",
];
/// What a VPC is for, and what leads to where it stands.
const WORKLOADS: Kinds = &[
    "aws.autoscaling.group",
    "aws.ec2.instance",
    "aws.ec2.launch_template",
    "aws.ec2.network_interface",
    "aws.ec2.subnet",
    "aws.efs.mount_target",
    "aws.eks.cluster",
    "aws.eks.fargate_profile",
    "aws.eks.node_group",
    "aws.elasticache.cluster",
    "aws.elasticache.replication_group",
    "aws.elasticache.subnet_group",
    "aws.elb.classic_load_balancer",
    "aws.elb.load_balancer",
    "aws.lambda.function",
    "aws.rds.cluster",
    "aws.rds.instance",
    "aws.rds.subnet_group",
];
const NAT_GATEWAY: Kinds = &["aws.ec2.nat_gateway"];
const INTERNET_GATEWAY: Kinds = &["aws.ec2.internet_gateway"];

const METADATA_DEFAULTS: Kinds = &["aws.ec2.instance_metadata_defaults"];
const TEMPLATE: Kinds = &["aws.ec2.launch_template"];
const TEMPLATE_USERS: Kinds = &["aws.autoscaling.group", "aws.ec2.instance", "aws.eks.node_group"];
const ELASTIC_IP: Kinds = &["aws.ec2.elastic_ip", "aws.ec2.network_interface"];

const SECURITY_GROUP: Kinds = &["aws.ec2.security_group", "aws.eks.cluster"];
const LOAD_BALANCERS: Kinds = &["aws.elb.classic_load_balancer", "aws.elb.load_balancer"];
const LOAD_BALANCER: Kinds = &["aws.elb.load_balancer"];
const LISTENER: Kinds = &["aws.elb.listener"];
const TARGET_GROUP: Kinds = &["aws.elb.target_group"];
const CERTIFICATE: Kinds = &["aws.acm.certificate"];
const WEB_ACL: Kinds = &["aws.wafv2.web_acl"];
/// Worker nodes, and what gives them their security groups.
const NODES: Kinds = &[
    "aws.autoscaling.group",
    "aws.ec2.instance",
    "aws.ec2.launch_template",
    "aws.eks.cluster",
    "aws.eks.fargate_profile",
    "aws.eks.node_group",
];
const MACHINES: Kinds = &["aws.autoscaling.group", "aws.ec2.instance", "aws.ec2.launch_template"];
const DATABASES: Kinds = &["aws.rds.cluster", "aws.rds.instance"];
const PROXY: Kinds = &["aws.rds.proxy"];
const CACHES: Kinds = &["aws.elasticache.cluster", "aws.elasticache.replication_group"];
const MOUNT_TARGET: Kinds = &["aws.efs.mount_target"];
const LAMBDA: Kinds = &["aws.lambda.function"];
const INTERFACE: Kinds = &["aws.ec2.network_interface"];

const CLUSTER: Kinds = &["aws.eks.cluster"];
const NODE_GROUP: Kinds = &["aws.eks.node_group"];
const FARGATE: Kinds = &["aws.eks.fargate_profile"];
const GROUP: Kinds = &["aws.autoscaling.group"];
const ADDON: Kinds = &["aws.eks.addon"];
const ASSOCIATION: Kinds = &["aws.eks.pod_identity_association"];
const OIDC: Kinds = &["aws.iam.oidc_provider"];

const SUBNET_GROUP: Kinds = &["aws.rds.subnet_group"];
const GLOBAL_CLUSTER: Kinds = &["aws.rds.global_cluster"];
const PARAMETER_GROUP: Kinds = &["aws.rds.parameter_group"];
const KEY: Kinds = &["aws.kms.key"];
const ACCOUNT_BLOCK: Kinds = &["aws.s3.account_public_access_block"];

const POLICY: Kinds = &["aws.iam.policy"];
const ROLE: Kinds = &["aws.iam.role"];
const USER_GROUP: Kinds = &["aws.iam.group"];
const PRINCIPALS: Kinds = &["aws.iam.group", "aws.iam.role", "aws.iam.user"];
/// What makes a role one of worker nodes.
const NODE_ROLE: Kinds = &[
    "aws.autoscaling.group",
    "aws.ec2.launch_template",
    "aws.eks.node_group",
    "aws.iam.instance_profile",
    "aws.iam.policy",
];

/// What runs in clusters: a Helm release hides objects, so all of these hang together.
const IN_CLUSTER: Kinds = &[
    "kubernetes.apps.daemon_set",
    "kubernetes.apps.deployment",
    "kubernetes.apps.stateful_set",
    "kubernetes.autoscaling.horizontal_pod_autoscaler",
    "kubernetes.core.service",
    "kubernetes.helm.release",
    "kubernetes.keda.scaled_object",
    "kubernetes.object",
];

pub(super) fn sources() -> Vec<Source> {
    let mut all = network();
    all.extend(compute());
    all.extend(edge());
    all.extend(data());
    all.extend(clusters());
    all.extend(permissions());
    for kind in ["aws.ec2.security_group", "aws.eks.cluster"] {
        all.extend(security_group(kind));
    }
    all
}

fn network() -> Vec<Source> {
    let subnet = "aws.ec2.subnet";
    let vpc = "aws.ec2.vpc";
    vec![
        source(subnet, "route_table", &[ROUTE_TABLE], &[VPC]),
        source(subnet, "default_routes", &[ROUTE_TABLE], &[VPC, PREFIX_LIST]),
        source(subnet, "default_routes.*.target", &[], &[ROUTE_TARGETS]),
        source(subnet, "default_routes.*.same_zone", &[], &[NAT_GATEWAY, SUBNET]),
        source(subnet, "default_routes.*.via", &[], &[ROUTE_TARGETS, SUBNET]),
        source(subnet, "public", &[ROUTE_TABLE], &[VPC, PREFIX_LIST]),
        source(subnet, "via", &[ROUTE_TABLE], &[VPC, ROUTE_TARGETS]),
        source(subnet, "intended_tier", &[SUBNET_USERS], &[]),
        source(subnet, "tier", &[ROUTE_TABLE, TIER_USERS], &[VPC, PREFIX_LIST]),
        source(subnet, "vpc", &[], &[VPC]),
        source(subnet, "vpc_default", &[], &[VPC]),
        source(subnet, "hosts_eks_nodes", &[EKS_NODE_USERS], &[]),
        source(vpc, "workloads", &[WORKLOADS], &[]),
        source(vpc, "hosts_workloads", &[WORKLOADS], &[]),
        source(vpc, "subnet_count", &[SUBNET], &[]),
        source(vpc, "tiers.public", &[SUBNET, ROUTE_TABLE], &[PREFIX_LIST, VPC]),
        source(vpc, "tiers.private", &[SUBNET, ROUTE_TABLE, TIER_USERS], &[PREFIX_LIST, VPC]),
        source(vpc, "tiers.database", &[SUBNET, ROUTE_TABLE, TIER_USERS], &[PREFIX_LIST, VPC]),
        source(vpc, "tiers.not_public", &[SUBNET, ROUTE_TABLE], &[PREFIX_LIST, VPC]),
        source(vpc, "private_zones", &[SUBNET, ROUTE_TABLE, TIER_USERS, VPC], &[PREFIX_LIST]),
        source(vpc, "nat_zones", &[SUBNET, ROUTE_TABLE, NAT_GATEWAY, EKS_NODE_USERS, VPC], &[PREFIX_LIST]),
        source(vpc, "internet_gateways", &[INTERNET_GATEWAY], &[]),
    ]
}

fn compute() -> Vec<Source> {
    let instance = "aws.ec2.instance";
    let template = "aws.ec2.launch_template";
    vec![
        source("aws.autoscaling.group", "public_addresses", &[TEMPLATE], &[SUBNET]),
        source("aws.eks.node_group", "public_addresses", &[TEMPLATE], &[SUBNET]),
        source("aws.eks.node_group", "metadata", &[TEMPLATE], &[CLUSTER]),
        source(instance, "public_addresses", &[ELASTIC_IP, TEMPLATE], &[SUBNET]),
        source(instance, "metadata", &[METADATA_DEFAULTS], &[TEMPLATE]),
        source(template, "used", &[TEMPLATE_USERS], &[]),
        source(template, "metadata", &[METADATA_DEFAULTS, TEMPLATE_USERS], &[CLUSTER]),
    ]
}

fn edge() -> Vec<Source> {
    let balancer = "aws.elb.load_balancer";
    vec![
        source(balancer, "listeners", &[LISTENER], &[]),
        source(balancer, "acm_listeners_at_least", &[LISTENER], &[CERTIFICATE]),
        source(balancer, "acm_listeners_at_most", &[LISTENER], &[CERTIFICATE]),
        source(balancer, "acm_listeners_doubt", &[LISTENER], &[CERTIFICATE]),
        source(balancer, "certificates", &[LISTENER], &[]),
        // The ARN of a certificate tells who issued it, but nothing else.
        source(balancer, "certificates.*.certificate", &[], &[CERTIFICATE]),
        source(balancer, "certificates.*.issuer", &[], &[CERTIFICATE]),
        source(balancer, "certificates.*.status", &[CERTIFICATE], &[]),
        source(balancer, "certificates.*.days_left", &[CERTIFICATE], &[]),
        source(balancer, "target_types", &[LISTENER], &[TARGET_GROUP]),
        // A web ACL tells before what it stands.
        source(balancer, "protected", &[WEB_ACL], &[]),
        source(balancer, "classic_web_acl_only", &[WEB_ACL], &[]),
        source("aws.wafv2.web_acl", "load_balancers", &[LOAD_BALANCER], &[]),
    ]
}

fn data() -> Vec<Source> {
    let mut all = Vec::new();
    for kind in ["aws.rds.instance", "aws.rds.cluster"] {
        all.extend([
            source(kind, "encrypted", &[], &[DATABASES, GLOBAL_CLUSTER]),
            source(kind, "encryption_inherited_from", &[DATABASES, GLOBAL_CLUSTER], &[]),
            source(kind, "key_owner", &[], &[KEY, DATABASES, GLOBAL_CLUSTER]),
            source(kind, "tls", &[], &[PARAMETER_GROUP, DATABASES]),
            source(kind, "port", &[], &[DATABASES]),
        ]);
    }
    for kind in ["aws.rds.instance", "aws.rds.cluster", "aws.rds.proxy"] {
        let shut_out = [NODES, PROXY, SECURITY_GROUP];
        all.push(source(kind, "firewall.nodes_shut_out", &shut_out, &[DATABASES, PREFIX_LIST, VPC, SUBNET]));
    }
    all.extend([
        source(
            "aws.rds.instance",
            "public_address",
            &[ROUTE_TABLE, SUBNET_GROUP, DATABASES],
            &[SUBNET, VPC, PREFIX_LIST],
        ),
        source("aws.rds.cluster", "members", &[&["aws.rds.instance"]], &[]),
        source("aws.rds.global_cluster", "encrypted", &[], &[DATABASES, GLOBAL_CLUSTER]),
        source("aws.rds.global_cluster", "encryption_inherited_from", &[DATABASES, GLOBAL_CLUSTER], &[]),
        source("aws.efs.file_system", "mount_targets", &[MOUNT_TARGET], &[]),
        source("aws.efs.file_system", "key_owner", &[], &[KEY]),
        source("aws.s3.bucket", "public_access_block", &[ACCOUNT_BLOCK], &[]),
        source("aws.s3.bucket", "public_access_block_written", &[ACCOUNT_BLOCK], &[]),
        source("aws.s3.bucket", "key_owner", &[], &[KEY]),
    ]);
    all
}

fn security_group(kind: &'static str) -> Vec<Source> {
    let mut all = vec![
        source(
            kind,
            "roles.attached",
            &[LOAD_BALANCERS, DATABASES, PROXY, CACHES, MOUNT_TARGET, LAMBDA, INTERFACE, NODES],
            &[],
        ),
        source(kind, "roles.edge", &[LOAD_BALANCERS], &[]),
        source(kind, "roles.alb", &[LOAD_BALANCER], &[]),
        source(kind, "roles.load_balancer", &[LOAD_BALANCERS], &[]),
        source(kind, "roles.node", &[NODES], &[]),
        source(kind, "roles.cluster", &[CLUSTER], &[]),
        source(kind, "roles.database", &[DATABASES], &[]),
        source(kind, "roles.database_proxy", &[PROXY], &[]),
        source(kind, "roles.cache", &[CACHES], &[]),
        source(kind, "roles.file_system", &[MOUNT_TARGET], &[]),
        source(kind, "roles.instance", &[MACHINES], &[]),
        source(kind, "roles.lambda", &[LAMBDA], &[]),
        source(kind, "roles.remote_access", &[NODE_GROUP], &[]),
        source(kind, "open_network_load_balancer", &[LOAD_BALANCER], &[]),
    ];
    let rules: &[(&str, &[Kinds], &[Kinds])] = &[
        ("peer", &[], &[SECURITY_GROUP, PREFIX_LIST]),
        ("peer_ids", &[], &[SECURITY_GROUP, PREFIX_LIST]),
        ("tag", &[], &[SECURITY_GROUP, PREFIX_LIST]),
        ("world", &[], &[PREFIX_LIST]),
        ("public_address_space", &[], &[PREFIX_LIST]),
        ("public_prefix_length", &[], &[PREFIX_LIST]),
        ("vpc_internal", &[], &[PREFIX_LIST, VPC, SUBNET]),
        ("vpc_untold", &[VPC], &[]),
        ("database_port", &[DATABASES, PROXY], &[]),
        ("target_port", &[LOAD_BALANCER, LISTENER], &[TARGET_GROUP]),
        ("peer_roles.itself", &[], &[SECURITY_GROUP]),
        ("peer_roles.load_balancer", &[LOAD_BALANCERS], &[SECURITY_GROUP]),
        ("peer_roles.node", &[NODES], &[SECURITY_GROUP]),
        ("peer_roles.cluster", &[CLUSTER], &[SECURITY_GROUP]),
        ("peer_roles.database_proxy", &[PROXY], &[SECURITY_GROUP]),
        ("peer_roles.remote_access", &[NODE_GROUP], &[SECURITY_GROUP]),
    ];
    for direction in ["ingress", "egress"] {
        for (field, silent, named) in rules {
            let mut one = source(kind, field, silent, named);
            one.path.splice(0..0, [direction, "*"]);
            all.push(one);
        }
    }
    all
}

fn clusters() -> Vec<Source> {
    let cluster = "aws.eks.cluster";
    let mut all = vec![
        source(cluster, "nodes", &[NODE_GROUP], &[]),
        source(cluster, "nodes.zones", &[], &[SUBNET]),
        source(cluster, "node_groups", &[NODE_GROUP], &[]),
        source(cluster, "fargate_profiles", &[FARGATE], &[]),
        source(cluster, "self_managed_groups", &[GROUP], &[]),
        source(cluster, "managed_capacity", &[NODE_GROUP, FARGATE], &[]),
        source(cluster, "oidc_provider", &[OIDC], &[]),
        source(cluster, "oidc_provider_without_audience", &[OIDC], &[]),
        source(cluster, "pod_identity", &[ASSOCIATION, ADDON], &[]),
        // Whether a cluster is the only one decides what runs in it.
        source(cluster, "components", &[ADDON, IN_CLUSTER, CLUSTER], &[]),
        source(cluster, "components_told", &[IN_CLUSTER, CLUSTER], &[]),
        source("environment", "eks_clusters", &[CLUSTER, EKS_NODE_USERS], &[]),
        source("environment", "self_managed_kubernetes", &[CLUSTER, GROUP, INSTANCE], &[]),
        source("kubernetes.autoscaling.horizontal_pod_autoscaler", "target_exists", &[IN_CLUSTER], &[]),
        source("kubernetes.keda.scaled_object", "target_exists", &[IN_CLUSTER], &[]),
    ];
    for fact in ["services", "served", "autoscalers", "autoscaled", "missed_by"] {
        all.push(source("kubernetes.apps.deployment", fact, &[IN_CLUSTER], &[]));
    }
    all
}

fn permissions() -> Vec<Source> {
    let role = "aws.iam.role";
    let user = "aws.iam.user";
    vec![
        source(role, "managed_policies", &[POLICY], &[]),
        source(role, "escalations", &[POLICY, ROLE], &[]),
        source(role, "workload", &[OIDC, CLUSTER], &[]),
        source(role, "node_role", &[NODE_ROLE], &[]),
        source(role, "pod_trust", &[OIDC, CLUSTER], &[]),
        source(role, "service_accounts", &[OIDC, CLUSTER, ASSOCIATION], &[]),
        source(role, "node_actions", &[NODE_ROLE], &[]),
        source(role, "writes_telemetry", &[POLICY], &[]),
        source(role, "agent_writes_telemetry", &[NODE_ROLE, ROLE, OIDC, CLUSTER, ASSOCIATION, ADDON], &[]),
        source("aws.iam.policy", "attached", &[PRINCIPALS], &[]),
        source("aws.iam.policy", "statements", &[PRINCIPALS], &[]),
        source(user, "managed_policies", &[POLICY], &[]),
        source(user, "escalations", &[POLICY, ROLE, USER_GROUP], &[]),
        source("aws.iam.group", "managed_policies", &[POLICY], &[]),
    ]
}
