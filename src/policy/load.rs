//! Loads rules, helper modules and profiles: those that ship with hfscan, and a user's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::embedded;
use super::failure::{PolicyFailure, Problem};
use super::metadata;
use super::profile::Profile;
use super::rule::Rule;

/// A helper module that rules import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// Path of the file, as messages name it.
    pub path: String,
    /// Its package, such as `hfscan.lib.finding`.
    pub package: String,
    /// The Rego text.
    pub text: Arc<str>,
}

/// Everything that a run may choose from.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Rules by id.
    pub rules: BTreeMap<Arc<str>, Rule>,
    /// Helper modules by package.
    pub libraries: BTreeMap<String, Library>,
    /// Profiles by id.
    pub profiles: BTreeMap<String, Profile>,
}

/// What a policy file is, told by its name.
enum Role {
    Rule,
    Library,
    Profile,
    Other,
}

/// Loads the rules that ship with hfscan.
pub fn builtin() -> Result<Policies, PolicyFailure> {
    let mut loader = Loader::default();
    for (path, text) in embedded::files() {
        loader.file(&format!("policies/{path}"), path, text, false);
    }
    loader.finish()
}

impl Policies {
    /// Adds the rules, helpers and profiles of a directory; one with the id of a loaded one takes
    /// its place.
    pub fn with_directory(self, directory: &Path) -> Result<Self, PolicyFailure> {
        let mut loader = Loader { policies: self, problems: Vec::new() };
        for (name, path, text) in read_directory(directory)? {
            loader.file(&path, &name, &text, true);
        }
        loader.finish()
    }

    /// Loads a directory alone, beside the built-in helper modules.
    pub fn of_directory(directory: &Path) -> Result<Self, PolicyFailure> {
        let libraries = builtin()?.libraries;
        Self { libraries, ..Self::default() }.with_directory(directory)
    }

    /// Returns the rule with this id or former id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id).or_else(|| self.rules.values().find(|rule| rule.aliases.iter().any(|alias| alias == id)))
    }
}

/// Reads all files of a directory as (path in there, path for messages, text), sorted.
pub(crate) fn read_directory(directory: &Path) -> Result<Vec<(String, String, String)>, PolicyFailure> {
    let mut paths = Vec::new();
    walk(directory, &mut paths)?;
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
            let relative = path.strip_prefix(directory).unwrap_or(&path);
            let name =
                relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            Ok((name, path.display().to_string(), text))
        })
        .collect()
}

fn walk(directory: &Path, paths: &mut Vec<PathBuf>) -> Result<(), PolicyFailure> {
    for entry in fs::read_dir(directory).map_err(|error| unreadable(directory, &error))? {
        let path = entry.map_err(|error| unreadable(directory, &error))?.path();
        if path.is_dir() {
            walk(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rego" || extension == "yaml") {
            paths.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> PolicyFailure {
    PolicyFailure::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

#[derive(Default)]
struct Loader {
    policies: Policies,
    problems: Vec<Problem>,
}

impl Loader {
    fn file(&mut self, path: &str, name: &str, text: &str, custom: bool) {
        match role(name, text) {
            Role::Rule => match metadata::parse(path, text, custom) {
                Ok(rule) => self.rule(rule, name),
                Err(problems) => self.problems.extend(problems),
            },
            Role::Library => {
                if let Some((_, package)) = metadata::package_of(text) {
                    let library = Library { path: path.to_owned(), package: package.clone(), text: text.into() };
                    self.policies.libraries.insert(package, library);
                }
            }
            Role::Profile => match Profile::parse(path, text) {
                Ok(profile) => {
                    self.policies.profiles.insert(profile.id.clone(), profile);
                }
                Err(problem) => self.problems.push(problem),
            },
            Role::Other => {}
        }
    }

    fn rule(&mut self, rule: Rule, name: &str) {
        if let Some(problem) = one_name(&rule, name) {
            self.problems.push(problem);
            return;
        }
        if let Some(other) = self.policies.rules.get(&rule.id)
            && other.custom == rule.custom
            && other.path != rule.path
        {
            let message =
                format!("rule `{}` is already in {}; expected one file per rule; rename one", rule.id, other.path);
            self.problems.push(Problem::new(&rule.path, 1, 1, message));
            return;
        }
        self.policies.rules.insert(Arc::clone(&rule.id), rule);
    }

    fn finish(mut self) -> Result<Policies, PolicyFailure> {
        if self.problems.is_empty() {
            return Ok(self.policies);
        }
        self.problems.sort();
        Err(PolicyFailure::Invalid(self.problems))
    }
}

fn role(name: &str, text: &str) -> Role {
    let is_in =
        |directory: &str| name.starts_with(&format!("{directory}/")) || name.contains(&format!("/{directory}/"));
    let is_rego = Path::new(name).extension().is_some_and(|extension| extension == "rego");
    if name.ends_with("_test.rego") || name.ends_with("_cases.yaml") {
        Role::Other
    } else if is_rego {
        let package = metadata::package_of(text).map(|(_, package)| package).unwrap_or_default();
        if package.starts_with("hfscan.lib.") || is_in("lib") { Role::Library } else { Role::Rule }
    } else if is_in("profiles") {
        Role::Profile
    } else {
        Role::Other
    }
}

/// Checks that path, package and id are one name. `name` is the path inside the directory of
/// policies.
fn one_name(rule: &Rule, name: &str) -> Option<Problem> {
    let stem = name.strip_suffix(".rego").unwrap_or(name).replace('/', ".");
    let package = rule.package.strip_prefix("hfscan.rules.").unwrap_or(&rule.package);
    // A user may keep rules below any directory; the end of the path has to agree.
    let agrees = stem == package || stem.ends_with(&format!(".{package}")) || package.ends_with(&format!(".{stem}"));
    if agrees && metadata::id_of(&rule.package) == *rule.id {
        return None;
    }
    let line = rule.text.lines().zip(1..).find(|(line, _)| line.starts_with("package ")).map_or(1, |(_, n)| n);
    Some(Problem::new(
        &rule.path,
        line,
        9,
        format!(
            "package `{}` and path differ; expected `package hfscan.rules.{stem}`; rename one of them",
            rule.package
        ),
    ))
}
