package hfscan.rules.aws.ec2.load_balancer_subnet_tags_test

import data.hfscan.rules.aws.ec2.load_balancer_subnet_tags as rule

subnet(for_public, for_internal, public) := {"facts": {
	"tagged_for_public_load_balancers": for_public,
	"tagged_for_internal_load_balancers": for_internal,
	"public": public,
	"via": [],
}}

test_public_tag_on_private_subnet_is_denied if {
	count(rule.deny) == 1 with input as subnet(true, false, false)
}

test_internal_tag_on_public_subnet_is_denied if {
	count(rule.deny) == 1 with input as subnet(false, true, true)
}

test_right_tags_are_allowed if {
	count(rule.deny) == 0 with input as subnet(true, false, true)
	count(rule.deny) == 0 with input as subnet(false, true, false)
}

test_only_tagged_subnets_are_judged if {
	rule.applies with input as subnet(true, false, true)
	rule.applies with input as subnet(false, true, true)
	not rule.applies with input as subnet(false, false, true)
}
