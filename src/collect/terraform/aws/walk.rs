//! Walks a plan with the services' tables: first the types that make a resource, in parallel, then
//! the types that are parts of another one, in the order of the plan.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Belongs, Mapped, OwnerType, PartType, SERVICES, place};
use crate::collect::terraform::address::Mode;
use crate::collect::terraform::{Block, Failure, Opened, Plan, PlannedResource};
use crate::inventory::{Certainty, Gap, Linked, Part, Reason, Resource, Target, Value};

/// Attributes that name several owners at once.
const OWNER_LISTS: &[&str] = &["roles", "users", "groups", "policy_arns"];

/// Parts are opened in batches: in parallel within one, and only one batch is in memory.
const BATCH: usize = 2048;

/// What a plan holds, in normalized form.
#[derive(Debug, Default)]
pub struct Collected {
    /// The resources.
    pub resources: Vec<Resource>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Managed resources of types that hfscan does not model, counted by type.
    pub skipped: BTreeMap<String, usize>,
}

/// The services' tables by type.
struct Tables {
    owners: HashMap<&'static str, &'static OwnerType>,
    parts: HashMap<&'static str, Vec<&'static PartType>>,
    aliases: HashMap<&'static str, &'static str>,
}

impl Tables {
    fn new() -> Self {
        let mut tables = Self { owners: HashMap::new(), parts: HashMap::new(), aliases: HashMap::new() };
        for service in SERVICES {
            for owner in service.owners {
                tables.owners.extend(owner.types.iter().map(|name| (*name, owner)));
            }
            for part in service.parts {
                for name in part.types {
                    tables.parts.entry(name).or_default().push(part);
                }
            }
            tables.aliases.extend(service.aliases.iter().copied());
        }
        tables
    }
}

/// The type as the tables write it: `data.aws_vpc` for a data source.
fn table_type(resource: &PlannedResource) -> String {
    match resource.parsed.mode {
        Mode::Managed => resource.parsed.type_name.clone(),
        Mode::Data => format!("data.{}", resource.parsed.type_name),
    }
}

