//! The `hfscan/v1` document.

use hfscan::finding::Report;
use hfscan::report::Format;

use super::parsed;
use crate::sample;

#[test]
fn json_holds_all_and_reads_back() {
    let report = sample::mixed();
    let json = parsed(Format::Json, &report);
    assert_eq!(json["version"], "hfscan/v1");
    assert_eq!(serde_json::from_value::<Report>(json).unwrap(), report);
}

#[test]
fn json_fits_its_schema() {
    let schema = hfscan::report::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [sample::mixed(), sample::clean(), sample::many(10), Report::default()] {
        let json = parsed(Format::Json, &report);
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}
