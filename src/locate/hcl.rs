//! HCL → tree, with the spans that hcl-edit keeps.

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, FuncCall, Object, Traversal, TraversalOperator};
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use hcl_edit::visit::{Visit, visit_expr};

use super::tree::{Broken, Entry, Leaf, Node};

/// Functions that hand on what they are given, so that a place inside of it is still right.
const TRANSPARENT: &[&str] = &["jsonencode", "yamlencode", "sensitive", "nonsensitive", "tolist", "toset", "tomap"];

/// Parses a file.
pub(crate) fn parse(text: &str) -> Result<Vec<Entry>, Broken> {
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => Ok(entries(&body)),
        Err(error) => {
            let what = error.message().lines().next().unwrap_or_default().trim().to_owned();
            Err(Broken { at: error.location().offset().min(text.len()), what })
        }
    }
}

fn entries(body: &Body) -> Vec<Entry> {
    body.iter()
        .filter_map(|structure| match structure {
            Structure::Attribute(one) => attribute(one),
            Structure::Block(one) => block(one),
        })
        .collect()
}

fn attribute(attribute: &Attribute) -> Option<Entry> {
    let start = attribute.key.span()?.start;
    let end = attribute.value.span()?.end;
    Some(Entry {
        name: attribute.key.as_str().to_owned(),
        labels: Vec::new(),
        head: start..end,
        whole: start..end,
        node: node(&attribute.value),
    })
}

fn block(block: &Block) -> Option<Entry> {
    let ident = block.ident.span()?;
    let head = ident.start..block.labels.last().and_then(hcl_edit::Span::span).map_or(ident.end, |label| label.end);
    let end = block.span().map_or(head.end, |span| span.end.max(head.end));
    Some(Entry {
        name: block.ident.as_str().to_owned(),
        labels: block.labels.iter().map(|label| label.as_str().to_owned()).collect(),
        whole: head.start..end,
        head,
        node: Node::Body(entries(&block.body)),
    })
}

fn node(expression: &Expression) -> Node {
    match expression {
        Expression::Object(one) => Node::Body(object(one)),
        Expression::Array(array) => {
            Node::List(array.iter().map(|item| (item.span().unwrap_or_default(), node(item))).collect())
        }
        Expression::Parenthesis(inner) => node(inner.inner()),
        Expression::FuncCall(call) => called(call).unwrap_or_else(|| leaf(expression)),
        _ => leaf(expression),
    }
}

fn called(call: &FuncCall) -> Option<Node> {
    let mut arguments = call.args.iter();
    let only = arguments.next().filter(|_| arguments.next().is_none())?;
    let transparent = call.name.namespace.is_empty() && TRANSPARENT.contains(&call.name.name.as_str());
    (transparent && matches!(only, Expression::Object(_) | Expression::Array(_))).then(|| node(only))
}

fn object(object: &Object) -> Vec<Entry> {
    object
        .iter()
        .filter_map(|(key, value)| {
            let (name, span): (String, Option<Range<usize>>) = match key {
                hcl_edit::expr::ObjectKey::Ident(ident) => (ident.as_str().to_owned(), ident.span()),
                hcl_edit::expr::ObjectKey::Expression(expression) => {
                    (expression.as_str().unwrap_or_default().to_owned(), expression.span())
                }
            };
            let whole = span?.start..value.expr().span()?.end;
            Some(Entry { name, labels: Vec::new(), head: whole.clone(), whole, node: node(value.expr()) })
        })
        .collect()
}

fn leaf(expression: &Expression) -> Node {
    let mut mentions = Mentions(Vec::new());
    mentions.visit_expr(expression);
    let text = match expression {
        Expression::Number(number) => Some(number.value().to_string()),
        Expression::Bool(flag) => Some(flag.value().to_string()),
        other => other.as_str().map(str::to_owned),
    };
    Node::Leaf(Leaf { text, mentions: mentions.0 })
}

/// Collects the names that an expression mentions.
struct Mentions(Vec<Vec<String>>);

impl Visit for Mentions {
    fn visit_expr(&mut self, expression: &Expression) {
        if let Expression::Traversal(traversal) = expression {
            self.0.extend(names(traversal));
        }
        visit_expr(self, expression);
    }
}

fn names(traversal: &Traversal) -> Option<Vec<String>> {
    let Expression::Variable(root) = &traversal.expr else { return None };
    let steps = traversal.operators.iter().map_while(|operator| match operator.value() {
        TraversalOperator::GetAttr(name) => Some(name.as_str().to_owned()),
        _ => None,
    });
    Some(std::iter::once(root.as_str().to_owned()).chain(steps).collect())
}
