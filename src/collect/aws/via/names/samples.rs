//! What Config tells of each type, in our own words: the names are those of its schema, see `via.rs`, and of
//! items that were recorded. Every field is one that is read.

use serde_json::{Value as Json, json};

use crate::collect::aws::via::tests::row;

/// What Config tells of a type.
struct Sample {
    type_name: &'static str,
    /// Fields that the schema lists.
    listed: Json,
    /// Fields that it does not list, and that recorded items have.
    seen: Json,
    /// Fields that are in neither.
    guessed: Json,
    /// The documents beside its own.
    beside: Json,
}

fn sample(type_name: &'static str, listed: Json) -> Sample {
    Sample { type_name, listed, seen: json!({}), guessed: json!({}), beside: json!({}) }
}

const DOCUMENT: &str = "%7B%22Statement%22%3A%5B%5D%7D";
const PLAIN: &str = r#"{"Statement":[]}"#;
/// Another account.
const OWNER: &str = "999999999999";

fn network() -> Vec<Sample> {
    let permissions = json!([{"ipProtocol": "tcp", "fromPort": 1, "toPort": 2, "ipRanges": ["10.0.0.0/8", "192.0.2.0/24"],
        "ipv4Ranges": [{"cidrIp": "10.0.0.0/8", "description": "d"}],
        "ipv6Ranges": [{"cidrIpv6": "fc00::/7", "description": "d"}],
        "prefixListIds": [{"prefixListId": "pl-1", "description": "d"}],
        "userIdGroupPairs": [{"groupId": "sg-2", "description": "d"}]}]);
    let routes = json!([{"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1", "state": "blackhole"},
        {"destinationIpv6CidrBlock": "::/0", "egressOnlyInternetGatewayId": "eigw-1", "state": "blackhole"},
        {"destinationPrefixListId": "pl-1", "gatewayId": "vpce-1", "state": "blackhole"},
        {"destinationCidrBlock": "10.1.0.0/16", "vpcPeeringConnectionId": "pcx-1", "state": "blackhole"},
        {"destinationCidrBlock": "10.2.0.0/16", "networkInterfaceId": "eni-1", "state": "blackhole"},
        {"destinationCidrBlock": "10.3.0.0/16", "instanceId": "i-1", "state": "blackhole"}]);
    vec![
        Sample {
            seen: json!({"availabilityZoneId": "euw1-az1"}),
            ..sample(
                "AWS::EC2::Subnet",
                json!({"vpcId": "vpc-1", "defaultForAz": false, "cidrBlock": "10.0.0.0/24", "ownerId": OWNER,
                    "availabilityZone": "eu-west-1a", "mapPublicIpOnLaunch": false, "assignIpv6AddressOnCreation": false}),
            )
        },
        sample("AWS::EC2::VPC", json!({"isDefault": false, "cidrBlock": "10.0.0.0/16", "ownerId": OWNER})),
        sample(
            "AWS::EC2::RouteTable",
            json!({"routeTableId": "rtb-1", "vpcId": "id", "associations": [{"main": true}, {"subnetId": "id"}], "routes": routes}),
        ),
        sample(
            "AWS::EC2::InternetGateway",
            json!({"attachments": [{"vpcId": "vpc-1"}, {"state": "detaching", "vpcId": "vpc-2"}]}),
        ),
        sample(
            "AWS::EC2::NatGateway",
            json!({"state": {"value": "available"}, "subnetId": "subnet-1", "vpcId": "vpc-1", "connectivityType": "public",
                "natGatewayAddresses": [{"allocationId": "eipalloc-1"}]}),
        ),
        sample(
            "AWS::EC2::SecurityGroup",
            json!({"groupName": "web", "description": "d", "vpcId": "vpc-1",
                "ipPermissions": permissions, "ipPermissionsEgress": permissions}),
        ),
        sample(
            "AWS::EC2::EIP",
            json!({"publicIp": "198.51.100.1", "instanceId": "i-1", "networkInterfaceId": "eni-1"}),
        ),
        sample(
            "AWS::EC2::NetworkInterface",
            json!({"subnetId": "subnet-1", "interfaceType": "interface", "description": "d",
                "requesterManaged": false, "groups": [{"groupId": "sg-1"}], "attachment": {"instanceId": "i-9",
                "instanceOwnerId": "111122223333", "deviceIndex": 1, "deleteOnTermination": false, "status": "attached"}}),
        ),
    ]
}

