//! From a block to the narrowest thing in it that a path names: attribute, nested block, block.

use super::module::{Declared, File};
use super::tree::{Entry, Node, Span};
use crate::collect::terraform::aws::written::{Wanted, Written};

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

/// Finds the first of several paths that the block has as a whole, else what leads furthest.
pub(crate) fn narrow<'a>(declared: &Declared<'a>, written: &Written<'_>) -> Option<Narrowed<'a>> {
    let (file, block) = declared.first()?;
    let mut best = whole(file, block, written.paths.is_empty());
    for path in &written.paths {
        // An override, which stands last, takes the place of the attribute or of the blocks of its name.
        let found = declared.iter().map(|(file, block)| descend(file, block, path, &written.wanted));
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

fn whole<'a>(file: &'a File, block: &'a Entry, complete: bool) -> Narrowed<'a> {
    Narrowed { file, head: block.head.clone(), node: &block.node, steps: 0, complete }
}

fn descend<'a>(file: &'a File, block: &'a Entry, path: &[&str], wanted: &[Wanted<'_>]) -> Narrowed<'a> {
    let mut at = whole(file, block, path.is_empty());
    let mut rest = path;
    while let Some((name, after)) = rest.split_first() {
        if let Node::List(items) = at.node {
            let index = name.parse::<usize>().ok();
            let chosen = match index {
                Some(index) => items.get(index),
                None => only(items.iter().filter(|(_, node)| agrees(node, wanted))),
            };
            let Some((span, node)) = chosen else { return at };
            // An element has no name to show. The only one is as good as the list itself.
            if items.len() > 1 || index.is_some() {
                at.head = first_line(file, span);
            }
            at.node = node;
            if index.is_some() {
                at.steps += 1;
                at.complete = after.is_empty();
                rest = after;
            }
            continue;
        }
        let found = below(at.node, name);
        let one = match found.as_slice() {
            // A number for the only block of its name says nothing new.
            [] if name.parse::<usize>() == Ok(0) && at.steps > 0 => {
                at.complete |= after.is_empty();
                rest = after;
                continue;
            }
            [] => return at,
            [one] => *one,
            several => {
                let index = after.first().and_then(|step| step.parse::<usize>().ok());
                let dynamic = several.iter().any(|found| found.dynamic);
                // A block that says it outright goes before those that may say it.
                let said = |found: &&Found<'_>| wanted.iter().filter(|wanted| says(found.node, wanted)).count();
                let agreeing = || several.iter().filter(|found| agrees(found.node, wanted));
                let most = agreeing().map(|found| said(&found)).max().unwrap_or(0);
                let mut fitting = agreeing().filter(|found| said(found) == most).peekable();
                if let Some(one) = index.filter(|_| !dynamic).and_then(|index| several.get(index)) {
                    rest = rest.get(1..).unwrap_or_default();
                    at.steps += 1;
                    *one
                } else {
                    let first = fitting.peek().copied().or(several.first());
                    match (only(fitting), first) {
                        (Some(one), _) => *one,
                        // Which of them is meant cannot be told: where they differ, no one of them may be named.
                        (None, Some(_)) if !wanted.is_empty() => return at,
                        (None, Some(first)) => return step(file, &at, *first, &[]),
                        (None, None) => return at,
                    }
                }
            }
        };
        rest = rest.get(1..).unwrap_or_default();
        at = step(file, &at, one, rest);
    }
    at
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// Returns whether nothing in a block is at odds with what it should say.
fn agrees(node: &Node, wanted: &[Wanted<'_>]) -> bool {
    wanted.iter().all(|wanted| match node.entry(wanted.name).map(|entry| &entry.node) {
        // A dynamic block or an expression may say anything, a block without the attribute does not say it.
        None => !matches!(node, Node::Body(_)),
        Some(Node::Leaf(leaf)) => leaf.text.as_deref().is_none_or(|text| text == wanted.value),
        Some(Node::List(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(|(_, item)| item.text()).collect();
            texts.is_none_or(|texts| texts.contains(&wanted.value))
        }
        Some(Node::Body(_)) => true,
    })
}

/// Returns whether a block says a value literally.
fn says(node: &Node, wanted: &Wanted<'_>) -> bool {
    match node.entry(wanted.name).map(|entry| &entry.node) {
        Some(Node::Leaf(leaf)) => leaf.text.as_deref() == Some(wanted.value),
        Some(Node::List(items)) => items.iter().any(|(_, item)| item.text() == Some(wanted.value)),
        _ => false,
    }
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
pub(super) fn first_line(file: &File, span: &Span) -> Span {
    let text = file.text().get(span.clone()).unwrap_or_default();
    let length = text.find('\n').unwrap_or(text.len());
    span.start..span.start + text.get(..length).unwrap_or_default().trim_end().len()
}
