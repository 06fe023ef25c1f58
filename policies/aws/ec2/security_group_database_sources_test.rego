package hfscan.rules.aws.ec2.security_group_database_sources_test

import data.hfscan.rules.aws.ec2.security_group_database_sources as rule

params := {"extra_sources": [], "cidr_ok": false}

nobody := {"itself": false, "node": false, "database_proxy": false}

group(peer) := {"kind": "aws.ec2.security_group", "facts": {
	"roles": {"database": true, "database_proxy": false},
	"ingress": [peer],
}}

from_group(roles, exact) := {
	"tag": "ingress",
	"present": true,
	"peer_kind": "security_group",
	"peer": "sg",
	"peer_ids": ["sg"],
	"peer_roles": object.union(nobody, roles),
	"database_port": exact,
}

from_range(internal) := {
	"tag": "ingress",
	"present": true,
	"peer_kind": "cidr4",
	"peer": "10.0.0.0/16",
	"peer_ids": [],
	"vpc_internal": internal,
	"database_port": true,
}

test_the_port_from_nodes_is_allowed if {
	count(rule.deny) == 0 with input as group(from_group({"node": true}, true)) with data.hfscan.params as params
}

test_all_ports_from_nodes_are_denied if {
	count(rule.deny) == 1 with input as group(from_group({"node": true}, false)) with data.hfscan.params as params
}

test_other_groups_are_denied if {
	count(rule.deny) == 1 with input as group(from_group({}, true)) with data.hfscan.params as params
}

test_ranges_of_the_vpc_weigh_less_than_others if {
	inside := rule.deny with input as group(from_range(true)) with data.hfscan.params as params
	outside := rule.deny with input as group(from_range(false)) with data.hfscan.params as params
	{finding.severity | some finding in inside} == {"medium"}
	{object.get(finding, "severity", "full") | some finding in outside} == {"full"}
}

test_databases_need_a_group_and_their_nodes if {
	firewall := {"default_group": true, "nodes_shut_out": true}
	database := {"kind": "aws.rds.instance", "facts": {"firewall": firewall}}
	count(rule.deny) == 2 with input as database with data.hfscan.params as params
	rule.applies with input as database
}

test_other_groups_are_not_judged if {
	roles := {"database": false, "database_proxy": false}
	not rule.applies with input as {"kind": "aws.ec2.security_group", "facts": {"roles": roles}}
}
