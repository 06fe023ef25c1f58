//! Which options of the instance metadata service are in force: those of the template or the
//! instance, else those of the account, else those of the AMI.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Template, template_of};
use crate::inventory::aws::autoscaling;
use crate::inventory::aws::ec2::{
    EffectiveMetadata, Instance, InstanceMetadataDefaults, LaunchTemplate, MetadataOptions,
};
use crate::inventory::aws::eks::{Cluster, NodeGroup};
use crate::inventory::{Index, Inventory, Reason, Value};

/// The table of EKS AMI types.
#[derive(Debug, Default, Deserialize)]
struct Table {
    ami_types: BTreeMap<String, AmiType>,
    default_ami_type: DefaultAmiType,
}

#[derive(Debug, Default, Deserialize)]
struct AmiType {
    imds: Imds,
}

#[derive(Debug, Default, Deserialize)]
struct Imds {
    hop_limit: Option<i64>,
    http_tokens: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct DefaultAmiType {
    by_version: BTreeMap<String, String>,
    newer: String,
    older: String,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../policies/data/eks_ami_types.json")).unwrap_or_default()
});

/// What holds where template and instance say nothing.
#[derive(Debug, Clone)]
struct Fallback {
    decided_by: &'static str,
    enabled: Value<bool>,
    http_tokens: Value<String>,
    hop_limit: Value<i64>,
}

impl Fallback {
    fn unknown(decided_by: &'static str, reason: &Reason) -> Self {
        Self {
            decided_by,
            enabled: Value::Known(true),
            http_tokens: Value::Unknown(reason.clone()),
            hop_limit: Value::Unknown(reason.clone()),
        }
    }

    fn ami() -> Self {
        Self::unknown("ami", &Reason::NotInInput("what the AMI and the account set as metadata options".to_owned()))
    }
}

/// The defaults that accounts set, by region.
#[derive(Debug, Default)]
pub(super) struct Account {
    defaults: Vec<(Index, Value<Option<String>>, InstanceMetadataDefaults)>,
}

impl Account {
    pub(super) fn of(inventory: &Inventory) -> Self {
        let defaults = inventory
            .of::<InstanceMetadataDefaults>()
            .map(|(index, resource, defaults)| (index, resource.region.clone(), defaults.clone()))
            .collect();
        Self { defaults }
    }

    /// Puts the account's defaults for the region of a resource over a fallback.
    fn over(&self, inventory: &Inventory, index: Index, fallback: Fallback) -> Fallback {
        let Some(resource) = inventory.resources.get(index) else {
            return fallback;
        };
        let mut fallback = fallback;
        for (of_account, region, defaults) in &self.defaults {
            if !inventory.place(*of_account).shares_account(inventory.place(index)) {
                continue;
            }
            match (region, &resource.region) {
                (Value::Known(a), Value::Known(b)) if a == b => {
                    fallback = Fallback {
                        // Live accounts have them in every region; where nothing is set they decide nothing.
                        decided_by: if *defaults == InstanceMetadataDefaults::default() {
                            fallback.decided_by
                        } else {
                            "account"
                        },
                        enabled: over(&defaults.http_endpoint, fallback.enabled, |endpoint| endpoint != "disabled"),
                        http_tokens: over(&defaults.http_tokens, fallback.http_tokens, Clone::clone),
                        hop_limit: over(&defaults.http_put_response_hop_limit, fallback.hop_limit, Clone::clone),
                    };
                }
                (Value::Known(_), Value::Known(_)) => {}
                (Value::Unknown(reason), _) | (_, Value::Unknown(reason)) => {
                    fallback = Fallback::unknown("account", reason);
                    fallback.enabled = Value::Unknown(reason.clone());
                }
            }
        }
        fallback
    }
}

/// A setting if there is one, else what holds without it.
fn over<T, U>(setting: &Value<Option<T>>, otherwise: Value<U>, read: impl Fn(&T) -> U) -> Value<U> {
    match setting {
        Value::Known(Some(setting)) => Value::Known(read(setting)),
        Value::Known(None) => otherwise,
        Value::Unknown(reason) => Value::Unknown(reason.clone()),
    }
}

