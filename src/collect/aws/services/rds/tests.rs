//! What the RDS API tells as kinds, and what becomes of it when it is related.

use aws_sdk_rds::types::{
    DbCluster, DbInstance, DbParameterGroupStatus, DbSubnetGroup, Endpoint, GlobalCluster, GlobalClusterMember,
    VpcSecurityGroupMembership,
};

use super::{databases, is_other_service};
use crate::collect::aws::context::{Context, Described};
use crate::collect::aws::services::offline;
use crate::inventory::aws::rds;
use crate::inventory::{Inventory, Kind, Linked, Links, Target, Value};
use crate::relate::relate;

fn literal(name: &str) -> Linked {
    Value::Known(Links::all([Target::Literal(name.to_owned())]))
}

fn context() -> Context {
    offline("rds", "us-east-1")
}

fn arn(rest: &str) -> String {
    context().arn("rds", rest)
}

fn instance() -> aws_sdk_rds::types::builders::DbInstanceBuilder {
    DbInstance::builder()
        .db_instance_identifier("main")
        .engine("postgres")
        .engine_version("16.3")
        .db_parameter_groups(DbParameterGroupStatus::builder().db_parameter_group_name("default.postgres16").build())
        .db_subnet_group(DbSubnetGroup::builder().db_subnet_group_name("dbs").build())
        .vpc_security_groups(member("sg-1", "active"))
        .vpc_security_groups(member("sg-2", "removing"))
}

fn member(id: &str, status: &str) -> VpcSecurityGroupMembership {
    VpcSecurityGroupMembership::builder().vpc_security_group_id(id).status(status).build()
}

#[test]
fn an_instance_has_the_defaults_of_rds_and_links_by_arn() {
    let endpoint = Endpoint::builder().port(5433).build();
    let described = databases::instance(&context(), &instance().endpoint(endpoint).db_instance_port(0).build());
    assert_eq!(described.arn, arn("db:main"));
    let told = described.attributes;
    assert_eq!(told.subnet_group, literal(&arn("subgrp:dbs")));
    assert_eq!(told.parameter_group, literal(&arn("pg:default.postgres16")));
    assert_eq!(told.security_groups, literal("sg-1"));
    assert!(told.cluster_member.is(&false) && told.cluster.is(&Links::default()));
    assert!(told.storage_encrypted.is(&Some(false)) && told.publicly_accessible.is(&Some(false)));
    assert!(told.auto_minor_version_upgrade.is(&true) && told.multi_az.is(&false));
    assert!(told.port.is(&Some(5433)));
}

#[test]
fn replicas_and_members_name_what_they_belong_to() {
    let of = |told: DbInstance| databases::instance(&context(), &told).attributes;
    let replica = of(instance().read_replica_source_db_instance_identifier("source").build());
    assert_eq!(replica.replica_of, literal(&arn("db:source")));
    let far = "arn:aws:rds:eu-west-1:111122223333:db:source";
    assert_eq!(of(instance().read_replica_source_db_instance_identifier(far).build()).replica_of, literal(far));
    let member = of(instance().db_cluster_identifier("shop").build());
    assert_eq!(member.cluster, literal(&arn("cluster:shop")));
    assert!(member.cluster_member.is(&true));
}

#[test]
fn a_global_database_counts_in_the_region_of_its_writer() {
    let of = |region: &str, writer| {
        let cluster = format!("arn:aws:rds:{region}:111122223333:cluster:shop");
        GlobalClusterMember::builder().db_cluster_arn(cluster).is_writer(writer).build()
    };
    let told = GlobalCluster::builder()
        .global_cluster_identifier("world")
        .global_cluster_members(of("eu-west-1", false))
        .global_cluster_members(of("us-east-1", true))
        .storage_encrypted(true)
        .build();
    assert_eq!(databases::region_of_writer(&told), Some("us-east-1"));
    let described = databases::global_cluster(&context(), &told);
    assert_eq!(described.arn, "arn:aws:rds::111122223333:global-cluster:world");
    assert_eq!(described.attributes.source_cluster, literal("arn:aws:rds:us-east-1:111122223333:cluster:shop"));
    assert_eq!(databases::region_of_writer(&GlobalCluster::builder().build()), None);
}

