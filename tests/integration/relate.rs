//! Facts, from resources that are built by hand.

mod eks;
mod regions;
mod security_groups;

use std::collections::BTreeMap;
use std::sync::Arc;

use hfscan::inventory::{
    Attributes, Certainty, Inventory, Kind, Linked, Links, Origin, Reason, Resource, Target, Value,
};

fn origin(id: &str) -> Origin {
    Origin { file: Arc::from("plan.json"), address: Arc::from(id), type_name: Arc::from(""), line: 1, column: 1 }
}

/// A resource without tags, named by its id alone.
fn resource(id: &str, attributes: Attributes) -> Resource {
    Resource {
        id: Arc::from(id),
        name: Value::Known(None),
        provider: "aws",
        account: Value::Known(None),
        region: Value::Known(None),
        tags: Value::Known(BTreeMap::new()),
        identifiers: Vec::new(),
        origin: origin(id),
        parts: Vec::new(),
        attributes,
    }
}

/// A resource with one tag.
fn tagged(id: &str, attributes: Attributes, tag: &str, value: &str) -> Resource {
    let tags = BTreeMap::from([(tag.to_owned(), Value::Known(value.to_owned()))]);
    Resource { tags: Value::Known(tags), ..resource(id, attributes) }
}

fn to(ids: &[&str]) -> Linked {
    Value::Known(Links::all(ids.iter().map(|id| Target::Resource((*id).to_owned()))))
}

/// A link to one or some of these.
fn some_of(ids: &[&str]) -> Linked {
    to(ids).map(|links| Links { certainty: Certainty::Some, ..links })
}

fn later() -> Reason {
    Reason::KnownAfterApply(None)
}

fn related(resources: Vec<Resource>) -> Inventory {
    hfscan::relate::relate(resources, Vec::new(), false)
}

fn facts<'a, K: Kind>(inventory: &'a Inventory, id: &str) -> &'a K::Facts {
    inventory.facts_of::<K>(inventory.index_of(id).unwrap()).unwrap()
}
