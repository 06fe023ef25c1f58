package hfscan.rules.aws.wafv2.managed_rule_groups_test

import data.hfscan.rules.aws.wafv2.managed_rule_groups as rule

params := {"required_groups": ["A", "B"], "equivalents": {"B": ["vendor/b"]}}

acl(blocking, doubtful) := {"facts": {
	"blocking_groups": blocking,
	"doubtful_groups": doubtful,
	"load_balancers": [],
}}

test_both_groups_are_allowed if {
	count(rule.deny) == 0 with input as acl(["A", "B"], []) with data.hfscan.params as params
}

test_missing_group_is_denied if {
	count(rule.deny) == 1 with input as acl(["A"], []) with data.hfscan.params as params
}

test_equivalent_is_allowed if {
	count(rule.deny) == 0 with input as acl(["A", "vendor/b"], []) with data.hfscan.params as params
}

test_doubt_is_told if {
	unclear := acl(["A"], [{"name": "B", "why": "scoped down"}])
	count(rule.deny) == 0 with input as unclear with data.hfscan.params as params
	count(rule.unsure) == 1 with input as unclear with data.hfscan.params as params
}

test_group_without_a_name_may_be_any if {
	unclear := acl([], [{"name": null, "why": "known after apply"}])
	count(rule.deny) == 0 with input as unclear with data.hfscan.params as params
	count(rule.unsure) == 2 with input as unclear with data.hfscan.params as params
}
