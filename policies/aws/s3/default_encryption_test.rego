package hfscan.rules.aws.s3.default_encryption_test

import data.hfscan.rules.aws.s3.default_encryption as rule

any_algorithm := {"accepted": ["AES256", "aws:kms", "aws:kms:dsse"], "require_explicit": true}

kms_only := {"accepted": ["aws:kms"], "require_explicit": true}

bucket(algorithm, written, owner) := {"facts": {
	"encryption_algorithm": algorithm,
	"encryption_written": written,
	"key_owner": owner,
}}

test_silence_is_denied if {
	count(rule.deny) == 1 with input as bucket("AES256", false, "aws_owned") with data.hfscan.params as any_algorithm
}

test_written_encryption_is_allowed if {
	count(rule.deny) == 0 with input as bucket("AES256", true, "aws_owned") with data.hfscan.params as any_algorithm
}

test_wrong_algorithm_is_denied if {
	count(rule.deny) == 1 with input as bucket("AES256", true, "aws_owned") with data.hfscan.params as kms_only
}

test_key_of_aws_is_denied_where_kms_is_asked_for if {
	count(rule.deny) == 1 with input as bucket("aws:kms", true, "aws_managed") with data.hfscan.params as kms_only
	count(rule.deny) == 0 with input as bucket("aws:kms", true, "customer_managed") with data.hfscan.params as kms_only
}
