//! Effective rules: one element for each rule and peer, with everything that rules ask of it.

use std::collections::BTreeMap;

use crate::inventory::aws::ec2::{EffectiveRule, Peer, PrefixList, SecurityGroupRule};
use crate::inventory::{Edges, Index, Inventory, Linked, Reason, Value};
use crate::relate::{Names, lookup};

use super::ports::{self, Traffic};
use super::ranges::{self, Exposure};
use super::roles::{Assignments, GROUP_KINDS};

/// What the rules of one group are judged against.
pub(crate) struct Context<'a> {
    /// The inventory.
    pub(crate) inventory: &'a Inventory,
    /// Its names.
    pub(crate) names: &'a Names,
    /// Roles of all groups.
    pub(crate) roles: &'a Assignments,
    /// The group, or the cluster that stands for its group.
    pub(crate) group: Index,
    /// IPv4 ranges of the group's VPC.
    pub(crate) vpc: Value<Vec<ipnet::IpNet>>,
    /// Ports of databases that use the group.
    pub(crate) database_ports: Vec<Value<i64>>,
    /// Whether resources of their own hold rules of the group.
    pub(crate) separate_rules: bool,
    /// Ports of target groups that load balancers of the group forward to.
    pub(crate) target_ports: Vec<Value<i64>>,
}

/// Expands the rules of one direction; `ingress` or `egress` begins their tags.
pub(crate) fn expand(
    context: &Context<'_>,
    direction: &str,
    rules: &Value<Vec<SecurityGroupRule>>,
) -> Value<Vec<EffectiveRule>> {
    let rules = match rules {
        Value::Known(rules) => rules,
        Value::Unknown(reason) => return Value::Unknown(reason.clone()),
    };
    // What the state told is of use only where no resource of its own says the same.
    let separate = context.separate_rules || rules.iter().any(|rule| rule.address.is_some());
    let mut all: Vec<(bool, EffectiveRule)> = Vec::with_capacity(rules.len());
    for rule in rules {
        for mut element in elements(context, direction, rule) {
            if rule.observed && separate {
                // It may be the trace of a resource that this plan removes.
                let reason = Reason::Unresolved("whether a rule that only the state shows will stay".to_owned());
                element.present = doubtful(&element.present, &reason);
            }
            all.push((rule.observed, element));
        }
    }
    // Rules of one tag are told apart by what they say, never by where they stand in a list.
    all.sort_by(|(a_observed, a), (b_observed, b)| {
        (a_observed, &a.tag).cmp(&(b_observed, &b.tag)).then_with(|| format!("{a:?}").cmp(&format!("{b:?}")))
    });
    let mut by_tag: BTreeMap<String, EffectiveRule> = BTreeMap::new();
    for (observed, element) in all {
        let better = by_tag
            .get(&element.tag)
            .is_none_or(|known| !observed && !known.present.is(&true) && element.present.is(&true));
        if better || !is_plain(&element) {
            let tag = free_tag(&by_tag, &element, better);
            by_tag.insert(tag.clone(), EffectiveRule { tag, ..element });
        }
    }
    Value::Known(by_tag.into_values().collect())
}

/// Whether the tag says everything: two elements of one tag are then the same rule.
fn is_plain(element: &EffectiveRule) -> bool {
    element.protocol.known().is_some()
        && element.from_port.known().is_some()
        && element.to_port.known().is_some()
        && element.peer.known().is_some()
}

fn free_tag(by_tag: &BTreeMap<String, EffectiveRule>, element: &EffectiveRule, replace: bool) -> String {
    if replace {
        return element.tag.clone();
    }
    let mut number = 2_usize;
    loop {
        let tag = format!("{} #{number}", element.tag);
        if !by_tag.contains_key(&tag) {
            return tag;
        }
        number = number.saturating_add(1);
    }
}

fn elements(context: &Context<'_>, direction: &str, rule: &SecurityGroupRule) -> Vec<EffectiveRule> {
    let traffic = ports::traffic(rule);
    let base = EffectiveRule {
        present: rule.doubt.clone().map_or(Value::Known(true), Value::Unknown),
        protocol: traffic.protocol.clone(),
        from_port: traffic.from_port.clone(),
        to_port: traffic.to_port.clone(),
        icmp_type: traffic.icmp_type.clone(),
        database_port: ports::exactly_one_of(&traffic, &context.database_ports),
        target_port: ports::exactly_one_of(&traffic, &context.target_ports),
        confidence: "certain".to_owned(),
        address: rule.address.clone(),
        public_prefix_length: Value::Known(ranges::NOT_PUBLIC),
        ..EffectiveRule::default()
    };
    let mut expansion = Expansion { context, direction, traffic, base, elements: Vec::new() };
    expansion.ranges("cidr4", &rule.ipv4_ranges);
    expansion.ranges("cidr6", &rule.ipv6_ranges);
    expansion.prefix_lists(rule);
    expansion.groups(rule);
    expansion.own_group(&rule.self_reference);
    expansion.elements
}

