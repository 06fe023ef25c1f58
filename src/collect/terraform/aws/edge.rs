//! Load balancers, certificates and web ACLs: Terraform types → kinds.

mod certificates;
mod listeners;
mod load_balancers;
mod web_acl_rules;
mod web_acls;

use super::{OwnerType, PartType, Types};

pub(super) const TYPES: Types = Types {
    owners: &[
        OwnerType { types: &["aws_lb", "aws_alb"], map: load_balancers::load_balancer },
        OwnerType { types: &["aws_lb_listener", "aws_alb_listener"], map: listeners::listener },
        OwnerType { types: &["aws_lb_target_group", "aws_alb_target_group"], map: load_balancers::target_group },
        OwnerType { types: &["aws_elb"], map: load_balancers::classic_load_balancer },
        OwnerType { types: &["aws_acm_certificate", "data.aws_acm_certificate"], map: certificates::certificate },
        OwnerType { types: &["aws_iam_server_certificate"], map: certificates::server_certificate },
        OwnerType { types: &["aws_wafv2_web_acl"], map: web_acls::web_acl },
    ],
    parts: &[
        PartType {
            types: &["aws_lb_listener_rule", "aws_alb_listener_rule"],
            owners: &["aws.elb.listener"],
            owner: "listener_arn",
            path: &["rules"],
            join: listeners::rule,
            outside: None,
        },
        PartType {
            types: &["aws_lb_listener_certificate", "aws_alb_listener_certificate"],
            owners: &["aws.elb.listener"],
            owner: "listener_arn",
            path: &["certificates"],
            join: listeners::certificate,
            outside: None,
        },
        PartType {
            types: &["aws_lb_target_group_attachment", "aws_alb_target_group_attachment"],
            owners: &["aws.elb.target_group"],
            owner: "target_group_arn",
            path: &["targets"],
            join: load_balancers::attachment,
            outside: None,
        },
        PartType {
            types: &["aws_wafv2_web_acl_association"],
            owners: &["aws.elb.load_balancer"],
            owner: "resource_arn",
            path: &["web_acls"],
            join: web_acls::association,
            outside: None,
        },
        PartType {
            types: &["aws_wafregional_web_acl_association"],
            owners: &["aws.elb.load_balancer"],
            owner: "resource_arn",
            path: &["classic_web_acl"],
            join: web_acls::classic_association,
            outside: None,
        },
        PartType {
            types: &["aws_wafv2_web_acl_logging_configuration"],
            owners: &["aws.wafv2.web_acl"],
            owner: "resource_arn",
            path: &["logging"],
            join: web_acls::logging,
            outside: None,
        },
    ],
    aliases: &[("aws_acm_certificate_validation", "certificate_arn")],
};
