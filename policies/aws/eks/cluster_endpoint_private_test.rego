package hfscan.rules.aws.eks.cluster_endpoint_private_test

import data.hfscan.rules.aws.eks.cluster_endpoint_private as rule

params := {"require_fully_private": false, "max_prefix": 24}

cluster(public, private, length) := {
	"attributes": {"endpoint_public_access": public, "endpoint_private_access": private},
	"facts": {"endpoint_ranges": [{"range": "range", "prefix_length": length}]},
}

test_a_private_api_is_allowed if {
	count(rule.deny) == 0 with input as cluster(false, true, 0) with data.hfscan.params as params
}

test_the_default_is_denied_twice if {
	count(rule.deny) == 2 with input as cluster(true, false, 0) with data.hfscan.params as params
}

test_narrow_ranges_are_allowed_unless_all_has_to_be_private if {
	count(rule.deny) == 0 with input as cluster(true, true, 24) with data.hfscan.params as params
	strict := {"require_fully_private": true, "max_prefix": 24}
	count(rule.deny) == 1 with input as cluster(true, true, 24) with data.hfscan.params as strict
}
