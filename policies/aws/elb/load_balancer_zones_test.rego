package hfscan.rules.aws.elb.load_balancer_zones_test

import data.hfscan.rules.aws.elb.load_balancer_zones as rule

resource(least, most) := {
	"kind": "aws.elb.load_balancer",
	"attributes": {"load_balancer_type": "application"},
	"facts": {"placement": {"zones": {"at_least": least, "at_most": most}}},
}

test_too_few_zones_are_denied if {
	count(rule.deny) == 1 with input as resource(2, 2) with data.hfscan.params as {"min_azs": 3}
}

test_enough_zones_are_allowed if {
	count(rule.deny) == 0 with input as resource(3, 3) with data.hfscan.params as {"min_azs": 3}
	count(rule.unsure) == 0 with input as resource(3, 3) with data.hfscan.params as {"min_azs": 3}
}

test_zones_that_are_not_told_are_in_doubt if {
	count(rule.unsure) == 1 with input as resource(1, 3) with data.hfscan.params as {"min_azs": 3}
}

test_which_are_judged if {
	rule.applies with input as resource(3, 3)
	rule.applies with input as {"kind": "aws.elb.classic_load_balancer"}
	not rule.applies with input as {"kind": "aws.elb.load_balancer", "attributes": {"load_balancer_type": "network"}}
}
