package hfscan.rules.aws.ec2.private_subnet_no_auto_public_ip_test

import data.hfscan.rules.aws.ec2.private_subnet_no_auto_public_ip as rule

defaults := {"public_too": false}

subnet(tier, public) := {
	"attributes": {"map_public_ip_on_launch": public},
	"facts": {"intended_tier": tier},
}

test_private_subnet_with_public_addresses_is_denied if {
	count(rule.deny) == 1 with input as subnet("private", true) with data.hfscan.params as defaults
}

test_private_subnet_without_public_addresses_is_allowed if {
	count(rule.deny) == 0 with input as subnet("private", false) with data.hfscan.params as defaults
}

test_public_subnet_is_not_judged if {
	not rule.applies with input as subnet("public", true) with data.hfscan.params as defaults
}

test_public_subnet_weighs_little if {
	result := rule.deny with input as subnet("public", true) with data.hfscan.params as {"public_too": true}
	{finding.severity | some finding in result} == {"low"}
}
