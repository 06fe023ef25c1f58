//! One row of an answer of AWS Config, and how its document is read. In: JSON in either of the two casings
//! that Config has. Out: what stands there; what is left out or has another shape is unknown, never a
//! default. Answers leave out what is null in the item that Config recorded: a field that is left out of a
//! document which otherwise always has it is one that has nothing.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::collect::aws::context::links;
use crate::inventory::{Linked, Reason, Value};

/// A resource as Config recorded it.
#[derive(Debug)]
pub(super) struct Row {
    whole: Json,
    configuration: Json,
    supplement: Json,
}

impl Row {
    /// Reads a row; nothing if it is no object.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut whole: Json = serde_json::from_str(text).ok()?;
        let object = whole.as_object_mut()?;
        let configuration = unfolded(object.remove("configuration").unwrap_or_default());
        let supplement = unfolded(object.remove("supplementaryConfiguration").unwrap_or_default());
        Some(Self { whole, configuration, supplement })
    }

    /// Returns a text of the row's head: `resourceId`, `resourceType`, `awsRegion` …
    pub(super) fn head(&self, key: &str) -> Option<&str> {
        self.whole.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Returns the number of the account that it belongs to.
    pub(super) fn account(&self) -> Option<&str> {
        self.head("accountId")
    }

    /// Returns its region; `global` for those that have none.
    pub(super) fn region(&self) -> &str {
        self.head("awsRegion").unwrap_or_default()
    }

    /// Whether Config knows that it is gone.
    pub(super) fn is_gone(&self) -> bool {
        self.head("configurationItemStatus").is_some_and(|status| status.starts_with("ResourceDeleted"))
    }

    /// Returns the document that describes it.
    pub(super) fn configuration(&self) -> Node<'_> {
        Node(&self.configuration)
    }

    /// Returns one of the further documents that Config keeps beside it. Some are texts that hold JSON.
    pub(super) fn supplement(&self, name: &str) -> Option<Json> {
        let document = self.supplement.get(name)?.clone();
        Some(unfolded(document)).filter(|document| !document.is_null())
    }

    /// Returns its tags.
    pub(super) fn tags(&self) -> Value<BTreeMap<String, String>> {
        let Some(tags) = self.whole.get("tags").and_then(Json::as_array) else { return left_out("tags") };
        let read = tags.iter().map(|tag| {
            Some((
                tag.get("key")?.as_str()?.to_owned(),
                tag.get("value").and_then(Json::as_str).unwrap_or("").to_owned(),
            ))
        });
        read.collect::<Option<_>>().map_or_else(|| left_out("tags"), Value::Known)
    }
}

/// Reads JSON that stands in a text, as deep as it is folded.
fn unfolded(mut json: Json) -> Json {
    for _ in 0..3 {
        let Json::String(text) = &json else { break };
        match serde_json::from_str(text) {
            Ok(inner) => json = inner,
            Err(_) => break,
        }
    }
    json
}

/// Says that Config does not tell something.
pub(super) fn left_out<T>(what: &str) -> Value<T> {
    Value::Unknown(untold(what))
}

/// The reason why something is not known.
pub(super) fn untold(what: &str) -> Reason {
    Reason::Unread(format!("AWS Config does not tell {what}"))
}

/// A part of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(&'a Json);

impl<'a> From<&'a Json> for Node<'a> {
    fn from(json: &'a Json) -> Self {
        Self(json)
    }
}

