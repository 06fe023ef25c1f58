//! Listeners with their certificates and rules.

use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{Certificate, Listener, LoadBalancer, ProtocolEnum, Rule};

use super::{LISTENER, actions, tags};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::elb;
use crate::inventory::{Reason, Value};

pub(super) const DESCRIBE_LISTENERS: Operation = Operation {
    absent: &["LoadBalancerNotFound"],
    ..Operation::listing(
        "Elastic Load Balancing v2.DescribeListeners",
        "elasticloadbalancing:DescribeListeners",
        &[LISTENER],
    )
};
pub(super) const DESCRIBE_CERTIFICATES: Operation = Operation::detail(
    "Elastic Load Balancing v2.DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListenerCertificates",
    &[LISTENER],
    &["ListenerNotFound"],
);
pub(super) const DESCRIBE_RULES: Operation = Operation::detail(
    "Elastic Load Balancing v2.DescribeRules",
    "elasticloadbalancing:DescribeRules",
    &[LISTENER],
    &["ListenerNotFound"],
);

pub(super) async fn collect(context: &Context, client: &Client, balancers: &[LoadBalancer]) {
    let listed = context.each(balancers, |balancer| listed(context, client, balancer)).await;
    let found: Vec<Listener> = listed.into_iter().flatten().collect();
    let arns: Vec<String> = found.iter().filter_map(|one| one.listener_arn.clone()).collect();
    let mut tags = tags::of(context, client, &arns).await;
    let told = context.each(&found, |one| read(context, client, one)).await;
    for (found, attributes) in found.iter().zip(told) {
        let Some(arn) = found.listener_arn.clone() else {
            continue;
        };
        context.add(Described {
            type_name: "AWS::ElasticLoadBalancingV2::Listener",
            name: None,
            identifiers: Vec::new(),
            tags: tags.take(&arn),
            attributes,
            arn,
        });
    }
}

async fn listed(context: &Context, client: &Client, balancer: &LoadBalancer) -> Vec<Listener> {
    let mut found = Vec::new();
    let Some(arn) = balancer.load_balancer_arn.as_deref() else {
        return found;
    };
    let pages = client.describe_listeners().load_balancer_arn(arn).into_paginator().send();
    let _ =
        context.pages(&DESCRIBE_LISTENERS, arn, pages, |page| found.extend(page.listeners.unwrap_or_default())).await;
    found
}

async fn read(context: &Context, client: &Client, found: &Listener) -> elb::Listener {
    let arn = found.listener_arn.as_deref().unwrap_or_default();
    let mut certificates = Vec::new();
    let certificates = if matches!(found.protocol, Some(ProtocolEnum::Https | ProtocolEnum::Tls)) {
        let pages = client.describe_listener_certificates().listener_arn(arn).into_paginator().send();
        let all = context.pages(&DESCRIBE_CERTIFICATES, arn, pages, |page| {
            certificates.extend(page.certificates.unwrap_or_default());
        });
        all.await.map(|()| certificates)
    } else {
        Ok(certificates)
    };
    let mut rules = Vec::new();
    let rules = if matches!(found.protocol, Some(ProtocolEnum::Http | ProtocolEnum::Https)) {
        let pages = client.describe_rules().listener_arn(arn).into_paginator().send();
        let all = context.pages(&DESCRIBE_RULES, arn, pages, |page| rules.extend(page.rules.unwrap_or_default()));
        all.await.map(|()| rules)
    } else {
        // Only application load balancers have rules besides the default.
        Ok(rules)
    };
    listener(found, certificates, rules)
}

fn listener(
    found: &Listener,
    certificates: Result<Vec<Certificate>, Reason>,
    rules: Result<Vec<Rule>, Reason>,
) -> elb::Listener {
    // The listener itself names its first certificate; the others are told by a call of their own.
    let first = found.certificates.as_deref().unwrap_or_default().iter();
    elb::Listener {
        load_balancer: links(found.load_balancer_arn.clone()),
        port: Value::Known(found.port.map(i64::from)),
        // Listeners of gateway load balancers are told without a protocol.
        protocol: Value::Known(found.protocol.as_ref().map_or("GENEVE", ProtocolEnum::as_str).to_owned()),
        ssl_policy: Value::Known(found.ssl_policy.clone().filter(|name| !name.is_empty())),
        certificates: match certificates {
            Ok(more) => links(first.chain(&more).filter_map(|one| one.certificate_arn.clone())),
            Err(reason) => Value::Unknown(reason),
        },
        default_actions: actions::in_order(found.default_actions.as_deref()),
        rules: match rules {
            Ok(rules) => Value::Known(besides_default(&rules)),
            Err(reason) => Value::Unknown(reason),
        },
    }
}

/// The rules by priority, without the default one, whose priority is no number.
fn besides_default(rules: &[Rule]) -> Vec<elb::ListenerRule> {
    let mut rules: Vec<(i64, &Rule)> = rules
        .iter()
        .filter(|rule| !rule.is_default.unwrap_or(false))
        .filter_map(|rule| Some((rule.priority.as_deref()?.parse().ok()?, rule)))
        .collect();
    rules.sort_by_key(|(priority, _)| *priority);
    let rules = rules.into_iter().map(|(priority, rule)| elb::ListenerRule {
        priority: Value::Known(Some(priority)),
        actions: actions::in_order(rule.actions.as_deref()),
        address: None,
        belongs: Value::Known(true),
    });
    rules.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> Listener {
        Listener::builder()
            .listener_arn("arn:listener")
            .load_balancer_arn("arn:lb")
            .port(443)
            .protocol(ProtocolEnum::Https)
            .ssl_policy("ELBSecurityPolicy-TLS13-1-2-2021-06")
            .certificates(Certificate::builder().certificate_arn("arn:first").build())
            .build()
    }

    #[test]
    fn additional_certificates_are_added_to_the_first() {
        let told = ["arn:first", "arn:second"].map(|arn| Certificate::builder().certificate_arn(arn).build());
        let read = listener(&https(), Ok(told.to_vec()), Ok(Vec::new()));
        assert_eq!(read.certificates, links(["arn:first", "arn:second"]));
        assert!(read.port.is(&Some(443)) && read.protocol.is(&"HTTPS".to_owned()));
        assert_eq!(read.load_balancer, links(["arn:lb"]));
    }

    #[test]
    fn refused_certificates_and_rules_are_unknown() {
        let denied = Reason::Denied("x".to_owned());
        let read = listener(&https(), Err(denied.clone()), Err(denied.clone()));
        assert_eq!(read.certificates, Value::Unknown(denied.clone()));
        assert_eq!(read.rules, Value::Unknown(denied));
        assert!(read.ssl_policy.is(&Some("ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned())));
    }

    #[test]
    fn rules_stand_by_priority_and_the_default_is_none_of_them() {
        let rule = |priority: &str| Rule::builder().priority(priority).is_default(priority == "default").build();
        let rules = besides_default(&[rule("default"), rule("100"), rule("9")]);
        let priorities: Vec<_> = rules.iter().map(|rule| rule.priority.clone()).collect();
        assert_eq!(priorities, [Value::Known(Some(9)), Value::Known(Some(100))]);
        assert!(rules[0].belongs.is(&true) && rules[0].address.is_none());
    }

    #[test]
    fn a_listener_without_a_protocol_is_that_of_a_gateway() {
        let read = listener(&Listener::builder().listener_arn("arn:l").build(), Ok(Vec::new()), Ok(Vec::new()));
        assert!(read.protocol.is(&"GENEVE".to_owned()) && read.port.is(&None));
    }
}
