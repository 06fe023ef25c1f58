//! The whole scan on every real plan that is at hand. Skipped, visibly, where the plans are absent.

mod labels;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use hfscan::collect::terraform::{Mode, Plan, aws};
use hfscan::evaluate::RuleSet;
use hfscan::finding::{Report, judge};
use hfscan::pipeline::{self, Candidate, Selection};
use hfscan::policy::select::Selected;
use hfscan::relate;

/// Types that fill no field of an owner outside of the plan that any rule could judge by, so that the
/// owner is not made; each with the reason.
const DROPPED_WITHOUT_OWNER: &[(&str, &str)] = &[
    ("aws_route_table_association", "a subnet elsewhere has no other field that is known"),
    ("aws_main_route_table_association", "a VPC elsewhere has no other field that is known"),
    ("aws_internet_gateway_attachment", "a gateway elsewhere has no field to judge"),
    ("aws_network_interface_attachment", "an interface elsewhere has no other field that is known"),
    ("aws_ec2_managed_prefix_list_entry", "a list elsewhere has other entries, and no group of the plan names it"),
    ("aws_autoscaling_attachment", "a group elsewhere has no other field that is known"),
    ("aws_lb_listener_rule", "a listener elsewhere may be HTTP or HTTPS"),
    ("aws_alb_listener_rule", "a listener elsewhere may be HTTP or HTTPS"),
    ("aws_lb_listener_certificate", "a listener elsewhere has a certificate of its own"),
    ("aws_alb_listener_certificate", "a listener elsewhere has a certificate of its own"),
    ("aws_lb_target_group_attachment", "a target group elsewhere has no field to judge"),
    ("aws_alb_target_group_attachment", "a target group elsewhere has no field to judge"),
    ("aws_wafv2_web_acl_association", "what it guards may be an API as well as a load balancer"),
    ("aws_wafregional_web_acl_association", "what it guards may be an API as well as a load balancer"),
    ("aws_wafv2_web_acl_logging_configuration", "a web ACL elsewhere has no other field that is known"),
    ("aws_db_proxy_target", "a proxy elsewhere has no other field that is known"),
    ("aws_efs_backup_policy", "no rule reads it but of a file system that is known"),
    ("aws_kms_alias", "a name of a key elsewhere"),
];

/// Returns the folder of shared material with this name in it.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let parent = Path::new(env!("CARGO_MANIFEST_DIR"));
    let candidates = match std::env::var_os("HFSCAN_SHARED") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![parent.join("../shared"), parent.join("../../shared")],
    };
    let found = candidates.iter().map(|folder| folder.join(name)).find(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("SKIPPED: no `{name}` in {candidates:?}; set HFSCAN_SHARED to the folder that has it");
    }
    found
}

