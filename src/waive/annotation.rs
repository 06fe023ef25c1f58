//! Waivers in annotations of Kubernetes objects:
//! `hfscan.ignore/rule-id: until=2027-01-31 owner=team reason`. One that means to be a waiver and is not is told.

use super::comment;
use super::entry::Entry;
use super::failure::Problem;
use crate::finding::Place;
use crate::inventory::Annotation;

/// What stands before the rule.
const PREFIX: &str = "hfscan.ignore/";

/// What every message ends with.
const EXAMPLE: &str = "write `hfscan.ignore/rule-id: until=2027-01-31 owner=team why the risk is accepted`";

/// Reads an annotation.
pub fn parse(annotation: &Annotation) -> Result<Entry, Problem> {
    let place = place(annotation);
    entry(annotation, &place)
        .map_err(|message| Problem::new(place, &format!("{message}; {EXAMPLE}; nothing is waived")))
}

/// Returns where an annotation stands.
pub fn place(annotation: &Annotation) -> Place {
    let Annotation { file, line, column, .. } = annotation;
    Place { file: file.to_string(), line: *line, column: *column, end_line: None, end_column: None }
}

fn entry(annotation: &Annotation, place: &Place) -> Result<Entry, String> {
    let rule = annotation.name.strip_prefix(PREFIX).ok_or_else(|| "hfscan does not know this annotation".to_owned())?;
    let text = annotation.text.as_deref().ok_or_else(|| "the annotation is no text that can be read".to_owned())?;
    comment::entry(&[rule], text, place)
}
