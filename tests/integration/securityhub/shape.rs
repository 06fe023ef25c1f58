//! What Security Hub documents of a finding, checked on the JSON that arrives: fields, lengths, counts,
//! words and sizes. Written from the API reference and the user guide, not from what hfscan sends.

use serde_json::{Map, Value};

/// Bytes of a finding.
const LARGEST: usize = 240 * 1024;

type Object = Map<String, Value>;

/// Fields that a provider may send, as far as this server knows them.
const FIELDS: [&str; 24] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "ProductName",
    "CompanyName",
    "Region",
    "GeneratorId",
    "AwsAccountId",
    "Types",
    "FirstObservedAt",
    "LastObservedAt",
    "CreatedAt",
    "UpdatedAt",
    "Severity",
    "Confidence",
    "Criticality",
    "Title",
    "Description",
    "Remediation",
    "SourceUrl",
    "ProductFields",
    "Resources",
    "Compliance",
    "RecordState",
];

/// Fields that belong to the people who work on findings: a provider that sends them is up to no good.
const NOT_THE_PROVIDERS: [&str; 5] = ["Workflow", "WorkflowState", "Note", "UserDefinedFields", "VerificationState"];

/// Returns what is wrong with a finding, in the words of Security Hub.
pub(crate) fn check(finding: &Value) -> Result<(), String> {
    let object = finding.as_object().ok_or("data should be object")?;
    if serde_json::to_vec(finding).unwrap().len() > LARGEST {
        return Err("the finding is larger than 240 KB".to_owned());
    }
    for name in object.keys() {
        if NOT_THE_PROVIDERS.contains(&name.as_str()) {
            return Err(format!("data.{name} is not for providers"));
        }
        if !FIELDS.contains(&name.as_str()) && name != "FindingProviderFields" {
            return Err(format!("data should NOT have additional property '{name}'"));
        }
    }
    if text(object, "SchemaVersion", 1, 32)? != "2018-10-08" {
        return Err("data.SchemaVersion should be equal to constant".to_owned());
    }
    text(object, "Id", 1, 512)?;
    text(object, "ProductArn", 12, 2048)?;
    text(object, "GeneratorId", 1, 512)?;
    text(object, "Title", 1, 256)?;
    text(object, "Description", 1, 1024)?;
    let account = text(object, "AwsAccountId", 12, 12)?;
    if !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("data.AwsAccountId should match pattern".to_owned());
    }
    optional(object, "ProductName", 128)?;
    optional(object, "SourceUrl", 2048)?;
    times(object)?;
    word(object, "RecordState", &["ACTIVE", "ARCHIVED"])?;
    pairs(object, "ProductFields", 50, 128, 2048)?;
    if object
        .get("ProductFields")
        .and_then(Value::as_object)
        .is_some_and(|map| map.keys().any(|key| key.starts_with("aws/")))
    {
        return Err("data.ProductFields: keys that start with aws/ are reserved".to_owned());
    }
    provider_fields(object)?;
    resources(object)?;
    compliance(object)?;
    if let Some(remediation) = object.get("Remediation") {
        let advice = remediation.get("Recommendation").and_then(Value::as_object).ok_or("data.Remediation is empty")?;
        optional(advice, "Text", 512)?;
        optional(advice, "Url", 2048)?;
    }
    Ok(())
}

fn text<'a>(object: &'a Object, name: &str, least: usize, most: usize) -> Result<&'a str, String> {
    let value = object.get(name).ok_or_else(|| format!("data should have required property '{name}'"))?;
    let value = value.as_str().ok_or_else(|| format!("data.{name} should be string"))?;
    let length = value.chars().count();
    if length < least {
        return Err(format!("data.{name} should NOT be shorter than {least} characters"));
    }
    if length > most {
        return Err(format!("data.{name} should NOT be longer than {most} characters"));
    }
    Ok(value)
}

fn optional(object: &Object, name: &str, most: usize) -> Result<(), String> {
    if object.contains_key(name) { text(object, name, 1, most).map(|_| ()) } else { Ok(()) }
}

fn word(object: &Object, name: &str, words: &[&str]) -> Result<(), String> {
    match object.get(name) {
        None => Ok(()),
        Some(value) if value.as_str().is_some_and(|value| words.contains(&value)) => Ok(()),
        Some(_) => Err(format!("data.{name} should be equal to one of the allowed values")),
    }
}

