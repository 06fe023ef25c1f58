# METADATA
# title: A VPC with workloads has a public and a private tier
# description: |
#   Without subnets that the internet does not reach, nothing can be placed away from it. Tiers are
#   told by routes: a subnet is public if a default route leads to an internet gateway, whatever its
#   name says.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
# scope: package
# custom:
#   control: HF-AWS-NET-002
#   kind: aws.ec2.vpc
#   severity: high
#   documents: {ha-eks: [5, 7, 9], highflame: [11, 13], ha-cloud: [114], innovate: [65, 66, 67, 70, 71, 72, 73, 76, 77, 78, 84, 89]}
#   remediation: Add private (and database) subnets with route tables of their own that do not lead to the internet gateway.
#   frameworks: {nist-800-53: [SC-7]}
#   params:
#     require_database_tier: {default: false, description: whether databases need subnets of their own}
#     min_per_tier: {default: 2, description: smallest number of subnets of each tier}
package hfscan.rules.aws.ec2.vpc_tiers

import data.hfscan.lib.finding
import data.hfscan.params

applies if input.facts.hosts_workloads

required contains {"name": "public", "tier": input.facts.tiers.public}

# Where databases need no tier of their own, their subnets count as private ones.
required contains {"name": "private", "tier": input.facts.tiers.not_public} if not params.require_database_tier

required contains {"name": "private", "tier": input.facts.tiers.private} if params.require_database_tier

required contains {"name": "database", "tier": input.facts.tiers.database} if params.require_database_tier

message(name, most) := sprintf("%d %s subnets, %d are required", [most, name, params.min_per_tier])

deny contains finding.tagged(["facts", "tiers"], some_tier.name, message(some_tier.name, some_tier.tier.at_most)) if {
	input.complete
	some some_tier in required
	some_tier.tier.at_most < params.min_per_tier
}

unsure contains sprintf("the plan has %s; others may be managed elsewhere", [message(
	some_tier.name,
	some_tier.tier.at_most,
)]) if {
	not input.complete
	some some_tier in required
	some_tier.tier.at_most < params.min_per_tier
}

unsure contains sprintf("between %d and %d %s subnets, %d are required", [
	some_tier.tier.at_least,
	some_tier.tier.at_most,
	some_tier.name,
	params.min_per_tier,
]) if {
	some some_tier in required
	some_tier.tier.at_least < params.min_per_tier
	some_tier.tier.at_most >= params.min_per_tier
}
