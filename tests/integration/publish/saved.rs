//! `hfscan report`: saved findings come back as they were, and other files are told apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hfscan::finding::{Report, saved};
use hfscan::report::{Format, Look, render};
use hfscan::source::Source;

use super::{Place, told};
use crate::sample;

fn text(format: Format, report: &Report) -> String {
    let mut out = Vec::new();
    render(format, report, &Look::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parse(text: impl Into<Vec<u8>>) -> Result<Report, saved::SavedError> {
    saved::parse(&Source::from_bytes(Arc::from("findings.json"), text.into()))
}

fn error(text: impl Into<Vec<u8>>) -> String {
    parse(text).unwrap_err().to_string()
}

/// Returns the plans of the fixtures and what the scan of each is told.
fn plans() -> Vec<(PathBuf, Vec<&'static str>)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    vec![
        (fixtures.join("environments/ha-eks/plan.json"), vec!["--all"]),
        (fixtures.join("environments/ha-eks/plan.json"), vec!["--profile", "ha-eks", "--strict"]),
        (fixtures.join("malformed/tiny.json"), vec!["--fail-on", "critical"]),
        (fixtures.join("malformed/empty-plan.json"), vec![]),
    ]
}

#[test]
fn every_format_comes_back_as_the_scan_wrote_it() {
    for (plan, flags) in plans() {
        let place = Place::new();
        fs::copy(&plan, place.path().join("plan.json")).unwrap();
        let mut outputs: Vec<String> = Vec::new();
        for format in Format::ALL {
            outputs.extend(["-o".to_owned(), format!("{0}=scan.{0}", format.name())]);
        }
        // The time stands in some formats.
        let now = ["--now", "2026-11-27T08:00:00Z"];
        let mut arguments = vec!["scan", "plan.json"];
        arguments.extend(now);
        arguments.extend(&flags);
        arguments.extend(outputs.iter().map(String::as_str));
        let scan = place.run(&arguments);

        // What only chooses what is listed is a flag of the scan alone.
        let gate: Vec<&str> = match flags.first() {
            Some(&"--profile") => vec!["--strict"],
            Some(&"--fail-on") => flags.clone(),
            _ => Vec::new(),
        };
        for format in Format::ALL {
            let mut arguments = vec!["report", "scan.json", "-f", format.name()];
            arguments.extend(&gate);
            arguments.extend(now);
            let file = format!("report.{}", format.name());
            let output = format!("{}={file}", format.name());
            arguments.extend(["-o", &output]);
            let report = place.run(&arguments);
            assert_eq!(report.status.code(), scan.status.code(), "{plan:?} {}: {}", format.name(), told(&report));
            let wanted = fs::read_to_string(place.path().join(format!("scan.{}", format.name()))).unwrap();
            let found = fs::read_to_string(place.path().join(&file)).unwrap();
            assert!(wanted == found, "{plan:?}: {} differs", format.name());
        }
        let same = place.run(&[vec!["report", "scan.json"], gate].concat());
        assert!(same.stdout == scan.stdout, "{plan:?}: stdout differs");
    }
}

#[test]
fn numbers_and_null_come_back_bit_by_bit() {
    let mut report = sample::mixed();
    // A parser that rounds carelessly is off by one in the last place of this one.
    for (finding, value) in report.findings.iter_mut().zip([
        Some(serde_json::json!(0.1 + 0.2)),
        Some(serde_json::json!(5.551_115_123_125_783e-17)),
        Some(serde_json::Value::Null),
        None,
        Some(serde_json::json!({"z": 1, "a": [u64::MAX, i64::MIN]})),
    ]) {
        finding.value = value;
    }
    let saved = text(Format::Json, &report);
    let back = parse(saved.clone()).unwrap();
    assert_eq!(back, report);
    for format in Format::ALL {
        assert_eq!(text(format, &back), text(format, &report), "{}", format.name());
    }
}

#[test]
fn rules_in_another_order_keep_their_texts() {
    let report = sample::mixed();
    let mut mixed = report.clone();
    mixed.rules.reverse();
    assert_eq!(parse(text(Format::Json, &mixed)).unwrap(), report);
}

#[test]
fn what_powershell_writes_is_read() {
    let saved = text(Format::Json, &sample::mixed());
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(saved.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(parse(utf16).unwrap(), sample::mixed());
}

#[test]
fn other_files_are_called_by_their_name() {
    for (text, message) in [
        ("", "findings.json: the file is empty, expected findings that hfscan saved"),
        (" \n ", "findings.json: the file is empty, expected findings that hfscan saved"),
        (
            "\n  {\"$schema\": \"sarif\", \"version\": \"2.1.0\", \"runs\": []}",
            "findings.json:2:3: this is a SARIF log, expected findings that hfscan saved",
        ),
        (
            r#"{"format_version": "1.2", "resource_changes": []}"#,
            "findings.json:1:1: this is a Terraform plan, expected findings that hfscan saved",
        ),
        (
            r#"{"version": 4, "terraform_version": "1.9.0", "lineage": "x", "serial": 3}"#,
            "findings.json:1:1: this is a Terraform state, expected findings that hfscan saved",
        ),
        (
            "PK\u{3}\u{4}...",
            "findings.json:1:1: this is a saved plan in Terraform's own format, expected findings that hfscan saved",
        ),
        ("<?xml version=\"1.0\"?>", "findings.json:1:1: this is XML, expected findings that hfscan saved"),
        ("[1, 2]", "findings.json:1:1: this is other JSON, expected findings that hfscan saved"),
        ("{\"version\": \"1\"}", "findings.json:1:1: this is other JSON, expected findings that hfscan saved"),
        ("# Findings\n", "findings.json:1:1: not valid JSON: expected value; expected findings that hfscan saved"),
        (
            "{\"version\": \"hfscan/v1\",\n \"tool\": nil}",
            "findings.json:2:11: not valid JSON: expected ident; expected findings that hfscan saved",
        ),
        (
            r#"{"version": "hfscan/v2", "verdicts": {}}"#,
            concat!(
                "findings.json: the findings have the layout `hfscan/v2`, this hfscan ",
                env!("CARGO_PKG_VERSION"),
                " reads `hfscan/v1`"
            ),
        ),
        (
            r#"{"version": "hfscan/v1"}"#,
            "findings.json:1:24: the findings are not as hfscan writes them: missing field `tool`",
        ),
    ] {
        assert_eq!(error(text), message);
    }
}

#[test]
fn a_member_of_another_type_is_placed_and_not_quoted() {
    let saved = text(Format::Json, &sample::mixed());
    let (before, line) = saved
        .lines()
        .enumerate()
        .find(|(_, line)| line.trim_start().starts_with("\"line\":"))
        .map(|(number, line)| (number, line.to_owned()))
        .unwrap();
    let broken =
        saved.replacen(&line, &line.replace(|c: char| c.is_ascii_digit(), "").replace(": ", ": \"geheim\""), 1);
    let told = error(broken);
    let expected = format!("findings.json:{}:", before + 1);
    assert!(told.starts_with(&expected) && told.ends_with("as hfscan writes them: expected u32"), "{told}");
    let unknown = error(saved.replacen("\"outcome\": \"fail\"", "\"outcome\": \"geheim\"", 1));
    assert!(unknown.contains("expected one of `fail`") && !unknown.contains("geheim"), "{unknown}");
}

#[test]
fn a_cut_file_says_where_it_ends() {
    let saved = text(Format::Json, &sample::mixed());
    let lines: Vec<&str> = saved.lines().collect();
    let half = lines[..lines.len() / 2].join("\n");
    let told = error(half);
    let expected = format!("findings.json:{}:", lines.len() / 2);
    assert!(told.starts_with(&expected) && told.contains("the findings are cut off here"), "{told}");
    // Two documents in one file are as wrong as half of one.
    assert!(error(format!("{saved}{saved}")).contains("trailing characters"));
}

#[test]
fn no_cut_panics() {
    let saved = text(Format::Json, &sample::mixed());
    for end in (0..saved.len()).step_by(7) {
        if saved.is_char_boundary(end) {
            let _ = error(&saved[..end]);
        }
    }
}

#[test]
fn the_command_tells_what_to_do() {
    let place = Place::new();
    place.write("plan.json", r#"{"format_version": "1.2", "planned_values": {}}"#);
    insta::assert_snapshot!(told(&place.run(&["report", "plan.json"])), @"
    exit 2
    error: plan.json:1:1: this is a Terraform plan, expected findings that hfscan saved
    hint: judge a plan first: hfscan scan PLAN -o json=findings.json
    ");
    insta::assert_snapshot!(told(&place.run(&["report", "missing.json"])), @"
    exit 2
    error: missing.json: cannot be read: No such file or directory (os error 2)
    hint: name the file that a scan wrote: -o json=FILE; - is stdin
    ");
}

#[test]
fn a_dash_is_stdin() {
    let place = Place::new();
    let saved = text(Format::Json, &sample::mixed());
    let output = place.command(&["report", "-", "-f", "json"]).write_stdin(saved.clone()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), saved, "{}", told(&output));
    let broken = place.command(&["report", "-"]).write_stdin("{").output().unwrap();
    assert!(told(&broken).contains("<stdin>:1:2: the findings are cut off here"), "{}", told(&broken));
}

#[test]
fn the_gate_is_that_of_the_flags() {
    let place = Place::new();
    let mut report = sample::mixed();
    report.gaps.clear();
    report.findings.retain(|finding| finding.outcome != hfscan::evaluate::outcome::Outcome::Error);
    report.summary.outcomes.error = 0;
    report.findings.iter_mut().for_each(|finding| finding.severity = hfscan::policy::severity::Severity::Medium);
    report.findings.iter_mut().for_each(|finding| finding.change = Some(hfscan::finding::Change::Unchanged));
    report.delta = Some(hfscan::finding::report::DeltaSummary::default());
    place.write("findings.json", &text(Format::Json, &report));
    let code = |flags: &[&str]| place.run(&[&["report", "findings.json", "-q"], flags].concat()).status.code();
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail-on", "medium"]), Some(1));
    assert_eq!(code(&["--fail-on", "high"]), Some(0));
    assert_eq!(code(&["--new-only"]), Some(0));
    assert_eq!(code(&["--new-only", "--strict"]), Some(0));
}
