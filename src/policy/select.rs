//! Chooses the rules of a run: profile, then `--rule`, `--skip-rule`, `--framework` and
//! `--min-severity`.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

use super::failure::{PolicyFailure, similar};
use super::load::{Library, Policies};
use super::profile::{DEFAULT, Profile};
use super::rule::{Rule, SelectedRule};
use super::severity::Severity;

/// Values of parameters, by rule or control, then by name.
pub type Parameters = BTreeMap<String, BTreeMap<String, serde_json::Value>>;

/// What the user asks for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// A profile; all rules, enforced, if none.
    pub profile: Option<String>,
    /// Globs of rule ids, former ids or controls: only these.
    pub rules: Vec<String>,
    /// Globs of rule ids, former ids or controls: not these.
    pub skip_rules: Vec<String>,
    /// Only rules that map to this framework.
    pub framework: Option<String>,
    /// Only rules that weigh at least this.
    pub min_severity: Option<Severity>,
    /// Values of parameters that outweigh those of the profile: the first that has one decides.
    pub parameters: Vec<Parameters>,
}

/// The rules of a run.
#[derive(Debug, Clone)]
pub struct Selected {
    /// The profile in force.
    pub profile: Profile,
    /// The rules, sorted by id.
    pub rules: Vec<SelectedRule>,
    /// Controls of the profile that no rule enforces yet.
    pub not_covered: Vec<String>,
    /// The helper modules that the rules may import.
    pub libraries: Vec<Library>,
}

/// Chooses the rules of a run.
pub fn select(policies: &Policies, selection: &Selection) -> Result<Selected, PolicyFailure> {
    let profile = profile(policies, selection.profile.as_deref())?;
    let everything = profile.id == DEFAULT && !policies.profiles.contains_key(DEFAULT);
    let only = matchers(policies, &selection.rules)?;
    let skip = matchers(policies, &selection.skip_rules)?;
    check_framework(policies, selection.framework.as_deref())?;
    check_params(policies, &profile)?;

    let mut rules = Vec::new();
    for rule in policies.rules.values() {
        let listed = |names: &[String]| names.iter().any(|name| names_rule(name, rule));
        let by_name = matches(&only, rule);
        let enforced = everything || listed(&profile.enforced);
        // Naming a rule brings it in even when the profile does not list it; it is then advisory.
        if !(enforced || listed(&profile.advisory) || rule.custom || by_name) {
            continue;
        }
        if (!only.is_empty() && !by_name) || matches(&skip, rule) {
            continue;
        }
        if selection.framework.as_ref().is_some_and(|framework| !rule.frameworks.contains_key(framework)) {
            continue;
        }
        let mut rule = rule.clone();
        if let Some(severity) = for_rule(&profile.severity, &rule) {
            rule.severity = *severity;
        }
        if selection.min_severity.is_some_and(|least| rule.severity < least) {
            continue;
        }
        // A user's own rule is wanted by being there; a profile may still call it advisory.
        let enforced = enforced || (rule.custom && !listed(&profile.advisory));
        let params = params(&profile, &selection.parameters, &rule);
        rules.push(SelectedRule { rule, enforced, params });
    }
    let not_covered = profile
        .enforced
        .iter()
        .chain(&profile.advisory)
        .filter(|name| !policies.rules.values().any(|rule| names_rule(name, rule)))
        .cloned()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    Ok(Selected { profile, rules, not_covered, libraries: policies.libraries.values().cloned().collect() })
}

fn profile(policies: &Policies, name: Option<&str>) -> Result<Profile, PolicyFailure> {
    let name = name.unwrap_or(DEFAULT);
    if let Some(profile) = policies.profiles.get(name) {
        return Ok(profile.clone());
    }
    if name == DEFAULT {
        return Ok(Profile { id: DEFAULT.into(), title: "Every rule, enforced".into(), ..Profile::default() });
    }
    let known: Vec<&str> = std::iter::once(DEFAULT).chain(policies.profiles.keys().map(String::as_str)).collect();
    Err(PolicyFailure::UnknownProfile {
        name: name.to_owned(),
        suggestion: similar(name, known.iter().copied()),
        known: known.join(", "),
    })
}

/// Checks that there is a profile of this name.
pub fn check_profile(policies: &Policies, name: Option<&str>) -> Result<(), PolicyFailure> {
    profile(policies, name).map(|_| ())
}

/// Checks that a glob matches a rule.
pub fn check_pattern(policies: &Policies, pattern: &str) -> Result<(), PolicyFailure> {
    matchers(policies, &[pattern.to_owned()]).map(|_| ())
}

