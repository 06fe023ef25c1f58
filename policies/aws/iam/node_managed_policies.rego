# METADATA
# title: Node roles have no managed policy beyond the documented ones
# description: |
#   Every pod on a node can use the permissions of the node. What a workload needs belongs to a role of
#   its service account. Of policies that are not of AWS only data, secrets and permissions count here;
#   HF-AWS-NODE-004 judges the rest.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
# scope: package
# custom:
#   control: HF-AWS-NODE-003
#   kinds: [aws.eks.node_group, aws.iam.role]
#   severity: high
#   documents: {ha-eks: [70], highflame: [50, 52, 54, 56]}
#   remediation: Move the permissions to a role for the service account of the workload.
#   frameworks: {nist-800-53: [AC-6]}
#   params:
#     allowed_managed:
#       default: [AmazonEBSCSIDriverPolicy, AmazonEBSCSIDriverPolicyV2, AmazonEC2ContainerRegistryPullOnly, AmazonEC2ContainerRegistryReadOnly, AmazonEKSWorkerNodeMinimalPolicy, AmazonEKSWorkerNodePolicy, AmazonEKS_CNI_Policy, AmazonSSMManagedInstanceCore, CloudWatchAgentServerPolicy]
#       description: names of AWS managed policies that a node may have
package hfscan.rules.aws.iam.node_managed_policies

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

deny contains finding.tagged(["attributes", "attached_policies"], policy.id, sprintf("nodes have %s, which is not among the documented policies", [policy.name])) if {
	input.kind == "aws.iam.role"
	some policy in input.facts.managed_policies
	not policy.name in params.allowed_managed
	policy.aws
}

# Policies of the customer may be there as long as no node-wide data access comes with them; the rest
# of them is judged by aws-iam-node-actions.
deny contains finding.tagged(["attributes", "attached_policies"], sprintf("%s/actions", [action.source]), "nodes have a policy that reaches data, secrets or permissions") if {
	input.kind == "aws.iam.role"
	some action in input.facts.node_actions
	action.forbidden
	action.effective
}

unsure contains "the role of the nodes is not part of the input" if input.kind == "aws.eks.node_group"
