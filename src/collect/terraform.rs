//! Terraform plans: reads the JSON, follows its references, and gives mapping code one resource at a
//! time as a [`Block`].

pub mod address;
pub mod aws;
mod binary;
pub mod block;
mod computed;
pub mod configuration;
mod detect;
pub mod document;
mod echo;
pub mod failure;
mod instances;
mod kubernetes;
pub mod prior;
pub mod reference;
pub mod references;
mod resolved;
mod select;
mod top_level;
mod values;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::inventory::{Gap, Origin};
use crate::source::{Source, read_bytes};

pub use address::{Address, Key, Mode};
pub use block::Block;
pub use document::{Document, PlannedResource};
pub use failure::Failure;
pub use references::{Arity, Resolution, ResolvedTarget, Scope};

use configuration::{Expression, ResourceBlock};
use document::Authored;
use instances::Instances;
use references::{Memory, Walk};
use top_level::TopLevels;

/// A plan, ready to be asked.
#[derive(Debug)]
pub struct Plan {
    document: Document,
    instances: Instances,
    memory: Memory,
    top_levels: TopLevels,
    /// Stands before the addresses when several plans have the same ones; otherwise empty.
    scope: String,
}

/// Makes the ids of several plans unique: where two of them share an address, each plan's ids begin
/// with its name, from the folder on that they have in common: in another checkout, or named from another
/// directory, the ids are the same.
pub fn tell_apart(plans: &mut [(String, Plan)]) {
    let mut seen = HashSet::new();
    let shared =
        plans.iter().flat_map(|(_, plan)| plan.resources()).any(|resource| !seen.insert(Arc::clone(&resource.address)));
    if shared {
        let names: Vec<&str> = plans.iter().map(|(name, _)| name.as_str()).collect();
        let common = common_folder(&names);
        for (name, plan) in plans {
            plan.scope = format!("{}#", name.get(common..).unwrap_or(name));
        }
    }
}

/// Returns the length of the folder, with its last slash, that all paths begin with.
fn common_folder(names: &[&str]) -> usize {
    let Some((first, rest)) = names.split_first() else { return 0 };
    let shared = |folder: &&str| rest.iter().all(|name| name.starts_with(*folder));
    let folders = first.match_indices(['/', std::path::MAIN_SEPARATOR]).map(|(end, slash)| end + slash.len());
    folders.rev().find(|end| first.get(..*end).as_ref().is_some_and(shared)).unwrap_or(0)
}

/// The parsed values of one resource. Kept only while somebody maps it.
#[derive(Debug)]
pub struct Opened {
    position: usize,
    after: Option<Json>,
    after_unknown: Option<Json>,
    after_sensitive: Option<Json>,
}