fn effective(options: &MetadataOptions, runs: &str, own: &str, fallback: &Fallback) -> EffectiveMetadata {
    let complete = is_complete(options);
    EffectiveMetadata {
        runs: runs.to_owned(),
        decided_by: if complete { own } else { fallback.decided_by }.to_owned(),
        enabled: over(&options.http_endpoint, fallback.enabled.clone(), |endpoint| endpoint != "disabled"),
        http_tokens: over(&options.http_tokens, fallback.http_tokens.clone(), Clone::clone),
        http_put_response_hop_limit: over(
            &options.http_put_response_hop_limit,
            fallback.hop_limit.clone(),
            Clone::clone,
        ),
    }
}

fn is_complete(options: &MetadataOptions) -> bool {
    !options.http_tokens.is(&None) && !options.http_put_response_hop_limit.is(&None)
}

/// Returns whether anything of the input runs a template.
pub(super) fn used(inventory: &Inventory, index: Index) -> Value<bool> {
    let users = inventory
        .incoming::<NodeGroup>(index, "launch_template")
        .chain(inventory.incoming::<autoscaling::Group>(index, "launch_template"))
        .chain(inventory.incoming::<Instance>(index, "launch_template"));
    super::super::agree::any(users.map(|(user, certain)| {
        if certain {
            Value::Known(true)
        } else {
            Value::Unknown(Reason::Unresolved(format!("which launch template {} uses", inventory.id(user))))
        }
    }))
}

pub(super) fn of_template(
    inventory: &Inventory,
    account: &Account,
    index: Index,
    template: &LaunchTemplate,
) -> Vec<EffectiveMetadata> {
    if inventory.complete && used(inventory, index).is(&false) {
        return Vec::new();
    }
    let options = &template.metadata_options;
    let id = inventory.id(index);
    let own = account.over(inventory, index, Fallback::ami());
    if is_complete(options) || options.http_endpoint.is(&Some("disabled".to_owned())) {
        return vec![effective(options, id, "template", &own)];
    }
    // The AMI decides, so it depends on who runs it.
    let mut all: Vec<EffectiveMetadata> = inventory
        .incoming::<NodeGroup>(index, "launch_template")
        .filter_map(|(group, _)| {
            let attributes = inventory.get::<NodeGroup>(group)?;
            let fallback = account.over(inventory, index, by_ami_type(inventory, group, attributes, Some(template)));
            Some(effective(options, inventory.id(group), "template", &fallback))
        })
        .collect();
    let others = inventory.incoming::<autoscaling::Group>(index, "launch_template").next().is_some()
        || inventory.incoming::<Instance>(index, "launch_template").next().is_some();
    if all.is_empty() || others {
        all.push(effective(options, id, "template", &own));
    }
    all
}

pub(super) fn of_instance(
    inventory: &Inventory,
    account: &Account,
    index: Index,
    instance: &Instance,
) -> Vec<EffectiveMetadata> {
    let mut fallback = account.over(inventory, index, Fallback::ami());
    match template_of(inventory, inventory.edges(index, "launch_template")) {
        Template::None => {}
        Template::One(_, template) => {
            let options = effective(&template.metadata_options, "", "", &fallback);
            fallback = Fallback {
                decided_by: "template",
                enabled: options.enabled,
                http_tokens: options.http_tokens,
                hop_limit: options.http_put_response_hop_limit,
            };
        }
        Template::Unknown(reason) => {
            fallback = Fallback::unknown("template", &reason);
            fallback.enabled = Value::Unknown(reason);
        }
    }
    vec![effective(&instance.metadata_options, inventory.id(index), "instance", &fallback)]
}

/// Node groups without a template; one with a template of the inventory is judged with that.
pub(super) fn of_node_group(inventory: &Inventory, index: Index, group: &NodeGroup) -> Vec<EffectiveMetadata> {
    let none = MetadataOptions::default();
    let id = inventory.id(index);
    match template_of(inventory, inventory.edges(index, "launch_template")) {
        Template::One(..) => Vec::new(),
        Template::None => vec![effective(&none, id, "ami_type", &by_ami_type(inventory, index, group, None))],
        Template::Unknown(reason) => {
            let mut fallback = Fallback::unknown("template", &reason);
            fallback.enabled = Value::Unknown(reason);
            vec![effective(&none, id, "template", &fallback)]
        }
    }
}

