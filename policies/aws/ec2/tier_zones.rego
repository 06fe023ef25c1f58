# METADATA
# title: Each tier of a VPC spans the required zones, the public tier those of the private one
# description: |
#   A tier with fewer zones than designed goes down with one of them. Load balancers and NAT gateways
#   can only serve private subnets of zones in which the public tier is too. Local zones do not count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html
# scope: package
# custom:
#   control: HF-AWS-NET-003
#   kind: aws.ec2.vpc
#   severity: high
#   documents: {ha-eks: [7, 9], innovate: [65, 66, 67, 70, 71, 72, 73, 76, 77, 78], dr-regions: [6, 10]}
#   remediation: Make one subnet of each tier in each zone, for example with `for_each` over the first three names of `aws_availability_zones`.
#   frameworks: {nist-800-53: [CP-10, SC-6]}
#   params:
#     min_private_azs: {default: 3, description: smallest number of zones of the private tier}
#     min_public_azs: {default: 3, description: smallest number of zones of the public tier}
#     min_database_azs: {default: 2, description: smallest number of zones of the database tier if there is one}
package hfscan.rules.aws.ec2.tier_zones

import data.hfscan.lib.finding
import data.hfscan.params

# A VPC that another run manages is judged there. A default VPC in which nothing runs is nobody's network:
# AWS makes one in every region.
applies if {
	not input.attributes.managed_elsewhere
	input.facts.subnet_count > 0
	not input.attributes["default"]
}

applies if {
	not input.attributes.managed_elsewhere
	input.facts.subnet_count > 0
	input.facts.hosts_workloads
}

minimum := {
	"public": params.min_public_azs,
	"private": params.min_private_azs,
	"database": params.min_database_azs,
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "tiers", name, "zones"],
		name,
		sprintf("the %s tier spans %d zones, %d are required", [name, tier.zones.at_most, least]),
	),
	tier.subnets,
) if {
	some name, least in minimum
	tier := input.facts.tiers[name]
	tier.at_least > 0
	tier.zones.at_most < least
}

deny contains finding.tagged(
	["facts", "tiers", name],
	name,
	sprintf("there is no %s subnet, %d zones are required", [name, minimum[name]]),
) if {
	input.complete
	some name in ["private", "public"]
	input.facts.tiers[name].at_most == 0
}

# Without any public subnet in the input that tier may be managed elsewhere.
deny contains finding.with_related(
	finding.tagged(
		["facts", "private_zones"],
		zone.zone,
		sprintf("zone %s has a private subnet but no public one", [zone.zone]),
	),
	zone.subnets,
) if {
	input.facts.tiers.public.at_least > 0
	some zone in input.facts.private_zones
	zone.has_public == false
}

unsure contains sprintf("no %s subnet is in the input; the tier may be managed elsewhere", [name]) if {
	not input.complete
	some name in ["private", "public"]
	input.facts.tiers[name].at_most == 0
}

unsure contains sprintf("the %s tier spans between %d and %d zones, %d are required", [
	name,
	tier.zones.at_least,
	tier.zones.at_most,
	least,
]) if {
	some name, least in minimum
	tier := input.facts.tiers[name]
	tier.at_most > 0
	tier.zones.at_least < least
	tier.zones.at_most >= least
}

unsure contains sprintf("the input does not tell which subnets are %s ones", [name]) if {
	some name, least in minimum
	tier := input.facts.tiers[name]
	tier.at_least == 0
	tier.at_most > 0
	tier.zones.at_most < least
}
