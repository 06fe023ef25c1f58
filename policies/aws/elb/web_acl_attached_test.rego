package hfscan.rules.aws.elb.web_acl_attached_test

import data.hfscan.rules.aws.elb.web_acl_attached as rule

params := {"include_internal": false}

balancer(facing, complete, protected, classic) := {
	"complete": complete,
	"attributes": {"load_balancer_type": "application"},
	"facts": {"internet_facing": facing, "protected": protected, "classic_web_acl_only": classic},
}

test_protected_balancer_is_allowed if {
	rule.applies with input as balancer(true, true, true, false) with data.hfscan.params as params
	count(rule.deny) == 0 with input as balancer(true, true, true, false)
}

test_open_balancer_is_denied_in_a_complete_run if {
	count(rule.deny) == 1 with input as balancer(true, true, false, false)
}

test_open_balancer_is_a_doubt_in_a_partial_run if {
	count(rule.deny) == 0 with input as balancer(true, false, false, false)
	count(rule.unsure) == 1 with input as balancer(true, false, false, false)
}

test_classic_weighs_less if {
	some found in rule.deny with input as balancer(true, true, false, true)
	found.severity == "medium"
}

test_internal_balancer_is_not_judged if {
	not rule.applies with input as balancer(false, true, false, false) with data.hfscan.params as params
}

test_internal_balancer_is_judged_on_demand if {
	rule.applies with input as balancer(false, true, false, false) with data.hfscan.params as {"include_internal": true}
}
