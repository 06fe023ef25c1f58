//! `.tf.json` → the tree that HCL gives: blocks by their labels, nested blocks as objects.

use jsonc_parser::ast::{Object, ObjectProp, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::tree::{Broken, Entry, Leaf, Node, Span};

/// Top-level blocks, and how many labels each has.
const BLOCKS: &[(&str, usize)] =
    &[("resource", 2), ("data", 2), ("module", 1), ("variable", 1), ("output", 1), ("provider", 1), ("ephemeral", 2)];

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses a file.
pub(crate) fn parse(text: &str) -> Result<Vec<Entry>, Broken> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT)
        .map_err(|error| Broken { at: error.range().start.min(text.len()), what: error.kind().to_string() })?;
    let Some(Value::Object(root)) = parsed.value else {
        return Err(Broken { at: 0, what: "expected an object".to_owned() });
    };
    let mut found = Vec::new();
    for property in &root.properties {
        let name = property.name.as_str();
        match BLOCKS.iter().find(|(block, _)| *block == name) {
            Some((_, labels)) => labelled(name, *labels, &mut Vec::new(), property, &mut found),
            None => found.push(entry(property)),
        }
    }
    Ok(found)
}

/// Parses a value that stands in some bytes of a text; none where it is no JSON.
pub(crate) fn value(text: &str, span: Span) -> Option<Node> {
    // Blanks before it keep its places right.
    let alone = format!("{:1$}{2}", "", span.start, text.get(span.clone())?);
    let parsed = parse_to_ast(&alone, &CollectOptions::default(), &STRICT).ok()?;
    parsed.value.as_ref().map(node)
}

/// Takes a block apart into one entry for each set of labels. Every level may be an object or a list
/// of objects.
fn labelled(block: &str, left: usize, labels: &mut Vec<String>, property: &ObjectProp<'_>, found: &mut Vec<Entry>) {
    for object in objects(&property.value) {
        if left == 0 {
            let name = property.name.range();
            found.push(Entry {
                name: block.to_owned(),
                labels: labels.clone(),
                head: name.start..name.end,
                whole: name.start..object.range.end,
                node: Node::Body(object.properties.iter().map(entry).collect()),
            });
            continue;
        }
        for inner in &object.properties {
            labels.push(inner.name.as_str().to_owned());
            labelled(block, left - 1, labels, inner, found);
            labels.pop();
        }
    }
}

fn objects<'a, 'b>(value: &'b Value<'a>) -> Vec<&'b Object<'a>> {
    match value {
        Value::Object(object) => vec![object],
        Value::Array(array) => array.elements.iter().flat_map(objects).collect(),
        _ => Vec::new(),
    }
}

fn entry(property: &ObjectProp<'_>) -> Entry {
    let name = property.name.range();
    let value = property.value.range();
    let whole = name.start..value.end;
    // An object or list may be long: what a person looks at is its name.
    let head = match property.value {
        Value::Object(_) | Value::Array(_) => name.start..name.end,
        _ => whole.clone(),
    };
    Entry { name: property.name.as_str().to_owned(), labels: Vec::new(), head, whole, node: node(&property.value) }
}

fn node(value: &Value<'_>) -> Node {
    match value {
        Value::Object(object) => Node::Body(object.properties.iter().map(entry).collect()),
        Value::Array(array) => Node::List(array.elements.iter().map(|item| (span(item), node(item))).collect()),
        Value::StringLit(text) => {
            let template = text.value.contains("${") || text.value.contains("%{");
            Node::Leaf(Leaf { text: (!template).then(|| text.value.to_string()), mentions: mentions(&text.value) })
        }
        Value::NumberLit(number) => Node::Leaf(Leaf { text: Some(number.value.to_owned()), mentions: Vec::new() }),
        Value::BooleanLit(flag) => Node::Leaf(Leaf { text: Some(flag.value.to_string()), mentions: Vec::new() }),
        Value::NullKeyword(_) => Node::Leaf(Leaf::default()),
    }
}

fn span(value: &Value<'_>) -> Span {
    let range = value.range();
    range.start..range.end
}

/// Returns what a string mentions that is one expression: `"${data.aws_x.y.json}"`.
fn mentions(text: &str) -> Vec<Vec<String>> {
    let inner = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).map(str::trim);
    let steps: Option<Vec<String>> = inner.map(|inner| inner.split('.').map(str::to_owned).collect());
    steps.filter(|steps| steps.len() > 1).into_iter().collect()
}
