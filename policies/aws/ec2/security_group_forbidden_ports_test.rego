package hfscan.rules.aws.ec2.security_group_forbidden_ports_test

import data.hfscan.rules.aws.ec2.security_group_forbidden_ports as rule

params := {"forbidden_ports": [22, 5432], "max_public_prefix": 24}

group(from, to, width) := {"facts": {"ingress": [{
	"tag": sprintf("ingress[%d-%d/tcp]", [from, to]),
	"present": true,
	"from_port": from,
	"to_port": to,
	"public_prefix_length": width,
}]}}

test_ssh_for_the_world_is_denied if {
	count(rule.deny) == 1 with input as group(22, 22, 0) with data.hfscan.params as params
}

test_a_range_with_several_forbidden_ports_is_one_finding if {
	count(rule.deny) == 1 with input as group(0, 65535, 0) with data.hfscan.params as params
}

test_https_is_allowed if {
	count(rule.deny) == 0 with input as group(443, 443, 0) with data.hfscan.params as params
}

test_ssh_from_inside_is_allowed if {
	count(rule.deny) == 0 with input as group(22, 22, 33) with data.hfscan.params as params
}
