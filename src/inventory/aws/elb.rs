//! Kinds of Elastic Load Balancing.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use super::ec2::Firewall;

model! {
    /// An application, network or gateway load balancer.
    pub struct LoadBalancer {
        /// `application`, `network` or `gateway`.
        pub load_balancer_type: Value<String>,
        /// Whether it has private addresses only.
        pub internal: Value<bool>,
        /// Its subnets, subnet mappings included.
        pub subnets: Linked,
        /// Its security groups; absent means the VPC's default group.
        pub security_groups: Linked,
        /// Whether it drops HTTP headers that are not valid.
        pub drop_invalid_header_fields: Value<bool>,
        /// Whether it is protected from deletion.
        pub deletion_protection: Value<bool>,
        /// Whether it writes access logs.
        pub access_logs: Value<bool>,
        /// Web ACLs that are associated with it: WAFv2.
        pub web_acls: Linked,
        /// Whether a WAF Classic (regional) web ACL is associated with it.
        pub classic_web_acl: Value<bool>,
    }

    /// What is derived for a load balancer.
    pub struct LoadBalancerFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// What its security groups mean for it.
        pub firewall: Firewall,
    }

    /// One action of a listener or of a listener rule.
    pub struct Action {
        /// `forward`, `redirect`, `fixed-response`, `authenticate-oidc` …
        pub action_type: Value<String>,
        /// Protocol that it redirects to: `HTTP`, `HTTPS` or `#{protocol}`.
        pub redirect_protocol: Value<Option<String>>,
        /// Port that it redirects to.
        pub redirect_port: Value<Option<String>>,
        /// `HTTP_301` or `HTTP_302`.
        pub redirect_status: Value<Option<String>>,
        /// Target groups that it forwards to.
        pub target_groups: Linked,
    }

    /// A rule of a listener.
    pub struct ListenerRule {
        /// Its priority.
        pub priority: Value<Option<i64>>,
        /// Its actions, in order.
        pub actions: Value<Vec<Action>>,
        /// Address of the source's own resource.
        pub address: Option<String>,
    }

    /// A listener with its rules.
    pub struct Listener {
        /// The load balancer it belongs to.
        pub load_balancer: Linked,
        /// Port.
        pub port: Value<Option<i64>>,
        /// `HTTP`, `HTTPS`, `TCP`, `TLS`, `UDP`, `TCP_UDP` or `GENEVE`.
        pub protocol: Value<String>,
        /// TLS policy by name; null lets AWS choose.
        pub ssl_policy: Value<Option<String>>,
        /// Certificates, additional ones included.
        pub certificates: Linked,
        /// Default actions, in order.
        pub default_actions: Value<Vec<Action>>,
        /// Its rules besides the default.
        pub rules: Value<Vec<ListenerRule>>,
    }

    /// What is derived for a listener.
    pub struct ListenerFacts {}

    /// A target group.
    pub struct TargetGroup {
        /// `instance`, `ip`, `lambda` or `alb`.
        pub target_type: Value<String>,
        /// Protocol to the targets.
        pub protocol: Value<Option<String>>,
        /// Port of the targets.
        pub port: Value<Option<i64>>,
        /// The VPC of its targets.
        pub vpc: Linked,
        /// Instances that are attached one by one.
        pub targets: Linked,
    }

    /// What is derived for a target group.
    pub struct TargetGroupFacts {}

    /// A classic load balancer.
    pub struct ClassicLoadBalancer {
        /// Whether it has private addresses only.
        pub internal: Value<bool>,
        /// Its subnets.
        pub subnets: Linked,
        /// Zones that it names instead of subnets: it stands in the default VPC then.
        pub availability_zones: Value<Vec<Value<String>>>,
        /// Its security groups.
        pub security_groups: Linked,
        /// Protocols of its listeners on the outer side.
        pub listener_protocols: Value<Vec<Value<String>>>,
    }

    /// What is derived for a classic load balancer.
    pub struct ClassicLoadBalancerFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
    }
}

relations!(LoadBalancer {
    subnets => "aws.ec2.subnet",
    security_groups => "aws.ec2.security_group",
    web_acls => "aws.wafv2.web_acl",
});
relations!(Listener { load_balancer => "aws.elb.load_balancer", certificates => "aws.acm.certificate" });
relations!(TargetGroup { vpc => "aws.ec2.vpc", targets => "aws.ec2.instance" });
relations!(ClassicLoadBalancer { subnets => "aws.ec2.subnet", security_groups => "aws.ec2.security_group" });
