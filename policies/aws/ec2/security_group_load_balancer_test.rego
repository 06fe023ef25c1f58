package hfscan.rules.aws.ec2.security_group_load_balancer_test

import data.hfscan.rules.aws.ec2.security_group_load_balancer as rule

params := {"alb_ingress_ports": [443, 80], "restrict_egress": true}

group(port, egress) := {"facts": {
	"roles": {"alb": true},
	"ingress": [{"tag": "ingress", "present": true, "protocol": "tcp", "from_port": port, "to_port": port}],
	"egress": egress,
}}

balancer(default_group) := {
	"attributes": {"load_balancer_type": "application"},
	"facts": {"firewall": {"default_group": default_group}},
}

to_nodes := {
	"tag": "egress",
	"present": true,
	"peer_kind": "security_group",
	"peer_roles": {"node": true},
	"target_port": true,
}

test_web_ports_in_and_targets_out_are_allowed if {
	count(rule.deny) == 0 with input as group(443, [to_nodes]) with data.hfscan.params as params
}

test_other_ports_in_are_denied if {
	count(rule.deny) == 1 with input as group(22, [to_nodes]) with data.hfscan.params as params
}

test_everything_out_is_denied if {
	anywhere := {"tag": "egress", "present": true, "peer_kind": "cidr4", "vpc_internal": false}
	count(rule.deny) == 1 with input as group(443, [anywhere]) with data.hfscan.params as params
}

test_a_balancer_without_a_group_is_denied if {
	count(rule.deny) == 1 with input as balancer(true) with data.hfscan.params as params
	count(rule.deny) == 0 with input as balancer(false) with data.hfscan.params as params
}

test_other_groups_are_not_judged if {
	not rule.applies with input as {"facts": {"roles": {"alb": false}}}
}
