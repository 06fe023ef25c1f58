//! Policies of the customer, and the documents that IAM gives.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{ManagedPolicyDetail, PolicyVersion};

use crate::collect::aws::context::Described;
use crate::collect::aws::document::required;
use crate::inventory::aws::iam::{Policy, PolicyDocument};
use crate::inventory::{Reason, Value};

pub(crate) fn policy(detail: ManagedPolicyDetail) -> Option<Described<Policy>> {
    let versions = detail.policy_version_list.unwrap_or_default();
    let in_force = in_force(&versions, detail.default_version_id.as_deref());
    let arn = detail.arn?;
    let name = detail.policy_name.or_else(|| arn.rsplit('/').next().map(str::to_owned));
    Some(Described {
        arn,
        type_name: "AWS::IAM::ManagedPolicy",
        name: name.clone(),
        identifiers: name.iter().cloned().collect(),
        tags: untold_tags("policy"),
        attributes: Policy {
            policy_name: Value::Known(name),
            path: Value::Known(detail.path.unwrap_or_else(|| "/".to_owned())),
            document: document(in_force.and_then(|version| version.document.as_deref())),
        },
    })
}

/// The version that counts; the report holds up to five.
fn in_force<'a>(versions: &'a [PolicyVersion], default: Option<&str>) -> Option<&'a PolicyVersion> {
    let by_id = versions.iter().find(|version| default.is_some() && version.version_id.as_deref() == default);
    by_id.or_else(|| versions.iter().find(|version| version.is_default_version))
}

/// A document that IAM must have.
pub(super) fn document(text: Option<&str>) -> Value<PolicyDocument> {
    match text {
        Some(text) => required(text),
        None => Value::Unknown(Reason::Unread("iam:GetAccountAuthorizationDetails: a document is missing".to_owned())),
    }
}

/// Tags that the report leaves out. To ask for them would take a call for each thing, where the report of
/// a whole account takes a few.
pub(super) fn untold_tags(what: &str) -> Value<BTreeMap<String, String>> {
    Value::Unknown(Reason::Unread(format!("the report of the account leaves the tags of a {what} out")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(id: &str, default: bool, action: &str) -> PolicyVersion {
        let text = format!(r#"{{"Statement":{{"Effect":"Allow","Action":"{action}","Resource":"*"}}}}"#);
        let text = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string();
        PolicyVersion::builder().version_id(id).is_default_version(default).document(text).build()
    }

    #[test]
    fn the_version_in_force_is_read() {
        let told = ManagedPolicyDetail::builder()
            .arn("arn:aws:iam::111122223333:policy/ci/deploy")
            .path("/ci/")
            .default_version_id("v1")
            .policy_version_list(version("v2", false, "s3:*"))
            .policy_version_list(version("v1", true, "sqs:SendMessage"))
            .build();
        let read = policy(told).unwrap();
        assert_eq!(read.name.as_deref(), Some("deploy"));
        let text = format!("{:?}", read.attributes.document);
        assert!(text.contains("sqs:SendMessage") && !text.contains("s3:*"), "{text}");
    }

    #[test]
    fn a_document_that_is_missing_is_unknown_and_never_empty() {
        let told = ManagedPolicyDetail::builder().arn("arn:aws:iam::111122223333:policy/deploy").build();
        assert!(policy(told).unwrap().attributes.document.reason().is_some());
    }
}