#[test]
fn other_services_that_answer_to_the_same_calls_are_left_out() {
    assert!(is_other_service(Some("neptune")) && is_other_service(Some("docdb")));
    assert!(!is_other_service(Some("aurora-postgresql")) && !is_other_service(None));
}

fn group(name: &str, cluster: bool, set: &[(&str, &str)], defaults: &[(&str, &str)]) -> Described<rds::ParameterGroup> {
    let parameters = |all: &[(&str, &str)]| {
        let known = |text: &str| Value::Known(text.to_owned());
        Value::Known(
            all.iter().map(|(name, value)| rds::Parameter { name: known(name), value: known(value) }).collect(),
        )
    };
    Described {
        arn: arn(&format!("{}:{name}", if cluster { "cluster-pg" } else { "pg" })),
        type_name: "AWS::RDS::DBParameterGroup",
        name: Some(name.to_owned()),
        identifiers: vec![name.to_owned()],
        tags: Value::default(),
        attributes: rds::ParameterGroup {
            family: Value::Known(Some(if cluster { "aurora-postgresql16" } else { "postgres16" }.to_owned())),
            cluster: Value::Known(cluster),
            parameters: parameters(set),
            defaults: parameters(defaults),
        },
    }
}

fn facts<'a, K: Kind>(inventory: &'a Inventory, id: &str) -> &'a K::Facts {
    inventory.facts_of::<K>(inventory.index_of(id).expect("the resource")).expect("of this kind")
}

#[test]
fn groups_of_one_name_for_instances_and_clusters_do_not_mix() {
    let context = context();
    let used = DbParameterGroupStatus::builder().db_parameter_group_name("shared").build();
    let own = instance().set_db_parameter_groups(Some(vec![used])).build();
    context.add(databases::instance(&context, &own));
    let cluster = DbCluster::builder()
        .db_cluster_identifier("main")
        .engine("aurora-postgresql")
        .engine_version("16.3")
        .db_cluster_parameter_group("shared")
        .storage_encrypted(true);
    context.add(databases::cluster(&context, &cluster.build()));
    context.add(group("shared", false, &[("rds.force_ssl", "1")], &[]));
    context.add(group("shared", true, &[], &[("rds.force_ssl", "0")]));
    let inventory = relate(context.finish().resources, Vec::new(), true);
    let tls = |value: &Value<Option<rds::TlsEnforcement>>| {
        let tls = value.known().cloned().flatten().expect("a parameter");
        (tls.explicit.known().copied(), tls.enforced.known().copied(), tls.groups)
    };
    let instance = facts::<rds::Instance>(&inventory, &arn("db:main"));
    assert_eq!(tls(&instance.tls), (Some(true), Some(true), vec![arn("pg:shared")]));
    assert!(instance.encrypted.is(&false) && instance.role.is(&"primary".to_owned()));
    let cluster = facts::<rds::Cluster>(&inventory, &arn("cluster:main"));
    assert_eq!(tls(&cluster.tls), (Some(false), Some(false), vec![arn("cluster-pg:shared")]));
    assert!(cluster.encrypted.is(&true) && cluster.topology.is(&"aurora".to_owned()));
}

#[test]
fn a_default_group_that_could_not_be_read_is_told_by_its_name() {
    let context = context();
    context.add(databases::instance(&context, &instance().build()));
    let inventory = relate(context.finish().resources, Vec::new(), true);
    let tls = facts::<rds::Instance>(&inventory, &arn("db:main")).tls.known().cloned().flatten().expect("a parameter");
    assert!(tls.explicit.is(&false) && tls.enforced.is(&true));
}
