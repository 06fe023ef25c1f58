//! Rows of Config → resources, with rows of our own: they must mean what the direct audit reads.

use serde_json::{Value as Json, json};

use super::row::Row;
use super::rows::Rows;
use super::{compute, data, edge, identity, network, storage};
use crate::collect::aws::context::{known_list, links};
use crate::collect::aws::document::required;
use crate::collect::aws::services::offline;
use crate::inventory::aws::{autoscaling, ec2, ecr, efs, iam, kms, rds, s3, sqs};
use crate::inventory::{Kind, Linked, Reason, Resource, Value};

pub(super) fn row(type_name: &str, id: &str, configuration: &Json) -> Json {
    json!({
        "resourceType": type_name, "resourceId": id, "awsRegion": "eu-west-1", "accountId": "111122223333",
        "configuration": configuration, "supplementaryConfiguration": {}, "tags": [{"key": "team", "value": "web"}],
    })
}

fn read_without(rows: &[Json], missing: &[&'static str]) -> Vec<Resource> {
    let rows: Vec<Row> = rows.iter().map(|row| Row::parse(&row.to_string()).unwrap()).collect();
    let mut rows = Rows::of_rows(&rows);
    for type_name in missing {
        rows.miss(type_name, Reason::Unread("not recorded".to_owned()));
    }
    let context = offline("config", "eu-west-1");
    for collect in
        [network::collect, compute::collect, identity::collect, data::collect, storage::collect, edge::collect]
    {
        collect(&context, &rows);
    }
    context.finish().resources
}

pub(super) fn read(rows: &[Json]) -> Vec<Resource> {
    read_without(rows, &[])
}

/// The attributes of the only resource of a kind.
pub(super) fn the<K: Kind + Clone>(resources: &[Resource]) -> K {
    let mut found = resources.iter().filter_map(|resource| K::attributes(&resource.attributes));
    let first = found.next().expect("a resource of the kind").clone();
    assert!(found.next().is_none());
    first
}

fn text(text: &str) -> Value<String> {
    Value::Known(text.to_owned())
}

#[test]
fn a_subnet_knows_its_table_and_a_vpc_its_main_one() {
    let table = row(
        "AWS::EC2::RouteTable",
        "rtb-1",
        &json!({
            "routeTableId": "rtb-1", "vpcId": "vpc-1",
            "associations": [{"main": true}, {"main": false, "subnetId": "subnet-1"}],
            "routes": [
                {"destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local", "state": "active"},
                {"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1", "state": "active"},
                {"destinationCidrBlock": "10.9.0.0/16", "state": "blackhole"},
            ],
        }),
    );
    let vpc = row(
        "AWS::EC2::VPC",
        "vpc-1",
        &json!({"vpcId": "vpc-1", "isDefault": false, "cidrBlock": "10.0.0.0/16", "ownerId": "111122223333"}),
    );
    let subnet = row(
        "AWS::EC2::Subnet",
        "subnet-1",
        &json!({"vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-west-1a", "ownerId": "999999999999",
                "mapPublicIpOnLaunch": true, "assignIpv6AddressOnCreation": false}),
    );
    let rows = [table, vpc, subnet];
    let found = read(&rows);
    let subnet: ec2::Subnet = the(&found);
    assert_eq!((subnet.vpc, subnet.route_tables), (links(["vpc-1"]), links(["rtb-1"])));
    assert!(subnet.map_public_ip_on_launch.is(&true) && subnet.managed_elsewhere);
    // Left out of the row: not told, and no default.
    assert!(subnet.default.reason().is_some());
    let vpc: ec2::Vpc = the(&found);
    assert_eq!(vpc.main_route_table, links(["rtb-1"]));
    assert!(vpc.default.is(&false) && !vpc.managed_elsewhere);
    let table: ec2::RouteTable = the(&found);
    let routes = table.routes.known().cloned().unwrap();
    assert!(table.main.is(&true) && routes.len() == 2, "{routes:?}");
    let open = routes.iter().find(|route| route.destination.is(&Some("0.0.0.0/0".to_owned()))).unwrap();
    assert_eq!((open.target_kind.clone(), open.target.clone()), (text("internet_gateway"), links(["igw-1"])));
    let hole = routes.iter().find(|route| route.active.is(&false)).unwrap();
    assert!(hole.target_kind.reason().is_some() && hole.target.reason().is_some());
    let vpc = found.iter().find(|resource| resource.kind() == "aws.ec2.vpc").unwrap();
    assert_eq!(&*vpc.id, "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1");
    assert_eq!(vpc.tags.known().unwrap().get("team"), Some(&text("web")));
    // Tables that are not recorded: nobody knows whether the subnet has one of its own.
    let alone: ec2::Subnet = the(&read_without(rows.get(2..).unwrap(), &["AWS::EC2::RouteTable"]));
    assert!(alone.route_tables.reason().is_some());
}

#[test]
fn gateways_addresses_and_interfaces_are_linked() {
    let found = read(&[
        row("AWS::EC2::InternetGateway", "igw-1", &json!({"attachments": [{"state": "available", "vpcId": "vpc-1"}]})),
        row("AWS::EC2::EIP", "eipalloc-1", &json!({"publicIp": "198.51.100.1", "instanceId": "i-1"})),
        row(
            "AWS::EC2::NatGateway",
            "nat-1",
            &json!({"subnetId": "subnet-1", "vpcId": "vpc-1", "connectivityType": "public", "state": {"value": "available"},
                    "natGatewayAddresses": [{"allocationId": "eipalloc-2"}]}),
        ),
        row("AWS::EC2::NatGateway", "nat-gone", &json!({"subnetId": "subnet-1", "state": "deleted"})),
        row(
            "AWS::EC2::NetworkInterface",
            "eni-1",
            &json!({"networkInterfaceId": "eni-1", "subnetId": "subnet-1", "interfaceType": "interface",
                    "groups": [{"groupId": "sg-1"}], "description": ""}),
        ),
        // The first interface of an instance is a part of it.
        row(
            "AWS::EC2::NetworkInterface",
            "eni-2",
            &json!({"networkInterfaceId": "eni-2", "subnetId": "subnet-1", "groups": [],
                    "attachment": {"instanceId": "i-1", "instanceOwnerId": "111122223333", "deviceIndex": 0}}),
        ),
    ]);
    assert_eq!(the::<ec2::InternetGateway>(&found).vpc, links(["vpc-1"]));
    let nat: ec2::NatGateway = the(&found);
    assert_eq!((nat.subnet, nat.elastic_ip, nat.vpc), (links(["subnet-1"]), links(["eipalloc-2"]), Linked::default()));
    let address: ec2::ElasticIp = the(&found);
    assert_eq!((address.instance, address.network_interface), (links(["i-1"]), Linked::default()));
    let interface: ec2::NetworkInterface = the(&found);
    assert_eq!((interface.subnet, interface.security_groups), (links(["subnet-1"]), links(["sg-1"])));
}

pub(super) fn group(id: &str, tag: Option<&str>) -> Json {
    let rule = json!({"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": ["0.0.0.0/0", "10.0.0.0/8"],
        "ipv4Ranges": [{"cidrIp": "0.0.0.0/0", "description": "all"}], "ipv6Ranges": [], "prefixListIds": [],
        "userIdGroupPairs": [{"groupId": id, "userId": "111122223333"}]});
    let mut row = row(
        "AWS::EC2::SecurityGroup",
        id,
        &json!({"groupId": id, "groupName": "default", "description": "d", "vpcId": "vpc-1", "ipPermissions": [rule]}),
    );
    if let Some(cluster) = tag {
        row["tags"] = json!([{"key": "aws:eks:cluster-name", "value": cluster}]);
    }
    row
}

#[test]
fn a_security_group_has_each_peer_once() {
    let group: ec2::SecurityGroup = the(&read(&[group("sg-1", None)]));
    let rules = group.ingress.known().cloned().unwrap();
    // Ranges stand twice in Config's document; the bare list may have more.
    assert_eq!(rules.len(), 3, "{rules:?}");
    let world = rules.iter().find(|rule| rule.ipv4_ranges == known_list(["0.0.0.0/0"])).unwrap();
    assert_eq!(
        (world.from_port.clone(), world.description.clone()),
        (Value::Known(Some(22)), Value::Known(Some("all".to_owned())))
    );
    assert_eq!(rules.iter().filter(|rule| rule.self_reference.is(&true)).count(), 1);
    assert!(group.default.is(&true) && group.egress.reason().is_some());
}

#[test]
fn an_instance_tells_its_volumes_and_what_is_left_out_is_unknown() {
    let instance = row(
        "AWS::EC2::Instance",
        "i-1",
        &json!({
            "instanceType": "t3.micro", "subnetId": "subnet-1", "state": {"name": "running"},
            "metadataOptions": {"httpTokens": "required", "httpEndpoint": "enabled"},
            "securityGroups": [{"groupId": "sg-1"}],
            "networkInterfaces": [{"networkInterfaceId": "eni-1", "subnetId": "subnet-1", "groups": [{"groupId": "sg-1"}],
                "association": {"publicIp": "198.51.100.1", "ipOwnerId": "amazon"}, "attachment": {"deviceIndex": 0}}],
            "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeId": "vol-1"}}],
        }),
    );
    let gone = row("AWS::EC2::Instance", "i-2", &json!({"state": {"name": "terminated"}}));
    let volume =
        row("AWS::EC2::Volume", "vol-1", &json!({"volumeId": "vol-1", "encrypted": true, "kmsKeyId": "arn:k"}));
    let read: ec2::Instance = the(&read(&[instance.clone(), gone, volume]));
    assert_eq!((read.subnet, read.security_groups), (links(["subnet-1"]), links(["sg-1"])));
    assert!(read.associate_public_ip_address.is(&Some(true)));
    assert!(read.metadata_options.http_tokens.is(&Some("required".to_owned())));
    assert!(read.metadata_options.http_put_response_hop_limit.reason().is_some());
    let devices = read.block_devices.known().cloned().unwrap();
    assert!(devices.iter().all(|device| device.encrypted.is(&Some(true)) && device.kms_key == links(["arn:k"])));
    let alone: ec2::Instance = the(&read_without(&[instance], &["AWS::EC2::Volume"]));
    assert!(alone.block_devices.known().unwrap().iter().all(|device| device.encrypted.reason().is_some()));
}

