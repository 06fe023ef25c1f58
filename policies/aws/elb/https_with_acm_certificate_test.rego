package hfscan.rules.aws.elb.https_with_acm_certificate_test

import data.hfscan.rules.aws.elb.https_with_acm_certificate as rule

params := {"min_days": 30}

balancer(at_least, at_most, certificates) := {
	"attributes": {"load_balancer_type": "application"},
	"facts": {
		"acm_listeners_at_least": at_least,
		"acm_listeners_at_most": at_most,
		"acm_listeners_doubt": "listener: known after apply",
		"certificates": certificates,
	},
}

certificate(issuer, status, days) := {
	"listener": "l",
	"certificate": "c",
	"issuer": issuer,
	"status": status,
	"days_left": days,
}

test_balancer_without_https_is_denied if {
	rule.applies with input as balancer(0, 0, [])
	count(rule.deny) == 1 with input as balancer(0, 0, []) with data.hfscan.params as params
}

test_balancer_with_acm_is_allowed if {
	good := balancer(1, 1, [certificate("acm", null, null)])
	count(rule.deny) == 0 with input as good with data.hfscan.params as params
	count(rule.unsure) == 0 with input as good with data.hfscan.params as params
}

test_doubt_is_told if {
	count(rule.unsure) == 1 with input as balancer(0, 1, []) with data.hfscan.params as params
}


test_kept_in_iam if {
	count(rule.deny) == 1 with input as balancer(1, 1, [certificate("iam", null, null)]) with data.hfscan.params as params
}

test_expired if {
	count(rule.deny) == 1 with input as balancer(1, 1, [certificate("acm", "EXPIRED", null)]) with data.hfscan.params as params
}

test_ends_soon if {
	count(rule.deny) == 1 with input as balancer(1, 1, [certificate("acm", "ISSUED", 7)]) with data.hfscan.params as params
}
