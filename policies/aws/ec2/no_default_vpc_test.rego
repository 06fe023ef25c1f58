package hfscan.rules.aws.ec2.no_default_vpc_test

import data.hfscan.rules.aws.ec2.no_default_vpc as rule

vpc(default_vpc, kept, workloads) := {
	"attributes": {
		"default": default_vpc,
		"adopted": true,
		"managed_elsewhere": false,
		"removed_on_destroy": kept == false,
	},
	"facts": {"hosts_workloads": count(workloads) > 0, "workloads": workloads},
}

test_adopted_default_vpc_is_denied if {
	count(rule.deny) == 1 with input as vpc(true, true, [])
}

test_workloads_in_the_default_vpc_are_denied if {
	count(rule.deny) == 1 with input as vpc(true, false, ["aws_instance.web"])
}

test_custom_vpc_is_allowed if {
	count(rule.deny) == 0 with input as vpc(false, true, ["aws_instance.web"])
}

test_vpc_of_another_run_is_not_judged if {
	not rule.applies with input as {"attributes": {"managed_elsewhere": true}}
}
