//! VPCs and their routing, gateways, addresses, interfaces and security groups, as Config records them:
//! documents of the old casing, which are those of the EC2 API nearly everywhere.

use aws_sdk_ec2::types;

use super::row::{Node, Row, left_out};
use super::rows::Rows;
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::services::ec2::{addresses, permissions, routes};
use crate::inventory::aws::ec2::{ElasticIp, InternetGateway, NatGateway, Route, SecurityGroup, Subnet, Vpc};
use crate::inventory::{Kind, Linked, Value};

pub(super) fn collect(context: &Context, rows: &Rows) {
    let mut tables = routes::Tables::empty();
    tables.read = rows.whole("AWS::EC2::RouteTable");
    for row in rows.of("AWS::EC2::RouteTable") {
        let table = route_table(row.configuration());
        tables.note(&table);
        let mut attributes = routes::route_table(&table);
        attributes.main = row.configuration().if_list("associations", attributes.main);
        attributes.routes = row.configuration().if_list("routes", attributes.routes).map(with_targets);
        add(context, row, "route-table", "AWS::EC2::RouteTable", attributes);
    }
    for row in rows.of("AWS::EC2::VPC") {
        let main = row.head("resourceId").map_or_else(Linked::default, |id| tables.main_of(id));
        add(context, row, "vpc", "AWS::EC2::VPC", vpc(row.configuration(), context.account(), main));
    }
    for row in rows.of("AWS::EC2::Subnet") {
        let own = row.head("resourceId").map_or_else(Linked::default, |id| tables.of_subnet(id));
        add(context, row, "subnet", "AWS::EC2::Subnet", subnet(row.configuration(), context.account(), own));
    }
    for row in rows.of("AWS::EC2::InternetGateway") {
        add(context, row, "internet-gateway", "AWS::EC2::InternetGateway", internet_gateway(row.configuration()));
    }
    for row in rows.of("AWS::EC2::NatGateway") {
        if let Some(gateway) = nat_gateway(row.configuration()) {
            add(context, row, "natgateway", "AWS::EC2::NatGateway", gateway);
        }
    }
    for row in rows.of("AWS::EC2::SecurityGroup") {
        let id = row.head("resourceId").unwrap_or_default();
        let attributes = security_group(row.configuration(), id);
        add(context, row, "security-group", "AWS::EC2::SecurityGroup", attributes);
    }
    for row in rows.of("AWS::EC2::EIP") {
        add(context, row, "elastic-ip", "AWS::EC2::EIP", elastic_ip(row.configuration()));
    }
    interfaces(context, rows);
}

/// Adds something of EC2: its ARN is made of its id, as the direct audit makes it.
pub(super) fn add<K: Kind>(context: &Context, row: &Row, kind: &str, type_name: &'static str, attributes: K) {
    let Some(id) = row.head("resourceId").map(str::to_owned) else { return };
    let document = row.configuration();
    let name = document.text("groupName").filter(|_| kind == "security-group");
    context.add(Described {
        arn: context.arn("ec2", &format!("{kind}/{id}")),
        type_name,
        name,
        identifiers: row
            .head("arn")
            .map(str::to_owned)
            .into_iter()
            .chain(document.text("publicIp"))
            .chain([id])
            .collect(),
        tags: row.tags(),
        attributes,
    });
}

fn is_foreign(document: Node<'_>, account: &str) -> bool {
    document.text("ownerId").is_some_and(|owner| owner != account)
}

fn vpc(document: Node<'_>, account: &str, main_route_table: Linked) -> Vpc {
    Vpc {
        default: document.told_flag("isDefault"),
        cidr_block: document.some_text("cidrBlock"),
        removed_on_destroy: Value::Known(false),
        main_route_table,
        managed_elsewhere: is_foreign(document, account),
        adopted: false,
        main_routes: Value::Known(Vec::new()),
    }
}