fn compute() -> Vec<Sample> {
    let interfaces = json!([{"networkInterfaceId": "eni-3", "subnetId": "subnet-1", "attachment": {"deviceIndex": 0}},
        {"networkInterfaceId": "eni-4", "subnetId": "subnet-1", "attachment": {"deleteOnTermination": true}},
        {"networkInterfaceId": "eni-2", "groups": [{"groupId": "sg-3"}], "association": {"publicIp": "198.51.100.2"}}]);
    let data = json!({"ImageId": "ami-1", "InstanceType": "t3.micro", "SecurityGroupIds": ["sg-1"], "SecurityGroups": ["web"],
        "IamInstanceProfile": {"Arn": "arn:profile"},
        "NetworkInterfaces": [{"AssociatePublicIpAddress": false, "Groups": ["sg-1"], "SubnetId": "subnet-1"}],
        "MetadataOptions": {"HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": true, "KmsKeyId": "arn:k"}}]});
    let specification = json!({"launchTemplateId": "lt-1"});
    let other = json!({"launchTemplateName": "web"});
    vec![
        sample(
            "AWS::EC2::Instance",
            json!({"instanceType": "t3.micro", "subnetId": "subnet-1", "state": {"name": "running"}, "iamInstanceProfile": {"arn": "arn:profile"},
                "metadataOptions": {"httpTokens": "required", "httpEndpoint": "enabled", "httpPutResponseHopLimit": 1},
                "securityGroups": [{"groupId": "sg-1"}],
                "networkInterfaces": interfaces,
                "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"volumeId": "id"}}]}),
        ),
        sample("AWS::EC2::Volume", json!({"volumeId": "id", "encrypted": true, "kmsKeyId": "arn:k"})),
        sample(
            "AWS::EC2::LaunchTemplate",
            json!({"Id": "lt-1", "LaunchTemplateName": "web", "DefaultVersionNumber": "1", "LatestVersionNumber": "1",
                "LaunchTemplateData": data}),
        ),
        sample(
            "AWS::AutoScaling::AutoScalingGroup",
            json!({"autoScalingGroupName": "web", "autoScalingGroupARN": "arn:group", "vpczoneIdentifier": "subnet-1",
                "availabilityZones": [{"value": "eu-west-1a"}], "minSize": 1, "maxSize": 2, "targetGroupARNs": ["arn:t"],
                "mixedInstancesPolicy": {"launchTemplate": {"launchTemplateSpecification": specification,
                    "overrides": [{"launchTemplateSpecification": other}]}}}),
        ),
    ]
}

fn identity() -> Vec<Sample> {
    let attached = json!([{"policyArn": "arn:p"}]);
    // Documents are not listed, since they cannot be searched.
    let inline = json!([{"policyName": "x", "policyDocument": DOCUMENT}]);
    let boundary = json!({"permissionsBoundaryArn": "arn:b"});
    let version = json!([{"isDefaultVersion": true, "document": DOCUMENT}]);
    vec![
        Sample {
            seen: json!({"assumeRolePolicyDocument": DOCUMENT, "rolePolicyList": inline}),
            ..sample(
                "AWS::IAM::Role",
                json!({"arn": "arn:aws:iam::111122223333:role/app", "roleName": "app", "path": "/p/",
                    "attachedManagedPolicies": attached, "permissionsBoundary": boundary,
                    "instanceProfileList": [{"arn": "arn:profile", "instanceProfileName": "app"}]}),
            )
        },
        Sample {
            seen: json!({"userPolicyList": inline, "permissionsBoundary": boundary}),
            ..sample(
                "AWS::IAM::User",
                json!({"arn": "arn:u", "userName": "u", "groupList": ["g"], "attachedManagedPolicies": attached}),
            )
        },
        Sample {
            seen: json!({"groupPolicyList": inline}),
            ..sample("AWS::IAM::Group", json!({"arn": "arn:g", "groupName": "g", "attachedManagedPolicies": attached}))
        },
        Sample {
            seen: json!({"policyVersionList": version}),
            ..sample("AWS::IAM::Policy", json!({"arn": "arn:p", "policyName": "p", "path": "/p/"}))
        },
    ]
}

fn data() -> Vec<Sample> {
    let groups = json!([{"vpcSecurityGroupId": "sg-1"}, {"vpcSecurityGroupId": "sg-2", "status": "removing"}]);
    let instance = json!({"dBInstanceIdentifier": "a", "dBInstanceArn": "arn:i", "dbiResourceId": "db-1", "engine": "mysql",
        "engineVersion": "8.4", "dBInstanceClass": "db.m7g.large", "storageEncrypted": true, "kmsKeyId": "arn:k",
        "dBSubnetGroup": {"dBSubnetGroupName": "main"}, "vpcSecurityGroups": groups, "endpoint": {"port": 3306},
        "dBParameterGroups": [{"dBParameterGroupName": "pg"}], "backupRetentionPeriod": 7, "multiAZ": true,
        "publiclyAccessible": false, "autoMinorVersionUpgrade": true, "iAMDatabaseAuthenticationEnabled": true,
        "readReplicaSourceDBInstanceIdentifier": "source", "enabledCloudwatchLogsExports": ["error"]});
    let cluster = json!({"dbclusterIdentifier": "c", "dbclusterArn": "arn:c", "dbClusterResourceId": "cluster-1",
        "engine": "aurora-mysql", "engineMode": "provisioned", "engineVersion": "8.0", "storageEncrypted": true,
        "kmsKeyId": "arn:k", "dbsubnetGroup": "main", "vpcSecurityGroups": groups, "dbclusterParameterGroup": "pg",
        "port": 3306, "backupRetentionPeriod": 7, "deletionProtection": true, "replicationSourceIdentifier": "arn:s"});
    vec![
        Sample { guessed: json!({"deletionProtection": true}), ..sample("AWS::RDS::DBInstance", instance) },
        Sample { guessed: json!({"globalClusterIdentifier": "g"}), ..sample("AWS::RDS::DBCluster", cluster) },
        sample(
            "AWS::RDS::DBSubnetGroup",
            json!({"dBSubnetGroupName": "main", "subnets": [{"subnetIdentifier": "subnet-1"}]}),
        ),
        Sample {
            seen: json!({"keySpec": "RSA_2048", "multiRegion": false}),
            beside: json!({"KeyRotationStatus": true, "Policy": PLAIN}),
            ..sample(
                "AWS::KMS::Key",
                json!({"keyId": "k", "arn": "arn:k", "keyManager": "CUSTOMER", "keyState": "Enabled", "enabled": true,
                    "keyUsage": "ENCRYPT_DECRYPT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "origin": "AWS_KMS"}),
            )
        },
        Sample {
            seen: json!({"Policy": PLAIN}),
            ..sample("AWS::SQS::Queue", json!({"QueueArn": "arn:q", "QueueName": "q", "QueueUrl": "https://q"}))
        },
        Sample {
            guessed: json!({"FileSystemPolicy": {"Statement": {"Effect": "Deny", "Principal": "*"}}}),
            ..sample(
                "AWS::EFS::FileSystem",
                json!({"FileSystemId": "fs-1", "Arn": "arn:f", "Encrypted": true, "KmsKeyId": "arn:k",
                    "BackupPolicy": {"Status": "ENABLED"}}),
            )
        },
        Sample {
            guessed: json!({"RepositoryPolicyText": {"Statement": {"Effect": "Deny", "Principal": "*"}}}),
            ..sample("AWS::ECR::Repository", json!({"RepositoryName": "r", "Arn": "arn:r"}))
        },
        Sample { beside: bucket(), ..sample("AWS::S3::Bucket", json!({"name": "b"})) },
    ]
}

/// The documents beside a bucket. The list of grants, the text of the policy and that replication rules stand
/// by their names were seen; what such a rule holds is guessed.
fn bucket() -> Json {
    let grants = json!({"grantList": [{"grantee": {"id": "me"}, "permission": "FullControl"}], "owner": {"id": "me"}});
    json!({
        "AccessControlList": grants.to_string(),
        "BucketPolicy": {"policyText": PLAIN},
        "BucketVersioningConfiguration": {"status": "Enabled"},
        "BucketLoggingConfiguration": {"destinationBucketName": "logs"},
        "BucketLifecycleConfiguration": {"rules": [{}]},
        "BucketReplicationConfiguration": {"rules": {"r": {"destinationConfig": {"bucketARN": "arn:aws:s3:::copy"}}}},
        "PublicAccessBlockConfiguration": {"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true,
            "restrictPublicBuckets": true},
        "ServerSideEncryptionConfiguration": {"rules": [{"bucketKeyEnabled": true,
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyID": "arn:k"}}]},
    })
}

fn edge() -> Vec<Sample> {
    let vpc = json!({"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"], "EndpointPublicAccess": false,
        "EndpointPrivateAccess": true, "PublicAccessCidrs": ["10.0.0.0/8"]});
    vec![
        Sample {
            guessed: json!({"AccessConfig": {"AuthenticationMode": "API"}, "ComputeConfig": {"Enabled": false}}),
            ..sample(
                "AWS::EKS::Cluster",
                json!({"Name": "main", "Arn": "arn:eks", "Version": "1.33", "RoleArn": "arn:role", "ResourcesVpcConfig": vpc,
                    "OpenIdConnectIssuerUrl": "https://oidc.eks/id/1",
                    "EncryptionConfig": [{"Provider": {"KeyArn": "arn:k"}}],
                    "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}]}}}),
            )
        },
        Sample {
            beside: json!({"LoadBalancerAttributes": [{"key": "access_logs.s3.enabled", "value": "true"}]}),
            ..sample(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                json!({"loadBalancerArn": "arn:lb", "loadBalancerName": "web", "scheme": "internal", "type": "application",
                    "availabilityZones": [{"subnetId": "subnet-1"}], "securityGroups": [{"value": "sg-1"}]}),
            )
        },
    ]
}

/// Every sample as a row; what is guessed only if asked for.
pub(super) fn rows(guessed: bool) -> Vec<Json> {
    let all = [network(), compute(), identity(), data(), edge()].into_iter().flatten();
    let mut rows: Vec<Json> = all
        .map(|sample| {
            let mut document = sample.listed;
            let more = [Some(sample.seen), guessed.then_some(sample.guessed)];
            for (key, value) in more.iter().flatten().filter_map(Json::as_object).flatten() {
                document[key] = value.clone();
            }
            let mut row = row(sample.type_name, "id", &document);
            row["supplementaryConfiguration"] = sample.beside;
            row
        })
        .collect();
    // The group that EKS made for the cluster.
    let mut group = rows.iter().find(|row| row["resourceType"] == "AWS::EC2::SecurityGroup").unwrap().clone();
    group["resourceId"] = json!("sg-eks");
    group["configuration"]["groupId"] = json!("sg-eks");
    group["tags"] = json!([{"key": "aws:eks:cluster-name", "value": "main"}]);
    rows.push(group);
    rows
}