fn params(profile: &Profile, layers: &[Parameters], rule: &Rule) -> BTreeMap<String, serde_json::Value> {
    rule.params
        .iter()
        .map(|(name, parameter)| {
            let value = match origin(profile, layers, rule, name) {
                Origin::Layer { value, .. } | Origin::Profile(value) => value,
                Origin::Rule => &parameter.default,
            };
            (name.clone(), value.clone())
        })
        .collect()
}

/// Who sets a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin<'a> {
    /// One of the selection's values.
    Layer {
        /// Which of them.
        layer: usize,
        /// The rule or control that it names.
        name: &'a str,
        /// The value.
        value: &'a serde_json::Value,
    },
    /// The profile.
    Profile(&'a serde_json::Value),
    /// The rule itself, by its default.
    Rule,
}

/// Returns who sets a parameter of a rule.
pub fn origin<'a>(profile: &'a Profile, layers: &'a [Parameters], rule: &'a Rule, parameter: &str) -> Origin<'a> {
    let names =
        || std::iter::once(&*rule.id).chain(rule.aliases.iter().map(String::as_str)).chain(rule.control.as_deref());
    let in_layer = |(layer, set): (usize, &'a Parameters)| {
        names().find_map(|name| Some(Origin::Layer { layer, name, value: set.get(name)?.get(parameter)? }))
    };
    let of_profile = || for_rule(&profile.params, rule).and_then(|set| set.get(parameter)).map(Origin::Profile);
    layers.iter().enumerate().find_map(in_layer).or_else(of_profile).unwrap_or(Origin::Rule)
}

/// A misspelt parameter would silently leave the default in force.
fn check_params(policies: &Policies, profile: &Profile) -> Result<(), PolicyFailure> {
    for (name, params) in &profile.params {
        let rules: Vec<&Rule> = policies.rules.values().filter(|rule| names_rule(name, rule)).collect();
        if rules.is_empty() {
            continue;
        }
        let known: BTreeSet<&str> = rules.iter().flat_map(|rule| rule.params.keys().map(String::as_str)).collect();
        if let Some(param) = params.keys().find(|param| !known.contains(param.as_str())) {
            return Err(PolicyFailure::UnknownParameter {
                profile: profile.id.clone(),
                name: name.clone(),
                param: param.clone(),
                suggestion: similar(param, known.iter().copied()),
                known: if known.is_empty() { "none".into() } else { known.into_iter().collect::<Vec<_>>().join(", ") },
            });
        }
    }
    Ok(())
}

/// A rule's own entry goes before that of its control.
fn for_rule<'a, T>(map: &'a BTreeMap<String, T>, rule: &Rule) -> Option<&'a T> {
    let control = || rule.control.as_ref().and_then(|control| map.get(control));
    map.get(&*rule.id).or_else(|| rule.aliases.iter().find_map(|alias| map.get(alias))).or_else(control)
}

/// Returns whether a name is that of a rule: its id, a former one, or its control.
pub fn names_rule(name: &str, rule: &Rule) -> bool {
    *name == *rule.id || rule.control.as_deref() == Some(name) || rule.aliases.iter().any(|alias| alias == name)
}

fn matchers(policies: &Policies, patterns: &[String]) -> Result<Vec<GlobMatcher>, PolicyFailure> {
    patterns
        .iter()
        .map(|pattern| {
            let glob = Glob::new(pattern).map_err(|error| PolicyFailure::BadGlob {
                pattern: pattern.clone(),
                reason: error.kind().to_string(),
            })?;
            let matcher = [glob.compile_matcher()];
            if policies.rules.values().any(|rule| matches(&matcher, rule)) {
                let [matcher] = matcher;
                return Ok(matcher);
            }
            Err(PolicyFailure::UnknownRule {
                pattern: pattern.clone(),
                suggestion: similar(pattern, policies.rules.keys().map(|id| &**id)),
            })
        })
        .collect()
}

fn matches(matchers: &[GlobMatcher], rule: &Rule) -> bool {
    matchers.iter().any(|matcher| {
        matcher.is_match(&*rule.id)
            || rule.control.as_ref().is_some_and(|control| matcher.is_match(control))
            || rule.aliases.iter().any(|alias| matcher.is_match(alias))
    })
}

/// Checks that a rule maps to a framework.
pub fn check_framework(policies: &Policies, name: Option<&str>) -> Result<(), PolicyFailure> {
    let Some(name) = name else { return Ok(()) };
    let known: BTreeSet<&str> =
        policies.rules.values().flat_map(|rule| rule.frameworks.keys().map(String::as_str)).collect();
    if known.contains(name) {
        return Ok(());
    }
    Err(PolicyFailure::UnknownFramework {
        name: name.to_owned(),
        suggestion: similar(name, known.iter().copied()),
        known: known.into_iter().collect::<Vec<_>>().join(", "),
    })
}
