//! One resource in normalized form, where it came from, and what could not be collected.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kind::Attributes;
use super::value::Value;

/// Where a resource, or a part of it, was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file as the user named it.
    pub file: Arc<str>,
    /// The address in that file.
    pub address: Arc<str>,
    /// The provider's own type, such as `aws_s3_bucket`.
    pub type_name: Arc<str>,
    /// Line of the resource in the file, from 1.
    pub line: u32,
    /// Column in UTF-16 units, from 1.
    pub column: u32,
}

impl Origin {
    /// Something that a cloud's API told: it stands in no file.
    pub fn live(id: &str, type_name: &str) -> Self {
        Self { file: "".into(), address: id.into(), type_name: type_name.into(), line: 0, column: 0 }
    }

    /// Returns whether it was read in a Kubernetes manifest: the types of the API begin with a capital
    /// letter, those of Terraform do not.
    pub fn is_manifest(&self) -> bool {
        !self.file.is_empty() && self.type_name.starts_with(char::is_uppercase)
    }
}

/// A resource of the source that became part of another one: a bucket's encryption, a role's
/// attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The attribute path that this part filled, such as `["public_access_block"]`.
    pub path: Vec<String>,
    /// What it adds to a list that other parts fill too: ids, ARNs or names.
    pub adds: Vec<String>,
    /// Where it was read.
    pub origin: Origin,
}

/// One thing in the cloud, planned or live.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Unique in the inventory: the plan address, or the ARN.
    pub id: Arc<str>,
    /// The name that people know it by: the cloud's name for it, or its `Name` tag.
    pub name: Value<Option<String>>,
    /// `aws`, `azure` or `kubernetes`.
    pub provider: &'static str,
    /// The account or subscription.
    pub account: Value<Option<String>>,
    /// The region; `global` for services that have none.
    pub region: Value<Option<String>>,
    /// Tags in force, default tags included.
    pub tags: Value<BTreeMap<String, Value<String>>>,
    /// Ids, ARNs and names by which other resources may name this one.
    pub identifiers: Vec<String>,
    /// Where it was read.
    pub origin: Origin,
    /// Resources of the source that were joined into it.
    pub parts: Vec<Part>,
    /// What it is, with the normalized fields of that kind.
    pub attributes: Attributes,
}

impl Resource {
    /// Returns the kind's dotted name.
    pub fn kind(&self) -> &'static str {
        self.attributes.kind()
    }

    /// Returns the origin of an attribute: that of the part which filled it, else the resource's. Of
    /// an attribute that several parts filled, no single one can be named.
    pub fn origin_of(&self, path: &[String]) -> &Origin {
        let path = match path.split_first() {
            Some((first, rest)) if first == "attributes" => rest,
            _ => path,
        };
        let filling = || self.parts.iter().filter(|part| path.starts_with(&part.path));
        let longest = filling().map(|part| part.path.len()).max();
        let mut parts = filling().filter(|part| Some(part.path.len()) == longest);
        match (parts.next(), parts.next()) {
            (Some(part), None) => &part.origin,
            _ => &self.origin,
        }
    }
}

/// Something that a collector should have read and could not.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// What was to be read: an address, an API call.
    pub subject: String,
    /// Why it could not be read.
    pub reason: String,
    /// The kinds that it touches.
    pub kinds: Vec<String>,
    /// The account, in a live audit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The region, in a live audit; `global` for services that have none. Null touches every region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The permission that is missing, as IAM names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Whether resources of these kinds may be missing altogether. If not, only attributes of resources
    /// that are there are not told, and those are unknown themselves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hides_resources: bool,
}

impl Gap {
    /// Something of an input that could not be read.
    pub fn new(subject: impl Into<String>, reason: impl Into<String>, kinds: Vec<String>) -> Self {
        Self { subject: subject.into(), reason: reason.into(), kinds, ..Self::default() }
    }

    /// Returns what was to be read and where: `ec2:DescribeVpcs in eu-central-1 of account 111122223333`.
    pub fn named(&self) -> String {
        let of = |what: &Option<String>, before: &str| {
            let told = what.as_ref().filter(|what| !self.subject.contains(what.as_str()));
            told.map_or_else(String::new, |what| format!(" {before} {what}"))
        };
        let region = self.region.clone().filter(|region| region != "global");
        format!("{}{}{}", self.subject, of(&region, "in"), of(&self.account, "of account"))
    }

    /// Returns the kinds that it touches as a phrase; many are counted.
    pub fn touches(&self) -> String {
        match self.kinds.len() {
            0..=6 => self.kinds.join(", "),
            many => format!("{many} kinds"),
        }
    }

    /// Says why something that others tell is not known, as a phrase.
    pub fn told(&self) -> String {
        let place = match self.region.as_deref() {
            // What a region is called stands in the subject already.
            Some(region) if region != super::place::GLOBAL && !self.subject.contains(region) => format!(" in {region}"),
            _ => String::new(),
        };
        format!("not told: {}{place}: {}", self.subject, self.reason)
    }
}
