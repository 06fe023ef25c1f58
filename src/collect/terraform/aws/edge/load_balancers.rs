//! Load balancers of all types, and their target groups.

use super::super::{Belongs, Mapped};
use crate::collect::terraform::block::Block;
use crate::inventory::aws::elb::{ClassicLoadBalancer, LoadBalancer, TargetGroup};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Linked, Links, Value};

pub(super) fn load_balancer(block: &Block<'_>) -> Mapped {
    let mapped = join(block.links("subnets"), links_of_blocks(block.blocks("subnet_mapping"), "subnet_id"));
    Mapped {
        name: block.string("name"),
        identifiers: Vec::new(),
        attributes: LoadBalancer {
            load_balancer_type: block.string_or("load_balancer_type", "application"),
            internal: block.boolean_or("internal", false),
            subnets: mapped,
            security_groups: block.links("security_groups"),
            drop_invalid_header_fields: block.boolean_or("drop_invalid_header_fields", false),
            deletion_protection: block.boolean_or("enable_deletion_protection", false),
            access_logs: block.block("access_logs").and_then(|logs| match logs {
                Some(logs) => logs.boolean_or("enabled", false),
                None => Value::Known(false),
            }),
            ..LoadBalancer::default()
        }
        .into_attributes(),
    }
}

pub(super) fn classic_load_balancer(block: &Block<'_>) -> Mapped {
    let protocols = block.blocks("listener").map(|listeners| {
        listeners.iter().map(|one| one.string_or("lb_protocol", "").map(|name| name.to_ascii_uppercase())).collect()
    });
    Mapped {
        name: block.string("name"),
        identifiers: Vec::new(),
        attributes: ClassicLoadBalancer {
            internal: block.boolean_or("internal", false),
            subnets: block.links("subnets"),
            availability_zones: block.strings("availability_zones"),
            security_groups: block.links("security_groups"),
            listener_protocols: protocols,
        }
        .into_attributes(),
    }
}

pub(super) fn target_group(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("name"),
        identifiers: Vec::new(),
        attributes: TargetGroup {
            target_type: block.string_or("target_type", "instance"),
            protocol: block.string("protocol"),
            port: block.integer("port"),
            vpc: block.link("vpc_id"),
            ..TargetGroup::default()
        }
        .into_attributes(),
    }
}

pub(super) fn attachment(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(group) = TargetGroup::attributes_mut(owner) else {
        return;
    };
    let target = match belongs {
        Belongs::Certainly => block.link("target_id"),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    group.targets = join(std::mem::take(&mut group.targets), target);
}

/// Joins the links of one attribute of all blocks.
fn links_of_blocks(blocks: Value<Vec<Block<'_>>>, name: &str) -> Linked {
    blocks.and_then(|blocks| blocks.iter().map(|block| block.link(name)).fold(Value::Known(Links::default()), join))
}
