//! Reports whose every text was written by somebody who means harm.

use hfscan::evaluate::outcome::{Doubt, Outcome};
use hfscan::finding::report::{DeltaSummary, WaiverNote, WaiverState};
use hfscan::finding::{Block, Call, Change, Finding, Place, Related, Report, Waiver};
use hfscan::inventory::Gap;
use proptest::prelude::*;

use crate::sample;

/// Returns texts that would end a cell, a line, a tag or a command, or start one.
pub(super) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{0,12}",
        2 => any::<char>().prop_map(String::from),
        2 => proptest::sample::select(vec![
            "</details>", "<details>", "<details open>", "<script>alert(1)</script>", "<!-- hfscan -->", "-->", "<!--", "|", "`",
            "``", "```\n", "@alice", "@org/team", "#12", "\n", "\r\n", "\r", "\u{1b}[2J", "\u{0}", "\u{202e}", "%0A", "%25",
            "::error::x", "::stop-commands::x", "##[error]x", "=cmd|'/C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\"", "'",
            ",", ":", "](http://example.com)", "![x](y)", "]]>", "&amp;", "&", "é", "→", "\\", "**", "_", "~~", "$x$",
        ]).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn place() -> impl Strategy<Value = Option<Place>> {
    let end = proptest::option::of(0..500_u32);
    proptest::option::of((text(), 1..500_u32, 1..200_u32, end.clone(), end)).prop_map(|place| {
        place.map(|(file, line, column, end_line, end_column)| Place { file, line, column, end_line, end_column })
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    let texts = proptest::collection::vec(text(), 9);
    let flags = (any::<bool>(), any::<bool>(), 0..6_usize, 0..4_usize, 0..4_usize);
    (texts, flags, place(), place(), place(), 0..3_usize).prop_map(
        |(texts, (enforced, baseline, outcome, severity, change), at, input, other, count)| {
            let report = sample::mixed();
            let mut finding = report.findings[0].clone();
            let [id, message, resource, tag, related, reason, owner, module, rule]: [String; 9] =
                texts.try_into().unwrap();
            finding.id = id;
            finding.message = message;
            finding.resource.address.clone_from(&resource);
            finding.resource.id = resource;
            finding.tag = (count > 0).then_some(tag);
            if count > 1 {
                finding.rule = rule;
            }
            finding.related = vec![Related { id: related, kind: None, place: other.clone() }; count];
            finding.reasons = vec![Doubt { path: module.clone(), reason: reason.clone() }; count];
            finding.calls = other.into_iter().map(|place| Call { address: module.clone(), place }).collect();
            finding.block = Some(Block { address: module, type_name: String::new() });
            finding.place = at;
            finding.input_place = input;
            finding.enforced = enforced;
            finding.baseline = baseline;
            finding.outcome =
                [Outcome::Fail, Outcome::Unknown, Outcome::Error, Outcome::Waived, Outcome::Pass, Outcome::Fail]
                    [outcome];
            finding.severity = hfscan::policy::severity::Severity::ALL[severity];
            finding.change = [None, Some(Change::New), Some(Change::Unchanged), Some(Change::New)][change];
            finding.waiver = Some(Waiver { reason, owner: Some(owner), until: "2027-01-31".to_owned(), place: None });
            finding
        },
    )
}

/// Returns whole reports of such texts.
pub(super) fn report() -> impl Strategy<Value = Report> {
    let texts = proptest::collection::vec(text(), 8);
    (proptest::collection::vec(finding(), 0..8), texts, any::<bool>()).prop_map(|(findings, texts, delta)| {
        let mut report = sample::mixed();
        report.findings = findings;
        let [title, description, remediation, gap, reason, input, profile, subject]: [String; 8] =
            texts.try_into().unwrap();
        report.rules[0].title = title;
        report.rules[0].description = description;
        report.rules[0].remediation = remediation;
        report.gaps = vec![Gap::new(gap, reason.clone(), Vec::new())];
        report.inputs[0].path = input;
        report.profile = Some(profile);
        if delta {
            report.delta = Some(DeltaSummary { new: 1, unchanged: 1, fixed: 1, untold: 0 });
            report.fixed = report.findings.iter().take(2).cloned().collect();
        }
        let waiver = Waiver { reason, owner: None, until: subject.clone(), place: None };
        report.waivers = vec![WaiverNote { state: WaiverState::Unused, subject, waiver }];
        report
    })
}
