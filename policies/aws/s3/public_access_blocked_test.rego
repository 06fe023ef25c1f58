package hfscan.rules.aws.s3.public_access_blocked_test

import data.hfscan.rules.aws.s3.public_access_blocked as rule

params := {"require_explicit": true}

bucket(complete, written, on) := {"complete": complete, "facts": {
	"public_access_block_written": written,
	"public_access_block": [
		{"setting": "block_public_acls", "on": true},
		{"setting": "block_public_policy", "on": on},
	],
}}

test_open_setting_is_denied if {
	count(rule.deny) == 1 with input as bucket(false, true, false) with data.hfscan.params as params
}

test_blocked_bucket_is_allowed if {
	count(rule.deny) == 0 with input as bucket(true, true, true) with data.hfscan.params as params
	count(rule.unsure) == 0 with input as bucket(false, true, true) with data.hfscan.params as params
}

test_missing_block_is_denied_in_a_complete_run if {
	count(rule.deny) == 1 with input as bucket(true, false, true) with data.hfscan.params as params
}

test_missing_block_is_a_doubt_in_a_partial_run if {
	count(rule.deny) == 0 with input as bucket(false, false, true) with data.hfscan.params as params
	count(rule.unsure) == 1 with input as bucket(false, false, true) with data.hfscan.params as params
}
