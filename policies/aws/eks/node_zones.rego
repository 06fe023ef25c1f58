# METADATA
# title: The managed nodes of a cluster span the required zones
# description: |
#   Node groups count together, so one group for each zone will do; but they must keep a node for each
#   zone, or some zone has none. Groups for batch work and accelerators do not count. Local zones do
#   not count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/best-practices/data-plane.html
# scope: package
# custom:
#   control: HF-AWS-HA-002
#   kind: aws.eks.cluster
#   severity: high
#   documents: {ha-eks: [89], dr-regions: [19], innovate: [381], ha-cloud: [120]}
#   remediation: Give node groups subnets in each zone, and sizes of at least one node for each zone.
#   frameworks: {nist-800-53: [CP-10]}
#   params:
#     min_azs: {default: 3, description: smallest number of zones and of nodes}
package hfscan.rules.aws.eks.node_zones

import data.hfscan.lib.finding
import data.hfscan.params

applies if input.facts.nodes.groups_at_most > 0

deny contains finding.with_related(
	finding.tagged(
		["facts", "nodes", "zones"],
		"zones",
		sprintf("node groups span %d zones, %d are required", [input.facts.nodes.zones.at_most, params.min_azs]),
	),
	input.facts.nodes.groups,
) if {
	count(input.facts.nodes.groups) > 0
	input.facts.nodes.zones.at_most < params.min_azs
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "nodes", "nodes_at_most"],
		"nodes",
		sprintf("node groups keep %d nodes, %d zones are required", [input.facts.nodes.nodes_at_most, params.min_azs]),
	),
	input.facts.nodes.groups,
) if {
	count(input.facts.nodes.groups) > 0
	input.facts.nodes.nodes_at_most < params.min_azs
}

unsure contains sprintf("node groups span between %d and %d zones, %d are required", [
	input.facts.nodes.zones.at_least,
	input.facts.nodes.zones.at_most,
	params.min_azs,
]) if {
	input.facts.nodes.zones.at_least < params.min_azs
	input.facts.nodes.zones.at_most >= params.min_azs
}

unsure contains sprintf("node groups keep between %d and %d nodes, %d are required", [
	input.facts.nodes.nodes_at_least,
	input.facts.nodes.nodes_at_most,
	params.min_azs,
]) if {
	input.facts.nodes.nodes_at_least < params.min_azs
	input.facts.nodes.nodes_at_most >= params.min_azs
}

unsure contains "it cannot be told which node groups count for the cluster" if {
	count(input.facts.nodes.groups) == 0
}
