package hfscan.rules.aws.eks.cluster_workload_identity_test

import data.hfscan.rules.aws.eks.cluster_workload_identity as rule

cluster(complete, provider, identity) := {
	"complete": complete,
	"facts": {"oidc_provider": provider, "pod_identity": identity},
}

test_either_is_enough if {
	count(rule.deny) == 0 with input as cluster(true, true, false)
	count(rule.deny) == 0 with input as cluster(true, false, true)
}

test_neither_is_denied_when_the_input_is_complete if {
	count(rule.deny) == 1 with input as cluster(true, false, false)
	count(rule.unsure) == 0 with input as cluster(true, false, false)
}

test_neither_is_open_otherwise if {
	count(rule.deny) == 0 with input as cluster(false, false, false)
	count(rule.unsure) == 1 with input as cluster(false, false, false)
}
