package hfscan.rules.aws.ec2.security_group_internet_ingress_test

import data.hfscan.rules.aws.ec2.security_group_internet_ingress as rule

params := {"edge_ports": [443, 80], "max_public_prefix": 24}

group(edge, port, width) := {"facts": {"roles": {"edge": edge}, "ingress": [{
	"tag": sprintf("ingress[%d/tcp]", [port]),
	"present": true,
	"protocol": "tcp",
	"from_port": port,
	"to_port": port,
	"public_prefix_length": width,
}]}}

ping(icmp_type) := {"facts": {"roles": {"edge": true}, "ingress": [{
	"tag": "ingress[icmp]",
	"present": true,
	"protocol": "icmp",
	"from_port": 0,
	"to_port": -1,
	"icmp_type": icmp_type,
	"public_prefix_length": 0,
}]}}

test_node_ports_for_the_world_are_denied if {
	count(rule.deny) == 1 with input as group(false, 30000, 0) with data.hfscan.params as params
}

test_https_at_the_edge_is_allowed if {
	count(rule.deny) == 0 with input as group(true, 443, 0) with data.hfscan.params as params
}

test_another_port_at_the_edge_is_denied if {
	count(rule.deny) == 1 with input as group(true, 8080, 0) with data.hfscan.params as params
}

test_private_sources_are_allowed if {
	count(rule.deny) == 0 with input as group(false, 8080, 33) with data.hfscan.params as params
}

test_a_ping_weighs_less_than_other_icmp if {
	echo := rule.deny with input as ping(8) with data.hfscan.params as params
	all_types := rule.deny with input as ping(-1) with data.hfscan.params as params
	{finding.severity | some finding in echo} == {"low"}
	{finding.severity | some finding in all_types} == {"medium"}
}
