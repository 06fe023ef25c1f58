# METADATA
# title: Only resources of the edge stand in public subnets
# description: |
#   Public subnets are for load balancers, NAT gateways and endpoints. What stands there besides is
#   one security-group rule away from the internet. What names no subnet lands in the default VPC,
#   where every subnet is public.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
# scope: package
# custom:
#   control: HF-AWS-NET-010
#   kinds:
#     - aws.autoscaling.group
#     - aws.ec2.instance
#     - aws.ec2.network_interface
#     - aws.efs.mount_target
#     - aws.eks.fargate_profile
#     - aws.lambda.function
#   severity: high
#   documents: {ha-eks: [9], highflame: [11], ha-cloud: [114]}
#   remediation: Move it to private subnets, behind the load balancer.
#   frameworks: {nist-800-53: [SC-7]}
#   params:
#     allowed_public_kinds:
#       default: [load_balancer, nat_gateway, vpc_endpoint, bastion(tag role=bastion)]
#       description: what may stand in public subnets; also autoscaling_group, instance, network_interface, mount_target, fargate_profile and function
package hfscan.rules.aws.ec2.public_subnets_for_edge_only

import data.hfscan.lib.finding
import data.hfscan.params

applies if {
	not allowed_kind
	not bastion
	not edge_interface
}

names := {
	"aws.autoscaling.group": "autoscaling_group",
	"aws.ec2.instance": "instance",
	"aws.ec2.network_interface": "network_interface",
	"aws.efs.mount_target": "mount_target",
	"aws.eks.fargate_profile": "fargate_profile",
	"aws.lambda.function": "function",
}

allowed_kind if names[input.kind] in params.allowed_public_kinds

bastion if {
	"bastion(tag role=bastion)" in params.allowed_public_kinds
	input.tags.role == "bastion"
}

# Interfaces of load balancers, NAT gateways, endpoints and accelerators.
edge_interface if input.facts.of_edge_service

deny contains finding.with_related(
	finding.tagged(["facts", "placement", "subnets"], subnet.id, "stands in a public subnet"),
	array.concat([subnet.id], subnet.via),
) if {
	some subnet in input.facts.placement.subnets
	subnet.public
}
