//! Findings of a plan → the place in the source that a person can mend: attribute, nested block or
//! block of a `.tf` file. In: a report and the inventory that it was made from. Out: the same report
//! with places in the source, and the comments of the source that speak to hfscan.

mod comments;
mod configuration;
mod find;
mod hcl;
mod json;
mod module;
mod narrow;
mod paths;
mod place;
mod roots;
mod statement;
mod tree;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use crate::collect::terraform::address::Address;
use crate::finding::report::SourceSummary;
use crate::finding::{Finding, Place, Report};
use crate::inventory::Inventory;

use configuration::Configuration;
use module::File;
use tree::{Entry, Span};

/// Where the source of the plans is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SourceChoice {
    /// Beside the plan, or in the Git work tree around it.
    #[default]
    Automatic,
    /// In this folder, or below it.
    Directory(PathBuf),
    /// Places stay in the plan.
    Off,
}

/// What the source is looked up with.
#[derive(Debug, Clone, Default)]
pub struct SourceRequest {
    /// Where it is.
    pub choice: SourceChoice,
    /// The folder that relative paths start from; nothing is looked up without it.
    pub working_directory: PathBuf,
}

/// A comment of the source that speaks to hfscan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From `hfscan:` to the end of what it says.
    pub place: Place,
    /// What it says: `hfscan:` and the rest of its line, without the signs of a comment.
    pub text: String,
}

/// A comment with what tells to which block it belongs.
#[derive(Debug)]
struct Filed {
    comment: Comment,
    span: Span,
    alone: bool,
}

/// The source of the plans of a run.
#[derive(Debug, Default)]
pub struct Sources {
    /// Root modules by the plan that they made, as the user named it.
    roots: BTreeMap<String, Result<Configuration, String>>,
    summary: SourceSummary,
    comments: Vec<Filed>,
    /// Comments of each file.
    by_file: BTreeMap<String, Range<usize>>,
}

impl Sources {
    /// Finds and reads the source of every plan of an inventory. What cannot be read is a warning.
    pub fn open(request: &SourceRequest, inventory: &Inventory) -> Self {
        let (roots, summary) = roots::open(request, inventory);
        let mut sources = Self { roots, summary, ..Self::default() };
        sources.collect_comments();
        sources
    }

    /// Returns whether there is any source.
    pub fn is_empty(&self) -> bool {
        self.roots.values().all(Result::is_err)
    }

    /// Moves the places of a report's findings into the source, and tells how that went.
    pub fn place(&self, report: &mut Report, inventory: &Inventory) {
        if self.roots.is_empty() {
            return;
        }
        place::place(self, report, inventory);
    }

    /// Returns the comments that speak to hfscan about a finding, the innermost first: on its line or
    /// the line before, in the blocks around it, before its block; then those of the module calls that
    /// lead to it, the nearest first.
    pub fn comments_of(&self, finding: &Finding) -> Vec<&Comment> {
        if self.comments.is_empty() {
            return Vec::new();
        }
        let Some(block) = &finding.block else { return Vec::new() };
        let Some(plan) = finding.input_place.as_ref().or(finding.place.as_ref()) else { return Vec::new() };
        let Some(Ok(root)) = self.roots.get(&plan.file) else { return Vec::new() };
        let Ok(address) = Address::parse(&block.address) else { return Vec::new() };
        let Ok(located) = root.locate(&address) else { return Vec::new() };
        let line = finding.input_place.as_ref().and(finding.place.as_ref());
        let mut found = Vec::new();
        for (file, entry) in &located.declared {
            self.about(file, entry, line, &mut found);
        }
        for (_, file, entry) in located.calls.iter().rev() {
            self.about(file, entry, None, &mut found);
        }
        found
    }

    /// Returns all comments of the source that speak to hfscan, sorted by place.
    pub fn comments(&self) -> impl Iterator<Item = &Comment> {
        self.comments.iter().map(|filed| &filed.comment)
    }

    fn about<'a>(&'a self, file: &File, entry: &Entry, place: Option<&Place>, found: &mut Vec<&'a Comment>) {
        let Some(range) = self.by_file.get(file.name()) else { return };
        let filed = self.comments.get(range.clone()).unwrap_or_default();
        let head = file.place(&entry.head);
        let mut about: Vec<((u8, usize), &Comment)> = Vec::new();
        for one in filed {
            let line = one.comment.place.line;
            let inside = entry.whole.contains(&one.span.start);
            let before = |place: &Place| one.alone && only_comments(file, line, place.line);
            let place = place.filter(|place| place.file == one.comment.place.file);
            if place.is_some_and(|place| line == place.line || before(place)) && (inside || place == Some(&head)) {
                about.push(((0, 0), &one.comment));
            } else if inside || line == head.line {
                // The smallest block around it comes first.
                about.push(((1, size_around(entry, &one.span)), &one.comment));
            } else if before(&head) {
                about.push(((2, 0), &one.comment));
            }
        }
        about.sort_by_key(|(rank, _)| *rank);
        for (_, comment) in about {
            if !found.contains(&comment) {
                found.push(comment);
            }
        }
    }

    fn collect_comments(&mut self) {
        let mut files: BTreeMap<&str, &File> = BTreeMap::new();
        for root in self.roots.values().flatten() {
            let all = root.modules().flat_map(|module| module.files());
            files.extend(all.filter(|file| !file.noted().is_empty()).map(|file| (file.name(), file)));
        }
        let mut comments = Vec::new();
        let mut by_file = BTreeMap::new();
        for (name, file) in files {
            let start = comments.len();
            comments.extend(file.noted().iter().map(|noted| Filed {
                comment: Comment {
                    place: file.place(&noted.span),
                    text: file.text().get(noted.span.clone()).unwrap_or_default().to_owned(),
                },
                span: noted.span.clone(),
                alone: noted.alone,
            }));
            by_file.insert(name.to_owned(), start..comments.len());
        }
        self.comments = comments;
        self.by_file = by_file;
    }
}

/// How many lines a comment may have above what it is about.
const LINES: u32 = 30;

/// Returns whether nothing but comments stands between two lines, which follow each other closely.
fn only_comments(file: &File, line: u32, target: u32) -> bool {
    if line >= target || target - line > LINES {
        return false;
    }
    let between = file.text().lines().skip(line as usize).take((target - line - 1) as usize).map(str::trim);
    let mut inside = false;
    between.fold(true, |only, text| {
        let begins = text.starts_with("/*");
        let comment = inside || begins || text.starts_with('#') || text.starts_with("//") || text.ends_with("*/");
        inside = (inside || begins) && !text.contains("*/");
        only && comment
    })
}

/// Returns the size of the smallest block in `entry` that a comment stands in.
fn size_around(entry: &Entry, span: &Span) -> usize {
    let inner = entry.entries().iter().find(|inner| inner.whole.contains(&span.start) && !inner.entries().is_empty());
    inner.map_or(entry.whole.len(), |inner| size_around(inner, span))
}
