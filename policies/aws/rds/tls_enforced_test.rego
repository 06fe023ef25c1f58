package hfscan.rules.aws.rds.tls_enforced_test

import data.hfscan.rules.aws.rds.tls_enforced as rule

params := {"force_ssl_default_on": {"postgres": 15}}

instance(engine, major, explicit, enforced) := {
	"kind": "aws.rds.instance",
	"facts": {"tls": {
		"engine": engine,
		"major_version": major,
		"explicit": explicit,
		"enforced": enforced,
		"groups": [],
	}},
}

test_old_default_is_denied if {
	count(rule.deny) == 1 with input as instance("postgres", 14, false, false) with data.hfscan.params as params
}

test_new_default_is_allowed if {
	count(rule.deny) == 0 with input as instance("postgres", 16, false, true) with data.hfscan.params as params
}

test_group_that_turns_it_off_is_denied if {
	count(rule.deny) == 1 with input as instance("postgres", 16, true, false) with data.hfscan.params as params
}

test_mysql_default_is_denied if {
	count(rule.deny) == 1 with input as instance("mysql", 8, false, false) with data.hfscan.params as params
}

test_member_of_a_cluster_is_not_judged if {
	not rule.applies with input as {"kind": "aws.rds.instance", "facts": {"tls": null}}
}

test_database_with_the_parameter_is_judged if {
	rule.applies with input as instance("postgres", 16, false, true)
}

test_proxy_without_tls_is_denied if {
	proxy := {"kind": "aws.rds.proxy", "attributes": {"require_tls": false}}
	rule.applies with input as proxy
	count(rule.deny) == 1 with input as proxy with data.hfscan.params as params
}
