# METADATA
# title: Node roles are allowed only what nodes do
# description: |
#   Inline and own policies pass the list of managed policies by. What they allow a node, every pod on it
#   can do: reading secrets or data does not belong there.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
# scope: package
# custom:
#   control: HF-AWS-NODE-004
#   kinds: [aws.eks.node_group, aws.iam.role]
#   severity: high
#   documents: {ha-eks: [68, 70], highflame: [52, 53, 54, 55, 56]}
#   remediation: Move the permissions to a role for the service account of the workload.
#   frameworks: {nist-800-53: [AC-6]}
#   params:
#     allowed_action_prefixes:
#       default: ["ec2:Describe", "ec2:AttachVolume", "ec2:DetachVolume", "ec2:CreateVolume", "ec2:CreateSnapshot", "ec2:CreateTags", "ecr:Get", "ecr:BatchGet", "ecr:BatchCheck", "logs:", "cloudwatch:PutMetricData", "eks:DescribeCluster", "eks-auth:AssumeRoleForPodIdentity", "ssmmessages:", "ec2messages:"]
#       description: beginnings of the actions that a node may have
package hfscan.rules.aws.iam.node_actions

import data.hfscan.lib.finding
import data.hfscan.params

applies if {
	input.kind == "aws.iam.role"
	input.facts.node_role
}

# The role of a node group that is not part of the input.
applies if {
	input.kind == "aws.eks.node_group"
	count(input.relations.role) == 0
}

beyond(action) if action.forbidden

beyond(action) if not strings.any_prefix_match(action.action, params.allowed_action_prefixes)

deny contains finding.tagged(
	["facts", "node_actions"],
	sprintf("%s/%s", [action.source, action.action]),
	sprintf("nodes may do %s, which is not among what nodes do", [action.action]),
) if {
	input.kind == "aws.iam.role"
	some action in input.facts.node_actions
	beyond(action)
	action.effective
}

unsure contains "the role of the nodes is not part of the input" if input.kind == "aws.eks.node_group"
