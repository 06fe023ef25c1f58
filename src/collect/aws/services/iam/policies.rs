//! Policies of the customer, and the documents that IAM gives.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{ManagedPolicyDetail, PolicyVersion};

use crate::collect::aws::context::Described;
use crate::collect::aws::document::required;
use crate::inventory::aws::iam::{Policy, PolicyDocument};
use crate::inventory::{Reason, Value};

pub(super) fn policy(detail: ManagedPolicyDetail) -> Option<Described<Policy>> {
    let versions = detail.policy_version_list.unwrap_or_default();
    let in_force = in_force(&versions, detail.default_version_id.as_deref());
    Some(Described {
        arn: detail.arn?,
        type_name: "AWS::IAM::ManagedPolicy",
        name: detail.policy_name.clone(),
        identifiers: detail.policy_name.iter().cloned().collect(),
        tags: untold_tags("policy"),
        attributes: Policy {
            policy_name: Value::Known(detail.policy_name),
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
