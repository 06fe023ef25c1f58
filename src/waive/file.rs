//! Files of waivers, `hfscan.waivers.toml`. Every mistake is told with its line and column; a file
//! with one is refused as a whole, because a waiver that nobody reads would be a false comfort.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::address::Pattern;
use super::entry::{Entry, Named, RulePattern, Scope, TextPattern, day};
use super::failure::{Problem, WaiveFailure};
use crate::finding::{Place, Waiver};
use crate::policy::failure::similar;
use crate::source::{Source, SourceError};

/// Name of the file that a scan looks for.
pub const NAME: &str = "hfscan.waivers.toml";

/// The only table of the file.
const TABLE: &str = "waiver";

/// Keys of a waiver: name, whether it must be there, and what to write.
const KEYS: [(&str, bool, &str); 8] = [
    ("rule", true, "rule = \"aws-s3-default-encryption\" (id or control; `*` stands for any text)"),
    ("address", true, "address = 'module.data.aws_s3_bucket.this[\"logs\"]' (`*` within a step, `**` across steps)"),
    ("account", false, "account = \"123456789012\""),
    ("tag", false, "tag = \"ingress[443/tcp/*]\" (the element, as the finding names it)"),
    ("kind", false, "kind = \"aws.s3.bucket\""),
    ("reason", true, "reason = \"why the risk is accepted\""),
    ("owner", true, "owner = \"the team or person who accepts it\""),
    ("until", true, "until = \"2027-01-31\" (the last day on which it holds)"),
];

/// Reads a file of waivers.
pub fn read(path: &Path) -> Result<Vec<Entry>, WaiveFailure> {
    let source = Source::read(path)
        .map_err(|SourceError::Read { file, error }| WaiveFailure::Unreadable { file: file.to_string(), error })?;
    parse(&source)
}

/// Parses the text of a file of waivers.
pub fn parse(source: &Source) -> Result<Vec<Entry>, WaiveFailure> {
    let mut reader = Reader { source, problems: Vec::new() };
    let entries = reader.document();
    if reader.problems.is_empty() {
        return Ok(entries);
    }
    reader.problems.sort();
    Err(WaiveFailure::Invalid(reader.problems))
}

struct Reader<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

/// The texts of one waiver, by key, with their places.
type Fields<'a> = Vec<(&'a str, String, Range<usize>)>;

impl<'a> Reader<'a> {
    fn document(&mut self) -> Vec<Entry> {
        let (document, errors) = DeTable::parse_recoverable(self.source.text());
        if !errors.is_empty() {
            for error in errors {
                let message = format!("not TOML: {}; correct the line", one_line(error.message()));
                self.problem(error.span().unwrap_or(0..0), message);
            }
            return Vec::new();
        }
        let mut entries = Vec::new();
        for (key, value) in document.get_ref() {
            if key.get_ref() != TABLE {
                let message = unknown(key.get_ref(), &[TABLE], "table", "write each waiver as a table `[[waiver]]`");
                self.problem(key.span(), message);
                continue;
            }
            let Some(waivers) = value.get_ref().as_array() else {
                self.problem(key.span(), "`waiver` is not a list; write each waiver under a line `[[waiver]]`");
                continue;
            };
            for waiver in waivers {
                match waiver.get_ref().as_table() {
                    Some(table) => entries.extend(self.waiver(table, waiver.span())),
                    None => self.problem(waiver.span(), "not a waiver; write each under a line `[[waiver]]`"),
                }
            }
        }
        // The order of the file, whatever the parser's tables keep.
        entries.sort_by(|a, b| a.waiver.place.cmp(&b.waiver.place));
        entries
    }

    fn waiver(&mut self, table: &DeTable<'a>, span: Range<usize>) -> Option<Entry> {
        let before = self.problems.len();
        let fields = self.fields(table);
        for (name, _, example) in KEYS.iter().filter(|(_, required, _)| *required) {
            if !table.keys().any(|key| key.get_ref() == *name) {
                self.problem(span.clone(), format!("the waiver has no `{name}`; write {example}"));
            }
        }
        let field = |name: &str| fields.iter().find(|(key, _, _)| *key == name);
        let rule = field("rule").and_then(|(_, text, span)| self.check(span, RulePattern::parse(text)));
        let pattern = |reader: &mut Self, name: &str| {
            field(name).and_then(|(_, text, span)| reader.check(span, TextPattern::parse(text)))
        };
        let (account, tag, kind) = (pattern(self, "account"), pattern(self, "tag"), pattern(self, "kind"));
        let address = field("address")
            .and_then(|(_, text, span)| self.check(span, Pattern::parse(text).map_err(|error| error.to_string())));
        let until = field("until").and_then(|(_, text, span)| {
            let wrong = || {
                format!("`until` is `{text}`, not a date; write the last day on which it holds: until = \"2027-01-31\"")
            };
            self.check(span, day(text).ok_or_else(wrong))
        });
        let text = |name: &str| field(name).map(|(_, text, _)| text.clone());
        if self.problems.len() > before {
            return None;
        }
        let until = until?;
        Some(Entry {
            rules: vec![rule?],
            scope: Scope::Resources(Box::new(Named { address: address?, account, kind })),
            tag,
            waiver: Waiver {
                reason: text("reason")?,
                owner: text("owner"),
                until: until.to_string(),
                place: Some(self.place(&span)),
            },
            until,
        })
    }

    /// Returns the texts of a waiver; what is no text, empty or unknown becomes a problem.
    fn fields<'t>(&mut self, table: &'t DeTable<'a>) -> Fields<'t> {
        let mut fields = Vec::new();
        for (key, value) in table {
            let name: &str = key.get_ref();
            let Some((_, _, example)) = KEYS.iter().find(|(known, _, _)| *known == name) else {
                let names = KEYS.map(|(name, _, _)| name);
                let message = unknown(name, &names, "key", &format!("a waiver has the keys {}", names.join(", ")));
                self.problem(key.span(), message);
                continue;
            };
            match text(name, value) {
                Some(text) if text.trim().is_empty() => {
                    self.problem(value.span(), format!("`{name}` is empty; write {example}"));
                }
                Some(text) => fields.push((name, text, value.span())),
                None => {
                    let found = value.get_ref().type_str();
                    self.problem(value.span(), format!("`{name}` is of type {found}, not text; write {example}"));
                }
            }
        }
        fields
    }

    fn check<T>(&mut self, span: &Range<usize>, result: Result<T, String>) -> Option<T> {
        result.map_err(|message| self.problem(span.clone(), message)).ok()
    }

    fn problem(&mut self, span: Range<usize>, message: impl AsRef<str>) {
        let place = self.place(&span);
        self.problems.push(Problem::new(place, message.as_ref()));
    }

    fn place(&self, span: &Range<usize>) -> Place {
        let start = self.source.position(span.start);
        Place::at(self.source.name().to_string(), start.line, start.column)
    }
}

/// Returns a value as text; a date may stand without quotes.
fn text(name: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(owned(text)),
        DeValue::Datetime(date) if name == "until" => Some(date.to_string()),
        _ => None,
    }
}

fn owned(text: &DeString<'_>) -> String {
    text.to_string()
}

fn unknown(name: &str, known: &[&str], what: &str, advice: &str) -> String {
    match similar(name, known.iter().copied()) {
        Some(close) => format!("unknown {what} `{name}`, did you mean `{close}`?"),
        None => format!("unknown {what} `{name}`; {advice}"),
    }
}

fn one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join(" ")
}