fn by_ami_type(inventory: &Inventory, index: Index, group: &NodeGroup, template: Option<&LaunchTemplate>) -> Fallback {
    let ami_type = match &group.ami_type {
        Value::Known(Some(ami_type)) => ami_type.clone(),
        Value::Unknown(reason) => return Fallback::unknown("ami_type", reason),
        Value::Known(None) => match template.map(|template| &template.image_id) {
            Some(Value::Known(Some(_))) => return Fallback::ami(),
            Some(Value::Unknown(reason)) => return Fallback::unknown("ami_type", reason),
            Some(Value::Known(None)) | None => match default_ami_type(inventory, index, group) {
                Value::Known(ami_type) => ami_type,
                Value::Unknown(reason) => return Fallback::unknown("ami_type", &reason),
            },
        },
    };
    let not_in_table = || Reason::NotInTable(format!("metadata options of AMI type {ami_type}"));
    match TABLE.ami_types.get(&ami_type) {
        None => Fallback::unknown("ami_type", &not_in_table()),
        Some(row) => Fallback {
            decided_by: "ami_type",
            enabled: Value::Known(true),
            http_tokens: row.imds.http_tokens.clone().map_or_else(|| Value::Unknown(not_in_table()), Value::Known),
            hop_limit: row.imds.hop_limit.map_or_else(|| Value::Unknown(not_in_table()), Value::Known),
        },
    }
}

/// Returns the AMI type that EKS takes when none is named: it depends on the Kubernetes version.
fn default_ami_type(inventory: &Inventory, index: Index, group: &NodeGroup) -> Value<String> {
    let version = match &group.version {
        Value::Known(None) => {
            let cluster = inventory.edges(index, "cluster");
            match (cluster.incomplete(), cluster.targets.as_slice()) {
                (None, [cluster]) => {
                    inventory.get::<Cluster>(*cluster).map_or(Value::Known(None), |cluster| cluster.version.clone())
                }
                (Some(reason), _) => Value::Unknown(reason),
                _ => Value::Unknown(Reason::Unresolved("the cluster of the node group".to_owned())),
            }
        }
        version => version.clone(),
    };
    let table = &TABLE.default_ami_type;
    version.map(|version| {
        // Without a version EKS takes its newest.
        let Some(version) = version else {
            return table.newer.clone();
        };
        table.by_version.get(&version).cloned().unwrap_or_else(|| {
            let minor = |version: &str| version.split('.').nth(1).and_then(|minor| minor.parse::<u32>().ok());
            let oldest = table.by_version.keys().filter_map(|version| minor(version)).min();
            if minor(&version) < oldest { table.older.clone() } else { table.newer.clone() }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Attributes, Kind as _, Origin, Resource};

    fn resource(id: &str, attributes: Attributes) -> Resource {
        Resource {
            id: id.into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(Some("111111111111".to_owned())),
            region: Value::Known(Some("us-east-1".to_owned())),
            tags: Value::default(),
            identifiers: vec![id.to_owned()],
            origin: Origin::live(id, ""),
            parts: Vec::new(),
            attributes,
        }
    }

    fn decided_by(defaults: InstanceMetadataDefaults) -> Vec<String> {
        let resources = vec![
            resource("arn:defaults", defaults.into_attributes()),
            resource("arn:instance", Instance::default().into_attributes()),
        ];
        let inventory = crate::relate::relate(resources, Vec::new(), false);
        let instance = inventory.index_of("arn:instance").expect("the instance");
        let facts = inventory.facts_of::<Instance>(instance).expect("its facts");
        facts.metadata.iter().map(|options| options.decided_by.clone()).collect()
    }

    #[test]
    fn defaults_without_a_preference_decide_nothing() {
        assert_eq!(decided_by(InstanceMetadataDefaults::default()), ["ami"]);
        let required = Value::Known(Some("required".to_owned()));
        let set = InstanceMetadataDefaults { http_tokens: required, ..InstanceMetadataDefaults::default() };
        assert_eq!(decided_by(set), ["account"]);
    }
}
