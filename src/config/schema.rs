//! The JSON Schema of the file, for the check and for editors, and the page of its keys.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::file::File;
use super::names;
use crate::policy::load::Policies;

/// Where the schema has the keys of the top.
const TOP: &str = "/properties";

/// Where the schema has the keys of a `[[scan]]`.
const SCAN: &str = "/$defs/Scan/properties";

/// Returns whether a `[[scan]]` may set a key.
pub fn is_of_scan(schema: &Json, key: &str) -> bool {
    schema.pointer(SCAN).is_some_and(|keys| keys.get(key).is_some())
}

/// Returns the type of a key of the top, in the words of JSON Schema; none for a choice of names.
pub fn type_of<'a>(schema: &'a Json, key: &str) -> Option<&'a str> {
    schema.pointer(TOP)?.get(key)?.get("type")?.as_str()
}

/// Returns the schema without what depends on rules.
pub fn of_file() -> Json {
    let mut schema = schemars::schema_for!(File).to_value();
    without_null(&mut schema);
    schema
}

/// Returns the schema with the profiles and parameters that `policies` have, for editors.
pub fn with(policies: &Policies) -> Json {
    let mut schema = of_file();
    let mut rules = Map::new();
    for rule in policies.rules.values().filter(|rule| !rule.params.is_empty()) {
        let mut one = names::schema_of(rule);
        if let Json::Object(one) = &mut one {
            one.insert("description".into(), json!(rule.title));
        }
        rules.insert(rule.id.to_string(), one);
    }
    let profiles: Vec<&String> = policies.profiles.keys().collect();
    if let Some(Json::Object(definitions)) = schema.get_mut("$defs") {
        definitions.insert(
            "Parameters".into(),
            json!({"type": "object", "properties": rules, "additionalProperties": {"type": "object"}}),
        );
    }
    for table in [TOP, SCAN] {
        let Some(properties) = schema.pointer_mut(table) else { continue };
        if let Some(Json::Object(parameters)) = properties.get_mut("parameters") {
            parameters.retain(|name, _| name == "description");
            parameters.insert("$ref".into(), json!("#/$defs/Parameters"));
        }
        if let Some(Json::Object(profile)) = properties.get_mut("profile") {
            // Own profiles are as good, so these are examples, which editors offer.
            profile.insert("examples".into(), json!(profiles));
        }
    }
    schema
}

/// TOML has no null: what is not set is not there.
fn without_null(schema: &mut Json) {
    match schema {
        Json::Object(object) => {
            if let Some(Json::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    object.insert("type".into(), one);
                }
            }
            if let Some(Json::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
                if let [Json::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    object.remove("anyOf");
                    object.extend(only);
                }
            }
            if object.get("default").is_some_and(Json::is_null) {
                object.remove("default");
            }
            object.values_mut().for_each(without_null);
        }
        Json::Array(values) => values.iter_mut().for_each(without_null),
        _ => {}
    }
}

/// Returns the tables of keys for `docs/configuration.md`, in Markdown.
pub fn keys_page() -> String {
    let schema = of_file();
    let mut page = String::from("### At the top\n");
    rows(&mut page, &schema, TOP);
    page.push_str("\n### In `[[scan]]`\n");
    rows(&mut page, &schema, SCAN);
    page
}

fn rows(page: &mut String, root: &Json, table: &str) {
    page.push_str("\n| key | value | meaning | flag |\n|---|---|---|---|\n");
    for (name, schema) in root.pointer(table).and_then(Json::as_object).into_iter().flatten() {
        let about = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
        let flag =
            super::keys::KEYS.iter().find(|key| key.name == name).map_or_else(String::new, |key| match key.target {
                super::keys::Target::Inputs => "INPUT".to_owned(),
                super::keys::Target::Flag(variable) => {
                    format!("`--{}`", variable.trim_start_matches("HFSCAN_").to_lowercase().replace('_', "-"))
                }
            });
        let _ = writeln!(page, "| `{name}` | {} | {about} | {flag} |", shape(root, schema));
    }
}

fn shape(root: &Json, schema: &Json) -> String {
    let resolved =
        schema["$ref"].as_str().and_then(|name| root.pointer(name.trim_start_matches('#'))).unwrap_or(schema);
    let choices = resolved["oneOf"].as_array().into_iter().flatten().filter_map(|choice| choice["const"].as_str());
    let choices: Vec<String> = choices.map(|choice| format!("`{choice}`")).collect();
    if !choices.is_empty() {
        return choices.join(", ");
    }
    match resolved["type"].as_str() {
        Some("boolean") => "`true`, `false`".into(),
        Some("array") if resolved["items"].get("$ref").is_some() => "tables".into(),
        Some("array") => "list of strings".into(),
        Some("object") => "table".into(),
        Some("integer") => "whole number".into(),
        _ => "string".into(),
    }
}
