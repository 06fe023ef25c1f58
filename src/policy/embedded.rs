//! The policy files that are part of the binary: rules, helpers, tables, profiles.

mod table {
    include!(concat!(env!("OUT_DIR"), "/embedded_policies.rs"));
}

/// Returns every embedded file as path under `policies/` and text, sorted by path.
pub fn files() -> &'static [(&'static str, &'static str)] {
    table::FILES
}

/// Returns the text of an embedded file, such as `data/instance_types.json`.
pub fn file(path: &str) -> Option<&'static str> {
    let index = table::FILES.binary_search_by_key(&path, |(name, _)| name).ok()?;
    table::FILES.get(index).map(|(_, text)| *text)
}
