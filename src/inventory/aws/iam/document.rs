//! Policy documents: JSON text → normalized form. In: the text that a source gives. Out: a
//! [`PolicyDocument`] whose lists are lists, whatever the author wrote.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::{Condition, PolicyDocument, Principals, Statement};
use crate::inventory::value::Value;

/// Why a text is no policy document.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DocumentError {
    /// It is not JSON.
    #[error("line {line}, column {column}: expected a policy document in JSON")]
    Syntax {
        /// Line in the text, from 1.
        line: usize,
        /// Column in that line, from 1.
        column: usize,
    },
    /// A part of it has a shape that no policy document has.
    #[error("{place}: expected {expected}")]
    Shape {
        /// Which part.
        place: String,
        /// What belongs there.
        expected: &'static str,
    },
}

impl PolicyDocument {
    /// Reads a policy document from its text.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        let json: Json = serde_json::from_str(text)
            .map_err(|error| DocumentError::Syntax { line: error.line(), column: error.column() })?;
        Self::from_json(&json)
    }

    /// Reads a policy document from JSON.
    pub fn from_json(json: &Json) -> Result<Self, DocumentError> {
        let document = object(json, || "document".to_owned())?;
        let statements = match field(document, "Statement") {
            None => Vec::new(),
            Some(Json::Array(list)) => {
                list.iter().enumerate().map(|(index, item)| statement(item, index)).collect::<Result<_, _>>()?
            }
            Some(one) => vec![statement(one, 0)?],
        };
        Ok(Self { statements: Value::Known(statements) })
    }
}

fn shape(place: String, expected: &'static str) -> DocumentError {
    DocumentError::Shape { place, expected }
}

fn object(json: &Json, place: impl FnOnce() -> String) -> Result<&Map<String, Json>, DocumentError> {
    json.as_object().ok_or_else(|| shape(place(), "an object"))
}

/// Element names are case-insensitive in IAM, though most authors write them as documented.
fn field<'a>(object: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn scalar(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(json: Option<&Json>, place: impl Fn() -> String) -> Result<Vec<Value<String>>, DocumentError> {
    let wrong = || shape(place(), "a string or a list of strings");
    match json {
        None | Some(Json::Null) => Ok(Vec::new()),
        Some(Json::Array(items)) => items.iter().map(|item| scalar(item).map(Value::Known).ok_or_else(wrong)).collect(),
        Some(one) => Ok(vec![Value::Known(scalar(one).ok_or_else(wrong)?)]),
    }
}

fn statement(json: &Json, index: usize) -> Result<Statement, DocumentError> {
    let place = || format!("Statement[{index}]");
    let body = object(json, place)?;
    let names = |name: &'static str| list(field(body, name), || format!("Statement[{index}].{name}")).map(Value::Known);
    let effect = field(body, "Effect")
        .and_then(Json::as_str)
        .ok_or_else(|| shape(format!("Statement[{index}].Effect"), "Allow or Deny"))?;
    let (principals, not_principals) = match (field(body, "Principal"), field(body, "NotPrincipal")) {
        (Some(json), _) => (Some(principals(json, index)?), false),
        (None, Some(json)) => (Some(principals(json, index)?), true),
        (None, None) => (None, false),
    };
    Ok(Statement {
        sid: Value::Known(field(body, "Sid").and_then(Json::as_str).filter(|sid| !sid.is_empty()).map(str::to_owned)),
        effect: Value::Known(effect.to_owned()),
        actions: names("Action")?,
        not_actions: names("NotAction")?,
        resources: names("Resource")?,
        not_resources: names("NotResource")?,
        principals: Value::Known(principals),
        not_principals: Value::Known(not_principals),
        conditions: Value::Known(match field(body, "Condition") {
            None | Some(Json::Null) => Vec::new(),
            Some(json) => conditions(json, index)?,
        }),
    })
}

fn principals(json: &Json, index: usize) -> Result<Principals, DocumentError> {
    let mut by_type: BTreeMap<String, Value<Vec<Value<String>>>> = BTreeMap::new();
    match json {
        Json::String(text) if text == "*" => {
            by_type.insert("*".to_owned(), Value::Known(vec![Value::Known("*".to_owned())]));
        }
        Json::Object(types) => {
            for (kind, names) in types {
                let names = list(Some(names), || format!("Statement[{index}].Principal.{kind}"))?;
                by_type.insert(kind.clone(), Value::Known(names));
            }
        }
        _ => return Err(shape(format!("Statement[{index}].Principal"), "\"*\" or an object")),
    }
    Ok(Principals::new(by_type))
}

