//! Profiles: a documented architecture as a set of rules, enforced or advisory, with parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::failure::Problem;
use super::severity::Severity;

/// Id of the profile that is in force when none is named: every rule, enforced.
pub const DEFAULT: &str = "default";

/// A documented architecture. Its lists name controls, which stand for all rules that enforce
/// them, or rules by id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What `--profile` names.
    pub id: String,
    /// One line.
    pub title: String,
    /// The document that it stands for.
    #[serde(default)]
    pub document: Option<String>,
    /// Controls and rules whose failures count at the gate.
    #[serde(default)]
    pub enforced: Vec<String>,
    /// Controls and rules that are reported only.
    #[serde(default)]
    pub advisory: Vec<String>,
    /// Parameters by control or rule, then by name.
    #[serde(default)]
    pub params: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    /// Severities by control or rule that differ from the rule's own.
    #[serde(default)]
    pub severity: BTreeMap<String, Severity>,
}

impl Profile {
    /// Parses a profile file.
    pub fn parse(path: &str, text: &str) -> Result<Self, Problem> {
        let profile: Self = serde_saphyr::from_str(text).map_err(|error| {
            let place = error.location();
            let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
            Problem::new(
                path,
                place.map_or(1, |place| small(place.line())),
                place.map_or(1, |place| small(place.column())),
                format!(
                    "profile: {}; expected id, title, document, enforced, advisory, params, severity; correct the file",
                    error.without_snippet()
                ),
            )
        })?;
        let enforced: BTreeSet<&String> = profile.enforced.iter().collect();
        if let Some(both) = profile.advisory.iter().find(|name| enforced.contains(name)) {
            let line = text.lines().zip(1..).filter(|(line, _)| line.contains(both.as_str())).map(|(_, n)| n).last();
            let message =
                format!("`{both}` is both enforced and advisory; expected one of them; remove it from one list");
            return Err(Problem::new(path, line.unwrap_or(1), 1, message));
        }
        Ok(profile)
    }
}
