package hfscan.rules.aws.ec2.public_subnets_for_edge_only_test

import data.hfscan.rules.aws.ec2.public_subnets_for_edge_only as rule

defaults := {"allowed_public_kinds": ["load_balancer", "nat_gateway", "vpc_endpoint", "bastion(tag role=bastion)"]}

instance(public, tags) := {
	"kind": "aws.ec2.instance",
	"tags": tags,
	"facts": {"placement": {"subnets": [{"id": "aws_subnet.a", "public": public, "via": []}]}},
}

test_instance_in_public_subnet_is_denied if {
	rule.applies with input as instance(true, {}) with data.hfscan.params as defaults
	count(rule.deny) == 1 with input as instance(true, {}) with data.hfscan.params as defaults
}

test_instance_in_private_subnet_is_allowed if {
	count(rule.deny) == 0 with input as instance(false, {}) with data.hfscan.params as defaults
}

test_bastion_is_not_judged if {
	not rule.applies with input as instance(true, {"role": "bastion"}) with data.hfscan.params as defaults
}

test_allowed_kind_is_not_judged if {
	not rule.applies with input as instance(true, {}) with data.hfscan.params as {"allowed_public_kinds": ["instance"]}
}

test_interface_of_an_edge_service_is_not_judged if {
	interface := {"kind": "aws.ec2.network_interface", "tags": {}, "facts": {"of_edge_service": true}}
	not rule.applies with input as interface with data.hfscan.params as defaults
}
