//! Things of services that an audit asks little.

use serde_json::json;

use super::{MARKER, policy, tags};
use crate::live::server::state::State;

pub(super) fn all(state: &mut State, account: &str, region: &str) {
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:{region}:{account}:{rest}");
    let role = format!("arn:aws:iam::{account}:role/app");
    let certificate = arn("acm", "certificate/1");
    let function = arn("lambda", "function:work");
    let secret = arn("secretsmanager", "secret:db-AbCdEf");
    let table = arn("dynamodb", "table/orders");
    let repository = arn("ecr", "repository/app");
    let queue = format!("https://sqs.{region}.amazonaws.com/{account}/jobs");
    state
        .at(account, region)
        .list(
            "ACM.ListCertificates",
            "CertificateSummaryList",
            json!({"CertificateArn": certificate, "DomainName": "example.com", "Status": "ISSUED", "NotAfter": 4.0e9}),
        )
        .detail("ACM.ListTagsForCertificate", &certificate, json!({"Tags": tags()}))
        .list("DynamoDB.ListTables", "TableNames", json!("orders"))
        .detail("DynamoDB.GetResourcePolicy", &table, json!({"Policy": policy(account), "RevisionId": "1"}))
        .detail("DynamoDB.ListTagsOfResource", &table, json!({"Tags": tags()}))
        .list(
            "ECR.DescribeRepositories",
            "repositories",
            json!({"repositoryArn": repository, "repositoryName": "app", "registryId": account}),
        )
        .detail("ECR.GetRepositoryPolicy", "app", json!({"repositoryName": "app", "policyText": policy(account)}))
        .detail("ECR.ListTagsForResource", &repository, json!({"tags": tags()}))
        .list(
            "Lambda.ListFunctions",
            "Functions",
            json!({
                "FunctionName": "work", "FunctionArn": function, "Role": role, "Runtime": "provided.al2023",
                "Environment": {"Variables": {"DATABASE_PASSWORD": MARKER}},
                "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
            }),
        )
        .detail("Lambda.ListTags", &function, json!({"Tags": {"team": "data"}}))
        .list(
            "CloudWatchLogs.DescribeLogGroups",
            "logGroups",
            json!({
                "logGroupName": "/app", "arn": arn("logs", "log-group:/app:*"),
                "logGroupArn": arn("logs", "log-group:/app"), "retentionInDays": 90,
            }),
        )
        .list("SecretsManager.ListSecrets", "SecretList", json!({"ARN": secret, "Name": "db", "Tags": tags()}))
        .detail("SecretsManager.GetResourcePolicy", &secret, json!({"ARN": secret, "ResourcePolicy": policy(account)}))
        .list("SQS.ListQueues", "QueueUrls", json!(queue))
        .detail(
            "SQS.GetQueueAttributes",
            &queue,
            json!({"Attributes": {"QueueArn": arn("sqs", "jobs"), "Policy": policy(account)}}),
        )
        .detail("SQS.ListQueueTags", &queue, json!({"Tags": {"team": "data"}}))
        .list(
            "Auto Scaling.DescribeAutoScalingGroups",
            "AutoScalingGroups",
            json!({
                "AutoScalingGroupName": "workers", "MinSize": 1, "MaxSize": 3, "DesiredCapacity": 2, "DefaultCooldown": 300,
                "AutoScalingGroupARN": arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/workers"),
                "AvailabilityZones": [format!("{region}a")], "HealthCheckType": "EC2", "CreatedTime": "2026-01-01T00:00:00Z",
                "VPCZoneIdentifier": "subnet-1", "LaunchTemplate": {"LaunchTemplateId": "lt-1"}, "Tags": tags(),
            }),
        )
        .list(
            "Auto Scaling.DescribeLaunchConfigurations",
            "LaunchConfigurations",
            json!({
                "LaunchConfigurationName": "old", "ImageId": "ami-1", "InstanceType": "t3.micro", "UserData": MARKER,
                "LaunchConfigurationARN": arn("autoscaling", "launchConfiguration:1:launchConfigurationName/old"),
                "CreatedTime": "2026-01-01T00:00:00Z",
            }),
        );
}
