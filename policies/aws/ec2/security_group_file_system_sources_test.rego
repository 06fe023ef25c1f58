package hfscan.rules.aws.ec2.security_group_file_system_sources_test

import data.hfscan.rules.aws.ec2.security_group_file_system_sources as rule

params := {"extra_sources": []}

group(port, kind, node) := {"kind": "aws.ec2.security_group", "facts": {"roles": {"file_system": true}, "ingress": [{
	"tag": "ingress",
	"present": true,
	"protocol": "tcp",
	"from_port": port,
	"to_port": port,
	"peer_kind": kind,
	"peer": "peer",
	"peer_ids": [],
	"peer_roles": {"node": node},
}]}}

test_nfs_from_nodes_is_allowed if {
	count(rule.deny) == 0 with input as group(2049, "security_group", true) with data.hfscan.params as params
}

test_nfs_from_others_is_denied if {
	count(rule.deny) == 1 with input as group(2049, "security_group", false) with data.hfscan.params as params
	count(rule.deny) == 1 with input as group(2049, "cidr4", false) with data.hfscan.params as params
}

test_other_ports_are_denied if {
	count(rule.deny) == 1 with input as group(22, "security_group", true) with data.hfscan.params as params
}

test_a_mount_target_needs_a_group if {
	target := {"kind": "aws.efs.mount_target", "facts": {"firewall": {"default_group": true}}}
	count(rule.deny) == 1 with input as target with data.hfscan.params as params
}

test_other_groups_are_not_judged if {
	not rule.applies with input as {"kind": "aws.ec2.security_group", "facts": {"roles": {"file_system": false}}}
}
