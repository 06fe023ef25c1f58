package hfscan.rules.aws.elb.http_redirects_to_https_test

import data.hfscan.rules.aws.elb.http_redirects_to_https as rule

listener(protocol, by_default, by_rule) := {
	"attributes": {"protocol": protocol},
	"relations": {"load_balancer": ["lb"]},
	"facts": {"answers": [
		{"of": "default", "action": "redirect", "redirects_to_https": by_default},
		{"of": "rule 10", "action": "redirect", "redirects_to_https": by_rule},
	]},
}

test_redirects_are_allowed if {
	rule.applies with input as listener("HTTP", true, true)
	count(rule.deny) == 0 with input as listener("HTTP", true, true)
}

test_forwarding_by_default_is_denied if {
	count(rule.deny) == 1 with input as listener("HTTP", false, true)
}

test_forwarding_rule_is_denied if {
	count(rule.deny) == 1 with input as listener("HTTP", true, false)
}

test_https_listener_is_not_judged if {
	not rule.applies with input as listener("HTTPS", false, false)
}
