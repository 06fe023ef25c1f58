//! Which elements of a list the tag of a denial names: by their name, or by the resource that they point to.

use regorus::Value;
use serde_json::Value as Json;

/// Fields by which an element of a list is named in a tag.
const NAMES: &[&str] = &["tag", "label", "name", "of", "id", "zone", "sid"];

/// The list of a policy document.
const STATEMENTS: &str = "statements";

/// Fields that name the resource of the source which an element comes from.
pub(crate) const POINTERS: &[&str] = &["address", "listener"];

/// Returns whether a tag names an element: by its name, perhaps with what is wrong behind it, or by the
/// resource that it points to.
pub(crate) fn named(element: &Json, tag: &str) -> bool {
    let text = |field: &str| element.get(field).and_then(Json::as_str);
    is_named(text, element.get("priority").and_then(Json::as_i64), tag)
}

/// The same of a value of the engine; a text names itself.
fn named_there(element: &Value, tag: &str) -> bool {
    let Value::Object(object) = element else { return matches!(element, Value::String(text) if **text == *tag) };
    let field = |name: &str| object.get(&Value::from(name));
    let text = |name: &str| match field(name) {
        Some(Value::String(text)) => Some(&**text),
        _ => None,
    };
    is_named(text, field("priority").and_then(|priority| priority.as_i64().ok()), tag)
}

fn is_named<'v>(text: impl Fn(&str) -> Option<&'v str>, priority: Option<i64>, tag: &str) -> bool {
    let text = |field: &&str| text(field).filter(|text| !text.is_empty());
    let behind =
        |name: &str| tag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ' ']));
    NAMES.iter().filter_map(text).any(behind)
        || POINTERS.iter().filter_map(text).any(|name| behind(name) || tag.ends_with(&format!("[{name}]")))
        || priority.is_some_and(|priority| tag == format!("rule {priority}"))
}

/// Returns a value as JSON; of a list only what the tag names, if it names any of it. A list of a hundred
/// elements that all fail would otherwise stand a hundred times in memory and in a report.
pub(crate) fn meant(value: &Value, tag: Option<&str>) -> Option<Json> {
    let chosen = |list: &Value, tag: &str| {
        let Value::Array(elements) = list else { return None };
        let meant: Vec<&Value> = elements.iter().filter(|element| named_there(element, tag)).collect();
        if meant.is_empty() {
            None
        } else {
            meant.into_iter().map(json).collect::<Option<Vec<Json>>>().map(Json::Array)
        }
    };
    let Some(tag) = tag else { return json(value) };
    // Of a policy document as much as of a list.
    let statements = || match value {
        Value::Object(document) => chosen(document.get(&Value::from(STATEMENTS))?, tag),
        _ => None,
    };
    chosen(value, tag).or_else(|| Some(serde_json::json!({ STATEMENTS: statements()? }))).or_else(|| json(value))
}

fn json(value: &Value) -> Option<Json> {
    serde_json::from_str(&value.to_json_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_leaves_of_a_list_what_it_names() {
        let list = Value::from_json_str(
            r#"[{"name": "a", "n": 1}, {"name": "b"}, {"address": "x.y"}, {"priority": 7}, {"name": ""}, 3]"#,
        )
        .unwrap();
        let meant = |tag: Option<&str>| meant(&list, tag).unwrap();
        assert_eq!(meant(Some("a")), serde_json::json!([{"name": "a", "n": 1}]));
        assert_eq!(meant(Some("b/actions")), serde_json::json!([{"name": "b"}]));
        assert_eq!(meant(Some("port 22 [x.y]")), serde_json::json!([{"address": "x.y"}]));
        assert_eq!(meant(Some("rule 7")), serde_json::json!([{"priority": 7}]));
        assert_eq!(meant(Some("nobody")).as_array().unwrap().len(), 6);
        assert_eq!(meant(None).as_array().unwrap().len(), 6);
        let texts = Value::from_json_str(r#"["a", "a/b"]"#).unwrap();
        assert_eq!(super::meant(&texts, Some("a")), Some(serde_json::json!(["a"])));
        let document = Value::from_json_str(r#"{"statements": [{"sid": "A"}, {"sid": null}, {"sid": "B"}]}"#).unwrap();
        assert_eq!(super::meant(&document, Some("A/iam:*")), Some(serde_json::json!({"statements": [{"sid": "A"}]})));
        assert_eq!(super::meant(&document, Some("s3:*/s3:*")), json(&document));
        for element in meant(None).as_array().unwrap() {
            for tag in ["a", "b/actions", "x.y", "rule 7", "nobody"] {
                let there = Value::from_json_str(&element.to_string()).unwrap();
                assert_eq!(named(element, tag), named_there(&there, tag), "{element} {tag}");
            }
        }
    }
}
