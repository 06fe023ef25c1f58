//! A cluster as its kind has it.

use aws_sdk_eks::types::{Cluster, VpcConfigResponse};

use super::group::Group;
use super::{tags, told};
use crate::collect::aws::context::{Described, links};
use crate::inventory::aws::ec2::SecurityGroupRule;
use crate::inventory::aws::eks;
use crate::inventory::{Linked, Reason, Value};

/// Maps what the API tells of a cluster. `group` are the rules of the group that EKS made for it; none
/// when that is not told or gone. `arn` stands in for the one of a cluster that cannot be described.
pub(super) fn of(
    arn: &str,
    name: &str,
    described: Result<&Cluster, &Reason>,
    group: Option<&Result<Group, Reason>>,
) -> Described<eks::Cluster> {
    let vpc = |read: &dyn Fn(&VpcConfigResponse) -> Vec<String>| {
        linked(told(described, |cluster| cluster.resources_vpc_config.as_ref().map(read).unwrap_or_default()))
    };
    let rules = |read: fn(&Group) -> &Vec<SecurityGroupRule>| match (described, group) {
        (Err(reason), _) | (_, Some(Err(reason))) => Value::Unknown(reason.clone()),
        (_, Some(Ok(group))) => Value::Known(read(group).clone()),
        (_, None) => Value::Known(Vec::new()),
    };
    let attributes = eks::Cluster {
        cluster_name: Value::Known(Some(name.to_owned())),
        version: told(described, |cluster| cluster.version.clone()),
        role: linked(told(described, |cluster| cluster.role_arn.clone().into_iter().collect())),
        subnets: vpc(&|vpc| vpc.subnet_ids().to_vec()),
        security_groups: vpc(&|vpc| vpc.security_group_ids().to_vec()),
        endpoint_public_access: told(described, |cluster| {
            cluster.resources_vpc_config.as_ref().is_none_or(|vpc| vpc.endpoint_public_access)
        }),
        endpoint_private_access: told(described, |cluster| {
            cluster.resources_vpc_config.as_ref().is_some_and(|vpc| vpc.endpoint_private_access)
        }),
        public_access_cidrs: told(described, ranges),
        enabled_log_types: told(described, log_types),
        secrets_key: linked(told(described, secrets_keys)),
        authentication_mode: told(described, |cluster| {
            let access = cluster.access_config.as_ref()?;
            access.authentication_mode.as_ref().map(|mode| mode.as_str().to_owned())
        }),
        auto_mode: told(described, |cluster| {
            cluster.compute_config.as_ref().and_then(|compute| compute.enabled).unwrap_or(false)
        }),
        group_ingress: rules(|group| &group.ingress),
        group_egress: rules(|group| &group.egress),
    };
    let cluster = described.ok();
    Described {
        arn: cluster.and_then(|cluster| cluster.arn.clone()).unwrap_or_else(|| arn.to_owned()),
        type_name: "AWS::EKS::Cluster",
        name: Some(name.to_owned()),
        identifiers: [Some(name), cluster.and_then(issuer), cluster.and_then(group_of)]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect(),
        tags: told(described, |cluster| tags(cluster.tags())),
        attributes,
    }
}

/// Returns the id of the group that EKS made for a cluster. The cluster stands for that group.
pub(super) fn group_of(cluster: &Cluster) -> Option<&str> {
    let group = cluster.resources_vpc_config.as_ref()?.cluster_security_group_id.as_deref();
    group.filter(|group| !group.is_empty())
}

/// Returns the issuer as `OpenID` Connect providers have it in their names: without `https://`.
fn issuer(cluster: &Cluster) -> Option<&str> {
    let issuer = cluster.identity.as_ref()?.oidc.as_ref()?.issuer.as_deref()?;
    Some(issuer.strip_prefix("https://").unwrap_or(issuer)).filter(|issuer| !issuer.is_empty())
}

fn linked(names: Value<Vec<String>>) -> Linked {
    names.and_then(links)
}

/// Without ranges EKS lets everybody in.
fn ranges(cluster: &Cluster) -> Vec<Value<String>> {
    let told = cluster.resources_vpc_config.as_ref().map(VpcConfigResponse::public_access_cidrs).unwrap_or_default();
    if told.is_empty() {
        return vec![Value::Known("0.0.0.0/0".to_owned())];
    }
    told.iter().cloned().map(Value::Known).collect()
}

fn log_types(cluster: &Cluster) -> Vec<Value<String>> {
    let setups = cluster.logging.as_ref().map(aws_sdk_eks::types::Logging::cluster_logging).unwrap_or_default();
    let enabled = setups.iter().filter(|setup| setup.enabled == Some(true));
    let mut types: Vec<Value<String>> = enabled
        .flat_map(aws_sdk_eks::types::LogSetup::types)
        .map(|one| Value::Known(one.as_str().to_owned()))
        .collect();
    types.sort();
    types.dedup();
    types
}

