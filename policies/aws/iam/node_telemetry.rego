# METADATA
# title: Worker nodes can write logs and metrics, and no more of CloudWatch
# description: |
#   Nodes, or the service account of their telemetry agent, need CloudWatchAgentServerPolicy or the
#   actions behind it; otherwise the cluster runs unobserved. Full access is more than they need.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-prerequisites.html
# scope: package
# custom:
#   control: HF-AWS-NODE-002
#   kinds: [aws.eks.node_group, aws.iam.role]
#   severity: medium
#   documents: {ha-eks: [80, 81, 82, 83, 84], highflame: [52, 56]}
#   remediation: Attach CloudWatchAgentServerPolicy to the role of the nodes or of the agent's service account.
#   frameworks: {nist-800-53: [AC-6, AU-12]}
#   params:
#     accept_irsa: {default: true, description: whether a role of the telemetry agent's service account will do}
package hfscan.rules.aws.iam.node_telemetry

import data.hfscan.lib.finding
import data.hfscan.params

too_broad := {"CloudWatchFullAccess", "CloudWatchFullAccessV2", "CloudWatchLogsFullAccess"}

applies if {
	input.kind == "aws.iam.role"
	input.facts.node_role
}

# The role of a node group that is not part of the input.
applies if {
	input.kind == "aws.eks.node_group"
	count(input.relations.role) == 0
}

by_agent if {
	params.accept_irsa
	input.facts.agent_writes_telemetry
}

deny contains finding.at(["facts", "writes_telemetry"], "nodes cannot write logs and metrics to CloudWatch") if {
	input.kind == "aws.iam.role"
	not input.facts.writes_telemetry
	not by_agent
}

deny contains finding.tagged(["attributes", "attached_policies"], policy.id, sprintf("nodes have %s, which is more than writing logs and metrics", [policy.name])) if {
	input.kind == "aws.iam.role"
	some policy in input.facts.managed_policies
	policy.name in too_broad
	policy.aws
}

unsure contains "the role of the nodes is not part of the input" if input.kind == "aws.eks.node_group"
