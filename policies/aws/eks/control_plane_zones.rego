# METADATA
# title: The subnets of an EKS control plane span the required zones
# description: |
#   AWS runs the control plane itself in several zones; its network interfaces stand only where the
#   cluster names subnets. Local zones do not count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
# scope: package
# custom:
#   control: HF-AWS-HA-001
#   kind: aws.eks.cluster
#   severity: high
#   documents: {ha-eks: [89], innovate: [122, 381], dr-regions: [18]}
#   remediation: Give `vpc_config` a private subnet in each zone.
#   frameworks: {nist-800-53: [CP-10, SC-6]}
#   params:
#     min_azs: {default: 3, description: smallest number of zones}
package hfscan.rules.aws.eks.control_plane_zones

import data.hfscan.lib.finding
import data.hfscan.params

deny contains finding.at(
	["facts", "placement", "zones"],
	sprintf("the control plane spans %d zones, %d are required", [input.facts.placement.zones.at_most, params.min_azs]),
) if {
	input.facts.placement.zones.at_most < params.min_azs
}

unsure contains sprintf("the control plane spans between %d and %d zones, %d are required", [
	input.facts.placement.zones.at_least,
	input.facts.placement.zones.at_most,
	params.min_azs,
]) if {
	input.facts.placement.zones.at_least < params.min_azs
	input.facts.placement.zones.at_most >= params.min_azs
}
