# METADATA
# title: Only worker nodes reach a database, on its port and no other
# description: |
#   The group of a database or of a database proxy admits groups of worker nodes and pods, of proxies
#   and itself, by TCP on the database's port. A range is no identity: whoever gets an address in it
#   gets in. Ranges inside of the VPC weigh less, and `cidr_ok` accepts them. The worker nodes do have
#   to get through, or the application does not work. A database that names no group gets the default
#   group of its VPC.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
# scope: package
# custom:
#   control: HF-AWS-NET-019
#   kinds: [aws.ec2.security_group, aws.rds.cluster, aws.rds.instance, aws.rds.proxy]
#   severity: critical
#   documents: {highflame: [58, 60], ha-eks: [74, 120], innovate: [104]}
#   remediation: |
#     Give the database a group with one rule per client: `referenced_security_group_id` is the group of
#     the worker nodes, `from_port` and `to_port` are the port of the database.
#   frameworks: {nist-800-53: [SC-7, AC-4]}
#   params:
#     extra_sources: {default: [], description: ids or ranges of other sources that are accepted}
#     cidr_ok: {default: false, description: accept ranges inside of the VPC}
package hfscan.rules.aws.ec2.security_group_database_sources

import data.hfscan.lib.finding

applies if input.facts.roles.database

applies if input.facts.roles.database_proxy

applies if startswith(input.kind, "aws.rds.")

deny contains finding.at(
	["facts", "firewall", "default_group"],
	"it names no security group, so the default group of its VPC guards it",
) if {
	input.facts.firewall.default_group
}

deny contains finding.lower(
	finding.tagged(
		["facts", "firewall", "nodes_shut_out"],
		"nodes",
		"no worker node can reach its port, which the application needs",
	),
	"medium",
) if {
	input.facts.firewall.nodes_shut_out
}

deny contains finding.tagged(
	["facts", "ingress"],
	sprintf("%s port", [rule.tag]),
	sprintf("%s opens more than the port of the database", [rule.tag]),
) if {
	some rule in input.facts.ingress
	rule.present
	rule.database_port == false
}

deny contains finding.with_related(
	finding.tagged(
		["facts", "ingress"],
		rule.tag,
		sprintf("%s lets others than worker nodes reach the database", [rule.tag]),
	),
	rule.peer_ids,
) if {
	some rule in input.facts.ingress
	rule.present
	foreign(rule)
	not extra(rule)
}

deny contains finding.lower(
	finding.tagged(
		["facts", "ingress"],
		rule.tag,
		sprintf("%s lets a range of the VPC reach the database", [rule.tag]),
	),
	"medium",
) if {
	some rule in input.facts.ingress
	rule.present
	rule.peer_kind in {"cidr4", "cidr6"}
	not rule.vpc_untold
	rule.vpc_internal
	not data.hfscan.params.cidr_ok
	not extra(rule)
}

# A range is no identity, whichever network it is in.
deny contains finding.tagged(
	["facts", "ingress"],
	rule.tag,
	sprintf("%s lets a range reach the database; whether it is one of the VPC cannot be told", [rule.tag]),
) if {
	some rule in input.facts.ingress
	rule.present
	rule.peer_kind in {"cidr4", "cidr6"}
	rule.vpc_untold
	not data.hfscan.params.cidr_ok
	not extra(rule)
}

foreign(rule) if {
	rule.peer_kind == "security_group"
	rule.peer_roles.itself == false
	rule.peer_roles.node == false
	rule.peer_roles.database_proxy == false
}

foreign(rule) if rule.peer_kind == "prefix_list"

foreign(rule) if {
	rule.peer_kind in {"cidr4", "cidr6"}
	not judged_as_range(rule)
	rule.vpc_internal == false
}

judged_as_range(rule) if {
	rule.vpc_untold
	not data.hfscan.params.cidr_ok
}

extra(rule) if {
	some source in data.hfscan.params.extra_sources
	source == rule.peer
}
