//! Load balancers and clusters, as Config records them.

use aws_sdk_ec2::types::SecurityGroup;

use super::network::permission;
use super::row::{Node, Row, left_out, untold};
use super::rows::Rows;
use crate::collect::aws::context::{Context, Described, known_list, links};
use crate::collect::aws::services::eks::group;
use crate::inventory::aws::ec2::SecurityGroupRule;
use crate::inventory::aws::{eks, elb};
use crate::inventory::{Linked, Reason, Value};

pub(super) fn collect(context: &Context, rows: &Rows) {
    for row in rows.of("AWS::ElasticLoadBalancingV2::LoadBalancer") {
        let document = row.configuration();
        let Some(arn) = document.text("loadBalancerArn").or_else(|| row.head("arn").map(str::to_owned)) else {
            continue;
        };
        let name = document.text("loadBalancerName");
        context.add(Described {
            arn,
            type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
            identifiers: name.iter().cloned().collect(),
            name,
            tags: row.tags(),
            attributes: load_balancer(document),
        });
    }
    for row in rows.of("AWS::EKS::Cluster") {
        cluster(context, row, rows);
    }
}

fn load_balancer(document: Node<'_>) -> elb::LoadBalancer {
    let subnets = document.list("availabilityZones").filter_map(|zone| zone.text("subnetId"));
    // Web ACLs stand before application load balancers only, and Config does not tell them.
    let may_have_web_acl = document.text("type").is_none_or(|one| one == "application");
    let of_web_acl = "the web ACL of a load balancer";
    elb::LoadBalancer {
        load_balancer_type: document.told_text("type"),
        internal: document.told_text("scheme").map(|scheme| scheme == "internal"),
        subnets: document.if_list("availabilityZones", links(subnets)),
        security_groups: document.told_links("securityGroups"),
        drop_invalid_header_fields: left_out("the attributes of a load balancer"),
        deletion_protection: left_out("the attributes of a load balancer"),
        access_logs: left_out("the attributes of a load balancer"),
        web_acls: if may_have_web_acl { left_out(of_web_acl) } else { Linked::default() },
        web_acl_attached: if may_have_web_acl { left_out(of_web_acl) } else { Value::Known(false) },
        // WAF Classic has ended; see the direct audit.
        classic_web_acl: Value::Known(false),
    }
}

fn cluster(context: &Context, row: &Row, rows: &Rows) {
    let document = row.configuration();
    let Some(name) = document.text("Name").or_else(|| row.head("resourceName").map(str::to_owned)) else { return };
    let own = own_group(&name, rows);
    let rules = |read: fn(&group::Group) -> &Vec<SecurityGroupRule>| match &own {
        Ok((_, group)) => Value::Known(read(group).clone()),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    let vpc = "ResourcesVpcConfig";
    let log_types = document.list("Logging.ClusterLogging.EnabledTypes").filter_map(|one| one.text("Type"));
    let mut log_types: Vec<String> = log_types.collect();
    log_types.sort();
    log_types.dedup();
    let keys = document.list("EncryptionConfig").filter_map(|one| one.text("Provider.KeyArn"));
    let issuer = document.text("OpenIdConnectIssuerUrl").map(|url| url.trim_start_matches("https://").to_owned());
    let attributes = eks::Cluster {
        cluster_name: Value::Known(Some(name.clone())),
        version: document.some_text("Version"),
        role: document.told_link("RoleArn"),
        subnets: document.told_links(&format!("{vpc}.SubnetIds")),
        security_groups: document.told_links(&format!("{vpc}.SecurityGroupIds")),
        endpoint_public_access: document.told_flag(&format!("{vpc}.EndpointPublicAccess")),
        endpoint_private_access: document.told_flag(&format!("{vpc}.EndpointPrivateAccess")),
        public_access_cidrs: match document.texts(&format!("{vpc}.PublicAccessCidrs")) {
            ranges if ranges.is_empty() => left_out("PublicAccessCidrs"),
            ranges => known_list(ranges),
        },
        enabled_log_types: document.if_list("Logging.ClusterLogging.EnabledTypes", known_list(log_types)),
        secrets_key: document.if_list("EncryptionConfig", links(keys)),
        authentication_mode: document.some_text("AccessConfig.AuthenticationMode"),
        auto_mode: document.told_flag("ComputeConfig.Enabled"),
        group_ingress: rules(|group| &group.ingress),
        group_egress: rules(|group| &group.egress),
    };
    let group_id = own.ok().map(|(id, _)| id);
    context.add(Described {
        arn: document.text("Arn").unwrap_or_else(|| context.arn("eks", &format!("cluster/{name}"))),
        type_name: "AWS::EKS::Cluster",
        name: Some(name.clone()),
        identifiers: [Some(name), issuer, group_id].into_iter().flatten().collect(),
        tags: row.tags(),
        attributes,
    });
}

/// The tag that EKS puts on the group that it makes for a cluster.
const OF_CLUSTER: &str = "aws:eks:cluster-name";

/// Finds the group that EKS made for a cluster: the cluster's document does not name it.
fn own_group(cluster: &str, rows: &Rows) -> Result<(String, group::Group), Reason> {
    rows.whole("AWS::EC2::SecurityGroup")?;
    let is_own =
        |row: &&Row| row.tags().known().is_some_and(|tags| tags.get(OF_CLUSTER).is_some_and(|of| of == cluster));
    let mut found = rows.of("AWS::EC2::SecurityGroup").filter(is_own);
    let (Some(row), None) = (found.next(), found.next()) else {
        return Err(untold("which security group EKS made for a cluster"));
    };
    let document = row.configuration();
    let id = document.text("groupId").ok_or_else(|| untold("groupId"))?;
    let told = SecurityGroup::builder()
        .group_id(&id)
        .set_ip_permissions(Some(document.list("ipPermissions").map(permission).collect()))
        .set_ip_permissions_egress(Some(document.list("ipPermissionsEgress").map(permission).collect()))
        .build();
    Ok((id, group::of(&told)))
}
