//! Listeners with their actions, rules and certificates.

use std::collections::BTreeSet;

use super::super::{Belongs, Mapped};
use crate::collect::terraform::Mode;
use crate::collect::terraform::block::Block;
use crate::collect::terraform::top_level::Attribute;
use crate::inventory::aws::elb::{Action, Listener, ListenerRule};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Linked, Links, Reason, Value};

pub(super) fn listener(block: &Block<'_>) -> Mapped {
    Mapped {
        name: Value::Known(None),
        identifiers: Vec::new(),
        attributes: Listener {
            load_balancer: block.link_to("load_balancer_arn", &["aws_lb", "aws_alb"]),
            port: block.integer("port"),
            protocol: protocol(block),
            ssl_policy: block.string("ssl_policy").map(|name| name.filter(|name| !name.is_empty())),
            certificates: block.link("certificate_arn"),
            default_actions: actions(block.blocks("default_action")),
            ..Listener::default()
        }
        .into_attributes(),
    }
}

/// The protocol; left out it is that of the load balancer's type: the provider asks for HTTP before an application
/// load balancer, and the listener of a gateway load balancer has none that can be chosen.
fn protocol(block: &Block<'_>) -> Value<String> {
    let told = block.string("protocol");
    let told = told.map(|name| name.filter(|name| !name.is_empty()).map(|name| name.to_ascii_uppercase()));
    told.and_then(|name| name.map_or_else(|| by_load_balancer(block), Value::Known))
}

fn by_load_balancer(block: &Block<'_>) -> Value<String> {
    if let Value::Known(Some(arn)) = block.string("load_balancer_arn") {
        let gateway = arn.contains(":loadbalancer/gwy/");
        return Value::Known(if gateway { "GENEVE" } else { "HTTP" }.to_owned());
    }
    let of = |type_name: &str| matches!(type_name, "aws_lb" | "aws_alb");
    let types: Option<BTreeSet<String>> = block.references("load_balancer_arn").map(|resolution| {
        let plan = block.plan();
        let balancers = resolution.targets.into_iter().filter_map(|target| {
            let resource = plan.resource(target.position)?;
            let managed = resource.parsed.mode == Mode::Managed && of(&resource.parsed.type_name);
            managed.then(|| match plan.attribute(target.position, "load_balancer_type") {
                Attribute::Text(text) => text.into_owned(),
                Attribute::Other => "application".to_owned(),
                Attribute::Unknown => String::new(),
            })
        });
        balancers.collect()
    });
    let types: Vec<String> = types.into_iter().flatten().collect();
    match types.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["application"] => Value::Known("HTTP".to_owned()),
        ["gateway"] => Value::Known("GENEVE".to_owned()),
        _ => Value::Unknown(Reason::Unresolved("the type of the load balancer".to_owned())),
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