/// Reads every resource of the plan that hfscan models.
pub fn collect(plan: &Plan) -> Result<Collected, Failure> {
    let tables = Tables::new();
    let mut collected = Collected { gaps: plan.gaps().to_vec(), ..Collected::default() };
    let mut owners: Vec<(usize, &'static OwnerType)> = Vec::new();
    let mut parts: Vec<(usize, &[&'static PartType])> = Vec::new();
    let mut aliases: Vec<(usize, &'static str)> = Vec::new();
    for (position, resource) in plan.resources().iter().enumerate() {
        let name = table_type(resource);
        if let Some(owner) = tables.owners.get(name.as_str()) {
            owners.push((position, owner));
        } else if let Some(types) = tables.parts.get(name.as_str()) {
            parts.push((position, types));
        } else if let Some(attribute) = tables.aliases.get(name.as_str()) {
            aliases.push((position, attribute));
        } else if resource.parsed.mode == Mode::Managed {
            *collected.skipped.entry(name).or_default() += 1;
        }
    }
    let places = place::Places::new(plan);
    collected.resources = owners
        .par_iter()
        .map(|&(position, owner)| {
            let opened = plan.open(position)?;
            let block = opened.block(plan);
            Ok(resource(&block, (owner.map)(&block), &places))
        })
        .collect::<Result<_, Failure>>()?;
    let mut joiner = Joiner::new(plan, collected, places);
    for (position, attribute) in aliases {
        let opened = plan.open(position)?;
        joiner.alias(&opened.block(plan), attribute);
    }
    joiner.waiting =
        parts.iter().filter_map(|(position, _)| Some(plan.id(&plan.resource(*position)?.address))).collect();
    // A part may name its owner by another part, `aws_s3_bucket_versioning.x.bucket`, that comes later.
    let mut last = false;
    while !parts.is_empty() {
        let mut left = Vec::new();
        for batch in parts.chunks(BATCH) {
            let opened: Vec<Opened> =
                batch.par_iter().map(|(position, _)| plan.open(*position)).collect::<Result<_, Failure>>()?;
            for (opened, part) in opened.iter().zip(batch) {
                if !joiner.join(&opened.block(plan), part.1, last) {
                    left.push(*part);
                }
            }
        }
        last = left.len() == parts.len();
        parts = left;
    }
    Ok(joiner.collected)
}

fn resource(block: &Block<'_>, mapped: Mapped, places: &place::Places<'_>) -> Resource {
    let tags = place::tags(block);
    let name = match mapped.name {
        Value::Known(None) => match &tags {
            Value::Known(tags) => tags.get("Name").cloned().map_or(Value::Known(None), |name| name.map(Some)),
            Value::Unknown(reason) => Value::Unknown(reason.clone()),
        },
        name => name,
    };
    let mut identifiers = mapped.identifiers;
    for attribute in ["id", "arn"] {
        if let Value::Known(Some(identifier)) = block.string(attribute) {
            identifiers.push(identifier);
        }
    }
    identifiers.retain(|identifier| !identifier.is_empty());
    identifiers.sort();
    identifiers.dedup();
    // What runs in a cluster belongs to no account.
    let (provider, account, region) = if mapped.attributes.kind().starts_with("kubernetes.") {
        ("kubernetes", Value::Known(None), Value::Known(None))
    } else {
        ("aws", place::Places::account(block), places.region(block))
    };
    Resource {
        id: block.plan().id(block.address()).into(),
        name,
        provider,
        account,
        region,
        tags,
        identifiers,
        origin: places.origin(block),
        parts: Vec::new(),
        attributes: mapped.attributes,
    }
}

/// Returns which policies an attachment adds, so that a finding about one of them finds it.
fn adds(part: &PartType, block: &Block<'_>) -> Vec<String> {
    if part.path != ["attached_policies"] {
        return Vec::new();
    }
    let links = match block.link("policy_arn") {
        Value::Known(links) if links.is_absent() => block.links("policy_arns"),
        links => links,
    };
    let targets = links.known().map(|links| links.targets.clone()).unwrap_or_default();
    targets.into_iter().map(|(Target::Resource(name) | Target::Literal(name))| name).collect()
}

/// Joins parts into their owners.
struct Joiner<'a> {
    plan: &'a Plan,
    collected: Collected,
    places: place::Places<'a>,
    by_id: HashMap<Arc<str>, usize>,
    by_name: HashMap<(&'static str, String), Vec<usize>>,
    /// Ids of the parts that are not joined yet.
    waiting: HashSet<String>,
    /// How many resources the plan itself has; those outside of it come behind them.
    planned: usize,
    /// Types of parts, with the owning attribute, of which one has no owner that can be told, and
    /// whether the plan has one that may be meant.
    doubted: HashMap<(String, &'static str), bool>,
}

impl<'a> Joiner<'a> {
    fn new(plan: &'a Plan, collected: Collected, places: place::Places<'a>) -> Self {
        let mut joiner = Self {
            plan,
            waiting: HashSet::new(),
            planned: collected.resources.len(),
            collected,
            places,
            by_id: HashMap::new(),
            by_name: HashMap::new(),
            doubted: HashMap::new(),
        };
        joiner.index(0..joiner.collected.resources.len());
        joiner
    }

    fn index(&mut self, positions: Range<usize>) {
        for position in positions {
            let Some(resource) = self.collected.resources.get(position) else {
                continue;
            };
            self.by_id.insert(Arc::clone(&resource.id), position);
            for identifier in &resource.identifiers {
                self.by_name.entry((resource.kind(), identifier.clone())).or_default().push(position);
            }
        }
    }

    /// Returns the positions of the owners that a link names, and what it names outside of the plan.
    fn find(&self, links: &Linked, kinds: &[&'static str]) -> (Vec<usize>, Vec<String>) {
        let Some(links) = links.known() else {
            return (Vec::new(), Vec::new());
        };
        let mut found = Vec::new();
        let mut outside = Vec::new();
        for target in &links.targets {
            let (Target::Resource(name) | Target::Literal(name)) = target;
            let by_id = self
                .by_id
                .get(name.as_str())
                .filter(|position| {
                    self.collected.resources.get(**position).is_some_and(|owner| kinds.contains(&owner.kind()))
                })
                .copied();
            let before = found.len();
            match by_id {
                Some(position) => found.push(position),
                None => found.extend(
                    kinds.iter().filter_map(|kind| self.by_name.get(&(*kind, name.clone()))).flatten().copied(),
                ),
            }
            if found.len() == before {
                outside.push(name.clone());
            }
        }
        found.sort_unstable();
        found.dedup();
        (found, outside)
    }

    /// Joins a part into its owners. Returns `false`, with nothing done, where it names an owner by a
    /// part that is not joined yet; not so at `last`.
    fn join(&mut self, block: &Block<'_>, types: &[&'static PartType], last: bool) -> bool {
        let mut owners = Vec::with_capacity(types.len());
        for part in types {
            let many = OWNER_LISTS.contains(&part.owner);
            let links = if many { block.links(part.owner) } else { block.link(part.owner) };
            if let Value::Known(links) = &links
                && links.is_absent()
            {
                continue;
            }
            let (found, outside) = self.find(&links, part.owners);
            let waits = outside.iter().any(|name| self.waiting.contains(name));
            if waits && !last {
                return false;
            }
            let certain =
                links.known().is_some_and(|links| links.certainty == Certainty::All) && (many || found.len() == 1);
            // An owner that only a part tells which cannot be told itself is as good as unknown.
            let told = links.known().is_some() && !waits;
            owners.push((*part, told, certain, found, outside));
        }
        let mut joined = false;
        for (part, told, certain, found, outside) in owners {
            if !told {
                // Where the plan has no owner that could be meant, it is one outside of the plan.
                joined = self.doubt(part, block) || joined || self.outside(part, block, &[]);
                continue;
            }
            let belongs = if certain {
                Belongs::Certainly
            } else {
                Belongs::Perhaps(Reason::Unresolved(format!("which resource {} belongs to", block.address())))
            };
            for position in &found {
                joined = true;
                self.write(*position, part, block, &belongs);
            }
            let many = OWNER_LISTS.contains(&part.owner);
            if found.is_empty() || (many && !outside.is_empty()) {
                joined |= self.outside(part, block, &outside);
            }
        }
        if !joined {
            *self.collected.skipped.entry(block.type_name().to_owned()).or_default() += 1;
        }
        true
    }

    /// Casts doubt on every owner that a part may belong to; once for all parts of a type, as a second
    /// doubt adds nothing. Returns whether there is such an owner.
    fn doubt(&mut self, part: &'static PartType, block: &Block<'_>) -> bool {
        let key = (block.type_name().to_owned(), part.owner);
        if let Some(&found) = self.doubted.get(&key) {
            return found;
        }
        let belongs = Belongs::Perhaps(Reason::Unresolved(format!("which resource {} belongs to", block.address())));
        let owners: Vec<usize> = (0..self.planned)
            .filter(|&position| {
                let owner = self.collected.resources.get(position);
                owner.is_some_and(|owner| part.owners.contains(&owner.kind()))
            })
            .collect();
        for position in &owners {
            self.write(*position, part, block, &belongs);
        }
        self.doubted.insert(key, !owners.is_empty());
        !owners.is_empty()
    }

    fn write(&mut self, position: usize, part: &PartType, block: &Block<'_>, belongs: &Belongs) {
        let Some(owner) = self.collected.resources.get_mut(position) else {
            return;
        };
        (part.join)(&mut owner.attributes, block, belongs);
        owner.parts.push(Part {
            path: part.path.iter().map(|&step| step.to_owned()).collect(),
            adds: adds(part, block),
            origin: self.places.origin(block),
        });
        // A reference to a part, as in `bucket = aws_s3_bucket_versioning.x.bucket`, is one to its owner.
        if *belongs == Belongs::Certainly {
            let id = self.plan.id(block.address());
            owner.identifiers.push(id.clone());
            self.waiting.remove(&id);
            self.by_name.entry((owner.kind(), id)).or_default().push(position);
        }
    }

    /// Makes an owner that the plan only mentions, so that its part is judged.
    fn outside(&mut self, part: &'static PartType, block: &Block<'_>, names: &[String]) -> bool {
        let Some(make) = part.outside else { return false };
        let names: Vec<String> = if names.is_empty() { vec![block.address().to_owned()] } else { names.to_vec() };
        for name in names {
            let mapped =
                Mapped { attributes: make(block), name: Value::Known(Some(name.clone())), identifiers: vec![name] };
            let mut owner = resource(block, mapped, &self.places);
            owner.tags = Value::Unknown(Reason::NotInInput("the resource that this one is a part of".to_owned()));
            let id = if self.by_id.contains_key(&owner.id) {
                format!("{}#{}", owner.id, owner.identifiers.first().map_or("", String::as_str))
            } else {
                owner.id.to_string()
            };
            owner.id = id.into();
            let position = self.collected.resources.len();
            self.collected.resources.push(owner);
            self.index(position..position + 1);
            self.write(position, part, block, &Belongs::Certainly);
        }
        true
    }

    fn alias(&mut self, block: &Block<'_>, attribute: &str) {
        let kinds = crate::inventory::schema::kinds();
        let (found, _) = self.find(&block.link(attribute), kinds);
        let [position] = found.as_slice() else { return };
        if let Some(owner) = self.collected.resources.get_mut(*position) {
            owner.identifiers.push(self.plan.id(block.address()));
        }
    }
}
