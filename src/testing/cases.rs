//! Cases beside a rule: an input, what of it is unknown, and the outcome that a scan has to give.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use serde_saphyr::Spanned;

use super::Tested;
use crate::evaluate::Bench;
use crate::evaluate::coverage::Runs;
use crate::evaluate::gate::{Evidence, Others};
use crate::evaluate::outcome::Outcome;
use crate::evaluate::path::{Path, Step};
use crate::evaluate::{lint, view};
use crate::policy::failure::Problem;
use crate::policy::load::Library;
use crate::policy::rule::{Rule, SelectedRule};

/// A case of a `<rule>_cases.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    name: Spanned<String>,
    /// What the rule sees. What is left out of the frame (id, kind, tags, …) is filled in; what is
    /// left out of attributes and facts stays out.
    #[serde(default)]
    input: Map<String, Json>,
    /// Paths that are unknown, and why.
    #[serde(default)]
    unknown: BTreeMap<String, String>,
    /// Parameters that differ from their defaults.
    #[serde(default)]
    params: BTreeMap<String, Json>,
    /// Other resources by id, for `data.hfscan.inventory`.
    #[serde(default)]
    inventory: BTreeMap<String, Map<String, Json>>,
    /// The outcome.
    expect: Outcome,
    /// The tags of all findings, sorted; for `fail`.
    #[serde(default)]
    tags: Option<Vec<String>>,
    /// The paths of all doubts, sorted; for `unknown`.
    #[serde(default)]
    doubts: Option<Vec<String>>,
    /// Text that the message of a finding, a doubt or the error has to contain.
    #[serde(default)]
    message: Option<String>,
}

/// The rule that cases are for, compiled with its default parameters.
pub(super) struct RuleUnderTest<'a> {
    pub selected: &'a SelectedRule,
    pub libraries: &'a [Library],
    pub bench: &'a Bench,
}

/// Parses a file of cases.
pub(super) fn parse(path: &str, text: &str) -> Result<Vec<Case>, Problem> {
    serde_saphyr::from_str(text).map_err(|error| {
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let (line, column) = error.location().map_or((1, 1), |place| (small(place.line()), small(place.column())));
        let message = format!(
            "cases: {}; expected a list of {{name, input, unknown, params, inventory, expect, tags, doubts, message}}; correct the file",
            error.without_snippet()
        );
        Problem::new(path, line, column, message)
    })
}

impl Case {
    fn line(&self) -> u32 {
        u32::try_from(self.name.referenced.line()).unwrap_or(1)
    }

    /// Returns what is wrong with the case itself: paths and parameters that do not exist.
    pub(super) fn problems(&self, rule: &Rule, file: &str) -> Vec<Problem> {
        let mut messages = Vec::new();
        for (path, message) in lint::foreign_paths(&rule.kinds, &Json::Object(self.input.clone())) {
            messages.push(format!("`{path}` {message}"));
        }
        for name in self.params.keys().filter(|name| !rule.params.contains_key(*name)) {
            messages
                .push(format!("the rule has no parameter `{name}`; expected one that its metadata declare; remove it"));
        }
        messages
            .into_iter()
            .map(|message| Problem::new(file, self.line(), 1, format!("case `{}`: {message}", self.name.value)))
            .collect()
    }

    /// Judges the case as a scan does and compares.
    pub(super) fn run(&self, rule: &RuleUnderTest<'_>, file: &str, runs: &mut Runs) -> Tested {
        let failure = self.failure(rule, runs).err();
        Tested { file: file.to_owned(), line: self.line(), name: self.name.value.clone(), failure }
    }

