package hfscan.rules.kubernetes.autoscaling.workload_autoscaler_test

import data.hfscan.rules.kubernetes.autoscaling.workload_autoscaler as rule

params := {"exempt_regex": "(jenkins|operator|controller)", "exempt_namespaces": ["kube-system"]}

deployment(name, autoscaled, missed_by) := {
	"kind": "kubernetes.apps.deployment",
	"name": name,
	"attributes": {"identity": {"namespace": "shop"}},
	"facts": {"served": true, "autoscaled": autoscaled, "missed_by": missed_by},
}

test_one_without_an_autoscaler_is_denied if {
	count(rule.deny) == 1 with input as deployment("web", false, []) with data.hfscan.params as params
	count(rule.deny) == 1 with input as deployment("web", false, ["hpa"]) with data.hfscan.params as params
	count(rule.deny) == 0 with input as deployment("web", true, []) with data.hfscan.params as params
}

test_controllers_are_not_judged if {
	not rule.applies with input as deployment("web-controller", false, []) with data.hfscan.params as params
	rule.applies with input as deployment("web", false, []) with data.hfscan.params as params
}

test_an_autoscaler_without_a_target_is_denied if {
	kind := "kubernetes.autoscaling.horizontal_pod_autoscaler"
	count(rule.deny) == 1 with input as {"kind": kind, "facts": {"target_exists": false}} with data.hfscan.params as params
	rule.applies with input as {"kind": kind, "facts": {"target_exists": true}} with data.hfscan.params as params
}
