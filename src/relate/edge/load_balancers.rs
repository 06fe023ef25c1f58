//! Facts of a load balancer: its listeners, the certificates they serve, its targets and whether a
//! web ACL stands before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::aws::acm::Certificate;
use crate::inventory::aws::elb::{
    Listener, ListenerOf, LoadBalancer, LoadBalancerFacts, ServedCertificate, TargetGroup,
};
use crate::inventory::{Edges, Index, Inventory, Reason, Value};
use crate::relate::{Names, lookup};

pub(super) fn derive(inventory: &mut Inventory, names: &Names) {
    let mut attached = Attached::of(inventory);
    let derived: Vec<(Index, LoadBalancerFacts)> = inventory
        .of::<LoadBalancer>()
        .map(|(index, _, attributes)| {
            let listeners = attached.by_load_balancer.remove(&index).unwrap_or_default();
            let homeless = attached.homeless.iter().copied().filter(|&listener| inventory.near(listener, index));
            (index, facts(inventory, names, attributes, &listeners, homeless))
        })
        .collect();
    for (index, derived) in derived {
        if let Some(facts) = inventory.facts_mut::<LoadBalancer>(index) {
            facts.internet_facing = derived.internet_facing;
            facts.listeners = derived.listeners;
            facts.acm_listeners_at_least = derived.acm_listeners_at_least;
            facts.acm_listeners_at_most = derived.acm_listeners_at_most;
            facts.acm_listeners_doubt = derived.acm_listeners_doubt;
            facts.certificates = derived.certificates;
            facts.target_types = derived.target_types;
            facts.protected = derived.protected;
            facts.classic_web_acl_only = derived.classic_web_acl_only;
        }
    }
}

/// Listeners by load balancer, and those that may belong to any.
#[derive(Default)]
struct Attached {
    by_load_balancer: BTreeMap<Index, Vec<(Index, bool)>>,
    homeless: Vec<Index>,
}

impl Attached {
    fn of(inventory: &Inventory) -> Self {
        let mut attached = Self::default();
        for &listener in inventory.indices_of_kind("aws.elb.listener") {
            let edges = inventory.edges(listener, "load_balancer");
            for target in &edges.targets {
                attached.by_load_balancer.entry(*target).or_default().push((listener, edges.doubt.is_none()));
            }
            if edges.targets.is_empty() && edges.doubt.is_some() {
                attached.homeless.push(listener);
            }
        }
        attached
    }
}

fn facts(
    inventory: &Inventory,
    names: &Names,
    attributes: &LoadBalancer,
    listeners: &[(Index, bool)],
    homeless: impl Iterator<Item = Index>,
) -> LoadBalancerFacts {
    let mut facts = LoadBalancerFacts {
        internet_facing: attributes.internal.clone().map(|internal| !internal),
        protected: attributes.web_acl_attached.clone(),
        classic_web_acl_only: classic_only(attributes),
        ..LoadBalancerFacts::default()
    };
    let mut target_types = BTreeSet::new();
    let homeless = homeless.map(|index| (index, false));
    for (index, certain) in listeners.iter().copied().chain(homeless) {
        let Some(listener) = inventory.get::<Listener>(index) else {
            continue;
        };
        facts.listeners.push(ListenerOf {
            id: inventory.id(index).to_owned(),
            port: listener.port.clone(),
            protocol: listener.protocol.clone(),
            certain,
        });
        collect_target_types(inventory, names, index, listener, &mut target_types);
        let https = match (&listener.protocol, certain) {
            (Value::Known(protocol), _) if protocol != "HTTPS" => continue,
            (Value::Known(_), true) => Https::Yes,
            (Value::Known(_), false) => {
                Https::Perhaps(inventory.edges(index, "load_balancer").doubt.clone().unwrap_or_else(|| {
                    Reason::Unresolved("whether the listener belongs to this load balancer".to_owned())
                }))
            }
            (Value::Unknown(reason), _) => Https::Perhaps(reason.clone()),
        };
        count(inventory, index, &https, &mut facts);
    }
    facts.target_types = target_types.into_iter().collect();
    facts
}

