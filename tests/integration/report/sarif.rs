//! The SARIF log: the official schema, and what GitHub refuses.

use std::collections::BTreeSet;
use std::process::Command;

use hfscan::finding::Report;
use hfscan::report::Format;
use serde_json::{Value as Json, json};

use super::parsed;
use crate::sample;

/// Returns the official schema. The crate `sarif` generates its types from it and carries it, so it
/// is in the registry's cache of whoever could build this.
fn schema() -> Json {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let told = String::from_utf8(rustc.stdout).unwrap();
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Crates of other platforms may not have been fetched.
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--offline", "--filter-platform", host, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let metadata: Json = serde_json::from_slice(&cargo.stdout).unwrap();
    let package =
        metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let manifest = std::path::Path::new(package["manifest_path"].as_str().unwrap());
    let text = std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).unwrap();
    let mut schema: Json = serde_json::from_str(&text).unwrap();
    for definition in ["run", "toolComponent"] {
        // The pattern closes a bracket that it never opens, which not every engine takes.
        schema["definitions"][definition]["properties"]["language"]["pattern"] = json!(".*");
    }
    schema
}

#[test]
fn sarif_fits_the_official_schema() {
    let validator = jsonschema::options().should_validate_formats(true).build(&schema()).unwrap();
    let mut nowhere = sample::mixed();
    for finding in &mut nowhere.findings {
        finding.place = None;
        finding.resource.account = Some("123456789012".to_owned());
    }
    for report in [sample::mixed(), sample::clean(), nowhere, Report::default()] {
        let log = parsed(Format::Sarif, &report);
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

#[test]
fn sarif_keeps_to_what_github_takes() {
    let log = parsed(Format::Sarif, &sample::mixed());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        let tags: BTreeSet<&str> =
            rule["properties"]["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
        assert!(tags.contains("security") && tags.len() <= 10, "{tags:?}");
        let score: f64 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
        assert!(score > 0.0 && score <= 10.0);
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("## Fix"));
    }
    let mut fingerprints = BTreeSet::new();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.starts_with('/') && !uri.contains('\\'), "{uri}");
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        assert!(place["region"]["startColumn"].as_u64().unwrap() >= 1);
        assert!(fingerprints.insert(result["partialFingerprints"]["hfscan/v1"].as_str().unwrap()));
        assert!(result["partialFingerprints"].get("primaryLocationLineHash").is_none(), "GitHub hashes files itself");
    }
    assert_eq!(run["automationDetails"]["id"], "hfscan/innovate-prod/plan.json/");
    assert_eq!(run["columnKind"], "utf16CodeUnits");
}

#[test]
fn sarif_places_a_finding_where_it_stands() {
    let log = parsed(Format::Sarif, &sample::mixed());
    let result = &log["runs"][0]["results"][0];
    let location = &result["locations"][0];
    let address = r#"module.network.aws_subnet.private["eu-central-1a"]"#;
    assert_eq!(location["physicalLocation"]["region"], json!({"startLine": 1204, "startColumn": 7}));
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], address);
    assert_eq!(
        result["message"]["text"],
        format!(
            "'{address}': default route leads to internet_gateway. Path: \
             [module.network.aws_route_table.public](1) → igw-0123456789abcdef0."
        )
    );
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 1402);
    assert_eq!(result["level"], "error");
}

#[test]
fn sarif_lists_failures_only_and_tells_the_rest() {
    let log = parsed(Format::Sarif, &sample::mixed());
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 4);
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told: Vec<&str> = invocation["toolExecutionNotifications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["message"]["text"].as_str().unwrap())
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    Not read: 'aws_iam_role.broken': assume_role_policy is not JSON.
    'aws-ec2-private-subnet-routes' on 'aws_subnet.other': the rule could not be evaluated: policies/aws/ec2/private_subnet_routes.rego:24: sprintf: expected an array.
    'aws-rds-storage-encrypted-with-customer-managed-key' cannot tell for 1 resource: the input does not hold the values.
    'plan.json': the plan was made with -refresh=false.
    "#);
    let clean = parsed(Format::Sarif, &sample::clean());
    assert_eq!(clean["runs"][0]["results"], json!([]));
    assert_eq!(clean["runs"][0]["invocations"][0], json!({"executionSuccessful": true}));
}

#[test]
fn sarif_keeps_the_heaviest_of_too_many() {
    let report = sample::many(30_000);
    let log = parsed(Format::Sarif, &report);
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["properties"]["severity"] == "critical").count(), 7_500);
    assert_eq!(results.iter().filter(|result| result["properties"]["severity"] == "low").count(), 2_500);
    assert_eq!(run["properties"]["resultsLeftOut"], 5_000);
    assert_eq!(hfscan::report::left_out_of_sarif(&report), 5_000);
    assert!(run["invocations"][0].to_string().contains("5,000 failures left out"));
}

#[test]
fn live_resources_get_a_stable_virtual_path() {
    let mut report = sample::mixed();
    report.findings.truncate(1);
    report.findings[0].place = None;
    report.findings[0].resource.account = Some("123456789012".to_owned());
    let log = parsed(Format::Sarif, &report);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "aws/123456789012/eu-central-1/aws.ec2.subnet/private-a"
    );
    assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string());
}

/// Writes logs for the validators that are not written in Rust; CI runs them over the directory.
#[test]
#[allow(clippy::disallowed_methods, reason = "a test is told by its environment where to write")]
fn sarif_for_other_validators() {
    let Some(directory) = std::env::var_os("HFSCAN_SARIF_SAMPLES") else {
        return;
    };
    let directory = std::path::Path::new(&directory);
    std::fs::create_dir_all(directory).unwrap();
    let mut live = sample::mixed();
    live.inputs.clear();
    for finding in &mut live.findings {
        finding.place = None;
        finding.resource.account = Some("123456789012".to_owned());
    }
    for (name, report) in
        [("mixed", sample::mixed()), ("clean", sample::clean()), ("live", live), ("many", sample::many(2_000))]
    {
        let text = super::rendered(Format::Sarif, &report, &hfscan::report::Look::default());
        std::fs::write(directory.join(format!("{name}.sarif")), text).unwrap();
    }
}
