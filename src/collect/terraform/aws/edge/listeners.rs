//! Listeners with their actions, rules and certificates.

use super::super::{Belongs, Mapped};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::elb::{Action, Listener, ListenerRule};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Linked, Links, Value};

pub(super) fn listener(block: &Block<'_>) -> Mapped {
    Mapped {
        name: Value::Known(None),
        identifiers: Vec::new(),
        attributes: Listener {
            load_balancer: block.link_to("load_balancer_arn", &["aws_lb", "aws_alb"]),
            port: block.integer("port"),
            // Only a gateway load balancer's listener is written without a protocol.
            protocol: block.string_or("protocol", "GENEVE").map(|name| name.to_ascii_uppercase()),
            ssl_policy: block.string("ssl_policy").map(|name| name.filter(|name| !name.is_empty())),
            certificates: block.link("certificate_arn"),
            default_actions: actions(block.blocks("default_action")),
            ..Listener::default()
        }
        .into_attributes(),
    }
}

pub(super) fn rule(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(listener) = Listener::attributes_mut(owner) else {
        return;
    };
    let Value::Known(rules) = &mut listener.rules else {
        return;
    };
    rules.push(ListenerRule {
        priority: block.integer("priority"),
        actions: actions(block.blocks("action")),
        address: Some(block.address().to_owned()),
        belongs: match belongs {
            Belongs::Certainly => Value::Known(true),
            Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
        },
    });
}

pub(super) fn certificate(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(listener) = Listener::attributes_mut(owner) else {
        return;
    };
    let more = match belongs {
        Belongs::Certainly => block.link("certificate_arn"),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    listener.certificates = join(std::mem::take(&mut listener.certificates), more);
}

fn actions(blocks: Value<Vec<Block<'_>>>) -> Value<Vec<Action>> {
    blocks.map(|blocks| blocks.iter().map(action).collect())
}

fn action(block: &Block<'_>) -> Action {
    let redirect = block.block("redirect");
    let of_redirect = |name: &'static str| {
        redirect.as_ref().and_then(|redirect| match redirect {
            Some(redirect) => redirect.string(name),
            None => Value::Known(None),
        })
    };
    Action {
        action_type: block.string_or("type", "forward"),
        redirect_protocol: of_redirect("protocol"),
        redirect_port: of_redirect("port"),
        redirect_status: of_redirect("status_code"),
        target_groups: join(block.link("target_group_arn"), forwarded(block)),
    }
}

fn forwarded(block: &Block<'_>) -> Linked {
    let groups = block.block("forward").and_then(|forward| match forward {
        Some(forward) => forward.blocks("target_group"),
        None => Value::Known(Vec::new()),
    });
    groups.and_then(|groups| groups.iter().map(|group| group.link("arn")).fold(Value::Known(Links::default()), join))
}