pub(crate) fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Judges files on plain threads and returns the answers in their order. A worker of rayon that waits
/// takes up another file within the one it is at, until its stack is full.
pub(crate) fn on_threads<T: Sync, R: Send>(files: &[T], judge: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let judge = &judge;
    std::thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(4).max(1));
        let threads: Vec<_> =
            parts.map(|part| scope.spawn(move || part.iter().map(judge).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

pub(crate) struct Bench {
    pub(crate) selected: Selected,
    pub(crate) rules: RuleSet,
}

/// Compiles the rules once. Compiling works in parallel itself: to be called before a parallel loop,
/// lest the loop's threads all wait for the one that needs them.
pub(crate) fn bench() -> &'static Bench {
    static BENCH: OnceLock<Bench> = OnceLock::new();
    BENCH.get_or_init(|| {
        let selected = pipeline::rules(&Selection::default()).unwrap();
        // The machine may be busy: what a rule may take is not tried here.
        let rules = RuleSet::compile_with_limit(&selected, Duration::from_mins(1)).unwrap();
        Bench { selected, rules }
    })
}

/// Judges a file by every rule, as the program does.
pub(crate) fn scan(path: &Path) -> Result<Report, String> {
    let candidate = Candidate { path: path.to_owned(), named: true };
    let collected = pipeline::collect(&[candidate]).map_err(|failure| failure.to_string())?;
    let inventory = relate::relate(collected.resources, collected.gaps, false);
    let verdicts = bench().rules.evaluate(&inventory);
    let context = judge::Context { inputs: collected.inputs, all: true, ..judge::Context::default() };
    Ok(judge::judge(verdicts, &inventory, &bench().selected.rules, context))
}

#[test]
fn every_plan_is_judged_or_refused_with_a_reason() {
    let Some(folder) = shared("plans") else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    bench();
    let results = on_threads(&found, |path| {
        let result = catch_unwind(AssertUnwindSafe(|| scan(path)));
        result.unwrap_or_else(|_| panic!("{}: panic", path.display()))
    });
    let mut totals: BTreeMap<String, usize> = BTreeMap::new();
    for (path, result) in found.iter().zip(results) {
        let report = match result {
            Ok(report) => report,
            Err(message) => {
                // Says which file, and what to do.
                assert!(message.contains(&path.display().to_string()), "{message}");
                assert!(message.contains("terraform show -json"), "{message}");
                *totals.entry("refused".to_owned()).or_default() += 1;
                continue;
            }
        };
        *totals.entry("judged".to_owned()).or_default() += 1;
        let outcomes = report.summary.outcomes;
        assert_eq!(
            outcomes.error,
            0,
            "{}: {:#?}",
            path.display(),
            report.findings.first().map(|finding| &finding.message)
        );
        for (name, count) in [
            ("fail", outcomes.fail),
            ("unknown", outcomes.unknown),
            ("pass", outcomes.pass),
            ("not_applicable", outcomes.not_applicable),
            ("resources", report.summary.resources),
        ] {
            *totals.entry(name.to_owned()).or_default() += count;
        }
    }
    println!("{} files: {totals:#?}", found.len());
}

/// Addresses of the managed resources that a plan says will exist, read without the help of hfscan.
fn existing(text: &str) -> Option<BTreeSet<String>> {
    let plan: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let changes = plan.get("resource_changes")?.as_array()?;
    let existing = changes.iter().filter(|change| {
        let actions = change["change"]["actions"].as_array();
        let gone = actions.is_some_and(|actions| {
            !actions.is_empty() && actions.iter().all(|action| action == "delete" || action == "forget")
        });
        // Deleted by somebody, and not in the code any more: from nothing to nothing.
        let null = Some(&serde_json::Value::Null);
        let gone = gone || change["change"].get("before") == null && change["change"].get("after") == null;
        change["mode"] != "data" && change.get("deposed").is_none() && !gone
    });
    existing.map(|change| change["address"].as_str().map(str::to_owned)).collect()
}

#[test]
fn no_resource_of_a_modelled_type_is_dropped() {
    let Some(folder) = shared("plans") else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    let owners: BTreeSet<&str> = aws::owner_types().collect();
    let dropped: BTreeSet<&str> = DROPPED_WITHOUT_OWNER.iter().map(|(name, _)| *name).collect();
    let failures: Vec<String> = on_threads(&found, |path| {
        let Ok(plan) = Plan::read(path) else { return Vec::new() };
        let mut failures = Vec::new();
        let mut fail = |what: String| failures.push(format!("{}: {what}", path.display()));
        let read = aws::collect(&plan).unwrap();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        // Types of which a part may belong to several owners: a second doubt is not written down.
        let mut joined: BTreeSet<&str> = BTreeSet::new();
        for resource in &read.resources {
            seen.insert(&resource.origin.address);
            for part in &resource.parts {
                seen.insert(&part.origin.address);
                joined.insert(&part.origin.type_name);
            }
        }
        let managed = || plan.resources().iter().filter(|resource| resource.parsed.mode == Mode::Managed);
        let mut unseen: BTreeMap<&str, usize> = BTreeMap::new();
        for resource in managed() {
            let name = resource.parsed.type_name.as_str();
            if seen.contains(&*resource.address) {
                continue;
            }
            if owners.contains(name) {
                fail(format!("{} is modelled and not there", resource.address));
            }
            *unseen.entry(name).or_default() += 1;
        }
        for (name, count) in &unseen {
            let skipped = read.skipped.get(*name).copied().unwrap_or_default();
            let stands_for_another = name.ends_with("_validation") || *name == "aws_db_proxy_default_target_group";
            if skipped != *count && !stands_for_another && !joined.contains(name) {
                fail(format!("{count} of {name} have left no trace, {skipped} are counted as skipped"));
            }
        }
        for name in read.skipped.keys() {
            if owners.contains(name.as_str()) {
                fail(format!("{name} is modelled and counted as skipped"));
            }
            if aws::part_types().any(|part| part == name) && !dropped.contains(name.as_str()) {
                fail(format!("a part of type {name} is dropped for no stated reason"));
            }
            if !unseen.contains_key(name.as_str()) {
                fail(format!("{name} is counted as skipped, but all of it is there"));
            }
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let there: BTreeSet<&str> = managed().map(|resource| &*resource.address).collect();
        for address in existing(&text).unwrap_or_default() {
            if !there.contains(address.as_str()) {
                fail(format!("{address} is in the plan and not read"));
            }
        }
        failures
    })
    .concat();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn two_runs_write_the_same_bytes() {
    let Some(folder) = shared("plans") else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    found.sort();
    let sample: Vec<PathBuf> = found.into_iter().step_by(15).collect();
    bench();
    on_threads(&sample, |path| {
        let text = || scan(path).map(|report| serde_json::to_string(&report).unwrap());
        assert_eq!(text(), text(), "{}", path.display());
    });
}
