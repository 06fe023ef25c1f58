package hfscan.rules.aws.ec2.vpc_tiers_test

import data.hfscan.rules.aws.ec2.vpc_tiers as rule

defaults := {"require_database_tier": false, "min_per_tier": 2}

tier(least, most) := {"at_least": least, "at_most": most}

vpc(complete, public, private) := {
	"complete": complete,
	"facts": {
		"hosts_workloads": true,
		"tiers": {"public": public, "private": private, "database": tier(0, 0), "not_public": private},
	},
}

test_missing_private_tier_is_denied if {
	count(rule.deny) == 1 with input as vpc(true, tier(3, 3), tier(0, 0))
		with data.hfscan.params as defaults
}

test_missing_tier_of_an_incomplete_input_is_in_doubt if {
	result := rule.unsure with input as vpc(false, tier(3, 3), tier(0, 0))
		with data.hfscan.params as defaults
	count(result) == 1
}

test_both_tiers_are_allowed if {
	count(rule.deny) == 0 with input as vpc(true, tier(3, 3), tier(3, 3))
		with data.hfscan.params as defaults
}

test_uncertain_tier_is_in_doubt if {
	count(rule.unsure) == 1 with input as vpc(true, tier(1, 3), tier(3, 3))
		with data.hfscan.params as defaults
}

test_database_tier_is_denied_where_required if {
	count(rule.deny) == 1 with input as vpc(true, tier(3, 3), tier(3, 3))
		with data.hfscan.params as {"require_database_tier": true, "min_per_tier": 2}
}
