//! RDS, `ElastiCache` and EFS: Terraform types → kinds.

mod caches;
mod database_groups;
mod databases;
mod file_systems;

use super::{OwnerType, PartType, Types};

pub(super) const TYPES: Types = Types {
    owners: &[
        OwnerType { types: &["aws_db_instance"], map: databases::instance },
        OwnerType { types: &["aws_rds_cluster_instance"], map: databases::member },
        OwnerType { types: &["aws_rds_cluster"], map: databases::cluster },
        OwnerType { types: &["aws_rds_global_cluster"], map: databases::global_cluster },
        OwnerType { types: &["aws_db_parameter_group"], map: database_groups::instance_parameters },
        OwnerType { types: &["aws_rds_cluster_parameter_group"], map: database_groups::cluster_parameters },
        OwnerType { types: &["aws_db_subnet_group"], map: database_groups::subnets },
        OwnerType { types: &["aws_db_proxy"], map: database_groups::proxy },
        OwnerType { types: &["aws_elasticache_cluster"], map: caches::cluster },
        OwnerType { types: &["aws_elasticache_replication_group"], map: caches::replication_group },
        OwnerType { types: &["aws_elasticache_subnet_group"], map: caches::subnets },
        OwnerType { types: &["aws_efs_file_system"], map: file_systems::file_system },
        OwnerType { types: &["aws_efs_mount_target"], map: file_systems::mount_target },
    ],
    parts: &[
        PartType {
            types: &["aws_db_proxy_target"],
            owners: &["aws.rds.proxy"],
            owner: "db_proxy_name",
            path: &["targets"],
            join: database_groups::proxy_target,
            outside: None,
        },
        PartType {
            types: &["aws_efs_file_system_policy"],
            owners: &["aws.efs.file_system"],
            owner: "file_system_id",
            path: &["policy"],
            join: file_systems::policy,
            outside: Some(file_systems::outside),
        },
        PartType {
            types: &["aws_efs_backup_policy"],
            owners: &["aws.efs.file_system"],
            owner: "file_system_id",
            path: &["backup"],
            join: file_systems::backup,
            outside: None,
        },
    ],
    // The default target group of a proxy has the proxy's name.
    aliases: &[("aws_db_proxy_default_target_group", "db_proxy_name")],
};
