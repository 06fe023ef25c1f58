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
        /// Web ACLs that are associated with it: `WAFv2`.
        pub web_acls: Linked,
        /// Whether a `WAFv2` web ACL is associated with it, whichever it is.
        pub web_acl_attached: Value<bool>,
        /// Whether a WAF Classic (regional) web ACL is associated with it.
        pub classic_web_acl: Value<bool>,
    }

    /// What is derived for a load balancer.
    pub struct LoadBalancerFacts {
        /// Where it stands.
        pub placement: super::ec2::Placement,
        /// What its security groups mean for it.
        pub firewall: Firewall,
        /// Whether it has public addresses.
        pub internet_facing: Value<bool>,
        /// Its listeners, also those that perhaps belong to another load balancer.
        pub listeners: Vec<ListenerOf>,
        /// How many HTTPS listeners with an ACM certificate it has at least.
        pub acm_listeners_at_least: u32,
        /// How many HTTPS listeners with an ACM certificate it has at most.
        pub acm_listeners_at_most: u32,
        /// Why the two numbers differ; null when they agree.
        pub acm_listeners_doubt: Option<String>,
        /// Certificates that its HTTPS listeners serve.
        pub certificates: Vec<ServedCertificate>,
        /// Kinds of its targets: `instance`, `ip`, `lambda` or `alb`.
        pub target_types: Vec<Value<String>>,
        /// Whether a `WAFv2` web ACL stands before it.
        pub protected: Value<bool>,
        /// Whether it has no other web ACL than one of WAF Classic.
        pub classic_web_acl_only: Value<bool>,
    }

    /// A listener as its load balancer sees it.
    pub struct ListenerOf {
        /// Id of the listener.
        pub id: String,
        /// Its port.
        pub port: Value<Option<i64>>,
        /// Its protocol.
        pub protocol: Value<String>,
        /// Whether it certainly belongs to this load balancer.
        pub certain: bool,
    }

    /// A certificate that an HTTPS listener serves.
    pub struct ServedCertificate {
        /// Id of the listener.
        pub listener: String,
        /// Id of the certificate, or the ARN of one that is not in the input.
        pub certificate: String,
        /// `acm`, `imported` (into ACM) or `iam`.
        pub issuer: Value<String>,
        /// `ISSUED`, `EXPIRED` …; null while it is not requested yet, or not in the input.
        pub status: Value<Option<String>>,
        /// Days until it ends; null in a plan.
        pub days_left: Value<Option<i64>>,
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
        /// Whether it belongs to this listener; unknown when it may belong to another one.
        pub belongs: Value<bool>,
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
    pub struct ListenerFacts {
        /// What it answers: the default action and that of every rule.
        pub answers: Vec<Answer>,
        /// Lowest TLS version that its policy accepts, such as `1.2`; null without TLS.
        pub min_tls: Value<Option<String>>,
    }

    /// What a listener does with the requests of its default action or of one rule.
    pub struct Answer {
        /// `default`, or the rule: its address, or `rule 10` where it has none.
        pub of: String,
        /// Types of its actions in order, joined by `, `.
        pub action: Value<String>,
        /// Whether it does nothing but redirect to HTTPS.
        pub redirects_to_https: Value<bool>,
    }

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
