package hfscan.rules.aws.ec2.workload_in_custom_vpc_test

import data.hfscan.rules.aws.ec2.workload_in_custom_vpc as rule

placed(fallback, in_default) := {"facts": {"placement": {
	"inherited": false,
	"fallback": fallback,
	"subnets": [{"id": "aws_subnet.a", "vpc_default": in_default}],
}}}

test_resource_without_subnets_is_denied if {
	count(rule.deny) == 1 with input as placed("it names no subnet", true)
}

test_subnet_of_the_default_vpc_is_denied if {
	count(rule.deny) == 1 with input as placed(null, true)
}

test_subnet_of_a_custom_vpc_is_allowed if {
	count(rule.deny) == 0 with input as placed(null, false)
}

test_member_is_not_judged if {
	not rule.applies with input as {"facts": {"placement": {"inherited": true}}}
}