struct Expansion<'a> {
    context: &'a Context<'a>,
    direction: &'a str,
    traffic: Traffic,
    base: EffectiveRule,
    elements: Vec<EffectiveRule>,
}

impl Expansion<'_> {
    fn push(&mut self, peer: &str, element: EffectiveRule) {
        let tag = format!("{}[{}/{peer}]", self.direction, self.traffic);
        self.elements.push(EffectiveRule { tag, ..element });
    }

    fn ranges(&mut self, kind: &str, list: &Value<Vec<Value<String>>>) {
        let unknown;
        let (list, present) = match list {
            Value::Known(list) => (list, self.base.present.clone()),
            // It may turn out to be empty.
            Value::Unknown(reason) => {
                unknown = vec![Value::Unknown(reason.clone())];
                (&unknown, doubtful(&self.base.present, reason))
            }
        };
        for range in list {
            let network = range.as_ref().and_then(|text| ranges::parse(text));
            let exposure = network.as_ref().map(Exposure::of);
            let is_range = network.known().is_some();
            let vpc_internal = network.and_then(|network| self.inside_of_vpc(&network));
            let element = EffectiveRule {
                peer_kind: Value::Known(kind.to_owned()),
                peer: range.clone(),
                vpc_untold: is_range && vpc_internal.known().is_none(),
                vpc_internal,
                present: present.clone(),
                ..self.exposed(exposure)
            };
            self.push(range.known().map_or("?", String::as_str), element);
        }
    }

    fn exposed(&self, exposure: Value<Exposure>) -> EffectiveRule {
        EffectiveRule {
            world: exposure.as_ref().map(|exposure| exposure.world),
            public_address_space: exposure.as_ref().map(|exposure| exposure.public),
            public_prefix_length: exposure.map(|exposure| exposure.prefix_length),
            ..self.base.clone()
        }
    }

    fn inside_of_vpc(&self, range: &ipnet::IpNet) -> Value<bool> {
        // No range of a VPC is wider than a /16 or, in IPv6, a /44.
        let too_wide = match range {
            ipnet::IpNet::V4(range) => range.prefix_len() < 16,
            ipnet::IpNet::V6(range) => range.prefix_len() < 44,
        };
        if too_wide {
            return Value::Known(false);
        }
        if matches!(range, ipnet::IpNet::V6(_)) {
            return Value::Unknown(Reason::KnownAfterApply(Some("the IPv6 range of the VPC".to_owned())));
        }
        self.context.vpc.as_ref().map(|blocks| blocks.iter().any(|block| block.contains(range)))
    }

    fn lookup(&self, links: &Linked, kinds: &[&'static str]) -> Edges {
        lookup(self.context.inventory, self.context.names, self.context.group, links, kinds)
    }

    fn prefix_lists(&mut self, rule: &SecurityGroupRule) {
        let edges = self.lookup(&rule.prefix_lists, &["aws.ec2.prefix_list"]);
        let kind = Value::Known("prefix_list".to_owned());
        for &list in &edges.targets {
            let exposure = exposure_of_list(self.context.inventory.get::<PrefixList>(list));
            let id = self.context.inventory.id(list).to_owned();
            let mut element = EffectiveRule {
                peer_kind: kind.clone(),
                peer: Value::Known(id.clone()),
                peer_ids: vec![id.clone()],
                ..self.exposed(exposure)
            };
            if let Some(reason) = &edges.doubt {
                element.present = doubtful(&element.present, reason);
                "pooled".clone_into(&mut element.confidence);
            }
            self.push(&id, element);
        }
        for name in &edges.outside {
            let exposure = Value::Unknown(Reason::NotInInput(name.clone()));
            let mut element = EffectiveRule {
                peer_kind: kind.clone(),
                peer: Value::Known(name.clone()),
                vpc_internal: Value::Unknown(Reason::NotInInput(name.clone())),
                ..self.exposed(exposure)
            };
            if let Some(reason) = &edges.doubt {
                element.present = doubtful(&element.present, reason);
            }
            self.push(name, element);
        }
        if let Some(reason) = nothing_but_doubt(&edges) {
            let element = EffectiveRule {
                peer_kind: kind,
                present: doubtful(&self.base.present, reason),
                peer: Value::Unknown(reason.clone()),
                vpc_internal: Value::Unknown(reason.clone()),
                ..self.exposed(Value::Unknown(reason.clone()))
            };
            self.push("?", element);
        }
    }

    fn groups(&mut self, rule: &SecurityGroupRule) {
        let edges = self.lookup(&rule.security_groups, GROUP_KINDS);
        let kind = Value::Known("security_group".to_owned());
        if let Some(reason) = nothing_but_doubt(&edges) {
            let element = EffectiveRule {
                peer_kind: kind,
                present: doubtful(&self.base.present, reason),
                peer: Value::Unknown(reason.clone()),
                peer_roles: anybody(reason),
                ..self.base.clone()
            };
            self.push("?", element);
            return;
        }
        let mut candidates: Vec<(String, Peer)> = edges
            .targets
            .iter()
            .map(|&group| (self.context.inventory.id(group).to_owned(), self.peer(group)))
            .collect();
        candidates.extend(edges.outside.iter().map(|name| (name.clone(), anybody(&Reason::NotInInput(name.clone())))));
        let Some(reason) = &edges.doubt else {
            for (id, peer_roles) in candidates {
                let element = EffectiveRule {
                    peer_kind: kind.clone(),
                    peer: Value::Known(id.clone()),
                    peer_ids: vec![id.clone()],
                    peer_roles,
                    ..self.base.clone()
                };
                self.push(&id, element);
            }
            return;
        };
        // One or some of the candidates: what they agree on is certain, and the rule stands once.
        let ids: Vec<String> = candidates.iter().map(|(id, _)| id.clone()).collect();
        let mut roles = candidates.into_iter().map(|(_, peer)| peer);
        let first = roles.next().unwrap_or_default();
        let peer_roles = roles.fold(first, |one, other| agreement(&one, &other, reason));
        let element = EffectiveRule {
            peer_kind: kind,
            peer: Value::Unknown(reason.clone()),
            peer_ids: ids.clone(),
            peer_roles,
            confidence: "pooled".to_owned(),
            ..self.base.clone()
        };
        self.push(&ids.join("|"), element);
    }

    fn own_group(&mut self, itself: &Value<bool>) {
        let present = match itself {
            Value::Known(false) => return,
            Value::Known(true) => self.base.present.clone(),
            Value::Unknown(reason) => doubtful(&self.base.present, reason),
        };
        let element = EffectiveRule {
            present,
            peer_kind: Value::Known("self".to_owned()),
            peer: Value::Known("self".to_owned()),
            peer_roles: self.peer(self.context.group),
            ..self.base.clone()
        };
        self.push("self", element);
    }

    fn peer(&self, group: Index) -> Peer {
        let roles = self.context.roles.of(self.context.inventory, group);
        Peer {
            itself: Value::Known(group == self.context.group),
            load_balancer: roles.load_balancer,
            node: roles.node,
            cluster: roles.cluster,
            database_proxy: roles.database_proxy,
            remote_access: roles.remote_access,
        }
    }
}

