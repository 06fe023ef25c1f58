//! Application, network and gateway load balancers, with their attributes and the web ACL before them.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    LoadBalancer, LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerTypeEnum,
};

use super::{LOAD_BALANCER, tags};
use crate::collect::aws::context::{Context, Described, client, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::elb;
use crate::inventory::{Reason, Value};

pub(super) const DESCRIBE_ATTRIBUTES: Operation = Operation::detail(
    "Elastic Load Balancing v2.DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    &[LOAD_BALANCER],
    &["LoadBalancerNotFound"],
);
/// One call for each application load balancer: it is answered even where web ACLs cannot be listed, and
/// one refusal touches one load balancer. A load balancer that is gone has no web ACL.
pub(super) const GET_WEB_ACL: Operation = Operation::detail(
    "WAFV2.GetWebACLForResource",
    "wafv2:GetWebACLForResource",
    &[LOAD_BALANCER],
    &["WAFNonexistentItemException"],
);

/// What a second call tells: `None` if there is nothing, or why it is not told.
type Told<T> = Result<Option<T>, Reason>;

pub(super) async fn collect(context: &Context, client: &Client, found: &[LoadBalancer]) {
    let waf = client!(context, aws_sdk_wafv2);
    let arns: Vec<String> = found.iter().filter_map(|one| one.load_balancer_arn.clone()).collect();
    let mut tags = tags::of(context, client, &arns).await;
    let told = context.each(found, |one| read(context, client, &waf, one)).await;
    for (balancer, told) in found.iter().zip(told) {
        let (Some(arn), Some((attributes, web_acl))) = (balancer.load_balancer_arn.clone(), told) else {
            continue;
        };
        context.add(Described {
            type_name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
            name: balancer.load_balancer_name.clone(),
            identifiers: balancer.load_balancer_name.clone().into_iter().collect(),
            tags: tags.take(&arn),
            attributes: load_balancer(balancer, &attributes, web_acl),
            arn,
        });
    }
}

/// Returns the attributes and the web ACL's ARN of a load balancer; nothing if it is gone.
async fn read(
    context: &Context,
    client: &Client,
    waf: &aws_sdk_wafv2::Client,
    balancer: &LoadBalancer,
) -> Option<(Value<BTreeMap<String, String>>, Told<String>)> {
    let arn = balancer.load_balancer_arn.as_deref()?;
    let call = client.describe_load_balancer_attributes().load_balancer_arn(arn).send();
    let attributes = match context.call(&DESCRIBE_ATTRIBUTES, arn, call).await {
        Ok(answer) => Value::Known(by_key(answer?.attributes.unwrap_or_default())),
        Err(reason) => Value::Unknown(reason),
    };
    if balancer.r#type != Some(LoadBalancerTypeEnum::Application) {
        // Web ACLs stand before no other type.
        return Some((attributes, Ok(None)));
    }
    let answer = context.call(&GET_WEB_ACL, arn, waf.get_web_acl_for_resource().resource_arn(arn).send()).await;
    Some((attributes, answer.map(|answer| Some(answer?.web_acl?.arn))))
}

fn by_key(attributes: Vec<LoadBalancerAttribute>) -> BTreeMap<String, String> {
    attributes.into_iter().filter_map(|one| Some((one.key?, one.value?))).collect()
}

fn load_balancer(
    balancer: &LoadBalancer,
    attributes: &Value<BTreeMap<String, String>>,
    web_acl: Told<String>,
) -> elb::LoadBalancer {
    let zones = balancer.availability_zones.as_deref().unwrap_or_default();
    // A type that lacks an attribute does not do what it stands for.
    let is_on = |key: &str| attributes.as_ref().map(|all| all.get(key).is_some_and(|value| value == "true"));
    let (web_acls, web_acl_attached) = match web_acl {
        Ok(arn) => {
            let attached = arn.is_some();
            (links(arn), Value::Known(attached))
        }
        Err(reason) => (Value::Unknown(reason.clone()), Value::Unknown(reason)),
    };
    elb::LoadBalancer {
        load_balancer_type: Value::Known(
            balancer.r#type.as_ref().map_or("application", LoadBalancerTypeEnum::as_str).to_owned(),
        ),
        internal: Value::Known(balancer.scheme == Some(LoadBalancerSchemeEnum::Internal)),
        subnets: links(zones.iter().filter_map(|zone| zone.subnet_id.as_deref())),
        security_groups: links(balancer.security_groups.clone().unwrap_or_default()),
        drop_invalid_header_fields: is_on("routing.http.drop_invalid_header_fields.enabled"),
        deletion_protection: is_on("deletion_protection.enabled"),
        access_logs: is_on("access_logs.s3.enabled"),
        web_acls,
        web_acl_attached,
        // AWS ended WAF Classic on 30 September 2025 and no SDK of it ships here. Where one is left all
        // the same, the load balancer counts as unprotected, which errs on the safe side.
        classic_web_acl: Value::Known(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Links, Target};
    use aws_sdk_elasticloadbalancingv2::types::AvailabilityZone;

    fn balancer() -> LoadBalancer {
        LoadBalancer::builder()
            .load_balancer_arn("arn:lb")
            .r#type(LoadBalancerTypeEnum::Application)
            .scheme(LoadBalancerSchemeEnum::InternetFacing)
            .security_groups("sg-1")
            .availability_zones(AvailabilityZone::builder().zone_name("a").subnet_id("subnet-1").build())
            .availability_zones(AvailabilityZone::builder().zone_name("b").subnet_id("subnet-2").build())
            .build()
    }

    fn attributes(pairs: &[(&str, &str)]) -> Value<BTreeMap<String, String>> {
        let pairs = pairs.iter().map(|(key, value)| LoadBalancerAttribute::builder().key(*key).value(*value).build());
        Value::Known(by_key(pairs.collect()))
    }

    #[test]
    fn a_load_balancer_is_read_with_its_attributes_and_web_acl() {
        let told = attributes(&[("deletion_protection.enabled", "true"), ("access_logs.s3.enabled", "false")]);
        let read = load_balancer(&balancer(), &told, Ok(Some("arn:acl".to_owned())));
        assert!(read.internal.is(&false) && read.load_balancer_type.is(&"application".to_owned()));
        assert_eq!(read.subnets, links(["subnet-1", "subnet-2"]));
        assert!(read.deletion_protection.is(&true) && read.access_logs.is(&false));
        assert!(read.drop_invalid_header_fields.is(&false));
        assert!(read.web_acl_attached.is(&true) && read.classic_web_acl.is(&false));
        assert!(read.web_acls.is(&Links::all([Target::Literal("arn:acl".to_owned())])));
    }

    #[test]
    fn what_a_call_is_refused_is_unknown_and_the_rest_is_told() {
        let denied = Reason::Denied("x".to_owned());
        let read = load_balancer(&balancer(), &Value::Unknown(denied.clone()), Ok(None));
        assert_eq!(read.deletion_protection, Value::Unknown(denied.clone()));
        assert!(read.web_acl_attached.is(&false) && read.web_acls.known().unwrap().is_absent());
        let read = load_balancer(&balancer(), &attributes(&[]), Err(denied.clone()));
        assert_eq!(read.web_acl_attached, Value::Unknown(denied.clone()));
        assert_eq!(read.web_acls, Value::Unknown(denied));
        assert!(read.access_logs.is(&false));
    }
}
