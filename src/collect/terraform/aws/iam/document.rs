//! Policy documents in a plan: a known text, a text that `data.aws_iam_policy_document` renders from
//! partly known statements, or a text of which only the references survive.

mod merge;
mod statement;

use crate::collect::terraform::{Block, Plan};
use crate::inventory::aws::iam::PolicyDocument;
use crate::inventory::{Reason, Value};

/// Documents may be built from documents; a plan without a cycle is never so deep.
const DEEPEST: usize = 16;

/// Reads the policy document that an attribute holds; null when there is none.
pub(crate) fn policy(block: &Block<'_>, attribute: &str) -> Value<Option<PolicyDocument>> {
    match block.string(attribute) {
        Value::Known(None) => Value::Known(None),
        Value::Known(Some(text)) if text.trim().is_empty() => Value::Known(None),
        Value::Known(Some(text)) => parse(&text, attribute).map(Some),
        Value::Unknown(reason) => rendered(block, attribute, reason, 0).map(Some),
    }
}

fn parse(text: &str, attribute: &str) -> Value<PolicyDocument> {
    match PolicyDocument::parse(text) {
        Ok(document) => Value::Known(document),
        Err(error) => Value::Unknown(Reason::Opaque(format!("{attribute}: {error}"))),
    }
}

/// Follows an unknown text to the data source that renders it.
fn rendered(block: &Block<'_>, attribute: &str, reason: Reason, depth: usize) -> Value<PolicyDocument> {
    let Some(resolution) = block.references(attribute) else {
        return Value::Unknown(reason);
    };
    let mut positions: Vec<usize> = resolution.targets.iter().map(|target| target.position).collect();
    positions.dedup();
    let plan = block.plan();
    let name = |position: usize| plan.resource(position).map_or("", |resource| &*resource.address);
    match positions.as_slice() {
        [only] if resolution.unresolved.is_empty() && is_document(plan, *only) => of_data(plan, *only, depth),
        [] => Value::Unknown(Reason::Unresolved(resolution.unresolved.join(", "))),
        several if several.iter().all(|&position| is_document(plan, position)) => {
            let names: Vec<&str> = several
                .iter()
                .map(|&position| name(position))
                .chain(resolution.unresolved.iter().map(String::as_str))
                .collect();
            Value::Unknown(Reason::Unresolved(format!("one or some of {}", names.join(", "))))
        }
        [first, ..] => Value::Unknown(Reason::Opaque(format!(
            "the text of {attribute} is put together from {}, which is known after apply; a plan keeps only the reference",
            name(*first)
        ))),
    }
}

fn is_document(plan: &Plan, position: usize) -> bool {
    plan.resource(position).is_some_and(|resource| resource.parsed.type_name == "aws_iam_policy_document")
}

/// Reads a `data.aws_iam_policy_document`.
fn of_data(plan: &Plan, position: usize, depth: usize) -> Value<PolicyDocument> {
    if depth > DEEPEST {
        return Value::Unknown(Reason::Opaque("documents that are built from each other".to_owned()));
    }
    let Ok(opened) = plan.open(position) else {
        return Value::Unknown(Reason::Opaque("a data source that cannot be read".to_owned()));
    };
    let block = opened.block(plan);
    if let Some(text) = block.raw("json").and_then(serde_json::Value::as_str) {
        return parse(text, "json");
    }
    let own = block.blocks("statement").map(|blocks| blocks.iter().map(statement::read).collect::<Vec<_>>());
    let sources = documents(&block, &["source_json", "source_policy_documents"], depth);
    let overrides = documents(&block, &["override_json", "override_policy_documents"], depth);
    match (sources, own, overrides) {
        (Value::Known(sources), Value::Known(own), Value::Known(overrides)) => merge::merge(sources, own, overrides),
        (Value::Unknown(reason), ..) | (_, Value::Unknown(reason), _) | (.., Value::Unknown(reason)) => {
            Value::Unknown(reason)
        }
    }
}

/// Reads the documents that a data source builds on.
fn documents(block: &Block<'_>, attributes: &[&str], depth: usize) -> Value<Vec<PolicyDocument>> {
    let mut found = Vec::new();
    for attribute in attributes {
        let texts = match block.strings(attribute) {
            Value::Known(texts) => texts,
            Value::Unknown(reason) => vec![Value::Unknown(reason)],
        };
        let mut unknown = None;
        for text in texts {
            match text {
                Value::Known(text) if text.trim().is_empty() => {}
                Value::Known(text) => match parse(&text, attribute) {
                    Value::Known(document) => found.push(document),
                    Value::Unknown(reason) => return Value::Unknown(reason),
                },
                Value::Unknown(reason) => unknown = Some(reason),
            }
        }
        let Some(reason) = unknown else { continue };
        // Which of the references is which element cannot be told: all of them take part.
        let Some(resolution) = block.references(attribute) else {
            return Value::Unknown(reason);
        };
        let plan = block.plan();
        let told = resolution.unresolved.is_empty()
            && resolution.certainty == crate::inventory::Certainty::All
            && !resolution.targets.is_empty()
            && resolution.targets.iter().all(|target| is_document(plan, target.position));
        if !told {
            return Value::Unknown(reason);
        }
        let mut positions: Vec<usize> = resolution.targets.iter().map(|target| target.position).collect();
        positions.dedup();
        for position in positions {
            match of_data(plan, position, depth + 1) {
                Value::Known(document) => found.push(document),
                Value::Unknown(reason) => return Value::Unknown(reason),
            }
        }
    }
    Value::Known(found)
}
