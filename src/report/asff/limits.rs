//! What Security Hub documents of the lengths and shapes of a finding, and whether a finding keeps to it.

use std::collections::BTreeMap;

use super::shape::{AsffFinding, SCHEMA_VERSION};
use crate::report::cloud::is_account;

/// Bytes of a finding as JSON.
pub const FINDING_BYTES: usize = 240 * 1000;

/// Characters of `Id` and of `GeneratorId`.
pub const ID: usize = 512;

/// Characters of `Title`.
pub const TITLE: usize = 256;

/// Characters of `Description`.
pub const DESCRIPTION: usize = 1_024;

/// Characters of `ProductArn`, and of a URL.
pub const ARN: usize = 2_048;

/// Characters of `ProductName`.
pub const PRODUCT_NAME: usize = 128;

/// Characters of `Severity.Original`.
pub const ORIGINAL: usize = 64;

/// Entries of `Types`.
pub const TYPES: usize = 50;

/// Characters of `Recommendation.Text`.
pub const RECOMMENDATION: usize = 512;

/// Entries of `ProductFields` and of `Details.Other`.
pub const PAIRS: usize = 50;

/// Characters of a key of `ProductFields`.
pub const PRODUCT_KEY: usize = 128;

/// Characters of a value of `ProductFields`.
pub const PRODUCT_VALUE: usize = 2_048;

/// Characters of a key of `Details.Other`: fewer than 128.
pub const OTHER_KEY: usize = 127;

/// Characters of a value of `Details.Other`: fewer than 1,024.
pub const OTHER_VALUE: usize = 1_023;

/// Entries of `RelatedRequirements`.
pub const REQUIREMENTS: usize = 32;

/// Characters of a requirement. Security Hub documents none; its own ones are shorter.
pub const REQUIREMENT: usize = 64;

/// Entries of `AssociatedStandards`. Security Hub documents none.
pub const STANDARDS: usize = 32;

/// Characters of a standard's id. Security Hub documents none.
pub const STANDARD: usize = 128;

/// Characters of `SecurityControlId`. Security Hub documents none.
pub const CONTROL: usize = 128;

/// Characters of `StatusReasons.Description`. Security Hub documents none.
pub const REASON: usize = 1_024;

/// Characters of `Resource.Type`.
pub const RESOURCE_TYPE: usize = 256;

/// Characters of `Resource.Id`. Security Hub documents none; an ARN has at most 2,048.
pub const RESOURCE_ID: usize = 2_048;

/// Characters of a region and of a partition.
pub const REGION: usize = 16;

/// Partitions that the service model of Security Hub knows.
pub const PARTITIONS: [&str; 5] = ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"];

/// Namespaces of `Types`.
const NAMESPACES: [&str; 5] =
    ["Software and Configuration Checks", "TTPs", "Effects", "Unusual Behaviors", "Sensitive Data Identifications"];

/// Returns everything in which a finding does not keep to the documentation; nothing for one that
/// Security Hub takes.
pub fn check(finding: &AsffFinding) -> Vec<String> {
    let mut faults = Faults::default();
    faults.fixed("SchemaVersion", &finding.schema_version, SCHEMA_VERSION);
    faults.text("Id", &finding.id, ID);
    faults.text("ProductArn", &finding.product_arn, ARN);
    faults.text("ProductName", &finding.product_name, PRODUCT_NAME);
    faults.text("GeneratorId", &finding.generator_id, ID);
    faults.text("Title", &finding.title, TITLE);
    faults.text("Description", &finding.description, DESCRIPTION);
    faults.that(is_account(&finding.aws_account_id), "AwsAccountId has not twelve digits");
    for time in [&finding.first_observed_at, &finding.last_observed_at, &finding.created_at, &finding.updated_at] {
        faults.that(is_time(time), "a time is not in RFC 3339 with milliseconds");
    }
    faults.that(
        finding.product_arn.contains(&format!(":{}:product/", finding.aws_account_id)),
        "ProductArn is of another account",
    );
    faults.text("ProductArn region", finding.region(), REGION);
    let provider = &finding.finding_provider_fields;
    faults.text("Severity.Original", &provider.severity.original, ORIGINAL);
    faults.count("Types", provider.types.len(), TYPES);
    for kind in &provider.types {
        let steps: Vec<&str> = kind.split('/').collect();
        let named = steps.first().is_some_and(|first| NAMESPACES.contains(first));
        faults.that(named && steps.len() <= 3, "a type is no namespace/category/classifier");
    }
    if let Some(remediation) = &finding.remediation {
        let advice = &remediation.recommendation;
        faults.that(advice.text.is_some() || advice.url.is_some(), "a recommendation says nothing");
        faults.optional("Recommendation.Text", advice.text.as_deref(), RECOMMENDATION);
        faults.optional("Recommendation.Url", advice.url.as_deref(), ARN);
    }
    faults.optional("SourceUrl", finding.source_url.as_deref(), ARN);
    faults.pairs("ProductFields", &finding.product_fields, PRODUCT_KEY, PRODUCT_VALUE);
    faults.that(
        !finding.product_fields.keys().any(|key| key.starts_with("aws/")),
        "ProductFields has a key of Security Hub's own",
    );
    faults.resources(finding);
    faults.compliance(finding);
    let bytes = serde_json::to_vec(finding).map_or(usize::MAX, |json| json.len());
    faults.that(bytes <= FINDING_BYTES, "the finding is larger than 240 KB");
    faults.0
}

