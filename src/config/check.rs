//! Checks a TOML document against a JSON Schema and tells every mistake in one go, each with line
//! and column. The schema is our own, so only what it uses is understood.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::policy::failure::{Problem, similar};
use crate::source::{Position, Source};

/// Where a key and its value stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) key: Position,
    pub(super) value: Position,
}

/// The places of all keys, by path: `["scan", "0", "profile"]`.
pub(super) type Places = BTreeMap<Vec<String>, Place>;

/// Words in a key that say that its value is nobody's business.
const SECRET: &[&str] =
    &["token", "secret", "password", "passwd", "credential", "api_key", "apikey", "private_key", "access_key"];

/// Beginnings of values that are tokens whatever their key.
const TOKENS: &[&str] = &["ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "AKIA", "ASIA"];

/// Checks a document; `root` resolves references of the schema and names the keys of the top.
pub(super) fn check(source: &Source, schema: &Json, table: &Spanned<DeTable<'_>>) -> (Places, Vec<Problem>) {
    let mut checker = Checker { source, root: schema, places: Places::new(), problems: Vec::new(), path: Vec::new() };
    checker.table(table.get_ref(), schema, table.span().start);
    checker.problems.sort();
    (checker.places, checker.problems)
}

struct Checker<'a> {
    source: &'a Source,
    root: &'a Json,
    places: Places,
    problems: Vec<Problem>,
    path: Vec<String>,
}

