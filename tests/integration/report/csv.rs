//! CSV: read back by a parser, and opened by no spreadsheet as a formula.

use hfscan::report::Format;
use proptest::prelude::*;

use super::{hostile, rendered};
use crate::sample;

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn csv_has_a_row_for_each_finding_and_for_what_is_fixed() {
    let report = sample::mapped();
    let text = rendered(Format::Csv, &report, &sample::in_checkout());
    let rows = rows(&text);
    assert_eq!(rows.len(), 1 + report.findings.len() + report.fixed.len());
    let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
    let first = rows.iter().find(|row| row[column("resource")].contains(r#"private["eu-central-1a"]"#)).unwrap();
    let cell = |name: &str| first[column(name)].as_str();
    assert_eq!(cell("rule"), sample::ROUTES);
    assert_eq!(
        (cell("outcome"), cell("severity"), cell("at_gate"), cell("change")),
        ("fail", "critical", "true", "new")
    );
    assert_eq!((cell("file"), cell("line"), cell("end_line")), ("../../modules/network/main.tf", "12", "19"));
    assert_eq!((cell("input_file"), cell("input_line")), ("plan.json", "1204"));
    assert_eq!(cell("related"), "module.network.aws_route_table.public → igw-0123456789abcdef0");
    let last = rows.last().unwrap();
    assert_eq!((last[column("change")].as_str(), last[column("at_gate")].as_str()), ("fixed", "false"));
    let waived = rows.iter().find(|row| row[column("outcome")] == "waived").unwrap();
    assert_eq!(waived[column("waiver_until")], "2027-01-31");
}

#[test]
fn csv_header_is_part_of_the_contract() {
    let text = rendered(Format::Csv, &sample::clean(), &sample::in_checkout());
    assert_eq!(
        text,
        "id,rule,control,outcome,severity,enforced,at_gate,change,baseline,resource,kind,name,address,account,region,tag,\
         message,attribute,value,file,line,column,end_line,end_column,input_file,input_line,related,unknown,waiver_reason,\
         waiver_owner,waiver_until,title,remediation,profile\r\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn csv_of_hostile_text_is_whole_and_starts_no_formula(report in hostile::report()) {
        let text = rendered(Format::Csv, &report, &sample::in_checkout());
        let rows = rows(&text);
        prop_assert_eq!(rows.len(), 1 + report.findings.len() + report.fixed.len());
        prop_assert_eq!(text.matches("\r\n").count(), rows.len(), "one line for each row");
        for cell in rows.iter().flatten() {
            prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{}", cell);
            prop_assert!(!cell.chars().any(char::is_control), "{:?}", cell);
        }
    }
}
