//! Web ACLs, what they are associated with and whether they log.

use super::super::{Belongs, Mapped};
use super::web_acl_rules::{Rules, of_blocks, of_json};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::elb::LoadBalancer;
use crate::inventory::aws::wafv2::WebAcl;
use crate::inventory::{Attributes, Kind as _, Reason, Value};

pub(super) fn web_acl(block: &Block<'_>) -> Mapped {
    let Rules { groups, others, rate_limit } = if block.is_data() {
        // A data source tells its name and scope, not its rules.
        Rules::unknown(&Reason::NotInInput("the rules of a web ACL that the plan only reads".to_owned()))
    } else {
        match block.string("rule_json") {
            Value::Known(Some(text)) if !text.is_empty() => of_json(&text),
            Value::Known(_) => of_blocks(block.blocks("rule")),
            Value::Unknown(reason) => Rules::unknown(&reason),
        }
    };
    Mapped {
        name: block.string("name"),
        identifiers: Vec::new(),
        attributes: WebAcl {
            scope: block.string_or("scope", "REGIONAL"),
            default_action: default_action(block),
            rule_groups: groups,
            other_rules: others,
            rate_limit,
            logging: Value::Known(false),
        }
        .into_attributes(),
    }
}

fn default_action(block: &Block<'_>) -> Value<String> {
    block.block("default_action").and_then(|action| match action {
        Some(action) => {
            action.blocks("block").map(|blocks| if blocks.is_empty() { "allow" } else { "block" }.to_owned())
        }
        None => Value::Known("allow".to_owned()),
    })
}

pub(super) fn association(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(load_balancer) = LoadBalancer::attributes_mut(owner) else {
        return;
    };
    match belongs {
        // A load balancer has at most one web ACL.
        Belongs::Certainly => {
            load_balancer.web_acls = block.link("web_acl_arn");
            load_balancer.web_acl_attached = Value::Known(true);
        }
        Belongs::Perhaps(_) if load_balancer.web_acl_attached.is(&true) => {}
        Belongs::Perhaps(reason) => {
            load_balancer.web_acls = Value::Unknown(reason.clone());
            load_balancer.web_acl_attached = Value::Unknown(reason.clone());
        }
    }
}

pub(super) fn classic_association(owner: &mut Attributes, _block: &Block<'_>, belongs: &Belongs) {
    let Some(load_balancer) = LoadBalancer::attributes_mut(owner) else {
        return;
    };
    raise(&mut load_balancer.classic_web_acl, belongs);
}

pub(super) fn logging(owner: &mut Attributes, _block: &Block<'_>, belongs: &Belongs) {
    let Some(acl) = WebAcl::attributes_mut(owner) else {
        return;
    };
    raise(&mut acl.logging, belongs);
}

/// Turns a flag on that a companion resource turns on; a doubtful one does not undo a certain one.
fn raise(flag: &mut Value<bool>, belongs: &Belongs) {
    match belongs {
        Belongs::Certainly => *flag = Value::Known(true),
        Belongs::Perhaps(_) if flag.is(&true) => {}
        Belongs::Perhaps(reason) => *flag = Value::Unknown(reason.clone()),
    }
}
