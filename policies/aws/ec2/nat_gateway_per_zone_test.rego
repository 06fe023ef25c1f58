package hfscan.rules.aws.ec2.nat_gateway_per_zone_test

import data.hfscan.rules.aws.ec2.nat_gateway_per_zone as rule

defaults := {"nat_per_az": true}

vpc(has_nat) := {"facts": {"nat_zones": [{
	"zone": "us-east-1a",
	"subnets": ["aws_subnet.private"],
	"needs_nat": true,
	"has_nat": has_nat,
	"nat_gateways": [],
}]}}

test_zone_without_nat_gateway_is_denied if {
	count(rule.deny) == 1 with input as vpc(false) with data.hfscan.params as defaults
}

test_zone_with_nat_gateway_is_allowed if {
	count(rule.deny) == 0 with input as vpc(true) with data.hfscan.params as defaults
}

test_applies_only_where_demanded if {
	rule.applies with input as vpc(true) with data.hfscan.params as defaults
	not rule.applies with input as vpc(true) with data.hfscan.params as {"nat_per_az": false}
}
