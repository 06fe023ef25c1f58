package hfscan.rules.aws.eks.kubernetes_on_eks_test

import data.hfscan.rules.aws.eks.kubernetes_on_eks as rule

environment(complete, clusters, machines) := {
	"complete": complete,
	"facts": {"eks_clusters": clusters, "self_managed_kubernetes": machines},
}

running := [{"id": "eks", "capacity": true}]

test_a_cluster_with_nodes_is_allowed if {
	count(rule.deny) == 0 with input as environment(true, running, [])
}

test_masters_on_instances_are_denied if {
	found := rule.deny with input as environment(false, running, [{"id": "master", "control_plane": true}])
	{finding.related | some finding in found} == {["master"]}
}

test_no_cluster_is_denied_when_the_input_is_complete if {
	count(rule.deny) == 1 with input as environment(true, [], [])
	count(rule.deny) == 0 with input as environment(false, [], [])
	count(rule.unsure) == 1 with input as environment(false, [], [])
}
