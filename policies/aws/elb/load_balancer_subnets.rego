# METADATA
# title: Internet-facing load balancers stand in public subnets, internal ones in private subnets
# description: |
#   A load balancer of the internet in a private subnet cannot be reached; an internal one in a public
#   subnet stands where only public things belong. Gateway load balancers are not meant.
# related_resources:
#   - ref: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
# scope: package
# custom:
#   control: HF-AWS-NET-009
#   kinds: [aws.elb.classic_load_balancer, aws.elb.load_balancer]
#   severity: high
#   documents: {ha-eks: [9, 42, 117], highflame: [11], dr-regions: [37]}
#   remediation: Give the load balancer the subnets of its tier, for example `subnets = aws_subnet.public[*].id`.
#   frameworks: {nist-800-53: [SC-7]}
package hfscan.rules.aws.elb.load_balancer_subnets

import data.hfscan.lib.finding

applies if input.kind == "aws.elb.classic_load_balancer"

applies if input.attributes.load_balancer_type in {"application", "network"}

wrong(subnet, message) := finding.with_related(
	finding.tagged(["facts", "placement", "subnets"], subnet.id, message),
	array.concat([subnet.id], subnet.via),
)

deny contains wrong(subnet, "internet-facing load balancer stands in a subnet that the internet does not reach") if {
	input.attributes.internal == false
	some subnet in input.facts.placement.subnets
	subnet.public == false
}

deny contains wrong(subnet, "internal load balancer stands in a public subnet") if {
	input.attributes.internal
	some subnet in input.facts.placement.subnets
	subnet.public
}
