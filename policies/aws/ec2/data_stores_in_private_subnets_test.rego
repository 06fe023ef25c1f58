package hfscan.rules.aws.ec2.data_stores_in_private_subnets_test

import data.hfscan.rules.aws.ec2.data_stores_in_private_subnets as rule

store(fallback, public, tier) := {"facts": {"placement": {
	"inherited": false,
	"fallback": fallback,
	"subnets": [{"id": "aws_subnet.a", "public": public, "tier": tier, "via": []}],
}}}

denied(store, own_tier) := count(result) if {
	result := rule.deny with input as store with data.hfscan.params as {"require_database_tier": own_tier}
}

test_public_subnet_is_denied if denied(store(null, true, "public"), false) == 1

test_private_subnet_is_allowed if denied(store(null, false, "private"), false) == 0

test_no_subnet_group_is_denied if denied(store("it names no subnet group", true, "public"), false) == 1

test_private_subnet_is_denied_where_databases_need_their_own if {
	denied(store(null, false, "private"), true) == 1
	denied(store(null, false, "database"), true) == 0
}

test_member_is_not_judged if {
	rule.applies with input as store(null, true, "public")
	not rule.applies with input as {"facts": {"placement": {"inherited": true}}}
}
