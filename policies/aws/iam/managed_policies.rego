# METADATA
# title: Workloads, users and groups have no over-broad policy of AWS
# description: |
#   Policies such as AdministratorAccess or AmazonS3FullAccess are made for people who set up a service.
#   A workload that has one can do far more than its task.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
# scope: package
# custom:
#   control: HF-AWS-IAM-007
#   kinds: [aws.iam.group, aws.iam.role, aws.iam.user]
#   severity: high
#   documents: {ha-eks: [70, 113], ha-cloud: [111], innovate: [55, 87, 164]}
#   remediation: Attach a policy of your own that names the actions and resources of the task.
#   frameworks: {nist-800-53: [AC-6], cis-aws-5.0: ["1.15"], fsbp: [IAM.1]}
#   params:
#     forbidden_managed:
#       default: [AWSKeyManagementServicePowerUser, AdministratorAccess, AmazonBedrockFullAccess, AmazonDynamoDBFullAccess, AmazonEC2ContainerRegistryFullAccess, AmazonEC2FullAccess, AmazonRDSFullAccess, AmazonS3FullAccess, AmazonVPCFullAccess, CloudWatchFullAccess, CloudWatchFullAccessV2, IAMFullAccess, PowerUserAccess, SecretsManagerReadWrite]
#       description: names of AWS managed policies that nobody may have
package hfscan.rules.aws.iam.managed_policies

import data.hfscan.lib.finding
import data.hfscan.params

applies if input.kind in {"aws.iam.group", "aws.iam.user"}

applies if {
	input.kind == "aws.iam.role"
	input.facts.workload
}

deny contains finding.tagged(
	["attributes", "attached_policies"],
	policy.id,
	sprintf("has %s, which grants far more than a task needs", [policy.name]),
) if {
	some policy in input.facts.managed_policies
	policy.name in params.forbidden_managed
	policy.aws
}
