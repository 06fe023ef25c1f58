//! From a block to the narrowest thing in it that a path names: attribute, nested block, block.

use super::module::{Declared, File};
use super::tree::{Entry, Node, Span};

/// What was found below a block.
#[derive(Debug, Clone)]
pub(crate) struct Narrowed<'a> {
    /// The file.
    pub(crate) file: &'a File,
    /// What a person looks at.
    pub(crate) head: Span,
    /// What stands there.
    pub(crate) node: &'a Node,
    /// How many steps of the path led there.
    steps: usize,
    /// Whether the whole path did.
    complete: bool,
}

/// Finds the first of several paths that the block has as a whole, else what the first path leads to.
/// A path is a list of names; a number picks one of several blocks or elements.
pub(crate) fn narrow<'a>(declared: &Declared<'a>, paths: &[Vec<&str>]) -> Option<Narrowed<'a>> {
    let (file, block) = declared.first()?;
    let whole = Narrowed { file, head: block.head.clone(), node: &block.node, steps: 0, complete: paths.is_empty() };
    let mut best = whole;
    for path in paths {
        // An override takes the place of the attribute or of the blocks of its name.
        let found = declared.iter().rev().map(|(file, block)| descend(file, block, path));
        let Some(found) = found.max_by_key(|found| found.steps) else { continue };
        if found.complete {
            return Some(found);
        }
        if found.steps > best.steps {
            best = found;
        }
    }
    Some(best)
}

fn descend<'a>(file: &'a File, block: &'a Entry, path: &[&str]) -> Narrowed<'a> {
    let mut at = Narrowed { file, head: block.head.clone(), node: &block.node, steps: 0, complete: path.is_empty() };
    let mut rest = path;
    while let Some((name, after)) = rest.split_first() {
        rest = after;
        // A list of one object is what a nested block is in JSON, and where blocks are attributes.
        let node = match at.node {
            Node::List(items) => match (name.parse::<usize>(), items.as_slice()) {
                (Ok(index), items) => {
                    let Some((span, node)) = items.get(index) else { return at };
                    at = Narrowed { head: first_line(file, span), node, steps: at.steps + 1, ..at };
                    at.complete = rest.is_empty();
                    continue;
                }
                (Err(_), [(_, only)]) => only,
                (Err(_), _) => return at,
            },
            node => node,
        };
        let mut found = below(node, name);
        let found = match found.len() {
            0 => {
                // A number for the only block of its name says nothing new.
                if name.parse::<usize>() == Ok(0) && at.steps > 0 {
                    at.complete |= rest.is_empty();
                    continue;
                }
                return at;
            }
            1 => found.remove(0),
            _ => {
                let index = rest.first().and_then(|step| step.parse::<usize>().ok());
                let dynamic = found.iter().any(|found| found.dynamic);
                match index.filter(|_| !dynamic).and_then(|index| found.get(index).copied()) {
                    Some(one) => {
                        rest = rest.get(1..).unwrap_or_default();
                        at.steps += 1;
                        one
                    }
                    // Which of them is meant cannot be told: the first stands for all.
                    None => return found.into_iter().next().map_or(at.clone(), |first| step(file, &at, first, &[])),
                }
            }
        };
        at = step(file, &at, found, rest);
    }
    at
}

fn step<'a>(file: &'a File, at: &Narrowed<'a>, found: Found<'a>, rest: &[&str]) -> Narrowed<'a> {
    // An attribute that is no object is as narrow as it gets.
    let narrowest = matches!(found.node, Node::Leaf(_));
    Narrowed {
        file,
        head: found.entry.head.clone(),
        node: found.node,
        steps: at.steps + 1,
        complete: rest.is_empty() || narrowest,
    }
}

/// What a name leads to: an entry, or the content of a dynamic block.
#[derive(Clone, Copy)]
struct Found<'a> {
    entry: &'a Entry,
    node: &'a Node,
    dynamic: bool,
}

fn below<'a>(node: &'a Node, name: &str) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for entry in node.entries() {
        if entry.is(name) {
            found.push(Found { entry, node: &entry.node, dynamic: false });
        } else if entry.is_block("dynamic", &[name]) {
            found.push(Found { entry, node: content(&entry.node), dynamic: true });
        } else if entry.is("dynamic") && entry.labels.is_empty() {
            let inner = entry.entries().iter().filter(|inner| inner.is(name));
            found.extend(inner.map(|inner| Found { entry: inner, node: content(&inner.node), dynamic: true }));
        }
    }
    found
}

fn content(node: &Node) -> &Node {
    let node = match node {
        Node::List(items) => match items.as_slice() {
            [(_, only)] => only,
            _ => node,
        },
        node => node,
    };
    node.entry("content").map_or(node, |content| &content.node)
}

/// Returns the part of a span on its first line: an element has no name to show.
fn first_line(file: &File, span: &Span) -> Span {
    let text = file.text().get(span.clone()).unwrap_or_default();
    let length = text.find('\n').unwrap_or(text.len());
    span.start..span.start + text.get(..length).unwrap_or_default().trim_end().len()
}