fn subnet(document: Node<'_>, account: &str, route_tables: Linked) -> Subnet {
    Subnet {
        vpc: document.told_link("vpcId"),
        default: document.told_flag("defaultForAz"),
        // A subnet may have ranges of IPv6 only.
        cidr_block: Value::Known(document.text("cidrBlock")),
        availability_zone: document.some_text("availabilityZone"),
        // The schema does not list it, recorded items have it; the name of the zone says enough without it.
        availability_zone_id: Value::Known(document.text("availabilityZoneId")),
        map_public_ip_on_launch: document.told_flag("mapPublicIpOnLaunch"),
        assign_ipv6_address_on_creation: document.told_flag("assignIpv6AddressOnCreation"),
        route_tables,
        possible_route_tables: Linked::default(),
        adopted: false,
        managed_elsewhere: is_foreign(document, account),
        several: false,
    }
}

fn route_table(document: Node<'_>) -> types::RouteTable {
    let associations = document.list("associations").map(|one| {
        types::RouteTableAssociation::builder().set_main(one.flag("main")).set_subnet_id(one.text("subnetId")).build()
    });
    let routes = document.list("routes").map(|one| {
        types::Route::builder()
            .set_destination_cidr_block(one.text("destinationCidrBlock"))
            .set_destination_ipv6_cidr_block(one.text("destinationIpv6CidrBlock"))
            .set_destination_prefix_list_id(one.text("destinationPrefixListId"))
            .set_egress_only_internet_gateway_id(one.text("egressOnlyInternetGatewayId"))
            .set_gateway_id(one.text("gatewayId"))
            .set_instance_id(one.text("instanceId"))
            .set_nat_gateway_id(one.text("natGatewayId"))
            .set_transit_gateway_id(one.text("transitGatewayId"))
            .set_carrier_gateway_id(one.text("carrierGatewayId"))
            .set_local_gateway_id(one.text("localGatewayId"))
            .set_core_network_arn(one.text("coreNetworkArn"))
            .set_network_interface_id(one.text("networkInterfaceId"))
            .set_vpc_peering_connection_id(one.text("vpcPeeringConnectionId"))
            .set_state(one.text("state").map(|state| types::RouteState::from(state.as_str())))
            .build()
    });
    types::RouteTable::builder()
        .set_route_table_id(document.text("routeTableId"))
        .set_vpc_id(document.text("vpcId"))
        .set_associations(Some(associations.collect()))
        .set_routes(Some(routes.collect()))
        .build()
}

/// Every route has a target: one that shows none leads to something that Config has no field for. Its schema
/// lists no transit, carrier or local gateways and no core networks; recorded items show some of them.
fn with_targets(mut routes: Vec<Route>) -> Vec<Route> {
    for route in routes.iter_mut().filter(|route| route.target_kind.is(&"none".to_owned())) {
        route.target_kind = left_out("where a route leads");
        route.target = left_out("where a route leads");
    }
    routes
}

fn internet_gateway(document: Node<'_>) -> InternetGateway {
    let attached = document
        .list("attachments")
        .filter(|one| !one.text("state").is_some_and(|state| state.starts_with("detach")))
        .filter_map(|one| one.text("vpcId"));
    InternetGateway { vpc: document.if_list("attachments", links(attached)) }
}

/// Reads a NAT gateway; none for one that is shown after its end.
fn nat_gateway(document: Node<'_>) -> Option<NatGateway> {
    if matches!(document.text("state").as_deref(), Some("deleted" | "deleting" | "failed")) {
        return None;
    }
    let addresses = document.list("natGatewayAddresses").filter_map(|address| address.text("allocationId"));
    // Config has no word for the mode: a zonal gateway names its subnet, a regional one has none.
    let is_zonal = document.text("subnetId").is_some();
    Some(NatGateway {
        subnet: document.link("subnetId"),
        vpc: if is_zonal { Linked::default() } else { document.told_link("vpcId") },
        connectivity_type: document.told_text("connectivityType"),
        availability_mode: Value::Known(if is_zonal { "zonal" } else { "regional" }.to_owned()),
        elastic_ip: document.if_list("natGatewayAddresses", links(addresses)),
    })
}

fn elastic_ip(document: Node<'_>) -> ElasticIp {
    ElasticIp { instance: document.link("instanceId"), network_interface: document.link("networkInterfaceId") }
}

fn security_group(document: Node<'_>, id: &str) -> SecurityGroup {
    let rules = |path: &str| {
        let told: Vec<types::IpPermission> = document.list(path).map(permission).collect();
        document.if_list(path, Value::Known(permissions::rules(&told, id)))
    };
    SecurityGroup {
        group_name: document.some_text("groupName"),
        description: Value::Known(document.text("description")),
        vpc: document.told_link("vpcId"),
        default: document.told_text("groupName").map(|name| name == "default"),
        mentioned_only: false,
        ingress: rules("ipPermissions"),
        egress: rules("ipPermissionsEgress"),
    }
}

