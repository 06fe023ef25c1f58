//! The configuration of a project: `hfscan.toml`. In comes a file, out come the runs that it asks
//! for: values of flags, each with its place. Who outweighs whom is the command line's business.

mod check;
pub mod file;
mod find;
pub mod inputs;
pub mod keys;
mod names;
pub mod schema;
mod starter;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use thiserror::Error;

use crate::policy::failure::Problem;
use crate::policy::select::Parameters;
use crate::source::{Position, Source, SourceError};

use check::{Place, Places};
use file::File;
use keys::{Form, KEYS, Key};

pub use find::{NAME, find};
pub use starter::starter;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigFailure {
    /// The file cannot be read.
    #[error("{0}; check the path given with --config")]
    Unreadable(SourceError),
    /// The file has mistakes; at least one.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
    /// A glob of the inputs that names no file.
    #[error("{0}")]
    NoInput(Problem),
    /// The command line names a scan that the file does not have.
    #[error("{file} has no scan `{name}`; expected one of {known}{meant}")]
    UnknownScan {
        /// The file.
        file: String,
        /// As given.
        name: String,
        /// All names.
        known: String,
        /// The most similar one, in words.
        meant: String,
    },
    /// The inputs of the command line belong to several scans.
    #[error("the inputs belong to several scans of {file}: {names}; choose with --scan NAME")]
    Ambiguous {
        /// The file.
        file: String,
        /// The scans.
        names: String,
    },
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A configuration file that was read and checked.
#[derive(Debug)]
pub struct Config {
    /// What it holds.
    pub file: File,
    /// Its path, as messages name it.
    pub path: PathBuf,
    directory: PathBuf,
    places: Places,
}

/// A value of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key.
    pub key: &'static Key,
    /// Its value, in the words of the command line.
    pub values: Vec<String>,
    /// Where the key stands.
    pub place: Position,
}

/// A run that the file asks for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    /// Its name; none for what stands at the top of the file.
    pub name: Option<String>,
    /// Values of flags, in the order of the keys.
    pub settings: Vec<Setting>,
    /// Values of parameters: the first of these that has one decides.
    pub parameters: Vec<Parameters>,
    /// Profiles of live accounts.
    pub accounts: std::collections::BTreeMap<String, String>,
}

impl Config {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, ConfigFailure> {
        let source = Source::read(path).map_err(ConfigFailure::Unreadable)?;
        let directory = path.parent().map(Path::to_owned).unwrap_or_default();
        Self::parse(&source, path, &directory).map_err(ConfigFailure::Invalid)
    }

