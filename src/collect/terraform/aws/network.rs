//! VPC, subnets, routing, instances and Auto Scaling: Terraform types → kinds.

mod compute;
mod gateways;
mod routes;
mod vpc;

use super::{Belongs, Mapped, OwnerType, PartType, Types};
use crate::collect::terraform::block::Block;
use crate::inventory::link::join;
use crate::inventory::{Kind, Linked, Reason, Value};

pub(super) const TYPES: Types = Types {
    owners: &[
        OwnerType { types: &["aws_vpc"], map: vpc::vpc },
        OwnerType { types: &["aws_default_vpc"], map: vpc::default_vpc },
        OwnerType { types: &["data.aws_vpc"], map: vpc::read_vpc },
        OwnerType { types: &["aws_subnet"], map: vpc::subnet },
        OwnerType { types: &["aws_default_subnet"], map: vpc::default_subnet },
        OwnerType { types: &["data.aws_subnet"], map: vpc::read_subnet },
        OwnerType { types: &["data.aws_subnets", "data.aws_subnet_ids"], map: vpc::read_subnets },
        OwnerType { types: &["aws_route_table"], map: routes::table },
        OwnerType { types: &["aws_default_route_table"], map: routes::default_table },
        OwnerType { types: &["data.aws_route_table"], map: routes::read_table },
        OwnerType { types: &["aws_internet_gateway"], map: gateways::internet_gateway },
        OwnerType { types: &["aws_egress_only_internet_gateway"], map: gateways::egress_only },
        OwnerType { types: &["aws_nat_gateway"], map: gateways::nat_gateway },
        OwnerType { types: &["aws_eip"], map: gateways::elastic_ip },
        OwnerType { types: &["aws_network_interface"], map: gateways::network_interface },
        OwnerType { types: &["aws_ec2_managed_prefix_list"], map: gateways::prefix_list },
        OwnerType {
            types: &["data.aws_ec2_managed_prefix_list", "data.aws_prefix_list"],
            map: gateways::read_prefix_list,
        },
        OwnerType { types: &["aws_instance", "aws_spot_instance_request"], map: compute::instance },
        OwnerType { types: &["aws_launch_template"], map: compute::launch_template },
        OwnerType { types: &["aws_launch_configuration"], map: compute::launch_configuration },
        OwnerType { types: &["aws_autoscaling_group"], map: compute::scaling_group },
        OwnerType { types: &["aws_lambda_function"], map: compute::function },
        OwnerType { types: &["aws_ec2_instance_metadata_defaults"], map: compute::metadata_defaults },
    ],
    parts: &[
        PartType {
            types: &["aws_route"],
            owners: &["aws.ec2.route_table", "aws.ec2.vpc"],
            owner: "route_table_id",
            path: &["routes"],
            join: routes::join_route,
            outside: Some(routes::table_outside),
        },
        PartType {
            types: &["aws_route_table_association"],
            owners: &["aws.ec2.subnet"],
            owner: "subnet_id",
            path: &["route_tables"],
            join: vpc::join_route_table,
            outside: None,
        },
        PartType {
            types: &["aws_main_route_table_association"],
            owners: &["aws.ec2.vpc"],
            owner: "vpc_id",
            path: &["main_route_table"],
            join: vpc::join_main_route_table,
            outside: None,
        },
        PartType {
            types: &["aws_internet_gateway_attachment"],
            owners: &["aws.ec2.internet_gateway"],
            owner: "internet_gateway_id",
            path: &["vpc"],
            join: gateways::join_internet_gateway,
            outside: None,
        },
        PartType {
            types: &["aws_eip_association"],
            owners: &["aws.ec2.elastic_ip"],
            owner: "allocation_id",
            path: &["instance"],
            join: gateways::join_elastic_ip,
            outside: Some(gateways::elastic_ip_outside),
        },
        PartType {
            types: &["aws_eip_association"],
            owners: &["aws.ec2.elastic_ip"],
            owner: "public_ip",
            path: &["instance"],
            join: gateways::join_elastic_ip,
            outside: Some(gateways::elastic_ip_outside),
        },
        PartType {
            types: &["aws_network_interface_attachment"],
            owners: &["aws.ec2.network_interface"],
            owner: "network_interface_id",
            path: &["instance"],
            join: gateways::join_network_interface,
            outside: None,
        },
        PartType {
            types: &["aws_ec2_managed_prefix_list_entry"],
            owners: &["aws.ec2.prefix_list"],
            owner: "prefix_list_id",
            path: &["entries"],
            join: gateways::join_prefix_list_entry,
            outside: None,
        },
        PartType {
            types: &["aws_autoscaling_attachment"],
            owners: &["aws.autoscaling.group"],
            owner: "autoscaling_group_name",
            path: &["target_groups"],
            join: compute::join_target_group,
            outside: None,
        },
    ],
    aliases: &[],
};

fn mapped<K: Kind>(attributes: K, name: Value<Option<String>>, identifiers: Vec<Value<Option<String>>>) -> Mapped {
    Mapped {
        attributes: attributes.into_attributes(),
        name,
        identifiers: identifiers.into_iter().filter_map(|identifier| identifier.known().cloned().flatten()).collect(),
    }
}

/// A name that only the `Name` tag gives.
fn unnamed() -> Value<Option<String>> {
    Value::Known(None)
}

/// Adds what a part links to to a field of its owner; a part that may belong to another owner leaves
/// the field unknown.
fn add_links(field: &mut Linked, links: Linked, belongs: &Belongs) {
    let links = match belongs {
        Belongs::Certainly => links,
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    *field = join(std::mem::take(field), links);
}

/// What another run manages and this plan does not tell.
fn elsewhere<T>(what: &str) -> Value<T> {
    Value::Unknown(Reason::NotInInput(what.to_owned()))
}

/// A value that a data source may not have read yet: what is missing is not known.
fn read_or_unknown<T>(block: &Block<'_>, name: &str, value: Value<Option<T>>) -> Value<T> {
    match value {
        Value::Known(Some(value)) => Value::Known(value),
        Value::Known(None) => elsewhere(&format!("{name} of {}", block.address())),
        Value::Unknown(reason) => Value::Unknown(reason),
    }
}
