//! CSV as RFC 4180 has it: a header, then one row for each finding, in the order of the report.

use std::io::{self, Write};

use crate::finding::{Change, Finding, Report};

use super::Look;
use super::style::outcome_name;
use super::text;

/// The columns. Further ones are added behind the last only.
const HEADER: [&str; 34] = [
    "id",
    "rule",
    "control",
    "outcome",
    "severity",
    "enforced",
    "at_gate",
    "change",
    "baseline",
    "resource",
    "kind",
    "name",
    "address",
    "account",
    "region",
    "tag",
    "message",
    "attribute",
    "value",
    "file",
    "line",
    "column",
    "end_line",
    "end_column",
    "input_file",
    "input_line",
    "related",
    "unknown",
    "waiver_reason",
    "waiver_owner",
    "waiver_until",
    "title",
    "remediation",
    "profile",
];

/// Writes the rows; with `--delta` those of the findings that the change takes away come last.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    rows.write_record(HEADER)?;
    for finding in report.findings.iter().chain(&report.fixed) {
        rows.write_record(row(report, look, finding).map(|cell| guarded(&cell)))?;
    }
    rows.flush()
}

fn row(report: &Report, look: &Look, finding: &Finding) -> [String; HEADER.len()] {
    let resource = &finding.resource;
    let place = finding.place.as_ref();
    let input = finding.input_place.as_ref();
    let waiver = finding.waiver.as_ref();
    let rule = report.rule(&finding.rule);
    let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let change = match finding.change {
        Some(Change::New) => "new",
        Some(Change::Unchanged) => "unchanged",
        Some(Change::Fixed) => "fixed",
        None => "",
    };
    let related: Vec<&str> = finding.related.iter().map(|related| related.id.as_str()).collect();
    let unknown: Vec<String> = finding.reasons.iter().map(ToString::to_string).collect();
    [
        finding.id.clone(),
        finding.rule.clone(),
        finding.control.clone().unwrap_or_default(),
        outcome_name(finding.outcome).replace(' ', "_"),
        finding.severity.name().to_owned(),
        finding.enforced.to_string(),
        (finding.change != Some(Change::Fixed) && look.gate.stops(finding)).to_string(),
        change.to_owned(),
        finding.baseline.to_string(),
        resource.id.clone(),
        resource.kind.clone(),
        resource.name.clone().unwrap_or_default(),
        resource.address.clone(),
        resource.account.clone().unwrap_or_default(),
        resource.region.clone().unwrap_or_default(),
        finding.tag.clone().unwrap_or_default(),
        finding.message.clone(),
        finding.path.join("."),
        finding.value.as_ref().map_or_else(String::new, ToString::to_string),
        place.map_or_else(String::new, |place| place.file.clone()),
        number(place.map(|place| place.line)),
        number(place.map(|place| place.column)),
        number(place.and_then(|place| place.end_line)),
        number(place.and_then(|place| place.end_column)),
        input.map_or_else(String::new, |place| place.file.clone()),
        number(input.map(|place| place.line)),
        related.join(" → "),
        unknown.join("; "),
        waiver.map_or_else(String::new, |waiver| waiver.reason.clone()),
        waiver.and_then(|waiver| waiver.owner.clone()).unwrap_or_default(),
        waiver.map_or_else(String::new, |waiver| waiver.until.clone()),
        rule.map_or_else(String::new, |rule| rule.title.clone()),
        rule.map_or_else(String::new, |rule| rule.remediation.trim().to_owned()),
        report.profile.clone().unwrap_or_default(),
    ]
}

/// Returns a cell in one line that no spreadsheet takes for a formula: an apostrophe stands before
/// what would start one, as OWASP advises for CSV injection.
fn guarded(cell: &str) -> String {
    let cell = text::plain(cell);
    match cell.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{cell}"),
        _ => cell,
    }
}