impl Plan {
    /// Reads a plan: JSON in any encoding, or a saved plan when terraform is on the PATH; `-` is
    /// stdin.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let (file, bytes) = read_bytes(path)?;
        Self::from_bytes(path, file, bytes)
    }

    /// Reads a plan out of the bytes of a file.
    pub fn from_bytes(path: &Path, file: Arc<str>, mut bytes: Vec<u8>) -> Result<Self, Failure> {
        if binary::is_binary(&bytes) {
            bytes = binary::show(&file, path)?;
        }
        Self::parse(Source::from_bytes(file, bytes))
    }

    /// Reads a plan out of a text.
    pub fn parse(source: Source) -> Result<Self, Failure> {
        Ok(Self::of(Document::parse(source)?))
    }

    fn of(document: Document) -> Self {
        let instances = Instances::new(&document.resources, &document.configuration);
        let top_levels = TopLevels::new(document.resources.len(), instances.groups.len());
        Self { document, instances, memory: Memory::default(), top_levels, scope: String::new() }
    }

    /// Returns the id in the inventory of the resource with this address.
    pub fn id(&self, address: &str) -> String {
        format!("{}{address}", self.scope)
    }

    /// Returns the address that an id of this plan's resources stands for.
    pub fn address_of<'i>(&self, id: &'i str) -> &'i str {
        id.strip_prefix(&*self.scope).unwrap_or(id)
    }

    /// Returns the resources and data sources that exist after apply, in the order of the plan.
    pub fn resources(&self) -> &[PlannedResource] {
        &self.document.resources
    }

    /// Returns a resource by its position.
    pub fn resource(&self, position: usize) -> Option<&PlannedResource> {
        self.document.resources.get(position)
    }

    /// Returns the position of the resource with this address.
    pub fn position_of(&self, address: &str) -> Option<usize> {
        self.instances.by_address.get(address).copied()
    }

    /// Returns the document: versions, configuration, variables.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Returns what is odd about the input but does not stop the scan.
    pub fn warnings(&self) -> &[String] {
        &self.document.warnings
    }

    /// Returns what the plan itself says it could not tell.
    pub fn gaps(&self) -> &[Gap] {
        &self.document.gaps
    }

    /// Returns where a resource was read. Share the strings by keeping the result.
    pub fn origin(&self, resource: &PlannedResource) -> Origin {
        Origin {
            file: Arc::clone(self.document.source.name()),
            address: Arc::clone(&resource.address),
            type_name: resource.parsed.type_name.as_str().into(),
            line: resource.position.line,
            column: resource.position.column,
        }
    }

    /// Parses the values of a resource.
    pub fn open(&self, position: usize) -> Result<Opened, Failure> {
        let Some(resource) = self.resource(position) else {
            return Ok(Opened { position, after: None, after_unknown: None, after_sensitive: None });
        };
        let parse = |span: Option<document::Span>| {
            span.map(|span| serde_json::from_str::<Json>(span.get(self.document.source.text()))).transpose().map_err(
                |error| Failure::Resource {
                    file: Arc::clone(self.document.source.name()),
                    position: resource.position,
                    address: Arc::clone(&resource.address),
                    message: match error.classify() {
                        serde_json::error::Category::Syntax => "broken JSON, or nested too deep".to_owned(),
                        _ => "unexpected JSON".to_owned(),
                    },
                },
            )
        };
        Ok(Opened {
            position,
            after: parse(resource.after)?,
            after_unknown: parse(resource.after_unknown)?,
            after_sensitive: parse(resource.after_sensitive)?,
        })
    }

    /// Returns the block of the configuration that a resource comes from, unless it says nothing of
    /// these values.
    pub fn written(&self, position: usize) -> Option<&ResourceBlock> {
        let module = self.instances.modules.get(*self.instances.module_of.get(position)?)?.module?;
        let resource = self.resource(position).filter(|resource| resource.authored != Authored::Never)?;
        self.document.configuration.modules.get(module)?.resources.get(&resource.parsed.local_name())
    }

    /// Returns where an expression of a resource stands.
    pub fn scope(&self, position: usize) -> Scope<'_> {
        let resource = self.resource(position);
        Scope {
            module: self.instances.module_of.get(position).copied().unwrap_or(0),
            key: resource.and_then(|resource| resource.parsed.key.as_ref()),
            for_each: self.written(position).and_then(|block| block.for_each.as_ref()),
        }
    }

    /// Returns where the expressions of the root module's providers stand.
    pub fn root_scope(&self) -> Scope<'_> {
        Scope { module: 0, key: None, for_each: None }
    }

    /// Resolves where an expression leads.
    pub fn resolve(&self, scope: Scope<'_>, expression: &Expression, arity: Arity) -> Resolution {
        let mut walk = self.walk();
        let resolved = walk.expression(expression, scope, &[]);
        walk.finish(resolved, arity, false)
    }

    /// Resolves expressions that share an attribute: which of them holds cannot be told.
    pub(super) fn resolve_pooled(&self, scope: Scope<'_>, expressions: &[&Expression], arity: Arity) -> Resolution {
        let mut walk = self.walk();
        let mut all = resolved::Resolved::default();
        for expression in expressions {
            all = all.merge(walk.expression(expression, scope, &[]));
        }
        walk.finish(all, arity, true)
    }

    /// Returns the value of an expression that is a constant, or hands on one through variables and
    /// `each`. A plan does not tell what functions do with it: use it where a plain mention is likely,
    /// such as a provider's region.
    pub fn resolve_constant(&self, scope: Scope<'_>, expression: &Expression) -> Option<Json> {
        let resolved = self.walk().expression(expression, scope, &[]);
        if !resolved.leads.is_empty() || !resolved.unresolved.is_empty() {
            return None;
        }
        Some(match resolved.literal? {
            resolved::Literal::Key(Key::String(key)) => Json::String(key),
            resolved::Literal::Key(Key::Integer(index)) | resolved::Literal::Index(index) => index.into(),
            resolved::Literal::Json(json) => json,
        })
    }

    fn walk(&self) -> Walk<'_> {
        Walk::new(&self.instances, &self.document.configuration, &self.document.variables, &self.memory)
    }
}

impl Opened {
    /// Returns the resource's attributes.
    pub fn block<'a>(&'a self, plan: &'a Plan) -> Block<'a> {
        Block::of_resource(
            plan,
            self.position,
            self.after.as_ref(),
            self.after_unknown.as_ref(),
            self.after_sensitive.as_ref(),
        )
    }
}
