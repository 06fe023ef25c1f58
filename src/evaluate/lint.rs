//! Checks of rules that the engine does not make: one name, known kinds, paths that exist, no
//! recursion, no built-in that looks at the world or runs without end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use serde_json::Value as Json;

use super::engine::Program;
use super::reads::{Part, Pattern, Read, Reads};
use crate::inventory::schema;
use crate::policy::failure::{Problem, similar};
use crate::policy::rule::Rule;

/// Built-in functions that a rule must not call: name, or prefix that ends in a dot; and why.
const REFUSED: &[(&str, &str)] = &[
    ("http.send", "reaches the network"),
    ("opa.runtime", "reads the environment"),
    ("time.now_ns", "asks for the time, so that outcomes change from day to day"),
    ("rand.", "is random"),
    ("uuid.", "is random"),
    ("print", "writes beside the report"),
    ("trace", "writes beside the report"),
    ("net.cidr_expand", "runs without a limit; use net.cidr_contains"),
    ("numbers.range", "runs without a limit; iterate over the input"),
    ("numbers.range_step", "runs without a limit; iterate over the input"),
    ("walk", "cannot be followed to the paths that it reads; name the paths"),
];

/// Makes the schema of a kind once: many rules share it.
fn schema_of(kind: &str) -> Option<&'static Json> {
    static SCHEMAS: LazyLock<BTreeMap<&'static str, OnceLock<Option<Json>>>> =
        LazyLock::new(|| schema::kinds().iter().map(|kind| (*kind, OnceLock::new())).collect());
    SCHEMAS.get(kind)?.get_or_init(|| schema::of_kind(kind)).as_ref()
}

/// Checks a compiled rule.
pub(crate) fn program(rule: &Rule, program: &Program, reads: &Reads) -> Vec<Problem> {
    let mut problems = Vec::new();
    kinds(rule, &mut problems);
    builtins(reads, &mut problems);
    negations(reads, &mut problems);
    recursion(rule, program, reads, &mut problems);
    paths(rule, reads, &mut problems);
    params(rule, reads, &mut problems);
    problems.sort();
    problems.dedup();
    problems
}

fn kinds(rule: &Rule, problems: &mut Vec<Problem>) {
    for kind in &rule.kinds {
        if schema::kinds().contains(&kind.as_str()) {
            continue;
        }
        let line = rule.text.lines().zip(1..).find(|(line, _)| line.starts_with('#') && line.contains(kind.as_str()));
        let hint = similar(kind, schema::kinds().iter().copied())
            .map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
        problems.push(Problem::new(
            &rule.path,
            line.map_or(1, |(_, number)| number),
            1,
            format!("unknown kind `{kind}`{hint}; expected one that `hfscan schema` lists; correct the metadata"),
        ));
    }
}

fn builtins(reads: &Reads, problems: &mut Vec<Problem>) {
    for ((file, line, column), (name, arity)) in &reads.misfits {
        // What is refused by name needs no second message.
        if refused(name).is_some() {
            continue;
        }
        let message = match arity {
            Some(arity) => {
                format!("`{name}` is called with the wrong number of arguments; expected {arity}; correct the call")
            }
            None => format!(
                "there is no function `{name}`; expected a built-in, or one of a module that is imported; correct the name or the import"
            ),
        };
        problems.push(Problem::new(file, *line, *column, message));
    }
    for (called, (file, line, column)) in &reads.builtins {
        if let Some(why) = refused(called) {
            let message = format!("`{called}` {why}; expected a rule that depends on its input alone; remove the call");
            problems.push(Problem::new(file, *line, *column, message));
        }
    }
}

/// OPA asks whether no element is so; the engine asks it of each element, and so holds if one is not.
fn negations(reads: &Reads, problems: &mut Vec<Problem>) {
    for (file, line, column) in &reads.negated {
        let message = "`[_]` stands under `not`, where engines disagree whether no element or not every one is meant; \
                       expected a membership, an `every` or a helper rule; write `not x in list`, or name the helper";
        problems.push(Problem::new(file, *line, *column, message));
    }
}

fn refused(called: &str) -> Option<&'static str> {
    REFUSED
        .iter()
        .find(|(name, _)| called == *name || (name.ends_with('.') && called.starts_with(name)))
        .map(|(_, why)| *why)
}

fn recursion(rule: &Rule, program: &Program, reads: &Reads, problems: &mut Vec<Problem>) {
    for start in reads.calls.keys() {
        let mut seen = BTreeSet::new();
        let mut stack: Vec<&String> = reads.calls.get(start).into_iter().flatten().collect();
        while let Some(called) = stack.pop() {
            if called == start {
                let line = program.rule.package.span.line;
                let name = start.strip_prefix("data.").unwrap_or(start);
                let message =
                    format!("`{name}` calls itself; expected rules without recursion; Rego has none, iterate instead");
                problems.push(Problem::new(&rule.path, line, 1, message));
                return;
            }
            if seen.insert(called) {
                stack.extend(reads.calls.get(called).into_iter().flatten());
            }
        }
    }
}

fn params(rule: &Rule, reads: &Reads, problems: &mut Vec<Problem>) {
    for (name, (file, line, column)) in &reads.params {
        // A helper module may read parameters that only some rules have.
        if file == &rule.path && !rule.params.contains_key(name) {
            let hint = similar(name, rule.params.keys().map(String::as_str))
                .map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
            let message = format!(
                "unknown parameter `{name}`{hint}; expected one that the metadata declare; add it below `params`"
            );
            problems.push(Problem::new(file, *line, *column, message));
        }
    }
}

