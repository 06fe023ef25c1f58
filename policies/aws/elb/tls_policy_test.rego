package hfscan.rules.aws.elb.tls_policy_test

import data.hfscan.rules.aws.elb.tls_policy as rule

params := {"min_tls": "1.2"}

listener(protocol, version) := {"attributes": {"protocol": protocol}, "facts": {"min_tls": version}}

test_old_policy_is_denied if {
	rule.applies with input as listener("HTTPS", "1.0")
	count(rule.deny) == 1 with input as listener("HTTPS", "1.0") with data.hfscan.params as params
}

test_new_policy_is_allowed if {
	count(rule.deny) == 0 with input as listener("TLS", "1.3") with data.hfscan.params as params
}

test_http_is_not_judged if {
	not rule.applies with input as listener("HTTP", null)
}
