//! Facts of networks, from plans: routes, tiers, zones, placement, addresses, metadata options.

mod compute;
mod placement;
mod routes;
mod vpcs;

use std::collections::BTreeMap;

use hfscan::collect::terraform::{Plan, aws};
use hfscan::inventory::{Inventory, Kind};
use hfscan::relate::relate;
use hfscan::source::Source;
use serde_json::{Map, Value as Json, json};

/// A plan under construction.
#[derive(Default)]
struct Builder {
    changes: Vec<Json>,
    read: Vec<Json>,
    blocks: BTreeMap<String, Json>,
}

/// The address of a block, without an instance key, and the key.
fn split(address: &str) -> (String, Option<Json>) {
    match address.strip_suffix(']').and_then(|address| address.split_once('[')) {
        Some((block, key)) => (block.to_owned(), serde_json::from_str(key).ok()),
        None => (address.to_owned(), None),
    }
}

fn type_and_name(block: &str) -> (&str, &str) {
    block.strip_prefix("data.").unwrap_or(block).split_once('.').unwrap()
}

impl Builder {
    /// Adds a managed resource. `references` are unknown attributes and what they refer to.
    fn resource(mut self, address: &str, known: Json, references: &[(&str, &[&str])]) -> Self {
        let (block, key) = split(address);
        let (type_name, name) = type_and_name(&block);
        let mut unknown: Map<String, Json> =
            references.iter().map(|(attribute, _)| ((*attribute).to_owned(), Json::Bool(true))).collect();
        unknown.insert("id".into(), Json::Bool(true));
        let mut change = json!({
            "address": address, "mode": "managed", "type": type_name, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": null, "after": known, "after_unknown": unknown},
        });
        if let Some(key) = key {
            change["index"] = key;
        }
        self.changes.push(change);
        let mut expressions: Map<String, Json> = known
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(attribute, value)| (attribute.clone(), constant(value)))
            .collect();
        for (attribute, targets) in references {
            expressions.insert((*attribute).to_owned(), json!({"references": targets}));
        }
        self.blocks.insert(
            block.clone(),
            json!({"address": block, "mode": "managed", "type": type_name, "name": name,
                "provider_config_key": "aws", "expressions": expressions, "schema_version": 0}),
        );
        self
    }

    /// Adds a data source that was read.
    fn data(mut self, address: &str, values: &Json) -> Self {
        let (type_name, name) = type_and_name(address);
        self.read.push(json!({
            "address": address, "mode": "data", "type": type_name, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws", "values": values,
        }));
        self.blocks.insert(
            address.to_owned(),
            json!({"address": address, "mode": "data", "type": type_name, "name": name,
                "provider_config_key": "aws", "expressions": {}, "schema_version": 0}),
        );
        self
    }

    fn vpc(self) -> Self {
        self.resource("aws_vpc.main", json!({"cidr_block": "10.0.0.0/16"}), &[]).resource(
            "aws_internet_gateway.igw",
            json!({}),
            &[VPC],
        )
    }

    fn subnet(self, name: &str, zone: &str) -> Self {
        let known = json!({"availability_zone": zone, "map_public_ip_on_launch": false, "tags": {"Name": name}});
        self.resource(&format!("aws_subnet.{name}"), known, &[VPC])
    }

    /// Adds a route table with one route, associated with a subnet.
    fn table(self, subnet: &str, destination: &Json, target: (&str, &[&str])) -> Self {
        self.resource(&format!("aws_route_table.{subnet}"), json!({}), &[VPC])
            .resource(
                &format!("aws_route.{subnet}"),
                destination.clone(),
                &[
                    (
                        "route_table_id",
                        &[&format!("aws_route_table.{subnet}.id"), &format!("aws_route_table.{subnet}")],
                    ),
                    target,
                ],
            )
            .associate(subnet, subnet)
    }

    fn associate(self, subnet: &str, table: &str) -> Self {
        self.resource(
            &format!("aws_route_table_association.{subnet}"),
            json!({}),
            &[
                ("subnet_id", &[&format!("aws_subnet.{subnet}.id"), &format!("aws_subnet.{subnet}")]),
                ("route_table_id", &[&format!("aws_route_table.{table}.id"), &format!("aws_route_table.{table}")]),
            ],
        )
    }

    fn inventory(self) -> Inventory {
        let plan = json!({
            "format_version": "1.2", "terraform_version": "1.11.4",
            "planned_values": {"root_module": {}},
            "prior_state": {"format_version": "1.0", "terraform_version": "1.11.4",
                "values": {"root_module": {"resources": self.read}}},
            "resource_changes": self.changes,
            "configuration": {
                "provider_config": {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws",
                    "expressions": {"region": {"constant_value": "us-east-1"}}}},
                "root_module": {"resources": self.blocks.into_values().collect::<Vec<_>>()},
            },
        });
        let plan = Plan::parse(Source::from_bytes("plan.json".into(), plan.to_string().into_bytes())).unwrap();
        let collected = aws::collect(&plan).unwrap();
        relate(collected.resources, collected.gaps, false)
    }
}

/// How Terraform writes a known value in the configuration: blocks are lists of their fields.
fn constant(value: &Json) -> Json {
    let fields = |map: &Map<String, Json>| -> Json {
        map.iter().map(|(name, value)| (name.clone(), constant(value))).collect::<Map<String, Json>>().into()
    };
    match value {
        Json::Array(items) if items.iter().all(Json::is_object) && !items.is_empty() => {
            items.iter().filter_map(Json::as_object).map(fields).collect()
        }
        _ => json!({"constant_value": value}),
    }
}

const VPC: (&str, &[&str]) = ("vpc_id", &["aws_vpc.main.id", "aws_vpc.main"]);
const IGW: (&str, &[&str]) = ("gateway_id", &["aws_internet_gateway.igw.id", "aws_internet_gateway.igw"]);

fn facts<'a, K: Kind>(inventory: &'a Inventory, id: &str) -> &'a K::Facts {
    let index = inventory.index_of(id).unwrap_or_else(|| panic!("no {id}"));
    inventory.facts_of::<K>(index).unwrap()
}

fn everywhere() -> Json {
    json!({"destination_cidr_block": "0.0.0.0/0"})
}
