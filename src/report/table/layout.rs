//! Two or more columns under one another, with fixed widths that add up to the page.

use std::io::{self, Write};

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width};

/// Space between two columns.
pub(in crate::report) const GAP: usize = 2;

/// Returns a table without lines whose columns have these widths of content.
pub(in crate::report) fn columns(widths: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).force_no_tty();
    let total: usize = widths.iter().map(|width| width + GAP).sum();
    table.set_width(narrow(total));
    table.set_constraints(widths.iter().map(|width| ColumnConstraint::Absolute(Width::Fixed(narrow(width + GAP)))));
    table
}

/// Returns a row of cells, each of lines that are broken and painted already.
pub(in crate::report) fn row(cells: impl IntoIterator<Item = Vec<String>>) -> Row {
    Row::from(cells.into_iter().map(|lines| Cell::new(lines.join("\n"))).collect::<Vec<_>>())
}

/// Sets the space of every column behind its content, and numbers to the right.
pub(in crate::report) fn finish(table: &mut Table, numbers: &[usize]) {
    let gap = narrow(GAP);
    for (position, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, gap));
        if numbers.contains(&position) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Writes a table with an indent and without trailing spaces.
pub(in crate::report) fn write(table: &Table, indent: usize, out: &mut dyn Write) -> io::Result<()> {
    for line in table.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            writeln!(out)?;
        } else {
            writeln!(out, "{:indent$}{line}", "")?;
        }
    }
    Ok(())
}

fn narrow(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}
