//! The `hfscan/v1` document.

use std::io::{self, Write};

use crate::finding::Report;

/// Writes the document, indented, with a line end.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}

/// Returns the JSON Schema of the document.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}
