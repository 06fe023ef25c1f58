package hfscan.rules.aws.s3.denies_plain_http_test

import data.hfscan.rules.aws.s3.denies_plain_http as rule

test_plain_requests_are_denied if {
	count(rule.deny) == 1 with input as {"facts": {"denies_plain_http": false}}
}

test_tls_only_is_allowed if {
	count(rule.deny) == 0 with input as {"facts": {"denies_plain_http": true}}
}
