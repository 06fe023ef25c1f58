//! Tests of `hfscan::report`.

mod asff;
mod catalogue;
mod csv;
mod github;
mod hostile;
mod json;
mod junit;
mod markdown;
mod ocsf;
mod page;
mod sarif;
mod table;

use hfscan::finding::Report;
use hfscan::report::{Format, Look, render};

/// Returns a report as text.
fn rendered(format: Format, report: &Report, look: &Look) -> String {
    let mut out = Vec::new();
    render(format, report, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Returns a report as JSON.
fn parsed(format: Format, report: &Report) -> serde_json::Value {
    parsed_as(format, report, &Look::default())
}

/// Returns a report as JSON with a look.
fn parsed_as(format: Format, report: &Report, look: &Look) -> serde_json::Value {
    serde_json::from_str(&rendered(format, report, look)).unwrap()
}

#[test]
fn every_format_has_a_section_on_its_page_and_reads_its_own_name() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md")).unwrap();
    let titles: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    for format in Format::ALL {
        let name = format.name();
        assert!(titles.iter().any(|title| title.split_whitespace().any(|word| word == name)), "{name} has no section");
        assert_eq!(<Format as clap::ValueEnum>::from_str(name, false), Ok(format));
    }
}
