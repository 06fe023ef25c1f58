//! EKS: Terraform types → kinds.

use super::{Mapped, OwnerType, Types};
use crate::collect::terraform::top_level::Attribute;
use crate::collect::terraform::{Block, Mode};
use crate::inventory::aws::eks::{Addon, Cluster, FargateProfile, NodeGroup, PodIdentityAssociation};
use crate::inventory::{Certainty, Kind as _, Linked, Links, Reason, Target, Value};

pub(super) const TYPES: Types = Types {
    owners: &[
        OwnerType { types: &["aws_eks_cluster"], map: cluster },
        OwnerType { types: &["aws_eks_node_group"], map: node_group },
        OwnerType { types: &["aws_eks_fargate_profile"], map: fargate_profile },
        OwnerType { types: &["aws_eks_addon"], map: addon },
        OwnerType { types: &["aws_eks_pod_identity_association"], map: pod_identity_association },
    ],
    parts: &[],
    aliases: &[],
};

/// Reads an attribute of the first block of a name; `absent` when there is no block.
fn within<T>(block: &Block<'_>, name: &'static str, absent: T, read: impl FnOnce(&Block<'_>) -> Value<T>) -> Value<T> {
    block.block(name).and_then(|inner| inner.map_or(Value::Known(absent), |inner| read(&inner)))
}

fn cluster(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let vpc = "vpc_config";
    let links = |name| within(block, vpc, Links::default(), |inner| inner.links(name));
    let cluster = Cluster {
        cluster_name: name.clone(),
        version: block.string("version"),
        role: block.link("role_arn"),
        subnets: links("subnet_ids"),
        security_groups: links("security_group_ids"),
        endpoint_public_access: within(block, vpc, true, |inner| inner.boolean_or("endpoint_public_access", true)),
        endpoint_private_access: within(block, vpc, false, |inner| inner.boolean_or("endpoint_private_access", false)),
        public_access_cidrs: within(block, vpc, Vec::new(), |inner| inner.strings("public_access_cidrs")).map(open),
        enabled_log_types: block.strings("enabled_cluster_log_types"),
        secrets_key: secrets_key(block),
        authentication_mode: within(block, "access_config", None, |inner| inner.string("authentication_mode")),
        auto_mode: within(block, "compute_config", false, |inner| inner.boolean_or("enabled", false)),
        group_ingress: Value::Known(Vec::new()),
        group_egress: Value::Known(Vec::new()),
    };
    let group = within(block, vpc, None, |inner| inner.string("cluster_security_group_id"));
    // Its OIDC provider names it by the issuer.
    let issuer =
        within(block, "identity", None, |identity| within(identity, "oidc", None, |oidc| oidc.string("issuer")));
    let issuer = issuer.map(|issuer| issuer.map(|url| url.trim_start_matches("https://").to_owned()));
    let identifiers =
        [&name, &group, &issuer].into_iter().filter_map(|value| value.known().cloned().flatten()).collect();
    Mapped { attributes: cluster.into_attributes(), name, identifiers }
}

/// Without ranges EKS lets everybody in.
fn open(ranges: Vec<Value<String>>) -> Vec<Value<String>> {
    if ranges.is_empty() { vec![Value::Known("0.0.0.0/0".to_owned())] } else { ranges }
}

fn secrets_key(block: &Block<'_>) -> Linked {
    within(block, "encryption_config", Links::default(), |inner| {
        within(inner, "provider", Links::default(), |provider| provider.link("key_arn"))
    })
}

fn node_group(block: &Block<'_>) -> Mapped {
    // A name prefix makes the name unknown until apply, though the author did not leave it open.
    let name = match block.string("node_group_name") {
        Value::Known(None) if block.configured("node_group_name_prefix") => {
            Value::Unknown(Reason::KnownAfterApply(Some("node_group_name_prefix".to_owned())))
        }
        name => name,
    };
    let size = |name| within(block, "scaling_config", None, |inner| inner.integer(name));
    let remote = "remote_access";
    let group = NodeGroup {
        node_group_name: name.clone(),
        cluster: block.link("cluster_name"),
        role: block.link("node_role_arn"),
        subnets: block.links("subnet_ids"),
        launch_template: launch_template(block),
        ami_type: block.string("ami_type"),
        instance_types: block.strings("instance_types"),
        capacity_type: block.string("capacity_type").map(|capacity| capacity.or_else(|| Some("ON_DEMAND".to_owned()))),
        min_size: size("min_size"),
        max_size: size("max_size"),
        desired_size: size("desired_size"),
        labels: block.map("labels"),
        taints: taints(block),
        version: block.string("version"),
        remote_access_security_groups: within(block, remote, Links::default(), |inner| {
            inner.links("source_security_group_ids")
        }),
        remote_access_key: within(block, remote, None, |inner| inner.string("ec2_ssh_key")),
    };
    let name = match &name {
        Value::Unknown(_) => Value::Known(None),
        name @ Value::Known(_) => name.clone(),
    };
    Mapped { attributes: group.into_attributes(), name, identifiers: Vec::new() }
}

/// A template is named by its id or by its name.
fn launch_template(block: &Block<'_>) -> Linked {
    within(block, "launch_template", Links::default(), |inner| {
        let links = match inner.link("id") {
            Value::Known(links) if links.is_absent() => inner.link("name"),
            links => links,
        };
        match links {
            // Modules write this block as a dynamic one, whose references a plan does not show.
            Value::Unknown(reason) if inner.references("id").is_none() && inner.references("name").is_none() => {
                neighbour(block).map_or(Value::Unknown(reason), Value::Known)
            }
            links => links,
        }
    })
}

/// Returns the launch template that stands beside a node group in its module, if there is one only
/// and its id is as unknown as the one that the node group names. It is likely, not certain: the id may
/// come from outside of the module.
fn neighbour(block: &Block<'_>) -> Option<Links> {
    let plan = block.plan();
    let module = &block.resource()?.parsed.module;
    let mut beside = plan.resources().iter().enumerate().filter(|(_, resource)| {
        resource.parsed.type_name == "aws_launch_template"
            && resource.parsed.mode == Mode::Managed
            && resource.parsed.module == *module
    });
    let (position, template) = beside.next()?;
    let only = beside.next().is_none() && plan.attribute(position, "id") == Attribute::Unknown;
    only.then(|| Links { targets: vec![Target::Resource(plan.id(&template.address))], certainty: Certainty::Some })
}

fn taints(block: &Block<'_>) -> Value<Vec<Value<String>>> {
    block
        .blocks("taint")
        .map(|taints| taints.iter().map(|taint| taint.string("key").map(Option::unwrap_or_default)).collect())
}

fn fargate_profile(block: &Block<'_>) -> Mapped {
    let name = block.string("fargate_profile_name");
    let profile = FargateProfile {
        cluster: block.link("cluster_name"),
        subnets: block.links("subnet_ids"),
        role: block.link("pod_execution_role_arn"),
    };
    Mapped { attributes: profile.into_attributes(), name, identifiers: Vec::new() }
}

fn addon(block: &Block<'_>) -> Mapped {
    let name = block.string("addon_name");
    let addon = Addon {
        addon_name: name.clone(),
        cluster: block.link("cluster_name"),
        role: block.link("service_account_role_arn"),
        pod_identity: block.blocks("pod_identity_association").map(|blocks| !blocks.is_empty()),
    };
    Mapped { attributes: addon.into_attributes(), name, identifiers: Vec::new() }
}

fn pod_identity_association(block: &Block<'_>) -> Mapped {
    let association = PodIdentityAssociation {
        cluster: block.link("cluster_name"),
        namespace: block.string("namespace"),
        service_account: block.string("service_account"),
        role: block.link("role_arn"),
    };
    let name = block.string("service_account");
    Mapped { attributes: association.into_attributes(), name, identifiers: Vec::new() }
}
