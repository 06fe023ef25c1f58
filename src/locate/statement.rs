//! The statement of a policy document that a finding's tag names, and what in it the tag names further.

use super::json;
use super::module::File;
use super::narrow::{Narrowed, first_line};
use super::tree::{Entry, Node, Span};

/// Where a statement is written: what a person looks at, and what stands in it.
struct Written<'a> {
    head: Span,
    node: &'a Node,
}

/// Finds it in the value of an attribute, or in the `policy` of a block.
pub(super) fn in_attribute(narrowed: &Narrowed<'_>, tag: &str) -> Option<Span> {
    match narrowed.node.entry("policy") {
        Some(policy) => in_value(narrowed.file, &policy.head, &policy.node, tag),
        None => in_value(narrowed.file, &narrowed.head, narrowed.node, tag),
    }
}

/// Finds it in an object, as of `jsonencode`, or in a heredoc of JSON.
fn in_value(file: &File, head: &Span, node: &Node, tag: &str) -> Option<Span> {
    match node {
        Node::Body(_) => in_object(file, node, tag),
        Node::Leaf(_) => in_object(file, &heredoc(file, head)?, tag),
        Node::List(_) => None,
    }
}

/// Finds it among the `statement` blocks of an `aws_iam_policy_document`.
pub(super) fn in_blocks(document: &Entry, tag: &str) -> Option<Span> {
    let blocks = document.entries().iter().filter(|entry| entry.is("statement"));
    find(blocks.map(|block| Written { head: block.head.clone(), node: &block.node }), tag)
}

fn in_object(file: &File, document: &Node, tag: &str) -> Option<Span> {
    let statement = document.entry("Statement")?;
    match &statement.node {
        Node::List(items) => {
            find(items.iter().map(|(span, node)| Written { head: beginning(file, span, node), node }), tag)
        }
        node => find(std::iter::once(Written { head: statement.head.clone(), node }), tag),
    }
}

/// Returns the first line of an object that says something.
fn beginning(file: &File, span: &Span, node: &Node) -> Span {
    let line = first_line(file, span);
    node.entries().first().filter(|entry| entry.head.start > line.end).map_or(line, |entry| entry.head.clone())
}

/// Reads a heredoc as JSON. Terraform takes the indentation away, JSON does not mind it.
fn heredoc(file: &File, attribute: &Span) -> Option<Node> {
    let text = file.text().get(attribute.clone())?;
    let (_, value) = text.split_once('=')?;
    if !value.trim_start().starts_with("<<") {
        return None;
    }
    json::value(file.text(), attribute.start + text.find('\n')?..attribute.start + text.rfind('\n')?)
}

/// Takes the one statement whose label the tag begins with.
fn find<'a>(statements: impl Iterator<Item = Written<'a>>, tag: &str) -> Option<Span> {
    let mut fitting = statements.filter_map(|statement| Some((further(tag, &label(statement.node)?)?, statement)));
    let (further, statement) = fitting.next().filter(|_| fitting.next().is_none())?;
    Some(literal(statement.node, further).unwrap_or(statement.head))
}

/// Returns what a tag says behind a label, if it begins with that.
fn further<'a>(tag: &'a str, label: &str) -> Option<&'a str> {
    let rest = tag.strip_prefix(label)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Names a statement as `relate::permissions` does, from what is written.
fn label(statement: &Node) -> Option<String> {
    let either = |json, block| statement.entry(json).or_else(|| statement.entry(block));
    if let Some(sid) = either("Sid", "sid") {
        return sid.node.text().map(str::to_owned);
    }
    let first = |entry: &Entry| {
        let mut names = texts(&entry.node)?;
        names.sort_unstable();
        let more = if names.len() > 1 { "…" } else { "" };
        Some(format!("{}{more}", names.first()?))
    };
    let actions = match either("Action", "actions") {
        Some(actions) => first(actions)?,
        None => format!("all but {}", first(either("NotAction", "not_actions")?)?),
    };
    let everything = either("Resource", "resources")
        .is_some_and(|resources| leaves(&resources.node).iter().any(|(_, node)| node.text() == Some("*")));
    Some(if everything { format!("{actions} on *") } else { actions })
}

/// Returns the text or texts of an attribute if all of them are literal.
fn texts(node: &Node) -> Option<Vec<&str>> {
    leaves(node).into_iter().map(|(_, leaf)| leaf.text()).collect()
}

/// Returns the only value of an attribute, or the elements of its list with their places.
fn leaves(node: &Node) -> Vec<(Option<&Span>, &Node)> {
    match node {
        Node::List(items) => items.iter().map(|(span, node)| (Some(span), node)).collect(),
        node => vec![(None, node)],
    }
}

/// Returns where a statement says a text.
fn literal(statement: &Node, text: &str) -> Option<Span> {
    if text.is_empty() {
        return None;
    }
    statement.entries().iter().find_map(|entry| {
        let (span, _) = leaves(&entry.node).into_iter().find(|(_, leaf)| leaf.text() == Some(text))?;
        Some(span.unwrap_or(&entry.head).clone())
    })
}
