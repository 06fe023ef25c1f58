//! What a rule exports, taken from the engine's values: the elements of `deny` and of `unsure`.

use std::sync::Arc;

use regorus::Value;

use crate::evaluate::outcome::Denial;
use crate::evaluate::view::at;
use crate::policy::severity::Severity;

/// Turns the value of `deny` into denials, sorted.
pub(crate) fn denials(value: &Value, input: &Value) -> Result<Vec<Denial>, Arc<str>> {
    let elements: Vec<&Value> = match value {
        Value::Undefined => Vec::new(),
        Value::Set(set) => set.iter().collect(),
        _ => return Err("`deny` is not a set; expected `deny contains finding.at(…) if {…}`".into()),
    };
    let mut denials = elements.into_iter().map(|element| denial(element, input)).collect::<Result<Vec<_>, _>>()?;
    denials.sort_by(|a, b| (&a.path, &a.tag, &a.message).cmp(&(&b.path, &b.tag, &b.message)));
    Ok(denials)
}

/// Turns one element of `deny` into a denial; adds the value found at its path.
pub(crate) fn denial(element: &Value, input: &Value) -> Result<Denial, Arc<str>> {
    let bad = |what: &str| -> Arc<str> {
        format!("an element of `deny` {what}; make it with a function of data.hfscan.lib.finding").into()
    };
    let Value::Object(object) = element else {
        return Err(bad("is not an object"));
    };
    for (key, _) in object.iter() {
        let known =
            key.as_string().is_ok_and(|key| matches!(&**key, "path" | "message" | "tag" | "related" | "severity"));
        if !known {
            return Err(bad(&format!("has the field {key}; expected path, message, tag, related, severity")));
        }
    }
    let field = |name: &str| object.get(&Value::from(name));
    let text = |name: &str| match field(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.to_string())),
        Some(_) => Err(bad(&format!("has a `{name}` that is not a string"))),
    };
    let strings = |name: &str| match field(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| match item {
                Value::String(text) => Ok(text.to_string()),
                Value::Number(number) if name == "path" => Ok(number.format_decimal()),
                _ => Err(bad(&format!("has a `{name}` with something that is not a string"))),
            })
            .collect(),
        Some(_) => Err(bad(&format!("has a `{name}` that is not a list"))),
    };
    let path = match field("path") {
        Some(Value::String(dotted)) => dotted.split('.').map(ToOwned::to_owned).collect(),
        Some(_) => strings("path")?,
        None => return Err(bad("has no `path`")),
    };
    let message = text("message")?.filter(|message| !message.is_empty()).ok_or_else(|| bad("has no `message`"))?;
    let severity = text("severity")?
        .map(|name| name.parse::<Severity>())
        .transpose()
        .map_err(|error| bad(&format!("has a wrong severity: {error}")))?;
    let tag = text("tag")?;
    Ok(Denial { value: at(input, &path, tag.as_deref()), path, message, tag, related: strings("related")?, severity })
}

/// Turns the value of `unsure` into messages, sorted.
pub(crate) fn messages(value: &Value) -> Result<Vec<String>, Arc<str>> {
    match value {
        Value::Undefined => Ok(Vec::new()),
        Value::Set(set) => set
            .iter()
            .map(|element| match element {
                Value::String(message) => Ok(message.to_string()),
                _ => Err(Arc::from("an element of `unsure` is not a string; say in a sentence what cannot be told")),
            })
            .collect(),
        _ => Err("`unsure` is not a set; expected `unsure contains \"…\" if {…}`".into()),
    }
}