impl<'a> Checker<'a> {
    fn problem(&mut self, offset: usize, message: String) {
        let Position { line, column } = self.source.position(offset);
        self.problems.push(Problem::new(self.source.name(), line, column, message));
    }

    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let pointer = schema.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix('#'));
        pointer.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }

    fn table(&mut self, table: &DeTable<'_>, schema: &'a Json, start: usize) {
        let known = schema.get("properties").and_then(Json::as_object);
        let others = schema.get("additionalProperties");
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            self.path.push(name.to_owned());
            let place =
                Place { key: self.source.position(key.span().start), value: self.source.position(value.span().start) };
            self.places.insert(self.path.clone(), place);
            match known.and_then(|known| known.get(name)).or_else(|| others.filter(|others| others.is_object())) {
                Some(schema) => self.value(name, value, schema),
                None if others.is_none() => self.loose(name, value),
                None => {
                    let message = self.unknown(name, known);
                    self.problem(key.span().start, message);
                }
            }
            self.path.pop();
        }
        let required = schema.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
        for name in required.filter(|name| !table.contains_key(*name)) {
            self.problem(start, format!("{} lacks `{name}`; add it", self.here()));
        }
    }

    /// Names the table that is being read.
    fn here(&self) -> String {
        let names: Vec<&str> = self
            .path
            .iter()
            .filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit()))
            .map(String::as_str)
            .collect();
        match (names.is_empty(), names.len() == self.path.len()) {
            (true, _) => "the file".to_owned(),
            (_, true) => format!("[{}]", names.join(".")),
            (_, false) => format!("[[{}]]", names.join(".")),
        }
    }

    fn unknown(&self, name: &str, known: Option<&serde_json::Map<String, Json>>) -> String {
        let lower = name.to_lowercase().replace('-', "_");
        if SECRET.iter().any(|word| lower.contains(word)) {
            return format!(
                "`{name}` looks like a secret, which has no place in a file that is committed; \
                 remove it and set it in the environment, as docs/configuration.md says"
            );
        }
        let known: Vec<&str> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let top = self.root.get("properties").and_then(|top| top.get(name)).is_some();
        if top && self.path.len() > 1 {
            return format!("`{name}` belongs to the top of the file; move it above the first [table]");
        }
        let suggestion = similar(&lower, known.iter().copied());
        let expected = if known.is_empty() { "no key".into() } else { format!("one of {}", known.join(", ")) };
        format!("unknown key `{name}`; expected {expected}{}", meant(suggestion))
    }

    fn value(&mut self, name: &str, value: &Spanned<DeValue<'_>>, schema: &'a Json) {
        let schema = self.resolve(schema);
        let start = value.span().start;
        if !fits(value.get_ref(), schema) {
            let wanted = schema.get("type").and_then(Json::as_str);
            if let (DeValue::Integer(_), Some("integer" | "number")) = (value.get_ref(), wanted) {
                self.problem(start, format!("`{name}` is no number that fits; expected a smaller one"));
                return;
            }
            let found = found(value.get_ref());
            let brackets = match schema.get("items").map(|items| self.resolve(items)) {
                Some(items) if !fits(value.get_ref(), items) => String::new(),
                Some(_) if value.get_ref().is_table() => format!("; write each under a line [[{name}]]"),
                Some(_) => "; put it in brackets".to_owned(),
                None => String::new(),
            };
            let expected = self.expected(schema);
            self.problem(start, format!("`{name}` is {found}; expected {expected}{brackets}"));
            return;
        }
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, schema, start),
            DeValue::Array(array) => {
                if array.is_empty() && schema.get("minItems").is_some() {
                    self.problem(start, format!("`{name}` is empty; name at least one, or remove the key"));
                }
                let Some(items) = schema.get("items") else { return };
                for (index, item) in array.iter().enumerate() {
                    self.path.push(index.to_string());
                    let place = self.source.position(item.span().start);
                    self.places.insert(self.path.clone(), Place { key: place, value: place });
                    let name = if item.get_ref().is_table() {
                        name.to_owned()
                    } else {
                        format!("element {} of {name}", index + 1)
                    };
                    self.value(&name, item, items);
                    self.path.pop();
                }
            }
            DeValue::Integer(number) => self.number(name, number.as_str(), schema, start),
            DeValue::String(text) => self.text(name, text, schema, start),
            _ => {}
        }
    }

    /// Checks a value of any type: what neither JSON nor a rule knows is refused.
    fn loose(&mut self, name: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => table.iter().for_each(|(key, value)| self.loose(key.get_ref(), value)),
            DeValue::Array(array) => array.iter().for_each(|item| self.loose(name, item)),
            DeValue::Datetime(_) => {
                self.problem(value.span().start, format!("`{name}` is a date; expected a string; put it in quotes"));
            }
            number @ (DeValue::Integer(_) | DeValue::Float(_))
                if !fits(number, &serde_json::json!({"type": "number"})) =>
            {
                self.problem(value.span().start, format!("`{name}` is no number that fits; expected a smaller one"));
            }
            _ => {}
        }
    }

    fn number(&mut self, name: &str, text: &str, schema: &Json, start: usize) {
        let bound = |key: &str| schema.get(key).and_then(Json::as_f64);
        let (Ok(number), Some(least), Some(most)) = (text.parse::<f64>(), bound("minimum"), bound("maximum")) else {
            return;
        };
        if number < least || number > most {
            self.problem(start, format!("`{name}` is out of range; expected {least} to {most}"));
        }
    }

    fn text(&mut self, name: &str, text: &str, schema: &Json, start: usize) {
        if TOKENS.iter().any(|prefix| text.starts_with(prefix)) && text.len() >= 20 {
            let message = format!(
                "the value of `{name}` looks like a token, which has no place in a file that is committed; \
                 remove it, revoke it, and set the new one in the environment"
            );
            self.problem(start, message);
            return;
        }
        if text.is_empty() && schema.get("minLength").is_some() {
            self.problem(start, format!("`{name}` is empty; give it a value, or remove the key"));
            return;
        }
        let choices = choices(schema);
        if !choices.is_empty() && !choices.contains(&text) {
            let suggestion = similar(&text.to_lowercase(), choices.iter().copied());
            let message =
                format!("`{name}` has an unknown value; expected one of {}{}", choices.join(", "), meant(suggestion));
            self.problem(start, message);
        }
    }

    fn expected(&self, schema: &Json) -> String {
        match schema.get("type").and_then(Json::as_str) {
            Some("boolean") => "true or false".into(),
            Some("integer") => "a whole number".into(),
            Some("number") => "a number".into(),
            Some("array") => match schema.get("items").map(|items| self.resolve(items)) {
                Some(items) if items.get("type").and_then(Json::as_str) == Some("object") => "[[tables]]".into(),
                Some(items) if items.get("type").and_then(Json::as_str) == Some("string") => "a list of strings".into(),
                Some(items) if items.get("type").is_some() => format!("a list, each {}", self.expected(items)),
                _ => "a list".into(),
            },
            Some("object") => "a table".into(),
            _ => match choices(schema) {
                choices if choices.is_empty() => "a string".into(),
                choices => format!("a string, one of {}", choices.join(", ")),
            },
        }
    }
}

/// Says which name was meant.
pub(super) fn meant(suggestion: Option<String>) -> String {
    suggestion.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

fn choices(schema: &Json) -> Vec<&str> {
    let list = |name: &str| schema.get(name).and_then(Json::as_array).into_iter().flatten();
    let constants = list("oneOf").filter_map(|choice| choice.get("const"));
    list("enum").chain(constants).filter_map(Json::as_str).collect()
}

fn fits(value: &DeValue<'_>, schema: &Json) -> bool {
    let Some(wanted) = schema.get("type").and_then(Json::as_str) else {
        // A schema that names its choices only is one of strings; one without a type takes anything.
        return matches!(value, DeValue::String(_)) || (choices(schema).is_empty() && !value.is_datetime());
    };
    match value {
        DeValue::String(_) => wanted == "string",
        // JSON and Rego know no larger ones.
        DeValue::Integer(number) => {
            matches!(wanted, "integer" | "number") && i64::from_str_radix(number.as_str(), number.radix()).is_ok()
        }
        DeValue::Float(number) => wanted == "number" && number.as_str().parse::<f64>().is_ok_and(f64::is_finite),
        DeValue::Boolean(_) => wanted == "boolean",
        DeValue::Datetime(_) => false,
        DeValue::Array(_) => wanted == "array",
        DeValue::Table(_) => wanted == "object",
    }
}

fn found(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
