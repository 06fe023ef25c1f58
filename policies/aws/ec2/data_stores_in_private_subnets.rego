# METADATA
# title: Databases, caches and file systems stand in private subnets
# description: |
#   A data store in a public subnet is one setting away from the internet, also while it has no public
#   address. Without a subnet group AWS takes the default VPC, where every subnet is public.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
# scope: package
# custom:
#   control: HF-AWS-NET-012
#   kinds:
#     - aws.efs.mount_target
#     - aws.elasticache.cluster
#     - aws.elasticache.replication_group
#     - aws.rds.cluster
#     - aws.rds.instance
#   severity: critical
#   documents: {ha-eks: [7, 111], highflame: [13], ha-cloud: [114], innovate: [67, 73, 78]}
#   remediation: Name a subnet group that holds only subnets without a route to an internet gateway.
#   frameworks: {nist-800-53: [SC-7], fsbp: [EFS.6]}
#   params:
#     require_database_tier: {default: false, description: whether only subnets that databases have for themselves will do}
package hfscan.rules.aws.ec2.data_stores_in_private_subnets

import data.hfscan.lib.finding
import data.hfscan.params

applies if not input.facts.placement.inherited

wrong(subnet, message) := finding.with_related(
	finding.tagged(["facts", "placement", "subnets"], subnet.id, message),
	array.concat([subnet.id], subnet.via),
)

deny contains finding.at(
	["facts", "placement", "fallback"],
	sprintf("it lands in public subnets of the default VPC because %s", [input.facts.placement.fallback]),
) if {
	is_string(input.facts.placement.fallback)
}

deny contains wrong(subnet, "data store stands in a public subnet") if {
	is_null(input.facts.placement.fallback)
	some subnet in input.facts.placement.subnets
	subnet.public
}

deny contains wrong(subnet, "data store stands in a subnet that is not for databases alone") if {
	params.require_database_tier
	is_null(input.facts.placement.fallback)
	some subnet in input.facts.placement.subnets
	subnet.tier == "private"
}
