//! Which block of the source says what a finding is about: the resource's own, or that of a part, a
//! rule, a route, a policy of its own.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde_json::Value as Json;

use crate::evaluate::element::{POINTERS, named};
use crate::inventory::{Inventory, Origin, Resource};

/// Attributes that facts are derived from, by the start of the kind's name.
const FACTS: &[(&str, &str, &str)] = &[
    ("aws.s3.", "public_access_block", "public_access_block"),
    ("aws.s3.", "public_access_block_written", "public_access_block"),
    ("aws.s3.", "encryption_written", "encryption"),
    ("aws.s3.", "encryption_algorithm", "encryption"),
    ("aws.s3.", "key_owner", "encryption"),
    ("aws.s3.", "denies_plain_http", "policy"),
    ("aws.", "grants", "policy"),
    ("aws.iam.", "statements", "inline_policies"),
];

/// Looks up where things are said.
pub(super) struct Evidence<'a> {
    inventory: &'a Inventory,
    /// Origins of resources and parts by file and address.
    origins: OnceCell<HashMap<(&'a str, &'a str), &'a Origin>>,
}

/// What an element of a list says about where it comes from.
enum Element<'v> {
    /// From this resource of the source.
    Of(&'v str),
    /// From the resource itself.
    Own,
    /// No single element is meant, or it does not tell.
    Untold,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Self {
        Self { inventory, origins: OnceCell::new() }
    }

    /// Returns the origin of what stands at `path`; `value` is what was found there, `tag` names one
    /// element of it.
    pub(super) fn origin<'r>(
        &self,
        resource: &'r Resource,
        path: &[String],
        tag: Option<&str>,
        value: Option<&Json>,
    ) -> &'r Origin
    where
        'a: 'r,
    {
        if let (Some(tag), Some(Json::Array(elements))) = (tag, value) {
            match element(elements, tag) {
                Element::Of(address) => {
                    if let Some(origin) = self.find(resource, address) {
                        return origin;
                    }
                }
                Element::Own => return &resource.origin,
                Element::Untold => {}
            }
            if let Some(origin) = adding(resource, path, tag).or_else(|| self.granting(resource, elements, tag)) {
                return origin;
            }
        }
        match derived(resource.kind(), path) {
            Some(attribute) => resource.origin_of(&[attribute.to_owned()]),
            None => resource.origin_of(path),
        }
    }

    /// Finds a resource or a part by its id or address: of this resource, else of the same input.
    fn find<'r>(&self, resource: &'r Resource, name: &str) -> Option<&'r Origin>
    where
        'a: 'r,
    {
        if let Some(part) = resource.parts.iter().find(|part| &*part.origin.address == name) {
            return Some(&part.origin);
        }
        if let Some(index) = self.inventory.index_of(name) {
            return self.inventory.resources.get(index).map(|found| &found.origin);
        }
        let origins = self.origins.get_or_init(|| {
            let all = self.inventory.resources.iter();
            all.flat_map(|one| std::iter::once(&one.origin).chain(one.parts.iter().map(|part| &part.origin)))
                .map(|origin| ((&*origin.file, &*origin.address), origin))
                .collect()
        });
        origins.get(&(&*resource.origin.file, name)).copied()
    }

    /// Returns the policy that alone grants what an element with `sources` and `policies` says.
    fn granting<'r>(&self, resource: &'r Resource, elements: &[Json], tag: &str) -> Option<&'r Origin>
    where
        'a: 'r,
    {
        let element = elements.iter().find(|element| named(element, tag))?;
        let (sources, policies) = (element.get("sources")?.as_array()?, element.get("policies")?.as_array()?);
        let [source] = sources.as_slice() else { return None };
        match policies.as_slice() {
            [policy] => self.find(resource, policy.as_str()?),
            [] if !source.as_str()?.starts_with("arn:") => Some(resource.origin_of(&["inline_policies".to_owned()])),
            _ => None,
        }
    }
}

/// Returns the attribute that a fact is derived from.
fn derived(kind: &str, path: &[String]) -> Option<&'static str> {
    let [first, fact, ..] = path else { return None };
    let fact = fact.split('[').next().filter(|_| first == "facts")?;
    FACTS.iter().find(|(prefix, name, _)| kind.starts_with(prefix) && *name == fact).map(|(_, _, attribute)| *attribute)
}

fn element<'v>(elements: &'v [Json], tag: &str) -> Element<'v> {
    let mut found: Option<Option<&str>> = None;
    for element in elements.iter().filter(|element| named(element, tag)) {
        let Some(pointer) = POINTERS.iter().find_map(|field| element.get(field)) else { return Element::Untold };
        let pointer = pointer.as_str();
        if found.is_some_and(|before| before != pointer) {
            return Element::Untold;
        }
        found = Some(pointer);
    }
    match found {
        Some(Some(address)) => Element::Of(address),
        Some(None) => Element::Own,
        None => Element::Untold,
    }
}

/// Returns the only part that adds what the tag names to the list at a path.
fn adding<'r>(resource: &'r Resource, path: &[String], tag: &str) -> Option<&'r Origin> {
    let path = path.strip_prefix(&["attributes".to_owned()])?;
    let names = |add: &String| tag.strip_prefix(add.as_str()).is_some_and(|rest| rest.is_empty() || rest == "/actions");
    let mut parts = resource.parts.iter().filter(|part| part.path == path && part.adds.iter().any(names));
    parts.next().filter(|_| parts.next().is_none()).map(|part| &part.origin)
}
