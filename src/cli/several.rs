//! Runs the scans of a configuration one after the other, each with a report of its own.

use super::output;
use super::scan::Scan;
use super::ui::Ui;
use crate::failure::Failure;

/// Runs scans in order and returns the code that weighs most. Wrong usage stops at once; what is
/// wrong with one input leaves the others to be judged.
pub(super) fn run(scans: &[Scan], ui: &Ui) -> Result<u8, Failure> {
    if let [scan] = scans {
        return scan.run(ui);
    }
    for scan in scans {
        scan.fits_beside_others()?;
    }
    let outputs: Vec<_> = scans.iter().flat_map(Scan::outputs).cloned().collect();
    output::check(&outputs).map_err(|failure| {
        failure.hint("each scan writes a file of its own: put {name} into the path, as in sarif=hfscan-{name}.sarif")
    })?;
    let mut code = 0;
    for (scan, number) in scans.iter().zip(1..) {
        ui.results(|out| {
            if number > 1 {
                writeln!(out)?;
            }
            writeln!(out, "== {} ==\n", scan.name())
        })?;
        let next = match scan.run(ui) {
            Ok(code) => code,
            Err(failure) if failure.exit_code() == 2 => return Err(failure),
            Err(failure) => {
                ui.failure(&failure);
                failure.exit_code()
            }
        };
        if weight(next) > weight(code) {
            code = next;
        }
    }
    Ok(code)
}

/// An incomplete scan outweighs findings, these an empty one, and that a clean one.
fn weight(code: u8) -> u8 {
    match code {
        0 => 0,
        4 => 1,
        1 => 2,
        3 => 3,
        _ => 4,
    }
}
