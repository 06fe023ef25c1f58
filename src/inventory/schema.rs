//! JSON Schema of a kind, as `hfscan schema` prints it and as the policy lint reads it.

use serde_json::{Map, Value as Json, json};

use super::kind;

/// Returns the schema of a resource of this kind as a rule sees it in `input`, if there is such a
/// kind.
pub fn of_kind(name: &str) -> Option<Json> {
    let (attributes, facts) = kind::schemas(name)?;
    let relations: Map<String, Json> = kind::relations_of(name)
        .into_iter()
        .map(|(relation, _)| (relation.to_owned(), json!({"type": "array", "items": {"type": "string"}})))
        .collect();
    Some(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "properties": {
            "id": {"type": "string", "description": "Unique id: plan address or ARN."},
            "kind": {"const": name},
            "name": {"type": ["string", "null"], "description": "Name that people know it by."},
            "provider": {"type": "string"},
            "account": {"type": ["string", "null"]},
            "region": {"type": ["string", "null"]},
            "tags": {"type": "object", "additionalProperties": {"type": "string"}},
            "complete": {"type": "boolean", "description": "Whether the inputs are all there is; if not, a missing companion is unknown, not missing."},
            "attributes": strip(attributes.to_value()),
            "relations": {"type": "object", "properties": relations, "additionalProperties": false},
            "facts": strip(facts.to_value()),
        },
    }))
}

/// Returns the names of all kinds.
pub fn kinds() -> &'static [&'static str] {
    kind::NAMES
}

fn strip(mut schema: Json) -> Json {
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
        object.remove("title");
    }
    schema
}
