//! Which kinds of resources an audit has to read for the rules of a run to be judged.

use std::collections::BTreeSet;

use crate::evaluate::RuleSet;
use crate::inventory::kind;
use crate::relate::sources;

/// Returns the kinds that rules need: those that they judge, and those that the facts and relations which
/// they read are derived from. A rule that looks around, or cannot be followed, needs all kinds.
pub fn needed_kinds(rules: &RuleSet) -> BTreeSet<&'static str> {
    let all = kind::NAMES.iter().copied().filter(|kind| *kind != "environment");
    if rules.reads_all() {
        return all.collect();
    }
    let judged: BTreeSet<&str> = rules.kinds().collect();
    let mut needed: BTreeSet<&'static str> = all.filter(|kind| judged.contains(kind)).collect();
    for kind in judged {
        for source in sources::of_kind(kind) {
            let path: Vec<&str> = std::iter::once("facts").chain(source.path.iter().copied()).collect();
            if rules.reads(kind, &path) {
                needed.extend(&source.silent);
                needed.extend(&source.named);
            }
        }
        for (relation, targets) in kind::relations_of(kind) {
            if rules.reads(kind, &["relations", relation]) {
                needed.extend(targets);
            }
        }
    }
    needed
}
