//! Workflow commands, read back as the runner reads them.

use std::collections::BTreeMap;

use hfscan::report::{Format, Look};
use proptest::prelude::*;

use super::{hostile, rendered};
use crate::sample;

#[derive(Debug, PartialEq)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// Reads a line as the runner does: `::name key=value,key=value::message`.
fn command(line: &str) -> Option<Command> {
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let properties = properties
        .split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), data(&value.replace("%3A", ":").replace("%2C", ","))))
        .collect();
    Some(Command { name: name.to_owned(), properties, message: data(message) })
}

#[test]
fn annotations_stand_on_lines_of_the_checkout() {
    let text = rendered(Format::GitHub, &sample::mapped(), &sample::in_checkout());
    insta::assert_snapshot!(text, @r#"
    ::error title=hfscan%3A the scan is incomplete::The scan is incomplete: 1 gap in the input and 1 evaluation that broke. First: aws_iam_role.broken: assume_role_policy is not JSON
    ::error file=modules/network/main.tf,line=12,endLine=12,col=1,title=critical%3A aws-ec2-private-subnet-routes::module.network.aws_subnet.private["eu-central-1a"]: default route leads to internet_gateway%0ARule: Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway%0AFix: Give each private subnet a route table whose default route targets a NAT gateway of the same zone.
    ::error file=live/prod/main.tf,line=21,endLine=21,col=1,endColumn=18,title=critical%3A aws-ec2-private-subnet-routes::module.platform["production"].module.network["eu-central-1"].aws_subnet.private_with_a_long_name["eu-central-1b"]: default route leads to internet_gateway%0ARule: Private subnets reach the internet only through a NAT gateway of the same availability zone, never through an internet gateway%0AFix: Give each private subnet a route table whose default route targets a NAT gateway of the same zone.
    ::notice file=live/prod/plan.json,line=9,endLine=9,col=7,title=low%2C advisory%3A aws-tags-cost-center::aws_subnet.other: the tag CostCenter is missing%0ARule: Everything carries a cost center%0AFix: Give each private subnet a route table whose default route targets a NAT gateway of the same zone.
    "#);
    let commands: Vec<Command> = text.lines().filter_map(command).collect();
    let first =
        commands.iter().find(|command| command.properties.get("line").is_some_and(|line| line == "12")).unwrap();
    assert_eq!(first.properties["file"], "modules/network/main.tf");
    assert_eq!(first.properties["endLine"], "12", "an annotation stands below its last line");
    assert_eq!(first.properties["title"], format!("critical: {}", sample::ROUTES));
    assert!(first.message.contains("\nFix: Give each private subnet a route table"), "{}", first.message);
    // What is waived or in the baseline asks nothing of the author.
    assert!(!text.contains("aws_db_instance.sandbox") && !text.contains("aws_db_instance.main"));
}

#[test]
fn no_more_annotations_than_github_shows_and_the_rest_is_told() {
    let text = rendered(Format::GitHub, &sample::many(400), &Look::default());
    let commands: Vec<Command> = text.lines().filter_map(command).collect();
    let count = |name: &str| commands.iter().filter(|command| command.name == name).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 10, 10));
    let errors: Vec<&Command> = commands.iter().filter(|command| command.name == "error").collect();
    assert!(errors.iter().all(|command| command.properties["title"].starts_with("critical")), "the heaviest first");
    let last = commands.iter().rfind(|command| command.name == "notice").unwrap();
    assert!(last.message.starts_with("371 findings are not shown as annotations"), "{}", last.message);
    assert_eq!((count("group"), count("endgroup")), (1, 1));
    let plain = text.lines().filter(|line| !line.starts_with("::")).count();
    assert_eq!(plain, 371, "the log has them all");
}

#[test]
fn a_clean_run_says_nothing() {
    assert_eq!(rendered(Format::GitHub, &sample::clean(), &Look::default()), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_text_makes_no_command_of_its_own(report in hostile::report()) {
        let text = rendered(Format::GitHub, &report, &Look::default());
        for line in text.lines() {
            prop_assert!(!line.contains(['\r', '\u{1b}', '\u{0}']), "{:?}", line);
            match command(line) {
                Some(command) => prop_assert!(
                    ["error", "warning", "notice", "group", "endgroup"].contains(&command.name.as_str()), "{:?}", command
                ),
                None => prop_assert!(!line.contains("##["), "{}", line),
            }
        }
    }

    #[test]
    fn what_is_escaped_reads_back(message in hostile::text(), file in "[ -~]{0,20}") {
        let mut report = sample::mixed();
        report.gaps.clear();
        report.summary.outcomes.error = 0;
        report.findings.retain(|finding| finding.outcome == hfscan::evaluate::outcome::Outcome::Fail);
        report.findings.truncate(1);
        report.findings[0].message.clone_from(&message);
        report.findings[0].place.as_mut().unwrap().file.clone_from(&file);
        let text = rendered(Format::GitHub, &report, &Look::default());
        prop_assert_eq!(text.lines().count(), 1);
        let read = command(text.lines().next().unwrap()).unwrap();
        prop_assert_eq!(&read.properties["file"], &Look::default().checkout.path(&file));
        prop_assert_eq!(read.properties["line"].parse::<u32>().unwrap() > 0, true);
        let told = read.message.lines().next().unwrap_or_default();
        let words = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let expected = words(&message);
        prop_assert!(words(told).ends_with(&expected), "{:?} does not tell {:?}", told, message);
    }
}
