package hfscan.rules.aws.rds.multi_az_test

import data.hfscan.rules.aws.rds.multi_az as rule

instance(role, multi_az) := {
	"kind": "aws.rds.instance",
	"attributes": {"multi_az": multi_az},
	"facts": {"role": role},
}

test_single_instance_is_denied if {
	rule.applies with input as instance("primary", false)
	count(rule.deny) == 1 with input as instance("primary", false)
}

test_instance_with_standby_is_allowed if {
	count(rule.deny) == 0 with input as instance("primary", true)
}

test_replicas_and_members_are_not_judged if {
	not rule.applies with input as instance("replica", false)
	not rule.applies with input as instance("cluster_member", false)
}

test_multi_az_cluster_is_allowed if {
	cluster := {"kind": "aws.rds.cluster", "attributes": {}, "facts": {"topology": "multi_az"}}
	rule.applies with input as cluster
	count(rule.deny) == 0 with input as cluster
}
