//! Where the default routes of each route table lead.
//!
//! A default route is one for all destinations, or one of several wide ones that cover all of them
//! together, such as `0.0.0.0/1` and `128.0.0.0/1`; the ranges may stand in a prefix list.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::inventory::aws::ec2::{PrefixList, Route, RouteTable, Vpc};
use crate::inventory::{Edges, Index, Inventory, Kind as _, Reason, Value};
use crate::relate::{Names, lookup};

/// Kinds that a route may lead to.
const TARGETS: &[&str] = &[
    "aws.ec2.internet_gateway",
    "aws.ec2.egress_only_internet_gateway",
    "aws.ec2.nat_gateway",
    "aws.ec2.network_interface",
];

/// Ranges up to this length count as wide: several of them may make a default route.
const WIDE: u8 = 4;

/// A default route of a table.
#[derive(Debug, Clone)]
pub(super) struct Default {
    /// `ipv4`, `ipv6`, or unknown with the destination.
    pub(super) family: Value<&'static str>,
    /// The destination as the source writes it.
    pub(super) destination: Option<String>,
    /// Why it may be no default route after all.
    pub(super) doubt: Option<Reason>,
    /// What it leads to.
    pub(super) target_kind: Value<String>,
    /// The target.
    pub(super) target: Edges,
    /// Address of the source's own resource.
    pub(super) address: Option<String>,
}

/// A route table as far as its default routes go.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Its default routes, and those that may be.
    pub(super) defaults: Value<Vec<Default>>,
    /// Whether one of them leads to an internet gateway.
    pub(super) public: Value<bool>,
}

/// Reads all route tables; a VPC stands for its main table where routes are added by way of it.
pub(super) fn tables(inventory: &Inventory, names: &Names) -> BTreeMap<Index, Table> {
    let tables = inventory.of::<RouteTable>().map(|(index, _, table)| (index, &table.routes));
    let of_vpcs = inventory.of::<Vpc>().map(|(index, _, vpc)| (index, &vpc.main_routes));
    tables.chain(of_vpcs).map(|(index, routes)| (index, read(inventory, names, index, routes))).collect()
}

struct Parsed<'a> {
    route: &'a Route,
    ranges: Vec<IpNet>,
    /// Why its ranges are not the whole truth.
    doubt: Option<Reason>,
}

