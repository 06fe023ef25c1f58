//! Places as SARIF names them: URIs relative to the checkout, or virtual paths for what stands in
//! no file.

use std::fmt::Write as _;

use ::sarif::sarif::{ArtifactLocation, PhysicalLocation, Region};

use crate::finding::{Finding, Place, Report, Subject};

use super::ROOT;

/// Returns the physical location of a finding. GitHub refuses a result without one.
pub(super) fn of(report: &Report, finding: &Finding) -> PhysicalLocation {
    if let Some(place) = &finding.place {
        return physical(place);
    }
    // What is judged for all inputs together, such as the environment, stands at the head of the first.
    let path = match report.inputs.first() {
        Some(input) if finding.resource.account.is_none() => uri(&input.path),
        _ => uri(&virtual_path(&finding.resource)),
    };
    PhysicalLocation::builder()
        .artifact_location(artifact(path))
        .region(Region::builder().start_line(1).start_column(1).build())
        .build()
}

/// Returns whether the finding has no file that a viewer could hash lines of.
pub(super) fn is_virtual(report: &Report, finding: &Finding) -> bool {
    finding.place.is_none() && (report.inputs.is_empty() || finding.resource.account.is_some())
}

/// Returns the physical location of a place in a file.
pub(super) fn physical(place: &Place) -> PhysicalLocation {
    let region = Region::builder().start_line(i64::from(place.line)).start_column(i64::from(place.column)).build();
    PhysicalLocation::builder().artifact_location(artifact(uri(&place.file))).region(region).build()
}

fn artifact(uri: String) -> ArtifactLocation {
    let relative = !uri.starts_with("file:");
    let mut location = ArtifactLocation::builder().uri(uri).build();
    if relative {
        location.uri_base_id = Some(ROOT.to_owned());
    }
    location
}

/// Returns a path as a URI: forward slashes, reserved characters escaped, relative to the root
/// unless the path is absolute.
pub(super) fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let drive = path.as_bytes().get(1) == Some(&b':') && path.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let mut text = match (path.starts_with('/'), drive) {
        (true, _) => "file://".to_owned(),
        (false, true) => "file:///".to_owned(),
        (false, false) => String::new(),
    };
    let relative = path.trim_start_matches("./");
    for byte in relative.bytes() {
        let keep = byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) || (drive && byte == b':');
        if keep {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Returns a stable path for a resource of a live account: `aws/<account>/<region>/<kind>/<name>`.
fn virtual_path(resource: &Subject) -> String {
    let provider = resource.kind.split('.').next().unwrap_or("cloud");
    let account = resource.account.as_deref().unwrap_or("account");
    let region = resource.region.as_deref().unwrap_or("global");
    let name = resource.name.as_deref().unwrap_or(&resource.id);
    format!("{provider}/{account}/{region}/{}/{}", resource.kind, name.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./plans/a b.json"), "plans/a%20b.json");
        assert_eq!(uri(r"plans\prod.json"), "plans/prod.json");
        assert_eq!(uri("/srv/plan#1.json"), "file:///srv/plan%231.json");
        assert_eq!(uri(r"C:\plan.json"), "file:///C:/plan.json");
        assert_eq!(uri("größe:1.json"), "gr%C3%B6%C3%9Fe%3A1.json");
    }
}
