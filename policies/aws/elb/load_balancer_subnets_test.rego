package hfscan.rules.aws.elb.load_balancer_subnets_test

import data.hfscan.rules.aws.elb.load_balancer_subnets as rule

balancer(kind, internal, public) := {
	"kind": "aws.elb.load_balancer",
	"attributes": {"internal": internal, "load_balancer_type": kind},
	"facts": {"placement": {"subnets": [{"id": "aws_subnet.a", "public": public, "via": []}]}},
}

test_internet_facing_in_private_subnet_is_denied if {
	count(rule.deny) == 1 with input as balancer("application", false, false)
}

test_internet_facing_in_public_subnet_is_allowed if {
	count(rule.deny) == 0 with input as balancer("application", false, true)
}

test_internal_in_public_subnet_is_denied if {
	count(rule.deny) == 1 with input as balancer("network", true, true)
}

test_which_are_judged if {
	rule.applies with input as balancer("network", true, true)
	rule.applies with input as {"kind": "aws.elb.classic_load_balancer"}
	not rule.applies with input as balancer("gateway", true, true)
}
