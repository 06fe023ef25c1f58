package hfscan.rules.aws.eks.nodes_in_private_subnets_test

import data.hfscan.rules.aws.eks.nodes_in_private_subnets as rule

nodes(kind, public) := {
	"kind": kind,
	"facts": {
		"runs_eks_nodes": true,
		"placement": {"subnets": [{"id": "aws_subnet.a", "public": public, "via": []}]},
	},
}

test_public_subnet_is_denied if {
	count(rule.deny) == 1 with input as nodes("aws.eks.node_group", true)
}

test_private_subnet_is_allowed if {
	count(rule.deny) == 0 with input as nodes("aws.eks.node_group", false)
}

test_which_are_judged if {
	rule.applies with input as nodes("aws.eks.fargate_profile", true)
	rule.applies with input as nodes("aws.autoscaling.group", true)
	not rule.applies with input as {"kind": "aws.autoscaling.group", "facts": {"runs_eks_nodes": false}}
}
