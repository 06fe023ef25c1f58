package hfscan.rules.aws.ec2.instance_metadata_v2_test

import data.hfscan.rules.aws.ec2.instance_metadata_v2 as rule

template(enabled, tokens, hops) := {"facts": {"metadata": [{
	"runs": "aws_launch_template.node",
	"enabled": enabled,
	"http_tokens": tokens,
	"http_put_response_hop_limit": hops,
}]}}

denied(template) := count(result) if {
	result := rule.deny with input as template with data.hfscan.params as {"max_hop_limit": 1}
}

test_required_tokens_and_one_hop_are_allowed if denied(template(true, "required", 1)) == 0

test_optional_tokens_are_denied if denied(template(true, "optional", 1)) == 1

test_two_hops_are_denied if denied(template(true, "required", 2)) == 1

test_disabled_service_is_allowed if denied(template(false, "optional", 2)) == 0

test_nothing_to_judge if {
	rule.applies with input as template(true, "required", 1)
	not rule.applies with input as {"facts": {"metadata": []}}
}
