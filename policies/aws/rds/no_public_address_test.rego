package hfscan.rules.aws.rds.no_public_address_test

import data.hfscan.rules.aws.rds.no_public_address as rule

database(written, effective) := {
	"attributes": {"publicly_accessible": written},
	"facts": {"public_address": effective},
}

test_public_database_is_denied if {
	count(rule.deny) == 1 with input as database(true, true)
}

test_private_database_is_allowed if {
	count(rule.deny) == 0 with input as database(false, false)
}

test_member_in_public_subnets_is_denied if {
	count(rule.deny) == 1 with input as database(null, true)
}
