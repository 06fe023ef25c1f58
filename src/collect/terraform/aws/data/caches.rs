//! `ElastiCache`: clusters, replication groups, subnet groups.

use super::super::Mapped;
use super::databases::names;
use crate::collect::terraform::block::Block;
use crate::inventory::aws::elasticache::{Cluster, ReplicationGroup, SubnetGroup};
use crate::inventory::{Kind as _, Value};

pub(super) fn cluster(block: &Block<'_>) -> Mapped {
    Mapped {
        name: block.string("cluster_id"),
        identifiers: names(block, &["cluster_id"]),
        attributes: Cluster {
            engine: block.string("engine"),
            replication_group: block.link("replication_group_id"),
            subnet_group: block.link("subnet_group_name"),
            security_groups: block.links("security_group_ids"),
        }
        .into_attributes(),
    }
}

pub(super) fn replication_group(block: &Block<'_>) -> Mapped {
    let engine = block.string_or("engine", "redis");
    // Valkey is encrypted at rest unless it is turned off, Redis only when it is turned on.
    let at_rest_encryption = match block.boolean("at_rest_encryption_enabled") {
        Value::Known(None) => engine.as_ref().map(|engine| engine.eq_ignore_ascii_case("valkey")),
        Value::Known(Some(set)) => Value::Known(set),
        Value::Unknown(reason) => Value::Unknown(reason),
    };
    Mapped {
        name: block.string("replication_group_id"),
        identifiers: names(block, &["replication_group_id"]),
        attributes: ReplicationGroup {
            engine: engine.map(Some),
            subnet_group: block.link("subnet_group_name"),
            security_groups: block.links("security_group_ids"),
            at_rest_encryption,
            transit_encryption: block.boolean_or("transit_encryption_enabled", false),
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
