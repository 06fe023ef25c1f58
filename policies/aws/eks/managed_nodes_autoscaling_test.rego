package hfscan.rules.aws.eks.managed_nodes_autoscaling_test

import data.hfscan.rules.aws.eks.managed_nodes_autoscaling as rule

strict := {"allow_self_managed": false}

lenient := {"allow_self_managed": true}

nodes(min, max, desired) := {"attributes": {"min_size": min, "max_size": max, "desired_size": desired}}

cluster(complete, managed, groups) := {
	"complete": complete,
	"facts": {"managed_capacity": managed, "self_managed_groups": groups},
}

workers(max) := [{"id": "asg", "certain": true, "min_size": 1, "max_size": max}]

test_a_range_is_allowed if {
	count(rule.deny) == 0 with input as nodes(3, 9, 3) with data.hfscan.params as strict
}

test_one_size_is_denied if {
	count(rule.deny) == 1 with input as nodes(3, 3, 3) with data.hfscan.params as strict
}

test_a_wanted_number_outside_of_the_range_is_denied if {
	count(rule.deny) == 1 with input as nodes(3, 9, 1) with data.hfscan.params as strict
	count(rule.deny) == 1 with input as nodes(3, 9, 10) with data.hfscan.params as strict
}

test_self_managed_nodes_are_denied_unless_accepted if {
	count(rule.deny) == 1 with input as cluster(true, true, workers(5)) with data.hfscan.params as strict
	count(rule.deny) == 0 with input as cluster(true, false, workers(5)) with data.hfscan.params as lenient
	count(rule.deny) == 1 with input as cluster(true, false, workers(1)) with data.hfscan.params as lenient
}

test_a_cluster_without_nodes_is_denied_when_the_input_is_complete if {
	count(rule.deny) == 1 with input as cluster(true, false, []) with data.hfscan.params as strict
	count(rule.deny) == 0 with input as cluster(false, false, []) with data.hfscan.params as strict
	count(rule.unsure) == 1 with input as cluster(false, false, []) with data.hfscan.params as strict
}
