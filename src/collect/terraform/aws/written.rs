//! Where a person writes what a rule judges: normalized attribute paths and facts → the attributes and
//! nested blocks of a Terraform type.

/// Paths below a block, by the normalized path that they stand for.
type Rows = &'static [(&'static str, &'static [&'static str])];

/// Returns the paths below a block of this type that a finding's path means, the best first. A number
/// in a path picks one of several nested blocks. Nothing when it is about the block as a whole.
pub fn paths<'a>(type_name: &str, path: &[&'a str], _tag: Option<&str>) -> Vec<Vec<&'a str>> {
    let _ = type_name;
    match path.split_first() {
        Some((&"attributes", rest)) => vec![rest.to_vec()],
        _ => Vec::new(),
    }
}

const _: Rows = &[];
