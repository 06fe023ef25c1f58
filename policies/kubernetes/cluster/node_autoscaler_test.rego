package hfscan.rules.kubernetes.cluster.node_autoscaler_test

import data.hfscan.rules.kubernetes.cluster.node_autoscaler as rule

params := {"autoscalers": ["cluster-autoscaler", "karpenter"]}

cluster(told, names) := {
	"attributes": {"auto_mode": false},
	"facts": {
		"node_groups": [{"id": "nodes", "certain": true}],
		"self_managed_groups": [],
		"fargate_profiles": [],
		"components": [{"id": "a", "names": names, "certain": true}],
		"components_told": told,
	},
}

test_either_is_enough if {
	count(rule.deny) == 0 with input as cluster(true, ["karpenter"]) with data.hfscan.params as params
	count(rule.deny) == 0 with input as cluster(true, ["prod-aws-cluster-autoscaler"]) with data.hfscan.params as params
}

test_neither_is_denied_when_all_is_told if {
	count(rule.deny) == 1 with input as cluster(true, ["karpenter-crd"]) with data.hfscan.params as params
	count(rule.deny) == 0 with input as cluster(false, ["coredns"]) with data.hfscan.params as params
}
