//! Route tables and routes, inline or separate.

use super::super::{Belongs, Mapped};
use super::{elsewhere, mapped, unnamed};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::ec2::{Route, RouteTable, Vpc};
use crate::inventory::link::Links;
use crate::inventory::{Attributes, Kind as _, Linked, Reason, Target, Value};

const VPCS: &[&str] = &["aws_vpc", "aws_default_vpc"];

/// Attributes that name a route's target, what that target is, and the types that they lead to.
/// `gateway_id` is not among them: it may be several things.
const TARGETS: &[(&str, &str, &[&str])] = &[
    ("nat_gateway_id", "nat_gateway", &["aws_nat_gateway"]),
    ("transit_gateway_id", "transit_gateway", &["aws_ec2_transit_gateway"]),
    ("vpc_endpoint_id", "vpc_endpoint", &["aws_vpc_endpoint"]),
    ("vpc_peering_connection_id", "vpc_peering_connection", &["aws_vpc_peering_connection"]),
    ("network_interface_id", "network_interface", &["aws_network_interface"]),
    ("instance_id", "network_interface", &["aws_instance"]),
    ("egress_only_gateway_id", "egress_only_internet_gateway", &["aws_egress_only_internet_gateway"]),
    ("carrier_gateway_id", "carrier_gateway", &["aws_ec2_carrier_gateway"]),
    ("local_gateway_id", "local_gateway", &["aws_ec2_local_gateway"]),
    ("core_network_arn", "core_network", &["aws_networkmanager_core_network"]),
    ("odb_network_arn", "odb_network", &["aws_odb_network"]),
];

/// Types that `gateway_id` leads to, and what they are.
const GATEWAYS: &[(&str, &str)] = &[
    ("aws_internet_gateway", "internet_gateway"),
    ("aws_internet_gateway_attachment", "internet_gateway"),
    ("aws_vpn_gateway", "virtual_private_gateway"),
    ("aws_vpn_gateway_attachment", "virtual_private_gateway"),
    ("aws_egress_only_internet_gateway", "egress_only_internet_gateway"),
    ("aws_vpc_endpoint", "vpc_endpoint"),
];

/// Prefixes of ids that `gateway_id` may have, and what they are.
const PREFIXES: &[(&str, &str)] = &[
    ("igw-", "internet_gateway"),
    ("vgw-", "virtual_private_gateway"),
    ("eigw-", "egress_only_internet_gateway"),
    ("vpce-", "vpc_endpoint"),
    ("local", "local"),
];

pub(super) fn table(block: &Block<'_>) -> Mapped {
    mapped(
        RouteTable { vpc: block.link_to("vpc_id", VPCS), main: Value::Known(false), routes: inline(block, "route") },
        unnamed(),
        Vec::new(),
    )
}

pub(super) fn default_table(block: &Block<'_>) -> Mapped {
    mapped(
        RouteTable {
            vpc: block.link_to("default_route_table_id", VPCS),
            main: Value::Known(true),
            routes: inline(block, "route"),
        },
        unnamed(),
        vec![block.string("default_route_table_id")],
    )
}

pub(super) fn read_table(block: &Block<'_>) -> Mapped {
    let what = format!("routes of {}", block.address());
    let routes = match block.raw("routes") {
        Some(_) => inline(block, "routes"),
        None => elsewhere(&what),
    };
    mapped(
        RouteTable {
            vpc: match block.link_to("vpc_id", VPCS) {
                Value::Known(links) if links.is_absent() => elsewhere(&what),
                links => links,
            },
            main: elsewhere(&what),
            routes,
        },
        unnamed(),
        vec![block.string("route_table_id")],
    )
}

fn inline(block: &Block<'_>, name: &'static str) -> Value<Vec<Route>> {
    block.blocks(name).map(|routes| routes.iter().map(|route| read(route, None)).collect())
}

/// Returns whether the author gave an attribute a value, known or not.
fn is_given(block: &Block<'_>, name: &str) -> bool {
    block.is_unknown(name).is_some() || block.raw(name).is_some_and(|value| !value.as_str().is_some_and(str::is_empty))
}

