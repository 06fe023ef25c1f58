# METADATA
# title: Worker nodes accept traffic from load balancers, their cluster and each other only
# description: |
#   Every group of a worker node, and the group that EKS makes for a cluster when nodes have no other,
#   admits groups and no ranges: those of load balancers, of the control plane and of the nodes
#   themselves. What EKS itself puts into its group counts as given. A network load balancer without
#   groups keeps the address of the client or uses its own, so ranges inside of the VPC are accepted
#   where there is one. Security groups of pods are judged by what uses them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
# scope: package
# custom:
#   control: HF-AWS-NET-018
#   kinds: [aws.ec2.security_group, aws.eks.cluster]
#   severity: high
#   documents: {highflame: [58, 64], ha-eks: [74], innovate: [104]}
#   remediation: Replace rules with ranges by rules whose source is the security group of the load balancer.
#   frameworks: {nist-800-53: [SC-7, AC-4]}
#   params:
#     allow_remote: {default: false, description: accept the groups that node groups name for SSH}
#     allow_vpc_cidr_for_nlb:
#       default: true
#       description: accept ranges inside of the VPC where a network load balancer has no groups
#     extra_sources: {default: [], description: ids or ranges of other sources that are accepted}
package hfscan.rules.aws.ec2.security_group_node_sources

import data.hfscan.lib.finding

applies if input.facts.roles.node

deny contains finding.with_related(
	finding.tagged(
		["facts", "ingress"],
		rule.tag,
		sprintf("%s lets others than load balancers, the cluster and nodes reach worker nodes", [rule.tag]),
	),
	rule.peer_ids,
) if {
	some rule in input.facts.ingress
	rule.present
	foreign(rule)
	not extra(rule)
}

foreign(rule) if {
	rule.peer_kind == "security_group"
	rule.peer_roles.itself == false
	rule.peer_roles.load_balancer == false
	rule.peer_roles.node == false
	rule.peer_roles.cluster == false
	not remote(rule)
}

foreign(rule) if rule.peer_kind == "prefix_list"

foreign(rule) if {
	rule.peer_kind in {"cidr4", "cidr6"}
	rule.vpc_internal == false
}

foreign(rule) if {
	rule.peer_kind in {"cidr4", "cidr6"}
	not data.hfscan.params.allow_vpc_cidr_for_nlb
}

foreign(rule) if {
	rule.peer_kind in {"cidr4", "cidr6"}
	input.facts.open_network_load_balancer == false
}

remote(rule) if {
	data.hfscan.params.allow_remote
	rule.peer_roles.remote_access
}

extra(rule) if {
	some source in data.hfscan.params.extra_sources
	source == rule.peer
}