fn read(inventory: &Inventory, names: &Names, holder: Index, routes: &Value<Vec<Route>>) -> Table {
    let routes = match routes {
        Value::Known(routes) => routes,
        Value::Unknown(reason) => {
            return Table { defaults: Value::Unknown(reason.clone()), public: Value::Unknown(reason.clone()) };
        }
    };
    let parsed: Vec<Parsed<'_>> = routes
        .iter()
        .filter(|route| !route.active.is(&false))
        .map(|route| parse(inventory, names, holder, route))
        .collect();
    let any_doubt = parsed.iter().find_map(|route| route.doubt.clone());
    let wide_v4 = covers(parsed.iter().flat_map(|route| &route.ranges), false);
    let wide_v6 = covers(parsed.iter().flat_map(|route| &route.ranges), true);

    let mut defaults = Vec::new();
    for route in &parsed {
        let mut families: Vec<(Value<&'static str>, Option<Reason>)> = Vec::new();
        for (family, six, covered) in [("ipv4", false, wide_v4), ("ipv6", true, wide_v6)] {
            let of_family = || route.ranges.iter().filter(|range| matches!(range, IpNet::V6(_)) == six);
            let wide = |range: &&IpNet| range.prefix_len() <= WIDE;
            if of_family().any(is_everything) || (covered && of_family().any(|range| wide(&range))) {
                families.push((Value::Known(family), None));
            } else if let Some(reason) = any_doubt.as_ref().filter(|_| of_family().any(|range| wide(&range))) {
                // The range that is missing for a cover may be the one that is not told.
                families.push((Value::Known(family), Some(reason.clone())));
            }
        }
        if let Some(reason) = route.doubt.as_ref().filter(|_| families.is_empty()) {
            families.push((Value::Unknown(reason.clone()), Some(reason.clone())));
        }
        for (family, doubt) in families {
            defaults.push(Default {
                family,
                destination: route.route.destination.known().cloned().flatten(),
                doubt: doubt.or_else(|| route.route.active.reason().cloned()),
                target_kind: route.route.target_kind.clone(),
                target: lookup(inventory, names, holder, &route.route.target, TARGETS),
                address: route.route.address.clone(),
            });
        }
    }
    let public = public(&defaults);
    Table { defaults: Value::Known(defaults), public }
}

/// Returns whether default traffic reaches an internet gateway: certainly, certainly not, or it
/// depends on what is not told.
fn public(defaults: &[Default]) -> Value<bool> {
    let mut doubt = None;
    for default in defaults {
        match (&default.target_kind, &default.doubt) {
            (Value::Known(kind), _) if kind != "internet_gateway" => {}
            (Value::Known(_), None) => return Value::Known(true),
            (Value::Known(_), Some(reason)) | (Value::Unknown(reason), _) => {
                doubt.get_or_insert_with(|| reason.clone());
            }
        }
    }
    doubt.map_or(Value::Known(false), Value::Unknown)
}

fn parse<'a>(inventory: &Inventory, names: &Names, holder: Index, route: &'a Route) -> Parsed<'a> {
    let mut ranges = Vec::new();
    let mut doubt = None;
    let lists = lookup(inventory, names, holder, &route.destination_prefix_list, &[PrefixList::NAME]);
    match &route.destination {
        Value::Known(Some(destination)) => match destination.parse::<IpNet>() {
            Ok(range) => ranges.push(range.trunc()),
            Err(_) if lists.targets.is_empty() => {
                doubt = Some(Reason::NotInInput(format!("what {destination} stands for")));
            }
            Err(_) => {}
        },
        Value::Known(None) if lists.is_absent() => {
            doubt = Some(Reason::Unresolved("the destination of a route".to_owned()));
        }
        Value::Known(None) => {}
        Value::Unknown(reason) => doubt = Some(reason.clone()),
    }
    doubt = doubt.or_else(|| lists.incomplete());
    for list in lists.targets.iter().filter_map(|&list| inventory.get::<PrefixList>(list)) {
        match &list.entries {
            Value::Known(entries) => {
                for entry in entries {
                    match entry.as_ref().map(|entry| entry.parse::<IpNet>()) {
                        Value::Known(Ok(range)) => ranges.push(range.trunc()),
                        Value::Known(Err(_)) => {
                            doubt.get_or_insert_with(|| Reason::Unresolved("an entry of a prefix list".to_owned()));
                        }
                        Value::Unknown(reason) => {
                            doubt.get_or_insert(reason);
                        }
                    }
                }
            }
            Value::Unknown(reason) => {
                doubt.get_or_insert_with(|| reason.clone());
            }
        }
    }
    if lists.doubt.is_some() && lists.targets.len() + lists.outside.len() > 1 {
        // One of several lists: a range of one of them is certain only if there is nothing else.
        ranges.clear();
    }
    Parsed { route, ranges, doubt }
}

/// Every destination of a family. All of the internet in IPv6 lies in `2000::/3`.
fn is_everything(range: &IpNet) -> bool {
    match range {
        IpNet::V4(range) => range.prefix_len() == 0,
        IpNet::V6(range) => internet_v6().is_some_and(|internet| range.contains(&internet)),
    }
}

fn internet_v6() -> Option<Ipv6Net> {
    Ipv6Net::new(std::net::Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3).ok()
}

/// Returns whether the wide ranges of a family cover all of it together.
fn covers<'a>(ranges: impl Iterator<Item = &'a IpNet>, six: bool) -> bool {
    let wide = ranges.filter(|range| range.prefix_len() <= WIDE);
    if six {
        let ranges: Vec<Ipv6Net> = wide
            .filter_map(|range| match range {
                IpNet::V6(range) => Some(*range),
                IpNet::V4(_) => None,
            })
            .collect();
        Ipv6Net::aggregate(&ranges).into_iter().any(|range| is_everything(&IpNet::V6(range)))
    } else {
        let ranges: Vec<Ipv4Net> = wide
            .filter_map(|range| match range {
                IpNet::V4(range) => Some(*range),
                IpNet::V6(_) => None,
            })
            .collect();
        Ipv4Net::aggregate(&ranges).into_iter().any(|range| is_everything(&IpNet::V4(range)))
    }
}