    /// Checks a text; paths in it are relative to `directory`.
    pub fn parse(source: &Source, path: &Path, directory: &Path) -> Result<Self, Vec<Problem>> {
        let problem =
            |position: Position, message: String| Problem::new(source.name(), position.line, position.column, message);
        if source.is_damaged() {
            return Err(vec![problem(
                source.position(0),
                "the file is not valid text; expected UTF-8; save it as such".into(),
            )]);
        }
        let (table, errors) = toml::de::DeTable::parse_recoverable(source.text());
        if !errors.is_empty() {
            // What follows from a mistake in the writing would only confuse.
            let mut problems: Vec<Problem> = errors
                .iter()
                .map(|error| {
                    let place = source.position(error.span().map_or(0, |span| span.start));
                    problem(place, format!("this is not TOML: {}", error.message().replace('\n', ", ")))
                })
                .collect();
            problems.sort();
            problems.dedup();
            return Err(problems);
        }
        let (places, problems) = check::check(source, &schema::of_file(), &table);
        if !problems.is_empty() {
            return Err(problems);
        }
        let file: File = toml::from_str(source.text()).map_err(|error| {
            let place = source.position(error.span().map_or(0, |span| span.start));
            vec![problem(place, error.message().replace('\n', ", "))]
        })?;
        let config = Self { file, path: path.to_owned(), directory: directory.to_owned(), places };
        let problems = config.contradictions();
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Returns what the schema cannot say: keys that exclude each other, names that occur twice.
    fn contradictions(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let scans = self.file.scan.as_deref().unwrap_or_default();
        if self.file.inputs.is_some() && !scans.is_empty() {
            let message =
                "`inputs` stand beside [[scan]]; expected one or the other; make them a [[scan]] of their own";
            problems.push(self.at(&["inputs"], message.into()));
        }
        let mut seen = BTreeSet::new();
        for (index, scan) in scans.iter().enumerate() {
            let path = ["scan", &index.to_string(), "name"];
            let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
            if scan.name.starts_with(['.', '-']) || !scan.name.chars().all(legal) {
                let message = "a name of a scan goes into file names; expected letters, digits, dots, dashes and \
                               underscores, a letter or digit first";
                problems.push(self.at_value(&path, message.into()));
            } else if !seen.insert(scan.name.as_str()) {
                problems.push(self.at_value(&path, format!("there is another scan `{}`; rename one", scan.name)));
            }
        }
        for account in self.file.accounts.iter().flatten().map(|(account, _)| account) {
            let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
            let groups: Vec<usize> = account.split('-').map(str::len).collect();
            let subscription =
                groups == [8, 4, 4, 4, 12] && account.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
            if !digits && !subscription {
                let message =
                    "this is no account; expected the 12 digits of an AWS account or the id of an Azure subscription";
                problems.push(self.at(&["accounts", account], message.into()));
            }
        }
        problems.sort();
        problems
    }

    fn place(&self, path: &[&str]) -> Place {
        let start = Position { line: 1, column: 1 };
        let path: Vec<String> = path.iter().map(|&name| name.to_owned()).collect();
        self.places.get(&path).copied().unwrap_or(Place { key: start, value: start })
    }

    /// A problem with the key of a path.
    fn at(&self, path: &[&str], message: String) -> Problem {
        let Position { line, column } = self.place(path).key;
        Problem::new(&self.name(), line, column, message)
    }

    /// A problem with the value at a path.
    fn at_value(&self, path: &[&str], message: String) -> Problem {
        let Position { line, column } = self.place(path).value;
        Problem::new(&self.name(), line, column, message)
    }

    /// Returns the path as messages show it.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Returns what holds for every run: the top of the file.
    pub fn common(&self) -> Run {
        let top = serde_json::to_value(&self.file).unwrap_or_default();
        let settings = KEYS.iter().filter_map(|key| self.setting(key, &top, &[])).collect();
        Run {
            name: None,
            settings,
            parameters: self.file.parameters.clone().into_iter().collect(),
            accounts: self.file.accounts.clone().unwrap_or_default(),
        }
    }

    /// Returns the runs of `[[scan]]`, in the order of the file; without them the top is the run.
    pub fn runs(&self) -> Vec<Run> {
        let common = self.common();
        let scans = self.file.scan.as_deref().unwrap_or_default();
        if scans.is_empty() {
            return vec![common];
        }
        let run = |(index, scan): (usize, &file::Scan)| {
            let own = serde_json::to_value(scan).unwrap_or_default();
            let path = ["scan", &index.to_string()];
            let of_top = |key: &Key| common.settings.iter().find(|setting| setting.key == key).cloned();
            Run {
                name: Some(scan.name.clone()),
                accounts: common.accounts.clone(),
                settings: KEYS
                    .iter()
                    .filter_map(|key| self.setting(key, &own, &path).or_else(|| of_top(key)))
                    .collect(),
                parameters: scan.parameters.iter().chain(&self.file.parameters).cloned().collect(),
            }
        };
        scans.iter().enumerate().map(run).collect()
    }

    fn setting(&self, key: &'static Key, table: &Json, path: &[&str]) -> Option<Setting> {
        let value = table.get(key.name).filter(|value| !value.is_null())?;
        let values = match (key.form, value) {
            (Form::Output, Json::Object(outputs)) => {
                outputs.iter().map(|(format, file)| format!("{format}={}", self.resolve(&text(file)))).collect()
            }
            (Form::Path, Json::Array(paths)) => paths.iter().map(|path| self.resolve(&text(path))).collect(),
            (Form::Path, path) => vec![self.resolve(&text(path))],
            (_, Json::Array(values)) => values.iter().map(text).collect(),
            (_, value) => vec![text(value)],
        };
        let path: Vec<&str> = path.iter().copied().chain([key.name]).collect();
        Some(Setting { key, values, place: self.place(&path).key })
    }

    /// Returns a path of the file as the working directory sees it.
    fn resolve(&self, path: &str) -> String {
        self.directory.join(path).display().to_string()
    }

    /// Returns where the file sets a parameter of a run, by its layer, rule or control, and name.
    pub fn parameter_place(&self, run: &Run, layer: usize, rule: &str, name: &str) -> Position {
        let scans = self.file.scan.as_deref().unwrap_or_default();
        let own = scans.iter().position(|scan| Some(&scan.name) == run.name.as_ref() && scan.parameters.is_some());
        match own {
            Some(index) if layer == 0 => self.place(&["scan", &index.to_string(), "parameters", rule, name]).key,
            _ => self.place(&["parameters", rule, name]).key,
        }
    }
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