fn classic_only(attributes: &LoadBalancer) -> Value<bool> {
    match (&attributes.web_acl_attached, &attributes.classic_web_acl) {
        (Value::Known(true), _) | (_, Value::Known(false)) => Value::Known(false),
        (Value::Known(false), Value::Known(true)) => Value::Known(true),
        (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => Value::Unknown(reason.clone()),
    }
}

/// Whether a listener is an HTTPS listener of the load balancer.
enum Https {
    Yes,
    Perhaps(Reason),
}

fn count(inventory: &Inventory, listener: Index, https: &Https, facts: &mut LoadBalancerFacts) {
    let edges = inventory.edges(listener, "certificates");
    let mut candidates = candidates(inventory, listener, edges);
    let of_acm = |certificate: &ServedCertificate| certificate.issuer.known().is_some_and(|issuer| issuer != "iam");
    let of_iam = |certificate: &ServedCertificate| certificate.issuer.known().is_some_and(|issuer| issuer == "iam");
    let possible = if candidates.is_empty() {
        edges.doubt.is_some()
    } else {
        edges.open || candidates.iter().any(|one| !of_iam(one))
    };
    let certain = if edges.doubt.is_some() {
        // One of them is served, whichever it is.
        !edges.open && !candidates.is_empty() && candidates.iter().all(of_acm)
    } else {
        candidates.iter().any(of_acm)
    };
    let doubt = match https {
        Https::Perhaps(reason) => Some(reason.clone()),
        Https::Yes if candidates.len() > 1 || candidates.is_empty() => edges.doubt.clone(),
        Https::Yes => edges.doubt.clone().filter(|_| !certain),
    };
    if possible {
        facts.acm_listeners_at_most += 1;
        if certain && matches!(https, Https::Yes) {
            facts.acm_listeners_at_least += 1;
        } else {
            let issuer = candidates.iter().find_map(|certificate| certificate.issuer.reason());
            let why = doubt.as_ref().or(issuer).map_or_else(|| "its certificate".to_owned(), ToString::to_string);
            facts.acm_listeners_doubt.get_or_insert(format!("{}: {why}", inventory.id(listener)));
        }
    }
    if let Some(reason) = doubt {
        for certificate in &mut candidates {
            blur(certificate, &reason);
        }
    }
    facts.certificates.append(&mut candidates);
}

/// Makes what could be a fault of the certificate unknown: perhaps another one is served.
fn blur(certificate: &mut ServedCertificate, reason: &Reason) {
    if certificate.issuer.known().is_none_or(|issuer| issuer == "iam") {
        certificate.issuer = Value::Unknown(reason.clone());
    }
    if certificate.status.known().is_none_or(|status| status.as_deref().is_some_and(|status| status != "ISSUED")) {
        certificate.status = Value::Unknown(reason.clone());
    }
    if !certificate.days_left.is(&None) {
        certificate.days_left = Value::Unknown(reason.clone());
    }
}

fn candidates(inventory: &Inventory, listener: Index, edges: &Edges) -> Vec<ServedCertificate> {
    let inside = edges.targets.iter().filter_map(|&index| {
        let certificate = inventory.get::<Certificate>(index)?;
        Some(ServedCertificate {
            listener: inventory.id(listener).to_owned(),
            certificate: inventory.id(index).to_owned(),
            issuer: certificate.issuer.clone(),
            status: certificate.status.clone(),
            days_left: certificate.days_left.clone(),
        })
    });
    let outside = edges.outside.iter().map(|name| ServedCertificate {
        listener: inventory.id(listener).to_owned(),
        certificate: name.clone(),
        issuer: issuer_of(name),
        status: Value::Known(None),
        days_left: Value::Known(None),
    });
    inside.chain(outside).collect()
}

/// An ARN tells the service that keeps a certificate.
fn issuer_of(arn: &str) -> Value<String> {
    let mut fields = arn.split(':');
    match (fields.next(), fields.nth(1)) {
        (Some("arn"), Some("acm")) => Value::Known("acm".to_owned()),
        (Some("arn"), Some("iam")) => Value::Known("iam".to_owned()),
        _ => Value::Unknown(Reason::NotInInput(arn.to_owned())),
    }
}

fn collect_target_types(
    inventory: &Inventory,
    names: &Names,
    holder: Index,
    listener: &Listener,
    types: &mut BTreeSet<Value<String>>,
) {
    let of_rules = listener.rules.known().into_iter().flatten().map(|rule| &rule.actions);
    for actions in std::iter::once(&listener.default_actions).chain(of_rules) {
        for action in actions.known().into_iter().flatten() {
            let edges = lookup(inventory, names, holder, &action.target_groups, &["aws.elb.target_group"]);
            let groups = edges.targets.iter().filter_map(|&index| inventory.get::<TargetGroup>(index));
            types.extend(groups.map(|group| group.target_type.clone()));
            types.extend(edges.incomplete().map(Value::Unknown));
        }
        types.extend(actions.reason().cloned().map(Value::Unknown));
    }
    types.extend(listener.rules.reason().cloned().map(Value::Unknown));
}
