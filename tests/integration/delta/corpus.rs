//! Every real plan, judged on both sides.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::{Change, Report};
use hfscan::pipeline::{self, Candidate, Request};

use crate::corpus::{bench, files, on_threads, shared};

fn scan(path: &Path, delta: bool) -> Option<Report> {
    let inputs = vec![Candidate { path: path.to_owned(), named: true }];
    let request = Request { inputs, delta, ..Request::default() };
    let judged = || pipeline::scan_with(&request, &bench().selected, &bench().rules, &|_| {});
    let result = catch_unwind(AssertUnwindSafe(judged)).unwrap_or_else(|_| panic!("{}: panic", path.display()));
    result.ok()
}

/// Judges a plan on one side and on both, and returns whether it has resources, its labels, and whether
/// it only creates; nothing for a file that is refused.
fn judged(path: &PathBuf) -> Option<[usize; 6]> {
    let plain = scan(path, false);
    let told = scan(path, true);
    assert_eq!(plain.is_some(), told.is_some(), "{}: refused on one side only", path.display());
    let (plain, told) = (plain?, told?);
    let delta = told.delta.unwrap();
    assert_eq!(told.summary, plain.summary, "{}", path.display());
    assert_eq!(told.summary.outcomes.error, 0, "{}", path.display());
    let ids = |report: &Report| report.findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&told), ids(&plain), "{}", path.display());
    let failing = told.findings.iter().filter(|finding| finding.outcome == Outcome::Fail).count();
    assert_eq!(delta.new + delta.unchanged + delta.untold, failing, "{}", path.display());
    assert!(told.fixed.iter().all(|finding| finding.change == Some(Change::Fixed)), "{}", path.display());
    let only_created = std::fs::read_to_string(path).is_ok_and(|text| {
        text.contains("\"create\"")
            && !["\"update\"", "\"no-op\"", "\"delete\"", "\"forget\"", "\"read\"", "\"prior_state\"", "[]"]
                .iter()
                .any(|word| text.contains(word))
    });
    if only_created {
        assert_eq!((delta.unchanged, delta.fixed), (0, 0), "{}", path.display());
    }
    let judged = usize::from(told.summary.resources > 0);
    Some([judged, delta.new, delta.unchanged, delta.fixed, delta.untold, usize::from(only_created)])
}

#[test]
fn both_sides_of_every_plan_are_judged() {
    let Some(folder) = shared("plans") else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    bench();
    let totals: Vec<[usize; 6]> = on_threads(&found, judged).into_iter().flatten().collect();
    let sum = |index: usize| totals.iter().map(|counts| counts[index]).sum::<usize>();
    println!(
        "{} files, {} with resources: {} new, {} unchanged, {} fixed, {} untold; {} that only create",
        found.len(),
        sum(0),
        sum(1),
        sum(2),
        sum(3),
        sum(4),
        sum(5)
    );
    assert!(sum(1) > 0 && sum(2) > 0 && sum(3) > 0, "labels that no real plan has");
}
