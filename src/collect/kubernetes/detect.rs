//! Tells manifests from plans without reading more than the beginning: a plan may have a hundred
//! megabytes, and must not be read twice.

use std::path::Path;
use std::sync::Arc;

use super::manifest;
use crate::source::Source;

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

/// Returns the text of a file that is no plan if it holds an object nevertheless: JSON whose first
/// member is another one than usual.
pub fn unusual(file: Arc<str>, bytes: Vec<u8>) -> Option<Source> {
    let sample = sample(&bytes);
    if !sample.contains("\"apiVersion\"") || !sample.contains("\"kind\"") {
        return None;
    }
    let source = Source::from_bytes(file, bytes);
    let holds = manifest::read(&source).is_ok_and(|manifest| !manifest.objects.is_empty());
    holds.then_some(source)
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
