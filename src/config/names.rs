//! Checks what a configuration says of rules against the rules that there are: profiles, frameworks,
//! globs, and the parameters with their types. Apart from the rest because rules have to be loaded.

use serde_json::{Map, Value as Json, json};

use super::check::meant;
use super::{Config, ConfigFailure};
use crate::policy::failure::{PolicyFailure, Problem, similar};
use crate::policy::load::Policies;
use crate::policy::rule::{Parameter, Rule};
use crate::policy::select::{self, Parameters};

/// Returns the schema of a rule's parameters.
pub(super) fn schema_of(rule: &Rule) -> Json {
    let properties: Map<String, Json> = rule
        .params
        .iter()
        .map(|(name, parameter)| {
            let mut schema = shape(parameter, rule.custom);
            schema.insert("default".into(), parameter.default.clone());
            schema.insert("description".into(), json!(parameter.description));
            (name.clone(), Json::Object(schema))
        })
        .collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// A parameter has the type of its default.
fn shape(parameter: &Parameter, custom: bool) -> Map<String, Json> {
    let mut schema = Map::new();
    let mut all = |values: &mut dyn Iterator<Item = &Json>, key: &str, kind: &str| {
        schema.insert("type".into(), json!(kind));
        let kinds: Option<Vec<&str>> = values.map(kind_of).collect();
        match kinds.as_deref() {
            Some([first, rest @ ..]) if rest.iter().all(|kind| kind == first) => {
                schema.insert(key.into(), json!({"type": first}));
            }
            // The empty lists of the built-in rules are all of names; an author's own may be of anything.
            Some([]) if !custom && kind == "array" => {
                schema.insert(key.into(), json!({"type": "string"}));
            }
            _ => {}
        }
    };
    match &parameter.default {
        Json::Array(values) => all(&mut values.iter(), "items", "array"),
        Json::Object(values) => all(&mut values.values(), "additionalProperties", "object"),
        value => {
            if let Some(kind) = kind_of(value) {
                schema.insert("type".into(), json!(kind));
            }
        }
    }
    schema
}

fn kind_of(value: &Json) -> Option<&'static str> {
    match value {
        Json::Null => None,
        Json::Bool(_) => Some("boolean"),
        Json::Number(number) if number.is_f64() => Some("number"),
        Json::Number(_) => Some("integer"),
        Json::String(_) => Some("string"),
        Json::Array(_) => Some("array"),
        Json::Object(_) => Some("object"),
    }
}

fn in_words(kind: &str) -> &'static str {
    match kind {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        _ => "a table",
    }
}

/// Returns what is wrong with a value: which part, and what was expected.
fn mismatch(name: &str, value: &Json, schema: &Json) -> Option<String> {
    let wanted = schema["type"].as_str()?;
    let found = kind_of(value)?;
    if found != wanted && !(found == "integer" && wanted == "number") {
        let found = if found == "boolean" { "a boolean" } else { in_words(found) };
        return Some(format!("`{name}` is {found}; expected {}", in_words(wanted)));
    }
    match value {
        Json::Array(items) => items
            .iter()
            .zip(1..)
            .find_map(|(item, n)| mismatch(&format!("element {n} of {name}"), item, schema.get("items")?)),
        Json::Object(fields) => fields
            .iter()
            .find_map(|(key, item)| mismatch(&format!("{name}.{key}"), item, schema.get("additionalProperties")?)),
        _ => None,
    }
}

impl Config {
    /// Returns whether the file says anything of rules.
    pub fn names_rules(&self) -> bool {
        let file = &self.file;
        let scans = file.scan.as_deref().unwrap_or_default();
        file.profile.is_some()
            || file.rules.is_some()
            || file.skip_rules.is_some()
            || file.framework.is_some()
            || file.parameters.is_some()
            || file.accounts.is_some()
            || scans.iter().any(|scan| scan.profile.is_some() || scan.parameters.is_some())
    }

    /// Checks what the file says of rules; `policies` are those of the run.
    pub fn check_names(&self, policies: &Policies) -> Result<(), ConfigFailure> {
        let file = &self.file;
        let mut problems = Vec::new();
        let mut told = |path: &[&str], result: Result<(), PolicyFailure>| {
            problems.extend(result.err().map(|failure| self.at_value(path, failure.to_string())));
        };
        let profile = |name: &String| select::check_profile(policies, Some(name));
        if let Some(name) = &file.profile {
            told(&["profile"], profile(name));
        }
        if let Some(framework) = &file.framework {
            told(&["framework"], select::check_framework(policies, Some(framework)));
        }
        for (key, patterns) in [("rules", &file.rules), ("skip_rules", &file.skip_rules)] {
            for (index, pattern) in patterns.iter().flatten().enumerate() {
                told(&[key, &index.to_string()], select::check_pattern(policies, pattern));
            }
        }
        for (account, name) in file.accounts.iter().flatten() {
            told(&["accounts", account], profile(name));
        }
        let scans = file.scan.as_deref().unwrap_or_default();
        for (index, scan) in scans.iter().enumerate() {
            if let Some(name) = &scan.profile {
                told(&["scan", &index.to_string(), "profile"], profile(name));
            }
        }
        self.parameters(policies, &[], file.parameters.as_ref(), &mut problems);
        for (index, scan) in scans.iter().enumerate() {
            self.parameters(policies, &["scan", &index.to_string()], scan.parameters.as_ref(), &mut problems);
        }
        problems.sort();
        if problems.is_empty() { Ok(()) } else { Err(ConfigFailure::Invalid(problems)) }
    }

    fn parameters(&self, policies: &Policies, table: &[&str], set: Option<&Parameters>, problems: &mut Vec<Problem>) {
        for (name, values) in set.into_iter().flatten() {
            let rules: Vec<&Rule> = policies.rules.values().filter(|rule| select::names_rule(name, rule)).collect();
            let path: Vec<&str> = table.iter().copied().chain(["parameters", name]).collect();
            if rules.is_empty() {
                let ids = policies.rules.values().filter(|rule| !rule.params.is_empty()).map(|rule| &*rule.id);
                let message = format!(
                    "there is no rule or control `{name}`{}; `hfscan rules list` shows all",
                    meant(similar(name, ids))
                );
                problems.push(self.at(&path, message));
                continue;
            }
            for (parameter, value) in values {
                let path: Vec<&str> = path.iter().copied().chain([parameter.as_str()]).collect();
                let having: Vec<&&Rule> = rules.iter().filter(|rule| rule.params.contains_key(parameter)).collect();
                if having.is_empty() {
                    let known = || rules.iter().flat_map(|rule| rule.params.keys().map(String::as_str));
                    let message = format!(
                        "`{name}` has no parameter `{parameter}`; expected {}{}",
                        match known().collect::<Vec<_>>() {
                            known if known.is_empty() => "none: remove it".to_owned(),
                            known => format!("one of {}", known.join(", ")),
                        },
                        meant(similar(parameter, known()))
                    );
                    problems.push(self.at(&path, message));
                }
                let wrong = having.iter().find_map(|rule| {
                    let declared = rule.params.get(parameter)?;
                    let schema = Json::Object(shape(declared, rule.custom));
                    Some((mismatch(parameter, value, &schema)?, &declared.default))
                });
                if let Some((message, default)) = wrong {
                    problems.push(self.at_value(&path, format!("{message}; the rule's own value is {default}")));
                }
            }
        }
    }
}
