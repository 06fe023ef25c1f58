//! Waivers in comments.

use hfscan::finding::Place;
use hfscan::waive::{Entry, Problem, comment};
use proptest::prelude::*;

fn parse(text: &str) -> Option<Result<Entry, Problem>> {
    comment::parse(text, &Place::at("main.tf", 3, 5))
}

fn told(text: &str) -> String {
    match parse(text) {
        None => "nothing".to_owned(),
        Some(Err(problem)) => problem.to_string(),
        Some(Ok(entry)) => {
            let owner = entry.waiver.owner.as_deref().unwrap();
            format!("{} | {} | {owner} | {}", entry.subject(), entry.waiver.until, entry.waiver.reason)
        }
    }
}

#[test]
fn settings_stand_anywhere_and_the_rest_is_the_reason() {
    for (text, wanted) in [
        (
            "# hfscan:ignore[aws-efs-encrypted] until=2027-01-31 owner=team-x holds   nothing: see http://a.b/",
            "aws-efs-encrypted | 2027-01-31 | team-x | holds nothing: see http://a.b/",
        ),
        (
            "//hfscan:ignore[HF-AWS-*, aws-s3-*] why not until=2027-01-31 owner='Team X'",
            "HF-AWS-*, aws-s3-* | 2027-01-31 | Team X | why not",
        ),
        (
            "/* hfscan:ignore[a] until=2027-01-31 owner=o tag=ingress[22/*] r */",
            "a for ingress[22/*] | 2027-01-31 | o | r",
        ),
        ("hfscan:ignore[a[12]] reason=\"two words\" until=2027-01-31 owner=o", "a[12] | 2027-01-31 | o | two words"),
        ("hfscan:ignore[a] until=2027-01-31 owner=o only where region=eu", "a | 2027-01-31 | o | only where region=eu"),
        ("# see hfscan: a scanner", "nothing"),
        ("# an ordinary comment", "nothing"),
    ] {
        assert_eq!(told(text), wanted, "{text}");
    }
}

#[test]
fn what_is_no_waiver_says_why_and_what_to_write() {
    for (text, wanted) in [
        ("hfscan:ignore", "names no rule"),
        ("hfscan:ignore aws-efs-encrypted", "names no rule"),
        ("hfscan:ignore[] until=2027-01-31 owner=o r", "names no rule"),
        ("hfscan:ignore[a until=2027-01-31 owner=o r", "bracket behind the rules is missing"),
        ("hfscan:ignore[a]until=2027-01-31 owner=o r", "space is missing"),
        ("hfscan:ignore[a] until=2027-01-31 owner=o", "has no reason"),
        ("hfscan:ignore[a] until=2027-01-31 because", "has no owner"),
        ("hfscan:ignore[a] owner=o because", "has no end"),
        ("hfscan:ignore[a] until=31.01.2027 owner=o because", "`until=31.01.2027` is not a date"),
        ("hfscan:ignore[a] untill=2027-01-31 owner=o because", "did you mean `until`?"),
        ("hfscan:ignore[a] until=2027-01-31 until=2027-01-31 owner=o because", "`until` is set twice"),
        ("hfscan:ignore[a] until=2027-01-31 owner= because", "`owner=` has no value"),
        ("hfscan:ignore[a] until=2027-01-31 owner=\"o because", "lacks its closing"),
        ("hfscan:ignore[a{] until=2027-01-31 owner=o because", "is not a glob"),
        (
            "hfscan:ignore[a] until=2027-01-31 owner=o r hfscan:ignore[b] until=2027-01-31 owner=o r",
            "two waivers in one comment",
        ),
        ("hfscan:skip[a] until=2027-01-31 owner=o because", "does not know this comment"),
        ("hfscan: ignore[a] until=2027-01-31 owner=o because", "does not know this comment"),
        ("HFSCAN:IGNORE[a] until=2027-01-31 owner=o because", "does not know this comment"),
    ] {
        let told = told(text);
        assert!(told.starts_with("main.tf:3:5: ") && told.contains(wanted), "{text}: {told}");
        assert!(told.contains("write `hfscan:ignore[rule-id] until=2027-01-31 owner=team"), "{told}");
    }
}

proptest! {
    #[test]
    fn any_comment_is_read_or_refused(text in any::<String>()) {
        let _ = parse(&text);
        let _ = parse(&format!("hfscan:ignore{text}"));
        let _ = parse(&format!("hfscan:ignore[a]{text}"));
    }

    #[test]
    fn quotes_and_brackets_never_panic(text in "[\\[\\]\"'= aé,*{}untilowner0-9-]{0,40}") {
        let _ = parse(&format!("hfscan:ignore[{text}"));
        let _ = parse(&format!("# hfscan:ignore[a] until={text}"));
    }
}
