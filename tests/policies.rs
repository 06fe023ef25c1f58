//! The rules that ship with hfscan: their tests pass, and every line of them is tested.

use std::path::Path;

#[test]
fn built_in_rules_pass_their_tests() {
    let report = hfscan::testing::run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies")).unwrap();
    for problem in &report.problems {
        eprintln!("{problem}");
    }
    for test in &report.tests {
        if let Some(failure) = &test.failure {
            eprintln!("{}:{}: {} {failure}", test.file, test.line, test.name);
        }
    }
    for (file, lines) in &report.uncovered {
        eprintln!("{file}: no test reaches lines {lines:?}");
    }
    assert!(report.is_success());
    assert!(!report.tests.is_empty());
}
