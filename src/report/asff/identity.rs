//! Ids by which Security Hub tells findings apart. It keeps one record for each product and id, so two
//! findings of one id would hide each other, and one finding of two ids would be there twice.

use super::limits;
use crate::finding::{Finding, identity};

/// What every id and every generator starts with.
pub const PREFIX: &str = "hfscan";

/// Returns the id of a finding: `hfscan/<account>/<region>/<rule>/<finding>`, the same in every run. A
/// resource of a plan is known by an address that every stack may have, so the name of the scan, where
/// there is one, stands in front of its rule.
pub(in crate::report) fn id(finding: &Finding, account: &str, region: &str, scan: Option<&str>) -> String {
    let place = format!("{PREFIX}/{account}/{region}");
    let scan = scan.filter(|_| finding.resource.account.is_none());
    let readable = match scan {
        Some(scan) => format!("{place}/{scan}/{}/{}", finding.rule, finding.id),
        None => format!("{place}/{}/{}", finding.rule, finding.id),
    };
    if is_step(&finding.rule) && is_step(&finding.id) && fits(&readable) {
        return readable;
    }
    // A report that somebody wrote by hand may hold any text for a rule or an id.
    format!("{place}/{}", identity::of(&finding.rule, &finding.id, scan))
}

/// Returns the id of a finding whose own id another one of the report has already.
pub(super) fn further(id: &str, finding: &Finding) -> String {
    let place: String = id.rsplit_once('/').map_or(id, |(place, _)| place).to_owned();
    let hash = identity::of_untagged(id, &finding.resource.id, &finding.path, &finding.message);
    format!("{}/{hash}", if place.chars().count() + 33 <= limits::ID { place.as_str() } else { PREFIX })
}

/// Returns the generator of a rule's findings.
pub(super) fn generator(rule: &str) -> String {
    let readable = format!("{PREFIX}/{rule}");
    if is_step(rule) && fits(&readable) { readable } else { format!("{PREFIX}/{}", identity::of(rule, "", None)) }
}

/// Returns whether a text can be told from what stands beside it in an id.
fn is_step(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
}

fn fits(id: &str) -> bool {
    id.chars().count() <= limits::ID && !id.chars().any(char::is_control)
}