impl Principals {
    /// Principals by type; whether everyone is meant follows from them.
    pub fn new(by_type: BTreeMap<String, Value<Vec<Value<String>>>>) -> Self {
        let mut everyone = Value::Known(false);
        for kind in ["*", "AWS"] {
            match by_type.get(kind) {
                None => {}
                Some(Value::Unknown(reason)) => everyone = Value::Unknown(reason.clone()),
                Some(Value::Known(names)) => {
                    if names.iter().any(|name| name.known().is_some_and(|name| name == "*")) {
                        everyone = Value::Known(true);
                        break;
                    }
                    if let Some(reason) = names.iter().find_map(Value::reason) {
                        everyone = Value::Unknown(reason.clone());
                    }
                }
            }
        }
        Self { everyone, by_type: Value::Known(by_type) }
    }
}

fn conditions(json: &Json, index: usize) -> Result<Vec<Condition>, DocumentError> {
    let operators = object(json, || format!("Statement[{index}].Condition"))?;
    let mut all = Vec::new();
    for (operator, keys) in operators {
        let keys = object(keys, || format!("Statement[{index}].Condition.{operator}"))?;
        for (key, values) in keys {
            let values = list(Some(values), || format!("Statement[{index}].Condition.{operator}.{key}"))?;
            all.push(Condition::new(operator, Value::Known(key.to_ascii_lowercase()), Value::Known(values)));
        }
    }
    Ok(all)
}

impl Condition {
    /// A condition from its operator as written: `ForAnyValue:StringLikeIfExists`.
    pub fn new(operator: &str, key: Value<String>, values: Value<Vec<Value<String>>>) -> Self {
        let (qualifier, name) = match operator.split_once(':') {
            Some((qualifier, name)) if qualifier.eq_ignore_ascii_case("ForAllValues") => (Some("ForAllValues"), name),
            Some((qualifier, name)) if qualifier.eq_ignore_ascii_case("ForAnyValue") => (Some("ForAnyValue"), name),
            _ => (None, operator),
        };
        let lower = name.to_ascii_lowercase();
        let (name, if_exists) = match lower.strip_suffix("ifexists") {
            Some(name) => (name.to_owned(), true),
            None => (lower, false),
        };
        Self {
            operator: Value::Known(name),
            qualifier: Value::Known(qualifier.map(str::to_owned)),
            if_exists: Value::Known(if_exists),
            key,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Statement {
        let document = PolicyDocument::parse(text).unwrap();
        document.statements.known().unwrap()[0].clone()
    }

    #[test]
    fn single_strings_are_lists_of_one() {
        let one = first(r#"{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#);
        assert_eq!(one.actions, Value::Known(vec![Value::Known("s3:Get*".to_owned())]));
        assert_eq!(one.principals, Value::Known(None));
    }

    #[test]
    fn everyone_is_seen_in_both_spellings() {
        for principal in [r#""*""#, r#"{"AWS":"*"}"#, r#"{"AWS":["1","*"]}"#] {
            let one = first(&format!(
                r#"{{"Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}}}]}}"#
            ));
            let principals = one.principals.known().cloned().flatten().unwrap();
            assert_eq!(principals.everyone, Value::Known(true), "{principal}");
        }
    }

    #[test]
    fn operators_lose_qualifier_and_suffix() {
        let one = first(
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*",
                "Condition":{"ForAllValues:StringLikeIfExists":{"aws:PrincipalOrgID":"o-1"}}}]}"#,
        );
        let conditions = one.conditions.known().unwrap();
        assert_eq!(conditions[0].operator, Value::Known("stringlike".to_owned()));
        assert_eq!(conditions[0].qualifier, Value::Known(Some("ForAllValues".to_owned())));
        assert_eq!(conditions[0].if_exists, Value::Known(true));
        assert_eq!(conditions[0].key, Value::Known("aws:principalorgid".to_owned()));
    }

    #[test]
    fn errors_name_the_place_and_not_the_text() {
        let error = PolicyDocument::parse(r#"{"Statement":[{"Effect":"Allow","Action":{"secret":1}}]}"#).unwrap_err();
        assert_eq!(error.to_string(), "Statement[0].Action: expected a string or a list of strings");
    }
}
