//! Plans of terraform, from the command line to the label.

use hfscan::finding::{Change, Report};
use hfscan::policy::severity::Severity;

use super::{failures, plan, scan, unknowns};
use crate::harness::hfscan;

const ALL: [&str; 9] = ["mixed", "moves", "quiet", "create", "destroy", "targeted", "stale", "drift", "deposed"];

fn report(case: &str) -> Report {
    scan(&[plan(case)], |_| {})
}

#[test]
fn two_fixed_one_new_one_unchanged() {
    let path = plan("mixed").display().to_string();
    let run = hfscan(&["scan", &path, "--delta"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let change: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("  Change ")).collect();
    assert_eq!(change, ["  Change          2 fixed, 1 new, 1 unchanged"]);
    assert_eq!(
        failures(&report("mixed")),
        [
            "fixed aws-s3-default-encryption module.bucket[\"logs.v1\"].aws_s3_bucket.this",
            "fixed aws-s3-public-access-blocked module.bucket[\"data\"].aws_s3_bucket.this restrict_public_buckets",
            "new aws-s3-public-access-blocked module.bucket[\"media\"].aws_s3_bucket.this ignore_public_acls",
            "unchanged aws-s3-denies-plain-http module.bucket[\"archive\"].aws_s3_bucket.this",
        ]
    );
}

#[test]
fn the_table_has_a_section_for_each_label() {
    let run = hfscan(&["scan", &plan("mixed").display().to_string(), "--new-only"]);
    let headings: Vec<String> = run
        .stdout
        .lines()
        .filter(|line| line.contains(" ──"))
        .map(|line| line.split(" ──").next().unwrap().to_owned())
        .collect();
    assert_eq!(headings, ["Failed, new", "Failed, unchanged", "Fixed", "Unknown", "Summary"]);
    let order: Vec<usize> =
        ["[\"media\"]", "[\"archive\"]", "[\"data\"]"].map(|name| run.stdout.find(name).unwrap()).to_vec();
    assert!(order.is_sorted(), "{}", run.stdout);
    assert!(run.stdout.ends_with("✗ 1 new failure at the gate.\n"), "{}", run.stdout);
}

#[test]
fn the_detail_report_says_what_the_change_does() {
    let run = hfscan(&["scan", &plan("mixed").display().to_string(), "--delta", "-f", "detail"]);
    let changes: Vec<&str> = run.stdout.lines().filter(|line| line.starts_with("  Change ")).collect();
    assert_eq!(
        changes,
        [
            "  Change      new: the change brings it in",
            "  Change      unchanged: it was there before",
            "  Change      unchanged: it was there before",
            "  Change      fixed: the change takes it away",
            "  Change      fixed: the change takes it away",
        ]
    );
    assert!(run.stderr.contains("; 2 fixed, 1 new, 1 unchanged; 2 failures at the gate"), "{}", run.stderr);
}

#[test]
fn only_new_findings_stand_at_the_gate_with_new_only() {
    let code = |case: &str, flags: &[&str]| {
        let path = plan(case).display().to_string();
        hfscan(&[&["scan", &path, "-q"], flags].concat()).code
    };
    assert_eq!(code("mixed", &["--new-only"]), 1);
    // The new one is what stops the run, not the unchanged one.
    assert_eq!(code("mixed", &["--new-only", "--skip-rule", "aws-s3-public-access-blocked"]), 0);
    assert_eq!(code("mixed", &["--delta", "--skip-rule", "aws-s3-public-access-blocked"]), 1);
    // Only what was there before.
    assert_eq!(code("quiet", &["--new-only"]), 0);
    assert_eq!(code("quiet", &["--new-only", "--strict"]), 0);
    assert_eq!(code("quiet", &["--delta"]), 1);
    assert_eq!(code("create", &["--new-only"]), 1);
    assert_eq!(code("destroy", &["--delta"]), 0);
}

#[test]
fn each_way_of_a_resource_has_its_label() {
    let report = report("moves");
    assert_eq!(
        failures(&report),
        [
            // Replaced, created first; destroyed; another resource under another address.
            "fixed aws-ec2-security-group-forbidden-ports aws_security_group.desktop ingress[3389/tcp/0.0.0.0/0]",
            "fixed aws-ec2-security-group-internet-ingress aws_security_group.desktop ingress[3389/tcp/0.0.0.0/0]",
            "fixed aws-s3-default-encryption aws_s3_bucket.gone",
            "fixed aws-s3-default-encryption aws_s3_bucket.numbered[0]",
            "fixed aws-s3-denies-plain-http aws_s3_bucket.gone",
            "fixed aws-s3-denies-plain-http aws_s3_bucket.numbered[0]",
            // A data source of the new code, which the prior state has with its new text.
            "new aws-iam-role-trust aws_iam_role.worker *",
            "new aws-s3-default-encryption aws_s3_bucket.numbered[\"0\"]",
            "new aws-s3-denies-plain-http aws_s3_bucket.numbered[\"0\"]",
            // Replaced, destroyed first.
            "unchanged aws-ec2-security-group-forbidden-ports aws_security_group.shell ingress[22/tcp/0.0.0.0/0]",
            // Rules that are resources of their own, and a group that changes.
            "unchanged aws-ec2-security-group-internet-ingress aws_security_group.outer ingress[23/tcp/0.0.0.0/0]",
            "unchanged aws-ec2-security-group-internet-ingress aws_security_group.shell ingress[22/tcp/0.0.0.0/0]",
            "unchanged aws-s3-default-encryption aws_s3_bucket.bared",
            // Moved by terraform itself, imported, forgotten, and moved into a module.
            "unchanged aws-s3-default-encryption aws_s3_bucket.counted[0]",
            "unchanged aws-s3-default-encryption aws_s3_bucket.found",
            "unchanged aws-s3-default-encryption aws_s3_bucket.kept",
            "unchanged aws-s3-default-encryption aws_s3_bucket.legacy",
            "unchanged aws-s3-default-encryption module.store.aws_s3_bucket.this",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.bared",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.counted[0]",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.found",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.kept",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.legacy",
            "unchanged aws-s3-denies-plain-http module.store.aws_s3_bucket.this",
        ]
    );
    // What goes has no configuration any more, and says itself where it was.
    assert!(report.fixed.iter().all(|finding| finding.resource.region.as_deref() == Some("eu-central-1")));
    // The block of `bared` is destroyed, that of `kept` only forgotten.
    let public = "aws-s3-public-access-blocked";
    let unknowns = unknowns(&report);
    assert!(unknowns.contains(&format!("new {public} aws_s3_bucket.bared")), "{unknowns:#?}");
    assert!(!unknowns.iter().any(|line| line.ends_with("aws_s3_bucket.kept")), "{unknowns:#?}");
    assert!(unknowns.contains(&format!("unchanged {public} module.store.aws_s3_bucket.this")), "{unknowns:#?}");
    assert!(
        report.inputs[0].warnings.iter().any(|warning| warning.contains(
            "terraform forgets aws_s3_bucket.legacy, aws_s3_bucket_public_access_block.kept and destroys nothing"
        )),
        "{:?}",
        report.inputs[0].warnings
    );
}

#[test]
fn a_plan_without_changes_leaves_everything_as_it_was() {
    let report = report("quiet");
    let delta = report.delta.unwrap();
    assert!(delta.unchanged > 10, "{delta}");
    assert_eq!((delta.new, delta.fixed, delta.untold), (0, 0, 0));
    let changed: Vec<_> = report.findings.iter().filter(|finding| finding.change != Some(Change::Unchanged)).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[test]
fn everything_is_new_where_nothing_was() {
    let report = report("create");
    assert!(report.findings.iter().all(|finding| finding.change == Some(Change::New)), "{:#?}", report.findings);
    assert!(report.findings.iter().any(|finding| finding.resource.kind == "environment"));
    assert_eq!(report.delta.unwrap().to_string(), "0 fixed, 2 new, 0 unchanged");
    assert_eq!(report.inputs[0].warnings, ["terraform managed nothing before this plan: all that it plans is new"]);
    // Taken for all there is, the account was bare before as well: still nothing was there.
    let report = scan(&[plan("create")], |request| request.complete = true);
    assert!(report.findings.iter().all(|finding| finding.change == Some(Change::New)), "{:#?}", report.findings);
}

#[test]
fn what_is_destroyed_is_fixed() {
    assert_eq!(
        failures(&report("destroy")),
        ["fixed aws-s3-default-encryption aws_s3_bucket.first", "fixed aws-s3-denies-plain-http aws_s3_bucket.first"]
    );
}

#[test]
fn what_is_not_targeted_stays() {
    let report = report("targeted");
    let public: Vec<String> =
        failures(&report).into_iter().filter(|line| line.contains("aws-s3-public-access-blocked")).collect();
    assert_eq!(
        public,
        [
            "fixed aws-s3-public-access-blocked aws_s3_bucket.one block_public_policy",
            "unchanged aws-s3-public-access-blocked aws_s3_bucket.two block_public_policy",
        ]
    );
}

#[test]
fn drift_is_of_the_state_before() {
    assert_eq!(
        failures(&report("drift")),
        [
            "fixed aws-s3-public-access-blocked aws_s3_bucket.drifted block_public_policy",
            "unchanged aws-s3-default-encryption aws_s3_bucket.drifted",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.drifted",
        ]
    );
    // Without a refresh nobody sees it.
    assert_eq!(
        failures(&report("stale")),
        [
            "new aws-s3-public-access-blocked aws_s3_bucket.drifted ignore_public_acls",
            "unchanged aws-s3-default-encryption aws_s3_bucket.drifted",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.drifted",
        ]
    );
}

#[test]
fn deposed_objects_are_on_neither_side() {
    assert_eq!(
        failures(&report("deposed")),
        [
            "unchanged aws-s3-default-encryption aws_s3_bucket.replaced",
            "unchanged aws-s3-denies-plain-http aws_s3_bucket.replaced",
        ]
    );
}

#[test]
fn labels_are_all_that_delta_adds() {
    for case in ALL {
        let plain = scan(&[plan(case)], |request| request.delta = false);
        assert_eq!(plain.delta, None);
        assert!(plain.fixed.is_empty());
        assert!(plain.findings.iter().all(|finding| finding.change.is_none()));
        let mut told = report(case);
        assert!(told.delta.take().is_some());
        told.fixed.clear();
        for finding in &mut told.findings {
            finding.change = None;
        }
        for (told, plain) in told.inputs.iter_mut().zip(&plain.inputs) {
            told.warnings.retain(|warning| plain.warnings.contains(warning));
        }
        assert_eq!(told, plain, "{case}");
    }
}

#[test]
fn two_plans_may_use_one_address() {
    // One plan creates what the other destroys, in another state.
    let report = scan(&[plan("create"), plan("destroy")], |_| {});
    let destroyed = format!("{}#aws_s3_bucket.first", plan("destroy").display());
    assert_eq!(
        failures(&report),
        [
            format!("fixed aws-s3-default-encryption {destroyed}"),
            format!("fixed aws-s3-denies-plain-http {destroyed}"),
            "new aws-s3-default-encryption aws_s3_bucket.first".to_owned(),
            "new aws-s3-denies-plain-http aws_s3_bucket.first".to_owned(),
        ]
    );
}

#[test]
fn ids_that_begin_with_the_plan_do_so_on_both_sides() {
    let report = scan(&[plan("drift"), plan("stale")], |_| {});
    let of = |case: &str| format!("{case}/plan.json#aws_s3_bucket.drifted");
    let public: Vec<String> =
        failures(&report).into_iter().filter(|line| line.contains("aws-s3-public-access-blocked")).collect();
    assert_eq!(
        public,
        [
            format!("fixed aws-s3-public-access-blocked {} block_public_policy", of("drift")),
            format!("new aws-s3-public-access-blocked {} ignore_public_acls", of("stale")),
        ]
    );
    assert_eq!(report.delta.unwrap().to_string(), "1 fixed, 1 new, 4 unchanged");
}

#[test]
fn what_is_too_light_for_the_list_is_not_counted() {
    let report = scan(&[plan("moves")], |request| request.selection.min_severity = Some(Severity::High));
    assert!(report.fixed.iter().chain(&report.findings).all(|finding| finding.severity >= Severity::High));
    let delta = report.delta.unwrap();
    assert_eq!((delta.fixed, delta.fixed), (report.fixed.len(), 4));
    assert!(report.summary.hidden > 0);
}