fn paths(rule: &Rule, reads: &Reads, problems: &mut Vec<Problem>) {
    let schemas: Vec<&Json> = rule.kinds.iter().filter_map(|kind| schema_of(kind)).collect();
    if schemas.is_empty() {
        return;
    }
    let mut reported: BTreeMap<(&str, u32), usize> = BTreeMap::new();
    for read in &reads.all {
        let Some(missing) = missing(&schemas, &read.pattern) else {
            continue;
        };
        // One message for each line: the shortest path that does not exist.
        let place = (read.file.as_str(), read.line);
        if reported.get(&place).is_some_and(|length| *length <= missing.0) {
            continue;
        }
        reported.insert(place, missing.0);
        problems.push(problem(rule, read, &missing));
    }
}

fn problem(rule: &Rule, read: &Read, (length, known): &(usize, Vec<String>)) -> Problem {
    let shown = read.pattern.get(..*length).unwrap_or(&read.pattern);
    let name = match shown.last() {
        Some(Part::Key(name)) => name.as_str(),
        _ => "",
    };
    let hint = similar(name, known.iter().map(String::as_str))
        .map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
    Problem::new(
        &read.file,
        read.line,
        read.column,
        format!(
            "`{}` does not exist in {}{hint}; expected one of: {}; `hfscan schema {}` shows all",
            show(shown),
            rule.kinds.join(", "),
            known.join(", "),
            rule.kinds.first().map_or("", String::as_str),
        ),
    )
}

fn show(pattern: &[Part]) -> String {
    pattern.iter().fold("input".to_owned(), |text, part| match part {
        Part::Key(key) => text + "." + key,
        Part::Any => text + "[_]",
    })
}

/// Returns how much of the path it takes until no schema knows it, and the names known there.
fn missing(schemas: &[&Json], pattern: &Pattern) -> Option<(usize, Vec<String>)> {
    let mut places: Vec<&Json> = schemas.to_vec();
    for (position, part) in pattern.iter().enumerate() {
        let mut next = Vec::new();
        let mut known = BTreeSet::new();
        for place in &places {
            match step(place, part) {
                Next::Anything => return None,
                Next::Places(found) => next.extend(found),
            }
            names(place, &mut known);
        }
        if next.is_empty() {
            return Some((position + 1, known.into_iter().collect()));
        }
        places = next;
    }
    None
}

enum Next<'a> {
    Anything,
    Places(Vec<&'a Json>),
}

fn step<'a>(schema: &'a Json, part: &Part) -> Next<'a> {
    let Some(object) = schema.as_object() else {
        return Next::Anything;
    };
    let mut found = Vec::new();
    let mut any_structure = false;
    for union in ["anyOf", "oneOf", "allOf"] {
        for branch in object.get(union).and_then(Json::as_array).into_iter().flatten() {
            any_structure = true;
            if branch.get("type").is_some_and(|kind| kind == "null") {
                continue;
            }
            match step(branch, part) {
                Next::Anything => return Next::Anything,
                Next::Places(places) => found.extend(places),
            }
        }
    }
    if let Some(properties) = object.get("properties").and_then(Json::as_object) {
        any_structure = true;
        match part {
            Part::Key(name) => found.extend(properties.get(name)),
            Part::Any => found.extend(properties.values()),
        }
    }
    match object.get("additionalProperties") {
        Some(Json::Bool(false)) => any_structure = true,
        Some(rest @ Json::Object(_)) => {
            any_structure = true;
            found.push(rest);
        }
        Some(_) => return Next::Anything,
        None => {}
    }
    match (object.get("items"), part) {
        (Some(items), Part::Any) => {
            any_structure = true;
            found.push(items);
        }
        (Some(_), Part::Key(_)) => any_structure = true,
        (None, _) => {}
    }
    if object.contains_key("type") || object.contains_key("enum") || object.contains_key("const") {
        // A plain object or list without a word about its content may hold anything.
        let open = object.get("type").is_some_and(|kind| *kind == "object" || *kind == "array");
        if !any_structure && open {
            return Next::Anything;
        }
        any_structure = true;
    }
    if any_structure { Next::Places(found) } else { Next::Anything }
}

fn names(schema: &Json, known: &mut BTreeSet<String>) {
    if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
        known.extend(properties.keys().cloned());
    }
    for union in ["anyOf", "oneOf", "allOf"] {
        for branch in schema.get(union).and_then(Json::as_array).into_iter().flatten() {
            names(branch, known);
        }
    }
}

/// Returns the paths of a test's input that no schema of these kinds knows, with what to do.
pub(crate) fn foreign_paths(kinds: &[String], input: &Json) -> Vec<(String, String)> {
    let schemas: Vec<&Json> = kinds.iter().filter_map(|kind| schema_of(kind)).collect();
    let mut found = Vec::new();
    foreign(&schemas, input, &mut Vec::new(), &mut found);
    found
}

fn foreign(schemas: &[&Json], value: &Json, path: &mut Pattern, found: &mut Vec<(String, String)>) {
    if let Some((_, known)) = missing(schemas, path) {
        let message = format!(
            "does not exist; expected one of: {}; correct the case",
            known.into_iter().collect::<Vec<_>>().join(", ")
        );
        found.push((show(path), message));
        return;
    }
    match value {
        Json::Object(object) => {
            for (key, value) in object {
                path.push(Part::Key(key.clone()));
                foreign(schemas, value, path, found);
                path.pop();
            }
        }
        Json::Array(items) => {
            for value in items {
                path.push(Part::Any);
                foreign(schemas, value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}