fn secrets_keys(cluster: &Cluster) -> Vec<String> {
    let configured = cluster.encryption_config().iter();
    configured.filter_map(|configured| configured.provider.as_ref()?.key_arn.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::aws::operation::Operation;
    use crate::inventory::{Links, Target};
    use aws_sdk_eks::types::{
        AccessConfigResponse, AuthenticationMode, ComputeConfigResponse, EncryptionConfig, Identity, LogSetup, LogType,
        Logging, Oidc, Provider,
    };

    fn literals(names: &[&str]) -> Linked {
        Value::Known(Links::all(names.iter().map(|&name| Target::Literal(name.to_owned()))))
    }

    fn whole() -> Cluster {
        Cluster::builder()
            .name("main")
            .arn("arn:aws:eks:us-east-1:111122223333:cluster/main")
            .version("1.33")
            .role_arn("arn:aws:iam::111122223333:role/cluster")
            .resources_vpc_config(
                VpcConfigResponse::builder()
                    .subnet_ids("subnet-1")
                    .subnet_ids("subnet-2")
                    .security_group_ids("sg-extra")
                    .cluster_security_group_id("sg-own")
                    .endpoint_public_access(false)
                    .endpoint_private_access(true)
                    .build(),
            )
            .logging(
                Logging::builder()
                    .cluster_logging(
                        LogSetup::builder().types(LogType::Audit).types(LogType::Api).enabled(true).build(),
                    )
                    .cluster_logging(LogSetup::builder().types(LogType::Scheduler).enabled(false).build())
                    .build(),
            )
            .identity(
                Identity::builder()
                    .oidc(Oidc::builder().issuer("https://oidc.eks.us-east-1.amazonaws.com/id/ABC").build())
                    .build(),
            )
            .encryption_config(
                EncryptionConfig::builder()
                    .provider(Provider::builder().key_arn("arn:aws:kms:us-east-1:111122223333:key/k").build())
                    .build(),
            )
            .access_config(
                AccessConfigResponse::builder().authentication_mode(AuthenticationMode::ApiAndConfigMap).build(),
            )
            .compute_config(ComputeConfigResponse::builder().enabled(true).build())
            .tags("team", "platform")
            .build()
    }

    #[test]
    fn a_cluster_is_called_by_name_arn_issuer_and_by_the_group_that_eks_made() {
        let rules = Ok(Group { ingress: vec![SecurityGroupRule::default()], egress: Vec::new() });
        let described = of("unused", "main", Ok(&whole()), Some(&rules));
        assert_eq!(described.arn, "arn:aws:eks:us-east-1:111122223333:cluster/main");
        assert_eq!(described.identifiers, ["main", "oidc.eks.us-east-1.amazonaws.com/id/ABC", "sg-own"]);
        let cluster = described.attributes;
        assert_eq!(cluster.subnets, literals(&["subnet-1", "subnet-2"]));
        assert_eq!(cluster.security_groups, literals(&["sg-extra"]));
        assert_eq!(cluster.secrets_key, literals(&["arn:aws:kms:us-east-1:111122223333:key/k"]));
        assert!(cluster.endpoint_public_access.is(&false) && cluster.endpoint_private_access.is(&true));
        assert_eq!(cluster.public_access_cidrs, Value::Known(vec![Value::Known("0.0.0.0/0".to_owned())]));
        let logs = ["api", "audit"].map(|one| Value::Known(one.to_owned())).to_vec();
        assert_eq!(cluster.enabled_log_types, Value::Known(logs));
        assert!(cluster.authentication_mode.is(&Some("API_AND_CONFIG_MAP".to_owned())));
        assert!(cluster.auto_mode.is(&true));
        assert_eq!(cluster.group_ingress.known().map(Vec::len), Some(1));
    }

    #[test]
    fn what_the_api_leaves_out_has_the_defaults_of_eks() {
        let cluster = of("arn", "bare", Ok(&Cluster::builder().build()), None).attributes;
        assert_eq!(cluster.subnets, literals(&[]));
        assert_eq!(cluster.secrets_key, literals(&[]));
        assert!(cluster.endpoint_public_access.is(&true) && cluster.endpoint_private_access.is(&false));
        assert_eq!(cluster.enabled_log_types, Value::Known(Vec::new()));
        assert!(cluster.auto_mode.is(&false));
        assert_eq!(cluster.group_egress, Value::Known(Vec::new()));
    }

    #[test]
    fn a_cluster_that_may_not_be_described_is_there_with_unknown_attributes() {
        const DESCRIBE: Operation = Operation::detail("EKS.DescribeCluster", "eks:DescribeCluster", &[], &[]);
        let reason = Reason::Denied(DESCRIBE.action.to_owned());
        let described = of("arn:made", "main", Err(&reason), None);
        assert_eq!(described.arn, "arn:made");
        assert_eq!(described.identifiers, ["main"]);
        assert!(described.attributes.cluster_name.is(&Some("main".to_owned())));
        assert_eq!(described.attributes.version.reason(), Some(&reason));
        assert_eq!(described.attributes.subnets.reason(), Some(&reason));
        assert_eq!(described.attributes.group_ingress.reason(), Some(&reason));
        assert_eq!(described.tags.reason(), Some(&reason));
    }

    #[test]
    fn rules_that_could_not_be_read_are_unknown() {
        let reason = Reason::Denied("ec2:DescribeSecurityGroups".to_owned());
        let cluster = of("arn", "main", Ok(&whole()), Some(&Err(reason.clone()))).attributes;
        assert_eq!(cluster.group_ingress.reason(), Some(&reason));
        assert!(cluster.version.is(&Some("1.33".to_owned())));
    }
}
