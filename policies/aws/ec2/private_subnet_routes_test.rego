package hfscan.rules.aws.ec2.private_subnet_routes_test

import data.hfscan.rules.aws.ec2.private_subnet_routes as rule

subnet(family, target_kind, same_zone) := {
	"id": "aws_subnet.private",
	"facts": {
		"intended_tier": "private",
		"default_routes": [{
			"family": family,
			"label": "default",
			"target_kind": target_kind,
			"same_zone": same_zone,
			"via": ["aws_route_table.private"],
		}],
	},
}

denied(subnet, same_az) := count(result) if {
	result := rule.deny with input as subnet with data.hfscan.params as {"same_az": same_az}
}

test_internet_gateway_is_denied if denied(subnet("ipv4", "internet_gateway", true), true) == 1

test_nat_gateway_of_the_zone_is_allowed if denied(subnet("ipv4", "nat_gateway", true), true) == 0

test_nat_gateway_of_another_zone_is_denied if {
	denied(subnet("ipv4", "nat_gateway", false), true) == 1
	denied(subnet("ipv4", "nat_gateway", false), false) == 0
}

test_nat_instance_is_denied if denied(subnet("ipv4", "network_interface", true), true) == 1

test_ipv6_leaves_through_an_egress_only_gateway if {
	denied(subnet("ipv6", "egress_only_internet_gateway", true), true) == 0
	denied(subnet("ipv6", "vpc_endpoint", true), true) == 1
}

test_only_private_subnets_are_judged if {
	rule.applies with input as subnet("ipv4", "nat_gateway", true)
	not rule.applies with input as {"facts": {"intended_tier": "public"}}
}
