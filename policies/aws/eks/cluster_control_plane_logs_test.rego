package hfscan.rules.aws.eks.cluster_control_plane_logs_test

import data.hfscan.rules.aws.eks.cluster_control_plane_logs as rule

params := {"required_types": ["api", "audit"]}

test_missing_types_are_denied if {
	found := rule.deny with input as {"attributes": {"enabled_log_types": ["audit"]}} with data.hfscan.params as params
	{finding.tag | some finding in found} == {"api"}
}

test_more_types_are_allowed if {
	types := ["scheduler", "audit", "api"]
	count(rule.deny) == 0 with input as {"attributes": {"enabled_log_types": types}} with data.hfscan.params as params
}
