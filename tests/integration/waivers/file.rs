//! Files of waivers: every mistake has its place, and says what to write.

use std::fmt::Write as _;

use hfscan::source::Source;
use hfscan::waive::{Entry, WaiveFailure, file};
use proptest::prelude::*;

fn parse(text: &str) -> Result<Vec<Entry>, WaiveFailure> {
    file::parse(&Source::from_bytes("w.toml".into(), text.as_bytes().to_vec()))
}

fn told(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn a_waiver_keeps_its_words_and_its_place() {
    let entries = parse(
        "# accepted\n[[waiver]]\nrule = \"aws-s3-*\"\naddress = 'module.*.aws_s3_bucket.this[\"logs\"]'\n\
         reason = \"static site\"\nowner = \"team-x\"\nuntil = 2027-01-31\n\n  [[waiver]]\nrule = \"HF-AWS-NET-006\"\n\
         address = \"**\"\nkind = \"aws.s3.*\"\naccount = \"1*\"\ntag = \"ingress[*]\"\nreason = \"r\"\nowner = \"o\"\nuntil = \"2028-02-29\"\n",
    )
    .unwrap();
    let shown = entries.iter().fold(String::new(), |mut shown, entry| {
        let place = entry.waiver.place.as_ref().unwrap();
        let _ = writeln!(shown, "{}:{} {} {}", place.line, place.column, entry.until, entry.subject());
        shown
    });
    insta::assert_snapshot!(shown, @r#"
    2:1 2027-01-31 aws-s3-* on module.*.aws_s3_bucket.this["logs"]
    9:3 2028-02-29 HF-AWS-NET-006 for ingress[*] on **, kind aws.s3.*, account 1*
    "#);
    assert_eq!(entries[0].waiver.reason, "static site");
    assert_eq!(entries[0].waiver.owner.as_deref(), Some("team-x"));
}

#[test]
fn a_missing_key_says_what_to_write() {
    insta::assert_snapshot!(told("[[waiver]]\nrule = \"a\"\n"), @r#"
    w.toml:1:1: the waiver has no `address`; write address = 'module.data.aws_s3_bucket.this["logs"]' (`*` within a step, `**` across steps)
    w.toml:1:1: the waiver has no `owner`; write owner = "the team or person who accepts it"
    w.toml:1:1: the waiver has no `reason`; write reason = "why the risk is accepted"
    w.toml:1:1: the waiver has no `until`; write until = "2027-01-31" (the last day on which it holds)
    "#);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let text = "[[waivers]]\n\n[[waiver]]\nrule = \"aws-[\"\naddress = \"aws_s3_bucket.this[logs]\"\nreason = \"  \"\n\
                ownr = \"x\"\nowner = 3\nuntil = \"2027-02-30\"\n";
    insta::assert_snapshot!(told(text), @r#"
    w.toml:1:3: unknown table `waivers`, did you mean `waiver`?
    w.toml:4:8: `aws-[` is not a glob: unclosed character class; missing ']'; `*` stands for any text, as in `aws-s3-*`
    w.toml:5:11: the key `[logs]` is no number and not quoted; write `["logs"]`, and put the address in single quotes
    w.toml:6:10: `reason` is empty; write reason = "why the risk is accepted"
    w.toml:7:1: unknown key `ownr`, did you mean `owner`?
    w.toml:8:9: `owner` is of type integer, not text; write owner = "the team or person who accepts it"
    w.toml:9:9: `until` is `2027-02-30`, not a date; write the last day on which it holds: until = "2027-01-31"
    "#);
}

#[test]
fn columns_count_utf_16_units() {
    assert!(told("[[waiver]]\n\"é😀\" = 1\n").contains("w.toml:2:1: unknown key `é😀`; a waiver has the keys rule, "));
    assert!(told("a = '😀' b\n").starts_with("w.toml:1:10: not TOML: "), "{}", told("a = '😀' b\n"));
}

#[test]
fn a_mistake_does_not_repaint_the_terminal() {
    let told = told("[[waiver]]\n\"\\u001b[2J\\nx\" = 1\nuntil = \"\\u001b[2J\"\n");
    assert!(told.contains("`[2Jx`") && !told.contains('\u{1b}'), "{told:?}");
}

#[test]
fn what_is_no_list_of_waivers_is_refused() {
    assert!(told("waiver = 3\n").contains("`[[waiver]]`"));
    assert!(told("waiver = [3]\n").contains("`[[waiver]]`"));
    assert!(told("[waiver]\nrule = \"a\"\n").contains("`[[waiver]]`"));
    assert!(told("[[waiver]\n").contains("not TOML"));
    assert!(parse("").unwrap().is_empty());
}

#[test]
fn a_date_is_one_day_in_one_form() {
    let until = |value: &str| {
        parse(&format!("[[waiver]]\nrule = \"a\"\naddress = \"**\"\nreason = \"r\"\nowner = \"o\"\nuntil = {value}\n"))
    };
    assert!(until("2027-01-31").is_ok() && until("\"2027-01-31\"").is_ok());
    for wrong in ["2027-01-31T10:00:00Z", "\"2027-1-31\"", "\"20270131\"", "\"never\"", "\"\"", "10:00:00", "true"] {
        assert!(until(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn any_values_are_read_or_refused(
        key in "rule|address|until|owner|reason|tag|kind|account|x",
        value in "[a-z0-9\\[\\]{}\"'*.=\\- \n]{0,24}",
    ) {
        let _ = parse(&format!("[[waiver]]\n{key} = {value}\n"));
        let _ = parse(&format!("[[waiver]]\n{key} = '''{value}'''\n"));
    }
}
