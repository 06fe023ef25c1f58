# METADATA
# title: Subnets tagged for load balancers lead where their tag says
# description: |
#   The AWS Load Balancer Controller makes load balancers that no plan shows, in the subnets that carry
#   its tags. `kubernetes.io/role/elb` belongs on public subnets, `kubernetes.io/role/internal-elb` on
#   private ones.
# related_resources:
#   - ref: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/subnet_discovery/
# scope: package
# custom:
#   control: HF-AWS-NET-009
#   kind: aws.ec2.subnet
#   severity: high
#   documents: {ha-eks: [9, 42, 117], highflame: [11], dr-regions: [37]}
#   remediation: Move the tag to subnets of the right tier, or correct the route table.
#   frameworks: {nist-800-53: [SC-7]}
package hfscan.rules.aws.ec2.load_balancer_subnet_tags

import data.hfscan.lib.finding

applies if input.facts.tagged_for_public_load_balancers

applies if input.facts.tagged_for_internal_load_balancers

deny contains finding.with_related(
	finding.tagged(
		["facts", "public"],
		"kubernetes.io/role/elb",
		"tagged for load balancers of the internet, which does not reach it",
	),
	input.facts.via,
) if {
	input.facts.tagged_for_public_load_balancers
	input.facts.public == false
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "public"],
		"kubernetes.io/role/internal-elb",
		"tagged for internal load balancers, but a default route leads to an internet gateway",
	),
	input.facts.via,
) if {
	input.facts.tagged_for_internal_load_balancers
	input.facts.public
}
