//! A Compliance Finding event as data: the attributes of the schema that hfscan fills.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::enums::AWS_ACCOUNT;

/// An event of class 2003.
#[derive(Debug, Serialize)]
pub(super) struct Event {
    pub(super) activity_id: u32,
    pub(super) activity_name: &'static str,
    pub(super) category_uid: u32,
    pub(super) category_name: &'static str,
    pub(super) class_uid: u32,
    pub(super) class_name: &'static str,
    pub(super) type_uid: u32,
    pub(super) type_name: String,
    /// Milliseconds since 1970.
    pub(super) time: i64,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) message: String,
    pub(super) metadata: Metadata,
    pub(super) finding_info: FindingInfo,
    pub(super) compliance: Compliance,
    pub(super) resources: Vec<Resource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remediation: Option<Remediation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cloud: Option<Cloud>,
    pub(super) unmapped: BTreeMap<&'static str, BTreeMap<&'static str, Json>>,
}

/// What an event is made of.
#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    pub(super) version: &'static str,
    pub(super) product: Product,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) profiles: Vec<&'static str>,
    pub(super) uid: String,
}

/// The program.
#[derive(Debug, Serialize)]
pub(super) struct Product {
    pub(super) name: String,
    pub(super) vendor_name: String,
    pub(super) version: String,
}

/// The finding and the rule that found it.
#[derive(Debug, Serialize)]
pub(super) struct FindingInfo {
    pub(super) uid: String,
    pub(super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) desc: Option<String>,
    pub(super) created_time: i64,
    pub(super) last_seen_time: i64,
    pub(super) types: Vec<String>,
    pub(super) analytic: Analytic,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) src_url: Option<String>,
}

/// A rule.
#[derive(Debug, Serialize)]
pub(super) struct Analytic {
    pub(super) uid: String,
    pub(super) name: String,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) type_name: &'static str,
}

/// How the check came out, and what it stands for.
#[derive(Debug, Serialize)]
pub(super) struct Compliance {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) desc: Option<String>,
    pub(super) standards: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) requirements: Vec<String>,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) status_code: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) status_details: Vec<String>,
}

/// A resource with the evidence.
#[derive(Debug, Serialize)]
pub(super) struct Resource {
    pub(super) uid: String,
    #[serde(rename = "type")]
    pub(super) type_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cloud_partition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<Owner>,
    pub(super) data: BTreeMap<&'static str, Json>,
}

/// Who a resource belongs to.
#[derive(Debug, Serialize)]
pub(super) struct Owner {
    pub(super) account: Account,
}

/// What to do.
#[derive(Debug, Serialize)]
pub(super) struct Remediation {
    pub(super) desc: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<String>,
}

/// Where in the cloud.
#[derive(Debug, Serialize)]
pub(super) struct Cloud {
    pub(super) provider: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Account>,
}

/// An account of the cloud.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) uid: String,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) type_name: &'static str,
}

impl Account {
    /// Returns an AWS account.
    pub(super) fn aws(uid: String) -> Self {
        Self { uid, type_id: AWS_ACCOUNT.id, type_name: AWS_ACCOUNT.name }
    }
}
