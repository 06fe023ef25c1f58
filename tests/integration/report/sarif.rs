//! The SARIF log: the official schema, and what GitHub refuses.

use std::collections::BTreeSet;
use std::process::Command;

use hfscan::finding::{Place, Report};
use hfscan::report::{Format, Look};
use serde_json::{Value as Json, json};

use super::{parsed, parsed_as};
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
    let all = Look { show_waived: true, ..sample::in_checkout() };
    for report in [sample::mixed(), sample::clean(), sample::mapped(), nowhere, Report::default()] {
        let log = parsed_as(Format::Sarif, &report, &all);
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
        // GitHub reads this key only; a hash of the line would make all instances of a block one alert.
        let github = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        assert_eq!(github.trim_end_matches(":1"), result["partialFingerprints"]["hfscan/v1"].as_str().unwrap());
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

fn mapped(look: &Look) -> Vec<Json> {
    let log = parsed_as(Format::Sarif, &sample::mapped(), look);
    log["runs"][0]["results"].as_array().unwrap().clone()
}

fn of<'r>(results: &'r [Json], resource: &str) -> &'r Json {
    let is = |result: &&Json| {
        result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"].as_str().unwrap().contains(resource)
    };
    results.iter().find(is).unwrap()
}

#[test]
fn sarif_places_are_those_of_the_checkout() {
    let results = mapped(&sample::in_checkout());
    let uri = |result: &Json| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    // A block of several lines: GitHub shows it in a pull request only if the change holds all lines of the region.
    let first = of(&results, r#"private["eu-central-1a"]"#);
    assert_eq!(uri(first), "modules/network/main.tf");
    let place = &first["locations"][0]["physicalLocation"];
    assert_eq!(place["region"], json!({"startLine": 12, "startColumn": 1, "endLine": 12}));
    assert_eq!(place["contextRegion"], json!({"startLine": 12, "startColumn": 1, "endLine": 19, "endColumn": 2}));
    // One attribute, exactly.
    let third = of(&results, "aws_db_instance.main");
    assert_eq!(uri(third), "live/prod/data.tf");
    let region = &third["locations"][0]["physicalLocation"]["region"];
    assert_eq!(*region, json!({"startLine": 40, "startColumn": 3, "endLine": 40, "endColumn": 28}));
    // Nobody commits a fetched module: the alert stands at the call that people can change.
    let second = of(&results, "module.platform");
    assert_eq!(uri(second), "live/prod/main.tf");
    assert_eq!(second["locations"][0]["physicalLocation"]["region"]["startLine"], 21);
}

#[test]
fn sarif_tells_calls_plan_line_and_the_way() {
    let results = mapped(&sample::in_checkout());
    let first = of(&results, r#"private["eu-central-1a"]"#);
    let text = first["message"]["text"].as_str().unwrap();
    insta::assert_snapshot!(text, @r#"
    'module.network.aws_subnet.private["eu-central-1a"]': default route leads to internet_gateway. Path: [module.network.aws_route_table.public](1) → igw-0123456789abcdef0. Called by [module.network](2). Planned in [live/prod/plan.json:1204](3).
    "#);
    let second = of(&results, "module.platform");
    insta::assert_snapshot!(second["message"]["text"].as_str().unwrap(), @r#"
    'module.platform["production"].module.network["eu-central-1"].aws_subnet.private_with_a_long_name["eu-central-1b"]': default route leads to internet_gateway. Called by [module.platform\["production"\].module.network\["eu-central-1"\]](1) in [module.platform\["production"\]](2). Written in [live/prod/.terraform/modules/platform.network/subnets.tf:88](3). Planned in [live/prod/plan.json:1250](4).
    "#);
    let lines: Vec<u64> = first["relatedLocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|location| location["physicalLocation"]["region"]["startLine"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [30, 4, 1204]);
    let steps = &first["codeFlows"][0]["threadFlows"][0]["locations"];
    assert_eq!(steps.as_array().unwrap().len(), 2);
    assert_eq!(steps[1]["location"]["physicalLocation"]["artifactLocation"]["uri"], "modules/network/routes.tf");
    assert!(second.get("codeFlows").is_none(), "one place is no way");
}

#[test]
fn sarif_names_every_module_around_a_resource() {
    let log = parsed_as(Format::Sarif, &sample::mapped(), &sample::in_checkout());
    let rows = log["runs"][0]["logicalLocations"].as_array().unwrap();
    let second = of(log["runs"][0]["results"].as_array().unwrap(), "module.platform").clone();
    let mut chain = Vec::new();
    let mut next = second["locations"][0]["logicalLocations"][0]["index"].as_u64();
    while let Some(index) = next {
        let row = &rows[usize::try_from(index).unwrap()];
        chain.push(row["name"].as_str().unwrap());
        next = row["parentIndex"].as_u64();
    }
    assert_eq!(chain[1..], [r#"module.network["eu-central-1"]"#, r#"module.platform["production"]"#]);
    let third = of(log["runs"][0]["results"].as_array().unwrap(), "aws_db_instance.main").clone();
    assert_eq!(third["locations"][0]["logicalLocations"][1]["fullyQualifiedName"], "aws_kms_key_policy.db");
}

#[test]
fn sarif_keeps_what_was_there_and_leaves_out_what_is_fixed_or_waived() {
    let results = mapped(&sample::in_checkout());
    let state = |resource: &str| of(&results, resource)["baselineState"].clone();
    assert_eq!(results.len(), 4);
    assert_eq!(state(r#"private["eu-central-1a"]"#), "new");
    // GitHub closes the alert of whatever is missing, so what is unchanged must stay.
    assert_eq!(state("module.platform"), "unchanged");
    assert_eq!(state("aws_db_instance.main"), "unchanged");
    assert!(results.iter().all(|result| result.get("suppressions").is_none()));

    let results = mapped(&Look { show_waived: true, ..sample::in_checkout() });
    assert_eq!(results.len(), 5);
    let waived = of(&results, "aws_db_instance.sandbox");
    let suppression = &waived["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["status"]), (&json!("inSource"), &json!("accepted")));
    assert_eq!(suppression["justification"], "sandbox without customer data, see RISK-12");
    assert_eq!(suppression["properties"]["until"], "2027-01-31");
    assert!(results.iter().all(|result| result["suppressions"].is_array()), "all tell their suppressions, or none");
}

/// What the issue promises of identity: moving a block, or its file, changes no fingerprint, and two
/// instances that stand on one line never share one.
#[test]
fn sarif_fingerprints_survive_moves_and_tell_instances_apart() {
    let prints = |report: &Report| -> Vec<String> {
        let log = parsed_as(Format::Sarif, report, &sample::in_checkout());
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect()
    };
    let before = sample::mapped();
    let mut moved = before.clone();
    for finding in &mut moved.findings {
        for place in finding.place.iter_mut().chain(&mut finding.input_place) {
            *place = Place::at(format!("moved/{}", place.file), place.line + 40, place.column + 2);
        }
    }
    assert_eq!(prints(&before), prints(&moved));
    let mut many = sample::many(200);
    for finding in &mut many.findings {
        finding.place = Some(Place::at("main.tf", 3, 1));
    }
    let prints: BTreeSet<String> = prints(&many).into_iter().collect();
    assert_eq!(prints.len(), 200);
}

/// A path in a temporary directory would make new alerts of all in every run.
#[test]
fn sarif_category_and_places_do_not_hang_on_a_temporary_directory() {
    let mut report = sample::mixed();
    let mut logs = BTreeSet::new();
    for directory in ["/tmp/tmp.a1", "/tmp/tmp.b2"] {
        report.inputs[0].path = format!("{directory}/plan.json");
        for finding in &mut report.findings {
            let place = finding.place.as_mut().unwrap();
            place.file = format!("{directory}/plan.json");
        }
        let log = parsed_as(Format::Sarif, &report, &sample::in_checkout());
        assert_eq!(log["runs"][0]["automationDetails"]["id"], "hfscan/innovate-prod/outside-checkout/plan.json/");
        logs.insert(log["runs"][0]["results"].to_string());
    }
    // The related place of the sample stays in the checkout.
    assert_eq!(logs.len(), 1);
}

/// A rule of one's own may say more than GitHub takes.
#[test]
fn sarif_descriptions_are_cut_to_what_github_takes() {
    let mut report = sample::mixed();
    report.rules[0].title = "é".repeat(2_000);
    report.rules[0].description = "é".repeat(5_000);
    let log = parsed(Format::Sarif, &report);
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    for (name, most) in [("shortDescription", 1_024), ("fullDescription", 1_024)] {
        let text = rule[name]["text"].as_str().unwrap();
        assert_eq!(text.chars().count(), most);
        assert!(text.ends_with('…'));
    }
}

#[test]
fn sarif_locations_stay_within_what_github_takes() {
    let mut report = sample::mixed();
    let first = report.findings.iter_mut().find(|finding| !finding.related.is_empty()).unwrap();
    first.related = vec![first.related[0].clone(); 3_000];
    let log = parsed(Format::Sarif, &report);
    let result = log["runs"][0]["results"].as_array().unwrap().iter().find(|it| it.get("codeFlows").is_some()).unwrap();
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 100);
    assert_eq!(result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap().len(), 1_000);
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
    let shown = Look { show_waived: true, ..sample::in_checkout() };
    for (name, look) in [("mapped", sample::in_checkout()), ("waived", shown)] {
        let text = super::rendered(Format::Sarif, &sample::mapped(), &look);
        std::fs::write(directory.join(format!("{name}.sarif")), text).unwrap();
    }
    let mut live = sample::mixed();
    live.inputs.clear();
    for finding in &mut live.findings {
        finding.place = None;
        finding.resource.account = Some("123456789012".to_owned());
    }
    for (name, report) in
        [("mixed", sample::mixed()), ("clean", sample::clean()), ("live", live), ("many", sample::many(2_000))]
    {
        let text = super::rendered(Format::Sarif, &report, &Look::default());
        std::fs::write(directory.join(format!("{name}.sarif")), text).unwrap();
    }
}
