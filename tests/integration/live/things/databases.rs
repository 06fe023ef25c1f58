//! Databases, caches and file systems.

use serde_json::json;

use super::{policy, tags};
use crate::live::server::state::State;

pub(super) fn all(state: &mut State, account: &str, region: &str) {
    relational(state, account, region);
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:{region}:{account}:{rest}");
    let (group, cache) = (arn("elasticache", "replicationgroup:sessions"), arn("elasticache", "cluster:pages"));
    let mut place = state.at(account, region);
    place
        .list(
            "ElastiCache.DescribeReplicationGroups",
            "ReplicationGroups/ReplicationGroup",
            json!({
                "ReplicationGroupId": "sessions", "ARN": group, "Status": "available", "Engine": "redis",
                "AtRestEncryptionEnabled": true, "TransitEncryptionEnabled": true,
            }),
        )
        .list(
            "ElastiCache.DescribeCacheClusters",
            "CacheClusters/CacheCluster",
            json!({
                "CacheClusterId": "sessions-001", "ReplicationGroupId": "sessions", "Engine": "redis",
                "CacheSubnetGroupName": "caches", "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}],
            }),
        )
        .list(
            "ElastiCache.DescribeCacheClusters",
            "CacheClusters/CacheCluster",
            json!({
                "CacheClusterId": "pages", "ARN": cache, "Engine": "memcached", "CacheSubnetGroupName": "caches",
                "SecurityGroups": [{"SecurityGroupId": "sg-1", "Status": "active"}],
            }),
        )
        .list(
            "ElastiCache.DescribeCacheSubnetGroups",
            "CacheSubnetGroups/CacheSubnetGroup",
            json!({"CacheSubnetGroupName": "caches", "Subnets/Subnet": [{"SubnetIdentifier": "subnet-1"}]}),
        );
    for thing in [&group, &cache] {
        place.detail("ElastiCache.ListTagsForResource", thing, json!({"TagList/Tag": tags()}));
    }
    place
        .list(
            "EFS.DescribeFileSystems",
            "FileSystems",
            json!({
                "FileSystemId": "fs-1", "FileSystemArn": arn("elasticfilesystem", "file-system/fs-1"), "OwnerId": account,
                "CreationToken": "one", "CreationTime": 1.7e9, "LifeCycleState": "available", "NumberOfMountTargets": 1,
                "SizeInBytes": {"Value": 1}, "PerformanceMode": "generalPurpose", "Encrypted": true, "Tags": tags(),
            }),
        )
        .detail("EFS.DescribeFileSystemPolicy", "fs-1", json!({"FileSystemId": "fs-1", "Policy": policy(account)}))
        .detail("EFS.DescribeBackupPolicy", "fs-1", json!({"BackupPolicy": {"Status": "ENABLED"}}))
        .list_of(
            "EFS.DescribeMountTargets",
            "fs-1",
            "MountTargets",
            json!({"MountTargetId": "fsmt-1", "FileSystemId": "fs-1", "SubnetId": "subnet-1", "LifeCycleState": "available"}),
        )
        .detail("EFS.DescribeMountTargetSecurityGroups", "fsmt-1", json!({"SecurityGroups": ["sg-1"]}));
}

fn relational(state: &mut State, account: &str, region: &str) {
    let arn = |rest: &str| format!("arn:aws:rds:{region}:{account}:{rest}");
    let groups = json!([{"VpcSecurityGroupId": "sg-1", "Status": "active"}]);
    let proxy = arn("db-proxy:prx-1");
    let parameter = json!({"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"});
    state
        .at(account, region)
        .list(
            "RDS.DescribeDBInstances",
            "DBInstances/DBInstance",
            json!({
                "DBInstanceIdentifier": "orders", "DBInstanceArn": arn("db:orders"), "DbiResourceId": "db-1",
                "Engine": "postgres", "EngineVersion": "17.4", "DBInstanceClass": "db.t4g.micro", "MultiAZ": true,
                "StorageEncrypted": true, "PubliclyAccessible": false, "DeletionProtection": true,
                "DBSubnetGroup": {"DBSubnetGroupName": "databases"}, "BackupRetentionPeriod": 7,
                "VpcSecurityGroups/VpcSecurityGroupMembership": groups, "TagList/Tag": tags(),
                "DBParameterGroups/DBParameterGroup": [{"DBParameterGroupName": "own", "ParameterApplyStatus": "in-sync"}],
            }),
        )
        .list(
            "RDS.DescribeDBClusters",
            "DBClusters/DBCluster",
            json!({
                "DBClusterIdentifier": "ledger", "DBClusterArn": arn("cluster:ledger"), "Engine": "aurora-postgresql",
                "EngineMode": "provisioned", "StorageEncrypted": true, "DBSubnetGroup": "databases",
                "DBClusterParameterGroup": "own-clusters", "BackupRetentionPeriod": 7,
                "VpcSecurityGroups/VpcSecurityGroupMembership": groups, "TagList/Tag": tags(),
            }),
        )
        .list(
            "RDS.DescribeGlobalClusters",
            "GlobalClusters/GlobalClusterMember",
            json!({
                "GlobalClusterIdentifier": format!("world-{region}"), "Engine": "aurora-postgresql", "StorageEncrypted": true,
                "GlobalClusterArn": format!("arn:aws:rds::{account}:global-cluster:world-{region}"),
                "GlobalClusterMembers/GlobalClusterMember": [{"DBClusterArn": arn("cluster:ledger"), "IsWriter": true}],
            }),
        )
        .list(
            "RDS.DescribeDBSubnetGroups",
            "DBSubnetGroups/DBSubnetGroup",
            json!({"DBSubnetGroupName": "databases", "Subnets/Subnet": [{"SubnetIdentifier": "subnet-1"}]}),
        )
        .list(
            "RDS.DescribeDBParameterGroups",
            "DBParameterGroups/DBParameterGroup",
            json!({"DBParameterGroupName": "own", "DBParameterGroupFamily": "postgres17"}),
        )
        .list(
            "RDS.DescribeDBClusterParameterGroups",
            "DBClusterParameterGroups/DBClusterParameterGroup",
            json!({"DBClusterParameterGroupName": "own-clusters", "DBParameterGroupFamily": "aurora-postgresql16"}),
        )
        .list_of("RDS.DescribeDBParameters", "own", "Parameters/Parameter", parameter.clone())
        .list_of("RDS.DescribeDBClusterParameters", "own-clusters", "Parameters/Parameter", parameter)
        .list(
            "RDS.DescribeDBProxies",
            "DBProxies",
            json!({
                "DBProxyName": "front", "DBProxyArn": proxy, "EngineFamily": "POSTGRESQL", "RequireTLS": true,
                "Status": "available", "VpcSubnetIds": ["subnet-1"], "VpcSecurityGroupIds": ["sg-1"],
            }),
        )
        .list_of(
            "RDS.DescribeDBProxyTargets",
            "front",
            "Targets",
            json!({"RdsResourceId": "orders", "Type": "RDS_INSTANCE", "Endpoint": "orders.example.com"}),
        )
        .detail("RDS.ListTagsForResource", &proxy, json!({"TagList/Tag": tags()}));
}
