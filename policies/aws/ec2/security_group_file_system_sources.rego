# METADATA
# title: Only worker nodes reach mount targets, by NFS and nothing else
# description: |
#   Shared storage is for pods. The group of a mount target admits groups of worker nodes and pods by
#   TCP on port 2049: no ranges, no other groups, no other ports. A mount target that names no group
#   gets the default group of its VPC.
# related_resources:
#   - ref: https://docs.aws.amazon.com/efs/latest/ug/network-access.html
# scope: package
# custom:
#   control: HF-AWS-NET-021
#   kinds: [aws.ec2.security_group, aws.efs.mount_target]
#   severity: high
#   documents: {ha-eks: [61, 62, 63, 74, 109, 122]}
#   remediation: |
#     Give the mount targets a group of their own with one rule: port 2049 from the group of the worker
#     nodes.
#   frameworks: {nist-800-53: [SC-7]}
#   params:
#     extra_sources: {default: [], description: ids or ranges of other sources that are accepted}
package hfscan.rules.aws.ec2.security_group_file_system_sources

import data.hfscan.lib.finding

applies if input.facts.roles.file_system

applies if input.kind == "aws.efs.mount_target"

deny contains finding.at(
	["facts", "firewall", "default_group"],
	"mount target names no security group, so the default group of its VPC guards it",
) if {
	input.facts.firewall.default_group
}

deny contains finding.tagged(
	["facts", "ingress"],
	sprintf("%s port", [rule.tag]),
	sprintf("%s opens more than NFS", [rule.tag]),
) if {
	some rule in input.facts.ingress
	rule.present
	not_nfs(rule)
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "ingress"],
		rule.tag,
		sprintf("%s lets others than worker nodes reach mount targets", [rule.tag]),
	),
	rule.peer_ids,
) if {
	some rule in input.facts.ingress
	rule.present
	foreign(rule)
	not extra(rule)
}

not_nfs(rule) if rule.protocol != "tcp"

not_nfs(rule) if rule.from_port != 2049

not_nfs(rule) if rule.to_port != 2049

foreign(rule) if {
	rule.peer_kind in {"security_group", "self"}
	rule.peer_roles.node == false
}

foreign(rule) if rule.peer_kind in {"cidr4", "cidr6", "prefix_list"}

extra(rule) if {
	some source in data.hfscan.params.extra_sources
	source == rule.peer
}
