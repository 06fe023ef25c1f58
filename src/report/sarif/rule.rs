//! Rule descriptors: what a viewer shows beside an alert.

use std::fmt::Write as _;

use ::sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor};
use serde_json::json;

use crate::finding::report::RuleSummary;
use crate::policy::severity::Severity;

use super::stopless;
use crate::report::text;

/// GitHub refuses a rule with more than twenty tags and shows ten.
const MOST_TAGS: usize = 10;

/// Characters of a rule's name that GitHub takes.
const LONGEST_NAME: usize = 255;

/// Characters of a rule's short and full description that GitHub takes.
const LONGEST_DESCRIPTION: usize = 1_024;

/// Returns the descriptor of a rule.
pub(super) fn descriptor(rule: &RuleSummary) -> ReportingDescriptor {
    let description = if rule.description.trim().is_empty() { &rule.title } else { &rule.description };
    let mut descriptor = ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(text::clip(&pascal_case(&rule.id), LONGEST_NAME))
        .short_description(plain(&sentence(&rule.title)))
        .full_description(plain(&sentence(description.trim())))
        .help(MultiformatMessageString::builder().text(help_text(rule)).markdown(help_markdown(rule)).build())
        .default_configuration(ReportingConfiguration::builder().level(level(rule.severity, rule.enforced)).build())
        .properties(bag(rule))
        .build();
    descriptor.help_uri = rule.references.iter().find(|page| page.starts_with("https://")).cloned();
    descriptor
}

/// Returns the SARIF level. Advisory findings are notes: they are reported and stop nothing.
pub(super) fn level(severity: Severity, enforced: bool) -> &'static str {
    match severity {
        _ if !enforced => "note",
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// Returns the score by which GitHub names a severity: from 9.0 critical, 7.0 high, 4.0 medium.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

fn bag(rule: &RuleSummary) -> PropertyBag {
    let mut bag = super::properties([
        ("precision", json!("high")),
        ("security-severity", json!(score(rule.severity))),
        ("problem.severity", json!(problem(rule))),
        ("control", json!(rule.control)),
        ("documents", if rule.documents.is_empty() { json!(null) } else { json!(rule.documents) }),
        ("frameworks", if rule.frameworks.is_empty() { json!(null) } else { json!(rule.frameworks) }),
        ("enforced", json!(rule.enforced)),
    ]);
    bag.tags = Some(tags(rule));
    bag
}

fn problem(rule: &RuleSummary) -> &'static str {
    match level(rule.severity, rule.enforced) {
        "error" => "error",
        "warning" => "warning",
        _ => "recommendation",
    }
}

/// Frameworks are properties, not tags: a rule may map to more controls than GitHub takes tags.
fn tags(rule: &RuleSummary) -> Vec<String> {
    let mut tags = vec!["security".to_owned(), "compliance".to_owned()];
    if !rule.enforced {
        tags.push("advisory".to_owned());
    }
    tags.extend(rule.control.clone());
    for kind in &rule.kinds {
        if !tags.contains(kind) {
            tags.push(kind.clone());
        }
    }
    tags.truncate(MOST_TAGS);
    tags
}

fn help_text(rule: &RuleSummary) -> String {
    let mut help = format!("{}\n\n{}", sentence(&rule.title), rule.description.trim());
    let _ = write!(help, "\n\nFix: {}", sentence(rule.remediation.trim()));
    if let Some(control) = &rule.control {
        let _ = write!(help, "\n\nControl: {control}");
    }
    help
}

fn help_markdown(rule: &RuleSummary) -> String {
    let mut help =
        format!("**{}**\n\n{}\n\n## Fix\n\n{}\n", rule.title.trim(), rule.description.trim(), rule.remediation.trim());
    let _ = write!(help, "\n## About this rule\n\n- Rule: `{}`\n", rule.id);
    if let Some(control) = &rule.control {
        let _ = writeln!(help, "- Control: {control}");
    }
    for (document, lines) in &rule.documents {
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        let _ = writeln!(help, "- Stated in: {document}, line {}", lines.join(", "));
    }
    for (framework, controls) in &rule.frameworks {
        let _ = writeln!(help, "- {framework}: {}", controls.join(", "));
    }
    for page in &rule.references {
        let _ = writeln!(help, "- <{page}>");
    }
    help
}

fn plain(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text::clip(text, LONGEST_DESCRIPTION)).build()
}

fn sentence(text: &str) -> String {
    format!("{}.", stopless(text))
}

/// `aws-ec2-private-subnet-routes` → `AwsEc2PrivateSubnetRoutes`.
fn pascal_case(id: &str) -> String {
    id.split(|letter: char| !letter.is_alphanumeric())
        .filter_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        })
        .collect()
}
