//! Route tables with their routes, and which table holds for which subnet.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{self, RouteState, RouteTableAssociation, RouteTableAssociationStateCode};

use super::{PREFIX_LIST, ROUTE_TABLE, SUBNET, VPC, tags, wants_any};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::ec2::{Route, RouteTable};
use crate::inventory::{Linked, Reason, Value};

pub(super) const DESCRIBE_ROUTE_TABLES: Operation =
    Operation::listing("EC2.DescribeRouteTables", "ec2:DescribeRouteTables", &[ROUTE_TABLE, SUBNET, VPC]);

/// What route tables tell of other things.
#[derive(Debug)]
pub(crate) struct Tables {
    /// Tables that are explicitly associated, by subnet.
    by_subnet: BTreeMap<String, BTreeSet<String>>,
    /// The main table, by VPC.
    main: BTreeMap<String, String>,
    /// Prefix lists that routes name.
    pub(super) prefix_lists: BTreeSet<String>,
    /// Why there may be more.
    pub(crate) read: Result<(), Reason>,
}

impl Tables {
    pub(crate) fn empty() -> Self {
        Self { by_subnet: BTreeMap::new(), main: BTreeMap::new(), prefix_lists: BTreeSet::new(), read: Ok(()) }
    }

    /// Returns the tables that are explicitly associated with a subnet.
    pub(crate) fn of_subnet(&self, subnet: &str) -> Linked {
        match (self.by_subnet.get(subnet), &self.read) {
            (Some(tables), _) => links(tables.iter().cloned()),
            (None, Ok(())) => Linked::default(),
            (None, Err(reason)) => Value::Unknown(reason.clone()),
        }
    }

    /// Returns the main table of a VPC.
    pub(crate) fn main_of(&self, vpc: &str) -> Linked {
        match (self.main.get(vpc), &self.read) {
            (Some(table), _) => links([table.clone()]),
            (None, Ok(())) => Linked::default(),
            (None, Err(reason)) => Value::Unknown(reason.clone()),
        }
    }

    pub(crate) fn note(&mut self, table: &types::RouteTable) {
        let id = table.route_table_id().unwrap_or_default();
        for association in table.associations().iter().filter(|association| holds(association)) {
            if association.main() == Some(true) {
                if let Some(vpc) = table.vpc_id() {
                    self.main.insert(vpc.to_owned(), id.to_owned());
                }
            } else if let Some(subnet) = association.subnet_id() {
                self.by_subnet.entry(subnet.to_owned()).or_default().insert(id.to_owned());
            }
        }
        let lists = table.routes().iter().filter_map(|route| route.destination_prefix_list_id.clone());
        self.prefix_lists.extend(lists);
    }
}

/// An association that failed or ends does not hold; its state is left out where it is plain.
fn holds(association: &RouteTableAssociation) -> bool {
    use RouteTableAssociationStateCode::{Disassociated, Disassociating, Failed};
    let state = association.association_state().and_then(|state| state.state());
    !matches!(state, Some(Disassociated | Disassociating | Failed))
}

pub(super) async fn collect(context: &Context, client: &Client) -> Tables {
    let mut known = Tables::empty();
    if !wants_any(context, &[ROUTE_TABLE, SUBNET, VPC, PREFIX_LIST]) {
        return known;
    }
    let mut tables = Vec::new();
    let pages = client.describe_route_tables().into_paginator().page_size(100).send();
    let read = context
        .pages(&DESCRIBE_ROUTE_TABLES, "", pages, |page| tables.extend(page.route_tables.unwrap_or_default()))
        .await;
    known.read = read;
    for table in tables {
        known.note(&table);
        let Some(id) = table.route_table_id.clone() else { continue };
        let attributes = route_table(&table);
        context.add(Described {
            arn: context.arn("ec2", &format!("route-table/{id}")),
            type_name: "AWS::EC2::RouteTable",
            name: None,
            identifiers: vec![id],
            tags: tags(table.tags),
            attributes,
        });
    }
    known
}

pub(crate) fn route_table(table: &types::RouteTable) -> RouteTable {
    let main = table.associations().iter().any(|association| association.main() == Some(true) && holds(association));
    let mut routes: Vec<Route> = table.routes().iter().filter_map(route).collect();
    routes.sort_by_cached_key(|route| format!("{route:?}"));
    RouteTable { vpc: links(table.vpc_id.clone()), main: Value::Known(main), routes: Value::Known(routes) }
}

/// Reads a route; none for the one that keeps traffic inside of the VPC.
fn route(route: &types::Route) -> Option<Route> {
    let (target_kind, target) = target(route);
    if target_kind.is(&"local".to_owned()) {
        return None;
    }
    let range = route.destination_cidr_block.clone().or_else(|| route.destination_ipv6_cidr_block.clone());
    Some(Route {
        destination: Value::Known(range.or_else(|| route.destination_prefix_list_id.clone())),
        destination_prefix_list: links(route.destination_prefix_list_id.clone()),
        target_kind,
        target,
        active: Value::Known(!matches!(route.state, Some(RouteState::Blackhole | RouteState::Filtered))),
        address: None,
    })
}

/// Prefixes of ids that a gateway may have, and what they are.
const GATEWAYS: &[(&str, &str)] = &[
    ("igw-", "internet_gateway"),
    ("vgw-", "virtual_private_gateway"),
    ("eigw-", "egress_only_internet_gateway"),
    ("vpce-", "vpc_endpoint"),
    ("cagw-", "carrier_gateway"),
    ("lgw-", "local_gateway"),
];

