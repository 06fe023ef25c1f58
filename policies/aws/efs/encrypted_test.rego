package hfscan.rules.aws.efs.encrypted_test

import data.hfscan.rules.aws.efs.encrypted as rule

test_plain_file_system_is_denied if {
	count(rule.deny) == 1 with input as {"attributes": {"encrypted": false}}
}

test_encrypted_file_system_is_allowed if {
	count(rule.deny) == 0 with input as {"attributes": {"encrypted": true}}
}
