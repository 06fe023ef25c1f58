//! The baseline: made, used, updated, and never wider than somebody said.

use hfscan::evaluate::outcome::Outcome;
use hfscan::finding::gate::Gate;
use hfscan::finding::{Finding, Report, identity};
use hfscan::policy::severity::Severity;
use hfscan::waive::Baseline;
use hfscan::waive::baseline::Changes;
use proptest::prelude::*;

use crate::sample;
use crate::waivers::{Folder, MAIN, PORTS, plan, small};

const RULES: [&str; 6] = ["--rule", "aws-efs-encrypted", "--rule", PORTS, "--today", "2026-11-20"];

fn baseline(folder: &Folder, arguments: &[&str]) -> crate::waivers::Ran {
    let mut all = vec!["baseline"];
    all.extend(arguments);
    all.extend(RULES);
    folder.run(&all)
}

#[test]
fn what_is_known_does_not_count_and_what_is_new_does() {
    let folder = small();
    let made = baseline(&folder, &["create", "plan.json"]);
    assert_eq!((made.code, made.stderr.as_str(), made.stdout.as_str()), (0, "hfscan.baseline.json: 5 findings\n", ""));
    let ran = folder.scan(&["--baseline", "hfscan.baseline.json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.findings().iter().all(|line| line.ends_with(" baseline")), "{:?}", ran.findings());
    let summary = ran.report().baseline.unwrap();
    assert_eq!((summary.file.as_str(), summary.known, summary.gone), ("hfscan.baseline.json", 5, 0));
    assert!(ran.stderr.contains("4 failed (4 in the baseline), "), "{}", ran.stderr);

    // The ports in another order, one gone and one new; and lines above in the source.
    folder.write("plan.json", &plan(&[2375, 22]));
    folder.write("main.tf", &format!("# a\n# b\n\n{MAIN}"));
    let ran = folder.scan(&["--baseline", "hfscan.baseline.json"]);
    assert_eq!(ran.code, 1);
    let open: Vec<String> = ran.findings().into_iter().filter(|line| !line.ends_with(" baseline")).collect();
    assert_eq!(open, [format!("fail {PORTS} aws_security_group.open ingress[2375/tcp/0.0.0.0/0]")]);
    let summary = ran.report().baseline.unwrap();
    assert_eq!((summary.known, summary.gone), (4, 1));
    assert!(ran.stderr.contains("1 failure at the gate"), "{}", ran.stderr);
}

#[test]
fn an_update_takes_out_what_is_gone_and_takes_in_only_what_it_is_told_to() {
    let folder = small();
    baseline(&folder, &["create", "plan.json"]);
    let before = folder.read("hfscan.baseline.json");
    let again = baseline(&folder, &["update", "plan.json"]);
    assert_eq!(again.stderr, "hfscan.baseline.json: nothing to change; 5 kept\n");
    assert_eq!(folder.read("hfscan.baseline.json"), before, "the same findings give the same bytes");

    folder.write("plan.json", &plan(&[22, 2375]));
    let updated = baseline(&folder, &["update", "plan.json"]);
    insta::assert_snapshot!(updated.stderr, @r"
    hfscan.baseline.json: 4 kept, 1 gone, 1 new and left out
    what is new counts at the gate: mend it, waive it, or take it in with --add-new
    ");
    let text = folder.read("hfscan.baseline.json");
    assert!(!text.contains("3389") && !text.contains("2375"), "{text}");
    assert_eq!(folder.scan(&["--baseline", "hfscan.baseline.json"]).code, 1);
    let added = baseline(&folder, &["update", "plan.json", "--add-new"]);
    assert_eq!(added.stderr, "hfscan.baseline.json: 4 kept, 1 added\n");
    assert_eq!(folder.scan(&["--baseline", "hfscan.baseline.json"]).code, 0);
}

#[test]
fn an_update_with_fewer_rules_keeps_what_it_did_not_judge() {
    let folder = small();
    baseline(&folder, &["create", "plan.json"]);
    let ran = folder.run(&["baseline", "update", "plan.json", "--rule", "aws-efs-encrypted"]);
    assert_eq!(ran.stderr, "hfscan.baseline.json: nothing to change; 5 kept\n");
}

#[test]
fn a_waiver_goes_before_the_baseline() {
    let folder = small();
    baseline(&folder, &["create", "plan.json"]);
    folder.write(
        "hfscan.waivers.toml",
        "[[waiver]]\nrule = \"aws-efs-*\"\naddress = \"module.data\"\nreason = \"r\"\nowner = \"o\"\nuntil = 2027-01-31\n",
    );
    let ran = folder.scan(&["--baseline", "hfscan.baseline.json"]);
    let summary = ran.report().baseline.unwrap();
    assert_eq!((summary.known, summary.gone), (4, 0));
    assert!(
        ran.findings().contains(&"waived aws-efs-encrypted module.data[\"x\"].aws_efs_file_system.this".to_owned())
    );
    let updated = baseline(&folder, &["update", "plan.json"]);
    assert_eq!(updated.stderr, "hfscan.baseline.json: 4 kept, 1 waived now\n");
}

#[test]
fn the_file_tells_a_reviewer_what_is_accepted() {
    let folder = small();
    folder.run(&[
        "baseline",
        "create",
        "plan.json",
        "-o",
        "b.json",
        "--rule",
        "aws-efs-encrypted",
        "--profile",
        "ha-eks",
    ]);
    let text = folder.read("b.json");
    let first = text.split("    },").next().unwrap();
    insta::assert_snapshot!(first, @r#"
    {
      "version": "hfscan-baseline/v1",
      "profile": "ha-eks",
      "findings": [
        {
          "id": "d17a9faf5c353431312b3e9402067640",
          "rule": "aws-efs-encrypted",
          "resource": "aws_efs_file_system.this[\"a\"]",
          "outcome": "fail",
          "severity": "high",
          "enforced": true,
          "message": "file system is not encrypted"
    "#);
}

#[test]
fn wrong_files_say_what_is_wrong() {
    let folder = small();
    let told = |text: &str| {
        folder.write("b.json", text);
        let ran = folder.scan(&["--baseline", "b.json"]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        ran.stderr
    };
    assert!(told("{\n  \"version\": 1}").contains("b.json:2:14: not a baseline: invalid type"));
    assert!(told("[").contains("b.json:1:1: not a baseline: "));
    assert!(told("{}").contains("expected \"version\": \"hfscan-baseline/v1\""));
    assert!(told("{\"version\": \"hfscan/v1\"}").contains("it is a report of findings"));
    assert!(
        told("{\"version\": \"hfscan-baseline/v9\"}")
            .contains("a baseline of layout `hfscan-baseline/v9`; this hfscan reads")
    );
    let other = told("{\"version\": \"hfscan-baseline/v1\", \"profile\": \"ha-eks\", \"findings\": []}");
    assert!(other.contains("was made with profile `ha-eks`, this run uses no profile"), "{other}");
    let ran = folder.scan(&["--baseline", "none.json"]);
    assert!(ran.code == 2 && ran.stderr.contains("hfscan baseline create"), "{}", ran.stderr);
}

#[test]
fn create_does_not_replace_unless_told_to() {
    let folder = small();
    baseline(&folder, &["create", "plan.json"]);
    let ran = baseline(&folder, &["create", "plan.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("hfscan baseline update") && ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(baseline(&folder, &["create", "plan.json", "--force"]).code, 0);
}

#[test]
fn people_see_the_baseline_in_a_quiet_section() {
    let folder = small();
    folder.run(&["baseline", "create", "plan.json", "--rule", PORTS]);
    folder.write("plan.json", &plan(&[22]));
    let ran = folder.run(&["scan", "plan.json", "--rule", PORTS, "--baseline", "hfscan.baseline.json", "--no-source"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.stdout, @r#"
    Baseline ───────────────────────────────────────────────────────────── 1 finding

      aws-ec2-security-group-forbidden-ports  ingress[22/tcp/0.0.0.0/0] opens ports
        aws_security_group.open               of administration or of data stores to
                                              the internet
                                              ingress[22/tcp/0.0.0.0/0]
                                              critical

    Summary ──────────────────────────────────────────────────── 4 resources, 1 rule

      Outcome         Enforced
      fail                   1
      unknown                0
      pass                   0
      not applicable         0

      Failures        1 critical
      Input           plan.json (terraform plan): 4 resources
      Baseline        hfscan.baseline.json: 1 finding known, 1 gone; hfscan baseline
                      update takes them out

    ✓ Nothing stands at the gate.
    "#);
}

fn finding(resource: &str, tag: Option<&str>, outcome: Outcome, severity: Severity) -> Finding {
    let rule = sample::rule("r", None, "t", Severity::Critical, true);
    let mut finding = sample::finding(&rule, outcome, resource, 1, "m");
    finding.id = identity::of("r", resource, tag);
    finding.tag = tag.map(str::to_owned);
    finding.severity = severity;
    finding
}

fn report(findings: Vec<Finding>) -> Report {
    Report { findings, rules: vec![sample::rule("r", None, "t", Severity::Critical, true)], ..Report::default() }
}

#[test]
fn a_finding_that_weighs_more_than_before_counts_again() {
    let medium = report(vec![finding("a", None, Outcome::Fail, Severity::Medium)]);
    let known = Baseline::of(&medium, false);
    let mut high = report(vec![finding("a", None, Outcome::Fail, Severity::High)]);
    known.apply("b.json", &mut high);
    assert_eq!(Gate::default().count(&high), 1);
    let summary = high.baseline.clone().unwrap();
    assert_eq!((summary.known, summary.gone, summary.heavier), (0, 0, 1));
    // An update accepts the weight only when it is told to.
    let (kept, changes) = known.update(&high, None, false, false);
    assert_eq!((kept, changes), (known.clone(), Changes { kept: 1, left: 1, ..Changes::default() }));
    let (added, _) = known.update(&high, None, false, true);
    assert_eq!(added, Baseline::of(&high, false));

    let mut low = report(vec![finding("a", None, Outcome::Fail, Severity::Low)]);
    known.apply("b.json", &mut low);
    assert_eq!(Gate::default().count(&low), 0);
    let (lighter, _) = known.update(&low, None, false, false);
    assert_eq!(lighter, Baseline::of(&low, false), "what became lighter is not accepted as heavy any more");

    let mut advisory = medium.clone();
    advisory.findings[0].enforced = false;
    let mut enforced = medium;
    Baseline::of(&advisory, false).apply("b.json", &mut enforced);
    assert_eq!(Gate::default().count(&enforced), 1, "what was advice and is enforced now counts");
}

#[test]
fn unknowns_come_in_only_when_asked_and_never_hide_a_failure() {
    let unknown = report(vec![finding("a", None, Outcome::Unknown, Severity::High)]);
    assert!(Baseline::of(&unknown, false).findings.is_empty());
    let known = Baseline::of(&unknown, true);
    let strict = Gate { strict: true, ..Gate::default() };
    let mut same = unknown.clone();
    known.apply("b.json", &mut same);
    assert_eq!(strict.count(&same), 0);
    let mut broken = report(vec![finding("a", None, Outcome::Fail, Severity::High)]);
    known.apply("b.json", &mut broken);
    assert_eq!(Gate::default().count(&broken), 1);

    // What was broken and cannot be told now is known, and not gone.
    let failure = Baseline::of(&report(vec![finding("a", Some("ingress[22]"), Outcome::Fail, Severity::High)]), false);
    let mut doubtful = unknown;
    failure.apply("b.json", &mut doubtful);
    assert_eq!(strict.count(&doubtful), 0);
    assert_eq!(doubtful.baseline.clone().unwrap().gone, 0);
    assert_eq!(failure.update(&doubtful, None, false, false).0, failure);
}

#[test]
fn nothing_is_gone_where_something_was_not_read() {
    let known = Baseline::of(&report(vec![finding("a", None, Outcome::Fail, Severity::High)]), false);
    let mut empty = report(Vec::new());
    assert_eq!(known.update(&empty, None, false, false).1, Changes { gone: 1, ..Changes::default() });
    empty.gaps.push(hfscan::inventory::Gap::new("x", "denied", Vec::new()));
    assert_eq!(known.update(&empty, None, false, false).0, known);
    let light = report(Vec::new());
    let (kept, _) = known.update(&light, Some(Severity::Critical), false, false);
    assert_eq!(kept, known, "what is lighter than --min-severity was not looked for");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), field in any::<String>()) {
        let _ = Baseline::parse("b.json", &text);
        let entry = serde_json::json!({"version": "hfscan-baseline/v1", "profile": null, "findings": [{"id": field}]});
        let _ = Baseline::parse("b.json", &entry.to_string());
    }

    #[test]
    fn a_file_says_what_was_written(resources in prop::collection::btree_set(any::<String>(), 0..8), tag in any::<Option<String>>()) {
        let findings = resources.iter().map(|resource| finding(resource, tag.as_deref(), Outcome::Fail, Severity::High)).collect();
        let baseline = Baseline::of(&report(findings), false);
        let text = baseline.text().unwrap();
        prop_assert_eq!(Baseline::parse("b.json", &text).unwrap(), baseline);
    }
}