#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn that(&mut self, holds: bool, fault: &str) {
        if !holds {
            self.0.push(fault.to_owned());
        }
    }

    fn fixed(&mut self, name: &str, text: &str, wanted: &str) {
        self.that(text == wanted, &format!("{name} is not {wanted}"));
    }

    fn text(&mut self, name: &str, text: &str, most: usize) {
        self.that(!text.trim().is_empty(), &format!("{name} is empty"));
        let length = text.chars().count();
        self.that(length <= most, &format!("{name} has {length} characters, more than {most}"));
    }

    fn optional(&mut self, name: &str, text: Option<&str>, most: usize) {
        if let Some(text) = text {
            self.text(name, text, most);
        }
    }

    fn count(&mut self, name: &str, count: usize, most: usize) {
        self.that((1..=most).contains(&count), &format!("{name} has {count} entries, not 1 to {most}"));
    }

    fn pairs(&mut self, name: &str, pairs: &BTreeMap<String, String>, key: usize, value: usize) {
        self.that(pairs.len() <= PAIRS, &format!("{name} has more than {PAIRS} entries"));
        for (field, text) in pairs {
            self.text(&format!("a key of {name}"), field, key);
            self.text(&format!("{name} {field}"), text, value);
        }
    }

    fn resources(&mut self, finding: &AsffFinding) {
        self.count("Resources", finding.resources.len(), 1);
        for resource in &finding.resources {
            self.text("Resource.Type", &resource.type_name, RESOURCE_TYPE);
            self.text("Resource.Id", &resource.id, RESOURCE_ID);
            self.optional("Resource.Region", resource.region.as_deref(), REGION);
            let partition = resource.partition.as_deref();
            self.that(partition.is_none_or(|name| PARTITIONS.contains(&name)), "Resource.Partition is unknown");
            self.pairs("Details.Other", &resource.details.other, OTHER_KEY, OTHER_VALUE);
        }
    }

    fn compliance(&mut self, finding: &AsffFinding) {
        let compliance = &finding.compliance;
        self.that(compliance.related_requirements.len() <= REQUIREMENTS, "there are more than 32 requirements");
        for requirement in &compliance.related_requirements {
            self.text("RelatedRequirements", requirement, REQUIREMENT);
        }
        self.that(compliance.associated_standards.len() <= STANDARDS, "there are more than 32 standards");
        for standard in &compliance.associated_standards {
            self.text("StandardsId", &standard.standards_id, STANDARD);
        }
        self.optional("SecurityControlId", compliance.security_control_id.as_deref(), CONTROL);
        for reason in &compliance.status_reasons {
            self.text("ReasonCode", &reason.reason_code, REQUIREMENT);
            self.optional("StatusReasons.Description", reason.description.as_deref(), REASON);
        }
    }
}

/// Returns whether a time has the form `2026-03-22T13:22:13.933Z`.
fn is_time(text: &str) -> bool {
    text.len() == 24 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok()
}
