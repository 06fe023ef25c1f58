//! Writes the fields of an answer as the service's protocol does.

use serde_json::{Map, Value};

use super::Answer;
use super::request::Request;
use super::services::Protocol;

pub(super) fn answer(request: &Request, body: &Value) -> Answer {
    let operation = &request.operation;
    let (kind, text) = match request.service.protocol {
        Protocol::Json => ("application/x-amz-json-1.1", body.to_string()),
        Protocol::RestJson => ("application/json", body.to_string()),
        Protocol::Query => {
            let mut text = format!("<{operation}Response><{operation}Result>");
            fields(body, "member", &mut text);
            text.push_str(&format!("</{operation}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"));
            text.push_str(&format!("</{operation}Response>"));
            ("text/xml", text)
        }
        Protocol::Ec2 => {
            let mut text = format!("<{operation}Response><requestId>0</requestId>");
            fields(body, "item", &mut text);
            text.push_str(&format!("</{operation}Response>"));
            ("text/xml", text)
        }
        Protocol::RestXml => ("application/xml", rest(operation, body)),
    };
    Answer { status: 200, headers: vec![("Content-Type", kind.to_owned())], body: text.into_bytes() }
}

/// A text stands for itself: a bucket's policy is no XML.
fn rest(operation: &str, body: &Value) -> String {
    if let Value::String(text) = body
        && operation == "GetBucketPolicy"
    {
        return text.clone();
    }
    let root = match operation {
        "ListBuckets" => "ListAllMyBucketsResult",
        "GetBucketAcl" => "AccessControlPolicy",
        "GetBucketEncryption" => "ServerSideEncryptionConfiguration",
        "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketLocation" => "LocationConstraint",
        "GetBucketLogging" => "BucketLoggingStatus",
        "GetObjectLockConfiguration" => "ObjectLockConfiguration",
        "GetBucketOwnershipControls" => "OwnershipControls",
        "GetBucketPolicyStatus" => "PolicyStatus",
        "GetPublicAccessBlock" => "PublicAccessBlockConfiguration",
        "GetBucketReplication" => "ReplicationConfiguration",
        "GetBucketTagging" => "Tagging",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketWebsite" => "WebsiteConfiguration",
        other => other,
    };
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(root, body, "member", &mut text);
    text
}

fn fields(value: &Value, member: &str, text: &mut String) {
    for (name, value) in value.as_object().unwrap_or(&Map::new()) {
        element(name, value, member, text);
    }
}

fn element(name: &str, value: &Value, member: &str, text: &mut String) {
    match value {
        Value::Null => {}
        Value::Array(items) => {
            if let Some(name) = name.strip_prefix('*') {
                items.iter().for_each(|item| element(name, item, member, text));
                return;
            }
            let (name, inner) = name.split_once('/').unwrap_or((name, member));
            text.push_str(&format!("<{name}>"));
            items.iter().for_each(|item| element(inner, item, member, text));
            text.push_str(&format!("</{name}>"));
        }
        Value::Object(_) => {
            text.push_str(&format!("<{name}>"));
            fields(value, member, text);
            text.push_str(&format!("</{name}>"));
        }
        Value::String(plain) => {
            let plain = plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            text.push_str(&format!("<{name}>{plain}</{name}>"));
        }
        other => text.push_str(&format!("<{name}>{other}</{name}>")),
    }
}
