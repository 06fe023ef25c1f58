//! Finds the plan in a text and tells what it is when there is none: a state, HCL, the plan for
//! people, a cut-off file.

use serde::de::IgnoredAny;
use serde_json::error::Category;

use super::document::Envelope;
use super::failure::Failure;
use crate::source::Source;

/// Objects that are tried before a text counts as no plan: logs have braces too.
const ATTEMPTS: usize = 200;

pub(super) struct Found<'a> {
    pub(super) envelope: Envelope<'a>,
    pub(super) warnings: Vec<String>,
}

/// Finds the plan; log lines before and anything after it are skipped with a warning.
pub(super) fn find(source: &Source) -> Result<Found<'_>, Failure> {
    let text = source.text();
    if text.trim().is_empty() {
        return Err(Failure::Empty { file: source.name().clone() });
    }
    let mut warnings = Vec::new();
    if source.is_damaged() {
        warnings.push(format!("{}: some bytes are no valid text and were replaced", source.name()));
    }
    let first = text.len() - text.trim_start().len();
    let mut worst: Option<Failure> = None;
    let mut farthest = 0;
    let mut at = first;
    for _ in 0..ATTEMPTS {
        let Some(start) = next_object(text, at) else { break };
        let mut objects = serde_json::Deserializer::from_str(text.get(start..).unwrap_or_default()).into_iter();
        match objects.next() {
            Some(Ok(envelope)) => {
                let end = start + objects.byte_offset();
                match judge(source, start, &envelope) {
                    Ok(()) => {
                        surroundings(source, first, start, end, &mut warnings)?;
                        return Ok(Found { envelope, warnings });
                    }
                    Err(failure) => {
                        let is_log = envelope.level.is_some();
                        if !is_log && worst.is_none() {
                            worst = Some(failure);
                        }
                        at = end;
                    }
                }
            }
            Some(Err(error)) => {
                let reached = start + offset_of(text.get(start..).unwrap_or_default(), &error);
                if reached > farthest || worst.is_none() {
                    farthest = reached;
                    worst = Some(broken(source, start, reached, &error));
                }
                // An object that breaks far in is the plan itself; what follows are its parts.
                if reached - start > 4096 || error.classify() == Category::Eof {
                    break;
                }
                at = start + 1;
            }
            None => break,
        }
    }
    Err(no_object(source, first).or(worst).unwrap_or_else(|| Failure::NotAPlan {
        file: source.name().clone(),
        position: source.position(first),
        found: "no JSON object in it".into(),
    }))
}

/// Returns where the next `{` stands that could open a JSON object.
fn next_object(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    rest.match_indices('{').map(|(index, _)| from + index).find(|index| {
        let inside = text.get(index + 1..).unwrap_or_default().trim_start();
        inside.is_empty() || inside.starts_with(['"', '}'])
    })
}

fn judge(source: &Source, start: usize, envelope: &Envelope<'_>) -> Result<(), Failure> {
    if envelope.resource_changes.is_some() || envelope.planned_values.is_some() || envelope.configuration.is_some() {
        return Ok(());
    }
    let file = source.name().clone();
    let position = source.position(start);
    if envelope.lineage.is_some()
        || envelope.serial.is_some()
        || envelope.resources.is_some()
        || envelope.values.is_some()
    {
        return Err(Failure::State { file, position });
    }
    let found = "it has neither resource_changes nor planned_values".into();
    Err(Failure::NotAPlan { file, position, found })
}

fn surroundings(
    source: &Source,
    first: usize,
    start: usize,
    end: usize,
    warnings: &mut Vec<String>,
) -> Result<(), Failure> {
    let text = source.text();
    if start > first {
        // An array of plans is not one plan with noise around it.
        if text.get(first..).is_some_and(|text| text.starts_with('[')) && is_json(text) {
            return Err(array(source, first));
        }
        let lines = source.position(start).line - source.position(first).line;
        warnings.push(format!("{}: {lines} lines before the plan were skipped", source.name()));
    }
    if !text.get(end..).unwrap_or_default().trim().is_empty() {
        let position = source.position(end);
        warnings.push(format!(
            "{}:{}:{}: text after the plan was skipped",
            source.name(),
            position.line,
            position.column
        ));
    }
    Ok(())
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn array(source: &Source, first: usize) -> Failure {
    Failure::NotAPlan { file: source.name().clone(), position: source.position(first), found: "an array".into() }
}

/// Turns the parser's line and column into an offset.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    let line = error.line().saturating_sub(1);
    let start = if line == 0 { 0 } else { text.match_indices('\n').nth(line - 1).map_or(text.len(), |(at, _)| at + 1) };
    (start + error.column()).min(text.len())
}

fn broken(source: &Source, start: usize, reached: usize, error: &serde_json::Error) -> Failure {
    let file = source.name().clone();
    let position = source.position(reached);
    match error.classify() {
        Category::Eof => Failure::Truncated { file, position },
        // The parser's own text may quote a value.
        Category::Data => {
            let position = source.position(start.max(reached));
            Failure::NotAPlan { file, position, found: "a member here has another type than in a plan".into() }
        }
        Category::Syntax | Category::Io => {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or("broken").to_owned();
            Failure::Syntax { file, position, message }
        }
    }
}

/// Tells what a text is that holds no plan, from how it begins.
fn no_object(source: &Source, first: usize) -> Option<Failure> {
    let text = source.text();
    let file = source.name().clone();
    let position = source.position(first);
    let begins = text.get(first..)?;
    if begins.starts_with('[') && is_json(text) {
        return Some(array(source, first));
    }
    if [
        "Terraform used the selected",
        "Terraform will perform",
        "OpenTofu used the selected",
        "OpenTofu will perform",
        "No changes.",
    ]
    .iter()
    .any(|opening| begins.contains(opening))
    {
        return Some(Failure::Text { file });
    }
    let blocks =
        ["resource \"", "data \"", "module \"", "provider \"", "variable \"", "output \"", "terraform {", "locals {"];
    let line =
        begins.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with(['#', '/', '*']))?;
    if blocks.iter().any(|block| line.starts_with(block)) {
        return Some(Failure::Configuration { file, position });
    }
    if !begins.starts_with('{') && is_json(begins) {
        return Some(Failure::NotAPlan { file, position, found: "a single value".into() });
    }
    None
}
