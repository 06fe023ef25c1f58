//! Amazon EC2: VPCs and their routing, gateways, addresses, security groups, instances and the templates
//! that start them. What belongs together is read beside each other; prefix lists come last, because only
//! those matter that routes and security groups name.

pub(crate) mod addresses;
mod gateways;
pub(crate) mod instances;
mod launch_templates;
mod metadata_defaults;
mod network;
pub(crate) mod permissions;
mod prefix_lists;
pub(crate) mod routes;
mod security_groups;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::Tag;
use futures_util::future::{join, join5};

use crate::collect::aws::context::{Context, client};
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::Value;

const EGRESS_ONLY_INTERNET_GATEWAY: &str = "aws.ec2.egress_only_internet_gateway";
const ELASTIC_IP: &str = "aws.ec2.elastic_ip";
const INSTANCE: &str = "aws.ec2.instance";
const INSTANCE_METADATA_DEFAULTS: &str = "aws.ec2.instance_metadata_defaults";
const INTERNET_GATEWAY: &str = "aws.ec2.internet_gateway";
const LAUNCH_TEMPLATE: &str = "aws.ec2.launch_template";
const NAT_GATEWAY: &str = "aws.ec2.nat_gateway";
const NETWORK_INTERFACE: &str = "aws.ec2.network_interface";
const PREFIX_LIST: &str = "aws.ec2.prefix_list";
const ROUTE_TABLE: &str = "aws.ec2.route_table";
const SECURITY_GROUP: &str = "aws.ec2.security_group";
const SUBNET: &str = "aws.ec2.subnet";
const VPC: &str = "aws.ec2.vpc";

pub(super) const SERVICE: Service = Service {
    name: "ec2",
    scope: Scope::Regional,
    kinds: &[
        EGRESS_ONLY_INTERNET_GATEWAY,
        ELASTIC_IP,
        INSTANCE,
        INSTANCE_METADATA_DEFAULTS,
        INTERNET_GATEWAY,
        LAUNCH_TEMPLATE,
        NAT_GATEWAY,
        NETWORK_INTERFACE,
        PREFIX_LIST,
        ROUTE_TABLE,
        SECURITY_GROUP,
        SUBNET,
        VPC,
    ],
    operations: &[
        &addresses::DESCRIBE_ADDRESSES,
        &addresses::DESCRIBE_NETWORK_INTERFACES,
        &gateways::DESCRIBE_EGRESS_ONLY_INTERNET_GATEWAYS,
        &gateways::DESCRIBE_INTERNET_GATEWAYS,
        &gateways::DESCRIBE_NAT_GATEWAYS,
        &instances::DESCRIBE_INSTANCES,
        &instances::DESCRIBE_VOLUMES,
        &launch_templates::DESCRIBE_LAUNCH_TEMPLATES,
        &launch_templates::DESCRIBE_LAUNCH_TEMPLATE_VERSIONS,
        &metadata_defaults::GET_INSTANCE_METADATA_DEFAULTS,
        &network::DESCRIBE_SUBNETS,
        &network::DESCRIBE_VPCS,
        &prefix_lists::DESCRIBE_MANAGED_PREFIX_LISTS,
        &prefix_lists::GET_MANAGED_PREFIX_LIST_ENTRIES,
        &routes::DESCRIBE_ROUTE_TABLES,
        &security_groups::DESCRIBE_SECURITY_GROUPS,
    ],
    collect: |context| Box::pin(collect(context)),
};

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_ec2);
    let (context, client) = (&context, &client);
    let named = async {
        let (of_routes, of_groups) = join(network(context, client), security_groups::collect(context, client)).await;
        let named: BTreeSet<String> = of_routes.into_iter().chain(of_groups).collect();
        prefix_lists::collect(context, client, &named).await;
    };
    let machines = async {
        let addresses = addresses::collect_addresses(context, client).await;
        instances::collect(context, client, &addresses).await;
    };
    let others = join(addresses::collect_interfaces(context, client), metadata_defaults::collect(context, client));
    let gateways = gateways::collect(context, client);
    let templates = launch_templates::collect(context, client);
    join5(named, machines, gateways, templates, others).await;
}

/// Reads VPCs, subnets and route tables; returns the prefix lists that routes name.
async fn network(context: &Context, client: &Client) -> BTreeSet<String> {
    let tables = routes::collect(context, client).await;
    join(network::collect_vpcs(context, client, &tables), network::collect_subnets(context, client, &tables)).await;
    tables.prefix_lists
}

/// Returns whether any of these kinds is needed.
fn wants_any(context: &Context, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| context.wants(kind))
}

/// Tags as EC2 gives them with what it describes.
fn tags(tags: Option<Vec<Tag>>) -> Value<BTreeMap<String, String>> {
    let tags = tags.unwrap_or_default().into_iter();
    Value::Known(tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect())
}

/// Returns whether something belongs to another account, which shares it with this one.
fn is_foreign(account: &str, owner: Option<&str>) -> bool {
    owner.is_some_and(|owner| owner != account)
}
