package hfscan.rules.aws.rds.storage_encrypted_test

import data.hfscan.rules.aws.rds.storage_encrypted as rule

instance(role, encrypted) := {
	"kind": "aws.rds.instance",
	"facts": {"role": role, "encrypted": encrypted, "encryption_inherited_from": []},
}

cluster(encrypted) := {
	"kind": "aws.rds.cluster",
	"facts": {"encrypted": encrypted, "encryption_inherited_from": []},
}

test_plain_instance_is_denied if {
	rule.applies with input as instance("primary", false)
	count(rule.deny) == 1 with input as instance("primary", false)
}

test_encrypted_instance_is_allowed if {
	count(rule.deny) == 0 with input as instance("primary", true)
}

test_cluster_members_are_not_judged if {
	not rule.applies with input as instance("cluster_member", false)
}

test_plain_cluster_is_denied if {
	rule.applies with input as cluster(false)
	count(rule.deny) == 1 with input as cluster(false)
}
