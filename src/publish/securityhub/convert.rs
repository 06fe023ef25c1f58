//! Our findings as the SDK's types, and back. What Security Hub keeps for people (workflow, notes) exists
//! in neither direction.

use std::collections::BTreeMap;

use aws_sdk_securityhub::types as sdk;

use crate::report::asff::{
    AsffFinding, AsffResource, AssociatedStandard, Compliance, ComplianceStatus, FindingProviderFields,
    ProviderSeverity, Recommendation, RecordState, Remediation, ResourceDetails, SeverityLabel, StatusReason,
};

/// Returns a finding as the SDK sends it.
pub(super) fn to_sdk(finding: &AsffFinding) -> sdk::AwsSecurityFinding {
    sdk::AwsSecurityFinding::builder()
        .schema_version(&finding.schema_version)
        .id(&finding.id)
        .product_arn(&finding.product_arn)
        .product_name(&finding.product_name)
        .generator_id(&finding.generator_id)
        .aws_account_id(&finding.aws_account_id)
        .first_observed_at(&finding.first_observed_at)
        .last_observed_at(&finding.last_observed_at)
        .created_at(&finding.created_at)
        .updated_at(&finding.updated_at)
        .title(&finding.title)
        .description(&finding.description)
        .finding_provider_fields(provider_fields(&finding.finding_provider_fields))
        .set_remediation(finding.remediation.as_ref().map(remediation))
        .set_source_url(finding.source_url.clone())
        .set_product_fields(map(&finding.product_fields))
        .set_resources(Some(finding.resources.iter().map(resource).collect()))
        .compliance(compliance(&finding.compliance))
        .record_state(finding.record_state.name().into())
        .build()
}

fn provider_fields(fields: &FindingProviderFields) -> sdk::FindingProviderFields {
    let severity = sdk::FindingProviderSeverity::builder()
        .label(fields.severity.label.name().into())
        .original(&fields.severity.original)
        .build();
    sdk::FindingProviderFields::builder().severity(severity).set_types(Some(fields.types.clone())).build()
}

fn remediation(remediation: &Remediation) -> sdk::Remediation {
    let advice = &remediation.recommendation;
    let advice = sdk::Recommendation::builder().set_text(advice.text.clone()).set_url(advice.url.clone()).build();
    sdk::Remediation::builder().recommendation(advice).build()
}

fn resource(resource: &AsffResource) -> sdk::Resource {
    let details =
        map(&resource.details.other).map(|other| sdk::ResourceDetails::builder().set_other(Some(other)).build());
    sdk::Resource::builder()
        .r#type(&resource.type_name)
        .id(&resource.id)
        .set_partition(resource.partition.as_deref().map(Into::into))
        .set_region(resource.region.clone())
        .set_details(details)
        .build()
}

fn compliance(compliance: &Compliance) -> sdk::Compliance {
    let reasons = compliance.status_reasons.iter().map(|reason| {
        sdk::StatusReason::builder()
            .reason_code(&reason.reason_code)
            .set_description(reason.description.clone())
            .build()
    });
    let standards = compliance
        .associated_standards
        .iter()
        .map(|standard| sdk::AssociatedStandard::builder().standards_id(&standard.standards_id).build());
    sdk::Compliance::builder()
        .status(compliance.status.name().into())
        .set_status_reasons(list(reasons.collect()))
        .set_related_requirements(list(compliance.related_requirements.clone()))
        .set_security_control_id(compliance.security_control_id.clone())
        .set_associated_standards(list(standards.collect()))
        .build()
}

fn map(pairs: &BTreeMap<String, String>) -> Option<std::collections::HashMap<String, String>> {
    (!pairs.is_empty()).then(|| pairs.iter().map(|(key, text)| (key.clone(), text.clone())).collect())
}

/// Empty lists are left out, as the format demands.
fn list<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

