package hfscan.rules.aws.ec2.security_group_node_sources_test

import data.hfscan.rules.aws.ec2.security_group_node_sources as rule

params := {"allow_remote": false, "allow_vpc_cidr_for_nlb": true, "extra_sources": []}

nobody := {"itself": false, "load_balancer": false, "node": false, "cluster": false, "remote_access": false}

group(balancer, peers) := {"facts": {
	"roles": {"node": true},
	"open_network_load_balancer": balancer,
	"ingress": peers,
}}

from_group(roles) := {
	"tag": "ingress",
	"present": true,
	"peer_kind": "security_group",
	"peer": "sg",
	"peer_ids": ["sg"],
	"peer_roles": object.union(nobody, roles),
}

from_range(internal) := {
	"tag": "ingress",
	"present": true,
	"peer_kind": "cidr4",
	"peer": "10.0.0.0/16",
	"peer_ids": [],
	"vpc_internal": internal,
}

test_load_balancer_cluster_and_nodes_are_allowed if {
	peers := [from_group({"load_balancer": true}), from_group({"cluster": true}), from_group({"node": true})]
	count(rule.deny) == 0 with input as group(false, peers) with data.hfscan.params as params
}

test_other_groups_are_denied if {
	found := rule.deny with input as group(false, [from_group({})]) with data.hfscan.params as params
	{finding.related | some finding in found} == {["sg"]}
}

test_ranges_are_denied_unless_a_network_load_balancer_needs_them if {
	count(rule.deny) == 1 with input as group(false, [from_range(true)]) with data.hfscan.params as params
	count(rule.deny) == 0 with input as group(true, [from_range(true)]) with data.hfscan.params as params
	count(rule.deny) == 1 with input as group(true, [from_range(false)]) with data.hfscan.params as params
}

test_groups_of_other_things_are_not_judged if {
	not rule.applies with input as {"facts": {"roles": {"node": false}}}
}
