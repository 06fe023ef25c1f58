//! Places as SARIF names them: URIs relative to the checkout, or virtual paths for what stands in
//! no file.

use ::sarif::sarif::{ArtifactLocation, PhysicalLocation, Region};

use crate::finding::{Finding, Place, Report, Subject};

use super::ROOT;
use crate::report::checkout::{self, Checkout};

/// Returns the physical location of a finding. GitHub refuses a result without one.
pub(super) fn of(report: &Report, finding: &Finding, checkout: &Checkout) -> PhysicalLocation {
    if let Some(place) = checkout::mendable(finding) {
        return physical(place, checkout);
    }
    // What is judged for all inputs together, such as the environment, stands at the head of the first.
    let path = match report.inputs.first() {
        Some(input) if finding.resource.account.is_none() => checkout.path(&input.path),
        _ => virtual_path(&finding.resource),
    };
    PhysicalLocation::builder()
        .artifact_location(artifact(&path))
        .region(Region::builder().start_line(1).start_column(1).build())
        .build()
}

/// Returns the physical location of a place in a file. What takes several lines is told by its first
/// one, and as a whole by the context: GitHub shows an alert in a pull request only if the change
/// holds every line of its region.
pub(super) fn physical(place: &Place, checkout: &Checkout) -> PhysicalLocation {
    let (line, column) = (i64::from(place.line.max(1)), i64::from(place.column.max(1)));
    let end_line = place.end_line.map_or(line, i64::from);
    let end_column = place.end_column.map(i64::from);
    let mut region = Region::builder().start_line(line).start_column(column).build();
    let mut location = PhysicalLocation::builder().artifact_location(artifact(&checkout.path(&place.file))).build();
    if end_line > line {
        region.end_line = Some(line);
        let mut context = Region::builder().start_line(line).start_column(column).end_line(end_line).build();
        context.end_column = end_column.filter(|&end| end > 0);
        location.context_region = Some(context);
    } else if let Some(end) = end_column.filter(|&end| end >= column) {
        region.end_line = Some(line);
        region.end_column = Some(end);
    }
    location.region = Some(region);
    location
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder().uri(checkout::escaped(path)).uri_base_id(ROOT).build()
}

/// Returns a stable path for a resource of a live account: `aws/<account>/<region>/<kind>/<name>`.
fn virtual_path(resource: &Subject) -> String {
    let provider = resource.kind.split('.').next().unwrap_or("cloud");
    let account = resource.account.as_deref().unwrap_or("account");
    let region = resource.region.as_deref().unwrap_or("global");
    let name = resource.name.as_deref().unwrap_or(&resource.id);
    format!("{provider}/{account}/{region}/{}/{}", resource.kind, name.trim_start_matches('/'))
}
