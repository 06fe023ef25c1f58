package hfscan.rules.aws.ec2.no_public_addresses_test

import data.hfscan.rules.aws.ec2.no_public_addresses as rule

instance(assigned) := {
	"tags": {"role": "bastion"},
	"facts": {"public_addresses": [{"by": "own_setting", "id": "aws_instance.web", "assigned": assigned}]},
}

test_public_address_is_denied if {
	count(rule.deny) == 1 with input as instance(true) with data.hfscan.params as {"exempt_tags": []}
}

test_no_public_address_is_allowed if {
	count(rule.deny) == 0 with input as instance(false) with data.hfscan.params as {"exempt_tags": []}
}

test_exempt_tags if {
	rule.applies with input as instance(true) with data.hfscan.params as {"exempt_tags": []}
	not rule.applies with input as instance(true) with data.hfscan.params as {"exempt_tags": ["role=bastion"]}
}
