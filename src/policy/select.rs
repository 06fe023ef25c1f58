//! Chooses the rules of a run: profile, then `--rule`, `--skip-rule`, `--framework` and
//! `--min-severity`.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

use super::failure::{PolicyFailure, similar};
use super::load::{Library, Policies};
use super::profile::{DEFAULT, Profile};
use super::rule::{Rule, SelectedRule};
use super::severity::Severity;

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
        let params = params(&profile, &rule);
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

fn params(profile: &Profile, rule: &Rule) -> BTreeMap<String, serde_json::Value> {
    let set = for_rule(&profile.params, rule);
    rule.params
        .iter()
        .map(|(name, parameter)| {
            let value = set.and_then(|set| set.get(name)).unwrap_or(&parameter.default);
            (name.clone(), value.clone())
        })
        .collect()
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

fn names_rule(name: &str, rule: &Rule) -> bool {
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

fn check_framework(policies: &Policies, name: Option<&str>) -> Result<(), PolicyFailure> {
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