/// One permission of a group. Config tells IPv4 ranges twice: with descriptions, and as bare texts in
/// `ipRanges`, where old records have nothing else.
pub(super) fn permission(told: Node<'_>) -> types::IpPermission {
    let described = told.list("ipv4Ranges").map(|range| {
        types::IpRange::builder().set_cidr_ip(range.text("cidrIp")).set_description(range.text("description")).build()
    });
    let mut ranges: Vec<types::IpRange> = described.collect();
    for bare in told.texts("ipRanges") {
        if !ranges.iter().any(|range| range.cidr_ip() == Some(bare.as_str())) {
            ranges.push(types::IpRange::builder().cidr_ip(bare).build());
        }
    }
    let wide = told.list("ipv6Ranges").map(|range| {
        types::Ipv6Range::builder()
            .set_cidr_ipv6(range.text("cidrIpv6"))
            .set_description(range.text("description"))
            .build()
    });
    let lists = told.list("prefixListIds").map(|list| {
        types::PrefixListId::builder()
            .set_prefix_list_id(list.text("prefixListId"))
            .set_description(list.text("description"))
            .build()
    });
    let pairs = told.list("userIdGroupPairs").map(|pair| {
        types::UserIdGroupPair::builder()
            .set_group_id(pair.text("groupId"))
            .set_group_name(pair.text("groupName"))
            .set_user_id(pair.text("userId"))
            .set_description(pair.text("description"))
            .build()
    });
    types::IpPermission::builder()
        .set_ip_protocol(told.text("ipProtocol"))
        .set_from_port(told.small("fromPort"))
        .set_to_port(told.small("toPort"))
        .set_ip_ranges(Some(ranges))
        .set_ipv6_ranges(Some(wide.collect()))
        .set_prefix_list_ids(Some(lists.collect()))
        .set_user_id_group_pairs(Some(pairs.collect()))
        .build()
}

fn interfaces(context: &Context, rows: &Rows) {
    let told: Vec<(&Row, types::NetworkInterface)> =
        rows.of("AWS::EC2::NetworkInterface").map(|row| (row, network_interface(row.configuration()))).collect();
    let plain: Vec<types::NetworkInterface> = told.iter().map(|(_, interface)| interface.clone()).collect();
    let homes = addresses::homes(&plain);
    for (row, interface) in told {
        if addresses::is_of_instance(&interface, &homes) || addresses::is_of_service(&interface, context.account()) {
            continue;
        }
        let document = row.configuration();
        let mut attributes = addresses::network_interface(&interface);
        attributes.subnet = document.told_link("subnetId");
        attributes.security_groups = document.if_list("groups", attributes.security_groups);
        attributes.interface_type = document.if_told("interfaceType", attributes.interface_type);
        add(context, row, "network-interface", "AWS::EC2::NetworkInterface", attributes);
    }
}

fn network_interface(document: Node<'_>) -> types::NetworkInterface {
    let attachment = document.node("attachment").map(|one| {
        types::NetworkInterfaceAttachment::builder()
            .set_instance_id(one.text("instanceId"))
            .set_instance_owner_id(one.text("instanceOwnerId"))
            .set_device_index(one.small("deviceIndex"))
            .set_delete_on_termination(one.flag("deleteOnTermination"))
            .set_status(one.text("status").map(|status| types::AttachmentStatus::from(status.as_str())))
            .build()
    });
    let groups =
        document.list("groups").map(|one| types::GroupIdentifier::builder().set_group_id(one.text("groupId")).build());
    types::NetworkInterface::builder()
        .set_network_interface_id(document.text("networkInterfaceId"))
        .set_subnet_id(document.text("subnetId"))
        .set_interface_type(document.text("interfaceType").map(|one| types::NetworkInterfaceType::from(one.as_str())))
        .set_description(document.text("description"))
        .set_requester_managed(document.flag("requesterManaged"))
        .set_groups(Some(groups.collect()))
        .set_attachment(attachment)
        .build()
}
