//! The policy files that are part of the binary: rules, helpers, profiles.

mod table {
    include!(concat!(env!("OUT_DIR"), "/embedded_policies.rs"));
}

/// Returns every embedded file as path under `policies/` and text, sorted by path.
pub fn files() -> &'static [(&'static str, &'static str)] {
    table::FILES
}
