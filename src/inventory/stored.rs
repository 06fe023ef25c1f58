//! A resource as a snapshot keeps it: one JSON object, written and read back without loss.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::kind::{self, Attributes};
use super::resource::{Origin, Part, Resource};
use super::value::Value;

/// Why a resource of a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// This hfscan does not know the kind.
    #[error("`{0}` is no kind that this hfscan knows; the snapshot was made by another version")]
    Kind(String),
    /// It is not the JSON of a resource.
    #[error("column {column}: not a resource as this hfscan writes it", column = .0.column())]
    Json(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    kind: &'a str,
    provider: &'a str,
    name: &'a Value<Option<String>>,
    account: &'a Value<Option<String>>,
    region: &'a Value<Option<String>>,
    tags: &'a Value<BTreeMap<String, Value<String>>>,
    identifiers: &'a [String],
    origin: &'a Origin,
    #[serde(skip_serializing_if = "<[Part]>::is_empty")]
    parts: &'a [Part],
    attributes: &'a Attributes,
}

#[derive(Deserialize)]
struct Read<'a> {
    id: Arc<str>,
    kind: String,
    provider: String,
    name: Value<Option<String>>,
    account: Value<Option<String>>,
    region: Value<Option<String>>,
    tags: Value<BTreeMap<String, Value<String>>>,
    identifiers: Vec<String>,
    origin: Origin,
    #[serde(default)]
    parts: Vec<Part>,
    #[serde(borrow)]
    attributes: &'a RawValue,
}

/// Returns a resource as one line of JSON.
pub fn write(resource: &Resource) -> serde_json::Result<String> {
    serde_json::to_string(&Written {
        id: &resource.id,
        kind: resource.kind(),
        provider: resource.provider,
        name: &resource.name,
        account: &resource.account,
        region: &resource.region,
        tags: &resource.tags,
        identifiers: &resource.identifiers,
        origin: &resource.origin,
        parts: &resource.parts,
        attributes: &resource.attributes,
    })
}

/// Reads a resource back.
pub fn read(json: &str) -> Result<Resource, StoredError> {
    let read: Read<'_> = serde_json::from_str(json)?;
    let attributes = match Attributes::from_json(&read.kind, read.attributes.get()) {
        Some(attributes) => attributes?,
        None => return Err(StoredError::Kind(read.kind)),
    };
    let provider = match read.provider.as_str() {
        "azure" => "azure",
        "kubernetes" => "kubernetes",
        _ => "aws",
    };
    Ok(Resource {
        id: read.id,
        name: read.name,
        provider,
        account: read.account,
        region: read.region,
        tags: read.tags,
        identifiers: read.identifiers,
        origin: read.origin,
        parts: read.parts,
        attributes,
    })
}

/// Returns the kind of this name as the table has it.
pub fn kind_named(name: &str) -> Option<&'static str> {
    kind::NAMES.iter().copied().find(|known| *known == name)
}
