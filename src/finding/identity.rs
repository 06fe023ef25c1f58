//! The identity of a finding: what makes it the same one in the next run, or from another source.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Bytes of the hash that are kept: 128 bits, far from any collision among a run's findings.
const LENGTH: usize = 16;

/// Returns the identity of what a rule says of a resource, or of one element of it. It depends on
/// no line, no list order and no value, so that a waiver or an alert outlives edits of the source.
pub fn of(rule: &str, resource: &str, tag: Option<&str>) -> String {
    hash(&[rule, resource, tag.unwrap_or_default()])
}

/// Returns the identity of a further denial that its rule did not tell apart by a tag. Its path
/// without list positions and its message stand in for the tag.
pub fn of_untagged(rule: &str, resource: &str, path: &[String], message: &str) -> String {
    let names: Vec<&str> = path.iter().map(String::as_str).filter(|step| step.parse::<usize>().is_err()).collect();
    hash(&[rule, resource, "", &names.join("."), message])
}

fn hash(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        // The length keeps `a` + `bc` apart from `ab` + `c`.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    digest.finalize().iter().take(LENGTH).fold(String::with_capacity(2 * LENGTH), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