fn read(block: &Block<'_>, address: Option<String>) -> Route {
    let (target_kind, target) = target(block);
    let ranges = ["destination_cidr_block", "cidr_block", "destination_ipv6_cidr_block", "ipv6_cidr_block"];
    let range = ranges.into_iter().find(|name| is_given(block, name));
    let list = "destination_prefix_list_id";
    Route {
        destination: match range {
            Some(name) => block.string(name),
            None => block.string(list).known().cloned().flatten().filter(|text| !text.is_empty()).into(),
        },
        destination_prefix_list: if is_given(block, list) {
            block.link_to(list, &["aws_ec2_managed_prefix_list"])
        } else {
            Linked::default()
        },
        target_kind,
        target,
        active: Value::Known(true),
        address,
    }
}

fn target(block: &Block<'_>) -> (Value<String>, Linked) {
    let gateway = is_given(block, "gateway_id");
    let given: Vec<&(&str, &str, &[&str])> = TARGETS.iter().filter(|(name, _, _)| is_given(block, name)).collect();
    match (gateway, given.as_slice()) {
        (false, []) => (Value::Known("none".to_owned()), Linked::default()),
        (true, []) => by_gateway(block),
        (false, [(name, kind, types)]) => (Value::Known((*kind).to_owned()), block.link_to(name, types)),
        // A state shows what the provider computed beside what the author wrote.
        (_, several) => {
            let known: Vec<_> = several.iter().filter(|(name, _, _)| block.configured(name)).collect();
            match (gateway && block.configured("gateway_id"), known.as_slice()) {
                (true, []) => by_gateway(block),
                (false, [(name, kind, types)]) => (Value::Known((*kind).to_owned()), block.link_to(name, types)),
                _ => {
                    let reason = Reason::Unresolved("which target a route has".to_owned());
                    (Value::Unknown(reason.clone()), Value::Unknown(reason))
                }
            }
        }
    }
}

/// Tells by reference or by prefix what a `gateway_id` is.
fn by_gateway(block: &Block<'_>) -> (Value<String>, Linked) {
    let types: Vec<&str> = GATEWAYS.iter().map(|(name, _)| *name).collect();
    let links = block.link_to("gateway_id", &types);
    let kind = match &links {
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
        Value::Known(links) => kind_of(block, links),
    };
    (kind, links)
}

fn kind_of(block: &Block<'_>, links: &Links) -> Value<String> {
    let mut kinds = links.targets.iter().map(|target| match target {
        Target::Literal(id) => PREFIXES.iter().find(|(prefix, _)| id.starts_with(prefix)).map(|(_, kind)| *kind),
        Target::Resource(address) => {
            let plan = block.plan();
            let address = plan.address_of(address);
            let resource = plan.position_of(address).and_then(|position| plan.resource(position))?;
            GATEWAYS.iter().find(|(name, _)| *name == resource.parsed.type_name).map(|(_, kind)| *kind)
        }
    });
    match kinds.next().flatten() {
        Some(first) if kinds.all(|kind| kind == Some(first)) => Value::Known(first.to_owned()),
        _ => Value::Unknown(Reason::Unresolved("whether gateway_id is an internet gateway".to_owned())),
    }
}

pub(super) fn join_route(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let mut route = read(block, Some(block.address().to_owned()));
    if let Belongs::Perhaps(reason) = belongs {
        route.destination = Value::Unknown(reason.clone());
        route.destination_prefix_list = Linked::default();
    }
    let routes = if let Some(table) = RouteTable::attributes_mut(owner) {
        &mut table.routes
    } else if let Some(vpc) = Vpc::attributes_mut(owner) {
        // `aws_vpc.x.main_route_table_id`
        &mut vpc.main_routes
    } else {
        return;
    };
    if let Value::Known(routes) = routes {
        routes.push(route);
    }
}

/// A route table that the plan does not manage but adds routes to: it has others.
pub(super) fn table_outside(block: &Block<'_>) -> Attributes {
    let what = "other routes of a table that this plan does not manage";
    RouteTable {
        vpc: elsewhere(what),
        main: elsewhere(what),
        routes: Value::Known(vec![Route {
            destination: elsewhere(what),
            target_kind: elsewhere(what),
            target: elsewhere(what),
            address: Some(block.address().to_owned()),
            active: Value::Known(true),
            ..Route::default()
        }]),
    }
    .into_attributes()
}
