# METADATA
# title: Nodes are managed by AWS and their number can change
# description: |
#   A cluster runs on managed node groups, Fargate or Auto Mode. Groups of instances that join it by
#   themselves are patched and drained by nobody. A node group whose smallest and largest size are the
#   same cannot follow the load, whatever the autoscaler wants.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
# scope: package
# custom:
#   control: HF-AWS-HA-010
#   kinds: [aws.eks.cluster, aws.eks.node_group]
#   severity: medium
#   documents: {ha-eks: [20, 33, 93, 100], innovate: [116, 130]}
#   remediation: |
#     Use `aws_eks_node_group` with a `scaling_config` whose `max_size` is larger than its `min_size`.
#   frameworks: {nist-800-53: [SC-6, CP-10]}
#   params:
#     allow_self_managed: {default: false, description: accept Auto Scaling groups that join the cluster by themselves}
package hfscan.rules.aws.eks.managed_nodes_autoscaling

import data.hfscan.lib.finding

deny contains finding.at(
	["attributes", "max_size"],
	"the node group cannot grow: its largest size is not above its smallest",
) if {
	input.attributes.max_size <= input.attributes.min_size
}

deny contains finding.tagged(["attributes", "desired_size"], "desired_size", "the wanted number of nodes is below the smallest size") if {
	input.attributes.desired_size < input.attributes.min_size
}

deny contains finding.tagged(["attributes", "desired_size"], "desired_size", "the wanted number of nodes is above the largest size") if {
	input.attributes.desired_size > input.attributes.max_size
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "self_managed_groups"],
		group.id,
		sprintf("nodes of %s join the cluster without EKS managing them", [group.id]),
	),
	[group.id],
) if {
	not data.hfscan.params.allow_self_managed
	some group in input.facts.self_managed_groups
	group.certain
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "self_managed_groups"],
		group.id,
		sprintf("%s cannot grow: its largest size is not above its smallest", [group.id]),
	),
	[group.id],
) if {
	data.hfscan.params.allow_self_managed
	some group in input.facts.self_managed_groups
	group.certain
	group.max_size <= group.min_size
}

deny contains finding.at(["facts", "managed_capacity"], "nothing that AWS manages runs nodes for the cluster") if {
	input.complete
	bare
}

unsure contains "nodes of the cluster may stand outside of the input" if {
	not input.complete
	bare
}

bare if {
	input.facts.managed_capacity == false
	not joined
}

# Where self-managed groups are accepted, one is enough.
joined if {
	data.hfscan.params.allow_self_managed
	some group in input.facts.self_managed_groups
	group.certain
}
