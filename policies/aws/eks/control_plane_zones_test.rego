package hfscan.rules.aws.eks.control_plane_zones_test

import data.hfscan.rules.aws.eks.control_plane_zones as rule

resource(least, most) := {"facts": {"placement": {"zones": {"at_least": least, "at_most": most}}}}

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
