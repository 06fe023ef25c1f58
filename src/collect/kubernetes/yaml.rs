//! YAML text → trees with places. Hostile text costs no more than honest text: nesting and what
//! aliases repeat are limited, and nothing here is recursive.

use std::collections::HashMap;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle};

use super::node::{Content, Node};
use crate::inventory::Reason;
use crate::source::{Position, Source};

/// Mappings and lists in each other; API objects have about twenty.
const DEEPEST: usize = 200;
/// Values that all aliases of a file together may repeat.
const REPEATED: usize = 100_000;
/// Values that all anchors of a file together may name.
const NAMED: usize = 1_000_000;
/// Documents of a file.
const DOCUMENTS: usize = 100_000;

/// Why a text is no YAML that hfscan reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// Where.
    pub(super) position: Position,
    /// What is wrong, without any of the text.
    pub(super) message: String,
}

/// Returns the documents of a text.
pub(super) fn documents(source: &Source) -> Result<Vec<Node>, Broken> {
    let text = source.text();
    let mut builder = Builder { text, ..Builder::default() };
    let mut documents = Vec::new();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| {
            let offset = error.marker().byte_offset().unwrap_or(text.len());
            Broken { position: source.position(offset), message: error.info() }
        })?;
        let at = span.start.byte_offset().unwrap_or(0);
        let broken = |message: String| Broken { position: source.position(at), message };
        builder.take(event, at).map_err(broken)?;
        if let Some(document) = builder.done.take() {
            documents.push(document);
            if documents.len() > DOCUMENTS {
                return Err(broken(format!("more than {DOCUMENTS} documents in one file; split it")));
            }
        }
    }
    Ok(documents)
}

/// A mapping or list that is being read.
struct Open {
    at: usize,
    anchor: usize,
    /// The tallest of its members so far.
    height: usize,
    content: Collection,
}

enum Collection {
    List(Vec<Node>),
    /// The fields, the key that waits for its value, and whether some key was no text.
    Map {
        fields: Vec<(String, Node)>,
        key: Option<Key>,
        odd: bool,
    },
}

enum Key {
    Text(String),
    /// `<<` without quotes: the mappings behind it are part of this one.
    Merge,
    /// A mapping or list as a key.
    Odd,
}

/// A value that aliases repeat, with its size and height.
struct Anchored {
    node: Node,
    size: usize,
    height: usize,
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    repeated: usize,
    named: usize,
    done: Option<Node>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, at: usize) -> Result<(), String> {
        match event {
            Event::DocumentStart(..) => {
                self.open.clear();
                self.anchors.clear();
            }
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                let content = if plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
                    Content::Null
                } else {
                    Content::Text { text: text.into_owned(), plain }
                };
                let node = Node { at, content };
                self.keep(anchor, &node, 1)?;
                self.put(node, 1);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(at, anchor, Collection::List(Vec::new()))?,
            Event::MappingStart(_, anchor, _) => {
                self.begin(at, anchor, Collection::Map { fields: Vec::new(), key: None, odd: false })?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end()?,
            Event::Alias(anchor) => {
                let Some(found) = self.anchors.get(&anchor) else {
                    return Err("an alias stands inside of what it repeats".to_owned());
                };
                if self.open.len() + found.height > DEEPEST {
                    return Err(format!("mappings and lists nest deeper than {DEEPEST} levels"));
                }
                self.repeated = self.repeated.saturating_add(found.size);
                if self.repeated > REPEATED {
                    return Err(format!("aliases repeat more than {REPEATED} values"));
                }
                let (node, height) = (found.node.clone(), found.height);
                self.put(Node { at, ..node }, height);
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, at: usize, anchor: usize, content: Collection) -> Result<(), String> {
        if self.open.len() >= DEEPEST {
            return Err(format!("mappings and lists nest deeper than {DEEPEST} levels"));
        }
        self.open.push(Open { at, anchor, height: 0, content });
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let content = match open.content {
            Collection::List(items) => Content::List(items),
            Collection::Map { odd: true, .. } => Content::Unknown(Reason::Opaque(self.odd(open.at).to_owned())),
            Collection::Map { fields, .. } => Content::Map(fields),
        };
        let node = Node { at: open.at, content };
        let height = open.height + 1;
        self.keep(open.anchor, &node, height)?;
        self.put(node, height);
        Ok(())
    }

    /// Says what a mapping is whose key is no text: most often `{{ … }}` of a template.
    fn odd(&self, at: usize) -> &'static str {
        let rest = self.text.get(at..).unwrap_or_default();
        if rest.starts_with("{{") {
            "a template that is not rendered yet"
        } else {
            "a mapping with keys that are no text"
        }
    }

    fn keep(&mut self, anchor: usize, node: &Node, height: usize) -> Result<(), String> {
        if anchor != 0 {
            let size = size(node);
            self.named = self.named.saturating_add(size);
            if self.named > NAMED {
                return Err(format!("anchors name more than {NAMED} values"));
            }
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        Ok(())
    }

    fn put(&mut self, node: Node, height: usize) {
        let Some(open) = self.open.last_mut() else {
            self.done = Some(node);
            return;
        };
        open.height = open.height.max(height);
        match &mut open.content {
            Collection::List(items) => items.push(node),
            Collection::Map { fields, key, odd } => match key.take() {
                None => {
                    *key = Some(match node.content {
                        Content::Text { text, plain: true } if text == "<<" => Key::Merge,
                        Content::Text { text, .. } => Key::Text(text),
                        Content::Null => Key::Text(String::new()),
                        _ => Key::Odd,
                    });
                    *odd |= matches!(key, Some(Key::Odd));
                }
                Some(Key::Text(name)) => fields.push((name, node)),
                Some(Key::Merge) => merge(fields, node),
                Some(Key::Odd) => {}
            },
        }
    }
}

/// Adds the fields of other mappings in front: what a mapping says itself outweighs them, and the
/// first of several mappings the others.
fn merge(fields: &mut Vec<(String, Node)>, node: Node) {
    let others = match node.content {
        Content::Map(others) => vec![others],
        Content::List(items) => items
            .into_iter()
            .filter_map(|item| if let Content::Map(fields) = item.content { Some(fields) } else { None })
            .rev()
            .collect(),
        _ => Vec::new(),
    };
    let own = std::mem::take(fields);
    fields.extend(others.into_iter().flatten());
    fields.extend(own);
}

/// Counts the values of a tree.
fn size(node: &Node) -> usize {
    let mut left = vec![node];
    let mut count = 0;
    while let Some(node) = left.pop() {
        count += 1;
        match &node.content {
            Content::List(items) => left.extend(items),
            Content::Map(fields) => left.extend(fields.iter().map(|(_, node)| node)),
            Content::Null | Content::Text { .. } | Content::Unknown(_) => {}
        }
    }
    count
}