fn nothing_but_doubt(edges: &Edges) -> Option<&Reason> {
    if edges.targets.is_empty() && edges.outside.is_empty() { edges.doubt.as_ref() } else { None }
}

fn doubtful(present: &Value<bool>, reason: &Reason) -> Value<bool> {
    if present.is(&true) { Value::Unknown(reason.clone()) } else { present.clone() }
}

/// A group of which nothing is known: it may have any role.
fn anybody(reason: &Reason) -> Peer {
    let unknown = || Value::Unknown(reason.clone());
    Peer {
        itself: unknown(),
        load_balancer: unknown(),
        node: unknown(),
        cluster: unknown(),
        database_proxy: unknown(),
        remote_access: unknown(),
    }
}

fn agreement(one: &Peer, other: &Peer, reason: &Reason) -> Peer {
    let agree = |one: &Value<bool>, other: &Value<bool>| match (one, other) {
        (Value::Known(a), Value::Known(b)) if a == b => Value::Known(*a),
        _ => Value::Unknown(reason.clone()),
    };
    Peer {
        itself: agree(&one.itself, &other.itself),
        load_balancer: agree(&one.load_balancer, &other.load_balancer),
        node: agree(&one.node, &other.node),
        cluster: agree(&one.cluster, &other.cluster),
        database_proxy: agree(&one.database_proxy, &other.database_proxy),
        remote_access: agree(&one.remote_access, &other.remote_access),
    }
}

fn exposure_of_list(list: Option<&PrefixList>) -> Value<Exposure> {
    let Some(list) = list else {
        return Value::Known(Exposure::NONE);
    };
    // Names that begin so are AWS's own: nobody else may use them.
    let own = list.name.as_ref().map(|name| name.as_ref().is_some_and(|name| name.starts_with("com.amazonaws.")));
    if own.is(&true) {
        return Value::Known(Exposure::NONE);
    }
    let exposure = list.entries.as_ref().and_then(|entries| {
        let mut all = Value::Known(Exposure::NONE);
        for entry in entries {
            let one = entry.as_ref().and_then(|text| ranges::parse(text)).map(|range| Exposure::of(&range));
            all = match (all, one) {
                (Value::Known(all), Value::Known(one)) => Value::Known(all.or(one)),
                // One entry that opens it to the world decides, whatever the others are.
                (Value::Known(all), _) | (_, Value::Known(all)) if all.world => Value::Known(all),
                (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason),
            };
        }
        all
    });
    match own {
        Value::Unknown(reason) if !exposure.is(&Exposure::NONE) => Value::Unknown(reason),
        _ => exposure,
    }
}