#[test]
fn a_launch_template_is_told_when_it_has_one_version_only() {
    let template = |latest: &str| {
        let data = json!({"ImageId": "ami-1", "MetadataOptions": {"HttpTokens": "optional"},
            "NetworkInterfaces": [{"AssociatePublicIpAddress": true, "Groups": ["sg-1"]}],
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": false}}]});
        let document = json!({"Id": "lt-1", "LaunchTemplateName": "web", "DefaultVersionNumber": "1",
            "LatestVersionNumber": latest, "LaunchTemplateData": data});
        the::<ec2::LaunchTemplate>(&read(&[row("AWS::EC2::LaunchTemplate", "lt-1", &document)]))
    };
    let told = template("1");
    assert!(told.image_id.is(&Some("ami-1".to_owned())));
    assert!(told.metadata_options.http_tokens.is(&Some("optional".to_owned())));
    assert!(told.block_devices.known().unwrap().iter().all(|device| device.encrypted.is(&Some(false))));
    assert!(template("2").image_id.reason().is_some() && template("2").block_devices.reason().is_some());
    let group = json!({"autoScalingGroupName": "web", "vpczoneIdentifier": "subnet-1,subnet-2", "minSize": 1, "maxSize": 3,
        "availabilityZones": ["eu-west-1a"], "targetGroupARNs": [], "launchTemplate": {"launchTemplateId": "lt-1"}});
    let group: autoscaling::Group = the(&read(&[row("AWS::AutoScaling::AutoScalingGroup", "web", &group)]));
    assert_eq!((group.subnets, group.launch_template), (links(["subnet-1", "subnet-2"]), links(["lt-1"])));
    assert!(group.min_size.is(&Some(1)) && group.target_groups.known().unwrap().is_absent());
}

const POLICY: &str = r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}"#;

#[test]
fn principals_are_read_with_encoded_documents() {
    let encoded = percent_encoding::utf8_percent_encode(POLICY, percent_encoding::NON_ALPHANUMERIC).to_string();
    let role = |path: &str| {
        json!({"arn": format!("arn:aws:iam::111122223333:role{path}app"), "roleName": "app", "path": path,
            "assumeRolePolicyDocument": encoded, "rolePolicyList": [{"policyName": "x", "policyDocument": encoded}],
            "attachedManagedPolicies": [{"policyArn": "arn:p", "policyName": "p"}],
            "instanceProfileList": [{"arn": "arn:profile", "instanceProfileName": "node"}]})
    };
    let policy = json!({"arn": "arn:p", "policyName": "p", "path": "/", "defaultVersionId": "v2", "policyVersionList": [
        {"versionId": "v1", "isDefaultVersion": false, "document": "no"},
        {"versionId": "v2", "isDefaultVersion": true, "document": encoded}]});
    let found = read(&[
        row("AWS::IAM::Role", "AROA1", &role("/")),
        row("AWS::IAM::Role", "AROA2", &role("/aws-service-role/x.amazonaws.com/")),
        row("AWS::IAM::Policy", "ANPA1", &policy),
        row("AWS::IAM::User", "AIDA1", &json!({"arn": "arn:ann", "userName": "ann", "groupList": ["devs"]})),
        row("AWS::IAM::Group", "AGPA1", &json!({"arn": "arn:devs", "groupName": "devs", "groupPolicyList": []})),
    ]);
    let read: iam::Role = the(&found);
    assert_eq!(read.trust_policy, required(POLICY));
    assert_eq!((read.attached_policies, read.path), (links(["arn:p"]), text("/")));
    assert_eq!(read.inline_policies.known().unwrap().len(), 1);
    assert_eq!(the::<iam::InstanceProfile>(&found).role, links(["arn:aws:iam::111122223333:role/app"]));
    assert_eq!(the::<iam::Policy>(&found).document, required(POLICY));
    let user: iam::User = the(&found);
    assert_eq!(user.groups, links(["devs"]));
    assert!(user.attached_policies.reason().is_some());
    // An answer leaves out what is null.
    assert!(user.permissions_boundary.known().unwrap().is_absent());
    let group: iam::Group = the(&found);
    assert!(group.inline_policies.known().unwrap().is_empty() && group.attached_policies.reason().is_some());
}

#[test]
fn a_bucket_is_read_from_the_documents_beside_it() {
    let grants = json!({"owner": {"id": "me"}, "grantList": [
        {"grantee": {"id": "me", "displayName": null}, "permission": "FullControl"},
        {"grantee": "AllUsers", "permission": "Read"}]});
    let mut bucket = row("AWS::S3::Bucket", "b", &json!({"name": "b"}));
    bucket["supplementaryConfiguration"] = json!({
        "AccessControlList": Json::String(grants.to_string()).to_string(),
        "BucketPolicy": {"policyText": null},
        "BucketVersioningConfiguration": {"status": "Off"},
        "BucketLoggingConfiguration": {"destinationBucketName": "logs"},
        "BucketLifecycleConfiguration": {"rules": [{"id": "x"}]},
        "BucketReplicationConfiguration": {"rules": {"r": {"destinationConfig": {"bucketARN": "arn:aws:s3:::copy"}}}},
        "PublicAccessBlockConfiguration": {"blockPublicAcls": true},
        "ServerSideEncryptionConfiguration": {"rules": [{"bucketKeyEnabled": true,
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyID": "arn:k"}}]},
    });
    let told: s3::Bucket = the(&read(&[bucket]));
    assert!(told.acl.is(&Some("public-read".to_owned())) && told.policy.is(&None) && told.versioning.is(&None));
    assert_eq!((told.logging_target, told.replication), (links(["logs"]), links(["arn:aws:s3:::copy"])));
    assert!(told.lifecycle.is(&true));
    let block = told.public_access_block.known().cloned().flatten().unwrap();
    assert!(block.block_public_acls.is(&true) && block.ignore_public_acls.reason().is_some());
    let encryption = told.encryption.known().cloned().flatten().unwrap();
    assert_eq!(
        (encryption.algorithm, encryption.kms_key),
        (Value::Known(Some("aws:kms".to_owned())), links(["arn:k"]))
    );
    let mut empty = row("AWS::S3::Bucket", "b", &json!({"name": "b"}));
    empty["supplementaryConfiguration"] = json!({"BucketPolicy": {}, "BucketLoggingConfiguration": {}});
    let empty: s3::Bucket = the(&read(&[empty]));
    assert!(empty.policy.is(&None) && empty.logging_target.known().unwrap().is_absent());
    let bare: s3::Bucket = the(&read(&[row("AWS::S3::Bucket", "b", &json!({"name": "b"}))]));
    assert!(bare.logging_target.reason().is_some());
    assert!(bare.encryption.reason().is_some() && bare.public_access_block.reason().is_some());
    assert!(bare.policy.reason().is_some() && bare.acl.reason().is_some() && bare.lifecycle.reason().is_some());
}

#[test]
fn databases_are_read_in_both_casings() {
    let instance = json!({"dBInstanceIdentifier": "orders", "dBInstanceArn": "arn:orders", "engine": "postgres",
        "dBSubnetGroup": {"dBSubnetGroupName": "main"}, "publiclyAccessible": true, "storageEncrypted": false,
        "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-1", "status": "active"}], "endpoint": {"port": 5432},
        "backupRetentionPeriod": 7, "multiAZ": false});
    let cluster = json!({"dbclusterIdentifier": "main", "dbclusterArn": "arn:main", "engine": "aurora-postgresql",
        "engineMode": "provisioned", "dbsubnetGroup": "main", "storageEncrypted": true, "port": 5432,
        "vpcSecurityGroups": [], "deletionProtection": true, "backupRetentionPeriod": 1});
    let subnets = json!({"dBSubnetGroupName": "main", "subnets": [{"subnetIdentifier": "subnet-1"}]});
    let found = read(&[
        row("AWS::RDS::DBInstance", "db-1", &instance),
        row("AWS::RDS::DBInstance", "db-2", &json!({"dBInstanceIdentifier": "graph", "engine": "neptune"})),
        row("AWS::RDS::DBCluster", "cluster-1", &cluster),
        row("AWS::RDS::DBSubnetGroup", "main", &subnets),
    ]);
    let told: rds::Instance = the(&found);
    assert!(told.publicly_accessible.is(&Some(true)) && told.storage_encrypted.is(&Some(false)));
    assert_eq!(told.subnet_group, links(["arn:aws:rds:eu-west-1:111122223333:subgrp:main"]));
    assert!(told.port.is(&Some(5432)) && told.backup_retention_period.is(&Some(7)));
    assert!(told.deletion_protection.reason().is_some() && told.parameter_group.reason().is_some());
    let told: rds::Cluster = the(&found);
    assert!(told.deletion_protection.is(&true) && told.storage_encrypted.is(&Some(true)));
    assert!(told.instance_class.is(&None) && told.global_cluster.reason().is_some());
    assert_eq!(the::<rds::SubnetGroup>(&found).subnets, links(["subnet-1"]));
}

#[test]
fn keys_queues_repositories_and_file_systems_tell_their_policies_or_nothing() {
    let key = |manager: &str, rotates: Option<bool>| {
        let document = json!({"keyId": "k", "arn": "arn:k", "keyManager": manager, "keyState": "Enabled", "enabled": true,
            "keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "origin": "AWS_KMS"});
        let mut row = row("AWS::KMS::Key", "k", &document);
        row["supplementaryConfiguration"] = json!({"KeyRotationStatus": rotates, "Policy": POLICY});
        the::<kms::Key>(&read(&[row]))
    };
    let own = key("CUSTOMER", Some(false));
    assert!(own.enabled.is(&true) && own.rotation.is(&false) && own.deletion_window_in_days.is(&None));
    assert_eq!(own.policy, required(POLICY).map(Some));
    assert!(own.aliases.reason().is_some() && own.multi_region.reason().is_some());
    assert!(key("CUSTOMER", None).rotation.reason().is_some() && key("AWS", None).rotation.is(&true));
    // Answers leave its name and its URL out of its document.
    let mut queue = row("AWS::SQS::Queue", "https://q/jobs", &json!({"QueueArn": "arn:q", "Policy": POLICY}));
    queue["resourceName"] = json!("jobs");
    let found = read(&[
        queue,
        row("AWS::ECR::Repository", "app", &json!({"RepositoryName": "app", "Arn": "arn:r"})),
        row(
            "AWS::EFS::FileSystem",
            "fs-1",
            &json!({"FileSystemId": "fs-1", "Encrypted": true,
            "KmsKeyId": "arn:k", "BackupPolicy": {"Status": "DISABLED"}}),
        ),
    ]);
    assert_eq!(the::<sqs::Queue>(&found).policy, required(POLICY).map(Some));
    let queue = found.iter().find(|resource| resource.kind() == "aws.sqs.queue").unwrap();
    assert_eq!(queue.identifiers, ["arn:q", "https://q/jobs", "jobs"]);
    assert!(the::<ecr::Repository>(&found).policy.reason().is_some());
    let system: efs::FileSystem = the(&found);
    assert!(system.encrypted.is(&true) && system.backup.is(&false) && system.policy.reason().is_some());
}
