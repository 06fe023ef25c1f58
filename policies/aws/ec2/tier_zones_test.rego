package hfscan.rules.aws.ec2.tier_zones_test

import data.hfscan.rules.aws.ec2.tier_zones as rule

defaults := {"min_private_azs": 3, "min_public_azs": 3, "min_database_azs": 2}

tier(subnets, zones) := {
	"subnets": [],
	"at_least": subnets,
	"at_most": subnets,
	"zones": {"at_least": zones, "at_most": zones},
}

vpc(public, private, has_public) := {
	"complete": true,
	"facts": {
		"subnet_count": 6,
		"private_zones": [{"zone": "us-east-1a", "subnets": [], "has_public": has_public}],
		"tiers": {"public": public, "private": private, "database": tier(0, 0)},
	},
}

test_three_zones_are_allowed if {
	count(rule.deny) == 0 with input as vpc(tier(3, 3), tier(3, 3), true)
		with data.hfscan.params as defaults
}

test_two_zones_are_denied if {
	count(rule.deny) == 1 with input as vpc(tier(3, 3), tier(3, 2), true)
		with data.hfscan.params as defaults
}

test_private_zone_without_public_subnet_is_denied if {
	count(rule.deny) == 1 with input as vpc(tier(3, 3), tier(3, 3), false)
		with data.hfscan.params as defaults
}

test_missing_tier_is_denied if {
	count(rule.deny) == 1 with input as vpc(tier(3, 3), tier(0, 0), true)
		with data.hfscan.params as defaults
}

test_zones_that_are_not_told_are_in_doubt if {
	unclear := {"subnets": [], "at_least": 3, "at_most": 3, "zones": {"at_least": 1, "at_most": 3}}
	count(rule.unsure) == 1 with input as vpc(unclear, tier(3, 3), true)
		with data.hfscan.params as defaults
}