    fn failure(&self, rule: &RuleUnderTest<'_>, runs: &mut Runs) -> Result<(), String> {
        let mut selected = rule.selected.clone();
        let mut own_bench = None;
        if !self.params.is_empty() {
            selected.params.extend(self.params.clone());
            let bench = Bench::compile(&selected, rule.libraries)
                .map_err(|problems| problems.first().map_or_else(String::new, ToString::to_string))?;
            own_bench = Some(bench);
        }
        let bench = own_bench.as_ref().unwrap_or(rule.bench);
        let kind = selected.rule.kinds.first().map_or("", String::as_str);
        let mut input = framed("test", kind, self.input.clone());
        let mut unknown = Vec::new();
        for (text, reason) in &self.unknown {
            let path =
                Path::parse(text).ok_or_else(|| format!("`{text}` is not a path, such as `facts.ingress[0].cidr`"))?;
            clear(&mut input, &path.0).ok_or_else(|| {
                format!("unknown path `{text}` leads through something that is not there; add it to `input`")
            })?;
            unknown.push((path, reason.clone()));
        }
        let view = view::of_json(&input, unknown);
        let inventory: Map<String, Json> =
            self.inventory.iter().map(|(id, fields)| (id.clone(), framed(id, kind, fields.clone()))).collect();
        let others = Others::of_json(&Json::Object(inventory.clone()));

        let data = json!({"hfscan": {"params": selected.params, "inventory": inventory}});
        runs.reach(&selected.rule.package, &["applies", "deny", "unsure"], &view, &data);

        let (outcome, evidence) = bench.judge(&view, &others);
        self.compare(outcome, &evidence)?;
        if let Some((engine, Some(quick))) = bench.judge_both_ways(&view, &others)
            && engine != quick
        {
            return Err(format!(
                "is {} by the engine, but {} by the fast lane; this is a fault of hfscan, please report it",
                name(engine),
                name(quick)
            ));
        }
        if self.unknown.is_empty() {
            let (partly, _) = bench.judge_partly(&view, &others);
            if partly != outcome {
                return Err(format!(
                    "is {}, but {} when evaluated over unknown values; this is a fault of hfscan, please report it",
                    name(outcome),
                    name(partly)
                ));
            }
        }
        Ok(())
    }

    fn compare(&self, outcome: Outcome, evidence: &Evidence) -> Result<(), String> {
        if outcome != self.expect {
            return Err(format!("is {}; expected {}{}", name(outcome), name(self.expect), because(evidence)));
        }
        if let Some(tags) = &self.tags {
            let mut found: Vec<String> = evidence.denials.iter().filter_map(|denial| denial.tag.clone()).collect();
            found.sort();
            if found != *tags {
                return Err(format!("has the tags {found:?}; expected {tags:?}"));
            }
        }
        if let Some(doubts) = &self.doubts {
            let found: Vec<&String> = evidence.doubts.iter().map(|doubt| &doubt.path).collect();
            if found != doubts.iter().collect::<Vec<_>>() {
                return Err(format!("has doubts about {found:?}; expected {doubts:?}"));
            }
        }
        if let Some(message) = &self.message
            && !because(evidence).contains(message)
        {
            return Err(format!("does not say `{message}`{}", because(evidence)));
        }
        Ok(())
    }
}

fn because(evidence: &Evidence) -> String {
    let Evidence { denials, doubts, error } = evidence;
    let lines: Vec<String> = denials
        .iter()
        .map(|denial| format!("{}: {}", denial.path.join("."), denial.message))
        .chain(doubts.iter().map(|doubt| format!("{}: {}", doubt.path, doubt.reason)))
        .chain(error.as_deref().map(ToOwned::to_owned))
        .collect();
    if lines.is_empty() { String::new() } else { format!(" ({})", lines.join("; ")) }
}

fn name(outcome: Outcome) -> String {
    serde_json::to_value(outcome).ok().and_then(|name| name.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

/// Puts what a case gives into the frame that every resource has.
fn framed(id: &str, kind: &str, fields: Map<String, Json>) -> Json {
    let provider = kind.split('.').next().unwrap_or_default();
    let frame = json!({
        "id": id, "kind": kind, "name": null, "provider": provider, "account": null, "region": null,
        "tags": {}, "complete": true, "attributes": {}, "relations": {}, "facts": {},
    });
    let Json::Object(mut frame) = frame else { return frame };
    frame.extend(fields);
    Json::Object(frame)
}

/// Writes null at an unknown path, as the view of a resource does.
fn clear(value: &mut Json, path: &[Step]) -> Option<()> {
    let Some((step, rest)) = path.split_first() else {
        *value = Json::Null;
        return Some(());
    };
    match (step, value) {
        (Step::Key(key), Json::Object(object)) => {
            let empty = if rest.is_empty() { Json::Null } else { json!({}) };
            clear(object.entry(Arc::clone(key).to_string()).or_insert(empty), rest)
        }
        (Step::Index(index), Json::Array(items)) => clear(items.get_mut(*index)?, rest),
        _ => None,
    }
}
