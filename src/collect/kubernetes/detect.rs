//! Tells manifests from plans without reading more than the beginning: a plan may have a hundred
//! megabytes, and must not be read twice.

use std::path::Path;

/// Bytes that are looked at.
const SAMPLE: usize = 64 * 1024;

/// Returns whether a file is to be read as manifests: by its ending, or by how its text begins.
pub fn is_manifest(path: &Path, bytes: &[u8]) -> bool {
    let sample = sample(bytes);
    let text = sample.trim_start_matches('\u{feff}').trim_start();
    if let Some(inside) = text.strip_prefix('{').map(str::trim_start)
        && inside.starts_with(['"', '}'])
    {
        return inside.starts_with("\"apiVersion\"") || inside.starts_with("\"kind\"");
    }
    is_yaml(path) || names_a_kind(text)
}

/// Returns whether a file that is no plan may hold manifests nevertheless: JSON whose first member is
/// another one than usual.
pub fn may_be_manifest(bytes: &[u8]) -> bool {
    let sample = sample(bytes);
    sample.contains("\"apiVersion\"") && sample.contains("\"kind\"")
}

/// Returns whether a text says `apiVersion` and `kind` at the beginning of a line each.
pub(super) fn names_a_kind(text: &str) -> bool {
    let has = |name: &str| text.lines().any(|line| line.trim_start_matches('\u{feff}').starts_with(name));
    has("apiVersion:") && has("kind:")
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml"].iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

/// The beginning as text; the zero bytes of UTF-16 are left out.
fn sample(bytes: &[u8]) -> String {
    let bytes: Vec<u8> = bytes.iter().take(SAMPLE).copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&bytes);
    text.trim_start_matches('\u{fffd}').to_owned()
}
