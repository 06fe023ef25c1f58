package hfscan.rules.aws.eks.node_zones_test

import data.hfscan.rules.aws.eks.node_zones as rule

cluster(groups, zones, nodes) := {"facts": {"nodes": {
	"groups": groups,
	"groups_at_most": count(groups),
	"zones": {"at_least": zones[0], "at_most": zones[1]},
	"nodes_at_least": nodes[0],
	"nodes_at_most": nodes[1],
}}}

denied(cluster) := count(result) if {
	result := rule.deny with input as cluster with data.hfscan.params as {"min_azs": 3}
}

doubts(cluster) := count(result) if {
	result := rule.unsure with input as cluster with data.hfscan.params as {"min_azs": 3}
}

test_three_zones_are_allowed if {
	denied(cluster(["ng"], [3, 3], [3, 3])) == 0
	doubts(cluster(["ng"], [3, 3], [3, 3])) == 0
}

test_two_zones_are_denied if denied(cluster(["ng"], [2, 2], [3, 3])) == 1

test_two_nodes_are_denied if denied(cluster(["ng"], [3, 3], [2, 2])) == 1

test_what_is_not_told_is_in_doubt if doubts(cluster(["ng"], [1, 3], [0, 9])) == 2

test_groups_that_may_not_count_are_in_doubt if doubts(cluster([], [3, 3], [3, 3])) == 1

test_cluster_without_groups_is_not_judged if {
	rule.applies with input as cluster(["ng"], [3, 3], [3, 3])
	not rule.applies with input as cluster([], [0, 0], [0, 0])
}
