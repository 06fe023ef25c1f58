//! Completes an inventory: looks links up, in both directions, and derives facts from several
//! resources once, so that rules need no joins. In: resources from collectors. Out: the inventory
//! that rules read.

mod agree;
mod compute;
mod data;
mod edge;
mod eks;
mod kubernetes;
mod near;
mod network;
mod permissions;
mod placement;
mod security_groups;
pub mod sources;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::inventory::aws::ec2::SecurityGroup;
use crate::inventory::{
    Certainty, Edges, Gap, Incoming, Index, Inventory, Kind as _, Linked, Links, Reason, Resource, Target, Value,
};

/// Resources by the names that others may call them.
#[derive(Debug, Default)]
pub struct Names {
    by_kind: HashMap<&'static str, HashMap<String, Vec<Index>>>,
    /// Default security groups that the input manages, by the id of their VPC.
    default_groups: HashMap<String, Index>,
}

impl Names {
    fn of(resources: &[Resource]) -> Self {
        let mut names = Self::default();
        for (index, resource) in resources.iter().enumerate() {
            if let Some(group) = SecurityGroup::attributes(&resource.attributes)
                && group.default.is(&true)
                && let Value::Known(Links { targets, .. }) = &group.vpc
                && let [Target::Resource(vpc)] = targets.as_slice()
            {
                names.default_groups.insert(vpc.clone(), index);
            }
            let of_kind = names.by_kind.entry(resource.kind()).or_default();
            for identifier in &resource.identifiers {
                let indices = of_kind.entry(identifier.clone()).or_default();
                if indices.last() != Some(&index) {
                    indices.push(index);
                }
            }
        }
        names
    }

