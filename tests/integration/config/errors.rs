//! Every mistake is told in one go, at line and column, with what was meant.

use proptest::prelude::*;

use super::{Project, told};
use hfscan::config::{Config, schema};
use hfscan::policy::failure::Problem;
use hfscan::source::Source;

fn problems(text: &str) -> Vec<Problem> {
    let source = Source::from_bytes("hfscan.toml".into(), text.as_bytes().to_vec());
    Config::parse(&source, "hfscan.toml".as_ref(), "".as_ref()).err().unwrap_or_default()
}

/// Returns what the user sees, without the lists that grow with every key and format.
fn seen(output: &std::process::Output) -> String {
    let keys = schema::of_file()["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(", ");
    let formats = hfscan::report::Format::ALL.map(hfscan::report::Format::name).join(", ");
    told(output).replace(&keys, "KEYS").replace(&formats, "FORMATS")
}

/// Returns line, column and message of the only problem.
#[track_caller]
fn only(text: &str) -> (u32, u32, String) {
    let mut problems = problems(text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let problem = problems.remove(0);
    (problem.line, problem.column, problem.message)
}

#[test]
fn all_mistakes_are_told_at_once() {
    let project = Project::new(
        r#"profil = "ha-eks"
fail_on = "hihg"
strict = "yes"
inputs = "plan.json"
rules = ["a", 3]
output = { sarf = "x" }

[parameters.aws-ec2-tier-zones]
min_private_azs = 2024-01-01

[[scan]]
name = "prod"
format = "json"

[[scan]]
inputs = []
"#,
    );
    insta::assert_snapshot!(seen(&project.run(&["scan"])), @r"
    exit 2
    error: hfscan.toml:1:1: unknown key `profil`; expected one of KEYS; did you mean `profile`?
    hfscan.toml:2:11: `fail_on` has an unknown value; expected one of low, medium, high, critical; did you mean `high`?
    hfscan.toml:3:10: `strict` is a string; expected true or false
    hfscan.toml:4:10: `inputs` is a string; expected a list of strings; put it in brackets
    hfscan.toml:5:15: `element 2 of rules` is an integer; expected a string
    hfscan.toml:6:12: unknown key `sarf`; expected one of FORMATS; did you mean `sarif`?
    hfscan.toml:9:19: `min_private_azs` is a date; expected a string; put it in quotes
    hfscan.toml:11:1: [[scan]] lacks `inputs`; add it
    hfscan.toml:13:1: `format` belongs to the top of the file; move it above the first [table]
    hfscan.toml:15:1: [[scan]] lacks `name`; add it
    hfscan.toml:16:10: `inputs` is empty; name at least one, or remove the key
    hint: docs/configuration.md has every key; --no-config runs without the file
    ");
}

#[test]
fn what_is_no_toml_is_told_at_its_place() {
    let project = Project::new("fail_on = low\nstrict = true\nprofile = \"ha-eks\n");
    insta::assert_snapshot!(told(&project.run(&["scan"])), @r#"
    exit 2
    error: hfscan.toml:1:11: this is not TOML: string values must be quoted, expected literal string
    hfscan.toml:3:18: this is not TOML: invalid basic string, expected `"`
    hint: docs/configuration.md has every key; --no-config runs without the file
    "#);
}

#[test]
fn names_of_rules_are_checked_against_the_rules() {
    let project = Project::new(
        r#"profile = "ha-ek"
framework = "nist"
rules = ["aws-s3-*", "aws-s4-*"]

[parameters.aws-ec2-tier-zones]
min_private_azs = "2"
min_private_az = 1

[parameters.HF-AWS-NET-017]
alb_ingress_ports = [443, "80"]

[parameters.aws-ec2-tier-zone]
min_private_azs = 1

[[scan]]
name = "a"
inputs = ["plan.json"]
profile = "defualt"

[scan.parameters.aws-ec2-vpc-tiers]
require_database_tier = 1
"#,
    );
    let wanted = told(&project.run(&["scan"]));
    insta::assert_snapshot!(wanted, @r"
    exit 2
    error: hfscan.toml:1:11: unknown profile `ha-ek`, did you mean `ha-eks`?; known profiles: default, ha-eks
    hfscan.toml:2:13: no rule maps to framework `nist`, did you mean `nist-800-53`?; known frameworks: cis-aws-5.0, fsbp, nist-800-53
    hfscan.toml:3:22: no rule matches `aws-s4-*`, did you mean `aws-rds-multi-az`?; `hfscan rules list` shows all
    hfscan.toml:6:19: `min_private_azs` is a string; expected a whole number; the rule's own value is 3
    hfscan.toml:7:1: `aws-ec2-tier-zones` has no parameter `min_private_az`; expected one of min_database_azs, min_private_azs, min_public_azs; did you mean `min_private_azs`?
    hfscan.toml:10:21: `element 2 of alb_ingress_ports` is a string; expected a whole number; the rule's own value is [443,80]
    hfscan.toml:12:13: there is no rule or control `aws-ec2-tier-zone`; did you mean `aws-ec2-tier-zones`?; `hfscan rules list` shows all
    hfscan.toml:18:11: unknown profile `defualt`, did you mean `default`?; known profiles: default, ha-eks
    hfscan.toml:21:25: `require_database_tier` is a whole number; expected true or false; the rule's own value is false
    hint: docs/configuration.md has every key; --no-config runs without the file
    ");
    // The command that checks says the same.
    assert_eq!(told(&project.run(&["config", "check"])), wanted);
}

#[test]
fn columns_count_as_editors_do() {
    let (line, column, message) = only("# größer 𝄞\nfail_on = \"low\"\noutput = { \"𝄞\" = \"a\" }\n");
    assert_eq!((line, column), (3, 12));
    assert!(message.starts_with("unknown key `𝄞`; expected one of table"), "{message}");
    assert_eq!(only("inputs = ['𝄞', 3]").1, 17);
}

#[test]
fn secrets_are_refused_and_never_printed() {
    for key in ["github_token", "token", "aws_secret_access_key", "Password", "api-key"] {
        let (line, column, message) = only(&format!("strict = true\n{key} = \"hunter2\"\n"));
        assert_eq!((line, column), (2, 1));
        assert!(message.contains("environment") && !message.contains("hunter2"), "{message}");
    }
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let (line, column, message) = only(&format!("profile = \"{token}\""));
    assert_eq!((line, column), (1, 11));
    assert!(message.contains("looks like a token") && !message.contains(&token), "{message}");
    for text in [format!("fail_on = \"{token}\""), format!("complete = \"{token}\""), format!("output = \"{token}\"")] {
        assert!(!only(&text).2.contains(&token));
    }
}

#[test]
fn contradictions_are_told() {
    let text = "inputs = ['a']\n[[scan]]\nname = 'x'\ninputs = ['b']\n";
    assert_eq!(only(text).0, 1);
    let (line, column, message) = only("[[scan]]\nname='x'\ninputs=['b']\n[[scan]]\nname='x'\ninputs=['b']\n");
    assert_eq!((line, column), (5, 6));
    assert_eq!(message, "there is another scan `x`; rename one");
    for name in ["../x", "a b", ".x", "-x", "{name}"] {
        assert_eq!(only(&format!("[[scan]]\nname = '{name}'\ninputs = ['b']\n")).0, 2, "{name}");
    }
    assert_eq!(only("[accounts]\n'111122223333' = 'a'\n'1111' = 'b'\n").0, 3);
    assert_eq!(
        only("[scan]\nname = 'x'\ninputs = ['b']\n").2,
        "`scan` is a table; expected [[tables]]; write each under a line [[scan]]"
    );
    assert_eq!(
        only("publish_timeout = 99999999999999999999\n").2,
        "`publish_timeout` is no number that fits; expected a smaller one"
    );
    assert!(problems("[accounts]\n'00000000-0000-0000-0000-00000000000f' = 'a'\n").is_empty());
}

#[test]
fn the_check_tells_profiles_of_accounts_and_files_that_are_not_there() {
    let project = Project::new("[accounts]\n'111122223333' = 'ha-ek'\n");
    let wrong = told(&project.run(&["config", "check"]));
    assert!(wrong.starts_with("exit 2\n") && wrong.contains("hfscan.toml:2:18: unknown profile `ha-ek`"), "{wrong}");
    project.write("hfscan.toml", "waivers = 'w.toml'\nbaseline = 'b.json'\nsource = 'infra'\n");
    insta::assert_snapshot!(told(&project.run(&["config", "check"])), @r"
    exit 0
    warning: hfscan.toml:3: there is no `infra` yet, which `source` names; a scan needs it
    warning: hfscan.toml:1: there is no `w.toml` yet, which `waivers` names; a scan needs it
    warning: hfscan.toml:2: there is no `b.json` yet, which `baseline` names; a scan needs it
    hfscan.toml is in order
    ");
}

#[test]
fn a_key_in_the_wrong_table_is_told_where_it_belongs() {
    let (line, column, message) = only("[[scan]]\nname = 'x'\ninputs = ['b']\nmin_severity = 'low'\n");
    assert_eq!((line, column), (4, 1));
    assert_eq!(message, "`min_severity` belongs to the top of the file; move it above the first [table]");
}

#[test]
fn files_that_are_no_text_or_are_not_there_are_told() {
    let project = Project::new("");
    std::fs::write(project.path().join("a.toml"), b"profile = \"\xff\"").unwrap();
    std::fs::create_dir(project.path().join("folder")).unwrap();
    for (file, message) in
        [("a.toml", "not valid text"), ("missing.toml", "missing.toml: cannot be read"), ("folder", "cannot be read")]
    {
        let told = told(&project.run(&["scan", "-c", file]));
        assert!(told.starts_with("exit 2\n") && told.contains(message), "{told}");
    }
    let utf16: Vec<u8> = "\u{feff}profil = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(project.path().join("b.toml"), utf16).unwrap();
    assert!(told(&project.run(&["scan", "-c", "b.toml"])).contains("b.toml:1:1: unknown key `profil`"));
}

#[test]
fn deep_nesting_ends_in_a_message() {
    for text in
        [format!("rules = {}", "[".repeat(100_000)), "a.".repeat(100_000), format!("x = {}", "{a=".repeat(50_000))]
    {
        assert!(!problems(&text).is_empty());
    }
}

/// What the checker says of a document must be what any validator says by the published schema.
#[test]
fn the_check_and_the_schema_agree() {
    let validator = jsonschema::validator_for(&schema::of_file()).unwrap();
    for text in [
        "",
        "strict = true",
        "strict = 1",
        "fail_on = 'low'",
        "fail_on = 'LOW'",
        "format = 'json'",
        "format = 'xml'",
        "inputs = []",
        "inputs = ['a']",
        "inputs = [1]",
        "inputs = 'a'",
        "profile = ''",
        "profile = 1.5",
        "publish_timeout = 0",
        "publish_timeout = 1",
        "publish_timeout = 86401",
        "publish_timeout = -1",
        "publish = 'gitlab'",
        "output = {json = 'a'}",
        "output = {json = ''}",
        "output = {xml = 'a'}",
        "output = ['a']",
        "parameters = {a = {b = 1}}",
        "parameters = {a = 1}",
        "parameters = []",
        "scan = []",
        "scan = {}",
        "[[scan]]",
        "[[scan]]\nname = 'a'",
        "[[scan]]\nname = 'a'\ninputs = ['b']",
        "[[scan]]\nname = 'a'\ninputs = ['b']\nformat = 'json'",
        "[[scan]]\nname = 'a'\ninputs = ['b']\n[scan.parameters.x]\ny = 1",
        "[accounts]\n'111122223333' = 'a'",
        "[accounts]\n'111122223333' = 1",
        "nothing = 1",
    ] {
        let document: serde_json::Value = toml::from_str(text).unwrap();
        assert_eq!(validator.is_valid(&document), problems(text).is_empty(), "{text}: {:?}", problems(text));
    }
}

fn inside(text: &str) -> Result<(), TestCaseError> {
    let lines: Vec<&str> = text.split('\n').collect();
    for problem in problems(text) {
        let line = lines.get(problem.line as usize - 1);
        prop_assert!(line.is_some(), "{problem} in {text:?}");
        let width = line.unwrap().encode_utf16().count();
        prop_assert!(problem.column >= 1 && problem.column as usize <= width + 1, "{problem} in {text:?}");
        prop_assert!(!problem.message.contains('\n'), "{problem}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_inside_the_file(text in "\\PC*|[\\s\\S]{0,80}") {
        inside(&text)?;
    }

    #[test]
    fn any_document_is_read_or_refused_inside_the_file(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "inputs", "scan", "name", "parameters", "output", "accounts", "strict", "fail_on", "x", "[", "]", "[[", "]]",
                "{", "}", " = ", ".", "\n", "\r\n", ",", "\"a\"", "'𝄞'", "\"", "'''", "#", "true", "1", "-0.5", "nan",
                "1979-05-27", "0xffffffffffffffffff", "99999999999999999999", "\u{feff}", "\t",
            ]),
            0..40,
        )
    ) {
        inside(&parts.concat())?;
    }
}