fn list<'a>(object: &'a Object, name: &str, least: usize, most: usize) -> Result<&'a [Value], String> {
    let Some(value) = object.get(name) else {
        return if least == 0 { Ok(&[]) } else { Err(format!("data should have required property '{name}'")) };
    };
    let items = value.as_array().ok_or_else(|| format!("data.{name} should be array"))?;
    // An empty list is refused where an absent one is not.
    if items.len() < least.max(1) || items.len() > most {
        return Err(format!("data.{name} should NOT have {} items", items.len()));
    }
    Ok(items)
}

fn pairs(object: &Object, name: &str, most: usize, key: usize, value: usize) -> Result<(), String> {
    let Some(map) = object.get(name) else { return Ok(()) };
    let map = map.as_object().ok_or_else(|| format!("data.{name} should be object"))?;
    if map.is_empty() || map.len() > most {
        return Err(format!("data.{name} should NOT have {} properties", map.len()));
    }
    for (field, text) in map {
        let length = text.as_str().ok_or_else(|| format!("data.{name}.{field} should be string"))?.chars().count();
        if field.chars().count() > key || length > value || length == 0 {
            return Err(format!("data.{name}.{field} should NOT be longer than {value} characters"));
        }
    }
    Ok(())
}

fn times(object: &Object) -> Result<(), String> {
    let mut all = Vec::new();
    for name in ["CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"] {
        if name.starts_with(['C', 'U']) || object.contains_key(name) {
            let value = text(object, name, 1, 64)?;
            all.push(
                value.parse::<jiff::Timestamp>().map_err(|_| format!("data.{name} should match format date-time"))?,
            );
        }
    }
    if all[0] > all[1] {
        return Err("data.UpdatedAt is before data.CreatedAt".to_owned());
    }
    if all.len() == 4 && all[2] > all[3] {
        return Err("data.LastObservedAt is before data.FirstObservedAt".to_owned());
    }
    Ok(())
}

fn provider_fields(object: &Object) -> Result<(), String> {
    let Some(fields) = object.get("FindingProviderFields").and_then(Value::as_object) else {
        // Types and Severity are required in one place or the other.
        return Err("data should have required property 'FindingProviderFields'".to_owned());
    };
    for (at, kind) in list(fields, "Types", 1, 50)?.iter().enumerate() {
        let kind = kind.as_str().unwrap_or_default();
        let known = [
            "Software and Configuration Checks",
            "TTPs",
            "Effects",
            "Unusual Behaviors",
            "Sensitive Data Identifications",
        ];
        if !known.iter().any(|name| kind == *name || kind.starts_with(&format!("{name}/")))
            || kind.matches('/').count() > 2
        {
            return Err(format!("data.FindingProviderFields.Types[{at}] should match pattern"));
        }
    }
    let severity =
        fields.get("Severity").and_then(Value::as_object).ok_or("data should have required property 'Severity'")?;
    if !severity.contains_key("Label") {
        return Err("data.FindingProviderFields.Severity should have required property 'Label'".to_owned());
    }
    word(severity, "Label", &["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"])?;
    optional(severity, "Original", 64)
}

fn resources(object: &Object) -> Result<(), String> {
    for resource in list(object, "Resources", 1, 32)? {
        let resource = resource.as_object().ok_or("data.Resources[0] should be object")?;
        text(resource, "Type", 1, 256)?;
        text(resource, "Id", 1, 2048)?;
        optional(resource, "Region", 16)?;
        word(resource, "Partition", &["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b"])?;
        if let Some(details) = resource.get("Details") {
            let details = details.as_object().ok_or("data.Resources[0].Details should be object")?;
            pairs(details, "Other", 50, 127, 1023)?;
        }
    }
    Ok(())
}

fn compliance(object: &Object) -> Result<(), String> {
    let Some(compliance) = object.get("Compliance") else { return Ok(()) };
    let compliance = compliance.as_object().ok_or("data.Compliance should be object")?;
    word(compliance, "Status", &["PASSED", "WARNING", "FAILED", "NOT_AVAILABLE"])?;
    list(compliance, "RelatedRequirements", 0, 32)?;
    for reason in list(compliance, "StatusReasons", 0, 20)? {
        let reason = reason.as_object().ok_or("data.Compliance.StatusReasons[0] should be object")?;
        text(reason, "ReasonCode", 1, 64)?;
    }
    for standard in list(compliance, "AssociatedStandards", 0, 32)? {
        let standard = standard.as_object().ok_or("data.Compliance.AssociatedStandards[0] should be object")?;
        text(standard, "StandardsId", 1, 128)?;
    }
    Ok(())
}
