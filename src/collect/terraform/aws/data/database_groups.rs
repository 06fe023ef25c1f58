//! What several databases share: parameter groups, subnet groups, proxies.

use super::super::{Belongs, Mapped};
use super::databases::names;
use crate::collect::terraform::block::Block;
use crate::inventory::aws::rds::{Parameter, ParameterGroup, Proxy, SubnetGroup};
use crate::inventory::link::join;
use crate::inventory::{Attributes, Kind as _, Value};

pub(super) fn instance_parameters(block: &Block<'_>) -> Mapped {
    parameters(block, false)
}

pub(super) fn cluster_parameters(block: &Block<'_>) -> Mapped {
    parameters(block, true)
}

fn parameters(block: &Block<'_>, cluster: bool) -> Mapped {
    let parameter = |one: &Block<'_>| Parameter { name: one.string_or("name", ""), value: one.string_or("value", "") };
    Mapped {
        name: block.string("name"),
        identifiers: names(block, &["name"]),
        attributes: ParameterGroup {
            family: block.string("family"),
            cluster: Value::Known(cluster),
            parameters: block.blocks("parameter").map(|all| all.iter().map(parameter).collect()),
            defaults: Value::Known(Vec::new()),
        }
        .into_attributes(),
    }
}

pub(super) fn subnets(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("name"),
        identifiers: names(block, &["name"]),
        attributes: SubnetGroup { subnets: block.links("subnet_ids") }.into_attributes(),
    }
}

pub(super) fn proxy(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("name"),
        identifiers: names(block, &["name"]),
        attributes: Proxy {
            require_tls: block.boolean_or("require_tls", false),
            subnets: block.links("vpc_subnet_ids"),
            security_groups: block.links("vpc_security_group_ids"),
            ..Proxy::default()
        }
        .into_attributes(),
    }
}

pub(super) fn proxy_target(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let Some(proxy) = Proxy::attributes_mut(owner) else {
        return;
    };
    let targets = match belongs {
        Belongs::Certainly => join(block.link("db_instance_identifier"), block.link("db_cluster_identifier")),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    proxy.targets = join(std::mem::take(&mut proxy.targets), targets);
}
