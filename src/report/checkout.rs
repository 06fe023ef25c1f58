//! The checkout that the reader of a report looks at: which path below its root a file has, and at
//! which place a person can mend what a finding says. It works on names alone and asks no file system.

use std::path::Path;

use crate::finding::{Finding, Place};

/// What a file outside of the checkout is put below: its name alone would point at a wrong file.
const OUTSIDE: &str = "outside-checkout";

/// Where Terraform keeps the modules that it fetched; nobody commits it.
const FETCHED: &str = ".terraform";

/// Where the files of a report stand: the directory that relative paths start from, and the root of
/// the checkout around it. Without one, relative paths are taken for those of the checkout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    working: Vec<String>,
    root: Vec<String>,
    known: bool,
}

impl Checkout {
    /// Returns a checkout; both paths are absolute, and `root` contains `working` or is it.
    pub fn new(working: &Path, root: &Path) -> Self {
        let steps = |path: &Path| normal(split(&path.to_string_lossy()));
        Self { working: steps(working), root: steps(root), known: true }
    }

    /// Returns the path of a file below the root, with forward slashes. What lies outside has a path
    /// that no file of the checkout has and that does not hang on where this machine keeps it.
    pub fn path(&self, file: &str) -> String {
        let steps = split(file);
        let full = if is_absolute(file) {
            normal(steps)
        } else {
            let mut full: Vec<String> = self.working.clone();
            full.extend(steps);
            normal(full)
        };
        let below = match full.strip_prefix(self.root.as_slice()) {
            Some(below) if self.known => Some(below),
            // `..` is left over where a relative path leaves what is known.
            None | Some(_) if self.known || is_absolute(file) => None,
            _ => Some(full.as_slice()).filter(|steps| steps.first().is_none_or(|step| step != "..")),
        };
        match below {
            Some([]) => ".".to_owned(),
            Some(below) => below.join("/"),
            None => format!("{OUTSIDE}/{}", outside(file)),
        }
    }
}

/// Returns where a person can mend a finding: its place, or the call in the checkout that leads to
/// it when it stands in a module that Terraform fetched.
pub(super) fn mendable(finding: &Finding) -> Option<&Place> {
    let place = finding.place.as_ref()?;
    if !is_fetched(&place.file) {
        return Some(place);
    }
    let call = finding.calls.iter().rev().find(|call| !is_fetched(&call.place.file));
    Some(call.map_or(place, |call| &call.place))
}

/// Returns a path as the path part of a URI: forward slashes, and reserved characters escaped.
pub(super) fn escaped(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            for digit in [byte >> 4, byte & 0xf] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    text
}

fn is_fetched(file: &str) -> bool {
    split(file).iter().any(|step| step == FETCHED)
}

fn is_absolute(file: &str) -> bool {
    file.starts_with(['/', '\\']) || has_drive(file)
}

fn has_drive(file: &str) -> bool {
    file.as_bytes().get(1) == Some(&b':') && file.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

/// A relative path keeps its steps, which are the same on every machine; of an absolute one, which
/// may be that of a temporary directory, only the name is kept.
fn outside(file: &str) -> String {
    let steps = split(file);
    let kept: Vec<String> = if is_absolute(file) {
        steps.last().cloned().into_iter().collect()
    } else {
        steps.into_iter().filter(|step| step != "..").collect()
    };
    if kept.is_empty() { "unnamed".to_owned() } else { kept.join("/") }
}

fn split(path: &str) -> Vec<String> {
    let mut steps: Vec<String> =
        path.split(['/', '\\']).filter(|step| !step.is_empty() && *step != ".").map(str::to_owned).collect();
    if let (true, Some(drive)) = (has_drive(path), steps.first_mut()) {
        drive.make_ascii_uppercase();
    }
    steps
}

fn normal(steps: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(steps.len());
    for step in steps {
        match kept.last() {
            Some(last) if step == ".." && last != ".." => {
                kept.pop();
            }
            _ => kept.push(step),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_root_are_relative_to_it() {
        let checkout = Checkout::new(Path::new("/home/ci/repo/live/prod"), Path::new("/home/ci/repo"));
        assert_eq!(checkout.path("plan.json"), "live/prod/plan.json");
        assert_eq!(checkout.path("./main.tf"), "live/prod/main.tf");
        assert_eq!(checkout.path("../../modules/vpc/main.tf"), "modules/vpc/main.tf");
        assert_eq!(checkout.path("/home/ci/repo/modules/./vpc/main.tf"), "modules/vpc/main.tf");
        assert_eq!(checkout.path(r"sub\main.tf"), "live/prod/sub/main.tf");
    }

    #[test]
    fn paths_outside_name_no_file_of_the_checkout_and_no_temporary_directory() {
        let checkout = Checkout::new(Path::new("/home/ci/repo"), Path::new("/home/ci/repo"));
        assert_eq!(checkout.path("/tmp/tmp.x1/plan.json"), "outside-checkout/plan.json");
        assert_eq!(checkout.path("/home/ci/repository/plan.json"), "outside-checkout/plan.json");
        assert_eq!(checkout.path("../shared/vpc/main.tf"), "outside-checkout/shared/vpc/main.tf");
        assert_eq!(checkout.path("/"), "outside-checkout/unnamed");
    }

    #[test]
    fn without_a_checkout_relative_paths_stay() {
        let checkout = Checkout::default();
        assert_eq!(checkout.path("./plans/prod.json"), "plans/prod.json");
        assert_eq!(checkout.path("a/../../plan.json"), "outside-checkout/a/plan.json");
        assert_eq!(checkout.path("/srv/plan.json"), "outside-checkout/plan.json");
        assert_eq!(checkout.path(r"C:\work\plan.json"), "outside-checkout/plan.json");
    }

    #[test]
    fn drives_are_compared_whatever_their_case() {
        let checkout = Checkout::new(Path::new(r"C:\work\repo"), Path::new(r"C:\work\repo"));
        assert_eq!(checkout.path(r"c:\work\repo\main.tf"), "main.tf");
        assert_eq!(checkout.path("sub/main.tf"), "sub/main.tf");
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(escaped("plans/a b.json"), "plans/a%20b.json");
        assert_eq!(escaped("plan#1.json"), "plan%231.json");
        assert_eq!(escaped("größe:1.json"), "gr%C3%B6%C3%9Fe%3A1.json");
    }
}
