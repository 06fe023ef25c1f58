package hfscan.rules.aws.ec2.no_default_subnet_test

import data.hfscan.rules.aws.ec2.no_default_subnet as rule

test_adopted_default_subnet_is_denied if {
	count(rule.deny) == 1 with input as {"attributes": {"adopted": true}}
}

test_other_subnet_is_allowed if {
	count(rule.deny) == 0 with input as {"attributes": {"adopted": false}}
}
