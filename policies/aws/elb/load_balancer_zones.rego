# METADATA
# title: Application load balancers span the required zones
# description: |
#   A load balancer answers only in the zones of its subnets. Local zones and Outposts do not count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-subnets.html
# scope: package
# custom:
#   control: HF-AWS-HA-003
#   kinds: [aws.elb.classic_load_balancer, aws.elb.load_balancer]
#   severity: high
#   documents: {ha-eks: [89], ha-cloud: [120, 122]}
#   remediation: Give the load balancer a subnet in each zone.
#   frameworks: {nist-800-53: [CP-10], fsbp: [ELB.10, ELB.13]}
#   params:
#     min_azs: {default: 3, description: smallest number of zones}
package hfscan.rules.aws.elb.load_balancer_zones

import data.hfscan.lib.finding
import data.hfscan.params

applies if input.kind == "aws.elb.classic_load_balancer"

applies if input.attributes.load_balancer_type == "application"

deny contains finding.at(
	["facts", "placement", "zones"],
	sprintf("the load balancer spans %d zones, %d are required", [input.facts.placement.zones.at_most, params.min_azs]),
) if {
	input.facts.placement.zones.at_most < params.min_azs
}

unsure contains sprintf("the load balancer spans between %d and %d zones, %d are required", [
	input.facts.placement.zones.at_least,
	input.facts.placement.zones.at_most,
	params.min_azs,
]) if {
	input.facts.placement.zones.at_least < params.min_azs
	input.facts.placement.zones.at_most >= params.min_azs
}
