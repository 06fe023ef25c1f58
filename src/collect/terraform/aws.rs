//! Terraform types of the AWS provider, and of those that fill its clusters, → kinds. Each service's file has two tables: the types that
//! make a resource, and the types that are parts of another one (a bucket's encryption, a route, a
//! role's attachment). This file walks the plan with them.

mod data;
mod edge;
mod eks;
mod iam;
mod network;
mod place;
mod security_groups;
mod storage;
mod walk;
pub mod written;

use crate::collect::terraform::block::Block;
use crate::collect::terraform::kubernetes;
use crate::inventory::{Attributes, Reason, Value};

pub use walk::{Collected, collect};

/// What a Terraform resource becomes.
pub(crate) struct Mapped {
    /// The kind with its fields.
    pub(crate) attributes: Attributes,
    /// Name that people know it by; the `Name` tag and the address stand in when it is null.
    pub(crate) name: Value<Option<String>>,
    /// Ids, ARNs and names by which others may call it, besides `id` and `arn`, which the walker adds.
    pub(crate) identifiers: Vec<String>,
}

/// Terraform types that make a resource of their own.
pub(crate) struct OwnerType {
    /// The types, aliases included.
    pub(crate) types: &'static [&'static str],
    /// Reads one of them.
    pub(crate) map: fn(&Block<'_>) -> Mapped,
}

/// Whether a part certainly belongs to an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Belongs {
    /// It does.
    Certainly,
    /// It belongs to this owner or to another one.
    Perhaps(Reason),
}

/// Terraform types that are parts of another resource.
pub(crate) struct PartType {
    /// The types.
    pub(crate) types: &'static [&'static str],
    /// Kinds of the owner.
    pub(crate) owners: &'static [&'static str],
    /// The attribute that names the owner, or a list of owners.
    pub(crate) owner: &'static str,
    /// The field of the owner that it fills, for evidence.
    pub(crate) path: &'static [&'static str],
    /// Writes the part into its owner. With `Belongs::Perhaps` it writes a doubt instead: the field
    /// (or one more element of it) becomes unknown with that reason.
    pub(crate) join: fn(&mut Attributes, &Block<'_>, &Belongs),
    /// Makes an owner that is not part of the plan: every field unknown (`Reason::NotInInput`) but
    /// for what the part then fills. Without it a part whose owner is outside of the plan is dropped
    /// and counted.
    pub(crate) outside: Option<fn(&Block<'_>) -> Attributes>,
}

/// The tables of a service.
pub(crate) struct Types {
    /// Types that make a resource.
    pub(crate) owners: &'static [OwnerType],
    /// Types that are parts.
    pub(crate) parts: &'static [PartType],
    /// Types that stand for another resource, with the attribute that leads to it: a reference to
    /// `aws_acm_certificate_validation.x` is one to the certificate.
    pub(crate) aliases: &'static [(&'static str, &'static str)],
}

/// Why nothing is known of the owner of a part but what the part says.
fn outside_of(part: &Block<'_>, owner: &str) -> Reason {
    let told = part.string(owner).known().cloned().flatten();
    Reason::NotInInput(told.unwrap_or_else(|| format!("what {} belongs to", part.address())))
}

/// Lists the Terraform types that make a resource of their own, data sources as `data.<type>`.
pub fn owner_types() -> impl Iterator<Item = &'static str> {
    let owners = SERVICES.iter().flat_map(|service| service.owners);
    owners.flat_map(|owner| owner.types.iter().copied())
}

/// Lists the Terraform types that are parts of another resource.
pub fn part_types() -> impl Iterator<Item = &'static str> {
    let parts = SERVICES.iter().flat_map(|service| service.parts);
    parts.flat_map(|part| part.types.iter().copied())
}

const SERVICES: &[Types] = &[
    data::TYPES,
    edge::TYPES,
    eks::TYPES,
    iam::TYPES,
    network::TYPES,
    security_groups::TYPES,
    storage::TYPES,
    kubernetes::TYPES,
];
