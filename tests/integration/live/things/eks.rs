//! Clusters and what belongs to them.

use serde_json::json;

use crate::live::server::state::State;

pub(super) fn all(state: &mut State, account: &str, region: &str) {
    let arn = |rest: &str| format!("arn:aws:eks:{region}:{account}:{rest}");
    let role = format!("arn:aws:iam::{account}:role/app");
    state
        .at(account, region)
        .list("EKS.ListClusters", "clusters", json!("main"))
        .detail(
            "EKS.DescribeCluster",
            "main",
            json!({"cluster": {
                "name": "main", "arn": arn("cluster/main"), "version": "1.33", "roleArn": role,
                "resourcesVpcConfig": {
                    "subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"], "clusterSecurityGroupId": "sg-2",
                    "endpointPublicAccess": false, "endpointPrivateAccess": true, "publicAccessCidrs": [],
                },
                "identity": {"oidc": {"issuer": format!("https://oidc.eks.{region}.amazonaws.com/id/A1")}},
                "logging": {"clusterLogging": [{"types": ["api", "audit"], "enabled": true}]},
                "tags": {"team": "data"},
            }}),
        )
        .list_of("EKS.ListNodegroups", "main", "nodegroups", json!("nodes-1"))
        .detail(
            "EKS.DescribeNodegroup",
            "nodes-1",
            json!({"nodegroup": {
                "nodegroupName": "nodes-1", "clusterName": "main", "nodegroupArn": arn("nodegroup/main/nodes-1/a"),
                "nodeRole": role, "subnets": ["subnet-1"], "amiType": "AL2023_x86_64_STANDARD",
                "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 2}, "capacityType": "ON_DEMAND",
            }}),
        )
        .list_of("EKS.ListAddons", "main", "addons", json!("vpc-cni"))
        .detail(
            "EKS.DescribeAddon",
            "vpc-cni",
            json!({"addon": {"addonName": "vpc-cni", "clusterName": "main", "addonArn": arn("addon/main/vpc-cni/a")}}),
        )
        .list_of("EKS.ListFargateProfiles", "main", "fargateProfileNames", json!("fargate-1"))
        .detail(
            "EKS.DescribeFargateProfile",
            "fargate-1",
            json!({"fargateProfile": {
                "fargateProfileName": "fargate-1", "clusterName": "main", "subnets": ["subnet-1"],
                "fargateProfileArn": arn("fargateprofile/main/fargate-1/a"), "podExecutionRoleArn": role,
            }}),
        )
        .list_of(
            "EKS.ListPodIdentityAssociations",
            "main",
            "associations",
            json!({
                "clusterName": "main", "associationId": "a-1", "namespace": "default", "serviceAccount": "app",
                "associationArn": arn("podidentityassociation/main/a-1"),
            }),
        )
        .detail(
            "EKS.DescribePodIdentityAssociation",
            "a-1",
            json!({"association": {"associationId": "a-1", "clusterName": "main", "roleArn": role}}),
        );
}