fn target(route: &types::Route) -> (Value<String>, Linked) {
    let named = [
        (&route.nat_gateway_id, "nat_gateway"),
        (&route.transit_gateway_id, "transit_gateway"),
        (&route.vpc_peering_connection_id, "vpc_peering_connection"),
        (&route.egress_only_internet_gateway_id, "egress_only_internet_gateway"),
        (&route.carrier_gateway_id, "carrier_gateway"),
        (&route.local_gateway_id, "local_gateway"),
        (&route.core_network_arn, "core_network"),
        (&route.odb_network_arn, "odb_network"),
        // A route to an instance shows its interface too.
        (&route.network_interface_id, "network_interface"),
        (&route.instance_id, "network_interface"),
    ];
    let found = named.into_iter().find_map(|(id, kind)| Some((id.as_ref().filter(|id| !id.is_empty())?, kind)));
    if let Some((id, kind)) = found {
        return (Value::Known(kind.to_owned()), links([id.clone()]));
    }
    match route.gateway_id.as_deref() {
        None | Some("") => (Value::Known("none".to_owned()), Linked::default()),
        Some("local") => (Value::Known("local".to_owned()), Linked::default()),
        Some(id) => {
            let kind = GATEWAYS.iter().find(|(prefix, _)| id.starts_with(prefix));
            let unresolved = || Value::Unknown(Reason::Unresolved(format!("what gateway {id} is")));
            (kind.map_or_else(unresolved, |(_, kind)| Value::Known((*kind).to_owned())), links([id]))
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::RouteTableAssociationState;

    use super::*;

    fn to(build: impl FnOnce(types::builders::RouteBuilder) -> types::builders::RouteBuilder) -> types::Route {
        build(types::Route::builder().destination_cidr_block("0.0.0.0/0")).build()
    }

    #[test]
    fn what_a_route_leads_to_is_told_by_field_and_by_prefix() {
        for (given, kind) in [
            (to(|route| route.gateway_id("igw-1")), "internet_gateway"),
            (to(|route| route.gateway_id("vgw-1")), "virtual_private_gateway"),
            (to(|route| route.gateway_id("vpce-1")), "vpc_endpoint"),
            (to(|route| route.nat_gateway_id("nat-1")), "nat_gateway"),
            (to(|route| route.transit_gateway_id("tgw-1")), "transit_gateway"),
            (to(|route| route.vpc_peering_connection_id("pcx-1")), "vpc_peering_connection"),
            (to(|route| route.egress_only_internet_gateway_id("eigw-1")), "egress_only_internet_gateway"),
            (to(|route| route.carrier_gateway_id("cagw-1")), "carrier_gateway"),
            (to(|route| route.local_gateway_id("lgw-1")), "local_gateway"),
            (to(|route| route.core_network_arn("arn:aws:networkmanager::1:core-network/c")), "core_network"),
            (to(|route| route.instance_id("i-1").network_interface_id("eni-1")), "network_interface"),
            (to(|route| route), "none"),
        ] {
            let route = route(&given).expect("not the local route");
            assert_eq!(route.target_kind, Value::Known(kind.to_owned()), "{given:?}");
            assert_eq!(route.active, Value::Known(true));
        }
        let instance = route(&to(|route| route.instance_id("i-1").network_interface_id("eni-1"))).expect("a route");
        assert_eq!(instance.target, links(["eni-1"]));
        assert!(route(&to(|route| route.gateway_id("new-1"))).expect("a route").target_kind.known().is_none());
    }

    #[test]
    fn the_local_route_is_left_out_and_a_blackhole_is_not_active() {
        assert!(route(&to(|route| route.gateway_id("local"))).is_none());
        let hole = route(&to(|route| route.nat_gateway_id("nat-gone").state(RouteState::Blackhole))).expect("a route");
        assert_eq!(hole.active, Value::Known(false));
    }

    #[test]
    fn a_prefix_list_is_destination_and_link() {
        let given = types::Route::builder().destination_prefix_list_id("pl-1").gateway_id("vpce-1").build();
        let route = route(&given).expect("a route");
        assert_eq!(route.destination, Value::Known(Some("pl-1".to_owned())));
        assert_eq!(route.destination_prefix_list, links(["pl-1"]));
    }

    #[test]
    fn associations_tell_main_and_explicit_tables() {
        let association = |subnet: Option<&str>, main: bool, state: Option<RouteTableAssociationStateCode>| {
            RouteTableAssociation::builder()
                .main(main)
                .set_subnet_id(subnet.map(str::to_owned))
                .set_association_state(state.map(|state| RouteTableAssociationState::builder().state(state).build()))
                .build()
        };
        let table = types::RouteTable::builder()
            .route_table_id("rtb-1")
            .vpc_id("vpc-1")
            .associations(association(None, true, None))
            .associations(association(Some("subnet-1"), false, Some(RouteTableAssociationStateCode::Associated)))
            .associations(association(Some("subnet-2"), false, Some(RouteTableAssociationStateCode::Disassociated)))
            .build();
        let mut tables = Tables::empty();
        tables.note(&table);
        assert_eq!(route_table(&table).main, Value::Known(true));
        assert_eq!(tables.main_of("vpc-1"), links(["rtb-1"]));
        assert_eq!(tables.of_subnet("subnet-1"), links(["rtb-1"]));
        assert_eq!(tables.of_subnet("subnet-2"), Linked::default());
        tables.read = Err(Reason::Denied("ec2:DescribeRouteTables".to_owned()));
        assert_eq!(tables.of_subnet("subnet-1"), links(["rtb-1"]));
        assert!(tables.of_subnet("subnet-2").known().is_none());
    }
}
