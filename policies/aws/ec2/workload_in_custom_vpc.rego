# METADATA
# title: Workloads run in a VPC of their own
# description: |
#   What names no subnet or subnet group lands in the default VPC, where every subnet is public.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
# scope: package
# custom:
#   control: HF-AWS-NET-001
#   kinds:
#     - aws.autoscaling.group
#     - aws.ec2.instance
#     - aws.efs.mount_target
#     - aws.eks.cluster
#     - aws.eks.node_group
#     - aws.elasticache.cluster
#     - aws.elasticache.replication_group
#     - aws.elb.classic_load_balancer
#     - aws.elb.load_balancer
#     - aws.rds.cluster
#     - aws.rds.instance
#   severity: high
#   documents: {ha-eks: [3], highflame: [9], dr-regions: [20, 35], innovate: [59, 61]}
#   remediation: Name subnets or a subnet group of your own VPC.
#   frameworks: {nist-800-53: [SC-7]}
package hfscan.rules.aws.ec2.workload_in_custom_vpc

import data.hfscan.lib.finding

applies if not input.facts.placement.inherited

deny contains finding.at(
	["facts", "placement", "fallback"],
	sprintf("it lands in the default VPC because %s", [input.facts.placement.fallback]),
) if {
	is_string(input.facts.placement.fallback)
}

deny contains finding.with_related(
	finding.tagged(["facts", "placement", "subnets"], subnet.id, "a subnet of it belongs to the default VPC"),
	[subnet.id],
) if {
	is_null(input.facts.placement.fallback)
	some subnet in input.facts.placement.subnets
	subnet.vpc_default
}
