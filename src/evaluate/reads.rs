//! Which paths of its input a rule can read, found in the parsed rule. Every variable stands for
//! the set of places that it may come from, through assignments, iteration and function calls; so
//! the answer holds for every input. Too many paths is allowed, too few never.

mod scanner;

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::Module;

use super::engine::Program;
use super::path::{Path, Step};
use scanner::Scanner;

/// One step of a read: a field of this name, or any field or element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// A field by name.
    Key(String),
    /// Any element: an iteration, or a name that is only known while the rule runs.
    Any,
}

/// A path below `input`.
pub(crate) type Pattern = Vec<Part>;

/// One place in a rule that reads its input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Read {
    /// What it reads.
    pub pattern: Pattern,
    /// Whether it uses all that is below the path, not only the way there.
    pub deep: bool,
    /// File of the rule or helper.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

/// All that a rule reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    /// The reads, sorted.
    pub all: Vec<Read>,
    /// Whether it looks at other resources in `data.hfscan.inventory`.
    pub inventory: bool,
    /// Names of the built-in functions that it calls, with the place of one call.
    pub builtins: BTreeMap<String, (String, u32, u32)>,
    /// Calls between rules and functions: caller to callees, by full name.
    pub calls: BTreeMap<String, BTreeSet<String>>,
    /// Parameters that it reads, with the place.
    pub params: BTreeMap<String, (String, u32, u32)>,
    /// Calls with the wrong number of arguments, or of a function that does not exist: the place,
    /// the name, and the right number if there is one. The engine sees them only while it runs.
    pub misfits: BTreeMap<(String, u32, u32), (String, Option<usize>)>,
    /// Places where `not` stands before something that goes through a collection.
    pub negated: BTreeSet<(String, u32, u32)>,
}

impl Reads {
    /// Finds what a program reads.
    pub(crate) fn of(program: &Program) -> Self {
        let modules: Vec<&Module> = program.modules().map(|module| &**module).collect();
        let mut scanner = Scanner::new(&modules);
        // Bindings only grow and paths are cut at a depth, so this ends.
        loop {
            let before = scanner.size();
            for module in &modules {
                scanner.module(module);
            }
            if scanner.size() == before {
                break;
            }
        }
        Self {
            all: scanner.reads.into_iter().collect(),
            inventory: scanner.inventory,
            builtins: scanner.builtins,
            calls: scanner.calls,
            params: scanner.params,
            misfits: scanner.misfits,
            negated: scanner.negated,
        }
    }

    /// Adds the fields of a section of the input that the rule reads; tells whether it reads the
    /// section as a whole.
    pub(crate) fn fields_of(&self, section: &str, fields: &mut BTreeSet<String>) -> bool {
        let mut whole = false;
        for read in &self.all {
            match read.pattern.as_slice() {
                [] | [Part::Any] => whole |= read.deep || !read.pattern.is_empty(),
                [Part::Any, ..] => whole = true,
                [Part::Key(first), ..] if first != section => {}
                [_] => whole |= read.deep,
                [_, Part::Any, ..] => whole = true,
                [_, Part::Key(field), ..] => {
                    fields.insert(field.clone());
                }
            }
        }
        whole
    }

    /// Returns whether the rule may read what is at a path or below it; `*` is any element.
    pub(crate) fn meet(&self, path: &[&str]) -> bool {
        self.all.iter().any(|read| {
            (path.len() <= read.pattern.len() || read.deep)
                && path.iter().zip(&read.pattern).all(|(step, part)| match part {
                    Part::Any => true,
                    Part::Key(name) => *step == "*" || step == name,
                })
        })
    }

    /// Returns whether the rule's answer may depend on what is at this path.
    pub(crate) fn overlap(&self, path: &Path) -> bool {
        self.all.iter().any(|read| {
            (path.0.len() <= read.pattern.len() || read.deep)
                && path.0.iter().zip(&read.pattern).all(|(step, part)| match (step, part) {
                    (_, Part::Any) => true,
                    (Step::Key(key), Part::Key(name)) => **key == **name,
                    (Step::Index(index), Part::Key(name)) => *name == index.to_string(),
                })
        })
    }
}