/// Reads a finding of a hub. Nothing if it is not as hfscan writes it.
pub(super) fn from_sdk(finding: sdk::AwsSecurityFinding) -> Option<AsffFinding> {
    let fields = finding.finding_provider_fields?;
    let severity = fields.severity?;
    let compliance = finding.compliance?;
    let label = match severity.label.as_ref()?.as_str() {
        "INFORMATIONAL" => SeverityLabel::Informational,
        "LOW" => SeverityLabel::Low,
        "MEDIUM" => SeverityLabel::Medium,
        "HIGH" => SeverityLabel::High,
        "CRITICAL" => SeverityLabel::Critical,
        _ => return None,
    };
    let status = match compliance.status.as_ref()?.as_str() {
        "PASSED" => ComplianceStatus::Passed,
        "WARNING" => ComplianceStatus::Warning,
        "FAILED" => ComplianceStatus::Failed,
        "NOT_AVAILABLE" => ComplianceStatus::NotAvailable,
        _ => return None,
    };
    let record_state = match finding.record_state.as_ref()?.as_str() {
        "ACTIVE" => RecordState::Active,
        "ARCHIVED" => RecordState::Archived,
        _ => return None,
    };
    let created_at = finding.created_at?;
    Some(AsffFinding {
        schema_version: finding.schema_version?,
        id: finding.id?,
        product_arn: finding.product_arn?,
        product_name: finding.product_name.unwrap_or_else(|| crate::report::asff::PREFIX.to_owned()),
        generator_id: finding.generator_id?,
        aws_account_id: finding.aws_account_id?,
        first_observed_at: finding.first_observed_at.unwrap_or_else(|| created_at.clone()),
        last_observed_at: finding.last_observed_at.unwrap_or_else(|| created_at.clone()),
        created_at,
        updated_at: finding.updated_at?,
        title: finding.title?,
        description: finding.description?,
        finding_provider_fields: FindingProviderFields {
            severity: ProviderSeverity { label, original: severity.original.unwrap_or_default() },
            types: fields.types.unwrap_or_default(),
        },
        remediation: finding
            .remediation
            .and_then(|remediation| remediation.recommendation)
            .map(|advice| Remediation { recommendation: Recommendation { text: advice.text, url: advice.url } }),
        source_url: finding.source_url,
        product_fields: finding
            .product_fields
            .unwrap_or_default()
            .into_iter()
            // What Security Hub adds is its own.
            .filter(|(key, _)| !key.starts_with("aws/"))
            .collect(),
        resources: finding.resources?.into_iter().map(resource_of).collect::<Option<_>>()?,
        compliance: Compliance {
            status,
            status_reasons: compliance.status_reasons.unwrap_or_default().into_iter().filter_map(reason_of).collect(),
            related_requirements: compliance.related_requirements.unwrap_or_default(),
            security_control_id: compliance.security_control_id,
            associated_standards: compliance
                .associated_standards
                .unwrap_or_default()
                .into_iter()
                .filter_map(|standard| Some(AssociatedStandard { standards_id: standard.standards_id? }))
                .collect(),
        },
        record_state,
    })
}

fn resource_of(resource: sdk::Resource) -> Option<AsffResource> {
    let other = resource.details.and_then(|details| details.other).unwrap_or_default();
    Some(AsffResource {
        type_name: resource.r#type?,
        id: resource.id?,
        partition: resource.partition.map(|partition| partition.as_str().to_owned()),
        region: resource.region,
        details: ResourceDetails { other: other.into_iter().collect() },
    })
}

fn reason_of(reason: sdk::StatusReason) -> Option<StatusReason> {
    Some(StatusReason { reason_code: reason.reason_code?, description: reason.description })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A finding in which nothing is left out.
    pub(in crate::publish::securityhub) fn sample() -> AsffFinding {
        let json = serde_json::json!({
            "SchemaVersion": "2018-10-08", "Id": "hfscan/1", "ProductArn": "arn", "ProductName": "hfscan",
            "GeneratorId": "hfscan/rule", "AwsAccountId": "111111111111",
            "FirstObservedAt": "a", "LastObservedAt": "b", "CreatedAt": "c", "UpdatedAt": "d",
            "Title": "title", "Description": "description",
            "FindingProviderFields": {"Severity": {"Label": "HIGH", "Original": "high"}, "Types": ["TTPs"]},
            "Remediation": {"Recommendation": {"Text": "mend it", "Url": "https://example.com"}},
            "SourceUrl": "https://example.com/source",
            "ProductFields": {"hfscan/rule": "rule"},
            "Resources": [{
                "Type": "Other", "Id": "id", "Partition": "aws", "Region": "eu-central-1",
                "Details": {"Other": {"kind": "aws.s3.bucket"}}
            }],
            "Compliance": {
                "Status": "WARNING", "StatusReasons": [{"ReasonCode": "RISK_ACCEPTED", "Description": "why"}],
                "RelatedRequirements": ["NIST"], "SecurityControlId": "HF-1",
                "AssociatedStandards": [{"StandardsId": "standards/hfscan/a"}]
            },
            "RecordState": "ARCHIVED"
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn nothing_is_lost_on_the_way_there_and_back() {
        let finding = sample();
        assert_eq!(from_sdk(to_sdk(&finding)), Some(finding.clone()));
        // Whatever Security Hub adds, and a resource of another shape, is not ours.
        let mut theirs = to_sdk(&finding);
        theirs.product_fields.as_mut().unwrap().insert("aws/securityhub/ProductName".to_owned(), "Default".to_owned());
        assert_eq!(from_sdk(theirs.clone()), Some(finding));
        theirs.resources = None;
        assert_eq!(from_sdk(theirs), None);
    }
}