impl<'a> Node<'a> {
    /// Returns what stands at a path, such as `dBSubnetGroup.vpcId`; null counts as nothing.
    fn get(self, path: &str) -> Option<&'a Json> {
        path.split('.').try_fold(self.0, |json, key| json.get(key)).filter(|json| !json.is_null())
    }

    /// Whether anything stands there, null included.
    fn has(self, path: &str) -> bool {
        path.split('.').try_fold(self.0, |json, key| json.get(key)).is_some()
    }

    /// Returns the part at a path.
    pub(super) fn node(self, path: &str) -> Option<Self> {
        self.get(path).map(Self)
    }

    /// Returns a text. Where the SDK that Config uses has an enumeration, it may stand as the `value` of
    /// an object.
    pub(super) fn text(self, path: &str) -> Option<String> {
        let json = self.get(path)?;
        let text = json.as_str().or_else(|| json.get("value")?.as_str());
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Returns a policy document as a text; some stand as JSON, some as a text that holds it.
    pub(super) fn document(self, path: &str) -> Option<String> {
        let json = self.get(path)?;
        json.as_str().map(str::to_owned).or_else(|| json.is_object().then(|| json.to_string()))
    }

    /// Returns whether something is on.
    pub(super) fn flag(self, path: &str) -> Option<bool> {
        let json = self.get(path)?;
        json.as_bool().or_else(|| match json.as_str() {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        })
    }

    /// Returns a whole number.
    pub(super) fn number(self, path: &str) -> Option<i64> {
        let json = self.get(path)?;
        json.as_i64().or_else(|| json.as_str()?.parse().ok())
    }

    /// Returns a whole number as the SDK has it.
    pub(super) fn small(self, path: &str) -> Option<i32> {
        self.number(path).and_then(|number| i32::try_from(number).ok())
    }

    /// Returns the elements of a list; none if there is no list.
    pub(super) fn list(self, path: &str) -> impl Iterator<Item = Self> + use<'a> {
        self.get(path).and_then(Json::as_array).into_iter().flatten().map(Self)
    }

    /// Returns the values of an object; nothing if there is none.
    pub(super) fn entries(self, path: &str) -> Option<impl Iterator<Item = Self> + use<'a>> {
        Some(self.get(path)?.as_object()?.values().map(Self))
    }

    /// Returns the texts of a list.
    pub(super) fn texts(self, path: &str) -> Vec<String> {
        let one = |node: Self| node.0.as_str().or_else(|| node.0.get("value")?.as_str()).map(str::to_owned);
        self.list(path).filter_map(one).collect()
    }

    /// A value of a field that is null where there is nothing. What holds it must be told, since an answer
    /// leaves a null out.
    pub(super) fn or_nothing<T: Default>(self, path: &str, read: impl FnOnce(&str) -> Value<T>) -> Value<T> {
        match self.get(path) {
            Some(_) => read(path),
            None if self.0.is_object() => Value::default(),
            None => left_out(path),
        }
    }

    /// A flag that must be told.
    pub(super) fn told_flag(self, path: &str) -> Value<bool> {
        self.flag(path).map_or_else(|| left_out(path), Value::Known)
    }

    /// A text that must be told.
    pub(super) fn told_text(self, path: &str) -> Value<String> {
        self.text(path).map_or_else(|| left_out(path), Value::Known)
    }

    /// A text that must be told, of a field that may be null otherwise.
    pub(super) fn some_text(self, path: &str) -> Value<Option<String>> {
        self.told_text(path).map(Some)
    }

    /// A link that is left out where there is none.
    pub(super) fn link(self, path: &str) -> Linked {
        let is_text = self.get(path).is_some_and(Json::is_string);
        self.or_nothing(path, |path| if is_text { links(self.text(path)) } else { self.told_link(path) })
    }

    /// A link that must be told.
    pub(super) fn told_link(self, path: &str) -> Linked {
        self.told_text(path).and_then(|name| links([name]))
    }

    /// Links of a list that must be told, though it may be empty.
    pub(super) fn told_links(self, path: &str) -> Linked {
        self.if_list(path, links(self.texts(path)))
    }

    /// Keeps a value that was read from a list, if there is a list.
    pub(super) fn if_list<T>(self, path: &str, value: Value<T>) -> Value<T> {
        if self.get(path).is_some_and(Json::is_array) { value } else { left_out(path) }
    }

    /// Keeps a value that was read from something, if that was told, be it as null.
    pub(super) fn if_told<T>(self, path: &str, value: Value<T>) -> Value<T> {
        if self.has(path) { value } else { left_out(path) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_may_be_folded_into_texts() {
        let row = Row::parse(
            r#"{"resourceId":"b","configuration":"{\"name\":\"b\"}",
               "supplementaryConfiguration":{"AccessControlList":"\"{\\\"owner\\\":{\\\"id\\\":\\\"me\\\"}}\""}}"#,
        )
        .expect("an object");
        assert_eq!(row.configuration().text("name").as_deref(), Some("b"));
        let list = row.supplement("AccessControlList").expect("a document");
        assert_eq!(Node::from(&list).text("owner.id").as_deref(), Some("me"));
        assert!(Row::parse("[]").is_none() && Row::parse("no").is_none());
    }

    #[test]
    fn what_is_left_out_or_has_another_shape_is_unknown() {
        let row = Row::parse(r#"{"configuration":{"a":{"value":"x"},"on":"true","odd":[1],"none":null}}"#).unwrap();
        let node = row.configuration();
        assert_eq!(node.told_text("a"), Value::Known("x".to_owned()));
        assert_eq!(node.told_flag("on"), Value::Known(true));
        for path in ["odd", "none", "missing", "a.b.c"] {
            assert!(node.told_flag(path).reason().is_some(), "{path}");
            assert!(node.told_text(path).reason().is_some(), "{path}");
        }
        assert!(node.told_links("none").reason().is_some());
        assert_eq!(node.if_told("none", Value::Known(1)), Value::Known(1));
        assert!(row.tags().reason().is_some());
    }

    #[test]
    fn a_field_that_may_be_null_is_nothing_where_its_document_is_told() {
        let read = |text: &str| {
            let row = Row::parse(&format!(r#"{{"configuration":{text}}}"#)).unwrap();
            row.configuration().or_nothing("to", |key| row.configuration().told_text(key))
        };
        assert_eq!(read(r#"{"to":"x"}"#), Value::Known("x".to_owned()));
        assert_eq!((read(r#"{"to":null}"#), read("{}")), (Value::default(), Value::default()));
        assert!(read(r#"{"to":[]}"#).reason().is_some());
        assert!(read("[]").reason().is_some() && read("null").reason().is_some());
    }

    #[test]
    fn tags_are_pairs() {
        let row = Row::parse(r#"{"tags":[{"key":"team","value":"web","tag":"team=web"},{"key":"bare"}]}"#).unwrap();
        let tags = row.tags().known().cloned().unwrap();
        assert_eq!((tags["team"].as_str(), tags["bare"].as_str()), ("web", ""));
    }
}
