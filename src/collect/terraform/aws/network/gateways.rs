//! Gateways, addresses, network interfaces and prefix lists.

use super::super::{Belongs, Mapped};
use super::{add_links, elsewhere, mapped, read_or_unknown, unnamed};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::ec2::{
    EgressOnlyInternetGateway, ElasticIp, InternetGateway, NatGateway, NetworkInterface, PrefixList,
};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Linked, Value};

const VPCS: &[&str] = &["aws_vpc", "aws_default_vpc"];
const SUBNETS: &[&str] = &["aws_subnet", "aws_default_subnet"];

pub(super) fn internet_gateway(block: &Block<'_>) -> Mapped {
    mapped(InternetGateway { vpc: block.link_to("vpc_id", VPCS) }, unnamed(), Vec::new())
}

pub(super) fn egress_only(block: &Block<'_>) -> Mapped {
    mapped(EgressOnlyInternetGateway { vpc: block.link_to("vpc_id", VPCS) }, unnamed(), Vec::new())
}

pub(super) fn nat_gateway(block: &Block<'_>) -> Mapped {
    let mode = block.string("availability_mode");
    let vpc = block.link_to("vpc_id", VPCS);
    // Before the provider knew the mode, every NAT gateway was zonal; a regional one names a VPC.
    let mode = mode.map(|mode| {
        mode.unwrap_or_else(|| {
            let names_vpc = vpc.known().is_some_and(|vpc| !vpc.is_absent());
            if names_vpc && !block.configured("subnet_id") { "regional" } else { "zonal" }.to_owned()
        })
    });
    let addresses = join(block.link("allocation_id"), block.links("secondary_allocation_ids"));
    mapped(
        NatGateway {
            subnet: block.link_to("subnet_id", SUBNETS),
            vpc,
            connectivity_type: block.string_or("connectivity_type", "public"),
            availability_mode: mode,
            elastic_ip: addresses,
        },
        unnamed(),
        Vec::new(),
    )
}

pub(super) fn elastic_ip(block: &Block<'_>) -> Mapped {
    mapped(
        ElasticIp {
            instance: block.link_to("instance", &["aws_instance"]),
            network_interface: block.link_to("network_interface", &["aws_network_interface"]),
        },
        unnamed(),
        vec![block.string("allocation_id"), block.string("public_ip")],
    )
}

pub(super) fn elastic_ip_outside(_: &Block<'_>) -> Attributes {
    ElasticIp::default().into_attributes()
}

pub(super) fn join_elastic_ip(owner: &mut Attributes, block: &Block<'_>, _: &Belongs) {
    // Whichever address it is: the instance gets one.
    let Some(address) = ElasticIp::attributes_mut(owner) else {
        return;
    };
    add_links(&mut address.instance, block.link_to("instance_id", &["aws_instance"]), &Belongs::Certainly);
    add_links(
        &mut address.network_interface,
        block.link_to("network_interface_id", &["aws_network_interface"]),
        &Belongs::Certainly,
    );
}

pub(super) fn network_interface(block: &Block<'_>) -> Mapped {
    let mut instance = Linked::default();
    match block.blocks("attachment") {
        Value::Known(attachments) => {
            for attachment in attachments {
                instance = join(instance, attachment.link_to("instance", &["aws_instance"]));
            }
        }
        Value::Unknown(reason) => instance = Value::Unknown(reason),
    }
    mapped(
        NetworkInterface {
            subnet: block.link_to("subnet_id", SUBNETS),
            security_groups: block.links_to("security_groups", &["aws_security_group", "aws_default_security_group"]),
            instance,
            interface_type: block.string_or("interface_type", "interface"),
            description: block.string("description"),
        },
        unnamed(),
        Vec::new(),
    )
}

pub(super) fn join_network_interface(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(interface) = NetworkInterface::attributes_mut(owner) else {
        return;
    };
    add_links(&mut interface.instance, block.link_to("instance_id", &["aws_instance"]), belongs);
}

pub(super) fn join_internet_gateway(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(gateway) = InternetGateway::attributes_mut(owner) else {
        return;
    };
    add_links(&mut gateway.vpc, block.link_to("vpc_id", VPCS), belongs);
}

pub(super) fn prefix_list(block: &Block<'_>) -> Mapped {
    let name = block.string("name");
    let list = PrefixList { name: name.clone(), entries: entries(block, "entry") };
    mapped(list, name, Vec::new())
}

pub(super) fn read_prefix_list(block: &Block<'_>) -> Mapped {
    let name = read_or_unknown(block, "name", block.string("name")).map(Some);
    let entries = if block.raw("entries").is_some() {
        entries(block, "entries")
    } else if block.raw("cidr_blocks").is_some() {
        block.strings("cidr_blocks")
    } else {
        elsewhere(&format!("entries of {}", block.address()))
    };
    let list = PrefixList { name: name.clone(), entries };
    mapped(list, name, vec![block.string("prefix_list_id")])
}

fn entries(block: &Block<'_>, name: &'static str) -> Value<Vec<Value<String>>> {
    block.blocks(name).map(|entries| entries.iter().map(|entry| entry.string_or("cidr", "")).collect())
}

pub(super) fn join_prefix_list_entry(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(list) = PrefixList::attributes_mut(owner) else {
        return;
    };
    let entry = match belongs {
        Belongs::Certainly => block.string_or("cidr", ""),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    if let Value::Known(entries) = &mut list.entries {
        entries.push(entry);
    }
}
