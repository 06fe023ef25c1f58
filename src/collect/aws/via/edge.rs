//! Load balancers and clusters, as Config records them.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::SecurityGroup;
use serde_json::Value as Json;

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
            attributes: load_balancer(row),
        });
    }
    for row in rows.of("AWS::EKS::Cluster") {
        cluster(context, row, rows);
    }
}

fn load_balancer(row: &Row) -> elb::LoadBalancer {
    let document = row.configuration();
    let attributes = attributes(row);
    // A type that lacks an attribute does not do what it stands for.
    let is_on = |key: &str| match attributes.as_ref().map(|all| all.get(key).copied()) {
        Value::Known(None) => Value::Known(false),
        Value::Known(Some(Some(on))) => Value::Known(on),
        Value::Known(Some(None)) => left_out(key),
        Value::Unknown(reason) => Value::Unknown(reason),
    };
    let subnets = document.list("availabilityZones").filter_map(|zone| zone.text("subnetId"));
    // Web ACLs stand before application load balancers only, and Config does not tell them.
    let may_have_web_acl = document.text("type").is_none_or(|one| one == "application");
    let of_web_acl = "the web ACL of a load balancer";
    elb::LoadBalancer {
        load_balancer_type: document.told_text("type"),
        internal: document.told_text("scheme").map(|scheme| scheme == "internal"),
        subnets: document.if_list("availabilityZones", links(subnets)),
        security_groups: document.told_links("securityGroups"),
        drop_invalid_header_fields: is_on("routing.http.drop_invalid_header_fields.enabled"),
        deletion_protection: is_on("deletion_protection.enabled"),
        access_logs: is_on("access_logs.s3.enabled"),
        web_acls: if may_have_web_acl { left_out(of_web_acl) } else { Linked::default() },
        web_acl_attached: if may_have_web_acl { left_out(of_web_acl) } else { Value::Known(false) },
        // WAF Classic has ended; see the direct audit.
        classic_web_acl: Value::Known(false),
    }
}

/// The attributes of a load balancer by their keys, with what is no flag as `None`. They stand beside its
/// document, as pairs.
fn attributes(row: &Row) -> Value<BTreeMap<String, Option<bool>>> {
    let told = row.supplement("LoadBalancerAttributes");
    let pairs = told.as_ref().and_then(Json::as_array).into_iter().flatten().map(Node::from);
    let pairs: BTreeMap<String, Option<bool>> =
        pairs.filter_map(|one| Some((one.text("key")?, one.flag("value")))).collect();
    if pairs.is_empty() { left_out("the attributes of a load balancer") } else { Value::Known(pairs) }
}

fn cluster(context: &Context, row: &Row, rows: &Rows) {
    let document = row.configuration();
    let Some(name) = document.text("Name").or_else(|| row.head("resourceName").map(str::to_owned)) else { return };
    let own = own_group(&name, rows);
    let rules = |path: &str, read: fn(&group::Group) -> &Vec<SecurityGroupRule>| match &own {
        Ok(own) => own.document.if_list(path, Value::Known(read(&own.rules).clone())),
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
        group_ingress: rules(INGRESS, |group| &group.ingress),
        group_egress: rules(EGRESS, |group| &group.egress),
    };
    let group_id = own.ok().map(|own| own.id);
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

const INGRESS: &str = "ipPermissions";
const EGRESS: &str = "ipPermissionsEgress";

/// The group that EKS made for a cluster.
struct Own<'a> {
    id: String,
    document: Node<'a>,
    rules: group::Group,
}

/// Finds the group that EKS made for a cluster: the cluster's document does not name it.
fn own_group<'a>(cluster: &str, rows: &Rows<'a>) -> Result<Own<'a>, Reason> {
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
        .set_ip_permissions(Some(document.list(INGRESS).map(permission).collect()))
        .set_ip_permissions_egress(Some(document.list(EGRESS).map(permission).collect()))
        .build();
    Ok(Own { id, document, rules: group::of(&told) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{group, read, row, the};
    use super::*;

    #[test]
    fn a_cluster_stands_for_the_group_that_eks_tagged() {
        let cluster = row(
            "AWS::EKS::Cluster",
            "main",
            &json!({
                "Name": "main", "Version": "1.33", "RoleArn": "arn:role", "OpenIdConnectIssuerUrl": "https://oidc.eks/id/1",
                "ResourcesVpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": [], "EndpointPublicAccess": true,
                    "EndpointPrivateAccess": false, "PublicAccessCidrs": ["0.0.0.0/0"]},
                "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "audit"}, {"Type": "api"}]}},
            }),
        );
        let found = read(&[cluster.clone(), group("sg-eks", Some("main")), group("sg-1", None)]);
        let told: eks::Cluster = the(&found);
        assert_eq!((told.subnets, told.enabled_log_types), (links(["subnet-1"]), known_list(["api", "audit"])));
        assert!(told.security_groups.known().unwrap().is_absent() && told.endpoint_public_access.is(&true));
        assert!(!told.group_ingress.known().unwrap().is_empty() && told.auto_mode.reason().is_some());
        // Rules that are not told are not none.
        assert!(told.group_egress.reason().is_some());
        let resource = found.iter().find(|resource| resource.kind() == "aws.eks.cluster").unwrap();
        assert!(
            ["main", "oidc.eks/id/1", "sg-eks"].iter().all(|name| resource.identifiers.iter().any(|one| one == name))
        );
        let alone: eks::Cluster = the(&read(&[cluster]));
        assert!(alone.group_ingress.reason().is_some());
    }

    #[test]
    fn a_load_balancer_tells_its_attributes_but_not_its_web_acl() {
        let balancer = |kind: &str, attributes: &Json| {
            let document = json!({"loadBalancerArn": "arn:lb", "loadBalancerName": "web", "scheme": "internet-facing", "type": kind,
                "availabilityZones": [{"subnetId": "subnet-1"}, {"subnetId": "subnet-2"}], "securityGroups": [{"value": "sg-1"}]});
            let mut row = row("AWS::ElasticLoadBalancingV2::LoadBalancer", "arn:lb", &document);
            row["supplementaryConfiguration"] = json!({"LoadBalancerAttributes": attributes});
            the::<elb::LoadBalancer>(&read(&[row]))
        };
        let of = |kind: &str| {
            let (logs, protection) = ("access_logs.s3.enabled", "deletion_protection.enabled");
            balancer(kind, &json!([{"key": logs, "value": "true"}, {"key": protection, "value": "often"}]))
        };
        let told = of("application");
        assert!(told.internal.is(&false) && told.access_logs.is(&true) && told.drop_invalid_header_fields.is(&false));
        // What is no flag is no answer, nor is a list without anything.
        assert!(told.deletion_protection.reason().is_some());
        assert!(
            [json!([]), json!({}), Json::Null]
                .iter()
                .all(|odd| balancer("network", odd).access_logs.reason().is_some())
        );
        assert_eq!((told.subnets, told.security_groups), (links(["subnet-1", "subnet-2"]), links(["sg-1"])));
        assert!(told.web_acl_attached.reason().is_some() && of("network").web_acl_attached.is(&false));
    }
}
