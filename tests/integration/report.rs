//! Tests of `hfscan::report`.

mod catalogue;
mod json;
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
    serde_json::from_str(&rendered(format, report, &Look::default())).unwrap()
}