    fn find(&self, kinds: &[&'static str], name: &str) -> impl Iterator<Item = Index> {
        kinds.iter().filter_map(move |kind| self.by_kind.get(kind)?.get(name)).flatten().copied()
    }
}

/// Builds an inventory of resources, with relations and facts.
pub fn relate(resources: Vec<Resource>, gaps: Vec<Gap>, complete: bool) -> Inventory {
    build(resources, Inventory { gaps, complete, ..Inventory::default() }, environment())
}

/// Builds the inventory of a live account. What is not in it does not exist, but for what its gaps hide.
pub fn relate_account(resources: Vec<Resource>, gaps: Vec<Gap>, account: &str) -> Inventory {
    let mut environment = environment();
    environment.id = format!("environment/{account}").into();
    environment.name = Value::Known(Some(format!("account {account}")));
    environment.account = Value::Known(Some(account.to_owned()));
    environment.region = Value::Known(Some("global".to_owned()));
    environment.origin.address = environment.id.clone();
    build(resources, Inventory { gaps, complete: true, live: true, ..Inventory::default() }, environment)
}

fn build(mut resources: Vec<Resource>, mut inventory: Inventory, environment: Resource) -> Inventory {
    resources.push(environment);
    resources.sort_by(|a, b| a.id.cmp(&b.id));
    inventory.facts = resources.iter().map(|resource| resource.attributes.empty_facts()).collect();
    for (index, resource) in resources.iter().enumerate() {
        inventory.by_id.insert(resource.id.clone(), index);
        inventory.by_kind.entry(resource.kind()).or_default().push(index);
    }
    let names = Names::of(&resources);
    inventory.resources = resources;
    link(&mut inventory, &names);
    derive(&mut inventory, &names);
    sources::hide(&mut inventory);
    inventory
}

/// Looks the links of an attribute of a resource up among the resources of some kinds.
///
/// A name may be there in several regions and accounts: those that are near the resource are meant, and
/// only where none is near, the others.
pub fn lookup(inventory: &Inventory, names: &Names, holder: Index, links: &Linked, kinds: &[&'static str]) -> Edges {
    let links = match links {
        Value::Known(links) => links,
        Value::Unknown(reason) => {
            return Edges { doubt: Some(reason.clone()), ..Edges::default() };
        }
    };
    let mut edges = Edges::default();
    let mut seen = HashSet::new();
    for target in &links.targets {
        let (Target::Resource(name) | Target::Literal(name)) = target;
        let by_id = inventory
            .index_of(name)
            .filter(|&index| inventory.resources.get(index).is_some_and(|resource| kinds.contains(&resource.kind())));
        // What a VPC gives for a group is its default group.
        let default = || names.default_groups.get(name).copied().filter(|_| kinds.contains(&SecurityGroup::NAME));
        let mut found: Vec<Index> =
            by_id.or_else(default).map_or_else(|| names.find(kinds, name).collect(), |index| vec![index]);
        if found.len() > 1 && found.iter().any(|&index| inventory.near(holder, index)) {
            found.retain(|&index| inventory.near(holder, index));
        }
        if found.len() > 1 {
            // Two resources of one name, as in two plans: which one is meant cannot be told.
            edges.doubt.get_or_insert_with(|| Reason::Unresolved(format!("`{name}` is the name of several resources")));
        }
        if found.is_empty() {
            edges.outside.push(name.clone());
        }
        found.retain(|index| seen.insert(*index));
        edges.targets.append(&mut found);
    }
    edges.targets.sort_unstable();
    if links.certainty != Certainty::All {
        let names: Vec<&str> = links
            .targets
            .iter()
            .take(3)
            .map(|(Target::Resource(name) | Target::Literal(name))| name.as_str())
            .collect();
        let more = links.targets.len().saturating_sub(names.len());
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        // A name that two resources have is in doubt itself.
        edges.at_least = links.certainty == Certainty::AtLeast && edges.doubt.is_none();
        edges.open = matches!(links.certainty, Certainty::AtLeast | Certainty::Open);
        edges.doubt = Some(Reason::Unresolved(match (links.certainty, names.is_empty()) {
            (Certainty::AtLeast, true) => "what the input does not tell".to_owned(),
            (Certainty::AtLeast, false) => format!("{}{tail}, and perhaps others", names.join(", ")),
            (Certainty::Open, _) => format!("{}{tail} or something that the plan does not tell", names.join(", ")),
            _ => format!("one or some of {}{tail}", names.join(", ")),
        }));
    }
    edges
}

fn link(inventory: &mut Inventory, names: &Names) {
    let edges: Vec<BTreeMap<&'static str, Edges>> = inventory
        .resources
        .iter()
        .enumerate()
        .map(|(holder, resource)| {
            let relations = resource.attributes.relations().into_iter();
            relations
                .map(|relation| (relation.name, lookup(inventory, names, holder, relation.links, relation.to)))
                .collect()
        })
        .collect();
    let mut incoming: Vec<Vec<Incoming>> = vec![Vec::new(); inventory.resources.len()];
    for (from, relations) in edges.iter().enumerate() {
        for (relation, edges) in relations {
            for target in &edges.targets {
                if let Some(list) = incoming.get_mut(*target) {
                    list.push(Incoming { from, relation, certain: edges.doubt_of_each().is_none() });
                }
            }
        }
    }
    inventory.edges = edges;
    inventory.incoming = incoming;
}

/// Derives facts; each step may read the facts of the steps before it.
///
/// The order is the order of need: where a subnet leads, then what stands in it, then who may reach
/// it, then who may do what.
fn derive(inventory: &mut Inventory, names: &Names) {
    network::derive(inventory, names);
    placement::derive(inventory, names);
    compute::derive(inventory);
    edge::derive(inventory, names);
    data::derive(inventory, names);
    eks::derive(inventory, names);
    kubernetes::derive(inventory);
    security_groups::derive(inventory, names);
    permissions::derive(inventory, names);
}

fn environment() -> Resource {
    use crate::inventory::environment::Environment;
    use crate::inventory::{Kind as _, Origin};
    let none: std::sync::Arc<str> = "".into();
    Resource {
        id: "environment".into(),
        name: Value::Known(Some("environment".to_owned())),
        provider: "hfscan",
        account: Value::Known(None),
        region: Value::Known(None),
        tags: Value::default(),
        identifiers: Vec::new(),
        origin: Origin { file: none.clone(), address: "environment".into(), type_name: none, line: 1, column: 1 },
        parts: Vec::new(),
        attributes: Environment {}.into_attributes(),
    }
}
