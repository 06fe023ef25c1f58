//! Networks and machines.

use serde_json::json;

use super::MARKER;
use crate::live::server::state::State;

fn tag_set() -> serde_json::Value {
    json!([{"key": "team", "value": "data"}])
}

/// Adds a subnet.
pub(in crate::live) fn subnet(state: &mut State, account: &str, region: &str, id: &str) {
    let subnet = json!({
        "subnetId": id, "vpcId": "vpc-1", "cidrBlock": "10.0.1.0/24", "availabilityZone": format!("{region}a"),
        "ownerId": account, "state": "available", "defaultForAz": false, "mapPublicIpOnLaunch": false,
        "subnetArn": format!("arn:aws:ec2:{region}:{account}:subnet/{id}"), "tagSet": tag_set(),
    });
    state.at(account, region).list("EC2.DescribeSubnets", "subnetSet", subnet);
}

/// Adds a VPC with a subnet, routes, gateways and a security group.
fn network(state: &mut State, account: &str, region: &str) {
    subnet(state, account, region, "subnet-1");
    state
        .at(account, region)
        .list(
            "EC2.DescribeVpcs",
            "vpcSet",
            json!({"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/16", "ownerId": account, "isDefault": false, "tagSet": tag_set()}),
        )
        .list(
            "EC2.DescribeRouteTables",
            "routeTableSet",
            json!({
                "routeTableId": "rtb-1", "vpcId": "vpc-1", "ownerId": account, "tagSet": tag_set(),
                "routeSet": [
                    {"destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local", "state": "active"},
                    {"destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1", "state": "active"},
                    {"destinationPrefixListId": "pl-1", "gatewayId": "vpce-1", "state": "active"},
                ],
                "associationSet": [
                    {"routeTableAssociationId": "rtbassoc-1", "main": true, "associationState": {"state": "associated"}},
                    {"routeTableAssociationId": "rtbassoc-2", "main": false, "subnetId": "subnet-1",
                     "associationState": {"state": "associated"}},
                ],
            }),
        )
        .list(
            "EC2.DescribeInternetGateways",
            "internetGatewaySet",
            json!({"internetGatewayId": "igw-1", "attachmentSet": [{"vpcId": "vpc-1", "state": "available"}]}),
        )
        .list(
            "EC2.DescribeEgressOnlyInternetGateways",
            "egressOnlyInternetGatewaySet",
            json!({"egressOnlyInternetGatewayId": "eigw-1", "attachmentSet": [{"vpcId": "vpc-1", "state": "attached"}]}),
        )
        .list(
            "EC2.DescribeNatGateways",
            "natGatewaySet",
            json!({
                "natGatewayId": "nat-1", "vpcId": "vpc-1", "subnetId": "subnet-1", "state": "available",
                "connectivityType": "public", "natGatewayAddressSet": [{"allocationId": "eipalloc-1"}],
            }),
        )
        .list(
            "EC2.DescribeAddresses",
            "addressesSet",
            json!({"allocationId": "eipalloc-1", "publicIp": "198.51.100.1", "domain": "vpc"}),
        )
        .list(
            "EC2.DescribeSecurityGroups",
            "securityGroupInfo",
            json!({
                "groupId": "sg-1", "groupName": "web", "groupDescription": "Web", "vpcId": "vpc-1", "ownerId": account,
                "ipPermissions": [{
                    "ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
                    "ipRanges": [{"cidrIp": "10.0.0.0/8"}], "prefixListIds": [{"prefixListId": "pl-1"}],
                }],
                "ipPermissionsEgress": [{"ipProtocol": "-1", "groups": [{"groupId": "sg-1", "userId": account}]}],
            }),
        );
}

/// Adds a network, and one of everything that stands in it.
pub(super) fn all(state: &mut State, account: &str, region: &str) {
    network(state, account, region);
    state
        .at(account, region)
        .list(
            "EC2.DescribeManagedPrefixLists",
            "prefixListSet",
            json!({
                "prefixListId": "pl-1", "prefixListName": "offices", "ownerId": account, "state": "create-complete",
                "prefixListArn": format!("arn:aws:ec2:{region}:{account}:prefix-list/pl-1"),
            }),
        )
        .list_of("EC2.GetManagedPrefixListEntries", "pl-1", "entrySet", json!({"cidr": "192.0.2.0/24"}))
        .list(
            "EC2.DescribeNetworkInterfaces",
            "networkInterfaceSet",
            json!({
                "networkInterfaceId": "eni-1", "subnetId": "subnet-1", "vpcId": "vpc-1", "status": "in-use",
                "interfaceType": "interface", "groupSet": [{"groupId": "sg-1"}], "description": "spare",
            }),
        )
        .list(
            "EC2.DescribeInstances",
            "reservationSet",
            json!({
                "reservationId": "r-1", "ownerId": account,
                "instancesSet": [{
                    "instanceId": "i-1", "instanceType": "t3.micro", "subnetId": "subnet-1", "vpcId": "vpc-1",
                    "instanceState": {"code": 16, "name": "running"},
                    "groupSet": [{"groupId": "sg-1"}],
                    "metadataOptions": {"httpTokens": "required", "httpEndpoint": "enabled", "httpPutResponseHopLimit": 1},
                    "blockDeviceMapping": [{"deviceName": "/dev/xvda", "ebs": {"volumeId": "vol-1"}}],
                    "iamInstanceProfile": {"arn": format!("arn:aws:iam::{account}:instance-profile/app")},
                    "tagSet": tag_set(),
                }],
            }),
        )
        .list("EC2.DescribeVolumes", "volumeSet", json!({"volumeId": "vol-1", "encrypted": true, "state": "in-use"}))
        .list(
            "EC2.DescribeLaunchTemplates",
            "launchTemplates",
            json!({"launchTemplateId": "lt-1", "launchTemplateName": "app", "defaultVersionNumber": 1}),
        )
        .list(
            "EC2.DescribeLaunchTemplateVersions",
            "launchTemplateVersionSet",
            json!({
                "launchTemplateId": "lt-1", "launchTemplateName": "app", "versionNumber": 1, "defaultVersion": true,
                "launchTemplateData": {"imageId": "ami-1", "instanceType": "t3.micro", "userData": MARKER},
            }),
        )
        .detail("EC2.GetInstanceMetadataDefaults", "", json!({"accountLevel": {"httpTokens": "required"}}));
}
